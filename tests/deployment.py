"""A deployment and its log, as tests make them."""

from uuid import UUID, uuid4

from kwtools.evidence import public_keys
from kwtools.evidence.checkpoints import Trust
from tests.sql.session import Session

HOST = "db.example.com"
MAKE_KEY = "select kw.create_signing_key(%s, %s, 'log', 1)"


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


def make_log(session: Session, *algorithms: str) -> str:
    """Make a deployment and its log, signed by a key of each algorithm; return its origin."""
    make_deployment(session)
    names = [f"log {algorithm}" for algorithm in algorithms or ("Ed25519",)]
    for name in names:
        session.rows(MAKE_KEY, name, name.removeprefix("log "))
    return str(session.value("select kw.create_log(%s, %s)", HOST, names))


def seal(session: Session) -> tuple[int, str]:
    """``kw.seal_audit``: the size of the log, and the checkpoint."""
    ((size, checkpoint),) = session.rows("call kw.seal_audit()")
    return size, checkpoint


def trust(session: Session) -> Trust:
    """Return what an auditor of the log trusts: its keys."""
    texts = session.values("select verifier_key from kw.log_keys where removed_at is null")
    keys = tuple(map(public_keys.read, texts))
    return Trust(keys[0].name, keys)


def happen(session: Session, count: int = 1) -> list[int]:
    """Record events; return their ids."""
    return session.values(
        "insert into kw.audit_events (acting_role, action, object) "
        "select 'someone', 'test', 'object ' || n from generate_series(1, %s) n returning id",
        count,
    )
