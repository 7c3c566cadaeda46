"""``kwtools verify``: every wrapper by each leg, a sample, and as if a KMS were gone."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kwtools import verifying
from tests.cli.conftest import Kwtools
from tests.cli.test_relayer import KWTOOLS, Bao, asked
from tests.conftest import Database
from testservers.faulty_proxy import FaultyProxy
from testservers.openbao import OpenBao

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(db: Database, kwtools: Kwtools) -> Run:
    """``run("--sample", 0.5)``: the exit code, and what --json gives, or the error."""

    def call(*arguments: object) -> tuple[int, Any]:
        code, out, err = kwtools("verify", "--json", "--dsn", db.dsn, *map(str, arguments))
        return code, json.loads(out) if out else err

    return call


def wrap(db: Database, count: int = 1, policy: str = "default") -> list[str]:
    query = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)::text[]"
    return db.sql(query, count, policy)[0][0]  # type: ignore[no-any-return]


def spoil(db: Database, wrapper: str, leg: int = 1) -> None:
    wrap = f"dek_wrap{leg}"
    db.sql(
        f"update kw.key_wrappers set {wrap} = set_byte({wrap}, 40, get_byte({wrap}, 40) # 1)"
        " where wrapper_uuid = %s",
        wrapper,
    )


def test_exit_code_0_where_all_open(db: Database, kwtools: Kwtools) -> None:
    wrap(db, 3)
    code, out, err = kwtools("verify", "--dsn", db.dsn)
    assert (code, out, err) == (0, "3 wrappers checked: each leg opens\n", "")


def test_exit_code_1_and_a_row_for_each_leg_that_does_not_open(
    db: Database, kwtools: Kwtools, run: Run
) -> None:
    wrappers = wrap(db, 5)
    spoil(db, wrappers[1])
    spoil(db, wrappers[3], 2)
    db.sql("select kw.set_wrapper_status(%s, 'retired')", wrappers[4])
    code, out, _ = kwtools("verify", "--dsn", db.dsn)
    assert code == 1
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[1:5] for line in lines[:2]] == [
        [wrappers[1], "1", "1", "KW211"], [wrappers[3], "2", "2", "KW211"],
    ]  # fmt: skip
    assert lines[2:] == [["4 wrappers checked: 2 problems; 1 retired, not opened"]]
    code, report = run("--batch", 2)
    assert code == 1
    assert report["complete"] is True
    assert (report["checked"], report["retired"], report["problems"]) == (4, 1, 2)
    assert {one["wrapper"] for one in report["listed"]} == {wrappers[1], wrappers[3]}
    assert report["causes"] == [
        {"kms_key_id": 1, "sqlstate": "KW211", "problems": 1},
        {"kms_key_id": 2, "sqlstate": "KW211", "problems": 1},
    ]


def test_a_report_lists_the_first_problems_and_counts_all(
    db: Database, kwtools: Kwtools, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_LISTED", 3)
    monkeypatch.setattr("kwtools.commands.verify.MOST_LISTED", 3)
    wrappers = wrap(db, 7)
    for wrapper in wrappers:
        spoil(db, wrapper)
    code, report = run("--batch", 2)
    assert (code, report["problems"]) == (1, 7)
    assert [one["wrapper"] for one in report["listed"]] == wrappers[:3]
    assert report["causes"][0]["problems"] == 7
    _, out, _ = kwtools("verify", "--dsn", db.dsn)
    assert "the first 3 problems are listed" in out
    assert out.endswith("7 wrappers checked: 7 problems\n")


def test_a_run_that_goes_on_finds_the_rest(db: Database, run: Run) -> None:
    wrappers = wrap(db, 30)
    for number in (3, 14, 15, 29):
        spoil(db, wrappers[number])
    _, whole = run()
    for options in ((), ("--sample", 0.5, "--seed", 7)):
        _, whole = run(*options)
        ids = [one["id"] for one in whole["listed"]] or [1]
        for after in {ids[0], 10, 15} - {30}:  # after the last, nothing would be checked
            query = "update kw.key_wrappers set status = status where id > %s"
            assert db.sql(query, after) == []
            _, rest = run("--after", after, *options)
            assert rest["listed"] == [one for one in whole["listed"] if one["id"] > after]
            assert rest["last_id"] == whole["last_id"]
            assert rest["after"] == after


def test_a_sample_is_repeatable_and_says_its_seed(db: Database, kwtools: Kwtools, run: Run) -> None:
    wrap(db, 400)
    code, first = run("--sample", 0.25)
    assert code == 0
    assert 40 < first["checked"] < 170
    again = run("--sample", 0.25, "--seed", first["seed"], "--batch", 7)[1]
    assert (again["checked"], again["last_id"]) == (first["checked"], first["last_id"])
    assert len({run("--sample", 0.25)[1]["seed"] for _ in range(3)}) > 1
    others = [run("--sample", 0.25, "--seed", seed)[1] for seed in range(6)]
    assert len({(one["checked"], one["last_id"]) for one in others}) > 1
    _, out, _ = kwtools("verify", "--sample", "0.25", "--seed", "5", "--dsn", db.dsn)
    assert re.fullmatch(r"\d+ wrappers of a sample \(0\.25, seed 5\) checked: .*\n", out)


def test_without_a_provider_what_it_alone_opens_is_lost(
    db: Database, kwtools: Kwtools, run: Run
) -> None:
    db.sql("select kw.add_provider('branches', 'wrapper')")
    branch = db.sql("select kw.create_kms_key('branches', 'default')")[0][0]
    db.sql("select kw.create_policy('below', 'single', %s)", branch)
    db.sql("select kw.create_policy('beside', 'either', 1, %s)", branch)
    (below,), _ = wrap(db, 1, "below"), wrap(db, 2, "beside")
    code, report = run("--without-provider", "branches")
    assert code == 1
    assert [(one["wrapper"], one["leg"]) for one in report["listed"]] == [(below, None)]
    assert report["without_providers"] == ["branches"]
    code, out, _ = kwtools("verify", "--without-provider", "branches", "--dsn", db.dsn)
    assert out.endswith('4 wrappers checked without provider "branches": 1 lost\n')
    both = ("--without-provider", "branches", "--without-provider", "local")
    assert run(*both)[1]["problems"] == 4
    db.sql("delete from kw.key_wrappers where wrapper_uuid = %s", below)
    code, out, _ = kwtools("verify", "--without-provider", "branches", "--dsn", db.dsn)
    assert (code, out.split(": ")[1]) == (0, "none lost\n")
    code, said = run("--without-provider", "nobody")
    assert (code, 'provider "nobody" does not exist' in said) == (1, True)


# -- JUnit ----------------------------------------------------------------------------------------


def cases(file: Path) -> tuple[dict[str, str], list[tuple[str, str | None, str | None]]]:
    """Check the shape of a JUnit file; return the suite's attributes, and each case's result."""
    root = ElementTree.parse(file).getroot()  # noqa: S314  # we wrote it
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite[0].tag == "properties"
    found: list[tuple[str, str | None, str | None]] = []
    for case in suite.findall("testcase"):
        assert set(case.attrib) == {"classname", "name", "time"}
        assert len(case) <= 1
        result = case[0] if len(case) else None
        if result is not None:
            assert result.tag in ("failure", "error")
            assert set(result.attrib) == {"type", "message"}
        outcome = (None, None) if result is None else (result.tag, result.attrib["type"])
        found.append((case.attrib["name"], *outcome))
    for element in (root, suite):
        assert int(element.attrib["tests"]) == len(found)
        for kind in ("failure", "error"):
            assert int(element.attrib[f"{kind}s"]) == sum(one[1] == kind for one in found)
        assert float(element.attrib["time"]) >= 0
    assert suite.attrib["name"] == "kwtools verify"
    assert suite.attrib["skipped"] == "0"
    return {one.attrib["name"]: one.attrib["value"] for one in suite[0]}, found


def test_junit_has_a_case_for_the_run_and_one_for_each_problem(
    db: Database, run: Run, tmp_path: Path
) -> None:
    first, second, third = wrap(db, 3)
    file = tmp_path / "verify.xml"
    assert run("--junit", file)[0] == 0
    properties, found = cases(file)
    assert found == [("all wrappers", None, None)]
    assert (properties["checked"], properties["complete"]) == ("3", "True")
    spoil(db, second, 2)
    assert run("--junit", file)[0] == 1
    assert cases(file)[1] == [
        ("all wrappers", "failure", "problems"), (f"{second} leg 2", "failure", "KW211"),
    ]  # fmt: skip
    assert run("--junit", file, "--without-provider", "local")[0] == 1
    properties, found = cases(file)
    assert properties["without_providers"] == "local"
    assert [one[0] for one in found[1:]] == [first, second, third]


def test_junit_can_hold_any_name(db: Database, run: Run, tmp_path: Path) -> None:
    wrap(db)
    name = "'<' || chr(1) || '&' || chr(65535) || '\"'"
    db.sql("alter table kw.kms_keys disable trigger user")
    db.sql(f"update kw.kms_keys set external_key_ref = {name} where id = 1")
    file = tmp_path / "verify.xml"
    assert run("--junit", file)[0] == 1
    assert len(cases(file)[1]) == 2


def test_a_file_that_cannot_be_written_is_told_before_the_run(
    db: Database, run: Run, tmp_path: Path
) -> None:
    code, said = run("--junit", tmp_path / "none" / "verify.xml")
    assert (code, "No such file" in said) == (3, True)


def test_a_report_is_not_written_to_a_file_called_minus(run: Run) -> None:
    code, said = run("--junit", "-")
    assert (code, "--junit: - is not supported: give the name of a file" in said) == (2, True)


# -- interrupt, progress, outage ------------------------------------------------------------------


def test_an_interrupted_run_says_how_to_go_on(db: Database, run: Run, tmp_path: Path) -> None:
    wrappers = wrap(db, 3000)
    spoil(db, wrappers[0])
    spoil(db, wrappers[2999])
    file = tmp_path / "verify.xml"
    with db.connect(autocommit=False) as other:
        process = subprocess.Popen(
            [KWTOOLS, "verify", "--json", "--batch", "1", "--junit", file, "--dsn", db.dsn],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        query = (
            "select xact_start from pg_stat_activity"
            " where datname = current_database() and query like '%from kw.verify_page%'"
            " and xact_start is not null and pid <> pg_backend_pid()"
        )
        seen: set[object] = set()
        deadline = time.monotonic() + 300
        while len(seen) < 3:  # the count, a page, and another
            assert time.monotonic() < deadline
            seen.update(other.execute(query.encode()).fetchall())
            other.rollback()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert process.returncode == 130
    report = json.loads(out)
    assert report["complete"] is False
    assert 0 < report["checked"] < 3000
    assert [one["wrapper"] for one in report["listed"]] == wrappers[:1]
    assert f"go on with kwtools verify --after {report['last_id']}\n" in err
    assert cases(file)[1][0] == ("all wrappers", "error", "incomplete")
    _, rest = run("--after", report["last_id"])
    assert rest["checked"] == 3000 - report["checked"]
    assert [one["wrapper"] for one in rest["listed"]] == wrappers[2999:]


def test_a_run_that_is_recorded_has_one_event_with_its_totals(
    db: Database, run: Run, kwtools: Kwtools
) -> None:
    spoil(db, wrap(db, 25)[3])
    _, first = run()
    details = "select details from kw.audit_events where id = %s"
    code, report = run("--record", "--batch", 10)
    assert code == 1
    ((said,),) = db.sql(details, report["event"])
    assert (said["complete"], said["pages"]) == (True, 3)
    assert (said["checked"], said["problems"]) == (first["checked"], 1)
    assert report == {**first, "seed": report["seed"], "event": report["event"]}
    code, out, _ = kwtools("verify", "--record", "--dsn", db.dsn)
    assert out.splitlines()[-1].startswith("recorded as event ")


def test_a_run_that_is_recorded_goes_on_after_its_last_event(db: Database, run: Run) -> None:
    wrap(db, 25)
    event, last = db.sql("select event, last_id from kw.record_verify(most => 7, seed => 3)")[0]
    code, report = run("--record", "--continues", event, "--after", last, "--seed", 3)
    ((said,),) = db.sql("select details from kw.audit_events where id = %s", report["event"])
    assert (code, said["complete"]) == (0, True)
    assert said["checked"] == report["checked"] + 7
    assert said["continues"] == str(event)
    assert run("--continues", event)[0] == 2
    assert run("--record", "--after", 5)[0] == 2
    code, error = run("--record", "--continues", report["event"], "--seed", 3)
    assert (code, "is complete" in error) == (1, True)


def test_a_run_that_goes_on_after_the_last_wrapper_is_exit_code_1(
    db: Database, run: Run, kwtools: Kwtools
) -> None:
    assert run("--sample", 0.5)[0] == 0
    wrap(db, 3)
    code, said = run("--after", 3)
    assert code == 1
    assert "kwtools: no wrapper comes after 3, so nothing was checked. " in said
    assert run("--after", 2)[1]["checked"] == 1
    of_a_sample = ("--sample", "1e-9", "--seed", 1)
    assert run("--after", 2, *of_a_sample)[:1] == (0,)
    assert run("--after", 3, *of_a_sample)[:1] == (1,)


def test_what_a_run_needs_to_go_on_is_quoted() -> None:
    work = verifying.Verification(None, 1, 0.1, 7, ["a b"], 5)  # type: ignore[arg-type]
    assert work.to_go_on() == "--after 5 --sample 0.1 --seed 7 --without-provider 'a b'"
    begun = verifying.RecordedVerification(None, 1, 1.0, 7, [], 5)  # type: ignore[arg-type]
    assert begun.to_go_on() == "--record --after 5"
    begun.event = 9
    assert begun.to_go_on() == "--record --continues 9 --after 5"


def test_progress_is_lines_on_stderr(
    db: Database, kwtools: Kwtools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.progress._SECONDS_BETWEEN_LINES", 0.0)
    wrap(db, 4)
    _, out, err = kwtools("verify", "--batch", "2", "--after", "1", "--dsn", db.dsn)
    assert [line.split(",")[0] for line in err.splitlines()] == [
        "Verifying: 2 of 3", "Verifying: 3 of 3",
    ]  # fmt: skip
    assert out == "3 wrappers checked: each leg opens\n"


@pytest.mark.parametrize(
    ("option", "given", "allowed"),
    [
        ("--sample", "0", "number above 0, up to 1"),
        ("--sample", "1.5", "number above 0, up to 1"),
        ("--sample", "nan", "number above 0, up to 1"),
        ("--batch", "0", "whole number from 1 to 100000"),
        ("--batch", "100001", "whole number from 1 to 100000"),
        ("--after", "x", "whole number from 0 to 9223372036854775807"),
        ("--after", str(2**63), "whole number from 0 to 9223372036854775807"),
    ],
)
def test_a_number_out_of_range_is_exit_code_2_and_the_range_is_named(
    kwtools: Kwtools, option: str, given: str, allowed: str
) -> None:
    code, _, err = kwtools("verify", option, given)
    assert (code, f"argument {option}: {given} is not a {allowed}\n" in err) == (2, True)


def test_who_may_not_is_told_which_role_may(
    db: Database, run: Run, make_role: Callable[..., str]
) -> None:
    wrap(db)
    for role in ("kw_admin", "kw_operator"):
        assert run("--dsn", db.place.dsn(db.name, make_role(role)))[0] == 0
    for role in ("kw_client", "kw_auditor"):
        code, said = run("--dsn", db.place.dsn(db.name, make_role(role)))
        assert (code, "kw_operator" in said) == (1, True)


def test_a_database_without_the_extension_is_exit_code_1(target: Database, run: Run) -> None:
    code, said = run("--dsn", target.dsn)
    assert (code, "extension kwtools is not installed" in said) == (1, True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("openbao") / "bao") as running:
        yield running


@pytest.fixture
def proxy(server: OpenBao) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.address, server.ca_file) as standing:
        yield standing


@pytest.fixture
def bao(db: Database, server: OpenBao, proxy: FaultyProxy) -> Bao:
    made = Bao(db, server, proxy)
    db.sql("select kw.create_policy('single', 'single', %s)", made.key)
    db.sql("select kw.create_policy('either', 'either', 1, %s)", made.key)
    db.sql("select kw.create_policy('remote first', 'either', %s, 1)", made.key)
    db.sql("select kw.add_policy_key('remote first', %s, priority => 9)", made.key)
    db.sql("select kw.create_policy('both', 'both', 1, %s)", made.key)
    db.sql("select kw.add_provider('branches', 'wrapper')")
    branch = db.sql("select kw.create_kms_key('branches', 'remote first')")[0][0]
    db.sql("select kw.create_policy('branch', 'single', %s)", branch)
    return made


def test_a_kms_gets_batches_and_a_branch_is_opened_once(
    db: Database, run: Run, bao: Bao, proxy: FaultyProxy
) -> None:
    for policy, count in (("single", 260), ("either", 240), ("both", 10), ("branch", 50)):
        wrap(db, count, policy)
    asked(proxy)
    code, report = run()
    assert (code, report["checked"]) == (0, 561)
    items, calls = asked(proxy)["decrypt"]
    # The branch: once by each leg, and once more for what is below it.
    assert items == 260 + 240 + 10 + 2
    assert calls <= 8


def test_a_kms_that_counts_as_gone_is_not_asked(
    db: Database, run: Run, bao: Bao, proxy: FaultyProxy
) -> None:
    doomed = wrap(db, 3, "single") + wrap(db, 2, "both")
    for policy in ("either", "remote first", "branch"):
        wrap(db, 5, policy)
    proxy.requests.clear()
    code, report = run("--without-provider", bao.name, "--batch", 4)
    assert (code, [one["wrapper"] for one in report["listed"]]) == (1, doomed)
    assert {one["sqlstate"] for one in report["listed"]} == {"KW204", "KW210"}
    assert proxy.requests == []
    assert run("--without-provider", "local")[1]["problems"] == 2


def test_a_branch_key_that_a_drill_opened_is_not_used_late(
    db: Database, bao: Bao, proxy: FaultyProxy
) -> None:
    db.sql("select kw.set_setting('branch_grace_seconds', 3600)")
    db.sql("select kw.set_setting('cache_seconds', 0)")
    wrap(db, 1, "branch")
    query = (
        "select jsonb_array_length(problems) from kw.verify_page(without_providers => '{local}')"
    )
    with db.connect() as session:
        assert session.execute(query).fetchone() == (0,)
        proxy.fault = "closing"
        assert session.execute(query).fetchone() == (2,)


@pytest.mark.parametrize("fault", ["closing", "hung"])
def test_a_kms_that_does_not_answer_costs_few_tries_and_its_legs_are_named(
    db: Database, run: Run, bao: Bao, proxy: FaultyProxy, fault: str
) -> None:
    sealed = db.sql("select kw.create_kem_key('sealed', 'X25519', %s)", bao.key)[0][0]
    db.sql("select kw.create_policy('layered', 'either', 1, 2, layers => array[%s])", sealed)
    for policy in ("single", "either", "both", "branch", "layered"):
        wrap(db, 40, policy)
    proxy.fault = fault
    proxy.requests.clear()
    code, report = run("--batch", 20)
    # A leg of each; of layered ones both. Below the branch, its other leg opens.
    assert (code, report["checked"], report["problems"]) == (1, 201, 1 + 3 * 40 + 80)
    causes = {(one["kms_key_id"], one["sqlstate"]): one["problems"] for one in report["causes"]}
    assert causes[bao.key, "KW204"] == 81
    assert all(bao.name in one["problem"] for one in report["listed"])
    assert len(proxy.requests) <= 4


def test_the_kms_of_a_private_key_that_does_not_answer_is_not_asked_by_each_page(
    db: Database, run: Run, bao: Bao, proxy: FaultyProxy
) -> None:
    sealed = db.sql("select kw.create_kem_key('sealed', 'X25519', %s)", bao.key)[0][0]
    db.sql("select kw.create_policy('layered', 'either', 1, 2, layers => array[%s])", sealed)
    db.sql("delete from kw.key_wrappers where dek_class = 'field'")
    wrap(db, 60, "layered")
    proxy.fault = "closing"
    proxy.requests.clear()
    code, report = run("--batch", 5)
    assert (code, report["problems"]) == (1, 121)
    assert len(proxy.requests) <= 4
