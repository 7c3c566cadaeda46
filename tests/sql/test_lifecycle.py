"""The life of bindings against a model, which predicts the answer to any order of calls."""

from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.sql.session import Session

KEYS = ["1", "2"]
FIELDS = ["ssn", "note"]
Place = tuple[str, str | None]
PLACES: list[Place] = [(key, field) for key in (*KEYS, "*") for field in (*FIELDS, None)]
CELLS: list[Place] = [(key, field) for key in KEYS for field in FIELDS]
SHREDDED, NOT_BOUND, NO_DECRYPTION, CONFLICT = "KW301", "KW302", "KW300", "KW102"


@dataclass(eq=False)
class Binding:
    """A binding as the model sees it; it keeps its identity when it moves."""

    generation: int = 1
    shredded: bool = False


@dataclass(frozen=True)
class Sealed:
    """A ciphertext: what it holds, the binding that made it, and for which cell."""

    data: bytes
    value: bytes
    binding: Binding
    cell: Place


def above(place: Place) -> list[Place]:
    """Return the places that are wider than one and cover it."""
    key, name = place
    found: list[Place] = [("*", None)] if place != ("*", None) else []
    if key != "*" and name is not None:
        found += [(key, None), ("*", name)]
    return found


@dataclass
class Model:
    """Which binding stands in which place."""

    bindings: dict[Place, Binding] = field(default_factory=dict)

    def covering(self, cell: Place) -> Binding | None:
        """Return the most specific binding that covers a cell."""
        key, name = cell
        for place in ((key, name), (key, None), ("*", name), ("*", None)):
            if place in self.bindings:
                return self.bindings[place]
        return None

    def place(self, binding: Binding) -> Place:
        """Return where a binding stands."""
        return next(place for place, one in self.bindings.items() if one is binding)

    def is_closed_above(self, place: Place) -> bool:
        """Return whether a key that covers more than a place, and covers it, was shredded."""
        return any(self.is_there_shredded(wider) for wider in above(place))

    def is_there_shredded(self, place: Place) -> bool:
        there = self.bindings.get(place)
        return there is not None and there.shredded

    def is_shredded(self, cell: Place) -> bool:
        """Return whether the key of the cell, or any that covers it, was shredded."""
        return self.is_there_shredded(cell) or self.is_closed_above(cell)

    def beneath(self, place: Place) -> list[Binding]:
        """Return the live bindings that die with that of a place."""
        return [
            one
            for narrower, one in self.bindings.items()
            if place in above(narrower) and not one.shredded
        ]

    def may_move(self, moving: dict[Place, Place]) -> bool:
        """Return whether nothing shredded is, or comes, above what moves, nor moves itself."""
        return not any(
            self.is_there_shredded(old)
            or any(
                wider not in moving and self.is_there_shredded(wider)
                for wider in (*above(old), *above(new))
            )
            for old, new in moving.items()
        )

    def move(self, moving: dict[Place, Place]) -> None:
        """Take bindings to other places."""
        moved = {new: self.bindings.pop(old) for old, new in moving.items()}
        self.bindings |= moved

    def opens(self, sealed: Sealed, cell: Place) -> str | None:
        """Return the SQLSTATE of decrypting as a value of the cell; null where it opens."""
        if self.is_shredded(cell):
            return SHREDDED
        key, name = self.place(sealed.binding)
        covers = key in ("*", cell[0]) and name in (None, cell[1])
        if covers and sealed.binding.shredded:
            return SHREDDED
        open_key, open_field = key == "*", name is None
        same = (not open_key or sealed.cell[0] == cell[0]) and (
            not open_field or sealed.cell[1] == cell[1]
        )
        return None if covers and same else NO_DECRYPTION


