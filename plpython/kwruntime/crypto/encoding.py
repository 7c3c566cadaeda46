"""The length-prefixed encoding that everything authenticated is written in (docs/format.md)."""

from kwshared.encoding import lp

__all__ = ["lp"]
