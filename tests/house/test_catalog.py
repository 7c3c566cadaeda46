"""What must hold of the catalog after CREATE EXTENSION: the design's tables, to the column."""

import pytest
from kwruntime.store.doctor_checks import COMMITTING, DEFINERS, OF_EACH_ROW, OF_TYPES

from tests.conftest import Database

# Section 2 of the design: its tables and columns; ? marks a nullable one.
DESIGN = {
    "kms_providers": """
        id bigint, name varchar(100), provider text, location varchar(512)?,
        project_tenant varchar(150)?, config jsonb, is_enabled boolean, created_at timestamptz(6)
    """,
    "kms_keys": """
        id bigint, provider_id bigint, external_key_ref varchar(512), purpose text,
        algorithm varchar(64)?, status text, created_at timestamptz(6)
    """,
    "crypto_algorithms": """
        id bigint, class text, name varchar(120), variant varchar(80)?, variant_norm text,
        nist_level smallint?, status text, params jsonb?, created_at timestamptz(6)
    """,
    "key_wrappers": """
        id bigint, wrapper_uuid char(36), kms1_key_id bigint, kms2_key_id bigint?,
        dek_wrap1 bytea, dek_wrap2 bytea?, crypto_suite jsonb, wrap_version integer, status text,
        created_at timestamptz(6), rotated_at timestamptz(6)?
    """,
    "key_wrapper_layers": """
        id bigint, key_wrapper_id bigint, layer_no smallint, kms_key_id bigint?,
        kem_algo_id bigint, kem_ciphertext bytea, encap_pubkey bytea?, aad jsonb?, meta jsonb?,
        created_at timestamptz(6)
    """,
    "encryption_bindings": """
        id bigint, entity_table varchar(64), entity_pk varchar(64), field_name varchar(64)?,
        field_name_norm varchar(64), key_wrapper_id bigint, created_at timestamptz(6)
    """,
    "encryption_policies": """
        id bigint, policy_name varchar(100), mode text, layer_selection text,
        min_layers smallint, max_layers smallint, aad_template jsonb?, notes text?,
        created_at timestamptz(6)
    """,
    "policy_kms_keys": """
        policy_id bigint, kms_key_id bigint, weight integer, priority integer,
        created_at timestamptz(6), updated_at timestamptz(6)
    """,
    "kms_health_checks": """
        id bigint, provider_id bigint?, kms_key_id bigint?, status text, latency_ms integer?,
        error text?, checked_at timestamptz(6)
    """,
    "rewrap_jobs": """
        id bigint, key_wrapper_id bigint, target_kms1_key_id bigint?, target_kms2_key_id bigint?,
        scheduled_at timestamptz(6)?, started_at timestamptz(6)?, finished_at timestamptz(6)?,
        status text, attempts integer, last_error text?, created_at timestamptz(6)
    """,
    "signing_keys": """
        id bigint, algo_id bigint, name varchar(120), scope varchar(120)?, origin text,
        public_key bytea, private_key_enc bytea?, kms_key_id bigint?, status text,
        created_at timestamptz(6), activated_at timestamptz(6)?, retired_at timestamptz(6)?,
        notes text?
    """,
}
# The drawing's foreign keys: table, column, table referred to, what a delete there does.
FOREIGN_KEYS = {
    "fk_enc_bind_kw": ("encryption_bindings", "key_wrapper_id", "key_wrappers", "r"),
    "fk_kwl_algo": ("key_wrapper_layers", "kem_algo_id", "crypto_algorithms", "a"),
    "fk_kwl_kw": ("key_wrapper_layers", "key_wrapper_id", "key_wrappers", "c"),
    "fk_kwl_kms": ("key_wrapper_layers", "kms_key_id", "kms_keys", "a"),
    "fk_kw_kms1": ("key_wrappers", "kms1_key_id", "kms_keys", "a"),
    "fk_kw_kms2": ("key_wrappers", "kms2_key_id", "kms_keys", "a"),
    "fk_kms_hc_key": ("kms_health_checks", "kms_key_id", "kms_keys", "c"),
    "fk_kms_keys_provider": ("kms_keys", "provider_id", "kms_providers", "a"),
    "fk_policy_kms_keys_key": ("policy_kms_keys", "kms_key_id", "kms_keys", "a"),
    "fk_rewrap_kw": ("rewrap_jobs", "key_wrapper_id", "key_wrappers", "c"),
    "fk_rewrap_tk1": ("rewrap_jobs", "target_kms1_key_id", "kms_keys", "a"),
    "fk_rewrap_tk2": ("rewrap_jobs", "target_kms2_key_id", "kms_keys", "a"),
    "fk_sk_kms": ("signing_keys", "kms_key_id", "kms_keys", "a"),
}
UNIQUE = [
    ("kms_providers", "name"),
    ("kms_keys", "provider_id, external_key_ref"),
    ("crypto_algorithms", "class, name, variant_norm"),
    ("key_wrappers", "wrapper_uuid"),
    ("key_wrapper_layers", "key_wrapper_id, layer_no"),
    ("encryption_bindings", "entity_table, entity_pk, field_name_norm"),
    ("encryption_policies", "policy_name"),
    ("policy_kms_keys", "policy_id, kms_key_id"),
    ("signing_keys", "name"),
]
GUARD = "keys live: first set kwtools.allow_drop = 'all keys'"
# They only have to differ: from what any session remembers, from what any other database recorded.
NOT_DUMPED = {
    "key_epoch_marks", "key_graph_lock", "log_lock", "installation", "loads_to_check", GUARD,
    "audited_reads",
}  # fmt: skip


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    """How the design abbreviates the names of types."""
    return {
        "varchar": "character varying",
        "char": "character",
        "timestamptz(6)": "timestamp(6) with time zone",
    }


