"""A ciphertext opens where it was made and nowhere else, and every bit of it counts."""

import itertools

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of

WIDTHS: dict[str, list[tuple[str, str | None]]] = {
    "cell": [(pk, field) for pk in ("1", "2") for field in ("f", "g")],
    "row": [("1", None), ("2", None)],
    "column": [("*", "f"), ("*", "g")],
    "whole": [("*", None)],
}
PLACES = [
    (f"{width}_{copy}", pk, field)
    for width in WIDTHS
    for copy in (1, 2)
    for pk in ("1", "2")
    for field in ("f", "g", None)
    if field is not None or width in ("row", "whole")
]
Place = tuple[str, str, str | None]


@pytest.fixture
def session(db: Database) -> psycopg.Connection:
    """Two tables of each width of binding."""
    connection = db.connect()
    for width, bindings in WIDTHS.items():
        for copy in (1, 2):
            connection.execute(
                f"create table {width}_{copy} (id text primary key, f bytea, g bytea)"
            )
            for pk, field in bindings:
                connection.execute("select kw.bind(%s, %s, %s)", (f"{width}_{copy}", pk, field))
    return connection


def _encrypt(session: psycopg.Connection, place: Place, value: bytes = SECRET) -> bytes:
    sealed = value_of(session, "select kw.encrypt(%s, %s, %s, %s)", *place, value)
    assert isinstance(sealed, bytes)
    return sealed


def _refusal(session: psycopg.Connection, place: Place, sealed: bytes) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as caught:
        session.execute("select kw.decrypt(%s, %s, %s, %s)", (*place, sealed))
    return caught.value


def test_a_ciphertext_moved_anywhere_else_is_refused_with_one_error(
    session: psycopg.Connection,
) -> None:
    made = {place: _encrypt(session, place) for place in PLACES}
    answers: dict[Place, set[str]] = {}
    for source, place in itertools.product(PLACES, repeat=2):
        if source == place:
            assert (
                value_of(session, "select kw.decrypt(%s, %s, %s, %s)", *place, made[source])
                == SECRET
            )
            continue
        error = _refusal(session, place, made[source])
        assert error.sqlstate == "KW300", (source, place)
        answers.setdefault(place, set()).add(str(error))
    assert all(len(texts) == 1 for texts in answers.values())


@pytest.mark.parametrize("width", WIDTHS)
def test_every_bit_of_a_ciphertext_counts(session: psycopg.Connection, width: str) -> None:
    place = (f"{width}_1", "1", "f")
    sealed = _encrypt(session, place, b"x")
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        assert _refusal(session, place, bytes(changed)).sqlstate == "KW300"


