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
