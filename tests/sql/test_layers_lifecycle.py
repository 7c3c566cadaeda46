"""The life of wrappers with layers against a model, which predicts the key or the error."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

UNUSABLE, NOT_OPEN, UNAVAILABLE = "KW212", "KW210", "KW200"
STATUSES = ("active", "retired", "disabled")
POLICIES = ("plain", "either", "both", "one", "two", "sealed", "either two")
LEG, KEM = "leg", "kem"


@dataclass(eq=False)
class Key:
    """A key as the model sees it."""

    id: int
    kind: str
    sealed_by: "Key | None" = None
    status: str = "active"

    @property
    def opens(self) -> bool:
        """Whether it opens: a sealed private key needs the key that it is sealed by."""
        above = self.sealed_by is None or self.sealed_by.status != "disabled"
        return self.status != "disabled" and above


@dataclass(frozen=True)
class Policy:
    """A policy: legs in order, and the keys of its layers."""

    mode: str
    legs: tuple[Key, ...]
    layers: tuple[Key, ...]
    least: int


@dataclass(eq=False)
class Wrapper:
    """A wrapper as the model sees it."""

    uuid: str
    dek: bytes | None
    mode: str
    legs: tuple[Key, ...]
    layers: tuple[Key, ...]
    policy: str
    versions: tuple[int, ...]
    status: str = "active"

    def failure(self) -> str | None:
        """Return the SQLSTATE of opening it; null where it opens."""
        if self.status == "retired":
            return UNUSABLE
        opening = [leg.opens for leg in self.legs]
        if not (any(opening) if self.mode == "either" else all(opening)):
            return UNAVAILABLE if self.mode == "single" else NOT_OPEN
        return None if all(layer.opens for layer in self.layers) else UNAVAILABLE


class Life(RuleBasedStateMachine):
    """Two sessions that call in turn, and the model."""

    wrappers = Bundle("wrappers")
    connect: Callable[[], Session]
    first: Session
    second: Session
    keys: Sequence[Key]
    policies: dict[str, Policy]

    @initialize(target=wrappers, policies=st.sets(st.sampled_from(POLICIES), min_size=3))
    def begin(self, policies: set[str]) -> object:
        """Put every key back, and wrap by some policies."""
        for key in self.keys:
            if key.status != "active":
                self.set_status(True, key, "active")
        return multiple(*(self.wrap_by(True, name, None) for name in sorted(policies)))

    def ask(self, turn: bool, query: str, *params: object) -> tuple[str | None, object]:
        """Ask a session; return the SQLSTATE and the value."""
        session = self.first if turn else self.second
        try:
            return None, session.value(query, *params)
        except psycopg.Error as error:
            return error.sqlstate, None

    def layers_of(self, policy: Policy) -> tuple[Key, ...] | None:
        """Return the layers that a new wrapper gets; null where too few keys are usable."""
        usable = tuple(key for key in policy.layers if key.status == "active")
        return usable if len(usable) >= policy.least else None

    @rule(
        target=wrappers,
        turn=st.booleans(),
        policy=st.sampled_from(POLICIES),
        dek=st.none() | st.binary(min_size=16, max_size=64),
    )
    def wrap(self, turn: bool, policy: str, dek: bytes | None) -> object:
        return self.wrap_by(turn, policy, dek)

    def wrap_by(self, turn: bool, name: str, dek: bytes | None) -> object:
        """Wrap a given or a fresh key; return what the model keeps of it, if it was made."""
        policy = self.policies[name]
        state, uuid = self.ask(turn, "select kw.wrap(%s, %s)::text", dek, name)
        layers = self.layers_of(policy)
        if layers is None or any(leg.status != "active" for leg in policy.legs):
            assert state == UNAVAILABLE
            return multiple()
        assert state is None
        first = (1,) * len(policy.legs)
        made = Wrapper(str(uuid), dek, policy.mode, policy.legs, layers, name, first)
        self.check(turn, made)
        return made

    def check(self, turn: bool, one: Wrapper) -> None:
        """Open it, and look at its row."""
        state, dek = self.ask(turn, "select kw.unwrap(%s)", one.uuid)
        assert state == one.failure()
        if state is None:
            assert isinstance(dek, bytes)
            assert one.dek in (None, dek)
            one.dek = dek  # of a fresh one, what came out first
        row = self.first.wrapper(one.uuid)
        assert self.first.layers(one.uuid) == [layer.id for layer in one.layers]
        legs = [key for key in (row["kms1_key_id"], row["kms2_key_id"]) if key is not None]
        assert legs == [leg.id for leg in one.legs]
        assert row["wrap_version"] == max(one.versions)

    @rule(turn=st.booleans(), one=wrappers)
    def unwrap(self, turn: bool, one: Wrapper) -> None:
        self.check(turn, one)

    @rule(turn=st.booleans(), one=wrappers)
    def verify(self, turn: bool, one: Wrapper) -> None:
        state, problems = self.ask(turn, "select count(*) from kw.verify(%s)", one.uuid)
        assert state is None
        sound = one.failure() is None and all(leg.opens for leg in one.legs)
        assert (problems == 0) == sound

    @rule(
        turn=st.booleans(),
        given=st.lists(wrappers, min_size=1, max_size=4),
        policy=st.none() | st.sampled_from(POLICIES),
    )
    def relayer(self, turn: bool, given: list[Wrapper], policy: str | None) -> None:
        query = "select kw.relayer_many(%s::uuid[], %s)"
        state, versions = self.ask(turn, query, [one.uuid for one in given], policy)
        failures: set[str] = set()
        planned: dict[Wrapper, tuple[Key, ...]] = {}
        for one in given:
            layers = self.layers_of(self.policies[policy or one.policy])
            failure = one.failure()
            if failure is not None:
                failures.add(failure)
            if layers is None or any(leg.status != "active" for leg in one.legs):
                failures.add(UNAVAILABLE)
            planned[one] = layers or ()
        if failures:
            assert state in failures
        else:
            assert state is None
            for one, layers in planned.items():
                one.layers, one.policy = layers, policy or one.policy
                one.versions = tuple(version + 1 for version in one.versions)
            assert versions == [max(one.versions) for one in given]
        for one in planned:
            self.check(not turn, one)

    @rule(turn=st.booleans(), one=wrappers, leg=st.sampled_from([0, 1, None]), to=st.integers(0, 3))
    def rewrap(self, turn: bool, one: Wrapper, leg: int | None, to: int) -> None:
        if leg == 1 and one.mode == "single":
            return
        target = [key for key in self.keys if key.kind == LEG][to]
        legs = list(one.legs)
        given: list[int | None] = [None, None]
        if leg is not None:
            legs[leg] = target
            given[leg] = target.id
        state, version = self.ask(turn, "select kw.rewrap(%s, %s, %s)", one.uuid, *given)
        renewed = [
            leg is None or one.mode == "both" or number == leg for number in range(len(legs))
        ]
        failure = one.failure()
        if failure is not None:
            assert state == failure
        elif len(set(legs)) < len(legs):
            assert state == "KW003"
        elif any(key.status != "active" for key, new in zip(legs, renewed, strict=True) if new):
            assert state == UNAVAILABLE
        else:
            one.legs = tuple(legs)
            one.versions = tuple(
                version + new for version, new in zip(one.versions, renewed, strict=True)
            )
            assert (state, version) == (None, max(one.versions))
        self.check(not turn, one)

    @rule(turn=st.booleans(), key=st.integers(0, 8), status=st.sampled_from(STATUSES))
    def set_key_status(self, turn: bool, key: int, status: str) -> None:
        self.set_status(turn, self.keys[key % len(self.keys)], status)

    def set_status(self, turn: bool, key: Key, status: str) -> None:
        """Retire, disable or re-activate a key; the one that seals it has to be active first."""
        state, _ = self.ask(turn, "select kw.set_kms_key_status(%s, %s)", key.id, status)
        above = key.sealed_by
        if status == "active" != key.status and above is not None and above.status != "active":
            assert state == "KW102"
        else:
            assert state is None
            key.status = status

    @rule(turn=st.booleans())
    def put_every_key_back(self, turn: bool) -> None:
        for key in self.keys:
            self.set_status(turn, key, "active")

    @rule(turn=st.booleans(), one=wrappers, status=st.sampled_from(["active", "retired"]))
    def set_wrapper_status(self, turn: bool, one: Wrapper, status: str) -> None:
        state, now = self.ask(turn, "select kw.set_wrapper_status(%s, %s)", one.uuid, status)
        assert state is None
        assert now in ((status,) if status == "retired" else ("active", "rotated"))
        one.status = str(now)
        self.check(turn, one)

    @rule(target=wrappers, turn=st.booleans(), one=wrappers)
    def rotate(self, turn: bool, one: Wrapper) -> object:
        """Bind it to a cell of its own, encrypt, rotate: the old value stays readable."""
        pk = str(int.from_bytes(os.urandom(6)))
        state, _ = self.ask(
            turn, "select kw.bind('people', %s, 'ssn', wrapper => %s)", pk, one.uuid
        )
        if one.status != "active":
            assert state == "KW102"
            return multiple()
        assert state is None
        state, sealed = self.ask(turn, "select kw.encrypt('people', %s, 'ssn', 'old')", pk)
        assert state == one.failure()
        policy = self.policies[one.policy]
        rotated, uuid = self.ask(turn, "select kw.rotate('people', %s, 'ssn')::text", pk)
        layers = self.layers_of(policy)
        # In its own mode, though relayer may have given it a policy of another.
        legs = tuple(leg for leg in policy.legs if leg.status == "active")[: len(one.legs)]
        made: object = multiple()
        if layers is None or len(legs) < len(one.legs):
            assert rotated == UNAVAILABLE
        else:
            assert rotated is None
            first = (1,) * len(legs)
            fresh = Wrapper(str(uuid), None, one.mode, legs, layers, one.policy, first)
            self.check(not turn, fresh)
            made = fresh
            row = self.first.wrapper(one.uuid)
            assert row["status"] in ("active", "rotated")  # other cells may have it, too
            one.status = row["status"]
        if state is None:
            query = "select kw.decrypt('people', %s, 'ssn', %s)"
            assert self.ask(not turn, query, pk, sealed) == (None, b"old")
        return made

    @rule(one=consumes(wrappers))
    def forget(self, one: Wrapper) -> None:
        self.check(True, one)

    @rule()
    def open_a_new_session(self) -> None:
        self.second.connection.close()
        type(self).second = self.connect()


def _made(session: Session) -> tuple[list[Key], dict[str, Policy]]:
    legs = [Key(session.key(), LEG) for _ in range(4)]
    kems = [Key(session.kem(name), KEM) for name in ("X25519", "ML-KEM-768", "P-256")]
    sealed = Key(session.sealed_kem(legs[3].id), KEM, legs[3])
    first, second = legs[0], legs[1]
    policies = {
        "plain": Policy("single", (first,), (), 0),
        "either": Policy("either", (first, second), (), 0),
        "both": Policy("both", (first, second), (kems[0],), 1),
        "one": Policy("single", (second,), (kems[0],), 0),
        "two": Policy("single", (first,), (kems[1], kems[0]), 1),
        "sealed": Policy("single", (second,), (sealed, kems[2]), 2),
        "either two": Policy("either", (second, first), (kems[0], sealed), 1),
    }
    for name, policy in policies.items():
        layers = [key.id for key in policy.layers]
        session.policy(name, policy.mode, *(leg.id for leg in policy.legs), layers=layers)
        query = "select kw.set_policy_layers(%s, %s, 8, aad_template => %s)"
        session.rows(query, name, policy.least, '{"p": "{policy}/{layer}"}')
        for number, leg in enumerate(policy.legs):  # else legs are drawn, not in order
            session.rows("select kw.add_policy_key(%s, %s, %s)", name, leg.id, 50 - number)
    return [*legs, *kems, sealed], policies


def test_the_model_foretells_every_key_and_every_error(
    session: Session, connect: Callable[..., Session]
) -> None:
    life = type("LifeOfThisTest", (Life,), {"connect": staticmethod(connect)})
    life.first, life.second = session, connect()  # type: ignore[attr-defined]
    life.keys, life.policies = _made(session)  # type: ignore[attr-defined]
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            phases=[Phase.generate],  # shrinking takes minutes; the steps are printed as they were
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
