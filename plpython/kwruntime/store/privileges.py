"""What roles may do by the privileges of tables, and which roles they are."""

from kwruntime.postgres.query import Query


# What a role may do by the privileges of a table: $1 role in force (oid), $2 field or null. They
# count only while the relation that the name was recorded for still bears it: the text of a regclass
# is its name, without a look-up that could be shadowed. A field that is not a column raises
# undefined_column; CASE keeps a schema that does not exist, as that of an external name need not,
# from raising too.
def by_table(privileges: str, relation: str, quoted_name: str, schema: str) -> str:
    return f"""(
        case
            when ({relation}::oid::regclass::text = {quoted_name}::text) is not true then false
            when not has_schema_privilege($1::oid, {schema}::text, 'usage') then false
            when $2::text is null then has_table_privilege($1::oid, {relation}::oid, '{privileges}')
            else has_column_privilege($1::oid, {relation}::oid, $2::text, '{privileges}')
        end
    )"""


READ, WRITE = "select", "insert, update"
MAY_READ, MAY_WRITE = (
    Query(
        f"select {by_table(privileges, '$3', '$4', '$5')} as allowed",
        ("oid", "text", "oid", "text", "text"),
    )
    for privileges in (READ, WRITE)
)
IS_COLUMN = Query(
    """
    select exists (
        select from pg_attribute a
        where a.attrelid = $1 and a.attname = $2 and a.attnum > 0 and not a.attisdropped
    ) as allowed
    """,
    ("oid", "text"),
)
RELATION_OWNER = Query("select c.relowner as owner from pg_class c where c.oid = $1", ("oid",))
HAS_ROLE = Query("select pg_has_role($1::oid, $2::oid, 'usage') as allowed", ("oid", "oid"))
HAS_NAMED_ROLE = Query("select pg_has_role($1::oid, $2::name, 'usage') as allowed", ("oid", "name"))
IS_SUPERUSER = Query("select r.rolsuper as allowed from pg_roles r where r.oid = $1", ("oid",))
IS_ROLE = Query("select exists (select from pg_roles r where r.rolname = $1) as allowed", ("name",))
