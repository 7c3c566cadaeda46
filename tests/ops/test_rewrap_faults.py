"""The queue beside a KMS that fails now and then, in every way: nothing is lost."""

from collections.abc import Iterator

import pytest

from tests.cli.test_relayer import Bao
from tests.conftest import Database
from tests.sql.jobs import deks, schedule, statuses, work
from tests.sql.session import Session
from testservers.faulty_proxy import FaultyProxy
from testservers.openbao import OpenBao

UNTRUE = """
select w.wrapper_uuid
from kw.key_wrappers w
left join kw.rewrap_jobs j on j.key_wrapper_id = w.id
group by w.id
having w.wrap_version <> 1 + count(j.id) filter (where j.status = 'done')
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("openbao") / "bao") as running:
        yield running


@pytest.fixture
def proxy(server: OpenBao) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.address, server.ca_file) as standing:
        yield standing


@pytest.fixture
def session(db: Database, server: OpenBao, proxy: FaultyProxy) -> Session:
    """A database with 40 wrappers of each mode under a key of OpenBao, and below a branch of it."""
    bao, session = Bao(db, server, proxy), Session(db.connect())
    session.policy("single", "single", bao.key)
    session.policy("either", "either", 1, bao.key)
    session.policy("both", "both", bao.key, 2)
    key, _ = session.branch("both")
    session.policy("below", "single", key)
    for policy in ("single", "either", "both", "below"):
        session.rows("select kw.wrap_many(array_fill(null::bytea, array[40]), %s)", policy)
    return session


@pytest.mark.parametrize(
    "fault",
    ["closing", "lying", "not JSON", "throttled", "refused", "truncated", "hang before headers"],
)
def test_every_job_gets_done_through_a_kms_that_fails_now_and_then(
    session: Session, proxy: FaultyProxy, fault: str
) -> None:
    before = deks(session)
    proxy.fault, proxy.chance = fault, 0.2
    session.rows("select kw.set_setting('cache_seconds', 0)")  # each batch opens the branch again
    assert schedule(session, provider="branches") + schedule(session, provider="local") == 121
    assert schedule(session, policy="single") == 40
    for attempt in range(200):
        work(session)
        if set(statuses(session)) == {"done"}:
            break
        if attempt % 7 == 6:
            proxy.chance /= 2  # so that it comes to an end
        session.rows("select kw.retry_rewrap_jobs()")
        session.rows("update kw.rewrap_jobs set scheduled_at = null where status = 'pending'")
    proxy.fault = None
    assert set(statuses(session)) == {"done"}
    assert session.rows(UNTRUE) == []
    assert session.rows("select * from kw.verify()") == []
    assert deks(session) == before


@pytest.mark.parametrize("fault", ["closing", "lying", "refused", "hang in body"])
def test_a_kms_that_is_down_for_one_leg_leaves_the_rows_as_they_are(
    session: Session, proxy: FaultyProxy, fault: str
) -> None:
    before = session.rows("select * from kw.key_wrappers order by id")
    proxy.fault = fault
    assert schedule(session, policy="either") == 40
    outcomes = work(session)
    assert outcomes.get("done") is None
    assert session.rows("select * from kw.key_wrappers order by id") == before
    (said,) = {
        row[0].partition(":")[0] for row in session.rows("select last_error from kw.rewrap_jobs")
    }
    assert said.startswith("KW2")


def test_a_damaged_answer_replaces_no_wrap(session: Session, proxy: FaultyProxy) -> None:
    before = session.rows("select * from kw.key_wrappers order by id")
    proxy.fault = "lying"
    assert [schedule(session, policy=policy) for policy in ("single", "both")] == [40, 41]
    work(session)
    assert session.rows("select * from kw.key_wrappers order by id") == before
