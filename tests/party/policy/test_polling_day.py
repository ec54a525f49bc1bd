"""Polling day: until 7 pm nothing is endorsed, commented on, proposed, supported, answered or decided; all is read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import new_id
from app.party.policy import queries, rules
from app.party.policy.models import Shown, Stance
from app.party.policy.services import amending, commenting, deciding, drafting, endorsing
from app.party.policy.services.amending import Proposal
from app.party.policy.services.commenting import Author, Of
from app.party.policy.services.endorsing import Wish
from app.web.rights import FOR_A_MINUTE, FOR_GOOD, PAGE, TOOL
from tests.walk import enter, hidden

from .taking import ANOTHER, AROHA, OLIVE, PLACE, POLLING_NOON, Publish, endorse_by_letter, person_id, press, propose, say, send

DAY_BEFORE = POLLING_NOON - timedelta(days=1)
pytestmark = pytest.mark.on_day(date(2026, 11, 29))  # the cast are members on that polling day


@pytest.fixture
def on_the_eve(cast, published: Publish):
    with clock.standing_at(DAY_BEFORE):
        published()
        yield


def test_pages_say_so_offer_nothing_and_can_be_read(app, client, on_the_eve):
    comment, amendment = say(), propose()
    paths = (
        f"{PLACE}/endorse", f"{PLACE}/endorsements", f"{PLACE}/comments", f"{PLACE}/comments/do",
        f"{PLACE}/comments/do/{comment.id}", f"{PLACE}/amendments", f"{PLACE}/amendments/{amendment.id}",
    )  # fmt: skip
    with clock.standing_at(POLLING_NOON):
        client.application.extensions["hustings"].warm.forget()
        browser = enter(app, OLIVE)
        for path in (PLACE, *paths):
            page = browser.get(path)
            assert page.status_code == 200, path
            assert "It is polling day" in page.text, path
            assert "<textarea" not in page.text, path
            assert "I support it" not in page.text
        assert f'href="{PLACE}/endorse"' not in client.get(PLACE).text
        for page in (client.get(PLACE).text, *(browser.get(path).text for path in paths)):
            assert "/amendments/new/" not in page
            assert ">comment<" not in page
        assert f'href="{PLACE}/comments/do">1 comment<' in client.get(PLACE).text  # it is there to be read
        assert "Who counts them?" in browser.get(f"{PLACE}/comments/do").text


@pytest.mark.parametrize(
    ("hours", "lasts"), [(-49, PAGE), (-36, FOR_A_MINUTE), (-13, FOR_A_MINUTE), (0, FOR_A_MINUTE), (6, FOR_A_MINUTE), (8, PAGE)]
)
def test_no_copy_that_others_hold_outlives_the_beginning_of_the_day_or_its_close(client, on_the_eve, hours, lasts):
    with clock.standing_at(POLLING_NOON + timedelta(hours=hours)):
        client.application.extensions["hustings"].warm.forget()
        assert client.get(PLACE).headers["Cache-Control"] == lasts
        assert client.get("/tools/time-to-cap").headers["Cache-Control"] == (TOOL if lasts == PAGE else FOR_A_MINUTE)
        assert client.get(f"{PLACE}/v1").headers["Cache-Control"] == FOR_GOOD


def test_the_day_before_and_after_seven_they_do_not(app, client, on_the_eve):
    for moment in (DAY_BEFORE, POLLING_NOON + timedelta(hours=7)):
        with clock.standing_at(moment):
            client.application.extensions["hustings"].warm.forget()
            page = client.get(PLACE).text
            assert "It is polling day" not in page
            assert f'href="{PLACE}/amendments/new/do"' in page
            assert f'href="{PLACE}/comments/do">comment<' in page
            assert "It is polling day" not in client.get(f"{PLACE}/endorse").text


def test_every_verb_refuses(on_the_eve):
    comment, amendment = say(), propose()
    aroha, olive = person_id(AROHA), person_id(OLIVE)
    held = say(OLIVE, let_through=False)
    waiting = propose(OLIVE, anchor="cost", body="Less.", opened=False)

    def policy():
        return queries.find("data-caps")

    wish = Wish(Shown.ANONYMOUS)
    with clock.standing_at(POLLING_NOON):
        on = clock.today()
        verbs = {
            "endorse": lambda: endorsing.endorse(policy(), 1, wish, person_id=aroha, key=new_id(), on=on),
            "ask": lambda: endorsing.ask_to_endorse(policy(), 1, wish, email="a@people.example", key=new_id(), on=on),
            "confirm": lambda: endorsing.confirm("anything"),
            "comment": lambda: commenting.comment(
                policy(), "do", Stance.SUPPORT, "Yes.", of=Of(version=1), author=Author(aroha), key=new_id(), on=on
            ),
            "reply": lambda: commenting.reply(
                policy(), queries.find_comment(comment.id), "Yes.", author=Author(aroha), key=new_id(), on=on
            ),
            "answer": lambda: commenting.answer(
                policy(), queries.find_comment(comment.id), "Yes.", office="x", person_id=olive, key=new_id(), by="system"
            ),
            "let through": lambda: commenting.let_through(queries.find_comment(held.id), by="system"),
            "propose": lambda: amending.propose(
                policy(), Proposal("change", ANOTHER, "Why."), number=1, author=Author(aroha), key=new_id(), on=on
            ),
            "open": lambda: amending.open_for_support(queries.find_amendment(waiting.id), by="system", on=on),
            "support": lambda: amending.support(amendment.id, person_id=olive, on=on),
            "decide": lambda: deciding.decide(policy(), queries.find_amendment(amendment.id), None, seen="", by="x", on=on),
        }
        for name, verb in verbs.items():
            with pytest.raises(rules.PollingDay), transaction():
                verb()
                pytest.fail(name)


def test_a_form_that_was_open_since_yesterday_is_refused_and_keeps_what_was_typed(app, client, on_the_eve, mailbox):
    page = client.get(f"{PLACE}/endorse").text
    data = {name: hidden(page, name) for name in ("csrf_token", "key", "version")}
    browser = enter(app, AROHA)
    comments = browser.get(f"{PLACE}/comments/do").text
    said = {name: hidden(comments, name) for name in ("csrf_token", "key", "of")}
    before = len(mailbox())
    with clock.standing_at(POLLING_NOON):
        answer = client.post(f"{PLACE}/endorse", data={**data, "email": "mere@people.example", "display": "anonymous"})
        assert answer.status_code == 422
        assert "It is polling day." in answer.text
        assert len(mailbox()) == before
        answer = browser.post(
            f"{PLACE}/comments/do", data={**said, "stance": "support", "body": "Vote!", "display": "anonymous"}
        )
        assert answer.status_code == 422


def test_the_page_of_a_draft_offers_no_comment_either(client, cast, published: Publish):
    published()
    with clock.standing_at(DAY_BEFORE):
        with transaction():
            policy = queries.find("data-caps")
            begun = drafting.begin_next(policy, by="system")
            source = begun.source.replace("One survey.", "Two surveys.")
            drafting.save(policy, source, "More.", seen=begun.mark, by="system")
            drafting.consult(policy, until=clock.today() + timedelta(days=14), on=clock.today(), by="system")
        assert ">comment<" in client.get(f"{PLACE}/draft").text
    with clock.standing_at(POLLING_NOON):
        client.application.extensions["hustings"].warm.forget()
        page = client.get(f"{PLACE}/draft").text
        assert "It is polling day" in page
        assert ">comment<" not in page


def test_officers_are_told_so_on_their_pages_and_keep_what_they_typed(app, on_the_eve, as_officer):
    comment, held = say(), say(OLIVE, let_through=False)
    with clock.standing_at(POLLING_NOON):
        olive = as_officer("olive")
        answer = send(olive, f"/org/policies/comments/{comment.id}/answer", body="We count them.")
        assert answer.status_code == 422
        assert "It is polling day." in answer.text
        assert "We count them." in answer.text
        answer = press(olive, f"/org/policies/comments/{held.id}/let-through", page="/org/policies/comments")
        assert answer.status_code == 422
        assert "It is polling day." in answer.text


def test_what_stands_is_taken_back_on_polling_day_too(app, client, on_the_eve, mailbox, owner):
    link = endorse_by_letter(client, mailbox)
    pending = endorse_by_letter(client, mailbox, "late@people.example", confirm=False)
    with clock.standing_at(POLLING_NOON):
        assert "It is polling day" in client.get(pending).text
        assert press(client, pending, page="/sign-in").status_code == 303
        assert owner.execute("select count(*) from policy_endorsements where confirmed_at is not null").fetchone() == (1,)
        assert press(client, f"{link}/withdraw", page=link).status_code == 303
        assert owner.execute("select count(*) from policy_endorsements where confirmed_at is not null").fetchone() == (0,)
