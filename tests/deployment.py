"""A deployment for tests: the row that says which database this is."""

from uuid import UUID, uuid4

from tests.sql.session import Session


def make_deployment(session: Session) -> UUID:
    """Make the database a deployment, or one with another uuid; return its uuid."""
    made = uuid4()
    wrapper = str(session.value("select kw.wrap()"))
    session.rows(
        "insert into kw.deployments (key_no, deployment_uuid, key_wrapper_id)"
        " select coalesce((select max(key_no) from kw.deployments), 0) + 1, %s, w.id"
        " from kw.key_wrappers w where w.wrapper_uuid = %s",
        made,
        wrapper,
    )
    return made
