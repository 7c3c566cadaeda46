"""``kwtools audit``: seals, exports, and finds every change of a sealed event."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.evidence.tile_files import path_of
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.deployment import MAKE_KEY, happen, make_log, seal
from tests.sql.session import Session

MakeRole = Callable[..., str]
EVENTS = 600
KEYS = "select verifier_key from kw.log_keys where removed_at is null"


@pytest.fixture
def session(db: Database) -> Session:
    """A session of the superuser, in a database with a sealed log."""
    made = Session(db.connect())
    make_log(made, "Ed25519", "ML-DSA-44")
    happen(made, EVENTS)
    seal(made)
    return made


def keys(session: Session) -> list[str]:
    """Return the options that name the log's keys."""
    return [part for one in session.values(KEYS) for part in ("--key", one)]


class Auditor:
    """An export, and what verifying it says."""

    def __init__(self, kwtools: Kwtools, session: Session, dsn: str, folder: Path) -> None:
        self._kwtools = kwtools
        self.session = session
        self.dsn = dsn
        self.folder = folder
        self.keys = keys(session)

    def export(self) -> tuple[int, str, str]:
        """``kwtools audit export``."""
        return self._kwtools("audit", "export", self.folder, "--dsn", self.dsn)

    def verify(self, *arguments: object) -> tuple[int, str, str]:
        """``kwtools audit verify`` of the export."""
        return self._kwtools("audit", "verify", *self.keys, self.folder, *arguments)

    def compare(self, *arguments: object) -> tuple[int, str]:
        """``kwtools audit verify --database``, without an export."""
        options = [*self.keys, "--database", "--dsn", self.dsn, *arguments]
        code, out, err = self._kwtools("audit", "verify", *options)
        return code, out + err

    def change(self, statement: str) -> None:
        """Change tables as a superuser does who turns triggers off."""
        for table in ("audit_events", "log_leaves", "log_tiles", "logs", "log_checkpoints"):
            self.session.rows(f"alter table kw.{table} disable trigger all")
        self.session.rows(statement)


@pytest.fixture
def auditor(kwtools: Kwtools, session: Session, db: Database, tmp_path: Path) -> Auditor:
    """An auditor with an export of the sealed log."""
    made = Auditor(kwtools, session, db.dsn, tmp_path / "export")
    assert made.export()[0] == 0
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_export_verifies_offline_and_against_the_database(auditor: Auditor) -> None:
    size = auditor.session.value("select size from kw.logs")
    code, out, err = auditor.verify()
    assert (code, out, err) == (0, f"{size} entries verified\n", "")
    both = f"{size} entries verified, {size} events compared\n"
    assert auditor.verify("--database", "--dsn", auditor.dsn) == (0, both, "")
    assert auditor.compare() == (0, both)
    code, out = auditor.compare("--json")
    report = json.loads(out)
    assert (report["size"], report["events"], report["problems"]) == (size, size, [])


def test_an_export_grows_with_the_log_and_is_the_same_as_one_made_at_once(
    auditor: Auditor, kwtools: Kwtools, tmp_path: Path
) -> None:
    for more in (1, 200, 300):
        happen(auditor.session, more)
        seal(auditor.session)
        assert auditor.export()[0] == 0
        assert auditor.verify()[0] == 0
    before = {path: path.stat().st_mtime_ns for path in auditor.folder.rglob("*")}
    code, out, _ = auditor.export()
    assert (code, "0 of them new" in out) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in auditor.folder.rglob("*")} == before
    assert kwtools("audit", "export", tmp_path / "once", "--dsn", auditor.dsn)[0] == 0
    assert files(tmp_path / "once") == files(auditor.folder)


def test_an_export_that_ended_early_goes_on(auditor: Auditor) -> None:
    whole = files(auditor.folder)
    (auditor.folder / "checkpoint").unlink()
    (auditor.folder / path_of(0, 1, 256)).unlink()
    (auditor.folder / path_of("entries", 2, len(whole) and 256)).unlink(missing_ok=True)
    code, _, err = auditor.verify()
    assert (code, "checkpoint is missing" in err) == (1, True)
    assert auditor.export()[0] == 0
    assert files(auditor.folder) == whole


