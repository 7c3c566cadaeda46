"""Answers that are recorded as events: on destroying KMS keys, and of verifications."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kwtools.evidence.wrapper_receipts import open_event
from tests.conftest import Keystore
from tests.deployment import make_log, seal, trust
from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]
SAFE = "select to_jsonb(c) from kw.record_safe_to_destroy(%s) c"
DESTROYED = "select kw.record_destroyed_key(%s)"
VERIFY = "select to_jsonb(v) from kw.record_verify(%s, %s) v"
EVENT = "select action, object, details from kw.audit_events where id = %s"


def recorded(rows: list[dict[str, Any]]) -> int:
    """Return the event that the last row of an answer names."""
    assert rows[-1]["check"] == "recorded"
    return int(rows[-1]["detail"].removeprefix("event "))


def details(session: Session, event: int, action: str) -> dict[str, Any]:
    """Return the details of an event of that action."""
    ((found, _, said),) = session.rows(EVENT, event)
    assert found == action
    return dict(said)


def proved(session: Session, event: int) -> dict[str, Any]:
    """Return the details of an event as its receipt proves them."""
    seal(session)
    text = session.value("select kw.audit_proof(%s)", event)
    return dict(open_event(text.encode(), trust(session)).event["details"])


@pytest.fixture
def retired(session: Session) -> int:
    """A key that nothing needs."""
    key = session.key()
    session.rows("select kw.set_kms_key_status(%s, 'retired')", key)
    return key


# -- safe to destroy ------------------------------------------------------------------------------


def test_an_answer_that_is_recorded_has_a_receipt_with_its_evidence(
    session: Session, retired: int
) -> None:
    make_log(session)
    plain = session.rows('select "check", ok, detail from kw.safe_to_destroy(%s)', retired)
    before = session.value("select clock_timestamp()")
    rows = session.values(SAFE, retired)
    said = proved(session, recorded(rows))
    assert said["safe"] is True
    assert before <= datetime.fromisoformat(said["began"]) <= datetime.now(UTC)
    assert [tuple(one.values()) for one in said["evidence"]] == [
        (row["check"], row["detail"], row["ok"]) for row in rows[1:-1]
    ]
    evidence = [(one["check"], one["ok"], one["detail"]) for one in said["evidence"]]
    of_others = "other databases"  # which tests beside this one make and drop
    assert [one[:2] for one in evidence] == [one[:2] for one in plain[1:]]
    assert [one for one in evidence if one[0] != of_others] == [
        one for one in plain[1:] if one[0] != of_others
    ]
    key = "select key_uuid::text, external_key_ref from kw.kms_keys where id = %s"
    assert session.rows(key, retired) == [(said["key_uuid"], said["reference"])]
    assert said["timeout_seconds"] == 10


def test_a_no_is_recorded_too(session: Session) -> None:
    session.rows("select kw.wrap()")
    rows = session.values(SAFE, 1)
    said = details(session, recorded(rows), "record_safe_to_destroy")
    assert (rows[0]["ok"], said["safe"]) == (False, False)
    failed = {one["check"] for one in said["evidence"] if one["ok"] is False}
    assert failed == {"status", "wrappers"}
    assert said["newest_wrap"] is not None


def test_an_answer_that_cannot_be_recorded_is_not_given(session: Session, retired: int) -> None:
    session.rows("begin read only")
    session.refused("25006", SAFE, retired)
    session.rows("rollback")
    session.rows("begin")
    assert session.values(SAFE, retired)[0]["ok"] is True
    assert session.values(SAFE, retired)[0]["ok"] is False  # the transaction has written the event
    session.rows("rollback")
    assert session.rows("select from kw.audit_events where action like 'record%%'") == []


# -- destroyed keys -------------------------------------------------------------------------------


def test_the_answer_of_the_kms_for_a_destroyed_key_has_a_receipt(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    make_log(session)
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    key = session.value("select kw.create_kms_key(%s, 'gone')", store.name)
    assert "is active" in session.refused("KW102", DESTROYED, key)
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    assert "is not destroyed" in session.refused("KW102", DESTROYED, key)
    asked = recorded(session.values(SAFE, key))
    (store.directory / "gone.jwk").unlink()
    said = proved(session, session.value(DESTROYED, key))
    assert (said["is_gone"], said["safe_to_destroy"]) == (True, str(asked))
    assert said["working_key"] is None
    assert said["answer"].startswith("KW201: ")
    assert (said["provider"], said["reference"]) == (store.name, "gone")


def test_a_kms_that_has_no_key_at_all_gives_no_evidence(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    lost, kept = (
        session.value("select kw.create_kms_key(%s, %s)", store.name, name)
        for name in ("lost", "kept")
    )
    session.rows("select kw.set_kms_key_status(%s, 'retired')", lost)
    elsewhere = store.directory.with_name("unmounted")
    store.directory.rename(elsewhere)
    assert "active keys either" in session.refused("KW102", DESTROYED, lost)
    elsewhere.rename(store.directory)
    (store.directory / "lost.jwk").unlink()
    said = details(session, session.value(DESTROYED, lost), "record_destroyed_key")
    assert (said["is_gone"], said["working_key"]) == (True, kept)


def test_a_kms_that_does_not_answer_gives_no_evidence(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    key = session.value("select kw.create_kms_key(%s, 'k')", store.name)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", key)
    session.rows("select kw.set_provider_enabled(%s, false)", store.name)
    assert "is not enabled" in session.refused("KW102", DESTROYED, key)
    session.rows("select kw.set_provider_enabled(%s, true)", store.name)
    (store.directory / "k.jwk").write_text("{}")
    session.refused("KW203", DESTROYED, key)
    session.refused("KW101", DESTROYED, 99)
    assert session.rows("select from kw.audit_events where action = 'record_destroyed_key'") == []


# -- verification ---------------------------------------------------------------------------------


def test_the_last_event_of_a_run_has_its_totals(session: Session) -> None:
    make_log(session)
    session.rows("select kw.wrap_many(array_fill(null::bytea, array[25]))")
    session.rows(
        "select kw.set_wrapper_status(wrapper_uuid::uuid, 'retired') from kw.key_wrappers"
        " where id in (select max(id) from kw.key_wrappers)"
    )
    damaged = session.values(
        "update kw.key_wrappers set dek_wrap2 = dek_wrap1 where id in"
        " (select id from kw.key_wrappers order by id offset 5 limit 12)"
        " returning wrapper_uuid::text"
    )
    event: int | None = None
    pages: list[dict[str, Any]] = []
    while not pages or not pages[-1]["is_complete"]:
        pages.append(session.value(VERIFY, event, 10))
        event = pages[-1]["event"]
    total = session.value("select count(*) from kw.key_wrappers")
    assert len(pages) == total // 10 + 1
    said = proved(session, event or 0)
    assert said["complete"] is True
    assert (said["checked"], said["retired"]) == (total - 1, 1)
    assert (said["problems"], said["pages"]) == (len(damaged), len(pages))
    assert sum(said["causes"].values()) == 12
    assert [one["wrapper"] for one in said["first"]] == damaged[:10]
    assert said["continues"] == str(pages[-2]["event"])
    first = details(session, pages[0]["event"], "record_verify")
    assert (first["complete"], first["pages"], first["continues"]) == (False, 1, None)
    assert first["began"] == said["began"]
    assert sum(len(page["problems"]) for page in pages) == 12


def test_a_run_goes_on_with_its_options_only_and_not_after_its_end(session: Session) -> None:
    session.rows("select kw.wrap_many(array_fill(null::bytea, array[10]))")
    event = session.value(VERIFY, None, 3)["event"]
    other = "select kw.record_verify(%s, sample => 0.5)"
    assert "other options" in session.refused("KW102", other, event)
    session.refused("KW102", "select kw.record_verify(%s, without_providers => '{local}')", event)
    last = session.value(VERIFY, event, 100)
    assert last["is_complete"] is True
    assert "is complete" in session.refused("KW102", VERIFY, last["event"], 1)
    session.refused("KW101", VERIFY, 10**9, 1)
    session.refused("KW101", "select kw.record_verify(min(id)) from kw.audit_events")
    session.refused("KW003", VERIFY, None, 0)
    session.refused("KW003", "select kw.record_verify(sample => 2)")


def test_a_sample_and_providers_that_are_gone_are_told(session: Session) -> None:
    session.rows("select kw.wrap_many(array_fill(null::bytea, array[10]))")
    seed = 2**62 + 1
    page = session.value(
        "select to_jsonb(v) from kw.record_verify(sample => 0.5, seed => %s,"
        " without_providers => '{local}') v", seed
    )  # fmt: skip
    said = details(session, page["event"], "record_verify")
    assert (said["sample"], said["seed"]) == (0.5, str(seed))
    assert said["without_providers"] == ["local"]
    assert said["problems"] == len(page["problems"]) == said["checked"]


def test_who_may_record(session: Session, connect: Connect, make_role: MakeRole) -> None:
    operator = connect(make_role("kw_operator"))
    assert operator.value(VERIFY, None, 10)["is_complete"] in (True, False)
    for statement in (SAFE, DESTROYED):
        operator.refused("42501", statement, 1)
    for role in ("kw_client", "kw_auditor", "kw_unwrap"):
        connect(make_role(role)).refused("42501", VERIFY, None, 10)
