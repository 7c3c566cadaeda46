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
