"""Which wrappers get jobs, and where to."""

from collections.abc import Callable

import pytest

from tests.sql.jobs import claim, jobs_of, run, schedule, statuses, work, wrap
from tests.sql.session import Session

UNKNOWN = "00000000-0000-4000-8000-000000000000"
TARGETS = (
    "select w.wrapper_uuid::text, j.target_kms1_key_id, j.target_kms2_key_id"
    " from kw.rewrap_jobs j join kw.key_wrappers w on w.id = j.key_wrapper_id order by w.id"
)


@pytest.fixture
def made(session: Session) -> dict[str, list[str]]:
    """Two wrappers of each policy: ab and ba under keys 1 and 2, c under 3, both under 1 and 3."""
    third = session.key()
    assert third == 3
    session.policy("ab", "either", 1, 2)
    session.policy("ba", "either", 2, 1)
    session.rows("select kw.add_policy_key('ba', 2, priority => 9)")
    session.policy("c", "single", 3)
    session.policy("both", "both", 1, 3)
    return {policy: wrap(session, 2, policy) for policy in ("ab", "ba", "c", "both")}


def chosen(session: Session) -> set[str]:
    return {row[0] for row in session.rows(TARGETS)}


@pytest.mark.parametrize(
    ("given", "policies"),
    [
        ({"kms_key_id": 1}, {"ab", "ba", "both"}),
        ({"kms_key_id": 3}, {"c", "both"}),
        ({"provider": "local"}, {"ab", "ba", "c", "both"}),
        ({"policy": "ab"}, {"ab"}),
        ({"policy": "ab", "kms_key_id": 3}, set()),
        ({"older_than": "1 microsecond"}, {"ab", "ba", "c", "both"}),
        ({"older_than": "1 day"}, set()),
        ({"kms_key_id": 2, "older_than": "1 microsecond"}, {"ab", "ba"}),
        ({"older_than": "10000 years"}, set()),
        ({"kms_key_id": 1, "kms1_key_id": 3}, {"ab"}),
    ],
)
def test_it_selects_what_fulfils_everything_that_is_given(
    session: Session, made: dict[str, list[str]], given: dict[str, object], policies: set[str]
) -> None:
    wanted = {wrapper for policy in policies for wrapper in made[policy]}
    assert schedule(session, **given) == len(wanted)
    assert chosen(session) == wanted
    assert work(session) == ({"done": len(wanted)} if wanted else {})


def test_it_selects_a_list_of_wrappers(session: Session, made: dict[str, list[str]]) -> None:
    wanted = [made["ab"][0], made["c"][1]]
    assert schedule(session, wrappers=[*wanted, wanted[0]]) == 2
    assert chosen(session) == set(wanted)


def test_it_selects_what_a_field_is_and_was_bound_to(session: Session) -> None:
    first = session.bind("people", "1", "ssn")
    session.rows("select kw.rotate('people', 1, 'ssn')")
    now, note, whole = (
        str(session.lookup("people", "1", "ssn")),
        session.bind("people", "1", "note"),
        session.bind("people", "*"),
    )
    assert schedule(session, entity_table="people", field_name="ssn") == 2
    assert chosen(session) == {first, now}
    assert schedule(session, entity_table="public.people") == 2
    assert chosen(session) == {first, now, note, whole}


def test_a_key_is_left_wherever_it_stands_and_the_other_leg_stays(
    session: Session, made: dict[str, list[str]]
) -> None:
    fourth = session.key()
    assert schedule(session, kms_key_id=1, new_kms_key_id=fourth) == 6
    targets = {row[0]: row[1:] for row in session.rows(TARGETS)}
    assert {targets[one] for one in made["ab"] + made["both"]} == {(fourth, None)}
    assert {targets[one] for one in made["ba"]} == {(None, fourth)}
    assert work(session) == {"done": 6}
    left = "select count(*) from kw.key_wrappers where 1 in (kms1_key_id, kms2_key_id)"
    assert session.value(left) == 0
    versions = "select wrap1_version, wrap2_version from kw.key_wrappers where wrapper_uuid = %s"
    assert session.rows(versions, made["ba"][0]) == [(1, 2)]
    assert session.rows(versions, made["both"][0]) == [(2, 2)]
    assert schedule(session, kms_key_id=1, new_kms_key_id=fourth) == 0
    assert session.rows("select * from kw.verify()") == []


