"""When to ask again: after a throttled request, and for credentials before they expire."""

import random
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from kwruntime.kms.deadlines import Deadline

T = TypeVar("T")

_TRIES = 4
_PAUSE_SECONDS = (0.05, 0.2)
# Of a life, drawn: sessions that began together do not renew together.
_RENEW_AT = (0.6, 0.9)


def retried(deadline: Deadline, send: Callable[[], T], is_throttled: Callable[[T], bool]) -> T:
    """Send, and again after a longer and longer pause while the answer is a throttled one.

    Four times at most, and while the deadline allows it; the last answer is returned.
    """
    for attempt in range(_TRIES - 1):
        answer = send()
        if not is_throttled(answer):
            return answer
        deadline.pause(random.uniform(*_PAUSE_SECONDS) * 2**attempt)  # noqa: S311
    return send()


def renewal(life_seconds: float) -> float:
    """Return when to renew what lives so long from now, on the clock of ``monotonic``."""
    return monotonic() + life_seconds * random.uniform(*_RENEW_AT)  # noqa: S311
