"""The audit of the console: filters, pages, checkpoints, and what was verified."""

import html
import re
from collections.abc import Callable, Mapping

import pytest

from kwtools.connections import connect, transaction
from kwtools.console.sections import audit
from kwtools.console.sections.audit import Audit
from tests.conftest import Database
from tests.console.conftest import Console
from tests.deployment import MAKE_KEY, happen, make_log, seal
from tests.sql.session import Session

Reading = Callable[..., Audit]
MARKUP = "<script>alert(1)</script>\x1b[31m\u202e"


@pytest.fixture
def session(db: Database) -> Session:
    return Session(db.connect())


@pytest.fixture
def reading(db: Database, auditor: str) -> Reading:
    """``reading(event='7')``: what the section reads as an auditor."""

    def read(**query: str) -> Audit:
        with connect(db.place.dsn(db.name, auditor), "test") as one, transaction(one):
            return audit.read(one, query)

    return read


def test_checkpoints_are_verified_by_an_auditor_who_reads_only(
    session: Session, reading: Reading
) -> None:
    make_log(session, "Ed25519", "ML-DSA-44")
    for _ in range(3):
        happen(session, 150)
        seal(session)
    (log,) = reading().logs
    assert [one.problem for one in log.checkpoints] == ["", "", ""]
    newest, *others = log.checkpoints
    assert newest.verified == "signed; the stored tree has this root hash"
    assert {one.verified for one in others} == {
        f"signed; the tree of {newest.size} entries continues it"
    }
    assert len(log.keys) == 2


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        ("update kw.log_checkpoints set root = sha256('x') where id = %s", "another size or root"),
        ("update kw.log_checkpoints set note = replace(note, E'\\n', E'\\nx') where id = %s", ""),
        ("update kw.log_tiles set hashes = set_byte(hashes, 5, 255 - get_byte(hashes, 5))"
         " where level = 0 and tile_no = 0 and %s > 0", ""),
    ],
)  # fmt: skip
def test_what_was_changed_is_shown_as_wrong(
    session: Session, reading: Reading, edit: str, problem: str
) -> None:
    make_log(session)
    happen(session, 20)
    seal(session)
    happen(session, 20)
    seal(session)
    oldest = session.value("select min(id) from kw.log_checkpoints")
    session.rows("set session_replication_role = replica")
    for table in ("log_checkpoints", "log_tiles"):
        session.rows(f"alter table kw.{table} disable trigger all")
    session.rows(edit, oldest)
    (log,) = reading().logs
    wrong = [one for one in log.checkpoints if one.problem]
    assert wrong
    assert all(problem in one.problem and not one.verified for one in wrong)


def test_each_checkpoint_is_verified_by_the_keys_of_its_time(
    session: Session, reading: Reading
) -> None:
    make_log(session)
    happen(session)
    seal(session)
    session.rows(MAKE_KEY, "next", "Ed25519")
    session.rows("select kw.set_log_keys(%s)", ["next"])
    happen(session)
    seal(session)
    (log,) = reading().logs
    assert {one.problem for one in log.checkpoints} == {""}
    session.rows("alter table kw.log_keys disable trigger all")
    session.rows("update kw.log_keys set removed_at = added_at where removed_at is not null")
    (log,) = reading().logs
    assert log.checkpoints[0].problem == ""
    assert log.checkpoints[-1].problem != ""


def test_one_event_is_proved_now(session: Session, reading: Reading) -> None:
    make_log(session)
    (event,) = happen(session)
    size, _ = seal(session)
    (later,) = happen(session)
    proof = reading(event=str(event)).proof
    assert proof is not None
    assert (proof.event, proof.size, proof.problem) == (event, size, "")
    for other in (later, 10**12):
        proof = reading(event=str(other)).proof
        assert proof is not None
        assert "does not exist, or no checkpoint has it yet" in proof.problem


def test_an_edited_event_is_not_proved(session: Session, reading: Reading) -> None:
    make_log(session)
    (event,) = happen(session)
    seal(session)
    session.rows("alter table kw.audit_events disable trigger all")
    session.rows("update kw.audit_events set object = 'other' where id = %s", event)
    proof = reading(event=str(event)).proof
    assert proof is not None
    assert proof.problem == "the entry of the log differs from the event: object"


def test_an_event_whose_text_was_deleted_is_said_to_be_so(
    session: Session, reading: Reading
) -> None:
    make_log(session)
    (event,) = happen(session)
    seal(session)
    session.rows("alter table kw.log_leaves disable trigger all")
    session.rows("update kw.log_leaves set entry = null where event_id = %s", event)
    proof = reading(event=str(event)).proof
    assert proof is not None
    assert "was deleted" in proof.problem


