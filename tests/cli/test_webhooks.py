"""``kwtools audit seal --webhook``: checkpoints go to an address that root's file names."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from kwtools.cluster import Place
from kwtools.postgres import server_user
from tests.cli.conftest import Kwtools
from tests.conftest import Database, unique
from tests.deployment import happen, make_log, seal
from tests.sql.session import Session
from testservers.certificates import Authority
from testservers.ports import free_ports
from testservers.webhook import Webhook

TOKEN = "a-secret-of-this-test"
NEWEST = "select note from kw.log_checkpoints order by size desc limit 1"


@pytest.fixture
def session(db: Database) -> Session:
    """A session of the superuser, in a database with a sealed log."""
    made = Session(db.connect())
    make_log(made, "Ed25519")
    happen(made, 3)
    seal(made)
    return made


@pytest.fixture
def folder(cluster: Place) -> Path:
    """A folder that the server's user can read."""
    made = cluster.base / unique("hook")
    made.mkdir()
    made.chmod(0o755)
    return made


@pytest.fixture
def hook(folder: Path) -> Iterator[Webhook]:
    """A webhook over TLS."""
    with Webhook(folder / "hook") as made:
        yield made


class Sealing:
    """``kwtools audit seal`` with a provider file of its own."""

    def __init__(self, kwtools: Kwtools, cluster: Place, folder: Path, dsn: str) -> None:
        self.kwtools = kwtools
        self.folder = folder
        self.file = folder / "providers.toml"
        self.token = folder / "token"
        self.token.write_text(f"{TOKEN}\n")
        self.protect(self.token)
        self.where = "--providers-file", self.file, "--module-path", cluster.module_path
        self.dsn = dsn

    def protect(self, path: Path) -> None:
        """Give a file the owner and mode that credentials need."""
        path.chmod(0o640)
        os.chown(path, os.geteuid(), server_user().gid)

    def entry(self, text: str, name: str = "a") -> None:
        """Write the provider file with one webhook."""
        self.file.write_text(f"[webhooks.{name}]\n{text}\n")
        self.protect(self.file)

    def to(self, hook: Webhook, path: str = "/checkpoints", **options: object) -> None:
        """Write the entry of a webhook over TLS."""
        given = {
            "address": hook.address + path,
            "ca_file": str(hook.ca_file),
            "token_file": str(self.token),
            **options,
        }
        self.entry("\n".join(f"{name} = {json.dumps(value)}" for name, value in given.items()))

    def run(self, *more: object) -> tuple[int, str]:
        """Seal; return the exit code and what was told."""
        command = "audit", "seal", "--dsn", self.dsn, "--webhook", "a", *self.where
        code, out, err = self.kwtools(*command, *more)
        return code, out + err

    def check(self) -> list[dict[str, str | None]]:
        """``kwtools providers check``."""
        rows: list[dict[str, str | None]] = json.loads(
            self.kwtools("providers", "check", "--json", *self.where)[1]
        )
        return rows


@pytest.fixture
def sealing(kwtools: Kwtools, cluster: Place, folder: Path, db: Database) -> Sealing:
    """The command, and its provider file."""
    return Sealing(kwtools, cluster, folder, db.dsn)


def test_the_newest_checkpoint_is_posted_as_it_is(
    session: Session, sealing: Sealing, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    sealing.to(hook)
    happen(session, 2)
    code, told = sealing.run()
    assert code == 0, told
    (posted,) = hook.posted
    assert posted.path == "/checkpoints"
    assert posted.body == session.value(NEWEST).encode()
    assert posted.headers["content-type"] == "text/plain; charset=utf-8"
    assert posted.headers["authorization"] == f"Bearer {TOKEN}"
    (row,) = sealing.check()
    assert (row["kind"], row["problem"]) == ("webhook", None)
    assert len(hook.posted) == 1  # a check sends nothing


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (500, "answered with status 500"),
        (404, "answered with status 404"),
        ("redirect", "answered with status 307"),
        ("cut", "truncated answer"),
        ("hung", "took longer than 3 s"),
    ],
)
def test_what_is_not_taken_fails_and_is_sent_by_the_next_run(
    session: Session, sealing: Sealing, hook: Webhook, fault: str | int, problem: str
) -> None:
    sealing.to(hook, total_seconds=3 if fault == "hung" else 60)
    hook.fault = fault
    begin = monotonic()
    code, told = sealing.run()
    assert monotonic() - begin < 60
    assert (code, problem in told, 'webhook "a"' in told) == (1, True, True), told
    assert TOKEN not in told
    hook.fault = 200
    sealing.to(hook)
    assert sealing.run()[0] == 0
    first, second = hook.posted
    assert first == second  # nothing was followed, and nothing is signed again
    assert second.body == session.value(NEWEST).encode()


