"""What each call does in each mode while KMSs fail: every cell of the matrix.

Two keys in two KMSs of two makers behind proxies: A, OpenBao, for leg 1, and B, AWS KMS (moto),
for leg 2.
"""

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest

from kwtools.cluster import Place
from tests.conftest import Database
from tests.providers.aws_harness import AwsHarness
from tests.providers.conftest import MakePolicy, VaultEntry
from testservers.faulty_proxy import FaultyProxy
from testservers.moto import Moto
from testservers.openbao import OpenBao

# state: the faults of A and B, and the SQLSTATE of a leg that has such a fault
STATES = {
    "both up": (None, None, None),
    "A down": ("closing", None, "KW204"),
    "B down": (None, "closing", "KW204"),
    "A hung": ("hang before headers", None, "KW204"),
    "B hung": (None, "hang in body", "KW204"),
    "A lying": ("lying", None, "KW209"),
    "B lying": (None, "lying", "KW209"),
    "both down": ("closing", "closing", "KW204"),
}
OK, LEG_FAILED = "00000", "KW210"


class Kms(NamedTuple):
    """A KMS of the matrix: its proxy, its entry and the key's id."""

    proxy: FaultyProxy
    entry: VaultEntry | AwsHarness
    key: int

    @property
    def name(self) -> str:
        """The provider's name."""
        return self.entry.name


@pytest.fixture
def kms(cluster: Place, bao: OpenBao, moto: Moto, db: Database) -> Iterator[tuple[Kms, Kms]]:
    """A and B."""
    vault, aws = VaultEntry(cluster, bao), AwsHarness(cluster, moto)
    with FaultyProxy(bao.address, bao.ca_file) as proxy, contextlib.closing(aws):
        vault.set(address=proxy.address, total_seconds=60)
        aws.set(total_seconds=60)
        a = Kms(proxy, vault, vault.register(db))
        yield a, Kms(aws.proxy, aws, aws.register(db))


class Outcome(NamedTuple):
    """How a call ended: its SQLSTATE, message, and the warnings on the way."""

    sqlstate: str
    message: str
    warnings: list[str]


def call(db: Database, query: str, *params: object) -> Outcome:
    """Run a statement in a session of its own."""
    warnings: list[str] = []
    with db.place.connect(db.name) as connection:
        connection.add_notice_handler(lambda found: warnings.append(found.message_primary or ""))
        try:
            connection.execute(query, params)
        except psycopg.Error as error:
            return Outcome(error.sqlstate or "", str(error), warnings)
    return Outcome(OK, "", warnings)


def stored(db: Database) -> list[tuple[object, ...]]:
    """Return everything that a call could have half-written."""
    return db.sql("select * from kw.key_wrappers order by id")


@pytest.mark.parametrize("mode", ["single", "either", "both"])
@pytest.mark.parametrize("state", STATES)
def test_each_call_ends_as_the_mode_promises(
    db: Database, kms: tuple[Kms, Kms], make_policy: MakePolicy, state: str, mode: str
) -> None:
    a, b = kms
    policy = make_policy(mode, a.key) if mode == "single" else make_policy(mode, a.key, b.key)
    wrapper = db.sql("select kw.wrap(policy => %s)", policy)[0][0]
    a.proxy.fault, b.proxy.fault, cause = STATES[state]
    for one in kms:
        if str(one.proxy.fault).startswith("hang"):  # the others may be slow
            one.entry.set(total_seconds=1)
    bad = [one for one in kms if one.proxy.fault and (mode != "single" or one is a)]
    first_cause = cause if bad else OK
    no_opening = {"single": bool(bad), "either": len(bad) == 2, "both": bool(bad)}[mode]
    closed = cause if mode == "single" else LEG_FAILED
    expected_open = closed if no_opening else OK

    def rewrapped(*renewed: Kms) -> str | None:
        if no_opening:
            return closed
        return cause if any(one in bad for one in renewed) else OK

    wanted = {
        "wrap": first_cause,
        "unwrap": expected_open,
        "rewrap leg 1": rewrapped(*(kms if mode == "both" else (a,))),
        "rewrap leg 2": rewrapped(*(kms if mode == "both" else (b,))),
        "rewrap both": rewrapped(*(kms if mode != "single" else (a,))),
    }
    calls: dict[str, tuple[str, *tuple[object, ...]]] = {
        "wrap": ("select kw.wrap(policy => %s)", policy),
        "unwrap": ("select kw.unwrap(%s)", wrapper),
        "rewrap leg 1": ("select kw.rewrap(%s, kms1_key_id => %s)", wrapper, a.key),
        "rewrap leg 2": ("select kw.rewrap(%s, kms2_key_id => %s)", wrapper, b.key),
        "rewrap both": ("select kw.rewrap(%s)", wrapper),
    }
    if mode == "single":
        del wanted["rewrap leg 2"]

    for name, sqlstate in wanted.items():
        before = stored(db)
        outcome = call(db, *calls[name])
        assert outcome.sqlstate == sqlstate, (name, outcome)
        if outcome.sqlstate != OK:
            assert stored(db) == before, name
            assert any(one.name in outcome.message for one in bad), (name, outcome)
        elif mode == "either" and a in bad and name != "wrap":
            # leg 1 is tried first: who asks is told that it failed, of which key, and why
            assert len(outcome.warnings) == 1, (name, outcome)
            assert "leg 1" in outcome.warnings[0]
            assert a.name in outcome.warnings[0]
        else:
            assert outcome.warnings == [], (name, outcome)

    a.proxy.fault = b.proxy.fault = None
    for one in kms:
        one.entry.set(total_seconds=60)
    assert call(db, "select kw.unwrap(%s)", wrapper).sqlstate == OK
    assert db.sql("select * from kw.verify()") == []
