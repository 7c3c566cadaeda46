"""A deployment for tests: its key, and the row that says which database this is."""

from uuid import UUID, uuid4

from tests.sql.session import Session


def make_deployment(session: Session) -> UUID:
    """Make the database a deployment, and return its uuid."""
    made = session.values("select deployment_uuid::text from kw.deployments")
    return UUID(made[0] if made else session.value("select kw.create_deployment()::text"))


def fork(session: Session) -> UUID:
    """Make it another deployment, as a fork of the database is; return the new uuid."""
    made = uuid4()
    session.rows("alter table kw.deployments disable trigger guard_immutable")
    session.rows("update kw.deployments set deployment_uuid = %s", made)
    session.rows("alter table kw.deployments enable always trigger guard_immutable")
    return made
