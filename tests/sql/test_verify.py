"""kw.verify: which legs of which wrappers do not open."""

from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session

COLUMNS = "wrapper::text, leg, kms_key_id, sqlstate"


@pytest.fixture
def store(session: Session, make_keystore: Callable[[], Keystore]) -> Keystore:
    """A keystore whose one key is leg 2 of the policies ``either`` and ``both``."""
    made = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", made.name)
    key = session.key(made.name)
    session.policy("either", "either", 1, key)
    session.policy("both", "both", 1, key)
    session.policy("single", "single", 1)
    return made


def test_no_row_where_all_open(session: Session, store: Keystore) -> None:
    for policy in ("single", "either", "both"):
        session.rows("select kw.wrap(policy => %s)", policy)
    session.branch("either")
    assert session.rows("select * from kw.verify()") == []


def test_a_row_for_each_leg_that_does_not_open_and_no_word_of_the_others(
    session: Session, store: Keystore
) -> None:
    either, both, _ = (
        str(session.value("select kw.wrap(policy => %s)", policy))
        for policy in ("either", "both", "single")
    )
    key = session.wrapper(either)["kms2_key_id"]
    (file,) = store.directory.iterdir()
    file.rename(file.with_suffix(".lost"))
    rows = session.rows(f"select {COLUMNS} from kw.verify() order by id")
    assert rows[0] == (either, 2, key, "KW201")
    assert [(row[0], row[3]) for row in rows[1:]] == [(both, "KW210")]
    problems = session.values("select problem from kw.verify()")
    assert all(str(file) in problem for problem in problems)
    assert session.rows(f"select {COLUMNS} from kw.verify(%s)", either) == rows[:1]


def test_a_wrap_that_was_changed_is_found_though_the_other_leg_opens(
    session: Session, store: Keystore
) -> None:
    wrapper = str(session.value("select kw.wrap(policy => 'either')"))
    byte = "set_byte(dek_wrap2, 40, get_byte(dek_wrap2, 40) # 1)"
    session.rows(f"update kw.key_wrappers set dek_wrap2 = {byte}")
    assert len(session.value("select kw.unwrap(%s)", wrapper)) == 32
    key = session.wrapper(wrapper)["kms2_key_id"]
    assert session.rows(f"select {COLUMNS} from kw.verify()") == [(wrapper, 2, key, "KW211")]


def test_a_sample_goes_on_where_the_last_one_ended(session: Session, store: Keystore) -> None:
    wrappers = session.value("select kw.wrap_many(%s::bytea[], 'either')::text[]", [None] * 5)
    (file,) = store.directory.iterdir()
    file.rename(file.with_suffix(".lost"))
    found: list[str] = []
    after = 0
    while rows := session.rows(
        "select id, wrapper::text from kw.verify(after => %s, most => 2)", after
    ):
        assert len(rows) <= 2
        found += [row[1] for row in rows]
        after = rows[-1][0]
    assert found == wrappers
    assert session.rows("select * from kw.verify(most => 0)") == []


def test_what_was_destroyed_is_left_out_and_what_is_retired_is_told(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    retired = str(session.value("select kw.wrap()"))
    session.rows("select kw.set_wrapper_status(%s, 'retired')", retired)
    rows = session.rows("select wrapper::text, sqlstate from kw.verify()")
    assert rows == [(retired, "KW212")]


def test_it_is_for_admins_and_operators(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    for role in ("kw_admin", "kw_operator"):
        assert connect(make_role(role)).rows("select * from kw.verify()") == []
    other = connect(make_role("kw_client", "kw_unwrap", "kw_grantor", "kw_auditor"))
    other.refused("42501", "select * from kw.verify()")
    session.refused("KW101", "select * from kw.verify(gen_random_uuid())")
