"""The queue, as the tests of it talk to it."""

from typing import Any

from tests.sql.session import Session

OUTCOMES = ("done", "failed", "delayed", "unreachable", "in_use", "not_tried", "skipped")


def wrap(session: Session, count: int = 1, policy: str = "default") -> list[str]:
    """Make wrappers and return their uuids."""
    query = "select unnest(kw.wrap_many(array_fill(null::bytea, array[%s]), %s))::text"
    return session.values(query, count, policy)


def schedule(session: Session, **given: object) -> int:
    """``kw.schedule_rewrap``."""
    named = ", ".join(f"{name} => %s" for name in given)
    return int(session.value(f"select kw.schedule_rewrap({named})", *given.values()))


def claim(session: Session, max_jobs: int = 1000) -> list[int]:
    """``kw.claim_rewrap_jobs``."""
    return list(session.value("select kw.claim_rewrap_jobs(%s)", max_jobs))


def run(session: Session, jobs: list[int], max_seconds: float | None = None) -> dict[str, int]:
    """``kw.run_rewrap_jobs``: the counts that are not 0."""
    query = "select * from kw.run_rewrap_jobs(%s, %s)"
    (row,) = session.rows(query, jobs, max_seconds)
    return {name: count for name, count in zip(OUTCOMES, row, strict=True) if count}


def work(session: Session) -> dict[str, int]:
    """Claim and run until no job is due: the counts that are not 0."""
    total: dict[str, int] = {}
    while jobs := claim(session):
        for name, count in run(session, jobs).items():
            total[name] = total.get(name, 0) + count
    return total


def jobs_of(session: Session) -> list[dict[str, Any]]:
    """Return all jobs."""
    return session.values("select to_jsonb(j) from kw.rewrap_jobs j order by j.id")


def statuses(session: Session) -> list[str]:
    """Return the status of each job."""
    return [job["status"] for job in jobs_of(session)]


def deks(session: Session) -> list[tuple[Any, ...]]:
    """Return the data keys of all wrappers for fields that open."""
    return session.rows(
        "select w.wrapper_uuid, kw.unwrap(w.wrapper_uuid::uuid) from kw.key_wrappers w"
        " where w.dek_class = 'field' and w.status in ('active', 'rotated') order by w.id"
    )


def spoil(session: Session, *wrappers: str) -> None:
    """Change wrappers so that they do not open."""
    session.rows(
        "update kw.key_wrappers set"
        " dek_wrap1 = set_byte(dek_wrap1, 40, get_byte(dek_wrap1, 40) # 1),"
        " dek_wrap2 = set_byte(dek_wrap2, 40, get_byte(dek_wrap2, 40) # 1)"
        " where wrapper_uuid = any(%s)",
        list(wrappers),
    )


def waits(session: Session, pid: int) -> bool:
    """Return whether another backend waits for a lock."""
    query = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    return bool(session.value(query, pid))
