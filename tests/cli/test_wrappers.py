"""``kwtools wrappers``: sealed without a server, imported by one."""

import io
from base64 import b64encode
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from kwtools.sealing import Sealed
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.deployment import make_deployment
from tests.sql.importing import refused, some_deks, take
from tests.sql.session import Session


@pytest.fixture
def session(db: Database) -> Session:
    return Session(db.connect())


@pytest.fixture
def key_file(session: Session, tmp_path: Path) -> Path:
    """A private key of a maker, whose public key is enrolled as collector."""
    private = ed25519.Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    session.rows("select kw.import_signing_key('collector', 'Ed25519', 'import', %s)", public)
    file = tmp_path / "collector.pem"
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )
    return file


def give(monkeypatch: pytest.MonkeyPatch, deks: list[tuple[UUID, bytes]]) -> None:
    text = "".join(f"{uuid} {b64encode(dek).decode()}\n" for uuid, dek in deks)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def read(name: Path) -> Sealed:
    return Sealed(Path(f"{name}.note").read_bytes(), Path(f"{name}.bundle").read_bytes())


def test_a_collector_seals_with_public_keys_and_the_database_imports(
    kwtools: Kwtools, db: Database, session: Session, key_file: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_deployment(session)
    code, out, err = kwtools(
        "wrappers", "recipient", "--dsn", db.dsn, session.kem("ML-KEM-768+X25519")
    )
    assert (code, err) == (0, "")
    to = tmp_path / "to.json"
    to.write_text(out)
    imported: dict[UUID, UUID] = {}
    options = ("--to", to, "--key", key_file, "--signer", "collector")
    for name in ("first", "second"):
        deks = some_deks()
        give(monkeypatch, deks)
        base = tmp_path / name
        code, out, err = kwtools("wrappers", "seal", *options, "--out", base)
        assert (code, out, err) == (0, f"{base}.note, {base}.bundle: 3 data keys\n", "")
        found = take(session, read(base))
        assert session.value("select kw.unwrap_many(%s::uuid[])", list(found.values())) == [
            dek for _, dek in deks
        ]
        imported |= found
    assert len(imported) == 6
    give(monkeypatch, some_deks())
    code, _, err = kwtools("wrappers", "seal", *options, "--out", tmp_path / "first")
    assert code == 2
    assert "already exists" in err
    give(monkeypatch, some_deks())
    more = ("--number", 5, "--valid-seconds", 60, "--out", tmp_path / "x")
    kwtools("wrappers", "seal", *options, *more)
    assert "bundle 5 of" in refused(session, read(tmp_path / "x"))


def test_a_key_that_is_not_a_kem_key_is_no_recipient(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    kem = session.kem()
    for key in (kem, 1, 999):
        code, out, err = kwtools("wrappers", "recipient", "--dsn", db.dsn, key)
        assert (code, out) == (1, "")
        assert f"KMS key {key} is not a KEM key, or the database is not a deployment" in err


def test_a_line_that_is_not_a_data_key_is_refused_and_not_shown(
    kwtools: Kwtools, session: Session, db: Database, key_file: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_deployment(session)
    to = tmp_path / "to.json"
    to.write_text(kwtools("wrappers", "recipient", "--dsn", db.dsn, session.kem())[1])
    options = ("--to", to, "--key", key_file, "--signer", "collector", "--out", tmp_path / "x")
    foreign = uuid4()
    for line in (
        "SECRET", f"{foreign} SECRET!", f"{foreign} SECR ET", "SECRET U0VDUkVU",
        f"{foreign} U0VDUkVU",
    ):  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))
        code, _, err = kwtools("wrappers", "seal", *options)
        assert code == 2
        assert "SECRET" not in err
        assert "U0VDUkVU" not in err
    assert list(tmp_path.glob("x.*")) == []
