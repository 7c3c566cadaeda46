"""One value of a cell whose binding this session has opened before.

Such a call does not take the way through ``fields``: ``kw._still_stands()`` proves in one look,
as of now, that the role may, that the rows are those that were opened, and that nothing else
counts for the cell. What it proved holds as long as it is the same moment (``Server.moment``):
then nothing was changed that it looked at. What it does not prove, or what fails, goes the
ordinary way, which finds out why.
"""

from collections.abc import Callable
from time import monotonic

from cryptography.exceptions import InvalidTag

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW, HEADER_BYTES
from kwruntime.fields import names, reads, searching, usage
from kwruntime.fields.kept import Kept
from kwruntime.fields.names import MAX_CHARACTERS, Entity
from kwruntime.fields.spelling import Keys
from kwruntime.postgres import backend, messages
from kwruntime.postgres.server import Moment
from kwruntime.session import Settings
from kwruntime.store import field_lookups

_PRIVILEGES = {False: "select", True: "insert, update"}
_AGAIN_SECONDS = 60  # until a field is tried again of which nothing could be proven

Place = tuple[int, str, str | None, bool]
"""Role, entity and field as they were given, and whether it is to encrypt."""


_NO = 0
_EVERY_KEY = 2  # of kw._still_stands(); 1 for one key of the field only
_Kind = tuple[int, bool, bool]
"""Epoch of a cipher, and whether its binding names key and field."""


class _Field:
    """What every cell of a place has in common; ``args`` begin those of the proof.

    None where nothing can be proven until ``again``. ``proven`` is what the last proof found, at
    ``moment``, of bindings of one ``kind``: of others, less is left to prove.
    """

    __slots__ = (
        *("again", "args", "bound_as", "entity", "is_bare", "is_spelled", "kind"),
        *("moment", "proven"),
    )

    def __init__(
        self, entity: Entity, bound_as: str, is_spelled: Callable[[str], object] | None
    ) -> None:
        self.entity = entity
        self.bound_as = bound_as
        self.is_bare = False
        self.is_spelled = is_spelled
        self.args: tuple[object, ...] = ()
        self.again = 0.0
        self.moment: Moment | None = None
        self.kind: _Kind | None = None
        self.proven: int | None = None

    def args_left(self) -> tuple[object, ...]:
        """Return those of a proof after that: each takes a microsecond to hand over."""
        if self.proven == _EVERY_KEY:
            return _NO_ARGS
        _, table, _, field, *_, privileges, _ = self.args
        return None, table, None, field, None, None, None, privileges, None


_NO_ARGS = (None,) * 9


class _Opened:
    """A kept cipher, the rows that it stands in, and what was proven of it last.

    ``args`` end those of the proof. ``key`` is null where it was proven for every key.
    """

    __slots__ = ("args", "kept", "key", "moment", "place")

    def __init__(self, kept: Kept, args: tuple[object, ...]) -> None:
        self.kept = kept
        self.args = args
        self.moment: Moment | None = None
        self.place: Place | None = None
        self.key: str | None = None

    def __repr__(self) -> str:
        return "_Opened(…)"

    def stands(self, moment: Moment | None, place: Place, key: str) -> bool:
        """Whether it was proven at the same moment for the same."""
        return (
            moment is not None
            and self.moment == moment
            and self.place == place
            and self.key in (None, key)
        )


class WarmCells:
    """What calls of one value need of the fields and bindings that were used before."""

    def __init__(self, settings: Settings) -> None:
        limit = settings["cache_keys"]
        self.fields: Cache[Place, _Field] = Cache(limit)
        self.to_read: Cache[bytes, _Opened] = Cache(limit)
        self.to_write: Cache[tuple[str, str | None, str], _Opened] = Cache(limit)


def decrypt(
    call: Call, given: str | None, pk: object, field: str | None, value: bytes | None
) -> bytes | None:
    """Return what a ciphertext of a cell holds; null where that is for the ordinary way."""
    last = call.last_settings
    if last is None or given is None or pk is None or value is None:
        return None
    cells, header = last.of(WarmCells), value[:HEADER_BYTES]
    opened = cells.to_read.get(header)
    if opened is None:
        return None
    epoch = call.session.epoch
    if epoch is None or epoch.number != opened.kept.terms.epoch:
        return None
    audits = epoch.of(reads.ReadAudits)
    if not audits.is_loaded:
        return None
    key = str(pk)
    proven = _proves(call, cells, (call.role, given, field, False), key, opened)
    if not proven:
        if proven is False:
            cells.to_read.drop(header)
        return None
    try:
        plain = opened.kept.cipher.opener(field)(key, value)
    except (InvalidTag, ValueError):
        return None
    entity = names.entity(given).name  # one that has no older name: see keep
    if audits.has_statements and audits.level(entity, field) == reads.STATEMENTS:
        reads.note_value(call, entity, field, value)
    return plain


