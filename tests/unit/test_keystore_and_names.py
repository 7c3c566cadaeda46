"""The server's side of the keystore, and the spelling of names."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.errors import BadArgument, Conflict, KeyLost, KwError, ProviderRefused
from kwruntime.fields import names
from kwruntime.kms.keystore import Keystore


@pytest.fixture
def keystore(tmp_path: Path) -> Keystore:
    directory = tmp_path / "keys"
    directory.mkdir(mode=0o700)
    return Keystore(directory, sql_may_create=True)


def test_a_key_is_made_once_and_read_back(keystore: Keystore) -> None:
    made = keystore.create("app-1")
    assert keystore.read("app-1") == made
    assert len(made.secret) == 32
    with pytest.raises(Conflict, match=r"app-1\.jwk"):
        keystore.create("app-1")
    assert keystore.read("app-1") == made
    assert [path.name for path in Path(keystore.directory).iterdir()] == ["app-1.jwk"]


def test_a_lost_key_is_named(keystore: Keystore) -> None:
    with pytest.raises(KeyLost, match=r'"gone".*gone\.jwk'):
        keystore.read("gone")


def _chmod(path: Path) -> None:
    path.chmod(0o644)


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _short(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "k": "AAAA"}))


def _other_kid(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "kid": "short"}))


def _more(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "alg": "none"}))


def _garbage(path: Path) -> None:
    path.write_bytes(b"\xff\x00 not json")


@pytest.mark.parametrize("damage", [_chmod, _link, _pipe, _short, _other_kid, _more, _garbage])
def test_a_key_file_that_is_not_as_it_must_be_is_refused_by_name(
    keystore: Keystore, damage: Callable[[Path], None]
) -> None:
    secret = json.loads(Path(keystore.path("k")).read_text())["k"] if keystore.create("k") else ""
    damage(Path(keystore.path("k")))
    with pytest.raises(ProviderRefused, match=r"k\.jwk") as caught:
        keystore.read("k")
    assert secret not in str(caught.value)
    assert secret not in repr(caught.value.hint)


def test_a_folder_open_to_others_is_refused(keystore: Keystore) -> None:
    keystore.create("k")
    Path(keystore.directory).chmod(0o755)
    with pytest.raises(ProviderRefused, match="0755"):
        keystore.read("k")


@pytest.mark.parametrize("end", ["", "/", "//", "/.", "/./"])
def test_a_link_to_a_folder_is_refused_however_it_is_spelled(tmp_path: Path, end: str) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("keys")
    with pytest.raises(ProviderRefused, match="link is not a folder"):
        Keystore(f"{tmp_path}/link{end}", sql_may_create=True).create("k")
    assert Keystore(f"{tmp_path}//keys{end}", sql_may_create=True).create("k")


def test_where_sql_may_not_create_it_does_not(tmp_path: Path) -> None:
    with pytest.raises(ProviderRefused, match="does not allow SQL to create"):
        Keystore(tmp_path, sql_may_create=False).create("k")


@pytest.mark.parametrize("reference", ["", ".hidden", "../k", "a/b", "a b", "x" * 101, "ключ"])
def test_a_reference_that_could_leave_the_folder_is_refused(
    keystore: Keystore, reference: str
) -> None:
    with pytest.raises(BadArgument):
        keystore.create(reference)


def test_a_key_does_not_show_itself(keystore: Keystore) -> None:
    key = keystore.create("k")
    assert repr(key) == f"Key({key.kid!r})"


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("people", "public.people"),
        ("public.people", "public.people"),
        ("My Own.T", "My Own.T"),
    ],
)
def test_an_entity_has_one_spelling(given_name: str, name: str) -> None:
    assert names.entity(given_name).name == name


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        ".",
        "a.",
        ".b",
        "a.b.c",
        "pg_catalog.pg_class",
        "pg_temp.t",
        "information_schema.x",
        "x" * 65,
    ],
)
def test_what_is_no_entity_is_refused(name: str | None) -> None:
    with pytest.raises(BadArgument):
        names.entity(name)


@given(st.text(max_size=200))
def test_a_key_is_taken_whole_or_refused(text: str) -> None:
    try:
        assert names.key(text) == text
        assert len(text) <= 64
        assert text != "*"
    except KwError:
        assert len(text) > 64 or text == "*"


def test_only_wide_bindings_take_the_star() -> None:
    assert names.key("*", wide=True) == "*"
    assert names.key(7) == "7"
    with pytest.raises(BadArgument):
        names.key(None)
    for field in ("", "f" * 65):
        with pytest.raises(BadArgument):
            names.field(field)
