"""Which reads are audited, and what a transaction has read so far (ADR 35).

PostgreSQL tells no function that a statement has ended. So the session counts, and a trigger at
commit writes: a row of kw.audited_reads stands for that promise. A line of the server log says at
once that a statement reads a field, since a rollback takes the events with it.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import binding_of
from kwruntime.errors import NotAuthentic, ReadNotAudited
from kwruntime.fields.names import cell
from kwruntime.postgres import backend
from kwruntime.seals.checking import failures
from kwruntime.session import Epoch, Session
from kwruntime.store import audited_reads, entity_fields, sealed_rows

LEVELS = ("none", "keys", "statements")
KEYS, STATEMENTS = 1, 2
_MOST_READS = 1000
_MOST_BINDINGS = 100_000
Bindings = Collection[object]


class ReadAudits:
    """What is audited of the reads of each field. An admin's change of it is a new epoch."""

    def __init__(self, epoch: Epoch) -> None:
        self.default = epoch.settings["read_audit"]
        self.is_loaded = False
        self.has_statements = False
        """Whether a field may be audited by statements; else there is nothing to look up."""
        self._set: dict[tuple[str, str | None], int | NotAuthentic] = {}

    def put(self, levels: dict[tuple[str, str | None], int | NotAuthentic]) -> None:
        """Take what is set of fields (null: of the whole row); an error where a seal is wrong."""
        self._set = levels
        self.has_statements = self.default == STATEMENTS or any(
            level != KEYS and level != 0 for level in levels.values()
        )
        self.is_loaded = True

    @property
    def is_default(self) -> bool:
        """Whether raw data keys of every field are lines of the log, and nothing else is."""
        return not self._set and self.default == KEYS

    def level(self, entity: str, field: str | None) -> int:
        """Return what is audited of a field: its own level, its row's, or the default."""
        for place in ((entity, field), (entity, None)):
            found = self._set.get(place)
            if isinstance(found, NotAuthentic):
                raise found
            if found is not None:
                return found
        return self.default

    def level_of_key(self, entity: str, field: str | None) -> int:
        """Return what is audited of a data key: that of a whole row opens every field."""
        fields = {field, *(name for table, name in self._set if table == entity and field is None)}
        return max(self.level(entity, one) for one in fields)


class _Key(NamedTuple):
    statement: int
    role: int
    function: str
    place: str


class _Read:
    """What one statement has read of a field."""

    __slots__ = ("bindings", "count", "is_rolled_back")

    def __init__(self) -> None:
        self.count = 0
        self.bindings: set[object] = set()
        self.is_rolled_back = False

    def add(self, count: int, bindings: Bindings) -> None:
        self.count += count
        if len(self.bindings) < _MOST_BINDINGS:
            self.bindings.update(bindings)


_Told = list[tuple[_Key, dict[str, Any]]]
"""What events say of reads."""


class _Written(NamedTuple):
    """Events that were written, until their transaction has ended: a part of it may be undone."""

    transaction: int
    first: int
    told: _Told


class Reads:
    """What the session has read and not written to the audit yet."""

    def __init__(self, _: Session) -> None:
        self.noted: dict[_Key, _Read] = {}
        self.written: list[_Written] = []
        self.undone: _Told = []
        """Written, and rolled back since."""
        self.transaction: int | None = None
        """The part of a transaction whose commit writes them; null where none does."""

    @property
    def has_trigger(self) -> bool:
        """Whether a trigger waits for the commit of the present transaction."""
        return self.transaction is not None and backend.is_in_transaction(self.transaction)


def audits(call: Call) -> ReadAudits:
    """Return what is audited of reads, asked for once an epoch. Runs as the owner."""
    found = call.epoch.of(ReadAudits)
    if not found.is_loaded:
        rows = call.execute(entity_fields.READ_AUDITS)
        broken = failures(call, sealed_rows.FIELDS, [row["id"] for row in rows])
        levels: dict[tuple[str, str | None], int | NotAuthentic] = {}
        for row in rows:
            place = row["entity_table"], row["field_name"]
            if row["id"] in broken:
                levels[place] = broken[row["id"]]
            elif row["read_audit"] is not None:
                levels[place] = LEVELS.index(row["read_audit"])
        found.put(levels)
    return found


def are_audited(call: Call, entity: str, field: str | None) -> bool:
    """Whether each statement that reads a field is audited. Runs as the owner."""
    found = audits(call)
    return found.has_statements and found.level(entity, field) == STATEMENTS


def opening(
    call: Call,
    entity: str,
    field: str | None,
    values: Sequence[bytes | None],
    work: Callable[[], list[bytes | None]],
) -> list[bytes | None]:
    """Return what ``work`` makes of values that it opens as the owner; note those first."""

    def whole() -> tuple[list[bytes | None], bool]:
        return work(), are_audited(call, entity, field)

    made, is_audited = call.read_as_owner(whole)
    if is_audited:
        pairs = zip(values, made, strict=True)
        read = [value for value, one in pairs if value is not None and one is not None]
        note(call, cell(entity, None, field), len(read), set(map(binding_of, read)))
    return made


def note_value(call: Call, entity: str, field: str | None, value: bytes) -> None:
    """Note the one value that a call opened, before it returns it."""
    note(call, cell(entity, None, field), 1, (binding_of(value),))


