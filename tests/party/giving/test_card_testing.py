"""Somebody tries stolen cards on the page of giving."""

from __future__ import annotations

from sqlalchemy import select

from app.ground.db import session
from app.party.giving import jobs, rules
from app.party.payments.models import Difference
from tests.party.giving.gifts import give, payments


def test_no_payment_is_begun_before_who_gives_is_said(client):
    assert give(client, name="", ties="").status_code == 422
    assert payments() == []


def test_many_refused_cards_within_an_hour_are_put_before_an_officer_once(client, owner, monkeypatch):
    monkeypatch.setattr(rules, "MOST_DECLINED", 2)
    for number in range(3):
        give(client, email=f"thief{number}@people.example", name=f"Thief {'abc'[number]}")
    jobs.watch_declines()
    assert session.scalars(select(Difference)).all() == []
    owner.execute("update payments set declined_at = now(), decline_code = 'generic_decline'")
    for _ in range(2):
        jobs.watch_declines()
    assert [found.kind for found in session.scalars(select(Difference))] == ["card testing"]


def test_many_cards_that_are_tried_at_one_page_are_put_before_an_officer(client, stripe, hear_everything, monkeypatch):
    monkeypatch.setattr(rules, "MOST_DECLINED", 3)
    give(client)
    for _ in range(4):
        stripe.pay(payments()[0].checkout_id, "4000000000000002")
    hear_everything()
    jobs.watch_declines()
    assert [found.kind for found in session.scalars(select(Difference))] == ["card testing"]


def test_one_address_tries_so_often_and_no_more(client):
    answers = [give(client, email=f"t{number}@people.example").status_code for number in range(rules.PER_ADDRESS[0] + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {303}
