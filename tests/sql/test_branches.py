"""Branch keys: KMS keys that are themselves wrapped data keys."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session


@pytest.fixture
def chain(session: Session) -> list[tuple[int, str]]:
    """Three branches, each under the one before; the policy ``depth 3`` wraps under the last."""
    branches = []
    above = 1
    for depth in range(4):
        session.policy(f"depth {depth}", "single", above)
        if depth < 3:
            branches.append(session.branch(f"depth {depth}"))
            above = branches[-1][0]
    return branches


def test_a_key_three_branches_deep_opens(
    session: Session, connect: Callable[..., Session], chain: list[tuple[int, str]]
) -> None:
    wrapper = session.value("select kw.wrap(%s, 'depth 3')", b"k" * 32)
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    session.bind("people", "1", "ssn", policy="depth 3")
    sealed = session.encrypt("people", "1", "ssn", b"value")
    assert connect().decrypt("people", "1", "ssn", sealed) == b"value"


def test_a_fourth_branch_is_refused(session: Session, chain: list[tuple[int, str]]) -> None:
    answer = session.refused("KW102", "select kw.create_kms_key('branches', 'depth 3')")
    assert "more than 3 deep" in answer
    # One leg that is too deep is enough.
    session.policy("uneven", "either", 2, chain[2][0])
    session.refused("KW102", "select kw.create_kms_key('branches', 'uneven')")


def test_a_branch_is_a_wrapper_that_is_generated_here_and_named_by_its_policy(
    session: Session,
) -> None:
    _, uuid = session.branch("default")
    row = session.wrapper(uuid)
    assert row["dek_class"] == row["crypto_suite"]["class"] == "branch"
    assert row["crypto_suite"]["mode"] == "either"
    session.refused("KW101", "select kw.create_kms_key('branches', 'unknown')")
    session.refused("KW003", "select kw.create_kms_key('branches', 'default', 'wrap', 'RSA')")
    imported = session.value("select kw.wrap(%s)", b"k" * 32)
    for wrapper in (imported, uuid):
        session.refused("KW003", "select kw.add_kms_key('branches', %s)", str(wrapper))


def test_the_key_of_a_branch_never_leaves(session: Session) -> None:
    key_id, uuid = session.branch("default")
    assert "branch" in session.refused("KW100", "select kw.unwrap(%s)", uuid)
    wrapper = session.value("select kw.wrap()")
    query = "select kw.unwrap_many(%s::uuid[])"
    session.refused("KW100", query, [str(wrapper), uuid])
    # Nor does it once something is wrapped under it and it is open in the session.
    session.policy("below", "single", key_id)
    assert session.value("select kw.unwrap(kw.wrap(policy => 'below'))")
    session.refused("KW100", "select kw.unwrap(%s)", uuid)


def test_a_branch_protects_no_field(session: Session) -> None:
    _, uuid = session.branch("default")
    for pk in ("1", "*"):
        query = "select kw.bind('people', %s::text, 'ssn', wrapper => %s)"
        assert "branch" in session.refused("KW100", query, pk, uuid)
    assert session.value("select count(*) from kw.encryption_bindings") == 0


def test_a_branch_is_renewed_without_its_children(
    session: Session, connect: Callable[..., Session], chain: list[tuple[int, str]]
) -> None:
    wrapper = session.value("select kw.wrap(%s, 'depth 3')", b"k" * 32)
    child = session.wrapper(str(wrapper))
    other = session.key()
    assert session.value("select kw.rewrap(%s, %s)", chain[0][1], other) == 2
    session.rows("select kw.set_kms_key_status(1, 'disabled')")
    assert session.wrapper(str(wrapper)) == child
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == b"k" * 32


def test_a_branch_cannot_be_hung_on_itself_or_on_what_hangs_on_it(
    session: Session, chain: list[tuple[int, str]]
) -> None:
    for key_id, _ in chain:
        answer = session.refused("KW102", "select kw.rewrap(%s, %s)", chain[0][1], key_id)
        assert "depend on itself" in answer
    before = session.rows("select * from kw.key_wrappers order by id")
    assert session.rows("select * from kw.key_wrappers order by id") == before


def test_a_branch_with_branches_below_it_does_not_move_under_another(session: Session) -> None:
    session.policy("root", "single", 1)
    top, top_uuid = session.branch("root")
    aside, _ = session.branch("root")
    session.policy("under top", "single", top)
    session.branch("under top")
    session.refused("KW102", "select kw.rewrap(%s, %s)", top_uuid, aside)


def test_a_leaf_branch_moves_under_another_and_not_too_deep(
    session: Session, chain: list[tuple[int, str]]
) -> None:
    aside, uuid = session.branch("depth 0")
    session.policy("aside", "single", aside)
    wrapper = session.value("select kw.wrap(%s, 'aside')", b"k" * 32)
    session.rows("select kw.rewrap(%s, %s)", uuid, chain[1][0])
    assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    answer = session.refused("KW102", "select kw.rewrap(%s, %s)", uuid, chain[2][0])
    assert "more than 3 deep" in answer


@pytest.mark.parametrize(
    ("close", "reopen"),
    [
        ("kw.set_kms_key_status(1, 'disabled')", "kw.set_kms_key_status(1, 'active')"),
        ("kw.set_provider_enabled('local', false)", "kw.set_provider_enabled('local', true)"),
        ("kw.set_provider_enabled('branches', false)", "kw.set_provider_enabled('branches', true)"),
        (
            "kw.set_kms_key_status({branch}, 'disabled')",
            "kw.set_kms_key_status({branch}, 'active')",
        ),
        ("kw.set_wrapper_status('{uuid}', 'retired')", "kw.set_wrapper_status('{uuid}', 'active')"),
    ],
)
def test_what_closes_above_closes_all_below_in_every_session_at_the_next_statement(
    session: Session,
    connect: Callable[..., Session],
    chain: list[tuple[int, str]],
    close: str,
    reopen: str,
) -> None:
    branch, uuid = chain[1]
    other = connect()
    wrapper = session.bind("people", "1", "ssn", policy="depth 3")
    sealed = session.encrypt("people", "1", "ssn", b"value")
    assert other.decrypt("people", "1", "ssn", sealed) == b"value"  # and is kept there
    assert len(other.value("select kw.unwrap(%s)", wrapper)) == 32
    session.rows(f"select {close.format(branch=branch, uuid=uuid)}")
    state = "KW212" if "wrapper" in close else "KW200"
    for one in (session, other):
        one.refused(state, "select kw.unwrap(%s)", wrapper)
        one.refused(state, "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
        one.refused(state, "select kw.encrypt('people', '1', 'ssn', 'x')")
    session.rows(f"select {reopen.format(branch=branch, uuid=uuid)}")
    for one in (session, other):
        assert one.decrypt("people", "1", "ssn", sealed) == b"value"


def test_a_branch_in_mode_either_stays_open_while_one_root_is(
    session: Session, connect: Callable[..., Session]
) -> None:
    key_id, _ = session.branch("default")
    session.policy("below", "single", key_id)
    wrapper = session.value("select kw.wrap(%s, 'below')", b"k" * 32)
    session.rows("select kw.set_kms_key_status(1, 'disabled')")
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    session.rows("select kw.set_kms_key_status(2, 'disabled')")
    for one in (session, connect()):
        one.refused("KW210", "select kw.unwrap(%s)", wrapper)


def test_a_retired_branch_opens_and_does_not_wrap(session: Session) -> None:
    key_id, _ = session.branch("default")
    session.policy("below", "single", key_id)
    wrapper = session.value("select kw.wrap(%s, 'below')", b"k" * 32)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", key_id)
    assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    session.refused("KW200", "select kw.wrap(policy => 'below')")
    session.refused("KW200", "select kw.rewrap(%s)", wrapper)