def test_events_that_are_not_sealed_are_counted(session: Session, reading: Reading) -> None:
    make_log(session)
    seal(session)
    before = reading().unsealed
    assert (before.number, before.oldest) == (0, None)
    happen(session, 3)
    assert reading().unsealed.number == 3


def test_filters_leave_the_events_that_they_name(session: Session, reading: Reading) -> None:
    ids = session.values(
        "insert into kw.audit_events (happened_at, session_role, acting_role, action, object)"
        " values ('2026-01-01', 'ann', 'kw_owner', 'bind', 'public.t.f'),"
        " ('2026-02-01', 'bob', 'ann', 'shred', 'public.t_f.g'),"
        " ('2026-03-01', 'bob', 'bob', 'bind', 'public.tx') returning id"
    )

    def found(**query: str) -> list[int]:
        return [ids.index(one.id) for one in reading(**query).page.events if one.id in ids]

    assert found() == [2, 1, 0]
    assert found(actor="ann") == [1, 0]
    assert found(action="bind") == [2, 0]
    assert found(object="public.t_") == [1]
    assert found(since="2026-02-01", until="2026-03-01") == [1]
    assert found(since="2026-02-01T00:00:00+00:00") == [2, 1]
    assert found(actor="' or true --") == []
    assert reading(since="yesterday").filters.unread == ("since",)


def test_pages_follow_each_other_while_events_are_added(session: Session, reading: Reading) -> None:
    expected = happen(session, 7)[::-1]
    found: list[int] = []
    query: Mapping[str, str] = {"action": "test", "limit": "3"}
    for _ in range(3):
        page = reading(**query).page
        found += [one.id for one in page.events]
        happen(session, 2)
        query = {**query, "before": str(page.before)}
    assert found == expected
    assert page.before is None


def test_parameters_that_nobody_would_write_change_nothing(
    session: Session, reading: Reading
) -> None:
    happen(session, 2)
    for text in ("-1", "9" * 40, "٣", "1e3", "0x10", "", "9" * 19):
        assert reading(limit=text, before=text, event=text).page.events is not None
    assert len(reading(limit="0").page.events) == 1


def test_a_filter_that_nothing_matches_looks_through_a_bounded_number(
    session: Session, reading: Reading
) -> None:
    session.rows(
        "insert into kw.audit_events (acting_role, action, object)"
        " select 'x', 'test', 'o' from generate_series(1, 100100)"
    )
    page = reading(action="nothing").page
    assert (page.events, page.is_scan_cut) == ([], True)
    last = reading(action="nothing", before=str(page.before)).page
    assert (last.before, last.is_scan_cut) == (None, False)


def test_the_page_shows_hostile_texts_as_texts(session: Session, console: Console) -> None:
    make_log(session)
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, details)"
        " values ('r', %s, %s, jsonb_build_object('x', '<img src=x>'))",
        MARKUP, MARKUP,
    )  # fmt: skip
    (event,) = session.values("select max(id) from kw.audit_events")
    seal(session)
    page = console.page("audit")
    assert html.escape("<script>alert(1)</script>\\x1b[31m\\u202e") in page
    assert "<img src=x>" not in page
    assert re.search(rf'href="[^"]*event={event}[^"]*#audit-events"', page)
    proved = console.page("audit", event=str(event), object=MARKUP)
    assert "Proved now" in proved
    assert MARKUP not in proved


def test_what_was_not_verified_is_said(session: Session, console: Console) -> None:
    page = console.page("audit")
    assert "The database has no log" in page
    assert "without a log there is nothing to verify" in page
    assert "Only shown, not verified" not in page
    make_log(session)
    page = console.page("audit")
    assert "Only shown, not verified" in page
    assert "guess" in console.page("unprotected")


def test_details_that_are_cut_say_so(session: Session, console: Console) -> None:
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, details)"
        " values ('r', 'long', 'o', jsonb_build_object('x', repeat('y', 1991))),"
        " ('r', 'longer', 'o', jsonb_build_object('x', repeat('y', 2992)))"
    )
    assert "more characters" not in console.page("audit", action="long")
    assert "… (1,001 more characters are not shown)" in console.page("audit", action="longer")


def test_logs_that_are_left_out_are_said_to_be(session: Session, console: Console) -> None:
    make_log(session)
    assert "Only the newest" not in console.page("audit")
    session.rows("alter table kw.logs disable trigger all")
    session.rows(
        "insert into kw.logs (id, deployment_uuid, incarnation, host, origin)"
        " select l.id + n, l.deployment_uuid, n, l.host,"
        " l.host || '/kwtools/' || l.deployment_uuid || '/' || n"
        " from kw.logs l cross join generate_series(1, 60) n"
    )
    page = console.page("audit")
    assert "Only the newest 50 are shown." in page
    assert page.count("<h3>") == 50
