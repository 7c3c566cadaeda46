"""``kwtools wrappers``: sealed without a server, imported by one."""

import io
import json
from base64 import b64encode
from collections.abc import Callable
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

    def refused_for(key: int) -> str:
        code, out, err = kwtools("wrappers", "recipient", "--dsn", db.dsn, key)
        assert (code, out) == (1, "")
        return err

    assert "this database has no deployment" in refused_for(kem)
    make_deployment(session)
    assert "KMS key 1 is not a KEM key" in refused_for(1)
    assert "KMS key 999 does not exist" in refused_for(999)


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


# -- from one database to another -------------------------------------------------------------


@pytest.fixture
def exported(
    kwtools: Kwtools, db: Database, session: Session, to_there: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Path, dict[str, bytes]]:  # fmt: skip
    """Bundles of two data keys each, and the data keys by their wrappers in the source."""
    monkeypatch.setattr("kwtools.commands._wrappers_moving.MAX_ITEMS", 2)
    deks = [bytes([number]) * 32 for number in range(5)]
    made = session.value("select kw.wrap_many(%s::bytea[])", deks)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(map(str, made))))
    base = tmp_path / "move"
    code, out, err = kwtools(
        "wrappers", "export", "--dsn", db.dsn, "--to", to_there, "--signer", "moves", "--out", base
    )
    counts = [2, 2, 1]
    lines = [
        f"{base}-{number}.note, {base}-{number}.bundle: {count} data keys\n"
        for number, count in enumerate(counts, 1)
    ]
    assert (code, out, err) == (0, "".join(lines), "")
    return base, dict(zip(map(str, made), deks, strict=True))


def names(base: Path) -> list[Path]:
    return [base.with_name(f"{base.name}-{number}") for number in (1, 2, 3)]


def test_data_keys_move_between_databases_and_an_import_can_be_repeated(
    kwtools: Kwtools, other_db: Database, there: Session, exported: tuple[Path, dict[str, bytes]],
) -> None:  # fmt: skip
    base, deks = exported
    first, *rest = names(base)
    run = ("wrappers", "import", "--dsn", other_db.dsn)
    code, alone, _ = kwtools(*run, first)
    assert (code, alone.count("\n")) == (0, 2)
    code, out, err = kwtools(*run, first, *rest)
    assert (code, err) == (0, f"kwtools: {first}: all 2 data keys were imported before\n")
    assert out.startswith(alone)
    code, again, err = kwtools(*run, first, *rest)
    assert (code, again) == (0, out)
    assert err.count("data keys were imported before") == 3
    found = dict(line.split("\t") for line in out.splitlines())
    assert list(found) == list(deks)
    opened = there.value("select kw.unwrap_many(%s::uuid[])", list(found.values()))
    assert opened == list(deks.values())
    assert there.value("select count(*) from kw.imported_wrappers") == 5
    as_json = json.loads(kwtools(*run, "--json", first, *rest)[1])
    assert {row["foreign uuid"]: row["wrapper"] for row in as_json} == found


def test_a_plan_imports_nothing_and_says_what_is_imported(
    kwtools: Kwtools, other_db: Database, there: Session, exported: tuple[Path, dict[str, bytes]],
) -> None:  # fmt: skip
    first, *rest = names(exported[0])
    run = ("wrappers", "import", "--dsn", other_db.dsn)
    kwtools(*run, first)
    code, out, _ = kwtools(*run, "--plan", "--json", first, *rest)
    assert code == 0
    rows = json.loads(out)
    assert [(row["signer"], row["data keys"], row["imported"]) for row in rows] == [
        ("moves", 2, 2), ("moves", 2, 0), ("moves", 1, 0)
    ]  # fmt: skip
    assert there.value("select count(*) from kw.imported_wrappers") == 2


def test_bundles_before_one_that_is_refused_are_imported_and_told(
    kwtools: Kwtools, other_db: Database, there: Session, exported: tuple[Path, dict[str, bytes]],
) -> None:  # fmt: skip
    first, second, _ = names(exported[0])
    bundle = Path(f"{second}.bundle")
    data = bundle.read_bytes()
    bundle.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    code, out, err = kwtools("wrappers", "import", "--dsn", other_db.dsn, first, second)
    assert code != 0
    assert out.count("\n") == 2
    assert "bundle is not the one that the note signs" in err
    assert there.value("select count(*) from kw.imported_wrappers") == 2


def test_kw_unwrap_alone_imports_and_cannot_repeat(
    kwtools: Kwtools, other_db: Database, make_role: Callable[..., str],
    exported: tuple[Path, dict[str, bytes]],
) -> None:  # fmt: skip
    first = names(exported[0])[0]
    dsn = other_db.place.dsn(other_db.name, make_role("kw_unwrap"))
    assert kwtools("wrappers", "import", "--dsn", dsn, first)[0] == 0
    code, _, err = kwtools("wrappers", "import", "--dsn", dsn, first)
    assert code != 0
    assert "is not newer than the last one" in err
    rows = json.loads(kwtools("wrappers", "import", "--dsn", dsn, "--plan", "--json", first)[1])
    assert rows[0]["imported"] is None


def test_files_that_are_no_bundle_and_input_that_is_no_uuid_are_refused(
    kwtools: Kwtools, db: Database, to_there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "bad"
    for ending in ("note", "bundle"):
        Path(f"{base}.{ending}").write_bytes(b"\xff")
    code, _, err = kwtools("wrappers", "import", "--dsn", db.dsn, base)
    assert (code, f"{base} is not a bundle" in err) == (2, True)
    assert kwtools("wrappers", "import", "--dsn", db.dsn, tmp_path / "absent")[0] == 3
    run = ("wrappers", "export", "--dsn", db.dsn, "--to", to_there, "--signer", "moves")
    for text in ("", "\n", "no uuid\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert kwtools(*run, "--out", tmp_path / "x")[0] == 2
    assert list(tmp_path.glob("x*")) == []
