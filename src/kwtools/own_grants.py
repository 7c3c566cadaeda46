"""Which privileges that others granted on objects of kw take nothing away and open no key.

Roles of the application may be granted calls and metadata beside the roles of kwtools. That is the
choice of who runs the database, an upgrade keeps it, and it is not drift. All else is: what PUBLIC
or a role of kwtools has beyond the release, what lets a role write tables of kw, read wraps or get
data keys, what it may pass on, and what was revoked.
"""

import re

from kwtools.catalog import Difference

ROLES = (
    "kw_owner", "kw_admin", "kw_operator", "kw_client", "kw_unwrap", "kw_grantor", "kw_auditor",
    "kw_signer",
)  # fmt: skip
"""The roles of kwtools."""

KEY_TABLES = ("key_wrappers", "key_wrapper_layers", "kem_private_keys", "signing_keys")
"""The tables that hold wraps or sealed private keys."""

_HARMLESS = {
    "function": "EXECUTE", "table": "SELECT", "view": "SELECT", "column": "SELECT", "type": "USAGE",
    "schema kw": "USAGE",
}  # fmt: skip
_GRANTED_TO = re.compile(r"granted to (.+)", re.DOTALL)
_OF_KEYS = re.compile(rf"(?:table|column) kw\.(?:{'|'.join(KEY_TABLES)})(?:\.|$)")
_INTERNAL = re.compile(r"function kw\._")
_GIVES_KEYS = re.compile(r"function kw\.unwrap")


def is_own(one: Difference) -> bool:
    """Return whether a difference is a grant of that kind."""
    granted = _GRANTED_TO.fullmatch(one.attribute)
    if granted is None or one.expected is not None or one.found is None:
        return False
    return granted[1] not in ("PUBLIC", *ROLES) and is_harmless(one.object, one.found)


def is_harmless(name: str, privileges: str) -> bool:
    """Return whether another role may have these privileges on an object, named as in a list."""
    kind = name if name == "schema kw" else name.split(" ", 1)[0]
    if any(one.match(name) for one in (_OF_KEYS, _INTERNAL, _GIVES_KEYS)):
        return False
    return privileges == _HARMLESS.get(kind)
