"""Test databases that are copies of a template with extension, keys, policy and bound tables."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.migrations.conftest import Shop
from tests.migrations.test_every_tool import ADA, GRACE, succeed
from tests.migrations.tools import Alembic, Psql

COPIES = 4


@pytest.fixture
def template(shop: Shop, tmp_path: Path) -> Shop:
    """A migrated database, with one person."""
    shop.prepare()
    succeed(Psql(tmp_path, shop.environment).up())
    shop.write("Ada")
    return shop


@pytest.fixture
def copy(template: Shop, make_shop: Callable[..., Shop]) -> Callable[[], Shop]:
    """``copy()``: a copy of the template, with the same roles."""
    return lambda: make_shop(template)


def work(shop: Shop) -> list[tuple[object, ...]]:
    """Read, write, wrap, unwrap, rotate and reencrypt; return what the application reads."""
    assert shop.read() == [ADA]
    with shop.db.place.connect(shop.db.name) as connection:
        (wrapped,) = connection.execute("select kw.wrap()").fetchone() or ()
        connection.execute("select kw.unwrap(%s)", (wrapped,))
    shop.db.sql("select kw.rotate('people', '*', 'email')", user=shop.owner)
    shop.write("Grace")
    shop.db.sql(
        "update people set email = kw.reencrypt('people', id, 'email', email::bytea)",
        user=shop.owner,
    )
    return shop.read()


def test_copies_work_side_by_side(copy: Callable[[], Shop]) -> None:
    copies = [copy() for _ in range(COPIES)]
    with ThreadPoolExecutor(COPIES) as pool:
        assert list(pool.map(work, copies)) == [[ADA, GRACE]] * COPIES
    for one in copies:
        assert one.db.sql("select entity_table from kw.entities_to_reclaim()") == []
        assert one.db.sql("select * from kw.verify()") == []
        assert one.db.sql("select * from kw.doctor() where not ok") == []


def test_a_copy_has_the_data_keys_of_its_template(template: Shop, copy: Callable[[], Shop]) -> None:
    other = copy()
    other.db.sql("update people set email = kw.encrypt_text('people', id, 'email', 'of the copy')")
    ((moved,),) = other.db.sql("select email from people")
    decrypt = "select kw.decrypt_text('people', id, 'email', %s) from people"
    assert template.db.sql(decrypt, moved) == [("of the copy",)]


def test_a_shred_in_a_copy_stays_there(template: Shop, copy: Callable[[], Shop]) -> None:
    other = copy()
    other.db.sql("select kw.shred('people', '*', 'email', whole => true)", user=other.owner)
    with pytest.raises(psycopg.Error) as raised:
        other.read()
    assert raised.value.sqlstate == "KW301"
    assert template.read() == [ADA]


def test_a_new_key_of_one_copy_is_not_taken_by_another_unless_asked(
    copy: Callable[[], Shop],
) -> None:
    one, other = copy(), copy()
    reference = f"{one.environment['SHOP_KEY']}-new"
    create = "select kw.create_kms_key('local', %s)"
    one.db.sql(create, reference, user=one.owner)
    with pytest.raises(psycopg.Error, match="if_not_exists => true") as raised:
        other.db.sql(create, reference, user=other.owner)
    assert raised.value.sqlstate == "KW102"
    other.db.sql(create.replace(")", ", if_not_exists => true)"), reference, user=other.owner)
    file = one.db.place.keystore / f"{reference}.jwk"
    kid = [(json.loads(file.read_text())["kid"],)]
    for each in (one, other):
        ref = "select external_key_id from kw.kms_keys where external_key_ref = %s"
        assert each.db.sql(ref, reference) == kid


def test_a_template_with_a_session_is_not_copied(template: Shop, copy: Callable[[], Shop]) -> None:
    with (
        template.db.place.connect(template.db.name),
        pytest.raises(psycopg.errors.ObjectInUse, match="being accessed by other users"),
    ):
        copy()


def test_a_tool_has_nothing_left_to_do_in_a_copy_of_its_database(
    shop: Shop, make_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    shop.prepare()
    succeed(Alembic(tmp_path, shop.environment).up())
    shop.write("Ada")
    other = make_shop(shop)
    made = other.made()
    alembic = Alembic(tmp_path / "copy", other.environment)
    succeed(alembic.up())
    assert other.made() == made
    assert other.read() == [ADA]
    succeed(alembic.back(to="people"))
    assert other.db.sql("select phone from people") == [("+44 Ada",)]
    assert shop.read() == [ADA]
