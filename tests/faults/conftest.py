"""One running installation for all fault tests: each leaves it standing. Where time is to pass, one of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from .running import Installation


@pytest.fixture(scope="package")
def site() -> Iterator[Installation]:
    yield from _installed()


@pytest.fixture
def aging() -> Iterator[Installation]:
    """One of its own: time passes in it at the provider, and does not go back."""
    yield from _installed()


def _installed() -> Iterator[Installation]:
    if sys.platform != "linux":
        pytest.skip("processes are found under /proc")
    installation = Installation()
    yield installation
    installation.stop()
