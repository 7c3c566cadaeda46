"""``kwtools receipt``: receipts out of a database, verified where no server is."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from kwshared.changes import Change, packed

from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.deployment import happen, make_log, seal
from tests.signed_log import WITNESS_ED25519
from tests.sql.session import Session
from tests.vectors.make_receipt_vectors import FILE, WRAPPERS

KEYS = "select verifier_key from kw.log_keys"
VECTORS = json.loads(FILE.read_text())
RECEIPTS = {one["name"]: one["receipt"] for one in VECTORS["receipts"]}
TABLE = "create table people (id bigint primary key, ssn bytea)"
MakeRole = Callable[..., str]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The receipt of a wrapper, in a file of the auditor."""
    path = tmp_path / "kept.receipt"
    path.write_text(RECEIPTS["wrapper"])
    return path


def verify(kwtools: Kwtools, path: Path, *more: object) -> tuple[int, str, str]:
    """``kwtools receipt verify`` with the key of the vectors."""
    return kwtools("receipt", "verify", path, "--key", VECTORS["key"], *more)


def test_a_shred_of_many_is_proved_for_each_data_key_by_the_public_key_alone(
    kwtools: Kwtools, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(db.connect())
    session.rows(TABLE)
    make_log(session, "Ed25519", "ML-DSA-44")
    happen(session, 300)
    pks = [f"{pk}" for pk in range(20)]
    wrappers = [session.bind("people", pk, "ssn") for pk in pks]
    session.rows("select kw.shred_many('people', %s, 'ssn')", pks)
    seal(session)
    digests = dict(session.rows("select wrapper_uuid::text, digest from kw.shred_receipts"))
    keys = [part for one in session.values(KEYS) for part in ("--key", one)]
    paths = [tmp_path / f"{pk}.receipt" for pk in pks]
    for wrapper, path in zip(wrappers, paths, strict=True):
        code, out, err = kwtools("receipt", "get", path, "--wrapper", wrapper, "--dsn", db.dsn)
        assert (code, out, err) == (0, f"the receipt is in {path}\n", "")
    session.connection.close()
    for name in ("PGHOST", "PGDATABASE", "PGPORT", "PGUSER"):
        monkeypatch.setenv(name, "nowhere")
    for wrapper, path, pk in zip(wrappers, paths, pks, strict=True):
        code, out, err = kwtools("receipt", "verify", path, *keys, "--wrapper", wrapper)
        assert (code, err) == (0, "")
        assert "action\tshred\n" in out
        assert f"data key\t{wrapper}\n" in out
        assert f"destroyed\twraps with SHA-256 {digests[wrapper].hex()}\n" in out
        assert f'it protected\t["public.people", "{pk}", "ssn"]\n' in out
        assert kwtools("receipt", "verify", path, *keys, "--wrapper", uuid4())[0] == 1


def test_everything_that_is_proved_is_shown_in_words_and_as_json(
    kwtools: Kwtools, kept: Path
) -> None:
    witness = "--witness", VECTORS["witness"], "--min-witnesses", "1"
    code, out, err = verify(kwtools, kept, *witness)
    assert (code, err) == (0, "")
    first, *lines = out.splitlines()
    assert first == f"{kept} is verified"
    said = dict(line.split("\t") for line in lines)
    assert said.pop("details").startswith('{"batch": 7')
    assert said.pop("destroyed").startswith("wraps with SHA-256 ")
    assert said == {
        "event": "103",
        "action": "shred",
        "object": "public.people of 5 keys",
        "at": "2026-11-27T10:00:03.000000Z",
        "by": "someone, logged in as login",
        "data key": WRAPPERS[1],
        "it protected": '["public.people", "1", "ssn"]',
        "binding, generation": f"{10**18 + 1}, 2",
        "change number": "4 before, 15 after",
        "log": VECTORS["key"].split("+")[0],
        "entry": "3 of 8",
        "witness": f"{WITNESS_ED25519.verifier.name} at 2023-11-14T22:13:20+00:00",
    }
    code, out, _ = verify(kwtools, kept, *witness, "--json")
    document = json.loads(out)
    assert (code, document["wrapper"], document["entry"]) == (0, WRAPPERS[1], 3)
    assert document["event"]["action"] == "shred"
    assert document["changed"] == {"old": 4, "new": 15}
    assert document["destroyed"]["digest"] == VECTORS["expect"][0]["digest"]


def test_a_receipt_of_something_else_is_refused(kwtools: Kwtools, kept: Path) -> None:
    assert verify(kwtools, kept, "--wrapper", WRAPPERS[1], "--event", 103)[0] == 0
    code, out, err = verify(kwtools, kept, "--wrapper", WRAPPERS[2])
    assert (code, out) == (1, "")
    assert f"a receipt of data key {WRAPPERS[1]}, not of {WRAPPERS[2]}" in err
    code, _, err = verify(kwtools, kept, "--event", 104)
    assert (code, "a receipt of event 103, not 104" in err) == (1, True)
    kept.write_text(RECEIPTS["event"])
    code, _, err = verify(kwtools, kept, "--wrapper", WRAPPERS[1])
    assert (code, "a receipt of no data key" in err) == (1, True)


def test_every_line_of_the_file_that_is_changed_is_refused(kwtools: Kwtools, kept: Path) -> None:
    lines = RECEIPTS["wrapper"].splitlines(keepends=True)
    witness = "--witness", VECTORS["witness"], "--min-witnesses", "1"
    for place, line in enumerate(lines):
        for other in {"", f"{line[:-2]}\n", f" {line}", "x\n"} - {line}:
            kept.write_text("".join([*lines[:place], other, *lines[place + 1 :]]))
            code, out, err = verify(kwtools, kept, *witness)
            assert (code, out) == (1, ""), line
            assert err.startswith(f"kwtools: {kept} is refused: ")


def test_another_key_a_missing_witness_and_a_missing_file_are_told(
    kwtools: Kwtools, kept: Path, tmp_path: Path
) -> None:
    other = str(WITNESS_ED25519.verifier)
    code, _, err = kwtools("receipt", "verify", kept, "--key", other)
    assert (code, "is of the log" in err) == (1, True)
    assert verify(kwtools, kept, "--min-witnesses", 1)[0] == 1
    assert verify(kwtools, tmp_path / "none")[0] == 1
    assert kwtools("receipt", "verify", kept, "--key", "x")[0] == 2
    assert kwtools("receipt", "get", tmp_path / "x")[0] == 2


def test_auditors_get_receipts_of_events_too(
    kwtools: Kwtools, db: Database, tmp_path: Path, make_role: MakeRole
) -> None:
    session = Session(db.connect())
    session.rows(TABLE)
    make_log(session)
    wrapper = session.bind("people", "1", "ssn")
    change = Change(1, 1, 0, 1, 2, bytes.fromhex(wrapper.replace("-", "")))
    event = session.value(
        "insert into kw.audit_events (acting_role, action, object, changes)"
        " values ('someone', 'rewrap', 'x', %s) returning id",
        packed([change]),
    )
    get = "receipt", "get", tmp_path / "one.receipt", "--event", event
    auditor = db.place.dsn(db.name, make_role("kw_auditor"))
    code, _, err = kwtools(*get, "--dsn", auditor)
    assert (code, "is not in the log" in err) == (1, True)
    seal(session)
    check = "receipt", "verify", tmp_path / "one.receipt", "--key", session.value(KEYS)
    assert kwtools(*get, "--dsn", auditor)[0] == 0
    assert kwtools(*check, "--event", event)[0] == 0
    assert kwtools(*check, "--wrapper", wrapper)[0] == 1
    assert kwtools(*get, "--wrapper", wrapper, "--dsn", auditor)[0] == 0
    code, out, _ = kwtools(*check, "--wrapper", wrapper, "--event", event)
    assert (code, "change number\t1 before, 2 after" in out) == (0, True)
    code, _, err = kwtools(*get, "--dsn", db.place.dsn(db.name, make_role("kw_client")))
    assert (code, "kw_auditor" in err) == (1, True)
