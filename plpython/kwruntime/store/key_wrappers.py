"""Rows of kw.key_wrappers, and whether their status lets them open."""

from typing import Any, NamedTuple
from uuid import UUID

from kwruntime.crypto.envelope import DekClass, Mode
from kwruntime.crypto.formats import BY_NAME, Format
from kwruntime.errors import NotAuthentic, WrapperUnusable
from kwruntime.postgres.query import Query

_NO_LAYERS_LISTED = '"layers": []'


# has_layers is not an exists(): a plan made while there are no layers would read all of them, once there are.
_WRAPPER = """
    select
        w.id, w.wrapper_uuid, w.status, w.dek_class,
        w.kms1_key_id, w.kms2_key_id, w.dek_wrap1, w.dek_wrap2, w.wrap1_version, w.wrap2_version,
        w.crypto_suite ->> 'format' as format, w.crypto_suite ->> 'mode' as mode,
        w.crypto_suite ->> 'commitment' as commitment, w.crypto_suite::text as suite, w.policy_id,
        w.owner::text as owner, w.owner_name, w.installation::text as installation, w.change_no, w.seal,
        coalesce(
            (select p.policy_name from kw.encryption_policies p where p.id = w.policy_id limit 1), w.policy_id::text
        ) as policy,
        (select true from kw.key_wrapper_layers l where l.key_wrapper_id = w.id limit 1) is true as has_layers
    from kw.key_wrappers w
"""
WRAPPERS = Query(f"{_WRAPPER} where w.id = any($1)", ("int8[]",))
WRAPPERS_BY_UUID = Query(f"{_WRAPPER} where w.wrapper_uuid = any($1::bpchar[])", ("text[]",))
WRAPPERS_FOR_UPDATE = Query(
    f"{_WRAPPER} where w.wrapper_uuid = any($1::bpchar[]) order by w.id for no key update of w",
    ("text[]",),
)
# Those that no other transaction locks.
WRAPPERS_IF_FREE = Query(f"{WRAPPERS_FOR_UPDATE.text} skip locked", ("text[]",))
WRAPPERS_AFTER = Query(
    f"{_WRAPPER} where w.id > $1 and w.status <> 'invalid' order by w.id limit $2",
    ("int8", "int4"),
)
NEW_WRAPPER_NAMES = Query(
    """
    select array_agg(nextval('kw.key_wrappers_id_seq')) as ids, array_agg(gen_random_uuid()::text) as uuids
    from generate_series(1, $1)
    """,
    ("int4",),
)


def new_wrappers(*more: str, names: str = "") -> str:
    """Return new wrappers as a source of rows, with further arrays beside their columns."""
    arrays = ", ".join(
        ("$1::bigint[]", "$2::text[]", "$3::bytea[]", "$4::bytea[]", "$5::text[]", *more)
    )
    columns = ", ".join(("id, wrapper_uuid, dek_wrap1, dek_wrap2, suite", *filter(None, [names])))
    return f"unnest({arrays}) as n ({columns})"


