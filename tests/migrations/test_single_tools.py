"""What only one of the tools does."""

from collections.abc import Callable
from pathlib import Path

from kwtools.cluster import SUPERUSER
from tests.migrations.conftest import Shop
from tests.migrations.test_every_tool import ADA, fail, succeed
from tests.migrations.tools import Alembic, Django, Sqitch
from tests.upgrade.test_next_release import NextRelease

BIND_AGAIN = """
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("select kw.bind('people', '*', 'name')")
"""


def test_alembic_finds_no_difference_and_leaves_the_tables_of_kw_alone(
    shop: Shop, tmp_path: Path
) -> None:
    shop.prepare()
    alembic = Alembic(tmp_path, shop.environment)
    succeed(alembic.up())
    assert "No new upgrade operations detected" in succeed(alembic.run("alembic", "check"))


def test_django_finds_no_difference_and_sees_no_table_of_kw(shop: Shop, tmp_path: Path) -> None:
    shop.prepare()
    django = Django(tmp_path, shop.environment)
    succeed(django.up())
    succeed(django.run(*django.manage("makemigrations", "--check", "--dry-run")))
    models = succeed(django.run(*django.manage("inspectdb")))
    assert "db_table = 'people'" in models
    assert "wrapper" not in models.lower()


def test_djangos_test_runner_copies_a_template(
    shop: Shop, make_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    shop.prepare()
    shop.db.sql(f"alter role {shop.owner} createdb")
    template = make_shop(shop)  # with the extension, and nothing migrated
    django = Django(tmp_path, shop.environment)
    test = django.manage("test", "--no-input", "--parallel", "2")
    assert "Ran 2 tests" in succeed(django.run(*test, SHOP_TEMPLATE=template.db.name))


def test_sqitch_keeps_the_changes_before_the_one_that_fails(shop: Shop, tmp_path: Path) -> None:
    shop.prepare()
    sqitch = Sqitch(tmp_path, shop.environment)
    succeed(sqitch.up(to="kwtools"))
    (sqitch.here / "deploy" / "phone.sql").write_text("select kw.bind('nobody', '*', 'phone');")
    fail(sqitch.up())
    deployed = shop.db.sql("select change from sqitch.changes order by committed_at")
    assert deployed == [("kwtools",), ("people",)]


def test_a_run_that_goes_on_after_an_upgrade_ends_well_when_it_is_repeated(
    shop: Shop, following: NextRelease, tmp_path: Path
) -> None:
    following.install()
    shop.prepare()
    alembic = Alembic(tmp_path, shop.environment)
    alembic.upgrade_to(following.version)
    (alembic.here / "migrations" / "versions" / "0006_more.py").write_text(BIND_AGAIN)
    shop.db.sql(f"grant kw_client to {shop.app}")
    code, output = alembic.up(PGUSER=SUPERUSER)
    if code != 0:  # the session called kwtools before, and has the code of the older version
        assert "another version of kwtools" in output
        assert shop.made()["extension"] == [(following.version,)]  # its step is not undone
        succeed(alembic.up(PGUSER=SUPERUSER))
    assert len(shop.made()["bindings"]) == 3
    shop.write("Ada")
    assert shop.read() == [ADA]


def test_settings_in_the_connection_change_nothing(shop: Shop, tmp_path: Path) -> None:
    shop.prepare()
    settings = {
        "default_transaction_isolation": "serializable",
        "standard_conforming_strings": "off",
        "bytea_output": "escape",
        "row_security": "off",
        "IntervalStyle": "sql_standard",
        "statement_timeout": "300s",
        "idle_in_transaction_session_timeout": "300s",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    succeed(Django(tmp_path, shop.environment).up(PGOPTIONS=options))
    shop.write("Ada")
    assert shop.read() == [ADA]