def test_cut_longer_mixed_and_made_up_ciphertexts_are_refused(session: psycopg.Connection) -> None:
    made = [_encrypt(session, place) for place in PLACES for _ in range(2)]

    @settings(
        max_examples=150,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    def refuse(data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(PLACES))
        one, other = data.draw(st.sampled_from(made)), data.draw(st.sampled_from(made))
        cut = data.draw(st.integers(0, len(one)))
        garbage = data.draw(st.binary(max_size=80))
        for forged in (one[:cut] + other[cut:], one[:cut], one + garbage, garbage,
                       one[:14] + garbage):  # fmt: skip
            if forged not in made:
                assert _refusal(session, place, forged).sqlstate == "KW300"

    refuse()


def test_a_header_of_another_binding_or_generation_is_refused(session: psycopg.Connection) -> None:
    for place in PLACES:
        sealed = _encrypt(session, place)
        for other in PLACES:
            if other[0] == place[0] and other != place:
                header = _encrypt(session, other)[:14]
                if header != sealed[:14]:
                    assert _refusal(session, place, header + sealed[14:]).sqlstate == "KW300"
        for generation in (0, 2, 2**31, 2**32 - 1):
            forged = sealed[:10] + generation.to_bytes(4, "big") + sealed[14:]
            assert _refusal(session, place, forged).sqlstate == "KW300"
        for binding in (0, 1, 2**63, 2**64 - 1):
            forged = sealed[:2] + binding.to_bytes(8, "big") + sealed[10:]
            assert _refusal(session, place, forged).sqlstate == "KW300"


def test_a_ciphertext_is_bound_to_its_generation(session: psycopg.Connection) -> None:
    for width, bindings in WIDTHS.items():
        place = (f"{width}_1", "1", "f")
        old = _encrypt(session, place)
        pk, field = bindings[0]
        session.execute("select kw.rotate(%s, %s, %s)", (place[0], pk, field))
        new = _encrypt(session, place)
        assert old[:10] == new[:10]
        assert old[10:14] != new[10:14]
        for sealed in (old, new):
            assert value_of(session, "select kw.decrypt(%s, %s, %s, %s)", *place, sealed) == SECRET
        assert _refusal(session, place, new[:14] + old[14:]).sqlstate == "KW300"
        assert _refusal(session, place, old[:14] + new[14:]).sqlstate == "KW300"


@pytest.mark.parametrize("is_warm", [False, True])
def test_what_became_of_another_cells_key_is_not_told(
    session: psycopg.Connection, db: Database, is_warm: bool
) -> None:
    """Else its state could be asked for without a privilege on it."""
    shredded, retired = ("cell_1", "1", "f"), ("cell_1", "2", "f")
    asked = ("cell_2", "1", "f")
    sealed = [_encrypt(session, shredded), _encrypt(session, retired)]
    session.execute("select kw.shred('cell_1', '1', 'f')")
    session.execute("select kw.set_wrapper_status(kw.lookup('cell_1', '2', 'f'), 'retired')")
    own = sqlstate_of(session, "select kw.decrypt(%s, %s, %s, %s)", *retired, sealed[1])
    assert own == "KW212"
    asking = session if is_warm else db.connect()
    texts = {str(_refusal(asking, asked, value)) for value in (*sealed, b"", b"made up")}
    assert len(texts) == 1


def test_a_value_of_a_batch_that_was_moved_fails_the_batch(session: psycopg.Connection) -> None:
    first, second = _encrypt(session, ("cell_1", "1", "f")), _encrypt(session, ("cell_1", "2", "f"))
    query = "select kw.decrypt_many('cell_1', %s, 'f', %s)"
    assert value_of(session, query, ["1", "2"], [first, second]) == [SECRET, SECRET]
    assert sqlstate_of(session, query, ["1", "2"], [second, first]) == "KW300"
    assert sqlstate_of(session, query, ["1", "2"], [first, first]) == "KW300"


def test_reading_one_column_opens_no_other(db: Database, make_role: Make) -> None:
    """Under a row's binding both columns have one DEK."""
    db.sql("create table public.people (id bigint primary key, a bytea, b bytea)")
    db.sql("select kw.bind('people', 1)")
    rows = db.sql(
        "select kw.encrypt('people', 1, 'a', %s), kw.encrypt('people', 1, 'b', %s)", b"a", b"b"
    )
    reader = make_role("kw_client")
    db.sql(f"grant select (a) on public.people to {reader}")
    session = db.connect(reader)
    assert value_of(session, "select kw.decrypt('people', 1, 'a', %s)", rows[0][0]) == b"a"
    assert sqlstate_of(session, "select kw.decrypt('people', 1, 'b', %s)", rows[0][1]) == "KW100"
    assert sqlstate_of(session, "select kw.decrypt('people', 1, 'a', %s)", rows[0][1]) == "KW300"
    assert sqlstate_of(session, "select kw.decrypt('people', 1, null, %s)", rows[0][1]) == "KW100"
    long = "a" * 64
    assert sqlstate_of(session, "select kw.decrypt('people', 1, %s, %s)", long, b"x") == "KW100"


def test_a_field_named_as_the_cut_name_of_a_column_is_not_that_column(
    db: Database, make_role: Make
) -> None:
    column = "c" * 63
    db.sql(f"create table public.people (id bigint primary key, {column} bytea)")
    db.sql("select kw.bind('people', '*')")
    reader = make_role("kw_client")
    db.sql(f"grant select ({column}), update ({column}) on public.people to {reader}")
    session = db.connect(reader)
    for query in (
        "select kw.decrypt('people', 1, %s, '\\x00')",
        "select kw.encrypt('people', 1, %s, '\\x00')",
        "select kw.bind('people', 1, %s)",
        "select kw.lookup('people', 1, %s)",
    ):
        assert sqlstate_of(session, query, column + "c") == "KW100", query