def test_a_certificate_of_somebody_else_gets_no_token(
    session: Session, sealing: Sealing, hook: Webhook, folder: Path
) -> None:
    (folder / "other").mkdir()
    sealing.to(hook, ca_file=str(Authority(folder / "other").file))
    code, told = sealing.run()
    assert (code, "certificate that is not accepted" in told) == (1, True)
    assert hook.posted == []
    sealing.to(hook, ca_file="/none")
    assert "/none" in sealing.run()[1]
    (row,) = sealing.check()
    assert "/none" in str(row["problem"])


def test_nobody_who_listens_is_told(session: Session, sealing: Sealing) -> None:
    address = f"http://127.0.0.1:{free_ports(1)[0]}/x"
    sealing.entry(f'address = "{address}"')
    code, told = sealing.run()
    assert (code, 'webhook "a" cannot be reached' in told) == (1, True)


def test_http_goes_to_this_machine_only(session: Session, sealing: Sealing, folder: Path) -> None:
    with Webhook(folder / "plain", tls=False) as plain:
        sealing.entry(f'address = "{plain.address}"')
        assert sealing.run()[0] == 0
        assert [posted.path for posted in plain.posted] == ["/"]
        assert "authorization" not in plain.posted[0].headers
    for address in ("http://10.0.0.1/x", "http://localhost/x", "ftp://127.0.0.1/x", "x"):
        sealing.entry(f'address = "{address}"')
        code, told = sealing.run()
        assert (code, "address must be https" in told) == (1, True), address


def test_a_failed_webhook_keeps_no_other_copy_back(
    session: Session, sealing: Sealing, hook: Webhook, tmp_path: Path
) -> None:
    sealing.to(hook)
    hook.fault = 503
    kept = tmp_path / "kept"
    code, told = sealing.run("--checkpoint", kept, "--webhook", "b")
    assert code == 1
    assert 'webhook "a" answered with status 503' in told
    assert 'no webhook "b"' in told
    assert kept.read_text() == session.value(NEWEST)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("", "requires address"),
        ('address = "https://127.0.0.1/x y"', "not printable ASCII"),
        ('address = "https://127.0.0.1/?token=x"', "address must be"),
        ('address = "https://u:p@127.0.0.1/"', "address must be"),
        ('address = "https://127.0.0.1"\ncolour = 1', "unknown options: colour"),
        ('address = "https://127.0.0.1"\ntoken_file = "x"', "absolute path"),
        ('address = "https://127.0.0.1"\ntoken_file = "/none"', "/none"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named_by_both_commands(
    session: Session, sealing: Sealing, entry: str, problem: str
) -> None:
    sealing.entry(entry)
    code, told = sealing.run()
    assert (code, problem in told) == (1, True), told
    (row,) = sealing.check()
    assert problem in str(row["problem"])


def test_a_token_that_others_may_read_is_not_used(
    session: Session, sealing: Sealing, hook: Webhook
) -> None:
    sealing.to(hook)
    sealing.token.chmod(0o644)
    code, told = sealing.run()
    assert (code, "chmod" in told) == (1, True)
    assert hook.posted == []
    sealing.protect(sealing.token)
    sealing.file.chmod(0o666)
    code, told = sealing.run()
    assert (code, "can be changed by users other than root" in told) == (1, True)
    assert hook.posted == []


def test_sql_cannot_name_a_webhook(session: Session) -> None:
    """The database sends nothing: no function of SQL takes a webhook."""
    assert session.values("select proname from pg_proc where prosrc ~* 'webhook'") == []
