"""Plans of what is read, in a database of which nobody gathered statistics."""

import pytest
from kwruntime.postgres.query import Query
from kwruntime.store import audit_events, logs, shreds

from tests.sql.session import Session


def test_no_view_is_compiled_in_an_empty_database(session: Session) -> None:
    session.rows("set jit = on")
    views = session.values(
        """
        select c.oid::regclass::text from pg_class c
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'v'
        """
    )
    assert "kw.crypto_inventory" in views
    compiled = {
        view: plan
        for view in views
        if "JIT" in (plan := "\n".join(session.values(f"explain select * from {view}")))
    }
    assert compiled == {}


def test_what_reads_the_key_tables_for_a_call_is_not_compiled(session: Session) -> None:
    settings = dict(
        session.rows(
            """
            select p.proname, p.proconfig from pg_proc p
            where p.pronamespace = 'kw'::regnamespace
                and p.proname in ('_as_owner', '_read_as_owner', '_still_stands')
            """
        )
    )
    assert len(settings) == 3
    assert all("jit=off" in one for one in settings.values())


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (shreds.BATCH_OF_WRAPPER, "shred_receipts_wrapper_uuid"),
        (shreds.EVENT_OF_BATCH, "audit_events_batch"),
    ],
    ids=["the batch of a wrapper", "the event of a batch"],
)
@pytest.mark.parametrize("is_analyzed", [False, True], ids=["no statistics", "analyzed"])
def test_a_receipt_is_found_by_an_index_however_many_there_are(
    session: Session, query: Query, index: str, is_analyzed: bool
) -> None:
    session.rows(
        "insert into kw.shred_receipts (wrapper_uuid, key_wrapper_id, shredded_by, digest, batch)"
        " select gen_random_uuid()::text, n, 'someone', sha256(int8send(n)), n / 10"
        " from generate_series(1, 5000) n"
    )
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, details)"
        " select 'someone', 'shred', 'people', jsonb_build_object('batch', n)"
        " from generate_series(1, 5000) n"
    )
    if is_analyzed:
        session.rows("analyze kw.shred_receipts, kw.audit_events")
    session.rows(f"prepare found ({', '.join(query.types)}) as {query.text}")
    session.rows("set plan_cache_mode = force_generic_plan")
    plan = "\n".join(session.values("explain execute found ('1')"))
    assert index in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("query", "values"),
    [
        (audit_events.SEAL, "'{1, 2}', '{null, null}', '{null, null}'"),
        (logs.MARK_SEALED, "1, 0, '{1, 2}'"),
    ],
    ids=["the seals of events", "their places in the log"],
)
def test_events_are_found_by_id_even_if_statistics_say_that_few_are_unsealed(
    session: Session, query: Query, values: str
) -> None:
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index)"
        " select 'someone', 'test', 'object', 1, n from generate_series(1, 5000) n"
    )
    session.rows("analyze kw.audit_events")
    session.rows(f"prepare changed ({', '.join(query.types)}) as {query.text}")
    session.rows("set plan_cache_mode = force_generic_plan")
    plan = "\n".join(session.values(f"explain execute changed ({values})"))
    assert "Index Cond: (id = n." in plan
    assert "Tid Scan" in plan
