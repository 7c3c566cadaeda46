"""``kwtools providers``: what it finds wrong with a provider file, as the server would."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from kwtools.cluster import Place
from kwtools.postgres import server_user
from kwtools.providers import KINDS
from tests.cli.conftest import Kwtools


@pytest.fixture
def file(cluster: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A provider file that the server's user can read."""
    folder = cluster.base / tmp_path_factory.mktemp("x").name
    folder.mkdir(exist_ok=True)
    return folder / f"providers-{os.getpid()}.toml"


def rows(
    kwtools: Kwtools, cluster: Place, file: Path, text: str, *more: str
) -> list[dict[str, str]]:
    """Write the file and check it; return what was found."""
    file.write_text(text)
    file.chmod(0o640)
    os.chown(file, os.geteuid(), server_user().gid)
    where = ("--providers-file", file, "--module-path", cluster.module_path)
    code, out, err = kwtools("providers", "check", "--json", *where, *more)
    assert err == ""
    found: list[dict[str, str]] = json.loads(out)
    assert code == (1 if any(row["problem"] for row in found) else 0)
    return found


def test_a_good_file(kwtools: Kwtools, cluster: Place, file: Path) -> None:
    token = file.with_suffix(".token")
    token.write_text("s.1\n")
    token.chmod(0o600)
    os.chown(token, server_user().uid, server_user().gid)
    text = (
        f'[providers.a]\nkind = "vault"\naddress = "https://127.0.0.1:1"\ntoken_file = "{token}"\n'
    )
    (row,) = rows(kwtools, cluster, file, text)
    assert row["problem"] is None
    assert row["location"] == "https://127.0.0.1:1 mount transit"
    (row,) = rows(kwtools, cluster, file, text, "--reach")
    assert "cannot be reached" in row["problem"]
    token.chmod(0o644)
    (row,) = rows(kwtools, cluster, file, text)
    assert str(token) in row["problem"]
    assert "chmod" in row["hint"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('kind = "magic"', "kind"),
        ("", "kind"),
        ('kind = "vault"', "address"),
        ('kind = "vault"\naddress = "https://x"', "token_file"),
        ('kind = "vault"\naddress = "https://x"\ntoken_file = "/none"', "/none"),
        ('kind = "local"\ndirectory = "keys"\nsql_may_create = true', "directory"),
        ('kind = "local"\ndirectory = "/keys"\nsql_may_create = 1', "sql_may_create"),
        ('kind = "aws"\nregion = "eu"\ncolour = 1', "colour"),
    ],
)
def test_what_is_wrong_is_named(
    kwtools: Kwtools, cluster: Place, file: Path, entry: str, problem: str
) -> None:
    (row,) = rows(kwtools, cluster, file, f"[providers.a]\n{entry}\n")
    assert problem in row["problem"]


def test_the_folder_of_a_local_keystore_is_checked_too(
    kwtools: Kwtools, cluster: Place, file: Path
) -> None:
    folder = file.with_suffix(".keys")
    text = f'[providers.a]\nkind = "local"\ndirectory = "{folder}"\nsql_may_create = true\n'
    (row,) = rows(kwtools, cluster, file, text)
    assert f"{folder} cannot be read" in row["problem"]
    folder.mkdir(mode=0o755)
    os.chown(folder, server_user().uid, server_user().gid)
    (row,) = rows(kwtools, cluster, file, text)
    assert "0755" in row["problem"]
    assert "chmod 0700" in row["hint"]
    folder.chmod(0o700)
    (row,) = rows(kwtools, cluster, file, text)
    assert row["problem"] is None


@pytest.mark.parametrize(
    ("option", "mode"), [("ca_file", 0o666), ("ca_file", 0o664), ("token_file", 0o660)]
)
def test_a_file_that_others_may_write_is_named_with_its_remedy(
    kwtools: Kwtools, cluster: Place, file: Path, option: str, mode: int
) -> None:
    text = '[providers.a]\nkind = "vault"\naddress = "https://127.0.0.1:1"\n'
    for name in ("ca_file", "token_file"):
        named = file.with_suffix(f".{name}")
        named.write_text("x")
        os.chown(named, server_user().uid, server_user().gid)
        named.chmod(mode if name == option else 0o600)
        text += f'{name} = "{named}"\n'
    (row,) = rows(kwtools, cluster, file, text)
    assert str(file.with_suffix(f".{option}")) in row["problem"]
    assert "chmod" in row["hint"]


def test_a_file_that_cannot_be_trusted_or_read_is_refused(
    kwtools: Kwtools, cluster: Place, file: Path
) -> None:
    where = ("--providers-file", file, "--module-path", cluster.module_path)
    assert kwtools("providers", "check", *where)[0] == 1
    file.write_text("secret = not toml")
    file.chmod(0o644)
    code, _, err = kwtools("providers", "list", *where)
    assert (code, "is not TOML" in err, "secret" in err) == (1, True, False)
    file.chmod(0o666)
    code, _, err = kwtools("providers", "check", *where)
    assert code == 1
    assert "chmod" in err


def test_without_a_runtime_it_says_so(kwtools: Kwtools, tmp_path: Path) -> None:
    code, _, err = kwtools("providers", "check", "--module-path", tmp_path)
    assert code == 3
    assert "kwtools install" in err


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_an_entry_that_is_accepted(
    kwtools: Kwtools, cluster: Place, file: Path, kind: str
) -> None:
    code, out, _ = kwtools("providers", "example", kind)
    assert code == 0
    entry = tomllib.loads(out)["providers"][f"{kind}-a"]
    assert entry["kind"] == kind
    (row,) = rows(kwtools, cluster, file, out)
    problem = row["problem"]
    # The options are right; what the example names is not on this machine.
    assert problem is None or "cannot be read" in problem, problem


def test_the_kinds_are_those_of_the_runtime() -> None:
    text = (Path(__file__).parents[2] / "plpython/kwruntime/kms/providers/__init__.py").read_text()
    found = re.findall(r'^    "(\w+)": "_\1\.', text, re.MULTILINE)
    assert sorted(found) == sorted(KINDS)