def _columns(table: str, words: dict[str, str]) -> list[tuple[str, str, bool]]:
    found = []
    for part in " ".join(DESIGN[table].split()).split(", "):
        name, type_ = part.split(" ")
        bare = type_.rstrip("?")
        head = bare.split("(")[0]
        full = words.get(bare) or words.get(head, head) + bare[len(head) :]
        found.append((name, full, type_.endswith("?")))
    return found


def test_the_tables_have_the_columns_of_the_design(db: Database, words: dict[str, str]) -> None:
    for table in DESIGN:
        rows = db.sql(
            """
            select attname::text, format_type(atttypid, atttypmod), not attnotnull
            from pg_attribute
            where attrelid = to_regclass('kw.' || %s) and attnum > 0 and not attisdropped
            """,
            table,
        )
        assert set(_columns(table, words)) - set(rows) == set(), table


def test_every_timestamp_is_timestamptz_6(db: Database) -> None:
    rows = db.sql(
        """
        select distinct format_type(a.atttypid, a.atttypmod)
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r' and a.attnum > 0
            and a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
        """
    )
    assert rows == [("timestamp(6) with time zone",)]


def test_the_foreign_keys_bear_the_names_of_the_drawing(db: Database) -> None:
    rows = db.sql(
        """
        select
            c.conname::text, r.relname::text, a.attname::text, f.relname::text, c.confdeltype::text
        from pg_constraint c
        join pg_class r on r.oid = c.conrelid
        join pg_class f on f.oid = c.confrelid
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.connamespace = 'kw'::regnamespace and cardinality(c.conkey) = 1
        """
    )
    found = {row[0]: row[1:] for row in rows}
    assert {name: found.get(name) for name in FOREIGN_KEYS} == FOREIGN_KEYS
    assert [name for name in found if not name.startswith("fk_")] == []


def test_what_is_unique_is_unique(db: Database) -> None:
    rows = db.sql(
        """
        select r.relname::text, (
            select string_agg(a.attname, ', ' order by k.position)
            from unnest(c.conkey) with ordinality k (number, position)
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number
        )
        from pg_constraint c join pg_class r on r.oid = c.conrelid
        where c.contype in ('u', 'p') and c.connamespace = 'kw'::regnamespace
        """
    )
    assert set(UNIQUE) - set(rows) == set()


