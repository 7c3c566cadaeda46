"""Wrappers taken to the layers that a policy wants: which, what that costs, and doing it."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

import psycopg
from kwshared import usability
from psycopg.rows import class_row

from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed, KwtoolsError

Rows = list[tuple[Any, ...]]

BATCH = 249
"""As many leg keys as provider vault sends in one request, where nothing else is configured."""

MOST_BATCH = 1000
"""What the runtime opens and wraps at once: a larger batch would be split, and locked longer."""

ITEMS_OF_A_CALL = {"vault": 249, "kmip": 100}
"""``batch_items`` of the kinds that have batches, as it is by default; others take one each."""

_NO_KMS = ("local", "wrapper")
OUTAGE = ("KW204", "KW208")
"""What says that a KMS is not there now, as the runtime has it."""

_AGAIN = ("40001", "40P01")
# Another transaction holds a lock that kw.relayer_many waits for; it skips locked wrappers.
_IN_USE = "55P03"
_TRIES = 10
# What fails whatever the wrapper: halving the batch would only meet it again.
_OF_THE_SESSION = ("KW001", "KW100", "08", "25", "42", "53", "57P", "58")

_POLICY = """
select
    e.id, e.policy_name as name, e.min_layers, e.max_layers,
    (select count(*) from kw.policy_layer_keys l where l.policy_id = e.id) as kem_keys
from kw.encryption_policies e
where e.policy_name = %s
"""
# Of a branch, also the legs of its wrapper.
_KEYS = """
select
    k.id, k.external_key_ref as reference, k.purpose, k.status, p.name as provider,
    p.provider as kind, p.is_enabled, w.crypto_suite ->> 'mode' as mode, w.kms1_key_id as leg1,
    w.kms2_key_id as leg2
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join kw.key_wrappers w
    on p.provider = 'wrapper' and k.public_key is null
    and w.wrapper_uuid = k.external_key_ref::bpchar
order by k.id
"""
_LAYERS = """
case jsonb_typeof(w.crypto_suite -> 'layers')
    when 'array' then jsonb_array_length(w.crypto_suite -> 'layers') else 0
end
"""
_WANTED = f"""
from kw.key_wrappers w
where
    (w.policy_id is distinct from %(policy)s or {_LAYERS} not between %(fewest)s and %(most)s)
    and w.id <= %(last)s
"""
_OF_TABLE = """
    and w.id in (
        select b.key_wrapper_id from kw.encryption_bindings b where b.entity_table = %(table)s
        union all
        select g.key_wrapper_id
        from kw.binding_generations g
        join kw.encryption_bindings b on b.id = g.binding_id
        where b.entity_table = %(table)s
    )
"""
_OPENS = " and w.status in ('active', 'rotated')"
_HANGS_ON = "(w.kms1_key_id = any({0}) or coalesce(w.kms2_key_id = any({0}), false))"
_STUCK = f"{_OPENS} and {_HANGS_ON.format('%(stuck)s')}"
_READY = f"{_OPENS} and not {_HANGS_ON.format('%(stuck)s')}"
_NEXT = " and w.dek_class = %(dek_class)s and w.id > %(after)s order by w.id limit %(batch)s"
_AMONG = " and w.id = any(%(ids)s) order by w.id"
_BATCHES = """
    w.dek_class,
    (row_number() over (partition by w.dek_class order by w.id) - 1) / %(batch)s as batch,
    w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id
