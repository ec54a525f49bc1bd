"""Doors: the policies, one of them, one of its versions, what changed between two, the draft that is consulted on. The same for
everyone; read from the database when a page is not warm."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.ground import clock
from app.law.polling import silent_until
from app.party.evidence import queries as evidence
from app.party.evidence.calculators.asking import Asked
from app.web import cards
from app.web.rights import FOR_GOOD, cached
from app.web.tongues import Tongue, tongue

from .. import papers, queries
from ..models import Policy
from ..texts import drawing
from ..texts.comparing import compare
from ..texts.holding import asked
from ..texts.reading import read, read_all
from ..texts.words import Text
from .door import door, get_adopted, get_policy

VIEWS = ("inline", "side")


@door.get("/policies")
@cached(asks=("topic",))
def policies() -> ResponseReturnValue:
    """Every policy, or those of a topic (`?topic=caps`)."""
    all_of_them = queries.adopted()
    topics = sorted({one.text.topic for one in all_of_them})
    topic = request.args.get("topic", "")
    if topic and topic not in topics:
        abort(404)
    shown = [one for one in all_of_them if topic in ("", one.text.topic)]
    return render_template(
        "policy/policies.html", policies=shown, topics=topics, topic=topic, drawing=drawing,
        consulting=queries.consulting(on=clock.today()), corrections=len(evidence.CORRECTIONS),
    )  # fmt: skip


@door.get("/policies/<slug>")
@cached()
def policy(slug: str) -> ResponseReturnValue:
    return _current(slug, "now")


@door.get("/policies/<slug>/<int(fixed_digits=4):year>")
@cached()
def policy_then(slug: str, year: int) -> ResponseReturnValue:
    """The side of the page that speaks of another year."""
    return _current(slug, str(year))


def _current(slug: str, when: str) -> ResponseReturnValue:
    found = get_policy(slug)
    adopted = queries.find_adopted(slug)
    if found.retired_at and (successor := queries.successor_of(found)):
        return redirect(url_for(".policy", slug=successor.slug), 301)
    draft = queries.draft_of(found.id)
    is_consulting = queries.is_consulting(draft, on=clock.today())
    if adopted is None:
        if is_consulting and when == "now":
            return _draft(found)
        abort(404)
    if when not in ("now", adopted.text.then):
        abort(404)
    translation = queries.translation_of(found.id, "mi") if tongue() is Tongue.REO else None
    text = read(translation[0].source) if translation else adopted.text
    return render_template(
        "policy/policy.html", shown=adopted, translation=translation, versions=queries.versions(found.id),
        draft=draft if is_consulting else None, stale=evidence.stale(evidence.BROADBAND, on=clock.today()),
        card=papers.claim(adopted, cards.ours()), polling=silent_until(clock.now()), **_page(slug, text, when),
        say=queries.say(found, adopted.version, adopted.text, when=when, on=clock.today()),
    )  # fmt: skip


@door.get("/policies/<slug>/draft")
@cached()
def draft(slug: str) -> ResponseReturnValue:
    """The text that is consulted on: no party has adopted it."""
    found = get_policy(slug)
    if not queries.is_consulting(queries.draft_of(found.id), on=clock.today()):
        abort(404)
    return _draft(found)


def _draft(found: Policy) -> ResponseReturnValue:
    draft = queries.draft_of(found.id) or abort(404)
    text = read_all(draft.source)[0]
    return render_template(
        "policy/draft.html", draft=draft, current=queries.find_adopted(found.slug), **_page(found.slug, text, "now"),
        say=queries.say(found, None, text, when="now", on=clock.today()),
    )  # fmt: skip


def _page(slug: str, text: Text, when: str) -> dict[str, Any]:
    """What every page of a text is drawn from."""
    return {
        "slug": slug, "text": text, "when": when, "drawing": drawing, "dataset": evidence.BROADBAND,
        "calculators": calculators(text),
    }  # fmt: skip


@door.get("/policies/<slug>/v<int:number>")
@cached(FOR_GOOD)
def version(slug: str, number: int) -> ResponseReturnValue:
    """One version, for ever: nothing on this page depends on what came after it."""
    shown = get_adopted(slug, number)
    return render_template(
        "policy/version.html", shown=shown, card=papers.claim(shown, cards.ours()), **_page(slug, shown.text, "now")
    )


@door.get("/policies/<slug>/v<int:old>...v<int:new>")
@cached(FOR_GOOD, asks=("view",))
def changes(slug: str, old: int, new: int) -> ResponseReturnValue:
    """What a version changed against another, `?view=inline` or `side`."""
    view = request.args.get("view", "inline")
    if view not in VIEWS:
        abort(404)
    before, after = get_adopted(slug, old), get_adopted(slug, new)
    return render_template(
        "policy/compare.html", slug=slug, old_number=old, new_number=new, view=view, adopted=after.version,
        comparison=compare(before.text, after.text), title=after.text.title,
    )  # fmt: skip


def calculators(text: Text) -> list[Asked]:
    """The calculators of a text, filled in as it says, with their answers."""
    return [one for one in map(asked, text.calculators) if not isinstance(one, str)]