class Life(RuleBasedStateMachine):
    """Two sessions that call in turn, and the model."""

    sealed = Bundle("sealed")
    connect: Callable[[], Session]
    first: Session
    second: Session

    @initialize(target=sealed, places=st.sets(st.sampled_from(PLACES), min_size=3))
    def begin(self, places: set[Place]) -> object:
        """Forget everything that was bound; the sessions keep what they keep.

        Then bind some places, and encrypt a value in every cell that they cover.
        """
        self.first.rows(
            "truncate kw.encryption_bindings, kw.binding_generations;"
            "delete from kw.entities; delete from kw.entity_fields; delete from kw.key_wrappers"
        )
        self.model = Model()
        for place in sorted(places, key=str):
            self.bind(True, place)
        made = [self.encrypt(False, str(key), str(name), b"first") for key, name in CELLS]
        return multiple(*(one for one in made if isinstance(one, Sealed)))

    def ask(self, turn: bool, query: str, *params: object) -> tuple[str | None, object]:
        """Ask a session; return the SQLSTATE and the value."""
        session = self.first if turn else self.second
        try:
            return None, session.value(query, *params)
        except psycopg.Error as error:
            return error.sqlstate, None

    @rule(turn=st.booleans(), place=st.sampled_from(PLACES))
    def bind_a_place(self, turn: bool, place: Place) -> None:
        self.bind(turn, place)

    def bind(self, turn: bool, place: Place) -> None:
        """Bind a place, new or not."""
        state, _ = self.ask(turn, "select kw.bind('people', %s::text, %s)", *place)
        there = self.model.bindings.get(place)
        if there is None and self.model.is_closed_above(place):
            assert state == SHREDDED
        elif there is None:
            assert state is None
            self.model.bindings[place] = Binding()
        else:
            assert state == (SHREDDED if self.model.is_shredded(place) else None)

    @rule(turn=st.booleans(), place=st.sampled_from(PLACES))
    def rotate(self, turn: bool, place: Place) -> None:
        state, _ = self.ask(turn, "select kw.rotate('people', %s::text, %s)", *place)
        there = self.model.bindings.get(place)
        if there is None:
            assert state == NOT_BOUND
        elif there.shredded or self.model.is_closed_above(place):
            assert state == SHREDDED
        else:
            assert state is None
            there.generation += 1

    @rule(turn=st.booleans(), place=st.sampled_from(PLACES))
    def shred(self, turn: bool, place: Place) -> None:
        query = "select kw.shred('people', %s::text, %s, whole => true)"
        state, destroyed = self.ask(turn, query, *place)
        there = self.model.bindings.get(place)
        if there is None:
            assert state == NOT_BOUND
            return
        doomed = [one for one in [there, *self.model.beneath(place)] if not one.shredded]
        if doomed:
            assert destroyed == sum(one.generation for one in doomed)
        else:
            assert state == SHREDDED
        for one in doomed:
            one.shredded = True

    @rule(
        cell=st.sampled_from(CELLS),
        wide=st.integers(0, 2),
        to_key=st.none() | st.sampled_from(KEYS),
    )
    def shred_beside_a_rotation(self, cell: Place, wide: int, to_key: str | None) -> None:
        """Shred what is above a cell while another session rotates that, which stays live.

        Then try to move it out from beneath.
        """
        place = above(cell)[wide]
        there, left = self.model.bindings.get(place), self.model.bindings.get(cell)
        if there is None or left is None or self.model.is_shredded(cell):
            return
        self.second.rows("begin")
        assert self.ask(False, "select kw.rotate('people', %s::text, %s)", *cell)[0] is None
        left.generation += 1
        query = "select kw.shred('people', %s::text, %s, whole => true)"
        doomed = [
            one
            for one in [there, *self.model.beneath(place)]
            if one is not left and not one.shredded
        ]
        answer = self.ask(True, query, *place)
        self.second.rows("commit")
        assert answer == (None, sum(one.generation for one in doomed))
        for one in doomed:
            one.shredded = True
        if to_key is not None:
            other = next(name for name in FIELDS if name != cell[1])
            self.move_to(True, cell, (to_key, other))

    @rule(turn=st.booleans(), old=st.sampled_from(KEYS), new=st.sampled_from(KEYS))
    def move_a_key(self, turn: bool, old: str, new: str) -> None:
        query = "select kw.rebind('people', entity_pk => %s, to_entity_pk => %s)"
        answer = self.ask(turn, query, old, new)
        moving = {place: (new, place[1]) for place in self.model.bindings if place[0] == old}
        wide = [place for place in self.model.bindings if place[0] == "*" and old != new]
        self.check_move(answer, moving, wide)

    @rule(
        turn=st.booleans(),
        key=st.sampled_from(KEYS),
        new=st.sampled_from(KEYS),
        names=st.permutations(FIELDS),
    )
    def move_a_cell(self, turn: bool, key: str, new: str, names: list[str]) -> None:
        self.move_to(turn, (key, names[0]), (new, names[1]))

    def move_to(self, turn: bool, cell: Place, to: Place) -> None:
        """Move a cell's binding to another field, and perhaps another key."""
        query = """
            select kw.rebind(
                'people', entity_pk => %s, to_entity_pk => %s, field_name => %s, to_field_name => %s
            )
        """
        (key, old), (new, name) = cell, to
        answer = self.ask(turn, query, key, new, old, name)
        moving: dict[Place, Place]
        moving = {place: (new, name) for place in self.model.bindings if place == (key, old)}
        wide = [
            place
            for place in self.model.bindings
            if place[1] in (None, name)
            and ((place[0] == "*" and new != key) or (place[1] is None and place[0] in ("*", new)))
        ]
        self.check_move(answer, moving, wide)

    @rule(turn=st.booleans(), names=st.permutations(FIELDS))
    def move_a_field(self, turn: bool, names: list[str]) -> None:
        query = "select kw.rebind('people', field_name => %s, to_field_name => %s)"
        old, new = names
        answer = self.ask(turn, query, old, new)
        moving: dict[Place, Place]
        moving = {place: (place[0], new) for place in self.model.bindings if place[1] == old}
        wide = [place for place in self.model.bindings if place[1] is None]
        self.check_move(answer, moving, wide)

    def check_move(
        self, answer: tuple[str | None, object], moving: dict[Place, Place], wide: list[Place]
    ) -> None:
        """Compare an answer of kw.rebind; ``wide`` are places that are told of."""
        state, moved = answer
        there = self.model.bindings.keys() - moving.keys()
        if not moving:
            is_told = any(not self.model.is_there_shredded(place) for place in wide)
            assert (state, moved) == ((None, 0) if is_told else ("KW101", None))
        elif not self.model.may_move(moving):
            conflicts = any(new in there for new in moving.values())
            assert state == SHREDDED or (conflicts and state == CONFLICT)
        elif any(new in there for new in moving.values()):
            assert state == CONFLICT
        else:
            assert moved == len(moving)
            self.model.move(moving)

    @rule(
        target=sealed,
        turn=st.booleans(),
        key=st.sampled_from(KEYS),
        name=st.sampled_from(FIELDS),
        value=st.binary(max_size=40),
    )
    def encrypt_a_value(self, turn: bool, key: str, name: str, value: bytes) -> object:
        return self.encrypt(turn, key, name, value)

    def encrypt(self, turn: bool, key: str, name: str, value: bytes) -> object:
        """Encrypt a value; return the model's record of it, or None if it is not a value."""
        query = "select kw.encrypt('people', %s::text, %s, %s)"
        state, data = self.ask(turn, query, key, name, value)
        covering = self.model.covering((key, name))
        if covering is None:
            assert state == NOT_BOUND
        elif self.model.is_shredded((key, name)):
            assert state == SHREDDED
        else:
            assert isinstance(data, bytes)
            assert int.from_bytes(data[10:14], "big") == covering.generation
            return Sealed(data, value, covering, (key, name))
        return multiple()

    @rule(turn=st.booleans(), one=sealed)
    def decrypt_in_every_cell(self, turn: bool, one: Sealed) -> None:
        query = "select kw.decrypt('people', %s::text, %s, %s)"
        for cell in CELLS:
            state, value = self.ask(turn, query, *cell, one.data)
            assert state == self.model.opens(one, cell)
            assert value == (one.value if state is None else None)

    @rule(target=sealed, turn=st.booleans(), one=consumes(sealed))
    def reencrypt(self, turn: bool, one: Sealed) -> object:
        query = "select kw.reencrypt('people', %s::text, %s, %s)"
        state, data = self.ask(turn, query, *one.cell, one.data)
        refused = self.model.opens(one, one.cell)
        covering = self.model.covering(one.cell)
        if refused is not None:
            assert state == refused
            return one
        assert covering is not None  # what opened it covers the cell
        assert isinstance(data, bytes)
        return Sealed(data, one.value, covering, one.cell)

    @rule(turn=st.booleans(), key=st.sampled_from(KEYS), name=st.sampled_from(FIELDS))
    def lookup(self, turn: bool, key: str, name: str) -> None:
        query = "select kw.lookup('people', %s::text, %s)"
        state, wrapper = self.ask(turn, query, key, name)
        covering = self.model.covering((key, name))
        if covering is None:
            assert (state, wrapper) == (None, None)
        elif self.model.is_shredded((key, name)):
            assert state == SHREDDED
        else:
            assert state is None
            assert wrapper is not None

    @rule()
    def open_a_new_session(self) -> None:
        self.second.connection.close()
        type(self).second = self.connect()


def test_the_model_foretells_every_answer(
    session: Session, connect: Callable[..., Session]
) -> None:
    life = type("LifeOfThisTest", (Life,), {"connect": staticmethod(connect)})
    life.first, life.second = session, connect()  # type: ignore[attr-defined]
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            phases=[Phase.generate],  # shrinking takes minutes; the steps are printed as they were
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
