"""For the tests of imports: the secretary at a browser, and lists on their way. Of the cast only who is needed, for speed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import cast as faces
from tests import walk

from .lists import Sending

FACES = {face.key: face for face in faces.CAST}


@pytest.fixture
def olive(app: Flask) -> FlaskClient:
    """The party secretary, a second step proven just now."""
    faces.make(FACES["olive"])
    browser = walk.enter(app, FACES["olive"].email)
    assert walk.prove(browser, FACES["olive"].email).status_code == 303
    return browser


@pytest.fixture
def aroha(olive) -> faces.Face:
    """A member, with a phone and a date of birth."""
    faces.make(FACES["aroha"])
    return FACES["aroha"]


@pytest.fixture
def lin(olive) -> faces.Face:
    """A supporter who lets us write."""
    faces.make(FACES["lin"])
    return FACES["lin"]


@pytest.fixture
def sent(olive) -> Callable[[bytes], Sending]:
    """A list that was sent, whose columns are still to be said. What the worker does is done at once, by the same chores;
    test_killed.py has the worker itself."""
    return lambda content: Sending(olive, content)


@pytest.fixture
def checked(sent) -> Callable[..., Sending]:
    return lambda content, **said: sent(content).checked(**said)
