"""A database with something in every table that a dump has, for tests of dump and restore."""

from tests.conftest import Database

# Every mode, branches, layers, sealed keys, jobs, receipts, former wraps, marks.
FILL = """
create table people (id bigint primary key, ssn bytea, note bytea);
insert into people select g from generate_series(1, 60) g;
select kw.add_provider('branches', 'wrapper');
select kw.create_policy('single', 'single', 1);
select kw.create_policy('both', 'both', 1, 2);
select kw.create_kms_key('branches', 'default');
select kw.create_policy('branched', 'single', (select max(id) from kw.kms_keys));
select kw.create_kem_key('sealed', 'X25519', 1);
select kw.create_policy('layered', 'either', 1, 2, layers => array[(select max(id) from kw.kms_keys)]);
select kw.bind('people', '*', 'ssn', policy => 'branched');
select kw.bind_many('people', array_agg(id::text), 'note', policy => 'both') from people;
update people set ssn = kw.encrypt_text('people', id, 'ssn', 's' || id),
    note = kw.encrypt_text('people', id, 'note', 'n' || id);
select kw.rotate('people', '*', 'ssn');
update people set ssn = kw.encrypt_text('people', id, 'ssn', 's' || id) where id > 30;
select kw.shred('people', 60, 'note');
select kw.create_index_key('people', 'ssn', 'digits');
create table devices (id uuid primary key, token bytea);
select kw.bind('devices', '*', 'token', policy => 'layered');
insert into devices select id, kw.encrypt_text('devices', id, 'token', 't')
from (select gen_random_uuid() as id from generate_series(1, 5)) d;
select kw.grant_field('people', 'ssn', 'pg_monitor');
select kw.set_setting('cache_seconds', 60);
select kw.set_algorithm_status('P-256', 'deprecated');
select kw.set_wrapper_status(kw.wrap(), 'retired');
select kw.create_policy('leaving', 'single', 1);
select kw.wrap(policy => 'leaving');
select kw.schedule_rewrap(policy => 'leaving', kms_key_id => 1, new_kms_key_id => 2);
select kw.run_rewrap_jobs(kw.claim_rewrap_jobs());
select kw.check_kms();
"""  # noqa: E501
READ = """
select array_agg(kw.decrypt_text('people', id, 'ssn', ssn) order by id)
    || array_agg(kw.decrypt_text('people', id, 'note', note) order by id) filter (where id < 60)
from people
"""


def fill(db: Database) -> None:
    """Make all of it."""
    with db.place.connect(db.name) as connection:
        connection.execute(FILL)
