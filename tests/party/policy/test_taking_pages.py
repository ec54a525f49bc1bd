"""Every page of taking part passes the strict page reader: as a visitor, a member and an officer see it."""

from __future__ import annotations

from datetime import date, timedelta

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import new_id
from app.party.policy import queries
from app.party.policy.models import Outcome, Shown, Stance
from app.party.policy.services import amending, commenting, deciding
from app.party.policy.services.deciding import Verdict
from tests.house.page_reader import faults
from tests.walk import enter

from .taking import (
    AROHA,
    OLIVE,
    PLACE,
    Publish,
    days_later,
    endorse_by_letter,
    more_members,
    person_id,
    propose,
    say,
    send,
    support,
)


def test_with_nothing_said_yet(app, cast, client, published: Publish, settings):
    published()
    member = enter(app, AROHA)
    for path in ("", "/endorse", "/endorsements", "/comments", "/comments/do", "/amendments"):
        for browser in (client, member):
            page = browser.get(PLACE + path)
            assert page.status_code == 200, path
            assert faults(page.text, promoter=settings.promoter) == [], path
    for path in ("/endorsements/sent", "/endorsements/withdrawn", "/endorsements/none"):
        assert faults(client.get(path).text, promoter=settings.promoter) == [], path
    assert faults(member.get(f"{PLACE}/amendments/new/do").text, promoter=settings.promoter) == []


def test_on_a_day_before_the_rule_there_are_pages_all_the_same(client, published: Publish):
    published()
    with clock.standing_at(clock.start_of(date(2026, 10, 30))):
        client.application.extensions["hustings"].warm.forget()
        for path in ("", "/comments", "/amendments"):
            assert client.get(PLACE + path).status_code == 200


def test_with_much_said(app, cast, client, published: Publish, mailbox, as_officer, settings):
    published()
    link = endorse_by_letter(client, mailbox, reason="Because.", display="full", name="Mere Brook", adult="y")
    pending = endorse_by_letter(client, mailbox, "late@people.example", confirm=False)
    send(enter(app, AROHA), f"{PLACE}/endorse", display="full", reason="")
    asked, hidden = say(display=Shown.FULL), say(body="Fools.", stance=Stance.CONCERN)
    say(body="On costs.", anchor="cost", stance=Stance.EVIDENCE)
    say("tama@people.example", body="Waits.", let_through=False)
    secretary = person_id(OLIVE)
    with transaction():
        policy, held = queries.find("data-caps"), commenting.hold_comment(asked.id)
        commenting.answer(policy, held, "We do.", office="party secretary", person_id=secretary, key=new_id(), by="system")
        commenting.hide(commenting.hold_comment(hidden.id), because="abuse", by="system")
    decided, running, waits = propose(), propose(anchor="cost", body="Less."), propose("tama@people.example", opened=False)
    members = more_members(11)
    support(decided, members)
    with days_later(15):
        with transaction():
            said = Verdict(Outcome.IN_PART, "the policy conference", clock.today(), "Part of it.", "Half.", 1, 2, 0, 9)
            policy, row = queries.find("data-caps"), amending.hold_amendment(decided.id)
            deciding.decide(policy, row, said, seen="", by="system", on=clock.today())
        supported = propose(anchor="change", body="Another.")
        support(supported, members)
    with clock.standing_at(clock.now() + timedelta(days=31)):
        client.application.extensions["hustings"].warm.forget()
        member, olive = enter(app, AROHA), as_officer("olive")
        public = [PLACE, link, pending] + [
            PLACE + path
            for path in (
                "/endorse", "/endorsements", "/comments", "/comments/do", f"/comments/do/{asked.id}",
                f"/comments/do/{hidden.id}",
                "/amendments", f"/amendments/{decided.id}", f"/amendments/{running.id}", f"/amendments/{supported.id}",
            )
        ]  # fmt: skip
        own = ["/me", f"{PLACE}/amendments/new/do"]
        desk = [
            "/org", "/org/policies/comments", f"/org/policies/comments/{asked.id}/answer", "/org/policies/amendments",
            f"/org/policies/amendments/{waits.id}", f"/org/policies/amendments/{decided.id}",
            f"/org/policies/amendments/{supported.id}/decide",
        ]  # fmt: skip
        for browser, paths in ((client, public), (member, public + own), (olive, desk)):
            for path in paths:
                page = browser.get(path)
                assert page.status_code == 200, path
                assert faults(page.text, promoter=settings.promoter) == [], path
