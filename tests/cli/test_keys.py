"""``kwtools keys``: what it makes, what it refuses, and that backups are whole."""

import base64
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from kwruntime.algorithms import kem_name
from kwruntime.keystore import Keystore as ServerKeystore
from kwruntime.keystore import LocalKemKey, LocalKey

from kwtools.errors import CheckFailed
from kwtools.keystore import Keystore, new_key
from tests.cli.conftest import Kwtools

SECRET = bytes(range(32))


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty keystore of the user who runs the tests."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder


def jwk(path: Path, **members: object) -> Path:
    kid = encoded(b"0123456789abcdef")
    path.write_text(json.dumps({"kty": "oct", "kid": kid, "k": encoded(SECRET)} | members))
    path.chmod(0o600)
    return path


def test_create_makes_keys_that_the_server_reads(store: Path, kwtools: Kwtools) -> None:
    code, out, _ = kwtools("keys", "create", "--directory", store, "--json", "first", "2.b_c-d")
    assert code == 0
    made = json.loads(out)
    assert [row["reference"] for row in made] == ["first", "2.b_c-d"]
    server = ServerKeystore(store, sql_may_create=True)
    for row in made:
        assert Path(row["file"]).stat().st_mode & 0o7777 == 0o600
        key = server.read(row["reference"])
        assert isinstance(key, LocalKey)
        assert key.kid == row["kid"]
        assert len(key.secret) == 32
    assert {path.name for path in store.iterdir()} == {"first.jwk", "2.b_c-d.jwk"}


def test_list_reads_what_the_server_made(store: Path, kwtools: Kwtools) -> None:
    kid = ServerKeystore(store, sql_may_create=True).create("mine").kid
    code, out, _ = kwtools("keys", "list", "--directory", store, "--json")
    assert code == 0
    (row,) = json.loads(out)
    assert (row["reference"], row["kid"], row["mode"], row["problem"]) == ("mine", kid, "0600", "")


def test_create_makes_a_missing_keystore(tmp_path: Path, kwtools: Kwtools) -> None:
    folder = tmp_path / "new"
    assert kwtools("keys", "create", "--directory", folder, "a")[0] == 0
    assert folder.stat().st_mode & 0o7777 == 0o700
    assert folder.stat().st_uid == (folder / "a.jwk").stat().st_uid


def test_a_key_is_never_overwritten(store: Path, kwtools: Kwtools) -> None:
    kwtools("keys", "create", "--directory", store, "a")
    before = (store / "a.jwk").read_bytes()
    code, _, err = kwtools("keys", "create", "--directory", store, "b", "a")
    assert code == 1
    assert "there is a key already: a" in err
    assert (store / "a.jwk").read_bytes() == before
    assert not (store / "b.jwk").exists()
    with pytest.raises(CheckFailed, match="exists already"):
        Keystore(store, os.geteuid(), os.getegid(), 0o600).add("a", new_key())


@pytest.mark.parametrize("reference", ["", ".a", "-a", "a/b", "../a", "a b", "a" * 101, "ä"])
def test_references_that_cannot_be_are_refused(
    store: Path, kwtools: Kwtools, reference: str
) -> None:
    code, _, err = kwtools("keys", "create", "--directory", store, "--", reference)
    assert code == 2
    assert "cannot name a key" in err
    assert list(store.iterdir()) == []


def replace_by_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.chmod(0o640), "has mode 0640, not 0600"),
        (lambda path: jwk(path, k=encoded(SECRET[:31])), "has 31 bytes, not 32"),
        (lambda path: jwk(path, k=encoded(SECRET) + "="), "is not a key file"),
        (lambda path: jwk(path, k=7), "is not a key file"),
        (lambda path: jwk(path, kid="short"), "is not a key file"),
        (lambda path: jwk(path, kty="RSA"), "is not a key file"),
        (lambda path: jwk(path, alg="A256GCM"), "is not a key file"),
        (lambda path: path.write_text("{"), "is not a key file"),
        (lambda path: path.write_text("[]"), "is not a key file"),
        (lambda path: (path.unlink(), path.symlink_to("/dev/null")), "cannot be read"),
        (lambda path: (path.unlink(), path.mkdir()), "is not what it should be"),
        (replace_by_fifo, "is not what it should be"),
    ],
)
def test_list_says_what_is_wrong_with_a_key_and_shows_no_key(
    store: Path, kwtools: Kwtools, damage: Callable[[Path], object], message: str
) -> None:
    damage(jwk(store / "bad.jwk"))
    kwtools("keys", "create", "--directory", store, "good")
    code, out, err = kwtools("keys", "list", "--directory", store)
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith("bad\t")
    assert message in lines[0]
    assert str(store / "bad.jwk") in lines[0]
    assert lines[1].endswith("\t")
    assert encoded(SECRET)[:8] not in out + err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_key_of_another_owner_is_a_problem(store: Path, kwtools: Kwtools) -> None:
    os.chown(jwk(store / "a.jwk"), 12345, -1)
    code, out, _ = kwtools("keys", "list", "--directory", store)
    assert code == 1
    assert "belongs to uid 12345" in out


