"""What happens when a key file is lost or swapped: warnings and errors that name it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session


@dataclass(frozen=True)
class TwoStores:
    """A session with two keystores of its own, a key in each, and a policy for each mode."""

    session: Session
    stores: tuple[Keystore, Keystore]
    keys: tuple[int, int]

    def file(self, leg: int) -> Path:
        """The key file of a leg."""
        return self.stores[leg - 1].directory / f"key-{leg}.jwk"

    def lose(self, leg: int) -> None:
        """Move the key file of a leg away."""
        self.file(leg).rename(self.file(leg).with_suffix(".lost"))

    def find(self, leg: int) -> None:
        """Put it back."""
        self.file(leg).with_suffix(".lost").rename(self.file(leg))

    def swap(self, leg: int) -> None:
        """Put another key in the place of a leg's."""
        other = self.session.value(
            "select kw.create_kms_key(%s, 'other')", self.stores[leg - 1].name
        )
        assert other
        source = self.file(leg).with_name("other.jwk")
        self.lose(leg)
        status = source.stat()
        self.file(leg).write_bytes(source.read_bytes())
        self.file(leg).chmod(status.st_mode & 0o777)
        os.chown(self.file(leg), status.st_uid, status.st_gid)


@pytest.fixture
def stores(session: Session, make_keystore: Callable[[], Keystore]) -> TwoStores:
    """Two keystores; the policies are called like their modes."""
    made = make_keystore(), make_keystore()
    keys = []
    for number, store in enumerate(made, start=1):
        session.rows("select kw.add_provider(%s, 'local')", store.name)
        keys.append(session.value("select kw.create_kms_key(%s, %s)", store.name, f"key-{number}"))
    session.policy("single", "single", keys[0])
    session.policy("either", "either", *keys)
    session.policy("both", "both", *keys)
    return TwoStores(session, (made[0], made[1]), (keys[0], keys[1]))


def test_a_disabled_key_is_named_once_in_warnings_and_errors(
    stores: TwoStores, connect: Callable[..., Session]
) -> None:
    either, single, both = (
        str(stores.session.value("select kw.wrap(%s, %s)", b"k" * 32, mode))
        for mode in ("either", "single", "both")
    )
    stores.session.rows("select kw.set_kms_key_status(%s, 'disabled')", stores.keys[0])
    session = connect()
    assert session.value("select kw.unwrap(%s)", either) == b"k" * 32
    label = f'key {stores.keys[0]} ("key-1" of provider "{stores.stores[0].name}")'
    warned = session.heard()
    assert (
        f"leg 1 of wrapper {either} failed, the other leg was used: {label} is disabled" in warned
    )
    assert warned.count(label) == 1
    for wrapper, sqlstate in ((single, "KW200"), (both, "KW210")):
        assert session.refused(sqlstate, "select kw.unwrap(%s)", wrapper).count(label) == 1


def test_either_opens_by_the_other_leg_and_warns_of_leg_key_and_file(
    stores: TwoStores, connect: Callable[..., Session]
) -> None:
    wrapper = str(stores.session.value("select kw.wrap(%s, 'either')", b"k" * 32))
    stores.lose(1)
    for session in (stores.session, connect()):
        session.heard()
        assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
        told = session.heard()
        assert told.startswith("WARNING: ")
        for part in (f"leg 1 of wrapper {wrapper}", '"key-1"', str(stores.file(1)), "backup"):
            assert part in told
    stores.find(1)
    stores.lose(2)
    session = connect()
    assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    assert session.heard() == ""  # leg 1 opened it; leg 2 was not asked


def test_a_warning_is_not_repeated_for_every_wrapper_of_a_batch(stores: TwoStores) -> None:
    session = stores.session
    wrappers = session.value("select kw.wrap_many(%s::bytea[], 'either')", [None] * 20)
    stores.lose(1)
    session.heard()
    assert all(session.value("select kw.unwrap_many(%s)", wrappers))
    assert session.heard().count("WARNING") == 1


def test_both_needs_both_and_names_the_leg_that_failed(
    stores: TwoStores, connect: Callable[..., Session]
) -> None:
    wrapper = str(stores.session.value("select kw.wrap(%s, 'both')", b"k" * 32))
    for leg in (1, 2):
        stores.lose(leg)
        answer = connect().refused("KW210", "select kw.unwrap(%s)", wrapper)
        for part in (wrapper, "mode both", f"leg {leg}:", f'"key-{leg}"', str(stores.file(leg))):
            assert part in answer
        assert f"leg {3 - leg}" not in answer
        stores.find(leg)
        assert connect().value("select kw.unwrap(%s)", wrapper) == b"k" * 32