def test_what_is_compared_as_a_name_is_collated_bytewise(db: Database) -> None:
    rows = db.sql(
        """
        select c.relname || '.' || a.attname
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid and c.relnamespace = 'kw'::regnamespace
        join pg_collation l on l.oid = a.attcollation
        where c.relkind = 'r' and l.collname <> 'C' and a.attname in (
            'entity_table', 'entity_pk', 'field_name', 'field_name_norm', 'wrapper_uuid',
            'policy_name', 'external_key_ref', 'external_key_id'
        )
        """
    )
    assert rows == []


def test_everything_of_ours_has_a_comment(db: Database) -> None:
    rows = db.sql(
        """
        select i.type || ' ' || i.identity
        from (
            select 'pg_class'::regclass, c.oid, 0 from pg_class c
            where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'v', 'm')
            union all
            select 'pg_class'::regclass, a.attrelid, a.attnum
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'v', 'm')
                and a.attnum > 0 and not a.attisdropped
            union all
            select 'pg_proc'::regclass, oid, 0 from pg_proc where pronamespace = 'kw'::regnamespace
            union all
            select 'pg_type'::regclass, t.oid, 0
            from pg_type t left join pg_class c on c.oid = t.typrelid
            where
                t.typnamespace = 'kw'::regnamespace and t.typcategory <> 'A'
                and (c.oid is null or c.relkind = 'c')
            union all
            select 'pg_namespace'::regclass, 'kw'::regnamespace, 0
            union all
            select 'pg_extension'::regclass, oid, 0 from pg_extension where extname = 'kwtools'
        ) o (classid, objid, part)
        cross join pg_identify_object(o.classid, o.objid, o.part) i
        where not exists (
            select from pg_description d
            where d.classoid = o.classid and d.objoid = o.objid and d.objsubid = o.part
        )
        """
    )
    assert rows == []


def test_every_table_and_sequence_is_dumped_with_its_rows(db: Database) -> None:
    rows = db.sql(
        """
        select c.relname::text
        from pg_class c
        where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'S')
            and not exists (
                select from pg_extension e
                where e.extname = 'kwtools' and c.oid = any (e.extconfig)
            )
        """
    )
    assert {name for (name,) in rows} == NOT_DUMPED


def test_every_function_is_pinned_and_few_are_the_owners(db: Database) -> None:
    rows = db.sql(
        """
        select
            proname::text, prosecdef, provolatile::text, proparallel::text, proisstrict,
            'search_path=pg_catalog, pg_temp' = any (proconfig), lanname::text
        from pg_proc join pg_language l on l.oid = prolang
        where pronamespace = 'kw'::regnamespace
        """
    )
    assert len(rows) > 50
    assert {row[0] for row in rows if row[1]} == set(DEFINERS)
    immutable = {"entity_key", "is_ciphertext", *OF_TYPES}
    assert {row[0] for row in rows if row[2] == "i"} <= immutable
    assert {row[3] for row in rows if row[6] == "plpython3u"} == {"u"}
    assert {row[0] for row in rows if row[4]} == set(OF_TYPES)
    assert {row[0] for row in rows if not row[5]} == {*COMMITTING, *OF_EACH_ROW, *OF_TYPES}
    assert {row[0] for row in rows if row[6] == "internal"} == set(OF_TYPES)
    assert {row[6] for row in rows} == {"plpython3u", "plpgsql", "sql", "internal"}


def test_nothing_of_ours_stands_in_another_schema(db: Database) -> None:
    rows = db.sql(
        """
        select distinct i.type, i.schema
        from pg_depend d
        cross join pg_identify_object(d.classid, d.objid, d.objsubid) i
        where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
            and d.refobjid = (select oid from pg_extension where extname = 'kwtools')
            and i.schema is distinct from 'kw'
        """
    )
    assert sorted(rows) == [("cast", None), ("event trigger", None), ("schema", None)]