NEW_WRAPPER_TYPES = (
    "int8[]",
    "text[]",
    "bytea[]",
    "bytea[]",
    "text[]",
    "int8",
    "int8",
    "text",
    "int8",
)
NEW_WRAPPER_COLUMNS = """
    id, wrapper_uuid, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, crypto_suite,
    wrap2_version, wrap2_at, dek_class, policy_id
"""
NEW_WRAPPER_VALUES = """
    n.id, n.wrapper_uuid, $6::bigint, $7::bigint, n.dek_wrap1, n.dek_wrap2, n.suite::jsonb,
    case when $7::bigint is not null then 1 end, case when $7::bigint is not null then now() end, $8::text, $9::bigint
"""
# $10 the role that they belong to until they are bound; null where they are bound at once
INSERT_WRAPPERS = Query(
    f"""
    insert into kw.key_wrappers ({NEW_WRAPPER_COLUMNS}, owner, owner_name, installation)
    select
        {NEW_WRAPPER_VALUES}, $10::oid, (select r.rolname from pg_roles r where r.oid = $10),
        (select i.id from kw.installation i where $10 is not null)
    from {new_wrappers()}
    """,
    (*NEW_WRAPPER_TYPES, "oid"),
)
# Whose wrappers are until they are bound; no owner where none is known in this database. $2 who asks.
WRAPPER_OWNERS = Query(
    """
    select
        w.id, w.wrapper_uuid, w.owner_name as recorded_owner, r.oid as owner, r.rolname as owner_name,
        pg_get_userbyid($2) as asking
    from kw.key_wrappers w
    left join kw.installation i on i.id = w.installation
    left join pg_roles r on r.oid = w.owner and i.id is not null
    where w.id = any($1)
    """,
    ("int8[]", "oid"),
)
GIVE_WRAPPERS = Query(
    """
    update kw.key_wrappers w
    set owner = r.oid, owner_name = r.rolname, installation = (select i.id from kw.installation i)
    from pg_roles r
    where w.id = any($1) and r.rolname = $2
    """,
    ("int8[]", "name"),
)
# By the ctid of rows that were locked before, found one by one. A leg without a new wrap keeps its own.
REWRAP = Query(
    """
    update kw.key_wrappers w
    set kms1_key_id = $5, kms2_key_id = $6, dek_wrap1 = coalesce(n.dek_wrap1, w.dek_wrap1),
        dek_wrap2 = coalesce(n.dek_wrap2, w.dek_wrap2), wrap1_version = $7, wrap2_version = $8,
        wrap_version = greatest($7, $8), crypto_suite = n.suite::jsonb,
        wrap1_at = case when n.dek_wrap1 is null then w.wrap1_at else now() end,
        wrap2_at = case when n.dek_wrap2 is null then w.wrap2_at else now() end
    from unnest($1, $2, $3, $4) as n (id, dek_wrap1, dek_wrap2, suite)
    cross join lateral (select o.ctid from kw.key_wrappers o where o.id = n.id limit 1) o
    where w.ctid = o.ctid
    """,
    ("int8[]", "bytea[]", "bytea[]", "text[]", "int8", "int8", "int4", "int4"),
)
RELAYER = Query(
    """
    update kw.key_wrappers w
    set dek_wrap1 = n.dek_wrap1, dek_wrap2 = n.dek_wrap2, wrap1_version = w.wrap1_version + 1,
        wrap2_version = w.wrap2_version + 1, wrap_version = w.wrap_version + 1, crypto_suite = n.suite::jsonb,
        policy_id = $5, wrap1_at = now(), wrap2_at = case when n.dek_wrap2 is not null then now() end
    from unnest($1, $2, $3, $4) as n (id, dek_wrap1, dek_wrap2, suite)
    cross join lateral (select o.ctid from kw.key_wrappers o where o.id = n.id limit 1) o
    where w.ctid = o.ctid
    """,
    ("int8[]", "bytea[]", "bytea[]", "text[]", "int8"),
)
# Locks those of wrappers $1 that still have the versions that were read, and that nobody else locks.
LOCK_UNCHANGED = Query(
    """
    select o.id
    from unnest($1, $2, $3) n (id, wrap1_version, wrap2_version)
    cross join lateral (
        select o.id
        from kw.key_wrappers o
        where o.id = n.id and o.wrap1_version = n.wrap1_version
            and o.wrap2_version is not distinct from n.wrap2_version and o.status <> 'invalid'
        limit 1
        for no key update skip locked
    ) o
    """,
    ("int8[]", "int4[]", "int4[]"),
)
KEYS_OF_WRAPPERS = Query(
    """
    select w.kms1_key_id as id from kw.key_wrappers w where w.id = any($1)
    union
    select w.kms2_key_id from kw.key_wrappers w where w.id = any($1) and w.kms2_key_id is not null
    union
    select l.kms_key_id
    from kw.key_wrapper_layers l
    where l.key_wrapper_id = any($1) and l.kms_key_id is not null
    """,
    ("int8[]",),
)
COUNT_RETIRED = Query(
    "select count(*) as retired from kw.key_wrappers w where w.status = 'retired'"
)
SET_WRAPPER_STATUS = Query(
    """
    update kw.key_wrappers
    set status = case when $2 = 'active' and rotated_at is not null then 'rotated' else $2 end
    where id = $1
    returning status
    """,
    ("int8", "text"),
)


class WrapperRow(NamedTuple):
    """A row of key_wrappers as ``queries`` reads it."""

    id: int
    uuid: UUID
    status: str
    dek_class: DekClass
    keys: tuple[int, ...]
    wraps: tuple[bytes, ...]
    versions: tuple[int, ...]
    format: str | None
    mode: str | None
    commitment: str | None
    suite: str
    policy_id: int | None
    has_layers: bool
    policy: str | None
    """The name of its policy, as its seal has it."""
    owner: tuple[str | None, ...]
    """Whose it is until it is bound: oid, name and installation, as texts."""
    change_no: int | None
    seal: bytes | None

    def __repr__(self) -> str:
        return f"WrapperRow({self.uuid})"

    def known_mode(self) -> Mode:
        """Return its mode; raises ``NotAuthentic``."""
        try:
            return Mode(self.mode or "")
        except ValueError:
            raise NotAuthentic(f"wrapper {self.uuid} has no valid crypto_suite") from None

    def known_form(self) -> Format:
        """Return its format; raises ``NotAuthentic``."""
        form = BY_NAME.get(self.format or "")
        if form is None:
            raise NotAuthentic(f'wrapper {self.uuid} has unknown format "{self.format}"')
        return form

    @classmethod
    def of(cls, row: dict[str, Any]) -> "WrapperRow":
        """Take it from a result row."""
        two = row["kms2_key_id"] is not None
        return cls(
            row["id"],
            UUID(row["wrapper_uuid"]),
            row["status"],
            DekClass.of(row["dek_class"]),
            (row["kms1_key_id"], row["kms2_key_id"]) if two else (row["kms1_key_id"],),
            (row["dek_wrap1"], row["dek_wrap2"]) if two else (row["dek_wrap1"],),
            (row["wrap1_version"], row["wrap2_version"]) if two else (row["wrap1_version"],),
            row["format"],
            row["mode"],
            row["commitment"],
            row["suite"],
            row["policy_id"],
            # A row that was waited for is read again, but not what its query looks up beside it.
            row["has_layers"] or _NO_LAYERS_LISTED not in row["suite"],
            row["policy"],
            (row["owner"], row["owner_name"], row["installation"]),
            row["change_no"],
            row["seal"],
        )

    @property
    def to_be_rewrapped(self) -> "WrapperRow":
        """The row as one that opens: a retired DEK is wrapped again too, and given to nobody."""
        return self._replace(status="rotated") if self.status == "retired" else self

    def check_status(self) -> None:
        """Raise ``WrapperUnusable`` where it is retired or destroyed."""
        if self.status in ("retired", "invalid"):
            unusable = WrapperUnusable(
                f"wrapper {self.uuid} is {self.status}",
                hint=f"Put it back with kw.set_wrapper_status('{self.uuid}', 'active')."
                if self.status == "retired"
                else None,
            )
            unusable.is_destroyed = self.status == "invalid"
            raise unusable
