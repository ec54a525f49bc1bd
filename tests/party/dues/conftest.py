"""Years pass here, in minutes."""

from __future__ import annotations

import pytest

from tests.party.dues.years import Years


@pytest.fixture
def years(app, stripe, settings, hear) -> Years:
    """The house and Stripe at the same time, from now on."""
    return Years(app, stripe, settings.database_url, hear)
