"""A field that is not a column belongs to the table's owner and the owner's grantees."""

import psycopg
import pytest

from tests.conftest import Database


def test_the_owner_moves_what_a_wider_binding_encrypted_under_a_columns_old_name(
    db: Database,
) -> None:
    with db.place.connect(db.name) as owner:
        owner.execute("create table people (id bigint primary key, note bytea)")
        owner.execute("select kw.bind('people', 2)")
        owner.execute("insert into people values (2, kw.encrypt_text('people', 2, 'note', 'x'))")
        owner.execute("alter table people rename column note to remark")
        owner.execute(
            "update people set remark = "
            "kw.reencrypt('people', id, 'note', remark, to_field_name => 'remark')"
        )
        query = "select kw.decrypt_text('people', id, 'remark', remark) from people"
        assert owner.execute(query).fetchone() == ("x",)


def test_others_need_a_grant_for_a_field_that_is_no_column(db: Database) -> None:
    with db.place.connect(db.name) as session:
        session.execute("create table people (id bigint primary key, note bytea)")
        session.execute("grant select, insert, update on people to kw_client")
        session.execute("select kw.bind('people', 2)")
        ciphertext = session.execute("select kw.encrypt('people', 2, 'note.part', 'x')").fetchone()
        query = "select kw.decrypt('people', 2, 'note.part', %s)"
        session.execute("set role kw_client")
        with pytest.raises(psycopg.Error) as caught:
            session.execute(query, ciphertext)
        assert caught.value.sqlstate == "KW100"
        session.execute("reset role")
        session.execute("select kw.grant_field('people', 'note.part', 'kw_client')")
        session.execute("set role kw_client")
        assert session.execute(query, ciphertext).fetchone() == (b"x",)
