"""Keys are spelled, without SQL, as PostgreSQL prints them; what is not certain is refused."""

# ruff: noqa: E501
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kwruntime.fields.key_forms import BadKey, Column, form

from tests.conftest import Database
from tests.sql.session import Session

DIGITS = st.text("0123456789", min_size=1, max_size=9)
SIGN = st.sampled_from(["", "+", "-"])
SPACE = st.sampled_from(["", " ", "\t", "\n"])
WHOLE = st.builds("{}{}{}{}".format, SPACE, SIGN, DIGITS, SPACE)
TYPES = {
    "smallint": ("int2", -1, WHOLE),
    "integer": ("int4", -1, WHOLE),
    "bigint": ("int8", -1, st.builds("{}{}{}".format, WHOLE, DIGITS, DIGITS)),
    "uuid": (
        "uuid", -1,
        st.builds(
            lambda digits, upper, hyphens, braces: (
                "{" * braces
                + "".join(
                    (digit.upper() if upper else digit)
                    + ("-" if place % 4 == 3 and place < 31 and hyphens[place // 4] else "")
                    for place, digit in enumerate(digits)
                )
                + "}" * braces
            ),
            st.text("0123456789abcdef", min_size=32, max_size=32), st.booleans(),
            st.lists(st.booleans(), min_size=8, max_size=8), st.booleans(),
        ),
    ),
    "boolean": (
        "bool", -1,
        st.sampled_from(["t", "true", "TRUE", "yes", "Y", "on", "1", "f", "fals", "no", "off", "0", "of", "n", "o", "x"])
        | st.text(string.ascii_letters, max_size=5),
    ),
    "bytea": ("bytea", -1, st.binary(max_size=20).map(lambda value: f"\\x{value.hex().upper()}")),
    "numeric(10,2)": (
        "numeric", ((10 << 16) | 2) + 4,
        st.builds(
            "{}{}{}{}{}".format, SPACE, SIGN, DIGITS, st.sampled_from(["", ".", ".5", ".50", ".500", ".129"]),
            st.sampled_from(["", "e1", "E+2", "e-2", "e-9", "e300"]),
        )
        | st.sampled_from(["NaN", "nan", ".5", "", ".", "infinity", "x", "-0", "1_000"]),
    ),
    "date": (
        "date", -1,
        st.dates().map(str)
        | st.builds("{}-{}-{}".format, st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
        | st.sampled_from(["infinity", "-Infinity", "now", "today", "epoch", "0044-03-15 BC", "01/02/2020"]),
    ),
    "timestamp": (
        "timestamp", -1,
        st.datetimes().map(str) | st.datetimes().map(lambda t: t.isoformat())
        | st.dates().map(str) | st.sampled_from(["infinity", "now", "2020-01-01 24:00", "2020-01-01 1:2:3.5"]),
    ),
    "timestamptz": (
        "timestamptz", -1,
        st.builds(
            "{}{}".format, st.datetimes().map(str),
            st.sampled_from(["", "+00", "Z", "-05:30", "+0530", "+5", " -08", "+15:59:59", " Europe/Berlin"]),
        ),
    ),
    "time": ("time", -1, st.times().map(str) | st.sampled_from(["1:2", "24:00", "now", "12:00:00.50"])),
    "character(6)": ("bpchar", 10, st.text("ab \t", max_size=6)),
}  # fmt: skip


@pytest.fixture
def printer(db: Database) -> Session:
    session = Session(db.connect())
    session.rows(
        """
        create function printed(type text, value text, out printed text, out is_valid boolean)
        language plpgsql as $$
        begin
            execute format('select format(''%%s'', %L::%s)', value, type) into printed;
            is_valid := true;
        exception when others then
            is_valid := false;
        end $$
        """
    )
    session.rows("set datestyle = 'ISO, MDY'; set timezone = 'UTC'; set bytea_output = hex")
    return session


@pytest.mark.parametrize("type_", TYPES)
def test_a_key_is_spelled_as_postgresql_prints_it(printer: Session, type_: str) -> None:
    name, typmod, texts = TYPES[type_]
    made = form([Column(name, type_, typmod, False, True)])
    assert made is not None

    @settings(
        max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(text=texts)
    def holds(text: str) -> None:
        ((printed, is_valid),) = printer.rows("select * from printed(%s, %s)", type_, text)
        try:
            spelled = made.spell(text)
        except BadKey:
            return
        assert is_valid, text
        if type_ == "numeric(10,2)":  # a cast rounds; a comparison does not
            assert printer.value("select %s::numeric = %s::numeric", spelled, text)
        assert spelled == (printed.rstrip(" ") if name == "bpchar" else printed)
        assert made.spell(spelled) == spelled
        for other in made.others(spelled):
            assert made.spell(other) == spelled

    holds()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("int4", ["1", "-1", "0", "2147483647"]),
        ("uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
        ("timestamptz", ["2020-01-01 00:00:00+00", "2020-01-01 12:30:00.5+00"]),
        ("bool", ["t", "f"]),
        ("bytea", ["\\x", "\\x00ff"]),
    ],
)
def test_what_postgresql_prints_is_taken(name: str, texts: list[str]) -> None:
    made = form([Column(name, name, -1, False, True)])
    assert made is not None
    assert [made.spell(text) for text in texts] == texts


@pytest.mark.parametrize(
    "column",
    [
        Column("numeric", "numeric", -1, False, True),
        Column("numeric", "numeric(3,-2)", ((3 << 16) | (-2 & 0x7FF)) + 4, False, True),
        Column("float8", "double precision", -1, False, True),
        Column("interval", "interval", -1, False, True),
        Column("jsonb", "jsonb", -1, False, True),
        Column("money", "money", -1, False, True),
        Column("text", "text", -1, False, False),
        Column("", "public.citext", -1, False, True),
    ],
)
def test_types_whose_equal_values_print_in_several_ways_have_no_form(column: Column) -> None:
    assert form([column]) is None
    assert form([Column("int8", "bigint", -1, False, True), column]) is None


def test_parts_are_joined_and_hashed_as_by_entity_key(printer: Session) -> None:
    column = Column("text", "text", -1, False, True)
    made = form([column, column])
    assert made is not None

    @settings(
        max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(
        parts=st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
            min_size=2,
            max_size=2,
        )
    )
    def holds(parts: list[str]) -> None:
        key = printer.value("select kw.entity_key(variadic %s::text[])", parts)
        assert made.spell(key) == key
        compact = json.dumps(parts, separators=(",", ":"))
        assert made.spell(compact) == key

    holds()