def test_the_same_key_under_two_names_is_a_problem(store: Path, kwtools: Kwtools) -> None:
    jwk(store / "a.jwk")
    jwk(store / "b.jwk", kid=encoded(b"another--another"))
    (store / "notes.txt").write_text("")
    code, out, _ = kwtools("keys", "list", "--directory", store, "--json")
    problems = {row["reference"]: row["problem"] for row in json.loads(out)}
    assert code == 1
    assert problems["a"] == ""
    assert "the same key or kid as a" in problems["b"]
    assert "is not a key file" in problems["notes.txt"]


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_an_open_folder_is_refused(store: Path, kwtools: Kwtools, mode: int) -> None:
    store.chmod(mode)
    for action in ("list", "create"):
        names = ["a"] if action == "create" else []
        code, _, err = kwtools("keys", action, "--directory", store, *names)
        assert code == 1
        assert f"{store} has mode {mode:04o}" in err
    assert list(store.iterdir()) == []


@pytest.mark.parametrize("algorithm", ["X25519", "p-256", "ML-KEM-768", "MLKEM1024", "X-Wing"])
def test_create_makes_kem_keys_that_the_server_reads(
    store: Path, kwtools: Kwtools, algorithm: str
) -> None:
    arguments = ["keys", "create", "--directory", store, "--algorithm", algorithm, "a", "b"]
    code, out, _ = kwtools(*arguments, "--json")
    assert code == 0
    server = ServerKeystore(store, sql_may_create=True)
    for row in json.loads(out):
        key = server.read(row["reference"])
        assert isinstance(key, LocalKemKey)
        assert key.algorithm == kem_name(algorithm)
        assert key.kid == row["kid"]
    assert kwtools("keys", "list", "--directory", store)[0] == 0


def test_create_refuses_what_is_no_kem(store: Path, kwtools: Kwtools) -> None:
    code, _, err = kwtools("keys", "create", "--directory", store, "--algorithm", "RSA", "a")
    assert code == 2
    assert "'RSA' names no KEM" in err
    assert "ML-KEM-768+X25519" in err


def test_import_of_a_json_web_key_keeps_its_kid(
    tmp_path: Path, store: Path, kwtools: Kwtools
) -> None:
    source = jwk(tmp_path / "source", alg="A256GCM", use="enc")
    assert kwtools("keys", "import", "--directory", store, "a", source)[0] == 0
    key = ServerKeystore(store, sql_may_create=True).read("a")
    assert isinstance(key, LocalKey)
    assert (key.kid, key.secret) == (encoded(b"0123456789abcdef"), SECRET)
    code, _, err = kwtools("keys", "import", "--directory", store, "b", source)
    assert code == 1
    assert f"in the keystore already: {store / 'a.jwk'}" in err


@pytest.mark.parametrize("raw", [True, False])
def test_import_gives_a_kid_where_there_is_none(
    tmp_path: Path, store: Path, kwtools: Kwtools, raw: bool
) -> None:
    source = jwk(tmp_path / "source", kid="2024/main")
    if raw:
        source.write_bytes(SECRET)
    options = ["--raw"] if raw else []
    assert kwtools("keys", "import", "--directory", store, "a", source, *options)[0] == 0
    key = ServerKeystore(store, sql_may_create=True).read("a")
    assert isinstance(key, LocalKey)
    assert key.secret == SECRET
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", key.kid)


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (SECRET[:31], ["--raw"], "does not have 32 bytes but 31"),
        (SECRET, [], "is not a JSON Web Key"),
        (b'{"kty": "RSA", "k": "AA"}', [], "is not a JSON Web Key"),
        (b'{"kty": "oct", "k": "AA"}', [], "does not have 32 bytes but 1"),
        (b'{"kty": "oct", "k": "A!"}', [], "is not a JSON Web Key"),
    ],
)
def test_import_refuses_what_is_not_a_key(
    tmp_path: Path, store: Path, kwtools: Kwtools, content: bytes, options: list[str], message: str
) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    code, _, err = kwtools("keys", "import", "--directory", store, "a", source, *options)
    assert code == 1
    assert message in err
    assert list(store.iterdir()) == []


