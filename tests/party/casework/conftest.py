"""For the tests of what officers keep: the cast and two branches, as the tests of the roster have them."""

from __future__ import annotations

from tests.party.roster.conftest import ids, mangere, place

__all__ = ["ids", "mangere", "place"]
