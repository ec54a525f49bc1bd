"""Doors: what members say about a section, and what is replied."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.web.rights import limited_to, member, public

from .. import papers, queries, rules
from ..forms import CommentForm, ReplyForm
from ..models import Comment, Policy, Stance
from ..services import commenting
from ..texts.reading import read_all
from ..texts.words import Section, Text
from .door import door, get_policy
from .who import Who, before, refuse, silent, who_looks


@dataclass(frozen=True)
class Place:
    """A policy, and the text that is spoken of now: its current version, or its draft while that is consulted on."""

    policy: Policy
    text: Text
    of: str  # v3, d5; "" where nothing more can be said
    words: str
    title: str

    def section(self, anchor: str) -> Section | None:
        return self.text.section(anchor)


def _place(slug: str, *, draft: bool) -> Place:
    """404 for a policy with neither version nor public draft."""
    policy, on = get_policy(slug), clock.today()
    adopted, written = queries.find_adopted(slug), queries.draft_of(policy.id)
    if (draft or adopted is None) and written and queries.is_consulting(written, on=on):
        text = read_all(written.source)[0]
        return Place(policy, text, f"d{written.revision}", f"the draft ({written.revision})", text.title)
    if adopted is None:
        abort(404)
    of = "" if policy.retired_at else f"v{adopted.version.number}"
    return Place(policy, adopted.text, of, f"version {adopted.version.number}", adopted.text.title)


def _wants_draft() -> bool:
    return bool(request.args.get("draft"))


def _done(who: Who) -> str:
    """What became of what they just said; nothing to those who can have said nothing, whatever link they followed."""
    return request.args.get("done", "") if who.may_speak else ""


@door.get("/policies/<slug>/comments")
@public
def comments(slug: str) -> ResponseReturnValue:
    """Every section with how much was said about it, and the newest comments."""
    place, who, on = _place(slug, draft=_wants_draft()), who_looks(), clock.today()
    said, more = queries.comments_on(place.policy, None, before=before(), by=who.person_id, on=on)
    return render_template(
        "policy/comments.html",
        slug=slug, place=place, who=who, said=said, more=said[-1].id if more else None, silent=silent(),
        counts=queries.count_by_section(place.policy.id), overdue=queries.count_overdue(place.policy.id, on=on),
        rule=rules.rule_on(on), draft=place.of.startswith("d"), headings=_headings(place),
    )  # fmt: skip


def _headings(place: Place) -> dict[str, str]:
    """What sections are called now, or were last."""
    found = {one.anchor: one.heading for text in queries.texts(place.policy.id) for one in text.sections}
    return {**found, **{one.anchor: one.heading for one in place.text.sections}}


@door.get("/policies/<slug>/comments/<anchor>")
@public
def comments_on(slug: str, anchor: str) -> ResponseReturnValue:
    place = _place(slug, draft=_wants_draft())
    form = CommentForm(formdata=None, data={"of": place.of, "display": "anonymous", "stance": ""})
    return _section_page(slug, anchor, place, form)


def _section_page(slug: str, anchor: str, place: Place, form: CommentForm) -> ResponseReturnValue:
    headings, who, on = _headings(place), who_looks(), clock.today()
    if anchor not in headings:
        abort(404)
    section = place.section(anchor)
    said, more = queries.comments_on(place.policy, anchor, before=before(), by=who.person_id, on=on)
    page = render_template(
        "policy/comments_on.html",
        slug=slug, anchor=anchor, heading=headings[anchor], place=place, section=section, who=who, form=form, said=said,
        more=said[-1].id if more else None, silent=silent(), rule=rules.rule_on(on), draft=place.of.startswith("d"),
        may_speak=who.may_speak and section is not None and bool(place.of), done=_done(who),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@door.post("/policies/<slug>/comments/<anchor>")
@member
def comment(slug: str, anchor: str) -> ResponseReturnValue:
    place, form = _place(slug, draft=_wants_draft()), CommentForm()
    if place.section(anchor) is None:
        abort(404)
    if not form.validate():
        return _section_page(slug, anchor, place, form)
    limited_to("comment", current_user.person_id)
    try:
        with transaction():
            made = commenting.comment(
                place.policy, anchor, Stance(form.stance.data), form.body.data or "", of=form.text(),
                author=form.author(current_user.person_id), key=form.own_key, on=clock.today(),
            )  # fmt: skip
    except Refusal as refusal:
        place = _place(slug, draft=_wants_draft())
        form.of.data = place.of
        refuse(form, refusal)
        return _section_page(slug, anchor, place, form)
    done = "held" if made.is_held else "shown"
    draft = 1 if place.of.startswith("d") else None
    return redirect(url_for(".comments_on", slug=slug, anchor=anchor, draft=draft, done=done, _anchor="comments"), 303)


# One comment, with its replies


def get_comment(slug: str, anchor: str, comment_id: UUID) -> tuple[Policy, Comment]:
    """A comment under its own address, or 404."""
    policy = get_policy(slug)
    found = queries.find_comment(comment_id)
    if found is None or found.policy_id != policy.id or found.anchor != anchor or found.parent_id is not None:
        abort(404)
    return policy, found


@door.get("/policies/<slug>/comments/<anchor>/<uuid:comment>")
@public
def one_comment(slug: str, anchor: str, comment: UUID) -> ResponseReturnValue:
    return _comment_page(slug, anchor, comment, ReplyForm(formdata=None, data={"display": "anonymous"}))


def _comment_page(slug: str, anchor: str, comment_id: UUID, form: ReplyForm) -> ResponseReturnValue:
    policy, found = get_comment(slug, anchor, comment_id)
    who, on = who_looks(), clock.today()
    said = queries.comment_with_replies(found, by=who.person_id, on=on)
    if said is None:
        abort(404)
    page = render_template(
        "policy/comment.html",
        slug=slug, anchor=anchor, said=said, who=who, form=form, silent=silent(), rule=rules.rule_on(on),
        may_speak=who.may_speak and not policy.retired_at and not said.is_held and not said.why_hidden,
        done=_done(who),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@door.post("/policies/<slug>/comments/<anchor>/<uuid:comment>")
@member
def reply(slug: str, anchor: str, comment: UUID) -> ResponseReturnValue:
    policy, found = get_comment(slug, anchor, comment)
    form = ReplyForm()
    if not form.validate():
        return _comment_page(slug, anchor, comment, form)
    limited_to("comment", current_user.person_id)
    try:
        with transaction():
            parent = commenting.hold_comment(found.id) or found
            made = commenting.reply(
                policy, parent, form.body.data or "", author=form.author(current_user.person_id), key=form.own_key,
                on=clock.today(),
            )  # fmt: skip
    except Refusal as refusal:
        refuse(form, refusal)
        return _comment_page(slug, anchor, comment, form)
    done = "held" if made.is_held else "shown"
    return redirect(url_for(".one_comment", slug=slug, anchor=anchor, comment=comment, done=done, _anchor="replies"), 303)


@door.post("/me/comments/<uuid:comment>/take-back")
@member
def take_back_comment(comment: UUID) -> ResponseReturnValue:
    with transaction():
        found = commenting.hold_comment(comment)
        gone = found is not None and commenting.take_back(found, person_id=current_user.person_id)
    return redirect("/me#record", 303) if gone else abort(404)


@door.get("/policies/<slug>/participation.json")
@public
def participation(slug: str) -> ResponseReturnValue:
    """The whole history of taking part, as it is shown, written while it is sent."""
    policy = get_policy(slug)
    if queries.find_adopted(slug) is None and not queries.is_consulting(queries.draft_of(policy.id), on=clock.today()):
        abort(404)
    answer = Response(
        stream_with_context(papers.participation(policy, on=clock.today())), content_type="application/json; charset=utf-8"
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
