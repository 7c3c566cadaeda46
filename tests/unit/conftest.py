"""Unit tests need no server: one that asks for it fails."""

from typing import NoReturn

import pytest


def _refuse() -> NoReturn:
    pytest.fail("tests in tests/unit need no server: move this one to another folder")


@pytest.fixture
def cluster() -> None:
    """Refuse the run's server, and with it ``db`` and all that builds on it."""
    _refuse()


@pytest.fixture
def own_cluster() -> None:
    """Refuse a further server."""
    _refuse()
