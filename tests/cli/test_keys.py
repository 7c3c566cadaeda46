"""``kwtools keys``: what it makes, what it refuses, and that backups are whole."""

import base64
import errno
import json
import os
import stat
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from kwruntime.kms.keystore import Keystore as ServerKeystore
from kwshared.algorithms import kem_name
from kwshared.keyfile import check_value, new_key

from kwtools.errors import CheckFailed
from kwtools.keystore import Keystore
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
    assert "key file already exists: a" in err
    assert (store / "a.jwk").read_bytes() == before
    assert not (store / "b.jwk").exists()
    with pytest.raises(CheckFailed, match="already exists"):
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
        (lambda path: (path.unlink(), path.mkdir()), "is not a regular file"),
        (replace_by_fifo, "is not a regular file"),
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
        assert key.algorithm == kem_name(algorithm)
        assert key.kid == row["kid"]
    assert kwtools("keys", "list", "--directory", store)[0] == 0


def test_create_refuses_what_is_no_kem(store: Path, kwtools: Kwtools) -> None:
    code, _, err = kwtools("keys", "create", "--directory", store, "--algorithm", "RSA", "a")
    assert code == 2
    assert '"RSA" is not a KEM' in err
    assert "ML-KEM-768+X25519" in err


def test_import_of_a_json_web_key_keeps_its_kid(
    tmp_path: Path, store: Path, kwtools: Kwtools
) -> None:
    source = jwk(tmp_path / "source", alg="A256GCM", use="enc")
    assert kwtools("keys", "import", "--directory", store, "a", source)[0] == 0
    key = ServerKeystore(store, sql_may_create=True).read("a")
    assert (key.kid, key.secret) == (encoded(b"0123456789abcdef"), SECRET)
    assert key.is_checked
    code, _, err = kwtools("keys", "import", "--directory", store, "b", source)
    assert code == 1
    assert f"already in the keystore: {store / 'a.jwk'}" in err


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
    assert key.secret == SECRET
    assert key.kid == check_value(SECRET)


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (SECRET[:31], ["--raw"], "has 31 bytes, not 32"),
        (SECRET, [], "is not a JSON Web Key"),
        (b'{"kty": "RSA", "k": "AA"}', [], "is not a JSON Web Key"),
        (b'{"kty": "oct", "k": "AA"}', [], "has 1 bytes, not 32"),
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
    assert "files of other origin: photo" in err
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
    assert 'provider "local" of kind local does not exist' in err
    file.chmod(0o660)
    code, _, err = kwtools("keys", "list", *where)
    assert code == 1
    assert "can be changed by users other than root" in err


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


def old_key(path: Path, secret: bytes = SECRET) -> str:
    """Write a key file as the releases before 0.4.0 did; return its kid."""
    kid = encoded(secret[::2])
    jwk(path, kid=kid, k=encoded(secret))
    return kid


def test_convert_lets_old_files_tell_their_keys_and_keeps_kid_owner_and_mode(
    store: Path, kwtools: Kwtools
) -> None:
    kid = old_key(store / "old.jwk")
    kwtools("keys", "create", "--directory", store, "new")
    assert "1 key files of an earlier release" in kwtools("keys", "list", "--directory", store)[2]
    before = ServerKeystore(store, sql_may_create=True).read("old")
    code, out, err = kwtools("keys", "convert", "--directory", store, "--json")
    assert (code, err) == (0, "")
    assert [(row["reference"], row["kid"]) for row in json.loads(out)] == [("old", kid)]
    after = ServerKeystore(store, sql_may_create=True).read("old")
    assert (before.kid, before.secret, before.is_checked) == (kid, SECRET, False)
    assert (after.kid, after.secret, after.is_checked) == (kid, SECRET, True)
    assert (store / "old.jwk").stat().st_mode & 0o7777 == 0o600
    code, out, err = kwtools("keys", "list", "--directory", store)
    assert (code, err) == (0, "")
    assert kwtools("keys", "convert", "--directory", store, "--json") == (0, "[]\n", "")
    assert {path.name for path in store.iterdir()} == {"old.jwk", "new.jwk"}


def test_convert_goes_past_a_damaged_key_and_fails(store: Path, kwtools: Kwtools) -> None:
    old_key(store / "b.jwk")
    jwk(store / "a.jwk", k="")
    code, out, err = kwtools("keys", "convert", "--directory", store)
    assert code == 1
    assert out.startswith("b\t")
    assert f"not converted: the key in {store / 'a.jwk'} has 0 bytes" in err
    assert kwtools("keys", "convert", "--directory", store, "missing")[0] == 1


@pytest.mark.parametrize("step", ["fchmod", "fsync", "rename"])
def test_a_convert_that_fails_anywhere_leaves_the_old_file_whole_and_nothing_else(
    store: Path, kwtools: Kwtools, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old_key(store / "a.jwk")
    before = (store / "a.jwk").read_bytes()

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, step, failing)
    code, _, err = kwtools("keys", "convert", "--directory", store)
    monkeypatch.undo()
    assert code == 3
    assert "Input/output error" in err
    assert [(path.name, path.read_bytes()) for path in store.iterdir()] == [("a.jwk", before)]


def changed(path: Path) -> None:
    """Change one letter of the key and nothing else."""
    members = json.loads(path.read_text())
    name = "k" if "k" in members else "priv"
    first = "A" if members[name][0] != "A" else "B"
    path.write_text(json.dumps(members | {name: first + members[name][1:]}))


