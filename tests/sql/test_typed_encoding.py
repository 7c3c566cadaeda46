"""Values of every type come back as they were, whatever the settings of writers and readers."""

# ruff: noqa: E501

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sql.session import Session

ODD = """
    set datestyle = 'German'; set timezone = 'Asia/Kolkata'; set intervalstyle = 'sql_standard';
    set extra_float_digits = 0; set bytea_output = 'escape'
"""
PLAIN = "set datestyle = 'ISO, MDY'; set timezone = 'UTC'; set intervalstyle = 'postgres'; reset extra_float_digits; reset bytea_output"
TYPES = {
    "c_numeric": "numeric",
    "c_money_like": "numeric(12,2)",
    "c_double": "double precision",
    "c_real": "real",
    "c_date": "date",
    "c_timestamptz": "timestamp with time zone",
    "c_timestamp": "timestamp(3)",
    "c_timetz": "timetz",
    "c_interval": "interval",
    "c_bytea": "bytea",
    "c_byteas": "bytea[]",
    "c_json": "json",
    "c_jsonb": "jsonb",
    "c_uuid": "uuid",
    "c_texts": "text[]",
    "c_dates": "date[]",
    "c_mood": "public.mood",
    "c_short": "public.short",
    "c_pair": "public.pair",
    "c_range": "tstzrange",
    "c_ranges": "datemultirange",
    "c_bool": "boolean",
    "c_char": "character(5)",
    "c_varchar": "varchar(30)",
    "c_inet": "inet",
    "c_bit": "bit varying",
    "c_int8": "bigint",
}
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
SAMPLES: dict[str, st.SearchStrategy[Any]] = {
    "c_numeric": st.sampled_from(["NaN", "-0.00", "1e40", "123456789.123456789", "Infinity"]),
    "c_money_like": st.decimals(-(10**9), 10**9, places=2).map(str),
    "c_double": st.floats().map(repr),
    "c_real": st.floats(width=32).map(repr),
    "c_date": st.sampled_from(
        ["infinity", "0044-03-15 BC", "2024-02-29", "5874897-12-31", "0001-01-02"]
    ),
    "c_timestamptz": st.datetimes().map(lambda one: f"{one.isoformat()}+05:30"),
    "c_timestamp": st.sampled_from(
        ["2001-02-03 04:05:06.789", "-infinity", "4713-01-01 00:00:00 BC"]
    ),
    "c_timetz": st.sampled_from(["04:05:06-08", "23:59:59.999999+05:30:15"]),
    "c_interval": st.tuples(*[st.integers(-50, 50)] * 4).map(
        lambda n: f"{n[0]} years {n[1]} months {n[2]} days {n[3]}.5 seconds"
    ),
    "c_bytea": st.binary(max_size=20).map(lambda one: f"\\x{one.hex()}"),
    "c_byteas": st.sampled_from(['{"\\\\x00ff","\\\\x"}', "{NULL}"]),
    "c_json": st.sampled_from(['{"a": 1,  "a": 2}', "[1e3, null]"]),
    "c_jsonb": st.sampled_from(['{"b": "\\u00e9", "a": [1, 2.50]}', '"x"']),
    "c_uuid": st.uuids().map(str),
    "c_mood": st.sampled_from(["glad", "so, so"]),
    "c_short": st.sampled_from(["1.5", "-3"]),
    "c_pair": st.sampled_from(['("2001-02-03","a ""b"", c","1 day -00:00:01")', "(,,)"]),
    "c_range": st.sampled_from(
        ['["2001-02-03 00:00:00+00",)', "empty", '(,"2020-01-01 12:00:00+05")']
    ),
    "c_ranges": st.sampled_from(["{[2001-02-03,2001-02-05),[2002-01-01,2003-01-01)}", "{}"]),
    "c_dates": st.sampled_from(["{2001-02-03,NULL,infinity}", "{}", "{{2001-02-03},{2001-04-05}}"]),
    "c_bool": st.sampled_from(["t", "f"]),
    "c_char": st.sampled_from(["ab", "abcde", "a  b"]),
    "c_varchar": texts,
    "c_inet": st.sampled_from(["::1/64", "10.0.0.1/8"]),
    "c_bit": st.sampled_from(["", "10110"]),
    "c_int8": st.integers(-(2**63), 2**63 - 1).map(str),
}