"""
_HAS_FLOORS = "select exists (select from kw.entity_fields f where f.min_nist_level is not null)"
# One run at a time works at a batch, so that two share the work instead of doing it twice.
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('kwtools relayer', 0))"
# Any role could hold that lock, and no table is open to this command alone. It only spares work:
# a run that waited so long goes on without it, and at worst wraps again what another just did.
PATIENCE = "10s"


class Policy(NamedTuple):
    """A policy, and how many KEM keys it can use now."""

    id: int
    name: str
    min_layers: int
    max_layers: int
    kem_keys: int

    @property
    def layers(self) -> int:
        """How many layers a wrapper gets."""
        return min(self.max_layers, self.kem_keys)


class Key(NamedTuple):
    """A KMS key; of a branch, also its mode and legs."""

    id: int
    reference: str
    purpose: str
    status: str
    provider: str
    kind: str
    is_enabled: bool
    mode: str | None
    leg1: int | None
    leg2: int | None

    @property
    def label(self) -> str:
        """How messages name it."""
        return usability.label(self.id, self.reference, self.provider)

    @property
    def obstacle(self) -> str | None:
        """Why it does not wrap, if so."""
        found = usability.obstacle_to_wrap(self)
        return found.message if found else None

    @property
    def is_remote(self) -> bool:
        """Whether using it calls a KMS."""
        return self.kind not in _NO_KMS


class Alike(NamedTuple):
    """Wrappers to change that have class, mode and number of layers in common."""

    dek_class: str
    mode: str
    layers: int
    wrappers: int

    @property
    def wraps(self) -> int:
        """How many legs are to be wrapped."""
        return self.wrappers * usability.LEGS.get(self.mode, 2)


@dataclass
class Use:
    """What one KMS key is asked for: operations, and the calls that carry them."""

    opens: int = 0
    wraps: int = 0
    checks: int = 0
    calls: int = 0


class Stuck(NamedTuple):
    """Wrappers that cannot be wrapped again, since a key of their legs does not wrap."""

    why: str
    wrappers: int


class Failed(NamedTuple):
    """A wrapper that was not relayered, and why."""

    wrapper: str
    sqlstate: str
    message: str


@dataclass
class Plan:
    """What a run would do."""

    groups: list[Alike]
    uses: dict[int, Use]
    may_refuse: list[str]
    """What kw.relayer looks at and this does not: ``modes`` below branches, ``floors``."""


@dataclass
class Relayering:
    """The wrappers of a database, or of one table, that are not as a policy wants them."""

    connection: Connection
    policy: Policy
    keys: dict[int, Key]
    batch: int
    table: str | None
    last: int
    done: int = 0
    failed: list[Failed] = field(default_factory=list)
    in_use: list[int] = field(default_factory=list)
    """Ids of wrappers that other transactions were changing, and still were at the end."""
    in_the_way: str = ""
    """What the server said of them last."""
    shares: bool = True
    """Whether a batch waits for the batches of other runs."""

    @classmethod
    def of(cls, connection: Connection, policy: str, batch: int, table: str | None) -> "Relayering":
        """Look the policy and the keys up; raises ``CheckFailed``."""
        with connection.cursor(row_factory=class_row(Policy)) as cursor:
            found = cursor.execute(_POLICY, (policy,)).fetchone()
        if found is None:
            raise CheckFailed(
                f'policy "{policy}" does not exist', "Choose one of kw.encryption_policies."
            )
        if found.kem_keys < found.min_layers:
            raise CheckFailed(
                f'policy "{policy}" requires {found.min_layers} usable KEM keys and has'
                f" {found.kem_keys}",
                "Use kw.add_policy_key, kw.set_kms_key_status or kw.set_algorithm_status.",
            )
        if table is not None and not _is_bound(connection, table):
            raise CheckFailed(
                f'nothing is bound to "{table}"',
                "Name it as kw.encryption_bindings.entity_table does, such as public.customers.",
            )
        with connection.cursor(row_factory=class_row(Key)) as cursor:
            keys = {key.id: key for key in cursor.execute(_KEYS)}
        # What is made from now on is made as its policy says: a run comes to an end.
        row = connection.execute("select coalesce(max(id), 0) from kw.key_wrappers").fetchone()
        assert row is not None
        return cls(connection, found, keys, batch, table, row[0])

    # -- which ----------------------------------------------------------------------------------

    def retired(self) -> int:
        """Count the wrappers that are left out because they are retired."""
        return self._count(" and w.status = 'retired'")

    def ready(self) -> int:
        """Count the wrappers that can be changed."""
        return self._count(_READY)

    def stuck(self) -> list[Stuck]:
        """Return what cannot be changed before a key wraps again, or the legs have others."""
        rows = self._rows(
            self._select("w.kms1_key_id, w.kms2_key_id, count(*)", _STUCK) + " group by 1, 2"
        )
        found: Counter[str] = Counter()
        for leg1, leg2, count in rows:
            obstacles = [self.keys[leg].obstacle for leg in (leg1, leg2) if leg is not None]
            found["; ".join(why for why in obstacles if why)] += count
        return [Stuck(why, count) for why, count in sorted(found.items())]

    def _count(self, condition: str) -> int:
        return int(self._rows(self._select("count(*)", condition))[0][0])

    def _select(self, columns: str, condition: str) -> str:
        table = _OF_TABLE if self.table is not None else ""
        return f"select {columns} {_WANTED} {table} {condition}"

    def _rows(self, query: str, **values: object) -> Rows:
        given = {
            "policy": self.policy.id,
            "fewest": self.policy.min_layers,
            "most": self.policy.max_layers,
            "last": self.last,
            "table": self.table,
            "stuck": [key.id for key in self.keys.values() if key.obstacle],
        }
        return self.connection.execute(query.encode(), given | values).fetchall()

    # -- what it costs --------------------------------------------------------------------------

    def plan(self) -> Plan:
        """Count what a run would do; changes nothing."""
        columns = f"w.dek_class, coalesce(w.crypto_suite ->> 'mode', ''), {_LAYERS}, count(*)"
        groups = self._select(columns, _READY) + " group by 1, 2, 3 order by 1, 2, 3"
        uses: defaultdict[int, Use] = defaultdict(Use)
        legs_of: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        # The runtime asks a KMS at once for what a batch has of the same mode and keys.
        for dek_class, batch, mode, leg1, leg2, count in self._rows(
            f"""
            select b.dek_class, b.batch, b.mode, b.kms1_key_id, b.kms2_key_id, count(*)
            from ({self._select(_BATCHES, _READY)}) b
            group by 1, 2, 3, 4, 5
            """,  # noqa: S608
            batch=self.batch,
        ):
            legs = [self.keys[leg] for leg in (leg1, leg2) if leg is not None]
            for leg in legs:
                self._ask(uses, leg, count, wraps=True, opens=leg in _opening(mode, legs))
            # A changed branch makes the session forget the branches that it has opened.
            phase = batch if dek_class == "branch" else 0
            legs_of[dek_class, phase].update(leg.id for leg in legs)
        for leg_ids in legs_of.values():
            for branch in self._branches(leg_ids):
                for leg in self._opening_legs(branch):
                    self._ask(uses, leg, 1, wraps=False, opens=True)
        alike = [Alike(*row) for row in self._rows(groups)]
        may_refuse = []
        if any(one.dek_class == "branch" for one in alike):
            may_refuse.append("modes")
        if alike and self._rows(_HAS_FLOORS)[0][0]:
            may_refuse.append("floors")
        return Plan(alike, dict(sorted(uses.items())), may_refuse)

    def _ask(
        self, uses: defaultdict[int, Use], key: Key, count: int, *, wraps: bool, opens: bool
    ) -> None:
        if not key.is_remote:
            return
        use, calls = uses[key.id], ceil(count / ITEMS_OF_A_CALL.get(key.kind, 1))
        if opens:
            use.opens += count
            use.calls += calls
        if wraps:
            use.wraps += count
            use.checks += count
            use.calls += 2 * calls

    def _branches(self, key_ids: Iterable[int]) -> list[Key]:
        """Return the branches among the keys, and those that have to be opened to open them."""
        found: dict[int, Key] = {}
        waiting = [self.keys[key_id] for key_id in key_ids]
        while waiting:
            key = waiting.pop()
            if key.kind == "wrapper" and key.id not in found:
                found[key.id] = key
                waiting += self._opening_legs(key)
        return list(found.values())

    def _opening_legs(self, branch: Key) -> list[Key]:
        legs = [self.keys[leg] for leg in (branch.leg1, branch.leg2) if leg is not None]
        return _opening(branch.mode, legs)

    # -- doing it -------------------------------------------------------------------------------

    def run(self, advance: Callable[[int], None]) -> None:
        """Relayer them, a batch a transaction; ``advance`` is told of those that were tried.

        What fails stands in ``failed``, and in ``in_use`` what others are changing, also when it is
        tried once more at the end. Raises ``KwtoolsError`` where a KMS is not there.
        """
        for dek_class in ("branch", "field"):  # what depends on a branch finds it as it will be
            after = 0
            while ids := self._next(dek_class, after):
                after = ids[-1]
                self._relayer(ids, advance)
        again, self.in_use = self.in_use, []
        for start in range(0, len(again), self.batch):
            self._relayer(again[start : start + self.batch], advance)
        if self.in_use:
            advance(len(self.in_use))

    def _next(self, dek_class: str, after: int) -> list[int]:
        """Return the ids of the next batch, as others have left it."""
        with transaction(self.connection):
            page = self._rows(
                self._select("w.id", f"{_READY} {_NEXT}"),
                dek_class=dek_class,
                after=after,
                batch=self.batch,
            )
        return [row[0] for row in page]

    def _relayer(self, ids: list[int], advance: Callable[[int], None]) -> None:
        """Relayer a batch; where it fails, its halves, down to the wrappers that fail alone."""
        waiting = [ids]
        while waiting:
            part = waiting.pop()
            left = len(self.in_use)
            failure = self._tried(part)
            if failure is not None and len(part) > 1:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
                continue
            if failure is not None:
                self.failed.append(failure)
            advance(len(part) - (len(self.in_use) - left))

    def _tried(self, ids: Sequence[int]) -> Failed | None:
        """Relayer those that still want it, in one transaction; return what stood in the way.

        Wrappers in use join ``in_use`` and not the failed: all, where a lock was waited for.
        """
        for tries in range(1, _TRIES + 1):
            found: Rows = []
            wrappers: list[str] = []
            try:
                with transaction(self.connection, writes=True):
                    self._wait_for_others()
                    found = self._rows(
                        self._select("w.id, w.wrapper_uuid", f"{_READY} {_AMONG}"), ids=ids
                    )
                    wrappers = [row[1] for row in found]
                    versions = self._relayer_many(wrappers) if wrappers else []
            except psycopg.Error as error:
                code = error.sqlstate or ""
                if code in _AGAIN and tries < _TRIES:
                    time.sleep(0.05 * 2 ** min(tries, 6) * random.uniform(0.5, 1))  # noqa: S311
                    continue
                if code == _IN_USE:
                    self.in_use += [row[0] for row in found] or ids
                    self.in_the_way = (
                        f"{_primary(error)}. {error.diag.message_detail or ''}".strip()
                    )
                    return None
                if code in OUTAGE:
                    raise self._stopped(f"a KMS is not available: {_primary(error)}") from None
                if self.connection.closed:
                    raise self._stopped("the connection was lost") from None
                if not code or code.startswith(_OF_THE_SESSION):
                    raise
                return Failed(wrappers[0] if wrappers else "", code, _told(error))
            in_use = [row[0] for row, version in zip(found, versions, strict=True) if not version]
            self.in_use += in_use
            self.done += len(wrappers) - len(in_use)
            return None
        raise AssertionError

    def _relayer_many(self, wrappers: Sequence[str]) -> list[int | None]:
        """Return the wrap_versions that wrappers got; null for those that are in use."""
        query = "select kw.relayer_many(%s::uuid[], %s)"
        self.connection.add_notice_handler(self._heard)
        try:
            row = self.connection.execute(query, (wrappers, self.policy.name)).fetchone()
        finally:
            self.connection.remove_notice_handler(self._heard)
        assert row is not None
        return list(row[0])

    def _heard(self, notice: psycopg.errors.Diagnostic) -> None:
        if "in use" in (notice.message_primary or ""):
            self.in_the_way = notice.message_detail or ""

    def _wait_for_others(self) -> None:
        """Wait until no other run works at a batch, but not without end."""
        if not self.shares:
            return
        set_limit = "select set_config('lock_timeout', %s, true)"
        self.connection.execute(set_limit, (PATIENCE,))
        try:
            with self.connection.transaction():  # a savepoint
                self.connection.execute(_ONE_AT_A_TIME)
        except psycopg.errors.LockNotAvailable:
            self.shares = False
        self.connection.execute(set_limit, ("0",))

    def _stopped(self, why: str) -> KwtoolsError:
        return KwtoolsError(
            f"{why}; {self.done} wrappers were relayered before",
            "Run it again when that is fixed. It continues where it stopped.",
        )


def _is_bound(connection: Connection, table: str) -> bool:
    query = "select exists (select from kw.encryption_bindings b where b.entity_table = %s)"
    row = connection.execute(query, (table,)).fetchone()
    return row is not None and bool(row[0])


def _opening(mode: str | None, legs: list[Key]) -> list[Key]:
    """Return the legs that are asked to open: the first that can, or both that are needed."""
    return legs[: usability.NEEDED.get(mode or "", 1)]


def _primary(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)


def _told(error: psycopg.Error) -> str:
    hint = error.diag.message_hint
    return f"{_primary(error)}. {hint}" if hint else _primary(error)
