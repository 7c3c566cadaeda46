"""The settings of the caches, which an admin sets and a session cannot."""

from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session


@pytest.mark.parametrize("setting", ["cache_keys", "cache_seconds"])
def test_without_a_cache_every_call_asks_the_keys_anew(
    session: Session,
    connect: Callable[..., Session],
    make_keystore: Callable[[], Keystore],
    setting: str,
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    session.policy("one", "single", session.key(store.name))
    other = connect()
    session.bind("people", "1", "ssn", policy="one")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    assert other.decrypt("people", "1", "ssn", sealed) == b"x"
    (file,) = store.directory.iterdir()
    file.rename(file.with_suffix(".lost"))
    # What the sessions keep spares them the key file,
    for one in (session, other):
        assert one.decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows("select kw.set_setting(%s, 0)", setting)
    # and from the next statement on nothing is kept any more.
    for one in (session, other):
        for _ in range(2):
            one.refused("KW201", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
    file.with_suffix(".lost").rename(file)
    for one in (session, other):
        assert one.decrypt("people", "1", "ssn", sealed) == b"x"
    file.rename(file.with_suffix(".lost"))
    other.refused("KW201", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)


@pytest.mark.parametrize(
    ("name", "value"), [("cache", 1), ("cache_keys", -1), ("cache_keys", None), (None, 1)]
)
def test_a_setting_that_is_none_is_refused(
    session: Session, name: str | None, value: int | None
) -> None:
    session.refused("KW003", "select kw.set_setting(%s, %s)", name, value)
    assert session.rows("select * from kw.settings") == []


def test_settings_are_for_admins_and_no_session_setting_does_the_same(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    other = connect(make_role("kw_client", "kw_unwrap", "kw_operator", "kw_grantor"))
    other.refused("42501", "select kw.set_setting('cache_seconds', 1)")
    admin = connect(make_role("kw_admin"))
    for value in (1, 2):
        admin.rows("select kw.set_setting('cache_seconds', %s)", value)
    assert session.rows("select name, value from kw.settings") == [("cache_seconds", 2)]
    settings = "select name from pg_settings where name like 'kw%'"
    assert session.rows(settings) == []
