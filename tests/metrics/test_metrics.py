"""``kwtools metrics``: what it exposes."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cluster import Place, set_up
from kwtools.metrics import exposition
from kwtools.metrics.database import View
from kwtools.metrics.reading import Definition, Group, Sample
from tests.cli.conftest import Kwtools
from tests.conftest import Database, Keystore, unique
from tests.deployment import happen, make_log, seal
from tests.metrics.conftest import check, samples, values
from tests.sql.session import Session
from tests.sql.test_health import add_store, give_back, lose

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text()
HIDE = "select kw.set_setting('metrics_show_names', 0)"
EXAMPLE = "kwtools_kms_probe_duration_seconds"
HOSTILE = (
    'a"}\n# TYPE kwtools_up counter\nkwtools_up 7\\\\n\t\x1b[31m\u2028\u202e' + "\U0001d518" * 64
)


def exposed(kwtools: Kwtools, *databases: Database) -> str:
    """Return what one reading of databases gives."""
    dsns = [word for one in databases for word in ("--dsn", one.dsn)]
    code, out, err = kwtools("metrics", "--once", *dsns)
    assert (code, err) == (0, "")
    return out


def everything(session: Session, make_keystore: Callable[[], Keystore]) -> None:
    """Give every metric a sample."""
    store, _, _ = add_store(session, make_keystore)
    lose(store, "a")
    session.rows("select kw.wrap(), kw.check_kms()")
    make_log(session)
    seal(session)
    happen(session)
    session.rows("select kw.schedule_rewrap(wrappers => array[kw.wrap()])")


def family(name: str) -> str:
    """Return the metric that a sample is of."""
    return re.sub(r"_(bucket|sum|count)$", "", name) if name.startswith(EXAMPLE) else name


def test_promtool_finds_nothing_to_say_of_any_metric(
    kwtools: Kwtools, db: Database, session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    everything(session, make_keystore)
    text = exposed(kwtools, db)
    assert check(text) == ""
    defined = session.values("select metric from kw.metric_names")
    there = {family(name) for name, _ in samples(text)}
    assert there == {*defined, *(one.metric for one in exposition.OWN)}


def test_every_group_tells_its_age(kwtools: Kwtools, db: Database) -> None:
    text = exposed(kwtools, db)
    for group in ("keys", "wrappers", "jobs", "audit", "fields", "sessions"):
        (age,) = values(text, "kwtools_group_age_seconds", group=group)
        assert 0 <= age < 60
        assert values(text, "kwtools_group_up", group=group) == [1]


def test_the_page_has_every_metric_with_its_type_group_and_meaning(session: Session) -> None:
    rows = re.findall(
        r"^\| `(kwtools_\w+)` \| (\w+) \| .*? ?\| (\w*) ?\| (.*) \|$", PAGE, re.MULTILINE
    )
    told = {name: (kind, group, meaning) for name, kind, group, meaning in rows}
    own = {one.metric: (one.type, "", one.help) for one in exposition.OWN}
    query = 'select metric, type, "group", help from kw.metric_names'
    assert told == own | {name: tuple(more) for name, *more in session.rows(query)}


def test_the_page_has_the_labels_of_every_metric(
    kwtools: Kwtools, db: Database, session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    everything(session, make_keystore)
    rows = re.findall(r"^\| `(kwtools_\w+)` \| \w+ \| (.*?) ?\|", PAGE, re.MULTILINE)
    told = {name: set(re.findall(r"\w+", re.sub(r"\(.*\)", "", labels))) for name, labels in rows}
    found: dict[str, set[str]] = {}
    for name, labels in samples(exposed(kwtools, db)):
        found.setdefault(family(name), set()).update(dict(labels))
    assert {name: has - {"database", "key_name"} for name, has in found.items()} == told


def test_the_queries_of_the_page_run_for_an_auditor(
    db: Database, session: Session, make_role: Callable[..., str]
) -> None:
    session.rows("select from kw.check_kms()")
    queries = re.findall(r"^```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(queries) == 3
    auditor = Session(db.connect(make_role("kw_auditor")))
    for query in queries:
        assert auditor.rows(query)


def test_the_view_has_the_samples_that_the_command_exposes(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("select kw.wrap(), kw.check_kms()")
    rows = session.rows("select name, labels, value from kw.metrics")
    found = {
        (name, frozenset({**labels, "database": db.name}.items())): value
        for name, labels, value in rows
    }
    own = {one.metric for one in exposition.OWN}
    text = exposed(kwtools, db)
    assert found == {one: value for one, value in samples(text).items() if one[0] not in own}


# -- keys ---------------------------------------------------------------------------------------


def test_the_last_probe_decides_the_status_of_a_key(
    kwtools: Kwtools, db: Database, session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store, key, _ = add_store(session, make_keystore)
    text = exposed(kwtools, db)
    assert values(text, "kwtools_kms_key_status", key=str(key)) == []
    (never,) = values(text, "kwtools_kms_last_probe_timestamp_seconds", key=str(key))
    made = session.value(
        "select extract(epoch from created_at) from kw.kms_keys where id = %s", key
    )
    assert abs(never - float(made)) < 0.01
    for change, status in ((lose, "down"), (give_back, "up")):
        change(store, "a")
        session.rows("select from kw.check_kms()")
        text = exposed(kwtools, db)
        for one in ("up", "degraded", "down"):
            found = values(text, "kwtools_kms_key_status", key=str(key), status=one)
            assert found == [one == status]
    (at,) = values(text, "kwtools_kms_last_probe_timestamp_seconds", key=str(key))
    assert abs(at - time.time()) < 60
    assert values(text, "kwtools_kms_probe_failures_total", key=str(key), sqlstate="KW201") == [1]
    assert values(text, f"{EXAMPLE}_count", key=str(key)) == [2]
    assert values(text, f"{EXAMPLE}_bucket", key=str(key), le="+Inf") == [2]
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    text = exposed(kwtools, db)
    assert values(text, "kwtools_kms_key_status", key=str(key)) == []
    assert values(text, f"{EXAMPLE}_count", key=str(key)) == [2]


def test_the_last_probe_is_the_one_that_came_last(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    """Not the one with the latest time: that may be of a clock that was ahead."""
    for status, moment in (("down", "now() + interval '1 hour'"), ("up", "now()")):
        session.rows(
            "insert into kw.kms_health_checks (provider_id, kms_key_id, status, checked_at)"
            f" select provider_id, id, %s, {moment} from kw.kms_keys where id = 1",
            status,
        )
    text = exposed(kwtools, db)
    assert values(text, "kwtools_kms_key_status", key="1", status="up") == [1]
    assert values(text, "kwtools_kms_key_status", key="1", status="down") == [0]


def test_buckets_are_cumulative_and_end_with_the_count(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("set role kw_owner")
    session.rows(
        "insert into kw.kms_probe_totals (kms_key_id, sqlstate, upper_ms, probes, timed, total_ms)"
        " values (1, '00000', 5, 2, 2, 8), (1, '00000', 5, 1, 1, 4), (1, 'KW201', 100, 1, 1, 90),"
        " (1, 'KW201', null, 3, 1, 12000)"
    )
    text = exposed(kwtools, db)
    found = [values(text, f"{EXAMPLE}_bucket", key="1", le=le)[0] for le in ("0.001", "0.005")]
    found += [values(text, f"{EXAMPLE}_bucket", key="1", le=le)[0] for le in ("0.05", "0.1")]
    found += [values(text, f"{EXAMPLE}_bucket", key="1", le=le)[0] for le in ("10", "+Inf")]
    assert found == [0, 3, 3, 4, 4, 5]
    assert values(text, f"{EXAMPLE}_count", key="1") == [5]
    assert values(text, f"{EXAMPLE}_sum", key="1") == [pytest.approx(12.102)]
    assert values(text, "kwtools_kms_probe_failures_total", key="1") == [4]


def test_counters_do_not_fall_when_probes_are_pruned(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    for count in (1, 2, 3):
        session.rows("select from kw.check_kms(1)")
        text = exposed(kwtools, db)
        assert values(text, f"{EXAMPLE}_count", key="1") == [count]
        session.rows("update kw.kms_health_checks set checked_at = now() - interval '90 days'")
    assert session.value("select count(*) from kw.kms_health_checks where kms_key_id = 1") == 1


# -- wrappers and fields -------------------------------------------------------------------------


def test_wrappers_are_counted_by_mode_status_and_format_and_by_key(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("select kw.create_policy('one', 'single', 2)")
    session.rows("select kw.wrap() from generate_series(1, 3)")
    wrapper = session.value("select kw.wrap(policy => 'one')::text")
    session.rows("create table t (id int primary key, f bytea)")
    session.rows("select kw.bind('t', 1, 'f'), kw.shred('t', 1, 'f')")
    old = "update kw.key_wrappers set wrap1_at = null, created_at = '2020-01-01 00:00+00'"
    session.rows("set session_replication_role = replica")
    session.rows("set role kw_owner")
    session.rows(f"{old} where wrapper_uuid = %s", wrapper)
    text = exposed(kwtools, db)
    assert values(text, "kwtools_wrappers", mode="either", status="active") == [3]
    assert values(text, "kwtools_wrappers", mode="single", status="active") == [1]
    assert values(text, "kwtools_wrappers_shredded") == [1]
    assert values(text, "kwtools_key_wrappers", key="1") == [3]
    assert values(text, "kwtools_key_wrappers", key="2") == [4]
    (oldest,) = values(text, "kwtools_oldest_wrap_timestamp_seconds", key="2")
    assert oldest == 1577836800


def test_layers_count_for_their_key(kwtools: Kwtools, db: Database, session: Session) -> None:
    key = session.value("select kw.create_kem_key('kem', 'ML-KEM-768', 1)")
    session.rows("select kw.create_policy('layered', 'single', 1, layers => array[%s::int8])", key)
    session.rows("select kw.wrap(policy => 'layered') from generate_series(1, 2)")
    text = exposed(kwtools, db)
    assert values(text, "kwtools_key_wrappers", key=str(key)) == [2]
    assert values(text, "kwtools_oldest_wrap_timestamp_seconds", key=str(key)) == []


def test_fields_below_their_floor_are_counted(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("create table t (id int primary key, f bytea, g bytea)")
    session.rows("select kw.bind('t', 1, 'f'), kw.bind('t', 1, 'g')")
    assert values(exposed(kwtools, db), "kwtools_fields_below_floor") == [0]
    session.rows("select kw.set_floor('t', 'f', 3)")
    assert values(exposed(kwtools, db), "kwtools_fields_below_floor") == [1]
    key = session.value("select kw.create_kem_key('kem', 'ML-KEM-768', 1)")
    session.rows("select kw.create_policy('layered', 'single', 1, layers => array[%s::int8])", key)
    session.rows("select kw.relayer(kw.lookup('t', 1, 'f'), 'layered')")
    assert values(exposed(kwtools, db), "kwtools_fields_below_floor") == [0]
    session.rows("select kw.set_floor('t', null, 1)")
    assert values(exposed(kwtools, db), "kwtools_fields_below_floor") == [1]
    # The key of a whole row is one of the field; to bind it below a floor is refused.
    session.rows("select kw.set_floor('t', null, null), kw.set_floor('t', 'f', null)")
    session.rows("select kw.bind('t', 2)")
    session.rows("select kw.set_floor('t', 'f', 3)")
    assert values(exposed(kwtools, db), "kwtools_fields_below_floor") == [1]


# -- jobs and the audit --------------------------------------------------------------------------


def test_jobs_are_counted_with_their_failures_and_how_long_they_wait(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    text = exposed(kwtools, db)
    for kind in ("rewrap", "relayer", "rotate"):
        assert values(text, "kwtools_jobs", kind=kind) == [0] * 4
        assert values(text, "kwtools_jobs_failed_attempts", kind=kind) == [0]
    assert values(text, "kwtools_oldest_pending_job_timestamp_seconds") == []
    session.rows("select kw.wrap() from generate_series(1, 4)")
    session.rows(
        "insert into kw.rewrap_jobs (key_wrapper_id, status, attempts, scheduled_at, finished_at)"
        " select w.id, j.status, j.attempts, j.due, j.ended from (values"
        " (1, 'pending', 2, to_timestamp(1000), null::timestamptz),"
        " (2, 'pending', 0, now() + interval '1 h', null), (3, 'failed', 10, null, now()),"
        " (4, 'running', 1, null, null)) j (n, status, attempts, due, ended)"
        " join (select id, row_number() over (order by id) as n from kw.key_wrappers) w using (n)"
    )
    text = exposed(kwtools, db)
    assert values(text, "kwtools_jobs", kind="rewrap", status="pending") == [2]
    assert values(text, "kwtools_jobs", kind="rewrap", status="failed") == [1]
    assert values(text, "kwtools_jobs_failed_attempts", kind="rewrap") == [12]
    assert values(text, "kwtools_oldest_pending_job_timestamp_seconds", kind="rewrap") == [1000]


def test_events_without_a_place_in_the_log_are_counted(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    happen(session, 2)
    assert values(exposed(kwtools, db), "kwtools_audit_events_unsealed") == []  # no log
    make_log(session)
    seal(session)
    text = exposed(kwtools, db)
    assert values(text, "kwtools_audit_events_unsealed") == [0]
    assert values(text, "kwtools_oldest_unsealed_audit_event_timestamp_seconds") == []
    (at,) = values(text, "kwtools_checkpoint_timestamp_seconds", log="1")
    assert abs(at - time.time()) < 60
    happen(session, 3)
    text = exposed(kwtools, db)
    assert values(text, "kwtools_audit_events_unsealed") == [3]
    (at,) = values(text, "kwtools_oldest_unsealed_audit_event_timestamp_seconds")
    assert abs(at - time.time()) < 60
    session.rows("alter table kw.logs disable trigger all")
    session.rows(  # as the log of a later incarnation, which has no checkpoint yet
        "insert into kw.logs (id, deployment_uuid, incarnation, host, origin)"
        " select id + 1, deployment_uuid, incarnation + 1, host,"
        " host || '/kwtools/' || deployment_uuid || '/' || incarnation + 1 from kw.logs"
    )
    assert values(exposed(kwtools, db), "kwtools_checkpoint_timestamp_seconds") == []


# -- names ---------------------------------------------------------------------------------------


def rename(session: Session, name: str) -> None:
    """Give a provider a name that no function would."""
    session.rows("set session_replication_role = replica")
    session.rows("alter table kw.kms_providers disable trigger user")
    session.rows("alter table kw.kms_keys disable trigger user")
    session.rows("update kw.kms_providers set name = left(%s, 100) where id = 1", name)
    session.rows("update kw.kms_keys set external_key_ref = %s || id where id in (1, 2)", name)


def test_names_of_keys_cannot_forge_a_sample(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("select from kw.check_kms()")
    rename(session, HOSTILE)
    text = exposed(kwtools, db)
    assert check(text) == ""
    assert values(text, "kwtools_up") == [1]
    (name,) = {
        dict(labels)["key_name"]
        for found, labels in samples(text)
        if found == "kwtools_key_wrappers" and dict(labels)["key"] == "1"
    }
    assert name == f"{HOSTILE[:100]}/{HOSTILE}1"


def test_no_name_steers_a_terminal(
    kwtools: Kwtools, db: Database, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.rows("select from kw.check_kms()")
    rename(session, HOSTILE)
    assert "\x1b" in exposed(kwtools, db)  # for programs, as it is
    monkeypatch.setattr("kwtools.commands.metrics.is_terminal", lambda: True)
    text = exposed(kwtools, db)
    assert r"\x1b[31m\u2028\u202e" in text
    assert all(line.isprintable() for line in text.split("\n"))


def test_no_name_of_a_key_is_shown_where_the_setting_hides_them(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("select from kw.check_kms()")
    session.rows("select kw.wrap()")
    assert "local/test-1" in exposed(kwtools, db)
    session.rows(HIDE)
    rename(session, "secret name")
    for text in (exposed(kwtools, db), str(session.rows("select * from kw.metrics"))):
        assert "secret" not in text
        assert "key_name" not in text
        assert "kwtools_kms_key_status" in text


# -- who and where -------------------------------------------------------------------------------


def test_an_auditor_may_read_all_of_it_and_a_client_nothing(
    kwtools: Kwtools, db: Database, session: Session, make_role: Callable[..., str]
) -> None:
    session.rows("select from kw.check_kms()")
    auditor, client = make_role("kw_auditor"), make_role("kw_client")
    code, out, err = kwtools("metrics", "--once", "--dsn", f"{db.dsn} user={auditor}")
    assert (code, err) == (0, "")
    assert set(values(out, "kwtools_group_up")) == {1}
    code, out, err = kwtools("metrics", "--once", "--dsn", f"{db.dsn} user={client}")
    assert code == 3
    assert "permission denied" in err
    assert "Grant kw_auditor to the role" in err
    assert samples(out) == {("kwtools_up", frozenset({("database", db.name)})): 0}


def test_two_databases_are_told_apart(
    kwtools: Kwtools, db: Database, other_db: Database, session: Session
) -> None:
    session.rows("select kw.wrap()")
    text = exposed(kwtools, db, other_db)
    assert check(text) == ""
    assert values(text, "kwtools_key_wrappers", database=db.name, key="1") == [1]
    assert values(text, "kwtools_key_wrappers", database=other_db.name, key="1") == [0]


def test_a_database_that_cannot_be_read_stops_no_other(kwtools: Kwtools, db: Database) -> None:
    gone = unique("gone")
    dsn = re.sub(r"dbname=\S+", f"dbname={gone}", db.dsn)
    code, out, err = kwtools("metrics", "--once", "--dsn", dsn, "--dsn", db.dsn)
    assert code == 3
    assert f'database "{gone}"' in err
    assert check(out) == ""
    assert values(out, "kwtools_up", database=gone) == [0]
    assert values(out, "kwtools_up", database=db.name) == [1]
    assert len([one for one in samples(out) if ("database", gone) in one[1]]) == 1


def test_an_extension_without_metrics_is_told_with_its_version(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    for view in ("metrics", "metric_names"):
        session.rows(f"alter extension kwtools drop view kw.{view}")
        session.rows(f"drop view kw.{view}")
    code, out, err = kwtools("metrics", "--once", "--dsn", db.dsn)
    assert (code, values(out, "kwtools_up")) == (3, [0])
    assert re.search(r"extension kwtools [\d.]+ has no metrics\. Run kwtools upgrade\.", err)


def test_a_runtime_that_is_missing_leaves_the_other_groups(
    kwtools: Kwtools, own_cluster: Callable[..., Place]
) -> None:
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "one")
    place.module_path.rename(place.module_path.with_name("away"))
    code, out, err = kwtools("metrics", "--once", "--dsn", place.dsn("postgres"))
    assert code == 0
    assert "group sessions" in err
    assert "runtime of kwtools" in err
    assert values(out, "kwtools_group_up", group="sessions") == [0]
    assert values(out, "kwtools_info") == []
    assert values(out, "kwtools_key_wrappers", key="1") == [0]


def test_all_databases_are_those_with_the_extension(
    kwtools: Kwtools, db: Database, other_db: Database, target: Database
) -> None:
    _, out, _ = kwtools("metrics", "--once", "--all-databases", "--dsn", db.dsn)
    names = {dict(labels)["database"] for name, labels in samples(out) if name == "kwtools_up"}
    assert {db.name, other_db.name} <= names
    assert not {target.name, "postgres", "template0"} & names


def test_a_group_that_cannot_be_read_leaves_the_others(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("begin; lock table kw.rewrap_jobs in access exclusive mode")
    code, out, err = kwtools("metrics", "--once", "--dsn", db.dsn)
    session.rows("rollback")
    assert code == 0
    assert "group jobs: canceling statement due to lock timeout" in err
    assert values(out, "kwtools_group_up", group="jobs") == [0]
    assert values(out, "kwtools_group_up", group="wrappers") == [1]
    assert values(out, "kwtools_jobs") == []


def test_nothing_old_is_exposed_of_a_database_that_is_down() -> None:
    definition = Definition("kwtools_wrappers", "gauge", "Wrappers.")
    group = Group([Sample("kwtools_wrappers", "", {"mode": "both"}, 7.0)], time.monotonic())
    for is_up, expected in ((True, [7.0]), (False, [])):
        view = View("db", is_up, [definition], {"wrappers": group}, frozenset({"keys"}))
        text = exposition.exposed([view]).decode()
        assert values(text, "kwtools_wrappers") == expected
        assert values(text, "kwtools_up") == [is_up]
        assert bool(values(text, "kwtools_group_up")) == is_up


def test_a_label_without_a_value_is_empty() -> None:
    """As where a superuser has edited crypto_suite: that must not end every scrape."""
    definition = Definition("kwtools_wrappers", "gauge", "Wrappers.")
    group = Group([Sample("kwtools_wrappers", "", {"mode": None}, 1.0)], time.monotonic())
    view = View("one", True, [definition], {"wrappers": group}, frozenset())
    text = exposition.exposed([view]).decode()
    assert values(text, "kwtools_wrappers", mode="", database="one") == [1]


# -- a file --------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole(kwtools: Kwtools, db: Database, tmp_path: Path) -> None:
    (tmp_path / "kwtools.prom").write_text("before")
    code, out, err = kwtools("metrics", "--textfile", tmp_path, "--dsn", db.dsn)
    assert (code, out, err) == (0, "", "")
    text = (tmp_path / "kwtools.prom").read_text()
    assert check(text) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["kwtools.prom"]


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(
    kwtools: Kwtools, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kwtools.prom").write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, _, err = kwtools("metrics", "--textfile", tmp_path, "--dsn", db.dsn)
    assert (code, err) == (3, f"kwtools: {tmp_path}/kwtools.prom: No space left on device\n")
    assert (tmp_path / "kwtools.prom").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["kwtools.prom"]


def test_a_link_in_the_folder_is_not_followed(
    kwtools: Kwtools, db: Database, tmp_path: Path
) -> None:
    """Others may write there, too."""
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (tmp_path / "kwtools.prom").symlink_to(mine)
    assert kwtools("metrics", "--textfile", tmp_path, "--dsn", db.dsn) == (0, "", "")
    assert mine.read_text() == "mine"
    assert not (tmp_path / "kwtools.prom").is_symlink()


def test_a_folder_in_the_place_of_the_file_is_told(
    kwtools: Kwtools, db: Database, tmp_path: Path
) -> None:
    (tmp_path / "kwtools.prom").mkdir()
    code, _, err = kwtools("metrics", "--textfile", tmp_path, "--dsn", db.dsn)
    assert (code, "kwtools.prom" in err, "Is a directory" in err) == (3, True, True)


@pytest.mark.parametrize(
    "options",
    [
        ("--dsn", "postgresql://u:hidden@/z?x=1"),
        ("--dsn", "bogus"),
        ("--dsn", "", "--dsn", "", "--all-databases"),
    ],
)
def test_a_database_that_nobody_can_mean_is_refused_at_once(
    kwtools: Kwtools, options: tuple[str, ...]
) -> None:
    """Else there would be no sample at all, not even of what is down."""
    code, out, err = kwtools("metrics", "--once", *options)
    assert (code, out) == (2, "")
    assert err.startswith("kwtools: --")
    assert "hidden" not in err


def test_a_folder_that_is_missing_is_told_by_the_name_of_the_file(
    kwtools: Kwtools, db: Database, tmp_path: Path
) -> None:
    code, _, err = kwtools("metrics", "--textfile", tmp_path / "gone", "--dsn", db.dsn)
    assert code == 3
    assert err == f"kwtools: {tmp_path}/gone/kwtools.prom: No such file or directory\n"


def test_every_requires_a_folder(kwtools: Kwtools) -> None:
    code, _, err = kwtools("metrics", "--once", "--every", "5")
    assert code == 2
    assert "--every requires --textfile" in err