def note(call: Call, place: str, count: int, bindings: Bindings) -> None:
    """Note what a call is about to return; raises ``ReadNotAudited`` where it cannot be audited."""
    if not count:
        return
    reads = call.session.of(Reads)
    key = _Key(backend.statement_start(), call.role, call.function, place)
    found = reads.noted.get(key)
    if found is None or not reads.has_trigger:
        _begin(call, reads, key, count, bindings)
    else:
        found.add(count, bindings)


def _begin(call: Call, reads: Reads, key: _Key, count: int, bindings: Bindings) -> None:
    """Note the first read of a statement, and have the commit write it."""
    if not backend.may_write():
        raise ReadNotAudited(
            f"reads of {key.place} are audited, and this transaction cannot write",
            hint="Read on the primary, in a transaction that is not read only.",
        )
    if backend.is_restricted():
        raise ReadNotAudited(
            f"reads of {key.place} are audited, so no materialized view or index can hold it",
            hint="Use an ordinary view.",
        )
    if not reads.has_trigger:
        for other in reads.noted.values():
            other.is_rolled_back = True
        reads.transaction = None
    elif len(reads.noted) >= _MOST_READS:
        _write(call.session, reads)
    is_new = key not in reads.noted
    reads.noted.setdefault(key, _Read()).add(count, bindings)

    def work() -> None:
        from kwruntime.seals import audit  # few sessions need it

        if is_new:
            audit.tell(call, "read", key.place, function=key.function)
        if reads.transaction is None:
            _take_back(call, reads)
            row = call.execute(audited_reads.ADD)[0]
            if key in reads.noted:  # else its trigger has fired already: SET CONSTRAINTS
                reads.transaction = int(row["transaction_id"])

    call.as_owner(work)


def write(call: Call, row_id: str) -> None:
    """Write what the session has counted: the trigger of a row of kw.audited_reads."""
    from kwruntime.seals import audit

    reads = call.session.of(Reads)

    def work() -> None:
        call.execute(audited_reads.REMOVE, row_id)
        _take_back(call, reads)

    call.as_owner(work)
    is_lost = not (reads.noted or reads.undone) and reads.transaction is None
    _write(call.session, reads)
    reads.transaction = None
    if is_lost:  # with the session's memory, at an upgrade
        call.as_owner(lambda: audit.record(call, "read", "fields", is_counted=False))


def _take_back(call: Call, reads: Reads) -> None:
    """Find what was written and rolled back since, with a savepoint or as a whole."""
    from kwruntime.store import audit_events

    if not reads.written:
        return
    firsts = [one.first for one in reads.written]
    there = {row["id"] for row in call.execute(audit_events.THERE, firsts)}
    kept = []
    for one in reads.written:
        is_current = backend.is_in_transaction(one.transaction)
        if one.first not in there:
            more = {} if is_current else {"rolled_back": True}
            reads.undone += [(key, details | more) for key, details in one.told]
        elif is_current:
            kept.append(one)
    reads.written = kept


def _write(session: Session, reads: Reads) -> None:
    from kwruntime.seals import audit

    written = []
    told = [*reads.undone, *((key, _details(key, read)) for key, read in reads.noted.items())]
    for role in dict.fromkeys(key.role for key, _ in told):
        reader = Call(session, role, "keep_reads")
        of_role = [(key, details) for key, details in told if key.role == role]

        def work(reader: Call = reader, of_role: _Told = of_role) -> int:
            ids = [audit.record(reader, "read", key.place, **said) for key, said in of_role]
            return ids[0]

        first = reader.as_owner(work)
        written.append(_Written(backend.own_transaction_id(), first, of_role))
    reads.written += written
    reads.noted, reads.undone = {}, []


def _details(key: _Key, read: _Read) -> dict[str, Any]:
    details: dict[str, Any] = {
        "function": key.function,
        "values": read.count,
        "bindings": len(read.bindings),
        "statement": backend.time_of(key.statement),
    }
    if read.is_rolled_back:
        details["rolled_back"] = True
    return details


class Leaving(NamedTuple):
    """Data keys that a call is about to return."""

    told: Sequence[str]
    """The wrappers of those that are a line of the log."""
    places: dict[str, tuple[list[str], set[object]]]
    """Of each place that is audited by statements: the wrappers and the bindings."""


def leaving(call: Call, uuids: Sequence[str]) -> Leaving:
    """Return what is audited of data keys, by the fields of their wrappers. Runs as the owner."""
    found, places = audits(call), dict[str, tuple[list[str], set[object]]]()
    if found.is_default or not uuids:
        return Leaving(uuids, places)
    levels: dict[str, int] = {}
    for row in call.execute(entity_fields.FIELDS_OF_WRAPPERS, list(dict.fromkeys(uuids))):
        uuid, entity, field = row["wrapper_uuid"], row["entity_table"], row["field_name"]
        level = found.level_of_key(entity, field)
        levels[uuid] = max(level, levels.get(uuid, 0))
        if level == STATEMENTS:
            keys, bindings = places.setdefault(cell(entity, None, field), ([], set()))
            keys.append(uuid)
            bindings.add(row["binding_id"])
    unbound = [uuid for uuid in uuids if uuid not in levels]
    if found.default == STATEMENTS and unbound:
        places["unbound wrappers"] = unbound, set()
    return Leaving([one for one in uuids if levels.get(one, found.default) >= KEYS], places)


def note_keys(call: Call, keys: Leaving) -> None:
    """Note data keys before they are returned."""
    for place, (wrappers, bindings) in keys.places.items():
        note(call, place, len(set(wrappers)), bindings)
