"""The operations that take a field from plaintext to protected, back and forth."""

from pathlib import Path

import pytest

from tests.conftest import Database, unique
from tests.django.people import Project

COUNT = 2500
RENAMED = (
    "from django.db import connection, transaction; from people.models import Person;"
    " editor = connection.schema_editor();"
    " editor.__enter__(); editor.alter_db_table(Person, 'people', 'persons');"
    " editor.execute('select kw.rebind(%s, %s)', ['people', 'persons']);"
    " editor.__exit__(None, None, None)"
)
FOUND = (
    "from people.models import Person; print(Person.objects.get(email='Person7@example.org').pk)"
)


@pytest.fixture
def project(db: Database, tmp_path: Path) -> Project:
    """The project with its people, in a database whose keys the tests have made."""
    made = Project(tmp_path, {**db.place.environment(db.name), "KWTOOLS_KEY": "test"})
    made.migrate("0001")
    made.succeed(f"python manage.py seed {COUNT}")
    return made


def columns(db: Database, table: str) -> list[str]:
    """Return the columns of a table or view."""
    rows = db.sql(
        "select attname from pg_attribute"
        " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by 1",
        table,
    )
    return [name for (name,) in rows]


def status(db: Database) -> list[tuple[object, ...]]:
    """Return phase and progress of the last protection."""
    return db.sql(
        "select status, encrypted, verified from kw.protection_status('people')"
        " order by id desc limit 1"
    )


def test_each_step_goes_forth_and_back_and_loses_nothing(db: Database, project: Project) -> None:
    project.migrate("0003")
    assert columns(db, "people") == ["email", "email_encrypted", "email_token", "id", "name"]
    project.migrate("0004")
    assert status(db) == [("verified", COUNT, COUNT)]
    project.migrate("0005")
    assert columns(db, "people") == ["email", "email_token", "id", "name"]
    db.sql("insert into people (name, email) values ('late', 'late@example.org')")
    project.migrate("0002")
    assert columns(db, "people") == ["email", "id", "name"]
    assert columns(db, "people_protected") == []
    assert db.sql("select id from people where email = 'late@example.org'") == [(COUNT + 1,)]
    project.migrate("0006")
    assert columns(db, "people_protected") == ["email", "email_token", "id", "name"]
    assert db.sql("select count(*) from people") == [(COUNT + 1,)]
    assert "IrreversibleError" in project.fail("python manage.py migrate people 0005")


def test_the_protected_model_finds_by_tokens_before_and_after_the_cut_over(
    db: Database, project: Project
) -> None:
    project.migrate("0004")
    project.succeed("cp protected/models.py people/models.py")
    for step in ("0005", "0006"):
        project.succeed("python manage.py makemigrations --check --dry-run")
        assert project.succeed(f'python manage.py shell -c "{FOUND}"').endswith("7\n")
        project.migrate(step)
    assert project.succeed(f'python manage.py shell -c "{FOUND}"').endswith("7\n")


def test_a_backfill_that_failed_goes_on_where_it_was(db: Database, project: Project) -> None:
    db.sql("update people set email = 'no' || chr(888) || '@example.org' where id = 2000")
    project.migrate("0003")
    output = project.fail("python manage.py migrate people 0004")
    assert 'for key "2000" has no token' in output
    ((_, encrypted, _),) = status(db)
    assert 0 < int(str(encrypted)) < COUNT
    db.sql("update people set email = 'person2000@example.org' where id = 2000")
    project.migrate("0004")
    assert status(db)[0][0] == "verified"
    assert db.sql("select count(*) from people where email_token is null") == [(0,)]


def test_the_index_of_a_large_table_is_made_without_stopping_writers(
    db: Database, project: Project
) -> None:
    db.sql("alter table people add column photo bytea")
    db.sql("alter table people alter column photo set storage external")
    db.sql("update people set photo = convert_to(repeat('x', 8000), 'utf8')")
    project.migrate("0005")
    ((unique_tokens,),) = db.sql(
        "select indisvalid and indisunique from pg_index"
        " where indexrelid = to_regclass('kw_protect_1_search')"
    )
    assert unique_tokens


def test_addresses_that_are_equal_when_normalised_are_named(db: Database, project: Project) -> None:
    db.sql("update people set email = 'PERSON7@example.org' where id = 8")
    output = project.fail("python manage.py migrate people 0004")
    assert 'Rows with these keys are: "7" and "8"' in output
    db.sql("update people set email = 'person8@example.org' where id = 8")
    project.migrate("0005")


def test_statements_are_shown(project: Project) -> None:
    shown = project.succeed("python manage.py sqlmigrate people 0003")
    assert "select kw.protect_expand('people', 'email', " in shown
    assert "search => 'equality', normaliser => 'email'" in shown
    shown = project.succeed("python manage.py sqlmigrate people 0005")
    assert "call kw.protect('people', 'email', " in shown
    assert "until => 'cut_over'" in shown
    assert "BEGIN" not in shown


def test_a_migration_in_a_transaction_is_refused(project: Project) -> None:
    step = "people/migrations/0004_backfill.py"
    project.succeed(f"sed -i 's/atomic = False/atomic = True/' {step}")
    assert "set atomic = False" in project.fail("python manage.py migrate people 0004")


def test_the_test_runner_makes_a_protected_database(db: Database, project: Project) -> None:
    project.succeed("cp protected/models.py people/models.py")
    project.succeed("psql -qc 'drop table people, django_migrations'")
    test = "python manage.py test --no-input"
    output = project.succeed(test, PEOPLE_TEMPLATE=db.name, PGDATABASE=unique("people"))
    assert "Ran 1 test" in output


def test_a_model_that_is_renamed_later_keeps_its_view(db: Database, project: Project) -> None:
    project.migrate("0006")
    project.succeed("cp protected/models.py people/models.py")
    project.succeed(f'python manage.py shell -c "{RENAMED}"')
    project.succeed("""sed -i "s/db_table = .*/db_table = 'persons'/" people/models.py""")
    assert project.succeed(f'python manage.py shell -c "{FOUND}"').endswith("7\n")
    project.succeed(
        "python manage.py shell -c "
        "\"from people.models import Person; Person.objects.create(name='x', email='x@y.org')\""
    )
    read = "select email from persons where email_token = kw.blind_index('persons', 'email', %s)"
    assert db.sql(read, "x@y.org") == [("x@y.org",)]
    assert db.sql("select detail from kw.doctor() where not ok") == []
