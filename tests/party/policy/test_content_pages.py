"""The pages of the texts that come with the software, as a reader gets them."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.ground.settings import Settings
from app.party.policy.content import history
from app.party.policy.models import PolicyVersion
from app.party.policy.texts.reading import read
from tests.house.page_reader import faults

Publish = Callable[..., PolicyVersion]
MOST = 30_000  # letters of HTML on the way, compressed
NEWEST = {one.policy: one.source for one in history()}


@pytest.mark.parametrize("slug", NEWEST)
def test_a_shipped_text_is_published_by_the_real_verbs_and_every_side_of_it_is_a_sound_page(
    client: FlaskClient, published: Publish, settings: Settings, slug: str
):
    number = published(NEWEST[slug], slug).number
    then = read(NEWEST[slug]).then
    for path in (f"/policies/{slug}", f"/policies/{slug}/v{number}", *([f"/policies/{slug}/{then}"] if then else [])):
        page = client.get(path)
        assert page.status_code == 200, path
        assert faults(page.text, promoter=settings.promoter) == [], path
        assert len(gzip.compress(page.data)) <= MOST, path
