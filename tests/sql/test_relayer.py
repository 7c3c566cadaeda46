"""kw.relayer where branches depend on branches."""

from tests.sql.session import Session


def test_a_branch_between_branches_gets_layers_where_it_hangs(session: Session) -> None:
    kem = session.value("select kw.create_kms_key('local', 'pq', 'wrap', 'ML-KEM-768+X25519')")
    session.policy("root", "single", 1)
    top, _ = session.branch("root")
    session.policy("under top", "single", top)
    middle, uuid = session.branch("under top")
    session.policy("under middle", "single", middle)
    session.branch("under middle")
    wrapper = session.value("select kw.wrap(%s, 'under middle')", b"k" * 32)
    session.value(
        "select kw.create_policy('hybrid', 'single', 1, layers => array[%s::bigint])", kem
    )
    session.value("select kw.relayer(%s, 'hybrid')", uuid)
    assert [layer["layer"] for layer in session.wrapper(uuid)["crypto_suite"]["layers"]] == [1]
    assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
