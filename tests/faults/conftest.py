"""One running installation for all fault tests: each leaves it standing."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from .running import Installation


@pytest.fixture(scope="package")
def site() -> Iterator[Installation]:
    if sys.platform != "linux":
        pytest.skip("processes are found under /proc")
    installation = Installation()
    yield installation
    installation.stop()
