-- What a database of a release holds. Run in a playground of that release by make_data.
create table people (id bigint primary key, ssn bytea, diagnosis bytea);

select kw.add_provider('branches', 'wrapper');
select kw.create_policy('both', 'both', 1, 2);
select kw.create_policy('single', 'single', 1);
select kw.create_kms_key('branches', 'default');
select kw.create_policy('branch', 'single', (select max(id) from kw.kms_keys));
select kw.set_setting('cache_seconds', 60);

select kw.bind('people', '*', 'ssn', policy => 'both');
select kw.bind('people', '*', 'diagnosis', policy => 'branch');
select kw.bind('people', 2, 'diagnosis', policy => 'single');
insert into people values
    (1, kw.encrypt_text('people', 1, 'ssn', 'one'), kw.encrypt_text('people', 1, 'diagnosis', 'uno')),
    (2, kw.encrypt_text('people', 2, 'ssn', 'two'), kw.encrypt_text('people', 2, 'diagnosis', 'due'));
select kw.rotate('people', '*', 'ssn');
insert into people values
    (3, kw.encrypt_text('people', 3, 'ssn', 'three'), kw.encrypt_text('people', 3, 'diagnosis', 'tre'));
select kw.rewrap(wrapper_uuid::uuid) from kw.key_wrappers where dek_class = 'field';
select kw.shred('people', 2, 'diagnosis');

-- Grants, KEM layers, and a key in capitals.
select kw.grant_field('people', 'ssn', 'pg_monitor');
select kw.create_kms_key('local', 'playground-pq', algorithm => 'ML-KEM-768+X25519');
select kw.create_policy('layered', 'either', 1, 2, layers => array[(select max(id) from kw.kms_keys)]);
create table tokens (id uuid primary key, secret bytea, hint bytea);
select kw.bind('tokens', '*', 'hint', policy => 'layered');
select kw.bind('tokens', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'secret');
insert into tokens values (
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    kw.encrypt_text('tokens', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'secret', 'upper'),
    kw.encrypt_text('tokens', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'hint', 'under a column key')
);
create table notes (id bigint primary key, text bytea);
select kw.bind('notes', '*');
select kw.bind('notes', '*', 'text');
insert into notes values (1, kw.encrypt_text('notes', 1, 'text', 'gone'));
select kw.shred('notes', '*', 'text', whole => true);
select kw.bind('acme.users', '*', 'email');

-- A name in quotes, a wrapper that nothing is bound to, a status that an admin set.
create table "Odd.Names" (id bigint primary key, f bytea);
select kw.bind('"Odd.Names"', '*', 'f');
insert into "Odd.Names" values (1, kw.encrypt_text('"Odd.Names"', 1, 'f', 'quoted'));
select kw.wrap(decode(repeat('2a', 32), 'hex'), 'single');
select kw.set_algorithm_status('ML-KEM-1024', 'deprecated');

-- The queue, run: a key that was left, jobs that are done, a receipt, a retired generation, an age of wraps.
select kw.set_policy_renewal('both', '1 year', true);
select kw.create_policy('leaving', 'single', 1);
create table moved (id bigint primary key, f bytea);
select kw.bind('moved', '*', 'f', policy => 'leaving');
insert into moved values (1, kw.encrypt_text('moved', 1, 'f', 'moved'));
select kw.rotate('moved', '*', 'f');
update moved set f = kw.reencrypt('moved', id, 'f', f);
select kw.retire_generations('moved', 'f');
select kw.schedule_rewrap(policy => 'leaving', kms_key_id => 1, new_kms_key_id => 2);
select kw.run_rewrap_jobs(kw.claim_rewrap_jobs());
select kw.bind('moved', 1, 'f', policy => 'leaving');
select kw.shred_many('moved', array['1'], 'f');

-- Jobs that a superuser put in.
insert into kw.rewrap_jobs (key_wrapper_id, status, attempts, started_at, finished_at)
select
    w.id, s.status, (s.status <> 'pending')::integer, case when s.status <> 'pending' then now() end,
    case when s.status = 'done' then now() end
from kw.key_wrappers w
cross join unnest(array['pending', 'done']) s (status)
where w.status = 'active';
