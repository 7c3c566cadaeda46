"""``kwtools report``: one file that runs nothing, dated, complete or said not to be, and signed."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from kwtools.connections import Connection, connect
from kwtools.console import report as reports
from kwtools.console.section import Section
from kwtools.console.sections import SECTIONS, unprotected
from kwtools.report_signing import Signer
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.deployment import happen, make_log, seal
from tests.sql.session import Session

MakeRole = Callable[..., str]
HOSTILE = "<script>alert(1)</script><style>*{}</style>\"'&\x1b[31m\u202e" + "寬" * 8


class _Page(HTMLParser):
    """The tags of a page, its texts of style, and its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.style = ""
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.style += data

    def values(self, attribute: str) -> list[str]:
        """Return the values of an attribute, of every tag that has it."""
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


@pytest.fixture
def auditor(make_role: MakeRole) -> str:
    return make_role("kw_auditor")


@pytest.fixture
def auditor_dsn(db: Database, auditor: str) -> str:
    return db.place.dsn(db.name, auditor)


@pytest.fixture
def signed(
    kwtools: Kwtools, db: Database, make_role: MakeRole, session: Session, tmp_path: Path
) -> tuple[Path, str]:
    """A report that is signed, and the key that was printed."""
    session.rows("select kw.create_signing_key('reports', 'Ed25519', 'application:report', 1)")
    dsn = db.place.dsn(db.name, make_role("kw_auditor", "kw_signer"))
    path = tmp_path / "report.html"
    code, out, err = kwtools("report", path, "--dsn", dsn)
    assert (code, err) == (0, "")
    return path, out.split("signed by ")[1].strip()