def test_single_says_that_its_key_is_lost(stores: TwoStores) -> None:
    wrapper = str(stores.session.value("select kw.wrap(%s, 'single')", b"k" * 32))
    stores.lose(1)
    answer = stores.session.refused("KW201", "select kw.unwrap(%s)", wrapper)
    for part in (wrapper, "leg 1", '"key-1"', str(stores.file(1))):
        assert part in answer


def test_a_swapped_file_is_named(stores: TwoStores, connect: Callable[..., Session]) -> None:
    session = stores.session
    wrappers = {
        mode: str(session.value("select kw.wrap(%s, %s)", b"k" * 32, mode))
        for mode in ("single", "either", "both")
    }
    stores.swap(1)
    for one in (session, connect()):
        answer = one.refused("KW202", "select kw.unwrap(%s)", wrappers["single"])
        assert str(stores.file(1)) in answer
        assert "exchanged" in answer
        assert str(stores.file(1)) in one.refused("KW210", "select kw.unwrap(%s)", wrappers["both"])
        one.heard()
        assert one.value("select kw.unwrap(%s)", wrappers["either"]) == b"k" * 32
        assert str(stores.file(1)) in one.heard()
    session.refused("KW202", "select kw.wrap(policy => 'single')")


def test_when_every_leg_is_lost_every_leg_is_named(stores: TwoStores) -> None:
    for mode in ("either", "both"):
        wrapper = stores.session.value("select kw.wrap(%s, %s)", b"k" * 32, mode)
        stores.lose(1)
        stores.lose(2)
        answer = stores.session.refused("KW210", "select kw.unwrap(%s)", wrapper)
        assert f"mode {mode}" in answer
        legs = (1, 2) if mode == "either" else (1,)  # both: the first failure settles it
        for leg in legs:
            assert f"leg {leg}:" in answer
            assert str(stores.file(leg)) in answer
        stores.find(1)
        stores.find(2)


def test_a_file_that_comes_back_serves_at_once(stores: TwoStores) -> None:
    wrapper = stores.session.value("select kw.wrap(%s, 'both')", b"k" * 32)
    stores.lose(2)
    stores.session.refused("KW210", "select kw.unwrap(%s)", wrapper)
    stores.find(2)
    assert stores.session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda file: file.chmod(0o644), "0644"),
        (lambda file: file.chmod(0o660), "0660"),
        (lambda file: file.parent.chmod(0o755), "0755"),
        (lambda file: file.write_text("{}"), "is not a key file"),
        (lambda file: file.write_text('{"kty": "oct", "kid": "x", "k": "eA"}'), "not a key file"),
        (lambda file: file.write_bytes(b"\xff" * 5000), "is not a key file"),
        (lambda file: os.chown(file, 12345, -1), "Permission denied"),
        (lambda file: (file.rename(file.with_suffix(".x")), file.symlink_to("key-1.x")), "links"),
    ],
)
def test_a_key_file_that_is_not_as_it_should_be_is_refused_by_name(
    stores: TwoStores,
    connect: Callable[..., Session],
    damage: Callable[[Path], object],
    said: str,
) -> None:
    if os.geteuid() != 0 and said == "Permission denied":
        pytest.skip("only root can give a file away")
    session = stores.session
    wrapper = session.value("select kw.wrap(%s, 'single')", b"k" * 32)
    damage(stores.file(1))
    answer = connect().refused("KW203", "select kw.unwrap(%s)", wrapper)
    assert said in answer
    assert str(stores.file(1)) in answer or str(stores.file(1).parent) in answer
    connect().refused("KW203", "select kw.wrap(policy => 'single')")


def test_wrapping_takes_every_leg(stores: TwoStores) -> None:
    stores.lose(2)
    for mode in ("either", "both"):
        answer = stores.session.refused("KW201", "select kw.wrap(policy => %s)", mode)
        assert str(stores.file(2)) in answer
    stores.session.rows("select kw.wrap(policy => 'single')")
    assert stores.session.value("select count(*) from kw.key_wrappers") == 1


def test_fields_fail_over_too(stores: TwoStores, connect: Callable[..., Session]) -> None:
    session = stores.session
    session.bind("people", "1", "ssn", policy="either")
    session.bind("people", "1", "note", policy="both")
    either = session.encrypt("people", "1", "ssn", b"x")
    both = session.encrypt("people", "1", "note", b"y")
    stores.lose(1)
    other = connect()
    assert other.decrypt("people", "1", "ssn", either) == b"x"
    assert "leg 1" in other.heard()
    assert other.encrypt("people", "1", "ssn", b"z")
    answer = other.refused("KW210", "select kw.decrypt('people', '1', 'note', %s)", both)
    assert "leg 1" in answer
    other.refused("KW210", "select kw.encrypt('people', '1', 'note', 'z')")