@pytest.mark.parametrize("how", ["new", "converted", "kem", "imported"])
def test_a_key_that_changed_under_its_name_is_neither_listed_as_well_nor_backed_up(
    tmp_path: Path, store: Path, kwtools: Kwtools, how: str
) -> None:
    where = ["--directory", store]
    if how in ("new", "kem"):
        algorithm = ["--algorithm", "X25519"] if how == "kem" else []
        kwtools("keys", "create", *where, *algorithm, "a")
    elif how == "imported":
        kwtools("keys", "import", *where, "a", jwk(tmp_path / "source"))
    else:
        old_key(store / "a.jwk")
        kwtools("keys", "convert", *where)
    assert kwtools("keys", "list", *where)[0] == 0
    changed(store / "a.jwk")
    code, out, _ = kwtools("keys", "list", *where)
    assert code == 1
    assert "was modified" in out
    code, _, err = kwtools("keys", "backup", *where, tmp_path / "backup")
    assert code == 1
    assert "was modified" in err
    assert kwtools("keys", "convert", *where)[0] == 1
    if how != "kem":
        (tmp_path / "copy").write_bytes((store / "a.jwk").read_bytes())
        assert kwtools("keys", "import", *where, "b", tmp_path / "copy")[0] == 1


def test_a_thumbprint_of_elsewhere_is_replaced_by_an_import(
    tmp_path: Path, store: Path, kwtools: Kwtools
) -> None:
    thumbprint = sha256(f'{{"k":"{encoded(SECRET)}","kty":"oct"}}'.encode()).digest()
    source = jwk(tmp_path / "source", kid=encoded(thumbprint))
    assert kwtools("keys", "import", "--directory", store, "a", source)[0] == 0
    assert ServerKeystore(store, sql_may_create=True).read("a").kid == check_value(SECRET)


def leftover(store: Path, source: Path | None, *, name: str = ".0123456789abcdef.tmp") -> Path:
    """Leave what create_kms_key of 0.3.0 left when it was killed, five minutes ago."""
    left = store / name
    if source is None:
        jwk(left)
    else:
        left.hardlink_to(source)
    past = time.time() - 300
    os.utime(left, (past, past))
    return left


def test_what_killed_writers_left_is_listed_and_removed_but_not_a_last_copy(
    store: Path, kwtools: Kwtools
) -> None:
    kwtools("keys", "create", "--directory", store, "a")
    linked = leftover(store, store / "a.jwk")
    only = leftover(store, None, name=".00000000000000ff.tmp")
    half = leftover(store, None, name=".kwtools-00000000000000ff")
    half.write_text('{"kty": "oct", "k": "')
    os.utime(half, (0, 0))
    young = store / ".kwtools-0000000000000001"
    young.write_text("")
    (store / ".a.jwk.swp").write_text("")
    code, out, _ = kwtools("keys", "list", "--directory", store, "--json")
    problems = {row["reference"]: row["problem"] for row in json.loads(out)}
    assert code == 1
    assert problems.pop("a") == ""
    assert "Move it away" in problems.pop(".a.jwk.swp")
    assert problems.keys() == {linked.name, only.name, half.name, young.name}
    assert all("kwtools keys clean" in problem for problem in problems.values())
    code, out, _ = kwtools("keys", "clean", "--directory", store, "--json")
    assert code == 1
    found = {row["file"]: (row["same key as"], row["result"]) for row in json.loads(out)}
    assert found == {
        linked.name: ("a", "removed"), only.name: ("", "kept"),
        half.name: ("", "removed"), young.name: ("", "kept"),
    }  # fmt: skip
    assert (store / "a.jwk").stat().st_nlink == 1
    os.utime(young, (0, 0))
    assert kwtools("keys", "clean", "--directory", store, "--all")[0] == 0
    assert {path.name for path in store.iterdir()} == {"a.jwk", ".a.jwk.swp"}
    assert kwtools("keys", "clean", "--directory", store, "--json") == (0, "[]\n", "")


def test_a_full_keystore_is_named_with_a_way_out_and_nothing_is_left(
    store: Path, kwtools: Kwtools, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    store_device = store.stat().st_dev

    def full(descriptor: int, data: bytes) -> int:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_dev == store_device:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    code, _, err = kwtools("keys", "create", "--directory", store, "a")
    monkeypatch.undo()
    assert code == 3
    assert f"{store / 'a.jwk'} cannot be written: No space left on device. Free space" in err
    assert list(store.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run it as somebody else")
def test_a_backup_by_one_who_cannot_read_the_keystore_is_no_success(kwtools: Kwtools) -> None:
    with tempfile.TemporaryDirectory() as made:  # pytest's own folders are closed to others
        outside, folder = Path(made), Path(made) / "keys"
        outside.chmod(0o777)
        folder.mkdir(mode=0o750)
        os.chown(folder, 0, 54321)
        os.seteuid(12345)
        try:
            code, out, err = kwtools("keys", "backup", "--directory", folder, outside / "copies")
        finally:
            os.seteuid(0)
    assert code == 3
    assert out == ""
    assert f"{folder} cannot be read: Permission denied" in err


def test_a_deeply_nested_providers_file_is_refused_and_no_bug(
    tmp_path: Path, kwtools: Kwtools
) -> None:
    file = tmp_path / "providers.toml"
    file.write_text("x = " + "[" * 50_000)
    file.chmod(0o640)
    code, _, err = kwtools("keys", "list", "--providers-file", file)
    assert (code, err) == (1, f"kwtools: {file} is not TOML\n")
