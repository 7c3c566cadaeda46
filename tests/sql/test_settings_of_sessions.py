"""What a session has stored is the same for the next, whatever settings each of them has."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

_DECIDE_OF_WRITING = (
    "default_transaction_read_only", "session_replication_role", "event_triggers", "row_security",
    "transaction_deferrable", "transaction_isolation", "transaction_read_only",
    "client_min_messages",
)  # fmt: skip
"""Settings of which it is not the form of texts that they change."""


def _other_settings(session: Session) -> list[str]:
    """Return statements that give another value to each setting that changes a form of texts."""
    return session.values(
        "select format('set %%I = %%L', name, case when vartype = 'enum'"
        " then (select min(v) from unnest(enumvals) v where v <> setting)"
        " when setting = 'on' then 'off' else 'on' end)"
        " from pg_settings where context in ('user', 'superuser') and vartype in ('bool', 'enum')"
        " and category ~ '^(Version and Platform|Client Connection Defaults)'"
        " and name <> all (%s) order by name",
        list(_DECIDE_OF_WRITING),
    )


@pytest.mark.parametrize("shown_by", ["column", "view"])
def test_sessions_of_other_settings_go_on_with_what_one_has_made(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str], shown_by: str
) -> None:
    odd = connect()
    statements = _other_settings(session)
    assert {"quote_all_identifiers", "bytea_output"} <= {text.split()[1] for text in statements}
    for statement in statements:
        odd.rows(statement)
    app = make_role("kw_client")
    for maker, user, name in ((odd, session, "notes"), (session, odd, "other")):
        maker.rows(
            f"create table {name} (id bigint primary key, body text unique, page numeric[]);"
            f" insert into {name} values (1, 'a\u00e9', null)"
        )
        session.rows(f"insert into {name} values (2, 'b', '{{1,0.10}}')")
        for field, search in (("body", "equality"), ("page", None)):
            call = (
                f"call kw.protect('{name}', %s, search => %s, shown_by => %s, until => 'cut_over')"
            )
            maker.rows(call, field, search, shown_by)
        place = f"'{name}', {{}}, 'body'"
        for one, key in ((user, 3), (maker, 4)):
            value = f"kw.encrypt_text({place.format(key)}, 'c' || {key})"
            if shown_by == "view":
                value = f"'c' || {key}"
                one.rows(f"update {name} set page = page where id = 2")
            one.rows(f"insert into {name} (id, body) values ({key}, {value})")
        read = "body" if shown_by == "view" else f"kw.decrypt_text({place.format('id')}, body)"
        token = f"body_token = kw.blind_index('{name}', 'body', 'c3')"
        for one in (user, maker):
            assert one.values(f"select {read} from {name} order by id") == ["aé", "b", "c3", "c4"]
            assert one.values(f"select id from {name} where {token}") == [3]
        table = name if shown_by == "column" else f"{name}_protected"
        maker.rows(f"grant select on {table} to {app}; grant update (body) on {table} to {app}")
        for privilege in ("select", "update"):
            query = "select has_column_privilege(%s, %s, 'body', %s)"
            assert session.value(query, app, name, privilege) is True
        user.rows(f"select kw.protect_contract('{name}', 'page')")
        maker.rows(f"select kw.protect_undo('{name}', 'body')")
    told = session.rows('select "check", detail from kw.doctor() where not ok')
    assert [row for row in told if "notes" in row[0] or "other" in row[0]] == []
