"""Rows of kw as their seals cover them: read, in pages too, and given new seals.

A seal covers every column but serial ids, timestamps and notes. References are names or uuids; one that
refers to no row, which only an edit without foreign keys leaves, is the id that it has.
"""

from functools import cached_property
from hashlib import sha256

from kwruntime.crypto.state import SHIFTS
from kwruntime.postgres.query import Query

GENERATIONS_NO = 3

# Changes are logged where a log is. A transaction that keeps its snapshot cannot see that one was made.
CHANGE_NUMBERS = Query(
    """
    select
        array_agg(nextval('kw.change_numbers')) as numbers,
        (select max(d.incarnation) from kw.deployments d) as incarnation,
        exists (select from kw.logs) or current_setting('transaction_isolation') <> 'read committed'
            as is_logged
    from generate_series(1, $1)
    """,
    ("int4",),
)


_BELOW_ALL = {
    "bigint": "-9223372036854775808",
    "integer": "-2147483648",
    "text": "",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
"""A key of each type that no row has, and that is below all others."""


class SealedTable:
    """A table whose rows are sealed. It does not change.

    Rows are found by the column ``key``, which several rows may share; ``row_key``, an expression over ``t``,
    names one row. ``columns`` are what the seal covers, ``source`` is what is joined to the table ``t``.
    ``number`` is that of the table in changes and in the state (docs/format.md).
    """

    def __init__(
        self,
        number: int,
        name: str,
        key: str,
        key_type: str,
        columns: str,
        *,
        source: str = "",
        row_key: str = "",
    ) -> None:
        self.number = number
        self.name = name
        self._key = f"t.{key}"
        self._type = key_type
        self._row_key = row_key or f"{self._key}::text"
        self._columns = columns
        self._source = source

    def __repr__(self) -> str:
        return f"SealedTable({self.name})"

    def place(self, row_key: str) -> tuple[int, int]:
        """Return what a row is named by in changes and in the state: its id and sub."""
        if self.is_small:
            return int.from_bytes(sha256(row_key.encode()).digest()[:8], "big"), 0
        number, _, sub = row_key.partition("/")
        return int(number), int(sub or 0)

    @property
    def is_small(self) -> bool:
        """Whether rows are named by the hash of their key."""
        return self.number not in SHIFTS

    @cached_property
    def entries(self) -> str:
        """Select the entries of the state, and their buckets, of the rows that have a seal."""
        return f"select {self._bucket} as bucket, {self._entry} as entry {self._sealed}"

    @cached_property
    def entries_of_buckets(self) -> str:
        """Select the same, in order, of the buckets of table ``asked``."""
        if self.is_small:
            return f"""
                {self.entries}
                    and {self._bucket} in (
                        select a.bucket from asked a where a.table_no = {self.number}
                    )
                order by 2
            """
        return f"""
            select a.bucket, r.entry
            from asked a
            cross join lateral (
                select {self._entry} as entry {self._sealed}
                    and {self._key} between a.bucket << {SHIFTS[self.number]}
                        and (a.bucket << {SHIFTS[self.number]}) + {2 ** SHIFTS[self.number] - 1}
            ) r
            where a.table_no = {self.number}
            order by 2
        """

    @property
    def _sealed(self) -> str:
        return f"from kw.{self.name} t where t.change_no is not null"

    @property
    def _hash(self) -> str:
        return f"sha256(convert_to({self._row_key}, 'UTF8'))"

    @property
    def _bucket(self) -> str:
        if self.is_small:
            return f"get_byte({self._hash}, 0)::bigint"
        return f"{self._key} >> {SHIFTS[self.number]}"

    @property
    def _entry(self) -> str:
        sub = "t.generation" if self.number == GENERATIONS_NO else "0"
        row = f"substr({self._hash}, 1, 8)" if self.is_small else f"int8send({self._key})"
        return f"{row} || int4send({sub}) || int8send(t.change_no)"

    @cached_property
    def rows(self) -> Query:
        """Query the rows of keys $1."""
        return Query(
            f"""
            select {self._row_key} as row_key, t.change_no, t.seal, {self._columns}
            from unnest($1::{self._type}[]) asked (key)
            cross join lateral (select * from kw.{self.name} t where {self._key} = asked.key offset 0) t
            {self._source}
            """,
            ("text[]",),
        )

    @cached_property
    def lock(self) -> Query:
        """Query that locks the rows of keys $1 against changes."""
        return Query(
            f"""
            select
            from (select a.key from unnest($1::{self._type}[]) a (key) order by a.key) asked
            cross join lateral (
                select from kw.{self.name} t where {self._key} = asked.key for no key update
            ) t
            """,
            ("text[]",),
        )

    @cached_property
    def page(self) -> Query:
        """Query the next $2 keys after key $1 or from the first on; with $3 only of rows without a seal."""
        # An index finds where to go on only if the condition is one comparison.
        distinct = "" if self._row_key == f"{self._key}::text" else "distinct"
        return Query(
            f"""
            select {distinct} {self._key} as place, {self._key}::text as key
            from kw.{self.name} t
            where {self._key} > coalesce($1::{self._type}, '{_BELOW_ALL[self._type]}')
                and (t.seal is null or not $3)
            order by 1
            limit $2
            """,
            ("text", "int4", "bool"),
        )

    @cached_property
    def to_reseal(self) -> Query:
        """Query the keys of the next $2 rows after key $1 that have no seal of key_no $3, as bytes."""
        return Query(
            f"""
            select {self._key}::text as key
            from kw.{self.name} t
            where {self._key} > coalesce($1::{self._type}, '{_BELOW_ALL[self._type]}')
                and (t.seal is null or substr(t.seal, 1, 4) <> $3)
            order by {self._key}
            limit $2
            """,
            ("text", "int4", "bytea"),
        )

    @cached_property
    def lock_free(self) -> Query:
        """Query that locks the rows of keys $1 that no other transaction holds, and returns their keys."""
        return Query(
            f"""
            select distinct asked.key::text as key
            from unnest($1::{self._type}[]) asked (key)
            cross join lateral (
                select from kw.{self.name} t where {self._key} = asked.key for no key update skip locked
            ) t
            """,
            ("text[]",),
        )

    @property
    def every_row(self) -> str:
        """The text of a query of all rows, with the name of the table."""
        return f"""
            select '{self.name}' as table_name, {self._row_key} as row_key, t.change_no, t.seal, {self._columns}
            from kw.{self.name} t
            {self._source}
        """

    @cached_property
    def row_keys(self) -> Query:
        """Query what names each row."""
        return Query(f"select {self._row_key} as row_key from kw.{self.name} t")

    @cached_property
    def set_seals(self) -> Query:
        """Query that gives rows $1 their change numbers $2 and seals $3."""
        first = f"{self._key} = split_part(n.row_key, '/', 1)::{self._type}"
        is_row = (
            f"{self._key} = n.row_key::{self._type}"
            if self._row_key == f"{self._key}::text"
            else f"{first} and {self._row_key} = n.row_key"
        )
        return Query(
            f"""
            update kw.{self.name} u
            set change_no = n.change_no, seal = n.seal
            from unnest($1::text[], $2::bigint[], $3::bytea[]) n (row_key, change_no, seal)
            cross join lateral (select t.ctid from kw.{self.name} t where {is_row} limit 1) t
            where u.ctid = t.ctid
            """,
            ("text[]", "int8[]", "bytea[]"),
        )


def _small(
    number: int,
    name: str,
    key: str,
    key_type: str,
    *values: str,
    source: str = "",
    row_key: str = "",
) -> SealedTable:
    columns = f"array[{', '.join(f'({value})::text' for value in values)}] as values"
    return SealedTable(number, name, key, key_type, columns, source=source, row_key=row_key)


_POLICY = "coalesce(p.policy_name, t.policy_id::text)"
_KEY = "coalesce(k.key_uuid::text, t.kms_key_id::text)"
_WRAPPER_UUID = "w.wrapper_uuid::text as wrapper"
WRAPPERS = SealedTable(
    1,
    "key_wrappers",
    "id",
    "bigint",
    "t.id as wrapper_id",  # read as every wrapper is: key_wrappers.WRAPPERS
)
BINDINGS = SealedTable(
    2,
    "encryption_bindings",
    "id",
    "bigint",
    f"""
    t.id, t.status, t.is_closed, coalesce(e.entity_id::text, t.entity_table::text) as entity, t.entity_pk as pk,
    t.field_name as field, t.suite, t.generation, {_WRAPPER_UUID}
    """,
    source="""
    left join lateral (
        select w.wrapper_uuid from kw.key_wrappers w where w.id = t.key_wrapper_id limit 1
    ) w on true
    left join lateral (
        select e.entity_id from kw.entities e where e.bound_as = t.entity_table limit 1
    ) e on true
    """,
)
GENERATIONS = SealedTable(
    GENERATIONS_NO,
    "binding_generations",
    "binding_id",
    "bigint",
    f"t.binding_id, t.generation, {_WRAPPER_UUID}",
    source="""
    left join lateral (
        select w.wrapper_uuid from kw.key_wrappers w where w.id = t.key_wrapper_id limit 1
    ) w on true
    """,
    row_key="t.binding_id || '/' || t.generation",
)
PROVIDERS = _small(
    5,
    "kms_providers",
    "id",
    "bigint",
    *("t.name", "t.provider", "t.location", "t.project_tenant", "t.config", "t.is_enabled"),
    "t.root_group",
)
KEYS = _small(
    6,
    "kms_keys",
    "id",
    "bigint",
    *(
        "t.key_uuid",
        "p.name",
        "t.external_key_ref",
        "t.external_key_id",
        "t.purpose",
        "t.algorithm",
    ),
    *("t.status", "encode(t.public_key, 'hex')", "t.root_uuid"),
    source="left join kw.kms_providers p on p.id = t.provider_id",
)
PRIVATE_KEYS = _small(
    7,
    "kem_private_keys",
    "kms_key_id",
    "bigint",
    *("k.key_uuid", "s.key_uuid", "encode(t.sealed_key, 'hex')"),
    source="""
        left join kw.kms_keys k on k.id = t.kms_key_id
        left join kw.kms_keys s on s.id = t.sealed_by_key_id
    """,
)
POLICIES = _small(
    8,
    "encryption_policies",
    "id",
    "bigint",
    *("t.policy_name", "t.mode", "t.layer_selection", "t.min_layers", "t.max_layers"),
    *("t.aad_template", "t.allows_experimental", "extract(epoch from t.max_wrap_age)"),
    "t.renews_one_leg",
)
POLICY_KEYS = _small(
    9,
    "policy_kms_keys",
    "policy_id",
    "bigint",
    *("p.policy_name", "k.key_uuid", "t.weight", "t.priority"),
    source="""
        left join kw.encryption_policies p on p.id = t.policy_id
        left join kw.kms_keys k on k.id = t.kms_key_id
    """,
    row_key="t.policy_id || '/' || t.kms_key_id",
)
ENTITIES = _small(
    13,
    "entities",
    "entity_table",
    "text",
    *("t.entity_table", "t.entity_id", "t.quoted_name", "t.owner_name", "t.key_form", "t.bound_as"),
)
FIELDS = _small(
    14,
    "entity_fields",
    "id",
    "uuid",
    *("t.id", "t.entity_table", "t.field_name_norm", _POLICY, "t.min_nist_level"),
    *("t.has_keys", "t.has_shredded", "t.is_mark", "t.has_other_spellings", "t.read_audit"),
    source="left join kw.encryption_policies p on p.id = t.policy_id",
)
GRANTS = _small(
    15,
    "field_grants",
    "id",
    "uuid",
    *("t.id", "t.entity_table", "t.field_name_norm", "t.role_name", "t.may_read", "t.may_write"),
    *("t.granted_by", "t.relation", "t.owner", "t.owner_name", "t.grantee", "t.installation"),
)
# Of the deployment keys, and of the branches that are keys: found one by one, since wrappers may be millions.
BRANCHES = Query(
    """
    select w.id::text as key
    from kw.kms_providers p
    join kw.kms_keys k on k.provider_id = p.id
    cross join lateral (
        select w.id, w.status from kw.key_wrappers w where w.wrapper_uuid = k.external_key_ref::bpchar limit 1
    ) w
    where p.provider = 'wrapper' and w.status <> 'invalid'
    union
    select d.key_wrapper_id::text from kw.deployments d
    """
)
POLICY_NAMES = Query("select p.id, p.policy_name as name from kw.encryption_policies p")
# Grants of (entity $1, field $2 or null) to roles that role $3 is a member of.
GRANTS_TO = Query(
    """
    select g.id::text as id
    from kw.field_grants g
    join pg_roles r on r.oid = g.grantee
    where g.entity_table = $1 and g.field_name_norm in ('', coalesce($2::text, ''))
        and pg_has_role($3::oid, r.oid, 'usage')
    """,
    ("text", "text", "oid"),
)
FIELDS_OF = Query(
    "select f.id::text as id from kw.entity_fields f where f.entity_table = any($1)", ("text[]",)
)
# Of entities $1; of all where there are none.
GRANTS_OF = Query(
    "select g.id::text as id from kw.field_grants g where g.entity_table = any($1) or $1 = '{}'",
    ("text[]",),
)
SETTINGS = _small(10, "settings", "name", "text", "t.name", "t.value")
ALGORITHMS = _small(
    11,
    "algorithm_statuses",
    "algorithm_id",
    "bigint",
    *("a.class", "a.name", "a.variant", "t.status"),
    source="left join kw.crypto_algorithms a on a.id = t.algorithm_id",
)
SIGNING_KEYS = _small(
    12,
    "signing_keys",
    "id",
    "bigint",
    *("t.name", "a.name", "t.scope", "t.origin", "encode(t.public_key, 'hex')"),
    *("encode(t.private_key_enc, 'hex')", _KEY, "t.status"),
    *(f"extract(epoch from t.{when}_at)" for when in ("activated", "retired", "compromised")),
    source="""
        left join kw.crypto_algorithms a on a.id = t.algo_id
        left join kw.kms_keys k on k.id = t.kms_key_id
    """,
)
IMPORT_SOURCES = _small(
    16,
    "import_sources",
    "signing_key_id",
    "bigint",
    *("coalesce(s.name, t.signing_key_id::text)", "t.number"),
    source="left join kw.signing_keys s on s.id = t.signing_key_id",
)
LOG_KEYS = _small(
    17,
    "log_keys",
    "log_id",
    "bigint",
    *("coalesce(l.origin, t.log_id::text)", "coalesce(s.name, t.signing_key_id::text)"),
    *("t.verifier_key", "extract(epoch from t.removed_at)"),
    source="""
        left join kw.logs l on l.id = t.log_id
        left join kw.signing_keys s on s.id = t.signing_key_id
    """,
    row_key="t.log_id || '/' || t.signing_key_id",
)
BLIND_INDEXES = _small(
    18,
    "blind_indexes",
    "index_uuid",
    "uuid",
    *("t.index_uuid", "coalesce(e.entity_id::text, t.entity_table)", "t.field_name", "t.tenant"),
    *("t.normaliser", "t.bits", "t.generation", "coalesce(w.wrapper_uuid, t.key_wrapper_id::text)"),
    *("coalesce(n.wrapper_uuid, t.next_wrapper_id::text)", "t.status"),
    source="""
        left join kw.entities e on e.bound_as = t.entity_table
        left join kw.key_wrappers w on w.id = t.key_wrapper_id
        left join kw.key_wrappers n on n.id = t.next_wrapper_id
    """,
)
DEPLOYMENT_ROWS = _small(
    4,
    "deployments",
    "key_no",
    "integer",
    *("t.key_no", "t.deployment_uuid", "w.wrapper_uuid", "t.incarnation", "t.phase"),
    source="left join kw.key_wrappers w on w.id = t.key_wrapper_id",
)
TABLES_OF_KEYS = (
    DEPLOYMENT_ROWS,
    PROVIDERS,
    KEYS,
    PRIVATE_KEYS,
    POLICIES,
    POLICY_KEYS,
    SETTINGS,
    ALGORITHMS,
)
"""What every wrapper depends on."""
# In one query: each session asks it, and most of its price is to be planned.
ROWS_OF_KEYS = Query(" union all ".join(table.every_row for table in TABLES_OF_KEYS))
TABLES = (
    *TABLES_OF_KEYS,
    SIGNING_KEYS,
    IMPORT_SOURCES,
    LOG_KEYS,
    ENTITIES,
    FIELDS,
    GRANTS,
    BLIND_INDEXES,
    WRAPPERS,
    BINDINGS,
    GENERATIONS,
)
"""Every sealed table, in the order that they are sealed and checked in."""
