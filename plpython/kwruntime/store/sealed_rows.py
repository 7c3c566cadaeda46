"""The sealed tables of kw, and what the seal of a row of each covers.

A seal covers every column but serial ids, timestamps and notes. References are names or uuids; one that
refers to no row, which only an edit without foreign keys leaves, is the id that it has.
"""

from kwruntime.postgres.query import Query
from kwruntime.store.sealed_tables import GENERATIONS_NO, SealedTable

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
PROTECTED_FIELDS = _small(
    19,
    "protected_fields",
    "id",
    "uuid",
    *("t.id", "t.entity_table", "t.field_name", "t.value_type", "t.key_scope"),
    *("t.ciphertext_column", "t.token_column", "t.index_uuid", "t.tenant_column"),
    "t.next_token_column",
)
# How far a batch has come is not covered: it changes with each, and who edits it skips rows, which he could as
# well change after they were verified.
PROTECTIONS = _small(
    20,
    "protections",
    "id",
    "bigint",
    *(
        "t.id",
        "t.entity_table",
        "t.field_name",
        "t.status",
        "t.key_scope",
        "t.value_type",
        "t.shown_by",
    ),
    *("t.search", "t.ciphertext_column", "t.plaintext_column", "t.token_column", "t.index_uuid"),
    *("t.base_table", "t.column_default", "t.is_not_null", "t.complete_from", "t.taken_over_from"),
    "t.takeover_options",
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
    PROTECTED_FIELDS,
    PROTECTIONS,
    WRAPPERS,
    BINDINGS,
    GENERATIONS,
)
"""Every sealed table, in the order that they are sealed and checked in."""