def test_a_key_is_renewed_where_it_stands_and_the_other_leg_stays(
    session: Session, made: dict[str, list[str]]
) -> None:
    assert schedule(session, kms_key_id=2) == 4
    assert work(session) == {"done": 4}
    versions = "select wrap1_version, wrap2_version from kw.key_wrappers where wrapper_uuid = %s"
    assert session.rows(versions, made["ab"][0]) == [(1, 2)]
    assert session.rows(versions, made["ba"][0]) == [(2, 1)]


def test_legs_get_the_keys_that_are_named_unless_they_have_them(
    session: Session, made: dict[str, list[str]]
) -> None:
    everything = [one for wrappers in made.values() for one in wrappers]
    assert schedule(session, wrappers=everything, kms1_key_id=1, kms2_key_id=2) == 6
    assert {row[0]: row[1:] for row in session.rows(TARGETS)} == {
        **dict.fromkeys(made["ba"], (1, 2)),
        **dict.fromkeys(made["c"], (1, None)),
        **dict.fromkeys(made["both"], (1, 2)),
    }


def test_a_wrapper_has_one_open_job(session: Session, made: dict[str, list[str]]) -> None:
    assert schedule(session, policy="ab") == 2
    assert session.heard() == ""
    assert schedule(session, policy="ab") == 0
    assert "2 wrappers were left out: they have such a job already" in session.heard()
    assert schedule(session, policy="ab", kms1_key_id=3) == 0
    assert "2 wrappers were left out: their open jobs have another target" in session.heard()
    again = "insert into kw.rewrap_jobs (key_wrapper_id) select key_wrapper_id from kw.rewrap_jobs"
    session.refused("23505", again)


def test_a_job_is_due_when_it_is_scheduled_for(session: Session) -> None:
    wrap(session, 2)
    assert schedule(session, policy="default", scheduled_at="infinity") == 2
    assert claim(session) == []
    session.rows(
        "update kw.rewrap_jobs set scheduled_at = now() - interval '1 second' where id = 1"
    )
    assert claim(session) == [1]


def test_what_cannot_be_wrapped_is_left_out_and_told(session: Session) -> None:
    third = session.key()
    session.policy("gone", "either", 1, third)
    wrap(session, 3, "gone")
    session.rows("select kw.set_kms_key_status(%s, 'retired')", third)
    assert schedule(session, policy="gone") == 0
    assert "3 wrappers were left out: a key that would wrap them is not active" in session.heard()
    assert schedule(session, policy="gone", kms2_key_id=2) == 3
    assert work(session) == {"done": 3}


def test_no_wrapper_gets_both_legs_under_one_key(
    session: Session, made: dict[str, list[str]]
) -> None:
    assert schedule(session, provider="local", new_kms_key_id=1) == 2
    said = "6 wrappers were left out: both of their legs would be under one key"
    assert said in session.heard()
    assert chosen(session) == set(made["c"])
    plan = session.value(
        "select details -> 'stuck' from kw.plan_rewrap(policy => 'ab', kms1_key_id => 2)"
    )
    assert plan == [{"why": "both legs would be under one key", "wrappers": 2}]


def test_destroyed_wrappers_get_no_job_and_retired_ones_are_not_relayered(
    session: Session,
) -> None:
    kept, retired = wrap(session, 2)
    session.rows("select kw.set_wrapper_status(%s, 'retired')", retired)
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', 1, 'ssn')")
    session.policy("hybrid", "either", 1, 2, layers=[session.kem()])
    assert schedule(session, to_policy="hybrid") == 1
    assert chosen(session) == {kept}
    session.rows("select kw.cancel_rewrap_jobs()")
    assert schedule(session, policy="default") == 2
    assert chosen(session) == {kept, retired}


