"""The subcommands, one module each."""

from kwtools.commands import build, install
from kwtools.commands._parser import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add every subcommand, in the order in which a user meets them."""
    for module in (build, install):
        module.register(subparsers)