@pytest.fixture
def typed(session: Session) -> Session:
    """A plain table of columns of every type, and a protected one beside it."""
    session.rows(
        """
        create type mood as enum ('glad', 'so, so');
        create domain short as numeric check (abs(value) < 100);
        create type pair as (d date, t text, i interval);
        """
    )
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    session.rows(f"create table plain (id int primary key, {columns})")
    columns = ", ".join(f"{name} bytea" for name in TYPES)
    session.rows(f"create table typed (id int primary key, {columns})")
    session.rows("select kw.bind('typed', '*')")
    for name, kind in TYPES.items():
        session.rows("select kw.set_protected_field('typed', %s, %s, 'table')", name, kind)
    session.rows("select kw.create_protected_view('typed')")
    return session


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.fixed_dictionaries({}, optional=SAMPLES), odd_writer=st.booleans())
def test_a_value_comes_back_as_it_was(
    typed: Session, values: dict[str, str], odd_writer: bool
) -> None:
    typed.rows(PLAIN)
    typed.rows("delete from plain")
    typed.rows("delete from typed")
    casts = ", ".join(f"%s::text::{TYPES[name]}" for name in values)
    names = ", ".join(values)
    given_rows = f"(id{', ' if names else ''}{names}) select 1{', ' if casts else ''}{casts}"
    typed.rows(f"insert into plain {given_rows}", *values.values())
    typed.rows(ODD if odd_writer else PLAIN)
    typed.rows("insert into typed_decrypted select * from plain")
    typed.rows(PLAIN if odd_writer else ODD)
    columns = " and ".join(f"kw._row_text(row(v.{n})) = kw._row_text(row(p.{n}))" for n in TYPES)
    assert typed.value(f"select {columns} from typed_decrypted v, plain p") is True
    typed.rows(ODD)
    typed.rows("update typed_decrypted set id = id")
    typed.rows(PLAIN)
    assert typed.value(f"select {columns} from typed_decrypted v, plain p") is True


def test_the_encoding_is_the_pinned_text(typed: Session) -> None:
    typed.rows(ODD)
    typed.rows(
        """
        insert into typed_decrypted (id, c_date, c_timestamptz, c_interval, c_double, c_bytea, c_byteas)
        values (1, '31.12.2001', '2001-02-03 04:05:06+05:30', '1 day -1 second', 0.1::float8 + 0.2, '\\x00', '{"\\\\x00"}')
        """
    )
    found = typed.rows(
        "select kw.decrypt_text('typed', 1, 'c_date', c_date),"
        " kw.decrypt_text('typed', 1, 'c_timestamptz', c_timestamptz),"
        " kw.decrypt_text('typed', 1, 'c_interval', c_interval),"
        " kw.decrypt_text('typed', 1, 'c_double', c_double),"
        " kw.decrypt('typed', 1, 'c_bytea', c_bytea),"
        " kw.decrypt_text('typed', 1, 'c_byteas', c_byteas) from typed"
    )
    assert found == [
        (
            "2001-12-31",
            "2001-02-02 22:35:06+00",
            "P1DT-1S",
            "0.30000000000000004",
            b"\0",
            '{"\\\\x00"}',
        )
    ]


def test_every_function_of_the_encoding_pins_what_the_page_says(session: Session) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "format.md").read_text()
    table = page.split("### Typed values")[1].split("\n## ")[0]
    said = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|$", table, re.MULTILINE))
    wanted = {name.lower(): value for name, value in said.items()}
    for name in ("_row_text", "_typed_rows", "_typed_values"):
        pinned = session.value(
            "select proconfig from pg_proc where proname = %s and pronamespace = 'kw'::regnamespace",
            name,
        )
        found = dict(one.split("=", 1) for one in pinned)
        assert {name.lower(): value for name, value in found.items()} == wanted, name
