"""The first page: versions, counts, and what needs attention."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

from kwtools import sources
from kwtools.connections import connect, transaction
from kwtools.console.sections import overview
from tests.conftest import Database
from tests.console.conftest import Console
from tests.deployment import make_log
from tests.sql.session import Session


def test_the_first_page_shows_versions_and_counts(db: Database, console: Console) -> None:
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', n, 'ssn') from generate_series(1, 1234) n")
    page = console.page("overview")
    assert f"<dd>{sources.version()}</dd>" in page
    assert "<dt>Wrappers, active</dt><dd>1,234</dd>" in page
    assert db.name in page
    assert (
        console.get("/").text.split("<main", 1)[1].split("<footer")[0]
        == (page.split("<main", 1)[1].split("<footer")[0])
    )


def test_only_fields_with_a_policy_of_their_own_count_as_such(
    db: Database, console: Console
) -> None:
    db.sql("create table people (id bigint primary key, a bytea, b bytea, c bytea)")
    db.sql("select kw.bind_policy('people', 'a', 'default')")
    db.sql("select kw.set_floor('people', 'b', 1)")
    db.sql("select kw.bind('people', '1', 'c')")
    assert "<dt>Fields with a policy of their own</dt><dd>1</dd>" in console.page("overview")


def test_wrappers_that_are_many_are_estimated(db: Database, console: Console) -> None:
    db.sql("select from unnest(kw.wrap_many(array_fill(null::bytea, array[20001]))) w")
    assert "<dt>Wrappers, estimated</dt><dd>20,001</dd>" in console.page("overview")
    db.sql("analyze kw.key_wrappers")
    db.sql("delete from kw.key_wrappers where id <= 10000")
    assert "<dt>Wrappers, active</dt><dd>10,001</dd>" in console.page("overview")


def test_nothing_needs_attention_where_all_is_well(db: Database, console: Console) -> None:
    assert "KMS keys that were not probed for a day: 2" in console.page("overview")
    db.sql("select from kw.check_kms()")
    assert "Nothing that this page looks at does" in console.page("overview")


_JOBS = """
insert into kw.rewrap_jobs
    (key_wrapper_id, status, last_error, finished_at, created_at, scheduled_at)
select
    w.id, s.status, case s.status when 'failed' then 'KW204' end,
    case when s.status <> 'pending' then now() end, now() - interval '2 hours', s.scheduled_at
from kw.key_wrappers w
cross join (
    select 'done', null::timestamptz from generate_series(1, 20000)
    union all select 'failed', null from generate_series(1, 3)
    union all select 'pending', null
) s (status, scheduled_at)
"""
_READ_FROM_JOBS = """
select coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0)
from pg_stat_xact_all_tables s
where s.relid = 'kw.rewrap_jobs'::regclass
"""


def test_jobs_that_are_done_cost_the_first_page_nothing(db: Database) -> None:
    db.sql("select from kw.wrap_many(array_fill(null::bytea, array[2]))")
    db.sql(_JOBS)
    db.sql("analyze kw.rewrap_jobs")
    with connect(db.dsn, "tests") as connection, transaction(connection):
        found = overview.read(connection, {})
        ((read,),) = connection.execute(_READ_FROM_JOBS).fetchall()
    numbers = {item.section: item.number for item in found.items if item.section == "jobs"}
    assert numbers == {"jobs": 2}  # those that are late come last
    assert [item.number for item in found.items if "failed" in item.text] == [6]
    assert read <= 10


def test_what_is_more_than_is_counted_says_so() -> None:
    assert overview.Item("problem", 100_000, "", "").amount == "100,000"
    assert overview.Item("problem", 100_001, "", "").amount == "more than 100,000"


def test_a_database_that_is_not_set_up_is_told_what_makes_it_so(
    db: Database, console: Console
) -> None:
    assert "Nothing can be encrypted yet" not in console.page("overview")
    db.sql("delete from kw.policy_kms_keys")
    db.sql("delete from kw.encryption_policies")
    page = console.page("overview")
    assert "<code>kwtools init</code> makes keys and a policy" in page
    assert "nothing does" not in page


def test_what_needs_attention_leads_to_where_it_is_shown(db: Database, console: Console) -> None:
    db.sql("select from kw.check_kms()")
    db.sql("insert into kw.loads_to_check values ('key_wrappers')")
    db.sql("select kw.wrap()")
    db.sql(
        "insert into kw.rewrap_jobs (key_wrapper_id, created_at)"
        " select id, now() - interval '1 day' from kw.key_wrappers"
    )
    page = console.page("overview")
    items = re.findall(r'<li><span class="state (\w+)">.*?href="/(\w+).*?">(.*?)</a>', page)
    assert items == [
        ("problem", "doctor", "tables that were loaded and not checked: 1"),
        ("warning", "jobs", "jobs that are due for more than an hour: 1"),
    ]


def test_what_to_do_is_a_heading_of_the_operations(db: Database, console: Console) -> None:
    count = len(overview.Attention._fields)
    items = overview._items(overview.Attention(*[1] * count))
    assert len(items) == count
    headings = {item.heading for item in items if item.heading}
    assert len(headings) == count - 1
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    assert headings <= set(re.findall(r"^##+ (.*)$", text, re.MULTILINE))
    told = "What to do: docs/operations.md, “Keys are not probed”"
    assert told in console.page("overview")


def test_a_kms_that_is_disabled_needs_attention_while_it_has_active_keys(
    db: Database, console: Console
) -> None:
    db.sql("select from kw.check_kms()")
    db.sql("select kw.set_provider_enabled('local', false)")
    page = console.page("overview")
    assert "KMSs that are disabled and have active keys: 1" in page
    assert "nothing does" not in page
    db.sql("select kw.set_kms_key_status(k.id, 'retired') from kw.kms_keys k")
    assert "KMSs that are disabled" not in console.page("overview")


def test_events_wait_for_a_seal_only_where_there_is_a_log(db: Database, console: Console) -> None:
    db.sql(
        "insert into kw.audit_events (acting_role, action, object, happened_at)"
        " values ('r', 'test', 'o', now() - interval '2 days')"
    )
    assert "are not sealed" not in console.page("overview")
    make_log(Session(db.connect()))
    assert "audit events older than a day that are not sealed: 1" in console.page("overview")


def test_a_key_that_is_down_is_named_with_its_error_and_what_it_closes(
    db: Database, console: Console
) -> None:
    db.sql(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, error)"
        " select provider_id, id, 'down', 'KW204: <refused>' from kw.kms_keys where id = 2"
    )
    page = console.page("overview")
    assert "KMS keys that are down: 1" in page
    (named,) = re.findall(r"<li>Key 2, .*?</li>", page, re.DOTALL)
    assert "KW204: &lt;refused&gt;." in named
    lost = html.unescape(re.findall(r'href="/hierarchy\?(.*?)"', named)[0])
    shown = console.page("hierarchy", **dict(parse_qsl(lost)))
    assert '<h2 id="loss">The loss of <bdi>KMS key 2' in shown


def test_a_runtime_that_does_not_answer_is_told_beside_the_rest(
    db: Database, console: Console
) -> None:
    db.sql("revoke execute on function kw.version() from kw_auditor")
    page = console.page("overview")
    assert "The runtime does not answer" in page
    assert "42501: permission denied for function version" in page
    assert "<dt>KMS keys</dt><dd>2</dd>" in page
