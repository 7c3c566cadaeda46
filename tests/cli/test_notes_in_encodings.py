"""Signed notes in databases whose encoding lacks the dash of their signature lines."""

from pathlib import Path

import psycopg
import pytest
from kwshared.tlog import notes

from kwtools.cluster import Place
from tests.cli.conftest import Kwtools
from tests.deployment import make_log
from tests.security.test_encodings import ENCODINGS, connect, encoded_database
from tests.signed_log import WITNESS_ED25519
from tests.sql.session import Session

KEYS = "select verifier_key from kw.log_keys"
COPIES = (
    "create table public.kwtools_checkpoints (origin text, size bigint, note text not null, "
    "received_at timestamptz not null default now(), primary key (origin, size))"
)


def begin(connection: psycopg.Connection, name: str) -> Session:
    """Make a log, with an event of a name beyond ASCII."""
    session = Session(connection)
    for statement in (
        "create extension kwtools cascade",
        "select kw.add_provider('local', 'local')",
        "select kw.add_kms_key('local', 'test-1')",
        "select kw.create_policy('default', 'single', 1)",
        f'create table "t{name}" (id text primary key, "{name}" bytea)',
        COPIES,
    ):
        session.rows(statement)
    make_log(session, "Ed25519", "ML-DSA-44")
    session.rows(f"select kw.bind('t{name}', '{name}', '{name}')")
    return session


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_checkpoints_receipts_and_cosignatures_are_the_same_notes(
    cluster: Place, kwtools: Kwtools, tmp_path: Path, encoding: str
) -> None:
    name = ENCODINGS[encoding]
    kept, receipt = tmp_path / "kept.txt", tmp_path / "one.receipt"
    with encoded_database(cluster, encoding) as database, connect(cluster, database) as connection:
        session = begin(connection, name)
        dsn = cluster.dsn(database)
        session.rows("select kw.add_witness(%s)", str(WITNESS_ED25519.verifier))
        keep = "audit", "seal", "--dsn", dsn, "--checkpoint", kept, "--copy-to", dsn
        assert kwtools(*keep)[0] == 0
        assert kwtools(*keep)[0] == 0, "it continues its copies"
        note = kept.read_text("utf-8")
        line = str(WITNESS_ED25519.line(note[: note.index("\n\n") + 1]))
        asked = notes.without_dashes(note + line)
        assert session.value("select kw.add_cosignatures(%s)", asked) == 1
        shown = session.value("select kw.sign_checkpoint()")
        assert notes.with_dashes(shown) == note + line
        assert session.rows("select * from kw.check_state(%s)", shown) == []
        keys = [part for one in session.values(KEYS) for part in ("--key", one)]
        state = kwtools("verify", "--state", kept, "--dsn", dsn)
        assert state[0] == 0, state
        audit = "audit", "verify", *keys, "--database", "--older", kept, "--dsn", dsn
        assert kwtools(*audit)[0] == 0
        event = session.value("select min(event_id) from kw.log_leaves")
        assert kwtools("receipt", "get", receipt, "--event", event, "--dsn", dsn)[0] == 0
    verified = kwtools("receipt", "verify", receipt, *keys)
    assert verified[0] == 0, verified
    assert "\n— " in receipt.read_text("utf-8")
