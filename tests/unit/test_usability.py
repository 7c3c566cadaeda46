"""The rules of usable keys and of modes, as the runtime has them."""

from typing import NamedTuple

import pytest
from kwruntime.crypto.envelope import Mode
from kwshared import usability


class Key(NamedTuple):
    label: str = "key 1"
    provider: str = "p"
    is_enabled: bool = True
    status: str = "active"
    purpose: str = "wrap"


def test_every_mode_of_the_runtime_has_its_rule() -> None:
    assert usability.LEGS.keys() == usability.NEEDED.keys() == set(Mode)
    assert {mode: (mode.legs, mode.needed) for mode in Mode} == {
        Mode.SINGLE: (1, 1), Mode.EITHER: (2, 1), Mode.BOTH: (2, 2),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "opens", "wraps"),
    [
        (Key(), None, None),
        (Key(purpose="both"), None, None),
        (Key(is_enabled=False, status="disabled"), "provider", "provider"),
        (Key(status="disabled"), "status", "status"),
        (Key(status="retired"), None, "status"),
        (Key(purpose="sign"), None, "purpose"),
    ],
)
def test_what_stands_in_the_way_of_a_key_is_named(
    key: Key, opens: str | None, wraps: str | None
) -> None:
    found = [usability.obstacle_to_open(key), usability.obstacle_to_wrap(key)]
    assert [one and one.what for one in found] == [opens, wraps]


@pytest.mark.parametrize(
    ("key", "signs"),
    [
        (Key(purpose="sign"), None),
        (Key(purpose="sign", status="retired"), "status"),
        (Key(purpose="sign", status="disabled"), "status"),
        (Key(purpose="sign", is_enabled=False), "provider"),
        (Key(), "purpose"),
        (Key(purpose="both"), "purpose"),
    ],
)
def test_only_an_active_key_of_purpose_sign_signs(key: Key, signs: str | None) -> None:
    found = usability.obstacle_to_sign(key)
    assert (found and found.what) == signs
