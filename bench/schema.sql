create extension pgcrypto;
create schema bench;

-- the floors
create function bench.noop(v bytea) returns bytea
language plpython3u as 'return v';

create function bench.look(pk text) returns bigint
language plpython3u as $$
plan = SD.get('plan')
if plan is None:
    plan = SD['plan'] = plpy.prepare('select id from bench.rows where pk = $1', ['text'])
return plpy.execute(plan, [pk])[0]['id']
$$;

-- the peer: AES-256-CBC with a random IV, then HMAC-SHA-256 over IV and ciphertext
create function bench.key(k bytea) returns bytea
language sql immutable parallel safe
return decode(repeat(encode(k, 'hex'), 32), 'hex');

create function bench.seal_iv(v bytea, k bytea, m bytea, iv bytea) returns bytea
language sql volatile
return (
    select public.hmac(c.c, m, 'sha256') || c.c
    from (select iv || public.encrypt_iv(v, k, iv, 'aes') as c) c
);

create function bench.seal(v bytea, k bytea, m bytea) returns bytea
language sql volatile
return bench.seal_iv(v, k, m, public.gen_random_bytes(16));

create function bench.open(c bytea, k bytea, m bytea) returns bytea
language sql volatile
return case
    when public.hmac(substr(c, 33), m, 'sha256') = substr(c, 1, 32)
    then public.decrypt_iv(substr(c, 49), k, substr(c, 33, 16), 'aes')
end;

create table bench.rows (
    id bigint primary key,
    pk text collate "C" not null unique,
    v bytea not null,
    aes bytea,
    own_aes bytea,
    ct bytea,
    single bytea,
    own bytea
);
insert into bench.rows (id, pk, v)
select g, g::text, public.gen_random_bytes(64) from generate_series(1, 1000) g;

-- the peer's wrapped keys: found by what they are bound to, or by uuid
create table bench.keys (
    entity text collate "C",
    pk text collate "C",
    field text collate "C",
    uuid uuid not null unique default gen_random_uuid(),
    wrapped bytea not null,
    primary key (entity, pk, field)
);
insert into bench.keys (entity, pk, field, wrapped)
select 'bench.rows', pk, 'own', bench.seal(public.gen_random_bytes(32), '\x03', '\x04') from bench.rows;
update bench.rows set aes = bench.seal(v, '\x01', '\x02');
update bench.rows r set own_aes = bench.seal(r.v, bench.open(k.wrapped, '\x03', '\x04'), '\x05')
from bench.keys k where k.pk = r.pk;

-- kwtools
create table bench.many (id bigint primary key, f bytea);
select kw.bind('bench.rows', '*', 'ct'), kw.bind('bench.rows', '*', 'single');
select kw.bind_many('bench.rows', array_agg(pk), 'own') from bench.rows;
update bench.rows set single = kw.encrypt('bench.rows', id, 'single', v);
with sealed as (
    select
        array_agg(pk) as pks, kw.encrypt_many('bench.rows', array_agg(pk), 'ct', array_agg(v)) as cts,
        kw.encrypt_many('bench.rows', array_agg(pk), 'own', array_agg(v)) as owns
    from bench.rows
)
update bench.rows r set ct = s.ct, own = s.own
from (select unnest(pks) as pk, unnest(cts) as ct, unnest(owns) as own from sealed) s
where r.pk = s.pk;

select
    kw.create_policy('single', 'single', min(id)), kw.create_policy('both', 'both', min(id), max(id)),
    kw.create_policy('either', 'either', min(id), max(id))
from kw.kms_keys;
-- sets of 1,000 wrappers: those of each mode are opened, those of mode either beside them changed
create table bench.wrappers as
select s.name, kw.wrap_many(array_fill(null::bytea, array[1000]), s.policy) as ids
from (
    values
        ('single', 'single'), ('both', 'both'), ('either', 'either'),
        ('rewrapped', 'either'), ('relayered', 'either'), ('updated', 'either')
) s (name, policy);

create procedure bench.fill(first bigint, last bigint) language sql as $$
select kw.bind_many('bench.many', array_agg(g::text), 'f') from generate_series(first, last) g;
insert into bench.keys (entity, pk, field, wrapped)
select 'bench.many', g::text, 'f', public.gen_random_bytes(96) from generate_series(first, last) g;
$$;

-- The rows that kw.wrap_many and kw.bind_many would write, in the types that a client sends.
create table bench.new_rows (
    name text,
    round integer,
    id bigint,
    wrapper_uuid text,
    kms1_key_id bigint,
    kms2_key_id bigint,
    dek_wrap1 bytea,
    dek_wrap2 bytea,
    suite text,
    wrap2_version integer,
    policy_id bigint,
    owner oid,
    owner_name text,
    installation uuid,
    binding_id bigint,
    pk text
);
create index on bench.new_rows (name, round);
create index on bench.new_rows (id);

create procedure bench.prepare_rows(rounds integer) language sql as $$
insert into bench.new_rows
select
    n.name, r.round, nextval('kw.key_wrappers_id_seq'), gen_random_uuid()::text, w.kms1_key_id, w.kms2_key_id,
    w.dek_wrap1, w.dek_wrap2, w.crypto_suite::text, w.wrap2_version, w.policy_id, w.owner, w.owner_name,
    w.installation, (random() * 2^62)::bigint, (1000000000 + row_number() over ())::text
from (values ('single', 'single'), ('both', 'both'), ('either', 'either'), ('bound', 'either'), ('called', 'either')) n (name, wrappers)
cross join generate_series(0, rounds - 1) r (round)
join bench.wrappers s on s.name = n.wrappers
cross join unnest(s.ids) u (id)
join kw.key_wrappers w on w.wrapper_uuid = u.id::text
order by n.name, r.round;
insert into bench.new_rows (name, id, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, suite)
select s.name, w.id, w.kms1_key_id, w.kms2_key_id, w.dek_wrap1, w.dek_wrap2, w.crypto_suite::text
from bench.wrappers s
cross join unnest(s.ids) u (id)
join kw.key_wrappers w on w.wrapper_uuid = u.id::text
where s.name = 'updated';
$$;

-- one INSERT a row from PL/Python, as kw.wrap has to make
create function bench.insert_wrapper(row_id bigint) returns bigint
language plpython3u as $$
plan = SD.get('plan')
if plan is None:
    plan = SD['plan'] = plpy.prepare('''
        insert into kw.key_wrappers (
            id, wrapper_uuid, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, crypto_suite, wrap2_version,
            policy_id, owner, owner_name, installation
        )
        select
            n.id, n.wrapper_uuid, n.kms1_key_id, n.kms2_key_id, n.dek_wrap1, n.dek_wrap2, n.suite::jsonb,
            n.wrap2_version, n.policy_id, n.owner, n.owner_name, n.installation
        from bench.new_rows n
        where n.id = $1
    ''', ['bigint'])
plpy.execute(plan, [row_id])
return row_id
$$;
