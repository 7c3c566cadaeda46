"""What a restore left to check, and its repair."""

from kwruntime.postgres.query import Query

# What was loaded without checks, and what shows that a restore is not complete.
RESTORE_STATE = Query(
    """
    select
        array(select distinct l.table_name::text from kw.loads_to_check l order by 1) as unchecked,
        array(
            select p.policy_name::text from kw.encryption_policies p
            where not exists (select from kw.policy_kms_keys k where k.policy_id = p.id)
            order by 1 limit 5
        ) as policies_without_keys
    """
)
# Every binding's name is recorded when it is made.
NAMES_NOT_RECORDED = Query(
    """
    select distinct b.entity_table
    from kw.encryption_bindings b
    where not exists (select from kw.entities e where e.bound_as = b.entity_table)
    order by 1 limit 5
    """
)
# The text of one query that counts, for each foreign key, the rows whose parent is missing.
FOREIGN_KEY_CHECKS = Query(
    """
    select string_agg(
        format(
            'select %L as name, %L as child, %L as parent, count(*) as rows from kw.%I c'
            ' where %s and not exists (select from kw.%I p where %s)',
            o.conname, child.relname, parent.relname, child.relname, k.given, parent.relname, k.same
        ),
        ' union all ' order by o.conname
    ) as text
    from pg_constraint o
    join pg_class child on child.oid = o.conrelid
    join pg_class parent on parent.oid = o.confrelid
    cross join lateral (
        select
            string_agg(format('c.%I is not null', a.attname), ' and ') as given,
            string_agg(format('p.%I = c.%I', b.attname, a.attname), ' and ') as same
        from unnest(o.conkey, o.confkey) n (child, parent)
        join pg_attribute a on a.attrelid = o.conrelid and a.attnum = n.child
        join pg_attribute b on b.attrelid = o.confrelid and b.attnum = n.parent
    ) k
    where o.contype = 'f' and o.connamespace = 'kw'::regnamespace
    """
)
# What is sealed, and by which log. "known": how many entries the log had, as its other tables remember.
SEALED = Query(
    """
    select d.is_deployment, l.origin, l.size, coalesce(l.signed, 0) as signed, greatest(l.size, l.signed, l.leaves) as known
    from (select exists (select from kw.deployments) as is_deployment) d
    left join lateral (
        select
            g.origin, g.size,
            (select max(c.size) from kw.log_checkpoints c where c.log_id = g.id) as signed,
            (select max(f.leaf_index) + 1 from kw.log_leaves f where f.log_id = g.id) as leaves
        from kw.logs g
        order by g.id desc
        limit 1
    ) l on true
    """
)
MOVE_SEQUENCE = Query("select setval($1::regclass, $2)", ("text", "int8"))
TRIGGERS_OFF = Query(
    """
    select
        c.relname as table, array_agg(t.tgname::text order by t.tgname) as triggers,
        format('alter table kw.%I %s', c.relname,
            string_agg(format('enable always trigger %I', t.tgname), ', ' order by t.tgname)) as text
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'kw'::regnamespace
    join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'kw'::regnamespace
    where not t.tgisinternal and t.tgenabled <> 'A'
    group by c.relname
    order by c.relname
    """
)
EVENT_TRIGGERS_OFF = Query(
    """
    select e.evtname::text as name
    from pg_event_trigger e
    join pg_proc p on p.oid = e.evtfoid and p.pronamespace = 'kw'::regnamespace
    where e.evtenabled <> 'A'
    order by 1
    """
)
# Foreign keys are held by triggers of PostgreSQL's own, which ALTER TABLE … DISABLE TRIGGER ALL turns off.
FOREIGN_KEYS_OFF = Query(
    """
    select distinct o.conname::text as name
    from pg_trigger t
    join pg_constraint o on o.oid = t.tgconstraint and o.contype = 'f'
    where o.connamespace = 'kw'::regnamespace and t.tgenabled not in ('O', 'A')
    order by 1
    """
)
NOT_SYNCHRONISED = Query(
    """
    select c.relname::text as table
    from pg_subscription_rel r
    join pg_class c on c.oid = r.srrelid and c.relnamespace = 'kw'::regnamespace
    where r.srsubstate <> 'r'
    order by 1
    """
)
FORGET_LOADS = Query("delete from kw.loads_to_check")
# What upgrades add to rows of earlier releases: a dump of those, loaded into this one, lacks it.
COMPLETE = Query("select kw._complete()")
ENTITIES_TO_RECLAIM = Query(
    """
    select
        e.entity_table, e.owner_name as recorded_owner, pg_get_userbyid(c.relowner) as present_owner,
        c.oid as relation,
        array(
            select concat_ws(
                ' ', g.role_name || ':',
                case when g.may_read then 'read' end, case when g.may_write then 'write' end,
                nullif(g.field_name_norm, '')
            )
            from kw.field_grants g
            where g.entity_table = e.entity_table
            order by g.field_name_norm, g.role_name
        ) as grants
    from kw.entities e
    left join (pg_class c join pg_namespace n on n.oid = c.relnamespace)
        on format('%I.%I', n.nspname, c.relname) = e.quoted_name
        and c.relkind in ('r', 'p', 'f', 'v', 'm')
    where e.relation is not null and e.relation is distinct from c.oid
    order by e.entity_table
    """
)
