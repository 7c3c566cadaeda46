"""The cache of a session: bounded, and of use where more is read than it holds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.cache import Cache

LIMIT = 1000


def hits(cache: Cache[int, int], keys: range) -> int:
    """Look keys up in turn, keep those that are missing, and return how many were there."""
    found = 0
    for key in keys:
        if cache.get(key) is None:
            cache.put(key, key)
        else:
            found += 1
    return found


@pytest.mark.parametrize(("keys", "least"), [(1000, 1000), (1200, 720), (2000, 320)])
def test_a_scan_that_is_larger_than_the_cache_still_hits(keys: int, least: int) -> None:
    # The expected share h of n keys in c places solves h = exp(-n * (1 - h) / c): 0.69 and 0.20.
    random.seed(1)
    cache: Cache[int, int] = Cache(LIMIT)
    for _ in range(5):
        hits(cache, range(keys))
    assert sum(hits(cache, range(keys)) for _ in range(5)) >= 5 * least


def test_what_is_read_now_takes_the_place_of_what_is_not_read_any_more() -> None:
    random.seed(1)
    cache: Cache[int, int] = Cache(LIMIT)
    hits(cache, range(LIMIT))
    now = range(LIMIT, LIMIT + LIMIT // 2)
    for _ in range(20):
        last = hits(cache, now)
    assert last == len(now)


def test_with_a_limit_of_nothing_it_keeps_nothing() -> None:
    cache: Cache[int, int] = Cache(0)
    cache.put(1, 1)
    assert cache.get(1) is None


@given(
    st.integers(1, 5),
    st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 99)), max_size=200),
)
def test_it_never_holds_more_than_its_limit_nor_anything_else_than_was_put_last(
    limit: int, steps: list[tuple[bool, int, int]]
) -> None:
    cache: Cache[int, int] = Cache(limit)
    put: dict[int, int] = {}
    for is_put, key, value in steps:
        if is_put:
            cache.put(key, value)
            put[key] = value
            assert cache.get(key) == value
        else:
            cache.drop(key)
            put.pop(key, None)
        kept = {key: cache.get(key) for key in range(10) if cache.get(key) is not None}
        assert len(kept) <= limit
        assert all(put[key] == value for key, value in kept.items())
    assert len(cache._places) <= limit