def test_a_report_is_one_file_that_loads_and_runs_nothing(
    kwtools: Kwtools, auditor_dsn: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    code, out, err = kwtools("report", path, "--dsn", auditor_dsn)
    assert (code, out) == (0, f"the report is in {path}\n")
    assert 'not signed: there is not an active signing key of scope "application:report"' in err
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    page = _Page(path.read_text())
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "input", "button"}
    assert all(one.startswith("#") for one in page.values("href"))
    assert not page.values("src")
    assert not page.values("style")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    (policy,) = [
        attrs["content"] or ""
        for _, attrs in page.tags
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


def test_a_report_has_every_section_its_date_and_versions(
    kwtools: Kwtools, db: Database, auditor: str, auditor_dsn: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    kwtools("report", path, "--dsn", auditor_dsn)
    text = path.read_text()
    ids = _Page(text).values("id")
    assert sorted(ids) == sorted(set(ids))
    assert {one.name for one in SECTIONS} <= set(ids)
    for expected in (db.name, auditor, "PostgreSQL", "Extension", "Runtime", "Command"):
        assert expected in text
    assert re.search(r"<dt>Made</dt><dd>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", text)
    assert text.count(">yes</td>") == len(SECTIONS)


def test_lists_are_whole_where_a_page_would_have_a_part_of_them(
    kwtools: Kwtools, db: Database, auditor_dsn: str, session: Session, tmp_path: Path
) -> None:
    fields = ", ".join(f"email{n} bytea, phone{n} text" for n in range(250))
    session.rows(f"create table people (id bigint primary key, {fields})")
    session.rows("select kw.bind('people', '*', 'email' || n) from generate_series(0, 249) n")
    happen(session, 300)
    for _ in range(60):
        session.key()
    path = tmp_path / "report.html"
    assert kwtools("report", path, "--dsn", auditor_dsn)[0] == 0
    text = path.read_text()
    assert "The list is cut" not in text
    assert len(re.findall(r"<bdi>email\d+</bdi>", text)) >= 250
    assert len(re.findall(r">\s*<bdi>phone\d+</bdi></td>", text)) == 250
    keys = session.value("select count(*) from kw.kms_keys")
    assert text.count(' id="key-') == keys > 60
    assert len(re.findall(r"<td[^>]*>test</td>", text)) == 300


def test_a_list_that_is_cut_says_so(
    auditor_dsn: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        session.key()
    session.rows("create table users (email text, phone text, ssn text)")
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    with connect(auditor_dsn, "test") as connection:
        found = reports.read(connection, SECTIONS)
    text = reports.render(found, Signer(None, "a test")).decode()
    assert text.count("The list is cut") == 3  # keys, events, columns
    assert "1 more columns are not shown" in text


def test_two_reports_differ_in_nothing_but_their_date(auditor_dsn: str) -> None:
    texts: list[str] = []
    with connect(auditor_dsn, "test") as connection:
        for _ in range(6):  # doctor tells of roles of the server, those of other tests too
            found = reports.read(connection, SECTIONS)
            text = reports.render(found, Signer(None, "a test")).decode()
            texts.append(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "T", text))
            if texts[-2:-1] == texts[-1:]:
                break
    assert texts[-2] == texts[-1]


def test_hostile_names_are_texts(
    kwtools: Kwtools, db: Database, auditor_dsn: str, session: Session, tmp_path: Path
) -> None:
    make_log(session)
    table = sql.SQL("create table {} (id bigint primary key, {} text)")
    named = sql.Identifier(HOSTILE[:50])
    session.connection.execute(table.format(named, sql.Identifier("email <b>")))
    session.rows("select kw.create_policy(%s, 'single', 1)", HOSTILE)
    session.rows(
        "insert into kw.audit_events (acting_role, action, object) values ('r', %s, %s)",
        HOSTILE, HOSTILE,
    )  # fmt: skip
    seal(session)
    path = tmp_path / "report.html"
    assert kwtools("report", path, "--dsn", auditor_dsn)[0] == 0
    text = path.read_text()
    assert html.escape("<script>alert(1)</script>") in text
    tags = [tag for tag, _ in _Page(text).tags]
    assert (tags.count("script"), tags.count("style"), tags.count("b")) == (0, 1, 0)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_existing_file_is_replaced_only_if_asked(
    kwtools: Kwtools, auditor_dsn: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text("mine")
    code, _, err = kwtools("report", path, "--dsn", auditor_dsn)
    assert code == 2
    assert f"{path} exists. Name another file, or use --replace." in err
    assert path.read_text() == "mine"
    receipt = tmp_path / "report.html.receipt"
    receipt.write_text("of an older report")
    assert kwtools("report", path, "--dsn", auditor_dsn, "--replace")[0] == 0
    assert path.read_text().startswith("<!doctype html>")
    assert not receipt.exists()


@pytest.mark.parametrize("ending", ["", ".receipt"])
def test_a_file_that_appears_while_the_report_is_made_is_left_alone(
    kwtools: Kwtools,
    db: Database,
    signed: tuple[Path, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    """A link, as somebody would put there who may write to the folder: it is not followed."""
    mine, path = tmp_path / "mine", tmp_path / "again.html"
    mine.write_text("mine")

    def appear(*given: Any) -> Any:
        path.with_name(path.name + ending).symlink_to(mine)
        return read(*given)

    read = reports.read
    monkeypatch.setattr(reports, "read", appear)
    code, _, err = kwtools("report", path, "--dsn", db.dsn)
    assert (code, f"{path.name}{ending} exists. Name another file" in err) == (2, True)
    assert mine.read_text() == "mine"


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    kwtools: Kwtools, auditor_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "replace", fail)
    code, _, err = kwtools("report", path, "--dsn", auditor_dsn, "--replace")
    assert (code, "No space left" in err) == (3, True)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("report.html", "old")]


def test_a_section_that_cannot_be_read_is_said_and_the_others_are_there(
    db: Database, auditor_dsn: str
) -> None:
    def fail(connection: Connection, query: Any) -> object:
        return connection.execute("select * from kw.signing_keys").fetchall()

    other = Section("other", "Other", fail, "overview.html")
    sections = (SECTIONS[0], other, unprotected.SECTION)
    with connect(auditor_dsn, "test") as connection:
        found = reports.read(connection, sections)
    assert [title for title, _ in found.unread] == ["Other"]
    text = reports.render(found, Signer(None, "a test")).decode()
    assert "This could not be read: permission denied for table signing_keys" in text
    assert '<strong class="problem">could not be read</strong>' in text
    assert "This is a guess." in text


def test_a_report_that_lacks_a_section_has_another_exit_code(
    kwtools: Kwtools, db: Database, auditor_dsn: str, tmp_path: Path
) -> None:
    db.sql("revoke select on kw.witnesses from kw_auditor")
    path = tmp_path / "report.html"
    code, _, err = kwtools("report", path, "--dsn", auditor_dsn)
    assert code == 1
    assert 'section "Audit" could not be read: permission denied for table witnesses' in err
    assert "permission denied for table witnesses" in path.read_text()


def test_a_role_without_rights_gets_no_report(
    kwtools: Kwtools, db: Database, make_role: MakeRole, tmp_path: Path
) -> None:
    dsn = db.place.dsn(db.name, make_role())
    code, _, err = kwtools("report", tmp_path / "report.html", "--dsn", dsn)
    assert code == 1
    assert "kw_auditor" in err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_to_the_database(
    kwtools: Kwtools, db: Database, auditor_dsn: str, tmp_path: Path
) -> None:
    counts = "select (select count(*) from kw.audit_events), pg_current_xact_id_if_assigned()"
    before = db.sql(counts)
    statements = db.sql("select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables")
    assert kwtools("report", tmp_path / "report.html", "--dsn", auditor_dsn)[0] == 0
    assert db.sql(counts) == before
    after = db.sql("select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables")
    assert after == statements


# -- signed ----------------------------------------------------------------------------------


def test_a_signed_report_verifies_offline_by_the_key_that_was_printed(
    kwtools: Kwtools, db: Database, signed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, key = signed
    assert "Key <bdi>reports</bdi> signs this file." in path.read_text()
    for name in ("PGHOST", "PGDATABASE", "PGPORT", "PGUSER"):
        monkeypatch.setenv(name, "nowhere")
    receipt = f"{path}.receipt"
    code, out, err = kwtools("receipt", "verify", receipt, "--key", key)
    assert (code, err) == (0, "")
    first, *lines = out.splitlines()
    assert first == f"{receipt} is verified: {path} is as it was signed"
    said = dict(line.split("\t") for line in lines)
    assert said["key"] == "reports"
    assert said["file"] == "report.html"
    assert said["database"] == db.name
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "version of extension" in said
    code, out, _ = kwtools("receipt", "verify", receipt, "--key", key, "--json")
    assert json.loads(out)["unread"] == []


def test_an_edited_report_fails_its_verification(
    kwtools: Kwtools, signed: tuple[Path, str]
) -> None:
    path, key = signed
    path.write_text(path.read_text().replace("Not protected yet", "All is protected"))
    code, out, err = kwtools("receipt", "verify", f"{path}.receipt", "--key", key)
    assert (code, out) == (1, "")
    assert "it is the receipt of another file: the report was changed" in err


def test_an_edited_receipt_and_another_key_fail(
    kwtools: Kwtools, db: Database, signed: tuple[Path, str]
) -> None:
    path, key = signed
    receipt = Path(f"{path}.receipt")
    envelope = json.loads(receipt.read_text())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(b"x").hexdigest()
    forged = base64.b64encode(json.dumps(statement).encode()).decode()
    path.with_name("x.html").write_bytes(b"x")
    other = base64.b64encode(bytes(32)).decode()
    for changed, named, said in (
        ({**envelope, "payload": forged}, key, "no key that you trust has signed it"),
        ({**envelope, "signatures": []}, key, "no key that you trust has signed it"),
        ({**envelope, "payloadType": "text/plain"}, key, "not an envelope of a statement"),
        ({**envelope, "signatures": "x"}, key, "no list of signatures"),
        ({**envelope, "payload": "*"}, key, "not base64"),
        (envelope, f"reports+Ed25519+{other}", "no key that you trust has signed it"),
        (envelope, key.replace("+Ed25519+", "+ML-DSA-44+"), "no key that you trust has signed"),
    ):
        receipt.write_text(json.dumps(changed))
        code, _, err = kwtools(
            "receipt", "verify", receipt, "--key", named, "--report", path.with_name("x.html")
            if changed.get("payload") == forged else path,
        )  # fmt: skip
        assert (code, said in err) == (1, True), err
    receipt.write_text("{")
    assert kwtools("receipt", "verify", receipt, "--key", key)[0] == 1
    assert kwtools("receipt", "verify", receipt, "--key", "db.example.com+1+x")[0] == 2
    receipt.write_text(json.dumps(envelope))
    assert kwtools("receipt", "verify", receipt, "--key", key, "--event", "1")[0] == 2
    assert kwtools("receipt", "verify", receipt, "--key", key)[0] == 0
    path.unlink()
    assert kwtools("receipt", "verify", receipt, "--key", key)[0] == 1


@pytest.mark.parametrize("algorithm", ["Ed25519", "ECDSA-P-256", "ML-DSA-44", "ML-DSA-65"])
def test_every_algorithm_of_signing_keys_signs_reports(
    kwtools: Kwtools, db: Database, session: Session, tmp_path: Path, algorithm: str
) -> None:
    name = f"of {algorithm}+x"
    session.rows("select kw.create_signing_key(%s, %s, 'application:other', 1)", name, algorithm)
    path = tmp_path / "report.html"
    code, out, _ = kwtools("report", path, "--dsn", db.dsn, "--sign", name)
    key = out.split("signed by ")[1].strip()
    assert (code, key.startswith(f"{name}+{algorithm}+")) == (0, True)
    assert kwtools("receipt", "verify", f"{path}.receipt", "--key", key)[0] == 0


def test_a_role_that_may_not_sign_writes_an_unsigned_report(
    kwtools: Kwtools, auditor_dsn: str, session: Session, tmp_path: Path
) -> None:
    session.rows("select kw.create_signing_key('reports', 'Ed25519', 'application:report', 1)")
    path = tmp_path / "report.html"
    code, _, err = kwtools("report", path, "--dsn", auditor_dsn)
    assert (code, "not signed: the role is not a member of kw_signer" in err) == (0, True)
    assert "Not signed</strong>: the role is not a member of kw_signer" in path.read_text()
    code, _, err = kwtools("report", path, "--dsn", auditor_dsn, "--sign", "reports", "--replace")
    assert (code, "the report cannot be signed" in err) == (1, True)


def test_a_key_that_cannot_sign_leaves_the_report_unsigned_and_says_so(
    kwtools: Kwtools, db: Database, session: Session, tmp_path: Path
) -> None:
    """The outage of the KMS that holds the key, and of the keys of the database."""
    session.rows("select kw.create_signing_key('reports', 'Ed25519', 'application:report', 1)")
    session.rows("update kw.kms_providers set is_enabled = false")
    path = tmp_path / "report.html"
    code, _, err = kwtools("report", path, "--dsn", db.dsn)
    assert code == 0
    assert "the report is not signed: key reports cannot sign" in err
    assert "Not signed" in path.read_text()
    code, _, _ = kwtools("report", path, "--dsn", db.dsn, "--sign", "reports", "--replace")
    assert code == 1
