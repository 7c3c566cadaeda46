"""kw.verify_page: wrappers verified page by page, by sample, and as if a KMS were gone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session

EVERY = "select wrapper_uuid::text from kw.key_wrappers order by id"
BREAKERS = """
create function breakers() returns text language plpython3u as $$
import sys
breakers = sys.modules["kwruntime.kms.breaker"].Breakers
return ",".join(sys.modules["kwruntime.call"].SESSION.of(breakers)._open)
$$
"""


@pytest.fixture
def store(session: Session, make_keystore: Callable[[], Keystore]) -> Keystore:
    """A keystore of its own, with a key that is a leg of the policies either, other and both."""
    made = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", made.name)
    key = session.key(made.name)
    session.policy("either", "either", 1, key)
    session.policy("other", "either", key, 1)
    session.policy("both", "both", 1, key)
    session.policy("single", "single", 1)
    session.policy("theirs", "single", key)
    return made


def lose(store: Keystore) -> None:
    for file in store.directory.iterdir():
        file.rename(file.with_suffix(".lost"))


def wrap(session: Session, policy: str, count: int = 1) -> list[str]:
    query = "select kw.wrap_many(%s::bytea[], %s)::text[]"
    return session.value(query, [None] * count, policy)  # type: ignore[no-any-return]


def page(session: Session, **arguments: object) -> dict[str, Any]:
    """Call it, and return its row."""
    named = ", ".join(f"{name} => %s" for name in arguments)
    query = f"select to_jsonb(p) from kw.verify_page({named}) p"
    return session.value(query, *arguments.values())  # type: ignore[no-any-return]


def pages(session: Session, after: int = 0, most: int = 3, **more: object) -> list[dict[str, Any]]:
    """Return the pages from a wrapper on."""
    found = []
    while (one := page(session, after=after, most=most, **more))["last_id"] is not None:
        found.append(one)
        after = one["last_id"]
    assert one["checked"] == one["retired"] == 0
    return found


def lost(session: Session, *providers: str) -> list[str]:
    """Return the wrappers that do not open without providers."""
    found = page(session, without_providers=list(providers))["problems"]
    assert [one["leg"] for one in found] == [None] * len(found)
    return [one["wrapper"] for one in found]


def spoil(session: Session, wrapper: str, change: str, table: str = "key_wrappers") -> None:
    own = "id" if table == "key_wrappers" else "key_wrapper_id"
    session.rows(
        f"update kw.{table} t set {change} from kw.key_wrappers w"
        f" where w.wrapper_uuid = %s and w.id = t.{own}",
        wrapper,
    )


def flipped(column: str, byte: int = 40) -> str:
    return f"{column} = set_byte(t.{column}, {byte}, get_byte(t.{column}, {byte}) # 1)"


# -- each leg alone -------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["either", "layered", "sealed"])
@pytest.mark.parametrize(
    ("change", "legs", "sqlstate"),
    [
        (flipped("dek_wrap1"), [1], "KW211"),
        (flipped("dek_wrap2"), [2], "KW211"),
        ("wrap1_version = 2, wrap_version = 2", [1, 2], "KW211"),
        ("crypto_suite = t.crypto_suite || '{\"dek_bytes\": 31}'", [1, 2], "KW211"),
        ("crypto_suite = t.crypto_suite || '{\"more\": 1}'", [1, 2], "KW211"),
        ('crypto_suite = t.crypto_suite || \'{"mode": "or"}\'', [None], "KW211"),
    ],
)
def test_what_was_spoiled_is_named_by_leg_and_nothing_else(
    session: Session, store: Keystore, policy: str, change: str, legs: list[int], sqlstate: str
) -> None:
    kem = session.kem() if policy == "layered" else session.sealed_kem(1)
    key = session.wrapper(wrap(session, "either")[0])["kms2_key_id"]
    session.policy("layered" if policy == "layered" else "sealed", "either", 1, key, layers=[kem])
    wrap(session, policy)
    spoiled = wrap(session, policy)[0]
    wrap(session, policy)
    assert page(session)["problems"] == []
    spoil(session, spoiled, change)
    found = page(session)
    assert found["checked"] == 4
    assert [(one["wrapper"], one["leg"], one["sqlstate"]) for one in found["problems"]] == [
        (spoiled, leg, sqlstate) for leg in legs
    ]
    keys = {None: None, 1: 1, 2: key}
    assert [one["kms_key_id"] for one in found["problems"]] == [keys[leg] for leg in legs]
    columns = "id bigint, wrapper uuid, leg integer, kms_key_id bigint, sqlstate text, problem text"
    query = f"select r.* from kw.verify_page() p, jsonb_to_recordset(p.problems) r ({columns})"
    assert session.rows(query) == session.rows("select * from kw.verify()")


@pytest.mark.parametrize("mode", ["single", "both", "either"])
def test_a_spoiled_layer_fails_the_wrapper(session: Session, store: Keystore, mode: str) -> None:
    keys = (1,) if mode == "single" else (1, 2)
    session.policy("layered", mode, *keys, layers=[session.kem(), session.kem("ML-KEM-768")])
    session.rows("select kw.set_policy_layers('layered', 2, 2)")
    spoiled, *_ = wrap(session, "layered", 3)
    spoil(session, spoiled, flipped("kem_ciphertext", 3), "key_wrapper_layers")
    ((found),) = page(session)["problems"]
    assert (found["wrapper"], found["leg"], found["sqlstate"]) == (spoiled, None, "KW211")
    assert "layer 1" in found["problem"]


def test_a_layer_whose_private_key_is_lost_fails_each_leg(
    session: Session, store: Keystore
) -> None:
    kem = session.value("select kw.create_kms_key(%s, 'kem', 'wrap', 'X25519')", store.name)
    session.policy("layered", "either", 1, 2, layers=[kem])
    wrappers = wrap(session, "layered", 2)
    lose(store)
    found = page(session)["problems"]
    assert [(one["wrapper"], one["leg"]) for one in found] == [
        (wrapper, leg) for wrapper in wrappers for leg in (1, 2)
    ]
    assert all("layer 1" in one["problem"] for one in found)


def test_a_lost_key_fails_the_legs_under_it_and_those_of_branches_under_it(
    session: Session, store: Keystore
) -> None:
    session.rows("select kw.set_setting('cache_seconds', 0)")
    branch, branch_wrapper = session.branch("theirs")
    session.policy("below", "either", 1, branch)
    key = session.wrapper(branch_wrapper)["kms1_key_id"]
    either, both, below = (wrap(session, one)[0] for one in ("either", "both", "below"))
    wrap(session, "single")
    lose(store)
    found = page(session)
    assert [(one["wrapper"], one["leg"], one["kms_key_id"]) for one in found["problems"]] == [
        (branch_wrapper, 1, key), (either, 2, key), (both, 1, 1), (below, 2, branch),
    ]  # fmt: skip
    assert all(f"{store.directory}" in one["problem"] for one in found["problems"])


def test_retired_wrappers_are_counted_and_destroyed_ones_left_out(session: Session) -> None:
    retired = wrap(session, "default", 3)[1]
    session.rows("select kw.set_wrapper_status(%s, 'retired')", retired)
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    rotated = session.bind("people", "2", "ssn")
    session.rows("select kw.rotate('people', '2', 'ssn')")
    spoil(session, rotated, flipped("dek_wrap1"))
    found = page(session, counted=True)
    assert (found["checked"], found["retired"], found["remaining"]) == (4, 1, 0)
    assert [one["wrapper"] for one in found["problems"]] == [rotated]
    assert [one["retired"] for one in pages(session, most=2)] == [1, 0, 0]


# -- pages and samples ----------------------------------------------------------------------------


def test_pages_together_say_what_one_call_says(session: Session, store: Keystore) -> None:
    for policy in ("either", "both", "single", "other"):
        wrap(session, policy, 4)
    wrappers = session.values(EVERY)
    for number in (0, 5, 6, 15):
        spoil(session, wrappers[number], flipped("dek_wrap1"))
    whole = page(session)
    for size in (1, 3, 16, 2000):
        parts = pages(session, most=size)
        assert [one["checked"] for one in parts][:-1] == [size] * (len(parts) - 1)
        assert sum(one["checked"] for one in parts) == whole["checked"] == 16
        assert [one for part in parts for one in part["problems"]] == whole["problems"]
    assert len(whole["problems"]) == 4
    assert page(session, most=0, counted=True)["remaining"] == 16
    assert page(session, most=3, counted=True)["remaining"] == 13


def test_a_page_may_be_larger_than_a_batch(session: Session) -> None:
    wrappers = wrap(session, "default", 2300)
    spoil(session, wrappers[2299], flipped("dek_wrap2"))
    spoil(session, wrappers[1100], flipped("dek_wrap1"))
    found = page(session, most=2200)
    assert (found["checked"], [one["leg"] for one in found["problems"]]) == (2200, [1])
    rest = page(session, after=found["last_id"], most=2200)
    assert (rest["checked"], [one["leg"] for one in rest["problems"]]) == (100, [2])


def test_a_sample_is_the_same_each_time_and_about_as_large_as_asked_for(session: Session) -> None:
    wrappers = wrap(session, "default", 2000)
    session.rows(f"update kw.key_wrappers t set {flipped('dek_wrap1')}")

    def sample(share: float, seed: int, most: int = 5000) -> list[str]:
        parts = pages(session, most=most, sample=share, seed=seed)
        return [one["wrapper"] for part in parts for one in part["problems"]]

    tenth = sample(0.1, 1)
    assert 120 < len(tenth) < 280  # 200, and 6 standard deviations
    assert tenth == sample(0.1, 1, most=37)
    assert tenth != sample(0.1, 2)
    assert set(tenth) < set(sample(0.5, 1))
    assert sample(1, 1) == wrappers
    counted = page(session, most=0, sample=0.1, seed=1, counted=True)
    assert counted["remaining"] == len(tenth)


@pytest.mark.parametrize("share", [0, -0.1, 1.1, "nan", "infinity"])
def test_a_sample_is_more_than_nothing_and_at_most_all(session: Session, share: object) -> None:
    session.refused("KW003", "select kw.verify_page(sample => %s::float8)", share)
    session.refused("KW003", "select kw.verify_page(most => -1)")


def test_it_is_for_admins_and_operators(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    for role in ("kw_admin", "kw_operator"):
        assert page(connect(make_role(role)))["problems"] == []
    other = connect(make_role("kw_client", "kw_unwrap", "kw_grantor", "kw_auditor"))
    other.refused("42501", "select kw.verify_page()")


# -- as if a KMS were gone ------------------------------------------------------------------------


def test_what_opens_by_another_leg_is_not_lost_and_the_rest_is(
    session: Session, store: Keystore
) -> None:
    wrap(session, "either")
    wrap(session, "other")
    doomed = wrap(session, "both") + wrap(session, "theirs")
    single = wrap(session, "single")
    assert lost(session, store.name) == doomed
    assert lost(session, "local") == [doomed[0], *single]
    assert lost(session, store.name, "local") == session.values(EVERY)
    assert page(session)["problems"] == []


def test_a_leg_that_remains_but_does_not_open_is_lost(session: Session, store: Keystore) -> None:
    for policy, damaged in (("either", 1), ("other", 2)):
        spoiled, _ = wrap(session, policy, 2)
        spoil(session, spoiled, flipped(f"dek_wrap{damaged}"))
        assert lost(session, store.name) == [spoiled]
        session.rows("delete from kw.key_wrappers where wrapper_uuid = %s", spoiled)
    problem = 'provider "%s" counts as gone'
    wrap(session, "theirs")
    ((found),) = page(session, without_providers=[store.name])["problems"]
    assert (found["sqlstate"], problem % store.name in found["problem"]) == ("KW204", True)


def test_a_branch_key_that_the_session_has_open_counts_for_nothing(
    session: Session, store: Keystore
) -> None:
    branch, branch_wrapper = session.branch("theirs")
    session.policy("below", "single", branch)
    below = wrap(session, "below")
    session.rows("select kw.unwrap(%s)", below[0])
    assert lost(session, store.name) == [branch_wrapper, *below]
    lose(store)
    assert len(session.value("select kw.unwrap(%s)", below[0])) == 32  # it is still open
    assert lost(session, store.name) == [branch_wrapper, *below]


def test_a_branch_opens_by_what_remains_of_its_own_legs(session: Session, store: Keystore) -> None:
    branch, branch_wrapper = session.branch("other")
    session.policy("below", "single", branch)
    deeper, deeper_wrapper = session.branch("below")
    session.policy("deep", "single", deeper)
    below, deep = wrap(session, "below", 3), wrap(session, "deep", 3)
    for one in (below[0], deep[0]):
        session.rows("select kw.unwrap(%s)", one)  # by leg 1 of the branch, which is theirs
    assert lost(session, store.name) == lost(session, "local") == []
    spoil(session, branch_wrapper, flipped("dek_wrap2"))
    assert lost(session, store.name) == [branch_wrapper, deeper_wrapper, *below, *deep]
    assert lost(session, "local") == []


def test_what_a_drill_opened_without_one_kms_serves_no_drill_without_another(
    session: Session, store: Keystore
) -> None:
    session.policy("below", "single", session.branch("other")[0])
    wrap(session, "below")
    assert lost(session, store.name) == []
    lose(store)
    assert lost(session, store.name) == []
    assert lost(session, "local") == session.values(EVERY)
    assert lost(session, store.name) == []


@pytest.mark.parametrize("kind", ["held", "sealed", "sealed by a branch"])
def test_a_layer_whose_private_key_is_gone_is_lost_even_if_it_was_open(
    session: Session, store: Keystore, kind: str
) -> None:
    sealing = session.wrapper(wrap(session, "theirs")[0])["kms1_key_id"]
    session.rows("delete from kw.key_wrappers")
    if kind == "held":
        query = "select kw.create_kms_key(%s, 'kem', 'wrap', 'X25519')"
        kem = session.value(query, store.name)
    else:
        kem = session.sealed_kem(sealing if kind == "sealed" else session.branch("theirs")[0])
    session.policy("layered", "single", 1, layers=[kem])
    layered = wrap(session, "layered")
    session.rows("select kw.unwrap(%s)", layered[0])
    assert lost(session, store.name)[-1:] == layered
    assert page(session)["problems"] == []


def test_without_a_provider_of_branches_all_below_is_lost(session: Session) -> None:
    branch, _ = session.branch("default")
    session.policy("below", "single", branch)
    session.policy("beside", "either", 1, branch)
    below, _ = wrap(session, "below"), wrap(session, "default")
    session.rows("select kw.unwrap(%s)", below[0])
    assert lost(session, "branches") == below


def test_a_drill_disturbs_nothing(session: Session, store: Keystore) -> None:
    session.rows(BREAKERS)
    branch, _ = session.branch("other")
    session.policy("below", "single", branch)
    wrappers = wrap(session, "other") + wrap(session, "either") + wrap(session, "below")
    before = session.rows("select to_jsonb(k) from kw.kms_keys k order by id")
    epoch = session.rows("select mark from kw.key_epoch_marks order by 1")
    session.heard()
    for names in ([store.name], ["local"], [store.name, "local"]):
        page(session, without_providers=names)
        assert session.heard() == ""
        assert session.value("select breakers()") == ""
    assert session.rows("select to_jsonb(k) from kw.kms_keys k order by id") == before
    assert session.rows("select mark from kw.key_epoch_marks order by 1") == epoch
    assert session.value("select cardinality(kw.unwrap_many(%s::uuid[]))", wrappers) == 3
    lose(store)
    session.rows("select kw.unwrap(%s)", wrappers[0])
    assert "WARNING: leg 1 of wrapper" in session.heard()  # which a drill did not use up


def test_a_provider_that_counts_as_gone_must_exist(session: Session) -> None:
    session.refused("KW101", "select kw.verify_page(without_providers => '{nobody}')")
    session.refused("KW003", "select kw.verify_page(without_providers => '{local,null}')")


def test_providers_of_one_declared_root_are_gone_together(
    session: Session, store: Keystore
) -> None:
    (wrapper,) = wrap(session, "either")
    assert page(session, without_providers=["local"])["problems"] == []
    session.rows("select kw.declare_shared_root('local', %s)", store.name)
    for name in ("local", store.name):
        (found,) = page(session, without_providers=[name])["problems"]
        assert found["wrapper"] == wrapper
