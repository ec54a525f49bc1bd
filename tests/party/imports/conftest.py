"""For the tests of imports: the secretary at a browser, and lists on their way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from .lists import Sending


@pytest.fixture
def olive(as_officer) -> FlaskClient:
    return as_officer("olive")


@pytest.fixture
def sent(olive, do_the_chores) -> Callable[[bytes], Sending]:
    """A list that was sent, whose columns are still to be said."""
    return lambda content: Sending(olive, do_the_chores, content)


@pytest.fixture
def checked(sent) -> Callable[..., Sending]:
    return lambda content, **said: sent(content).checked(**said)