@pytest.mark.parametrize(
    "name", ["checkpoint", path_of(0, 0, 256), path_of("entries", 1, 256)]
)  # fmt: skip
def test_every_changed_or_missing_file_is_found(auditor: Auditor, name: str) -> None:
    path = auditor.folder / name
    data = path.read_bytes()
    path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    assert auditor.verify()[0] == 1
    path.unlink()
    assert auditor.verify()[0] == 1
    path.write_bytes(data)
    assert auditor.verify()[0] == 0


EDITS = {
    "an action": ("update kw.audit_events set action = 'nothing' where id = {id}", "edited"),
    "a role": ("update kw.audit_events set acting_role = 'nobody' where id = {id}", "edited"),
    "a time": (
        "update kw.audit_events set happened_at = happened_at + interval '1 us' where id = {id}",
        "edited",
    ),
    "details": ("update kw.audit_events set details = '{{\"a\": 1}}' where id = {id}", "details"),
    "changes": ("update kw.audit_events set changes = 'x' where id = {id}", "changes_root"),
    "a deletion": ("delete from kw.audit_events where id = {id}", "deleted or replaced"),
    "all": ("truncate kw.audit_events", "deleted or replaced"),
    "an exchange": (
        "update kw.audit_events a set leaf_index = b.leaf_index from kw.audit_events b "
        "where a.id in ({id}, {id} + 1) and b.id = 2 * {id} + 1 - a.id",
        "deleted or replaced",
    ),
    "a place that is taken": (
        "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index) "
        "values ('x', 'hidden', 'y', 1, 7)",
        "at the place of other events",
    ),
    "a place behind the log": (
        "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index) "
        "select 'x', 'hidden', 'y', l.id, l.size from kw.logs l",
        "1 events say that they are in the log, behind its last entry",
    ),
    "a log that does not exist": (
        "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index) "
        "values ('x', 'hidden', 'y', 99, 7)",
        "1 events say that they are in log 99, which does not exist",
    ),
    "a place in no log": (
        "alter table kw.audit_events drop constraint audit_events_leaf_check; "
        "update kw.audit_events set log_id = null where id = {id}",
        "1 events say that they are in log null, which does not exist",
    ),
    "another log": (
        "insert into kw.logs (id, deployment_uuid, incarnation, host, origin) "
        "select 2, l.deployment_uuid, 1, l.host, regexp_replace(l.origin, '0$', '1') "
        "from kw.logs l; "
        "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index) "
        "values ('x', 'hidden', 'y', 2, 0)",
        "/1, which was not verified: give its keys",
    ),
    "details that no reader takes": (
        "update kw.audit_events set details = (repeat('[', 3000) || repeat(']', 3000))::jsonb "
        "where id = {id}",
        "edited after it was sealed: details",
    ),
    "an entry": (
        "update kw.log_leaves set entry = set_byte(entry, 11, get_byte(entry, 11) # 1) "
        "where event_id = {id}",
        "does not have the hash",
    ),
    "entry and tile": (
        "update kw.log_leaves set entry = 'x' where leaf_index = 300; "
        "update kw.log_tiles set hashes = overlay(hashes placing sha256('\\x0078') from 1409) "
        "where level = 0 and tile_no = 1",
        "root hash",
    ),
    "a deleted entry": ("delete from kw.log_leaves where event_id = {id}", "is missing"),
    "a smaller log": (
        "update kw.logs set size = size - 1; delete from kw.log_leaves f using kw.logs l "
        "where f.leaf_index >= l.size",
        "removed from the end",
    ),
    "a checkpoint": (
        "update kw.log_checkpoints set note = replace(note, '{host}', 'db.example.org')",
        "refused",
    ),
    "no log": (
        "delete from kw.log_checkpoints; delete from kw.log_keys; delete from kw.logs",
        "does not have a log",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_every_edit_of_the_tables_is_found(auditor: Auditor, what: str) -> None:
    statement, said = EDITS[what]
    event = auditor.session.value("select event_id from kw.log_leaves where leaf_index = 350")
    auditor.change(statement.format(id=event, host="db.example.com"))
    code, told = auditor.compare()
    assert code == 1
    assert said in told


def test_an_event_that_was_appended_again_is_found_offline(auditor: Auditor) -> None:
    auditor.change(
        "update kw.audit_events set log_id = null, leaf_index = null"
        " where id = (select event_id from kw.log_leaves where leaf_index = 350)"
    )
    seal(auditor.session)
    assert auditor.export()[0] == 0
    code, out, err = auditor.verify()
    assert code == 1
    assert "which an entry before is of" in out + err


def test_details_of_another_type_are_another_value(auditor: Auditor) -> None:
    auditor.session.rows(
        "insert into kw.audit_events (acting_role, action, object, details) values "
        "('x', 'typed', 'y', %s)",
        '{"a": true, "b": 1.50, "c": 1e400, "d": 12345678901234567890}',
    )
    seal(auditor.session)
    assert auditor.compare()[0] == 0
    auditor.change(
        "update kw.audit_events set details = details || '{\"a\": 1}' where action = 'typed'"
    )
    assert auditor.compare()[0] == 1


def test_a_log_that_was_made_again_is_found_by_the_older_checkpoint(
    auditor: Auditor, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    older.write_bytes((auditor.folder / "checkpoint").read_bytes())
    session = auditor.session
    origin = session.value("select origin from kw.logs")
    auditor.change(
        "update kw.audit_events set log_id = null, leaf_index = null; "
        "delete from kw.audit_events where action in ('test', 'state'); "
        "truncate kw.log_leaves, kw.log_tiles; delete from kw.log_checkpoints; "
        "delete from kw.log_keys; delete from kw.logs"
    )
    names = ["log Ed25519", "log ML-DSA-44"]
    assert session.value("select kw.create_log('db.example.com', %s)", names) == origin
    seal(session)
    assert auditor.compare()[0] == 0  # nobody kept a checkpoint
    code, told = auditor.compare("--older", older)
    assert (code, "removed from the end" in told) == (1, True)
    code, _, err = auditor.export()
    assert (code, "removed from its end" in err) == (1, True)
    happen(session, EVENTS + 10)
    seal(session)
    code, told = auditor.compare("--older", older)
    assert (code, "do not have the root hash" in told) == (1, True)
    code, _, err = auditor.export()
    assert (code, "does not begin with" in err) == (1, True)
    assert older.read_bytes() == (auditor.folder / "checkpoint").read_bytes()


def test_an_older_checkpoint_of_the_same_log_is_accepted(auditor: Auditor, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.write_bytes((auditor.folder / "checkpoint").read_bytes())
    happen(auditor.session, 300)
    seal(auditor.session)
    assert auditor.export()[0] == 0
    assert auditor.verify("--older", older)[0] == 0
    older.write_bytes(older.read_bytes().replace(b"db.example.com", b"db.example.org"))
    assert auditor.verify("--older", older)[0] == 1


def test_a_checkpoint_without_each_type_of_signature_is_refused(auditor: Auditor) -> None:
    path = auditor.folder / "checkpoint"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    code, out, _ = auditor.verify()
    assert (code, "no signature of type 6" in out) == (1, True)


def test_a_verifier_key_that_was_replaced_is_told(
    auditor: Auditor, kwtools: Kwtools, tmp_path: Path
) -> None:
    old = auditor.keys
    (key_id,) = auditor.session.values(
        "select split_part(verifier_key, '+', 2) from kw.log_keys k join kw.signing_keys s"
        " on s.id = k.signing_key_id where s.name = 'log Ed25519'"
    )
    auditor.session.rows(MAKE_KEY, "new", "Ed25519")
    auditor.session.rows("select kw.set_log_keys(array['new', 'log ML-DSA-44'])")
    seal(auditor.session)
    auditor.export()
    (new_id,) = auditor.session.values(
        "select split_part(verifier_key, '+', 2) from kw.log_keys k join kw.signing_keys s"
        " on s.id = k.signing_key_id where s.name = 'new'"
    )
    code, out, err = auditor.verify()
    assert code == 1
    assert f"no signature of type 1 by key {key_id} of the log: it is signed by " in out
    assert new_id in out.partition("it is signed by ")[2]
    assert "If the log has a new key" in err
    auditor.keys = keys(auditor.session)
    assert auditor.verify()[0] == 0
    event = auditor.session.value("select min(id) from kw.audit_events")
    path = tmp_path / "receipt"
    assert kwtools("receipt", "get", path, "--event", event, "--dsn", auditor.dsn)[0] == 0
    code, _, err = kwtools("receipt", "verify", path, *old)
    assert (code, "If the log has a new key" in err) == (1, True)


@pytest.fixture
def kept(auditor: Auditor, kwtools: Kwtools, tmp_path: Path) -> Path:
    """A file in which a checkpoint is kept, before a further event."""
    made = tmp_path / "kept"
    assert kwtools("audit", "seal", "--dsn", auditor.dsn, "--checkpoint", made)[0] == 0
    happen(auditor.session)
    return made


def test_sealing_keeps_a_checkpoint_in_a_file_and_never_replaces_another_history(
    auditor: Auditor, kwtools: Kwtools, kept: Path
) -> None:
    command = "audit", "seal", "--dsn", auditor.dsn, "--checkpoint", kept
    code, out, _ = kwtools(*command, "--json")
    assert code == 0
    assert json.loads(out)["checkpoint"].encode() == kept.read_bytes()
    assert auditor.compare("--older", kept)[0] == 0
    before = kept.read_bytes()
    auditor.change("update kw.log_tiles set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)")
    happen(auditor.session)
    signed = auditor.session.value("select count(*) from kw.log_checkpoints")
    code, _, err = kwtools(*command)
    assert (code, "does not begin with" in err) == (1, True)
    assert kept.read_bytes() == before
    assert auditor.session.value("select count(*) from kw.log_checkpoints") == signed


def test_a_checkpoint_is_kept_where_rows_are_not_what_the_log_says(
    auditor: Auditor, kwtools: Kwtools, kept: Path
) -> None:
    before = kept.read_bytes()
    auditor.change("update kw.logs set state_leaf = null")
    code, _, err = kwtools("audit", "seal", "--dsn", auditor.dsn, "--checkpoint", kept)
    assert (code, "does not name the last state" in err) == (1, True)
    assert kept.read_bytes() != before
    assert auditor.compare("--older", kept)[0] == 0


def test_an_auditor_exports_and_verifies_and_an_operator_seals(
    auditor: Auditor, kwtools: Kwtools, make_role: MakeRole, tmp_path: Path
) -> None:
    def dsn(role: str) -> str:
        return f"{auditor.dsn} user={make_role(role)}"

    reader, operator = dsn("kw_auditor"), dsn("kw_operator")
    assert kwtools("audit", "seal", "--dsn", operator)[0] == 0
    assert kwtools("audit", "seal", "--dsn", reader)[0] == 1
    assert kwtools("audit", "export", tmp_path / "two", "--dsn", reader)[0] == 0
    assert auditor.verify("--database", "--dsn", reader)[0] == 0
    assert auditor.verify("--database", "--dsn", operator)[0] == 1


def test_wrong_usage_is_told(auditor: Auditor, kwtools: Kwtools, tmp_path: Path) -> None:
    assert kwtools("audit", "verify", *auditor.keys)[0] == 2
    assert kwtools("audit", "verify", "--key", "x", auditor.folder)[0] == 2
    assert kwtools("audit", "verify", auditor.folder)[0] == 2
    code, _, err = kwtools("audit", "verify", *auditor.keys, tmp_path / "nothing")
    assert (code, "is missing" in err) == (1, True)


# -- events of an export --------------------------------------------------------------------------


def test_the_events_of_an_export_are_shown_offline(auditor: Auditor, kwtools: Kwtools) -> None:
    show = ("audit", "show", *auditor.keys, auditor.folder)
    code, out, err = kwtools(*show, "--json")
    events = json.loads(out)
    assert (code, err) == (0, "")
    ids = "select id::text from kw.audit_events where leaf_index is not null order by leaf_index"
    assert [one["event"] for one in events] == auditor.session.values(ids)
    assert [one["entry"] for one in events] == [*range(len(events))]
    (made,) = json.loads(kwtools(*show, "--json", "--action", "create_log")[1])
    assert made["object"].startswith("db.example.com/kwtools/")
    found = json.loads(kwtools(*show, "--json", "--event", made["event"])[1])
    assert found == [made]
    code, out, err = kwtools(*show, "--object", "object 59", "--last", 2)
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[6] for row in rows] == ["object 598", "object 599"]
    assert rows[0][3:6] == ["someone", auditor.session.value("select session_user"), "test"]
    assert "the last 2 of 11 events are shown" in err


def test_nothing_is_shown_of_an_export_that_was_changed(auditor: Auditor, kwtools: Kwtools) -> None:
    show = ("audit", "show", *auditor.keys, auditor.folder)
    bundle = auditor.folder / path_of("entries", 0, 256)
    bundle.write_bytes(bundle.read_bytes().replace(b"someone", b"nobody!", 1))
    code, out, err = kwtools(*show)
    assert (code, out) == (1, "")
    assert "does not have the hash" in err
    assert kwtools("audit", "show", auditor.folder)[0] == 2


def test_of_what_is_too_long_for_an_entry_the_digest_is_shown(
    auditor: Auditor, kwtools: Kwtools
) -> None:
    auditor.session.rows(
        "insert into kw.audit_events (acting_role, action, object)"
        " values ('someone', 'long', repeat('x', 9000))"
    )
    seal(auditor.session)
    auditor.export()
    code, out, _ = kwtools("audit", "show", *auditor.keys, auditor.folder, "--action", "long")
    assert (code, "\tSHA-256 " in out) == (0, True)


# -- retention ----------------------------------------------------------------------------------


def grow_old(session: Session, action: str) -> None:
    """Make events of an action a year old, as if they had happened then. Before they are sealed."""
    session.rows("alter table kw.audit_events disable trigger guard_immutable")
    session.rows(
        "update kw.audit_events set happened_at = happened_at - interval '1 year' "
        "where action = %s",
        action,
    )
    session.rows("alter table kw.audit_events enable always trigger guard_immutable")


def test_retention_takes_texts_and_proofs_and_checkpoints_go_on(
    kwtools: Kwtools, db: Database, tmp_path: Path
) -> None:
    session = Session(db.connect())
    session.rows("delete from kw.audit_events")
    happen(session, EVENTS)
    grow_old(session, "test")
    make_log(session)
    seal(session)
    auditor = Auditor(kwtools, session, db.dsn, tmp_path / "export")
    assert auditor.export()[0] == 0
    older = tmp_path / "older"
    older.write_bytes((auditor.folder / "checkpoint").read_bytes())
    unsealed = happen(session)[0]
    session.rows("select kw.set_setting('audit_days', 30)")
    session.rows("select * from kw.check_kms()")
    first = EVENTS // 256 * 256
    assert session.value("select min(leaf_index) from kw.audit_events") == first
    assert session.value("select first_entry from kw.logs") == first
    texts = "select count(*) from kw.log_leaves where entry is null"
    assert session.value(texts) == first
    assert session.rows("select id from kw.audit_events where id = %s", unsealed)
    # Until the log says so by an entry, nobody can tell it from an edit.
    assert auditor.compare()[0] == 1
    seal(session)
    assert auditor.compare("--older", older)[0] == 0
    assert auditor.export()[0] == 0
    assert auditor.verify("--older", older)[0] == 0  # the texts that were exported stay there
    code, out, _ = kwtools("audit", "export", tmp_path / "later", "--dsn", db.dsn)
    assert (code, "2 bundles of entries were left out" in out) == (0, True)
    later = Auditor(kwtools, session, db.dsn, tmp_path / "later")
    assert later.verify("--older", older, "--database", "--dsn", db.dsn)[0] == 0
    (later.folder / path_of("entries", 2, 256)).unlink(missing_ok=True)
    event = session.value("select event_id from kw.log_leaves where leaf_index = %s", first)
    assert session.value("select kw.audit_proof(%s)", event)
    gone = session.value("select event_id from kw.log_leaves where leaf_index = 0")
    session.refused("KW102", "select kw.audit_proof(%s)", gone)
    session.rows("select * from kw.check_kms()")  # nothing more to forget
    assert session.value("select count(*) from kw.audit_events where action = 'forget_audit'") == 1
    auditor.change(
        "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index) "
        "values ('x', 'hidden', 'y', 1, 7)"
    )
    assert "1 events say that they are in the log, at the place of" in auditor.compare()[1]
    session.rows("delete from kw.audit_events where action = 'hidden'")
    assert auditor.compare()[0] == 0
    auditor.change(
        "delete from kw.audit_events where leaf_index = (select first_entry from kw.logs)"
    )
    assert auditor.compare()[0] == 1


@pytest.mark.parametrize("also_entry", [False, True])
def test_retention_takes_only_what_the_tree_proves_to_be_old(
    auditor: Auditor, also_entry: bool
) -> None:
    """Else who can write the events could have the log itself vouch for their end."""
    session = auditor.session
    session.rows("select kw.set_setting('audit_days', 30)")
    auditor.change(
        "update kw.audit_events set happened_at = happened_at - interval '1 year' "
        "where leaf_index is not null"
    )
    if also_entry:
        session.rows(
            "update kw.log_leaves set entry = "
            "convert_to(replace(convert_from(entry, 'UTF8'), 'time\":\"20', 'time\":\"19'), 'UTF8')"
        )
    session.rows("select * from kw.check_kms()")
    assert session.value("select first_entry from kw.logs") == 0
    assert session.value("select count(*) from kw.log_leaves where entry is null") == 0
    assert auditor.compare()[0] == 1


def test_retention_does_not_take_what_is_not_sealed(db: Database) -> None:
    session = Session(db.connect())
    make_log(session)
    happen(session, EVENTS)
    grow_old(session, "test")
    session.rows("select kw.set_setting('audit_days', 30)")
    session.rows("select * from kw.check_kms()")
    assert session.value("select count(*) from kw.audit_events where action = 'test'") == EVENTS


# -- copies -------------------------------------------------------------------------------------


def test_a_second_database_gets_each_checkpoint_and_none_of_another_history(
    auditor: Auditor, kwtools: Kwtools, target: Database, make_role: MakeRole
) -> None:
    command = "audit", "seal", "--dsn", auditor.dsn, "--copy-to"
    code, _, err = kwtools(*command, target.dsn)
    assert (code, "public.kwtools_checkpoints" in err) == (1, True)
    target.sql(
        "create table public.kwtools_checkpoints (origin text, size bigint, note text not null, "
        "received_at timestamptz not null default now(), primary key (origin, size))"
    )
    writer = make_role()
    target.sql(f"grant insert, select on public.kwtools_checkpoints to {writer}")
    where = f"{target.dsn} user={writer}"
    assert kwtools(*command, where)[0] == 0
    happen(auditor.session)
    for _ in range(2):
        assert kwtools(*command, where)[0] == 0
    kept = target.sql("select size, note from public.kwtools_checkpoints order by size")
    notes = auditor.session.rows("select size, note from kw.log_checkpoints order by size")
    assert kept == notes
    auditor.change("update kw.log_tiles set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)")
    happen(auditor.session)
    code, _, err = kwtools(*command, where)
    assert code == 1
    assert target.sql("select size, note from public.kwtools_checkpoints order by size") == kept
    target.sql(f"drop owned by {writer}")
