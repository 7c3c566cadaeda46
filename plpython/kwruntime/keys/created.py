"""What this session put into new wrappers with layers: to encrypt under them without opening.

So a database that has only the public keys of its layers can write.
"""

from time import monotonic
from typing import NamedTuple
from uuid import UUID

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.errors import KwError
from kwruntime.keys.graph import KeyGraph
from kwruntime.keys.keyring import stored_layers
from kwruntime.keys.opened import Opened
from kwruntime.session import Settings
from kwruntime.store.key_wrappers import WrapperRow


class _Created(NamedTuple):
    """A wrapper with layers that this session made: its suite, and what was put into it."""

    expires: float
    suite: str
    opened: Opened

    def __repr__(self) -> str:
        return "_Created(…)"


class CreatedInSession:
    """The wrappers with layers that this session made, for a time."""

    def __init__(self, settings: Settings) -> None:
        self.kept: Cache[UUID, _Created] = Cache(settings["cache_keys"])


def keep_created(call: Call, uuid: UUID, suite: str, opened: Opened) -> None:
    """Keep what a new wrapper with layers holds, to encrypt under it for a time.

    So that a database that has only the public keys of its layers can write.
    """
    expires = monotonic() + call.settings["cache_seconds"]
    call.settings.of(CreatedInSession).kept.put(uuid, _Created(expires, suite, opened))


def created_in_session(call: Call, row: WrapperRow) -> Opened | None:
    """Return what a wrapper was made of, if this session made it: to encrypt, never to decrypt.

    Nothing was opened, so no private key is needed; its rows must be what they were, and
    the statuses of its keys allow it. Else it is to be opened: every session gets one answer.
    """
    made = call.settings.of(CreatedInSession).kept.get(row.uuid)
    if made is None or made.suite != row.suite or monotonic() >= made.expires:
        return None
    stored = stored_layers(call, [row])[row.id]
    try:
        row.check_status()
        KeyGraph(call).check_wrapper_opens(row, stored)
    except KwError:
        return None
    return made.opened._replace(keys=(*row.keys, *stored.key_ids))