@pytest.mark.parametrize(
    ("given", "sqlstate", "said"),
    [
        ({}, "KW003", "no wrappers are selected"),
        ({"kms1_key_id": 1}, "KW003", "no wrappers are selected"),
        ({"kms_key_id": 99}, "KW101", "KMS key 99 does not exist"),
        ({"provider": "none"}, "KW101", 'provider "none" does not exist'),
        ({"policy": "none"}, "KW101", 'policy "none" does not exist'),
        ({"to_policy": "none"}, "KW101", 'policy "none" does not exist'),
        ({"policy": "default", "kms1_key_id": 99}, "KW101", "KMS key 99 does not exist"),
        ({"policy": "default", "new_kms_key_id": 1}, "KW003", "requires kms_key_id or provider"),
        ({"kms_key_id": 1, "new_kms_key_id": 2, "kms1_key_id": 2}, "KW003", "cannot be combined"),
        ({"field_name": "ssn", "policy": "default"}, "KW003", "field_name requires entity_table"),
        ({"to_policy": "default", "kms1_key_id": 2}, "KW003", "to_policy keeps the keys"),
        ({"wrappers": [None]}, "KW003", "an element of wrappers is null"),
        ({"older_than": "0"}, "KW003", "older_than must be greater than 0"),
        ({"older_than": "-1 day"}, "KW003", "older_than must be greater than 0"),
        ({"wrappers": [UNKNOWN]}, "KW101", f"wrapper {UNKNOWN} does not exist"),
    ],
)
def test_what_is_wrong_is_told(
    session: Session, given: dict[str, object], sqlstate: str, said: str
) -> None:
    named = ", ".join(f"{name} => %s{'::uuid[]' if name == 'wrappers' else ''}" for name in given)
    for call in ("schedule_rewrap", "plan_rewrap"):
        assert said in session.refused(sqlstate, f"select kw.{call}({named})", *given.values())


def test_a_key_that_does_not_wrap_is_no_target(session: Session) -> None:
    third, kem = session.key(), session.kem()
    session.rows("select kw.set_kms_key_status(%s, 'retired')", third)
    for key in (third, kem):
        session.refused(
            "KW200", "select kw.schedule_rewrap(kms_key_id => 1, new_kms_key_id => %s)", key
        )


def test_a_plan_changes_nothing_and_counts_what_is_scheduled(
    session: Session, made: dict[str, list[str]]
) -> None:
    before = session.rows("select * from kw.key_wrappers order by id")
    query = "select wrappers, branches, kms_calls, bytes > 0 from kw.plan_rewrap(kms_key_id => 1)"
    assert session.rows(query) == [(6, 0, 0, True)]
    assert session.rows("select * from kw.key_wrappers order by id") == before
    assert jobs_of(session) == []
    assert schedule(session, kms_key_id=1) == 6
    assert session.rows(query) == [(0, 0, 0, None)] or session.rows(query)[0][0] == 0


# -- what a policy allows -------------------------------------------------------------------------


def test_wraps_that_are_older_than_their_policy_allows_are_renewed(
    session: Session, made: dict[str, list[str]]
) -> None:
    assert session.value("select kw.schedule_due_rewraps()") == 0
    session.rows(
        "select kw.set_policy_renewal('ab', '1 year'), kw.set_policy_renewal('c', '1 day')"
    )
    assert session.value("select kw.schedule_due_rewraps()") == 0
    session.rows("update kw.key_wrappers set wrap2_at = now() - interval '2 years'")
    session.rows(
        "update kw.key_wrappers set wrap1_at = null, created_at = now() - interval '1 week'"
    )
    assert session.value("select kw.schedule_due_rewraps()") == 4
    assert chosen(session) == {*made["ab"], *made["c"]}
    assert work(session) == {"done": 4}
    versions = "select wrap1_version, wrap2_version from kw.key_wrappers where wrapper_uuid = %s"
    assert session.rows(versions, made["ab"][0]) == [(1, 2)]
    assert session.value("select kw.schedule_due_rewraps()") == 0
    session.rows("select kw.set_policy_renewal('ab')")
    session.rows("update kw.key_wrappers set wrap2_at = now() - interval '2 years'")
    assert session.value("select kw.schedule_due_rewraps()") == 0


