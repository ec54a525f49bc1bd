"""kill -9 at any moment of joining: nobody pays twice, nobody who paid is forgotten."""

from __future__ import annotations

import pytest

from .running import Installation, Joiner, check_books

MOMENTS = ("signed", "paid", "heard")


@pytest.mark.parametrize("part", ["web", "worker", "postgres"])
def test_whatever_dies_after_signing_paying_or_the_webhook_one_payment_is_one_member(site: Installation, part: str):
    before = site.one("select count(*) from memberships")
    joiners = [Joiner(site, f"{part}{moment} Tūpato".title()) for moment in MOMENTS]
    for joiner, moment in zip(joiners, MOMENTS, strict=True):
        joiner.open_form()
        joiner.send()
        if moment == "signed":
            site.kill(part)
        joiner.pay()
        if moment == "paid":
            site.kill(part)
        joiner.wait_until_heard()
        if moment == "heard":
            site.kill(part)
    check_books(site, joiners, members_before=before)


@pytest.mark.parametrize("part", ["web workers", "web parent", "simulator"])
def test_whatever_dies_between_any_two_steps_the_visitor_becomes_a_member(site: Installation, part: str):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, f"{part.replace(' ', '').title()} Tūpato")
    for step in joiner.steps:
        step()
        site.kill(part)
    check_books(site, [joiner], members_before=before)
