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

create table bench.keys (
    entity text collate "C",
    pk text collate "C",
    field text collate "C",
    key bytea,
    wrapped bytea,
    primary key (entity, pk, field)
);
insert into bench.keys (entity, pk, field, key)
select 'bench.rows', pk, 'own', public.gen_random_bytes(32) from bench.rows;
update bench.keys set wrapped = bench.seal(key, '\x03', '\x04');
update bench.rows set aes = bench.seal(v, '\x01', '\x02');
update bench.rows r set own_aes = bench.seal(r.v, k.key, '\x05')
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
create table bench.wrappers as select kw.wrap_many(array_fill(null::bytea, array[1000])) as ids;