@pytest.mark.parametrize("age", ["0", "-1 day"])
def test_an_age_that_every_wrap_has_is_refused(session: Session, age: str) -> None:
    said = session.refused("KW003", "select kw.set_policy_renewal('default', %s)", age)
    assert "max_wrap_age" in said


def test_a_policy_that_allows_an_age_before_all_times_stops_no_other(session: Session) -> None:
    session.policy("mine", "single", 1)
    wrap(session, 1, "mine")
    wrap(session, 2)
    session.rows("select kw.set_policy_renewal('mine', '9999 years')")
    session.rows("select kw.set_policy_renewal('default', '1 microsecond')")
    assert session.value("select kw.schedule_due_rewraps()") == 2


def test_a_renewal_takes_no_wrapper_back_to_a_key_that_it_has_left(session: Session) -> None:
    wrappers = wrap(session, 3)
    third, kem = session.key(), session.kem()
    session.policy("layered", "either", 1, 2, layers=[kem])
    wrappers += wrap(session, 2, "layered")
    wrappers.append(session.branch("default")[1])
    assert schedule(session, kms_key_id=1) == 6
    for wrapper in wrappers:
        session.rows("select kw.rewrap(%s, kms1_key_id => %s)", wrapper, third)
    assert work(session) == {"done": 6}
    for wrapper in wrappers:
        row = session.wrapper(wrapper)
        assert (row["kms1_key_id"], row["kms2_key_id"]) == (third, 2)
        assert (row["wrap1_version"], row["wrap2_version"]) == (3, 1)


# -- rotation -------------------------------------------------------------------------------------


def test_bindings_get_new_keys_and_old_values_stay_readable(session: Session) -> None:
    for pk in ("1", "2"):
        session.bind("people", pk, "ssn")
    session.bind("people", "*", "note")
    values = {pk: session.encrypt("people", pk, "ssn", pk.encode()) for pk in ("1", "2")}
    before = [session.lookup("people", pk, "ssn") for pk in ("1", "2")]
    note = session.lookup("people", "1", "note")
    assert session.value("select kw.schedule_rotate('people', 'ssn')") == 2
    assert session.value("select kw.schedule_rotate('people', 'ssn')") == 0
    assert work(session) == {"done": 2}
    after = [session.lookup("people", pk, "ssn") for pk in ("1", "2")]
    assert set(before).isdisjoint(after)
    assert session.lookup("people", "1", "note") == note
    for pk, value in values.items():
        assert session.decrypt("people", pk, "ssn", value) == pk.encode()
    assert session.value("select kw.schedule_rotate('people', older_than => '1 day')") == 0
    assert session.value("select kw.schedule_rotate('people')") == 3
    session.refused("KW101", "select kw.schedule_rotate('nothing')")


def test_a_key_that_bindings_share_is_replaced_for_each(session: Session) -> None:
    wrapper = session.bind("people", "1", "ssn")
    session.bind("people", "1", "note", wrapper=wrapper)
    assert session.value("select kw.schedule_rotate('people')") == 1
    assert work(session) == {"done": 1}
    now = {session.lookup("people", "1", field) for field in ("ssn", "note")}
    assert len(now | {wrapper}) == 3


def test_operators_run_what_admins_schedule(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    admin, operator = connect(make_role("kw_admin")), connect(make_role("kw_operator"))
    wrap(session, 3)
    session.bind("people", "1", "ssn")
    operator.refused("42501", "select kw.schedule_rewrap(policy => 'default')")
    assert schedule(admin, policy="default") == 4
    jobs = claim(operator, 3)
    assert run(operator, jobs) == {"done": 3}
    operator.refused("42501", "select kw.cancel_rewrap_jobs()")
    assert admin.value("select kw.cancel_rewrap_jobs()") == 1
    assert admin.value("select kw.schedule_rotate('people', 'ssn')") == 1
    assert work(operator) == {"done": 1}
    assert statuses(session) == ["done"] * 4
    assert operator.value("select sum(done)::int from kw.rewrap_progress") == 4
