"""kw.kms_providers."""

from kwruntime.postgres.query import Query

PROVIDER = Query(
    "select p.id, p.name, p.provider as kind, p.is_enabled from kw.kms_providers p where p.name = $1",
    ("text",),
)
ENABLED_PROVIDERS = Query(
    """
    select
        p.name, p.provider as kind,
        exists (select from kw.kms_keys k where k.provider_id = p.id) as has_keys
    from kw.kms_providers p
    where p.is_enabled and p.provider <> 'wrapper'
    order by p.id
    """
)
ADD_PROVIDER = Query(
    """
    insert into kw.kms_providers (name, provider, location, project_tenant, config)
    values ($1, $2, $3, $4, $5)
    on conflict (name) do nothing
    returning id
    """,
    ("text", "text", "text", "text", "jsonb"),
)
# No change of a status waits for wraps in flight: it locks no key column, so no FOR KEY SHARE stops it.
ENABLE_PROVIDER = Query(
    "update kw.kms_providers set is_enabled = $2 where id = $1 and is_enabled <> $2 returning id",
    ("int8", "bool"),
)
PROVIDER_ROOT = Query(
    "select p.id, p.root_group from kw.kms_providers p where p.name = $1", ("text",)
)
# The providers of these names, and those that kw.declare_shared_root has joined with them.
OF_ONE_ROOT = Query(
    """
    select p.name
    from kw.kms_providers p
    where p.name = any($1) or p.root_group in (
        select o.root_group from kw.kms_providers o where o.name = any($1)
    )
    """,
    ("text[]",),
)
SHARE_ROOT = Query(
    """
    update kw.kms_providers
    set root_group = $1
    where (id = any($2) or root_group = any($3)) and root_group is distinct from $1
    """,
    ("int8", "int8[]", "int8[]"),
)
# A group of one is none.
# Providers $1, and those of groups $2.
OF_GROUPS = Query(
    "select p.id from kw.kms_providers p where p.id = any($1) or p.root_group = any($2) order by p.id",
    ("int8[]", "int8[]"),
)
PART_ROOT = Query(
    """
    update kw.kms_providers p
    set root_group = null
    where p.id = $1 or (
        p.root_group = $2
        and (select count(*) from kw.kms_providers o where o.root_group = $2 and o.id <> $1) = 1
    )
    """,
    ("int8", "int8"),
)
# What key files say of the database that made them; a restored or copied one is another.
THIS_DATABASE = Query(
    """
    select c.system_identifier || '/' || d.oid as name
    from pg_control_system() c
    join pg_database d on d.datname = current_database()
    """
)
