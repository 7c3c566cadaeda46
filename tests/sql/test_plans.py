"""Plans of what is read, in a database of which nobody gathered statistics."""

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
