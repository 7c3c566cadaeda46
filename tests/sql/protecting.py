"""A plaintext table to protect, and what its catalogs say of it."""

from typing import Any

from tests.sql.session import Session

TABLE = "public.patients"


def make_patients(session: Session, count: int = 25) -> None:
    """Make public.patients: of each ten phones one is null, and one is empty."""
    session.rows(
        "create table patients (id bigint primary key, name text, phone text default '-');"
        " insert into patients"
        " select g, 'n' || g, case g % 10 when 0 then null when 1 then '' else '+49 ' || g end"
        f" from generate_series(1, {count}) g; analyze patients"
    )


def in_phases(session: Session, until: str, *, max_rows: int = 10, table: str = TABLE) -> None:
    """Protect the column phone of a table up to a phase."""
    given = f"'{table}', 'phone'"
    session.rows(f"select kw.protect_expand({given})")
    if until == "expanded":
        return
    for phase, step in (("backfilled", "backfill"), ("verified", "verify")):
        while session.value(f"select kw.protect_{step}({given}, {max_rows})"):
            pass
        if until == phase:
            return
    session.rows(f"select kw.protect_cut_over({given})")
    if until == "contracted":
        session.rows(f"select kw.protect_contract({given})")


def catalog(session: Session, table: str = TABLE) -> dict[str, Any]:
    """Return all that the catalogs say of a table, but the numbers of dropped columns."""
    return {
        name: session.rows(query, table)
        for name, query in {
            "columns": "select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
            " pg_get_expr(d.adbin, d.adrelid), a.attacl::text, a.attstattarget, a.attstorage,"
            " col_description(a.attrelid, a.attnum)"
            " from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid"
            " and d.adnum = a.attnum where a.attrelid = %s::regclass and not a.attisdropped"
            " and a.attnum > 0 order by a.attnum",
            "constraints": "select conname, pg_get_constraintdef(oid), convalidated"
            " from pg_constraint where conrelid = %s::regclass order by 1",
            "indexes": "select pg_get_indexdef(indexrelid) from pg_index"
            " where indrelid = %s::regclass order by 1",
            "triggers": "select pg_get_triggerdef(oid), tgenabled from pg_trigger"
            " where tgrelid = %s::regclass order by 1",
            "table": "select relacl::text, relchecks, relhasrules, reloptions from pg_class"
            " where oid = %s::regclass",
            "functions": "select proname from pg_proc where pronamespace = ("
            "select relnamespace from pg_class where oid = %s::regclass) order by 1",
        }.items()
    }
