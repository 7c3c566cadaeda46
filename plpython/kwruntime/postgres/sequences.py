"""Sequences of ours whose next value cannot be used: what somebody set, or a restore left."""

from kwruntime.postgres.query import Query

# The text of one query that names the sequences whose next value a row has already, or a later one,
# with the value to set; and those that are near their end (is_far), which only setval() leads to: rows
# that it numbered there do not count. Both sides of a subscription write audit events and health: these
# get a gap.
_FAR = 1 << 62
# How many change numbers an incarnation of a deployment has. It counts from their multiple on.
CHANGES_OF_INCARNATION = 1 << 40

SEQUENCE_CHECKS = Query(
    f"""
    select string_agg(
        format(
            'select %L as name, m.highest, coalesce(m.highest, 1) + %s as value, s.last_value >= {_FAR} as is_far'
            ' from %s s cross join lateral (select max(t.%I) as highest from kw.%I t where t.%4$I < {_FAR}) m'
            ' where s.last_value < m.highest or s.last_value = m.highest and not s.is_called'
            ' or s.last_value >= {_FAR}',
            f.name, f.gap, f.name, f.attname, f.relname
        ),
        ' union all ' order by f.name
    ) || '
        union all
        select ''kw.layer_rounds'', null, 1, true from kw.layer_rounds s where s.last_value >= {_FAR}
        union all
        select
            ''kw.change_numbers'', m.highest, greatest(m.highest, d.base + 1), s.last_value >= d.base + {CHANGES_OF_INCARNATION} - 1
        from kw.change_numbers s
        cross join (select max(d.incarnation) * {CHANGES_OF_INCARNATION} as base from kw.deployments d) d
        cross join lateral (
            select max(n.highest) as highest from (' || (
                select string_agg(
                    format(
                        'select max(t.change_no) as highest from kw.%I t where t.change_no < d.base + {CHANGES_OF_INCARNATION}',
                        c.relname
                    ),
                    ' union all ' order by c.relname
                )
                from pg_class c
                join pg_attribute a on a.attrelid = c.oid and a.attname = 'change_no' and not a.attisdropped
                where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
            ) || ') n
        ) m
        where d.base is not null and (
            s.last_value < m.highest or s.last_value = m.highest and not s.is_called
            or s.last_value < d.base or s.last_value >= d.base + {CHANGES_OF_INCARNATION} - 1
        )
    ' as text
    from (
        select
            c.relname, a.attname,
            pg_get_serial_sequence(format('kw.%I', c.relname), a.attname) as name,
            case
                when c.relname in ('audit_events', 'kms_health_checks')
                    and exists (select from pg_subscription_rel r where r.srrelid = c.oid)
                    then 1000000000
                else 0
            end as gap
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attidentity <> '' and not a.attisdropped
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
    ) f
    """
)