def test_backup_copies_resumes_and_verifies(tmp_path: Path, store: Path, kwtools: Kwtools) -> None:
    kwtools("keys", "create", "--directory", store, "a", "b")
    target = tmp_path / "backup"
    code, out, _ = kwtools("keys", "backup", "--directory", store, target)
    assert (code, out) == (0, f"2 of 2 keys are in {target}, 2 of them new\n")
    (target / "b.jwk").unlink()  # as if it had been interrupted
    (target / ".kwtools-0123").write_text("half")
    kwtools("keys", "create", "--directory", store, "c")
    code, out, _ = kwtools("keys", "backup", "--directory", store, target)
    assert (code, out) == (0, f"3 of 3 keys are in {target}, 2 of them new\n")
    assert target.stat().st_mode & 0o7777 == 0o700
    files = {path.name: path.read_bytes() for path in target.iterdir()}
    assert files == {path.name: path.read_bytes() for path in store.iterdir()}
    assert all(path.stat().st_mode & 0o7777 == 0o600 for path in target.iterdir())


def test_backup_refuses_another_key_and_other_files(
    tmp_path: Path, store: Path, kwtools: Kwtools
) -> None:
    kwtools("keys", "create", "--directory", store, "a")
    target = tmp_path / "backup"
    target.mkdir()
    jwk(target / "a.jwk")
    before = (target / "a.jwk").read_bytes()
    code, _, err = kwtools("keys", "backup", "--directory", store, target)
    assert code == 1
    assert f"{target / 'a.jwk'} differs" in err
    assert (target / "a.jwk").read_bytes() == before
    (target / "photo").write_text("")
    code, _, err = kwtools("keys", "backup", "--directory", store, target)
    assert code == 2
    assert "not of this keystore: photo" in err
    code, _, err = kwtools("keys", "backup", "--directory", store, store)
    assert code == 2
    assert "is the keystore itself" in err


def test_backup_goes_past_a_damaged_key_and_fails(
    tmp_path: Path, store: Path, kwtools: Kwtools
) -> None:
    kwtools("keys", "create", "--directory", store, "z")
    jwk(store / "a.jwk", k="")
    target = tmp_path / "backup"
    code, out, err = kwtools("keys", "backup", "--directory", store, target)
    assert code == 1
    assert "1 of 2 keys" in out
    assert f"not backed up: the key in {store / 'a.jwk'} has 0 bytes" in err
    assert (target / "z.jwk").exists()


def test_an_interrupted_backup_says_how_to_go_on(
    tmp_path: Path, store: Path, kwtools: Kwtools, monkeypatch: pytest.MonkeyPatch
) -> None:
    kwtools("keys", "create", "--directory", store, "a", "b")
    copy_in = Keystore.copy_in

    def interrupted(self: Keystore, reference: str, data: bytes) -> bool:
        if reference == "b":
            raise KeyboardInterrupt
        return copy_in(self, reference, data)

    target = tmp_path / "backup"
    monkeypatch.setattr(Keystore, "copy_in", interrupted)
    code, _, err = kwtools("keys", "backup", "--directory", store, target)
    assert code == 1
    assert "1 of 2 keys" in err
    monkeypatch.undo()
    assert kwtools("keys", "backup", "--directory", store, target)[0] == 0


def test_a_provider_of_the_provider_file(tmp_path: Path, kwtools: Kwtools) -> None:
    file = tmp_path / "providers.toml"
    store = tmp_path / "keys"
    file.write_text(
        f'[providers.here]\nkind = "local"\ndirectory = "{store}"\nsql_may_create = true\n'
    )
    file.chmod(0o640)
    where = ["--providers-file", file, "--provider", "here"]
    assert kwtools("keys", "create", *where, "a")[0] == 0
    assert (store / "a.jwk").exists()
    assert kwtools("keys", "list", *where)[0] == 0
    code, _, err = kwtools("keys", "list", "--providers-file", file)
    assert code == 3
    assert "no provider 'local' of kind local" in err
    file.chmod(0o660)
    code, _, err = kwtools("keys", "list", *where)
    assert code == 1
    assert "can be changed by others" in err


@pytest.mark.skipif(os.geteuid() != 0, reason="such a keystore is root's")
def test_a_keystore_that_sql_may_not_write_to(tmp_path: Path, kwtools: Kwtools) -> None:
    file = tmp_path / "providers.toml"
    store = tmp_path / "keys"
    file.write_text(
        f'[providers.local]\nkind = "local"\ndirectory = "{store}"\nsql_may_create = false\n'
    )
    file.chmod(0o640)
    assert kwtools("keys", "create", "--providers-file", file, "a")[0] == 0
    for path, mode in ((store, 0o750), (store / "a.jwk", 0o640)):
        assert (path.stat().st_uid, path.stat().st_mode & 0o7777) == (0, mode)
    assert store.stat().st_gid == (store / "a.jwk").stat().st_gid != 0
    assert kwtools("keys", "list", "--directory", store)[0] == 0
