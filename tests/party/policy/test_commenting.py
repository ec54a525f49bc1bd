"""Comments: by members, on a section, read first, answered in time, hidden with a reason that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import event

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.policy import queries, rules
from app.party.policy.models import Shown, Stance
from app.party.policy.services import commenting, drafting
from app.party.policy.services.commenting import Author, Of
from tests.house.page_reader import faults, see
from tests.walk import enter, hidden

from .conftest import CAPS
from .taking import AROHA, GRACE, LIN, OLIVE, PLACE, Publish, days_later, person_id, press, say, send, told_so_far

DO = f"{PLACE}/comments/do"
TAMA = "tama@people.example"


def let_through(browser, where="comments") -> None:
    page = browser.get("/org/policies/comments").text
    path = re.search(rf'action="(/org/policies/{where}/[^"]*/let-through)"', page)[1]
    assert press(browser, path, page="/org/policies/comments").status_code == 303


def test_a_visitor_reads_and_is_asked_to_sign_in(cast, client, published: Publish):
    published()
    say(body="How is it counted?")
    page = client.get(DO)
    assert page.status_code == 200
    assert "How is it counted?" in page.text
    assert f'href="/sign-in?next={DO}"' in page.text
    assert "<textarea" not in page.text
    assert "noindex" in page.text


@pytest.mark.parametrize(("email", "why"), [(LIN, "You are not a member."), (GRACE, "behind with dues")])
def test_who_is_no_member_in_good_standing_reads_why_not(email, why, app, cast, published: Publish, owner):
    published()
    browser = enter(app, email)
    page = browser.get(DO).text
    assert why in page
    assert "<textarea" not in page
    token = hidden(browser.get("/me").text, "csrf_token")
    answer = browser.post(
        DO, data={"csrf_token": token, "of": "v1", "stance": "question", "body": "May I?", "display": "anonymous"}
    )
    assert answer.status_code == 422
    assert why in answer.text
    assert owner.execute("select count(*) from policy_comments").fetchone() == (0,)


def test_the_first_comment_waits_and_the_next_is_shown_at_once(app, cast, client, published: Publish, as_officer):
    published()
    browser = enter(app, AROHA)
    answer = send(browser, DO, stance="question", body="Who counts?", display="anonymous")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "an officer reads it before it is shown" in page
    assert "Who counts?" in page  # its author sees it
    assert "Who counts?" not in client.get(DO).text
    let_through(as_officer("olive"))
    assert "Who counts?" in client.get(DO).text
    send(browser, DO, stance="support", body="Good.", display="anonymous")
    assert "Good." in client.get(DO).text


def test_its_author_is_shown_as_they_choose(app, cast, client, published: Publish):
    published()
    for body, display in (("One.", Shown.ANONYMOUS), ("Two.", Shown.FIRST), ("Three.", Shown.FULL)):
        say(body=body, display=display)
    page = client.get(DO).text
    assert "<b>A member</b>" in page
    assert "<b>Aroha</b>" in page
    assert "<b>Aroha Ngāpō-Whitfield</b>" in page


def test_a_form_that_is_sent_twice_is_one_comment(app, cast, published: Publish, owner):
    published()
    browser = enter(app, AROHA)
    page = browser.get(DO).text
    data = {name: hidden(page, name) for name in ("csrf_token", "key", "of")}
    for _ in range(2):
        answer = browser.post(DO, data={**data, "stance": "support", "body": "Once.", "display": "anonymous"})
        assert answer.status_code == 303
    assert owner.execute("select count(*) from policy_comments").fetchone() == (1,)


def test_two_threads_with_one_form_write_one_comment(app, cast, published: Publish, owner):
    published()
    who, key = person_id(AROHA), new_id()

    def write(_):
        with app.app_context(), transaction():
            policy = queries.find("data-caps")
            of = Of(version=1)
            return commenting.comment(
                policy, "do", Stance.SUPPORT, "Once.", of=of, author=Author(who), key=key, on=clock.today()
            ).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(write, range(4)))) == 1
    assert owner.execute("select count(*) from policy_comments").fetchone() == (1,)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"body": ""}, "Write something."),
        ({"body": "x" * 2001}, "Use 2000 letters or fewer; this has 2001."),
        ({"stance": ""}, "Choose what your comment is."),
        ({"display": "loud"}, "Choose how you are shown."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(typed, said, app, cast, published: Publish):
    published()
    answer = send(enter(app, AROHA), DO, **{"stance": "support", "body": "Kept.", "display": "anonymous", **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.get("body", "Kept.") in answer.text


def test_two_thousand_letters_are_taken(app, cast, published: Publish):
    published()
    answer = send(enter(app, AROHA), DO, stance="support", body="ā" * 2000, display="anonymous")
    assert answer.status_code == 303


def test_a_text_that_changed_while_somebody_wrote_is_read_first(app, cast, published: Publish):
    published()
    browser = enter(app, AROHA)
    page = browser.get(DO).text
    data = {name: hidden(page, name) for name in ("csrf_token", "key", "of")}
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    answer = browser.post(DO, data={**data, "stance": "support", "body": "To the old.", "display": "anonymous"})
    assert answer.status_code == 422
    assert "A new version was published" in answer.text
    assert "To the old." in answer.text
    assert hidden(answer.text, "of") == "v2"


def test_a_comment_names_the_version_it_spoke_of_for_ever(cast, client, published: Publish):
    published()
    say(body="On the first.")
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    say(body="On the second.")
    page = client.get(DO).text
    assert page.index("On the second.") < page.index("On the first.")
    assert "on version 1" in page
    assert "on version 2" in page


def test_a_section_that_is_gone_keeps_what_was_said_of_it(cast, client, published: Publish):
    published()
    say(body="Then as now.", anchor="then", stance=Stance.SUPPORT)
    published(without_then())
    page = client.get(f"{PLACE}/comments/then")
    assert page.status_code == 200
    assert "Then as now." in page.text
    assert "has no such section any more" in page.text
    assert client.get(f"{PLACE}/comments/nowhere").status_code == 404


def without_then() -> str:
    head, _, tail = CAPS.partition("## As it was {#then problem as-at=2013}\n\nIn 2013 almost everybody had a cap.\n")
    return head + tail


# A draft that is consulted on


def test_a_draft_is_commented_on_with_the_revision_that_was_read(app, cast, client, published: Publish):
    published()
    with transaction():
        policy = queries.find("data-caps")
        draft = drafting.begin_next(policy, by="system")
        drafting.save(policy, CAPS.replace("One survey.", "Two surveys."), "More.", seen=draft.mark, by="system")
    browser = enter(app, AROHA)
    assert hidden(browser.get(f"{DO}?draft=1").text, "of") == "v1"  # nobody is consulted yet
    with transaction():
        policy = queries.find("data-caps")
        drafting.consult(policy, until=clock.today() + timedelta(days=14), on=clock.today(), by="system")
    assert f'href="{DO}?draft=1"' in client.get(f"{PLACE}/draft").text
    answer = send(browser, f"{DO}?draft=1", stance="concern", body="Two is too many.", display="anonymous")
    assert answer.status_code == 303
    assert "on the draft (2)" in browser.get(answer.location).text


def test_a_policy_that_was_never_adopted_is_commented_on_as_a_draft(app, cast, client):
    with transaction():
        drafting.start("cables", CAPS, by="system")
    assert client.get("/policies/cables/comments").status_code == 404
    with transaction():
        drafting.consult(queries.find("cables"), until=clock.today() + timedelta(days=14), on=clock.today(), by="system")
    browser = enter(app, AROHA)
    answer = send(browser, "/policies/cables/comments/do", stance="question", body="When?", display="anonymous")
    assert answer.status_code == 303


# Replies and answers


def test_members_reply_once_and_nobody_to_a_reply(app, cast, client, published: Publish):
    published()
    parent = say(body="Who counts?")
    say(TAMA, body="Something of mine.", anchor="cost", stance=Stance.SUPPORT)
    path = f"{DO}/{parent.id}"
    answer = send(enter(app, TAMA), path, body="The regulator does.", display="first", adult="y")
    assert answer.status_code == 303
    page = client.get(DO).text
    assert "The regulator does." in page
    assert "<b>Tama</b>" in page
    with transaction():
        reply = queries.comments_on(queries.find("data-caps"), "do", before=None, by=None, on=clock.today())[0][0].replies[0]
    assert client.get(f"{DO}/{reply.id}").status_code == 404
    who = person_id(AROHA)
    with transaction(), pytest.raises(rules.NotToThis):
        policy, there = queries.find("data-caps"), queries.find_comment(reply.id)
        commenting.reply(policy, there, "And?", author=Author(who), key=new_id(), on=clock.today())


def test_a_question_about_commitments_asks_for_the_partys_answer_and_is_answered(
    app, cast, client, published: Publish, as_officer, mailbox
):
    published()
    parent = say(body="Who counts?")
    due = clock.today() + timedelta(days=14)
    assert f"The party’s answer is due by {due.day} {due:%B %Y}" in client.get(DO).text
    olive = as_officer("olive")
    assert "Who counts?" in olive.get("/org/policies/comments").text.partition('id="unanswered"')[2].partition("</section>")[0]
    answer = send(olive, f"/org/policies/comments/{parent.id}/answer", body="The **regulator**, with our money.")
    assert answer.status_code == 303
    page = client.get(DO).text
    assert "Answer of the party" in page
    assert "party secretary" in page
    assert "Olive" not in page
    assert "<strong>regulator</strong>" in page
    assert "The party has answered." in page
    assert any(letter.to == AROHA and "answered" in letter.subject for letter in mailbox())


@pytest.mark.parametrize(
    ("stance", "anchor", "asks"),
    [
        (Stance.QUESTION, "do", True),
        (Stance.CONCERN, "do", True),
        (Stance.SUPPORT, "do", False),
        (Stance.EVIDENCE, "do", False),
        (Stance.QUESTION, "cost", False),
    ],
)
def test_what_asks_for_an_answer(stance, anchor, asks, cast, published: Publish):
    published()
    assert say(stance=stance, anchor=anchor).needs_reply is asks


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
def test_an_answer_that_is_late_is_said_to_be(days, late, cast, client, published: Publish, as_officer):
    published()
    say(body="Who counts?")
    client.application.extensions["hustings"].warm.forget()
    with days_later(days):
        assert ("overdue" in client.get(DO).text) is late
        assert ("1 answer is overdue" in client.get(f"{PLACE}/comments").text) is late
        assert ("1 question or concern has waited longer" in client.get(PLACE).text) is late
        with transaction():
            assert queries.work.waiting(on=clock.today()).overdue == int(late)


def test_holding_a_comment_back_buys_no_time(cast, client, published: Publish):
    published()
    made = say(body="Who counts?", let_through=False)
    with days_later(20):
        with transaction():
            commenting.let_through(commenting.hold_comment(made.id), by="system")
        assert "answer overdue" in client.get(DO).text


# Moderation


def test_what_is_hidden_keeps_its_place_with_the_reason_and_can_be_shown_again(
    cast, client, published: Publish, as_officer, owner
):
    published()
    made = say(body="You are all fools.", stance=Stance.SUPPORT)
    olive = as_officer("olive")
    press(olive, f"/org/policies/comments/{made.id}/hide", page="/org/policies/comments", because="abuse")
    page = client.get(DO).text
    assert "fools" not in page
    assert "It attacks people rather than what is said." in page
    press(olive, f"/org/policies/comments/{made.id}/let-through", page="/org/policies/comments")
    assert "fools" in client.get(DO).text
    press(olive, f"/org/policies/comments/{made.id}/hide", page="/org/policies/comments", because="abuse", remove="1")
    assert owner.execute("select body from policy_comments").fetchone() == ("",)
    log = [row[0] for row in owner.execute("select action from audit_entries where action like 'comment:%' order by seq")]
    assert log == ["comment:let_through", "comment:hidden", "comment:let_through", "comment:removed"]


@pytest.mark.parametrize("way", ["not by whom it says", "taken back"])
def test_of_what_is_hidden_neither_name_nor_stance_is_told(way, app, cast, client, published: Publish):
    published()
    made, who = say(body="So I say.", stance=Stance.CONCERN, display=Shown.FULL), person_id(AROHA)
    answering = say(OLIVE, body="And I.", anchor="cost", stance=Stance.SUPPORT)
    replier = person_id(OLIVE)
    with transaction():
        policy, held = queries.find("data-caps"), commenting.hold_comment(made.id)
        author = Author(replier, Shown.FIRST, adult=True)
        commenting.reply(policy, held, "Well said.", author=author, key=new_id(), on=clock.today())
        if way == "taken back":
            commenting.take_back(held, person_id=who)
        else:
            commenting.hide(held, because="not-them", by="system")
    told = client.get(f"{PLACE}/participation.json").text
    for page in (client.get(DO).text, client.get(f"{DO}/{made.id}").text, told):
        assert "Aroha" not in page
        assert "concern</" not in page.partition("<textarea")[0]
        assert '"concern"' not in page
        assert "Well said." in page
    assert "on version 1" in client.get(DO).text
    assert answering.is_visible


def test_whose_words_were_hidden_waits_again(app, cast, client, published: Publish):
    published()
    made = say(body="Buy pills.", stance=Stance.SUPPORT)
    with transaction():
        commenting.hide(commenting.hold_comment(made.id), because="advertising", by="system")
    assert say(body="More pills.", let_through=False).is_held
    with days_later(91):
        assert say(body="No pills.", let_through=False).is_visible


def test_hiding_a_question_that_waits_too_long_is_news(cast, client, published: Publish, owner_url):
    published()
    made, *_ = [say(body=f"Who counts {number}?") for number in range(12)]
    with days_later(15):
        with transaction():
            for one in queries.comments_on(queries.find("data-caps"), "do", before=None, by=None, on=clock.today())[0]:
                if one.id != made.id:
                    commenting.hold_comment(one.id).answered_at = clock.now()
        with psycopg.connect(owner_url, autocommit=True) as link:
            link.execute("listen hustings_news")
            with transaction():
                commenting.hide(commenting.hold_comment(made.id), because="twice", by="system")
            assert told_so_far(link) == 1  # of 12 comments and of 11 the same is told: more than ten


def test_a_link_tells_no_visitor_that_they_said_something(app, cast, client, published: Publish):
    published()
    made = say()
    for path in (DO, f"{DO}/{made.id}"):
        for done in ("shown", "held"):
            for browser in (client, enter(app, LIN)):
                page = browser.get(f"{path}?done={done}").text
                assert "is shown</" not in page
                assert "is here</" not in page
    assert "Your comment is shown" in enter(app, AROHA).get(f"{DO}?done=shown").text


def test_an_answer_of_the_party_is_not_hidden(cast, published: Publish):
    published()
    parent, who = say(), person_id(OLIVE)
    with transaction():
        policy, held = queries.find("data-caps"), commenting.hold_comment(parent.id)
        made = commenting.answer(policy, held, "So.", office="party secretary", person_id=who, key=new_id(), by="system")
    for act in (commenting.hide, commenting.remove):
        with transaction(), pytest.raises(rules.NotToThis):
            act(commenting.hold_comment(made.id), because="abuse", by="system")


def test_the_database_lets_no_comment_say_something_else(cast, published: Publish, settings):
    published()
    say()
    with psycopg.connect(settings.database_url) as link:
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="says what it said"):
            link.execute("update policy_comments set body = 'I never said that.'")
        link.rollback()
        link.execute("update policy_comments set body = '', hidden_at = now(), hidden_because = 'abuse'")
        link.rollback()


def test_its_author_erases_it_and_nobody_else(app, cast, client, published: Publish, owner):
    published()
    made = say(body="I regret this.", stance=Stance.SUPPORT)
    path = f"/me/comments/{made.id}/take-back"
    assert press(enter(app, TAMA), path, page="/me").status_code == 404
    browser = enter(app, AROHA)
    assert path in browser.get("/me").text
    assert press(browser, path, page="/me").status_code == 303
    assert press(browser, path, page="/me").status_code == 303
    assert "regret" not in client.get(DO).text
    assert owner.execute("select body, hidden_because from policy_comments").fetchall() == [("", "taken back")]


# Many


@contextmanager
def questions_about(table: str) -> Iterator[list[tuple[int, int]]]:
    """How many rows of a table each question reads that is asked meanwhile, and how many it gives, as PostgreSQL explains."""
    asked: list[tuple[int, int]] = []

    def rows(plan: dict) -> float:
        here = sum(plan.get(what, 0) for what in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
        mine = here * plan["Actual Loops"] if plan.get("Relation Name") == table else 0
        return mine + sum(rows(one) for one in plan.get("Plans", ()))

    def explain(connection, _cursor, statement, said, _context, _many):
        if table in statement and statement.lstrip().lower().startswith(("select", "with")):
            with connection.connection.cursor() as other:
                other.execute(f"explain (analyze, format json) {statement}", said)
                told = other.fetchone()[0]
            asked.append((round(rows(told[0]["Plan"])), round(told[0]["Plan"]["Actual Rows"])))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def test_fifty_thousand_comments_are_read_a_page_at_a_time(cast, client, published: Publish, owner):
    version = published()
    owner.execute(
        "insert into policy_comments (id, key, policy_id, version_id, anchor, stance, display, body, needs_reply, made_at,"
        " shown_at, shown_by, person_id)"
        " select gen_random_uuid(), gen_random_uuid(), %s, %s, case when n %% 2 = 0 then 'do' else 'cost' end, 'question',"
        " 'full',"
        " 'Comment ' || n, true, now() - n * interval '1 second', now(), 'system', p.id"
        " from generate_series(1, 50000) n, (select id from people order by id limit 1) p",
        [version.policy_id, version.id],
    )
    owner.execute("analyze policy_comments")
    for path in (DO, f"{PLACE}/comments", PLACE):
        client.application.extensions["hustings"].warm.forget()
        with questions_about("policy_comments") as asked:
            assert client.get(path).status_code == 200, path
        assert sum(read for read, _ in asked) < 60_000, f"{path}: counted once at most"
        assert 0 < sum(given for _, given in asked) < 200, f"{path}: and a page of them handed over"
    page = client.get(DO).text
    last = re.search(rf'href="{DO}\?before=([^"]+)"', page)[1]
    older = client.get(f"{DO}?before={last}").text
    seen, then = set(re.findall(r"Comment \d+", page)), set(re.findall(r"Comment \d+", older))
    assert len(seen) == len(then) == rules.A_PAGE
    assert not seen & then
    assert "more than 20,000 comments" in client.get(PLACE).text


# What is hostile does nothing


OURS = {
    "html", "head", "body", "meta", "title", "link", "a", "div", "header", "nav", "ul", "li", "main", "p", "h1", "h2",
    "section",
    "ol", "span", "b", "footer", "aside", "strong", "em", "pre", "code", "blockquote", "s", "hr", "br",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "[click](javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "![x](https://tracker.example/x.png)",
    "<a href='javascript:alert(1)'>x</a>",
    "```html\n<script>alert(1)</script>\n```",
    "[x]: javascript:alert(1)\n[x]",
    "<style>*{display:none}</style>",
    "## A heading {#do}\n\n# Another",
    "<iframe src='https://evil.example'></iframe>",
    "&lt;script&gt;",
    "> " * 200 + "deep",
    "[" * 500 + "](" * 500,
    "\u202eevil\u202c\u0000",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_markdown_does_nothing(body, app, cast, client, published: Publish, settings):
    published()
    browser = enter(app, AROHA)
    say(body="Known.", anchor="cost", stance=Stance.SUPPORT)
    answer = send(browser, DO, stance="support", body=body, display="anonymous")
    assert answer.status_code == 303
    page = client.get(DO).text
    seen = see(page)
    assert {tag for tag, _ in seen.tags} <= OURS
    for tag, attributes in seen.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert not (attributes.get("href") or "").startswith(("javascript", "data")), tag
    assert [fault for fault in faults(page, promoter=settings.promoter) if "Straight" not in fault] == []
    assert "\u202e" not in page


def test_search_engines_follow_no_link_in_a_comment(cast, client, published: Publish):
    published()
    say(body="[mine](https://shop.example)")
    assert '<a href="https://shop.example" rel="noopener nofollow ugc">mine</a>' in client.get(DO).text