def encrypt(
    call: Call, given: str | None, pk: object, field: str | None, value: bytes | None
) -> bytes | None:
    """Return the ciphertext of a value; null where that is for the ordinary way."""
    last = call.last_settings
    if last is None or given is None or pk is None or value is None or backend.keeps_snapshot():
        return None
    cells, key = last.of(WarmCells), str(pk)
    place = given, field, key
    opened = cells.to_write.get(place)
    if opened is None:
        place = given, field, EVERY_ROW
        opened = cells.to_write.get(place)
        if opened is None:
            return None
    proven = _proves(call, cells, (call.role, given, field, True), key, opened)
    if not proven:
        if proven is False:
            cells.to_write.drop(place)
        return None
    cipher = opened.kept.cipher
    sealed = cipher.seal((key,), field, (value,))[0]
    if cipher.rare_nonces:
        usage.note(call, (cipher,))
        usage.count(call)
    return sealed


def _proves(call: Call, cells: WarmCells, place: Place, key: str, opened: _Opened) -> bool | None:
    """Whether a cell is a place's to read or write by a cipher; null where that was not asked."""
    found = cells.fields.get(place)
    if found is None or not found.args:
        return None
    kept, terms, asked = opened.kept, opened.kept.terms, place[2]
    if (
        terms.bound_as != found.bound_as
        or (terms.field is not None and terms.field != asked)
        or (kept.named is not None and kept.named != key)
        or (found.is_spelled is not None and not found.is_spelled(key))
        or key == EVERY_ROW
        or len(key) > MAX_CHARACTERS
    ):
        return None
    if monotonic() >= terms.expires:
        return False
    if found.is_bare:
        searching.tell(call, place[1], found.entity)
    moment = call.server.moment()
    if opened.stands(moment, place, key):
        return True
    kind = terms.epoch, kept.named is not None, terms.field is not None
    args, proven = found.args, None
    if moment is not None and found.moment == moment and found.kind == kind:
        args, proven = found.args_left(), found.proven
    try:
        stands_for = call.server.still_stands(*args, *opened.args, key, proven)
    except messages.UndefinedColumn:
        return False
    if stands_for == _NO:
        return False
    opened.moment, opened.place = moment, place
    opened.key = None if stands_for == _EVERY_KEY else key
    found.moment, found.kind, found.proven = moment, kind, stands_for
    return True


def keep(
    call: Call, place: Place, entity: Entity, keys: Keys, kept: Kept, *, by_grant: bool
) -> None:
    """Keep what the next call of a place needs, after an ordinary one. Runs as the owner.

    Not where keys may be spelled otherwise or the table has no primary key: what counts then takes
    more than one look.
    """
    role, given, field, is_to_write = place
    has_no_key = keys.relation is not None and keys.key_index is None
    if keys.may_have_old or has_no_key or names.entity(given).older is not None:
        return
    cells = call.settings.of(WarmCells)
    found = cells.fields.get(place)
    if found is not None and not found.args and monotonic() < found.again:
        return
    bound = kept.named or EVERY_ROW
    header = kept.cipher.header
    writes, reads = cells.to_write, cells.to_read
    opened = writes.get((given, field, bound)) if is_to_write else reads.get(header)
    if found is not None and opened is not None and opened.kept is kept:
        return
    rows = call.execute(field_lookups.PLACE_OF_ENTITY, entity.name)
    if not rows:
        return
    row = rows[0]
    if (row["relation"], row["key_form"]) != (keys.relation, keys.recorded):
        return
    common = (
        *(role, entity.name, entity.schema, field, keys.key_index),
        *(row["entity_place"], row["entity_version"]),
        *(_PRIVILEGES[is_to_write], by_grant),
    )
    own = (
        *(kept.terms.epoch, kept.binding_id, *kept.binding_version[:2]),
        *(kept.named is not None, kept.terms.field is not None),
        *(kept.wrapper_version[2], *kept.wrapper_version[:2]),
    )
    stands = call.server.still_stands(*common, *own, kept.named or "", None)
    field_of_place = _Field(entity, row["bound_as"], _quick_look(keys))
    field_of_place.is_bare = names.is_bare(given)
    field_of_place.args = common if stands != _NO else ()
    field_of_place.again = monotonic() + _AGAIN_SECONDS
    cells.fields.put(place, field_of_place)
    if stands == _NO:
        return
    opened = _Opened(kept, own)
    if is_to_write:
        writes.put((given, field, bound), opened)
    else:
        reads.put(header, opened)


def _quick_look(keys: Keys) -> Callable[[str], object] | None:
    """Return what tells whether a key is in its one spelling; null where every text is."""
    form = keys.form
    if form is None or form.is_as_given:
        return None
    is_spelled = form.parts[0].is_spelled
    if len(form.parts) > 1:
        return lambda key: keys.known(key) == key
    return lambda key: is_spelled(key) or keys.known(key) == key
