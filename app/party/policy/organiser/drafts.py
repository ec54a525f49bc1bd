"""Doors for policy editors: the shelf, a new policy, the draft of a next version with its faults and its preview."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.party.evidence import queries as evidence
from app.web.rights import officer

from .. import content, queries, rules
from ..forms import DraftForm, NewForm, said
from ..models import Policy, PolicyDraft
from ..services import drafting
from ..texts import drawing
from ..texts.reading import read_all
from ..texts.words import Fault, Unreadable
from .door import door, get_draft, get_policy


@door.get("")
@officer("edit policies")
def shelf() -> ResponseReturnValue:
    """Every policy, with its status and what may be done about it."""
    found = queries.shelf()
    known = {one.policy.slug for one in found}
    return render_template(
        "policy/shelf.html", shelf=found, on=clock.today(), may_publish=may_publish(),
        shipped=[one for one in content.slugs() if one not in known],
    )  # fmt: skip


def may_publish() -> bool:
    """Whether who is signed in may publish: the party secretary."""
    return rights.may_publish_policies([office.office for office in offices_now()])


@door.route("/new", methods=["GET", "POST"])
@officer("edit policies")
def new() -> ResponseReturnValue:
    """A policy of one’s own, or one that comes with the software (`?from=data-caps`)."""
    shipped = request.args.get("from", "")
    form = NewForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                drafting.start(said(form.slug), said(form.source), by=current_user.by)
            return redirect(url_for(".draft", slug=form.slug.data), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    elif not form.is_submitted() and shipped in content.slugs():
        form.slug.data, form.source.data = shipped, content.source(shipped)
    elif not form.is_submitted():
        form.source.data = content.BLANK
    return render_template("policy/new.html", form=form), 422 if form.is_submitted() else 200


@door.route("/<slug>", methods=["GET", "POST"])
@officer("edit policies")
def draft(slug: str) -> ResponseReturnValue:
    """The draft: saved with its faults, so that nothing is lost, and previewed as far as it can be read."""
    policy, may = get_policy(slug), may_publish()
    known = queries.draft_of(policy.id)
    form = DraftForm(obj=None if request.method == "POST" else known)
    if known is None:
        return _no_draft(policy, form, may_publish=may)
    if not form.is_submitted():
        form.seen_draft.data = known.mark
    theirs, refused = None, []
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                drafting.save(policy, said(form.source), said(form.change_note), seen=said(form.seen_draft), by=current_user.by)
            return redirect(url_for(".draft", slug=slug, saved=1), 303)
        except rules.NoDraft:  # just now
            return _no_draft(get_policy(slug), form, may_publish=may)
        except rules.SavedMeanwhile as refusal:
            theirs = get_draft(get_policy(slug))
            form.seen_draft.data = theirs.mark
            form.refuse(refusal)
        except Unreadable as refusal:
            refused = refusal.faults
            form.refuse(refusal)
        except Refusal as refusal:
            form.refuse(refusal)
    policy = get_policy(slug)
    return _draft_page(policy, get_draft(policy), form, theirs, refused, may_publish=may), 422 if form.is_submitted() else 200


def _no_draft(policy: Policy, form: DraftForm, *, may_publish: bool) -> ResponseReturnValue:
    """Where there is none. What somebody wrote for one that was published or dropped meanwhile is still on the page."""
    if form.is_submitted():
        form.refuse(rules.NoDraft())
    page = render_template(
        "policy/no_draft.html", policy=policy, versions=queries.versions(policy.id), may_publish=may_publish, form=form
    )
    return page, 422 if form.is_submitted() else 200


def _draft_page(
    policy: Policy, known: PolicyDraft, form: DraftForm, theirs: PolicyDraft | None, refused: list[Fault], *, may_publish: bool
) -> str:
    text, _faults = read_all(said(form.source))
    return render_template(
        "policy/edit.html", form=form, policy=policy, slug=policy.slug, draft=known, theirs=theirs, text=text,
        faults=refused or queries.faults_of(policy.id, said(form.source), said(form.change_note)), drawing=drawing, when="now",
        dataset=evidence.BROADBAND, may_publish=may_publish, on=clock.today(), current=queries.find_adopted(policy.slug),
        is_consulting=queries.is_consulting(known, on=clock.today()),
    )  # fmt: skip


@door.post("/<slug>/begin")
@officer("edit policies")
def begin(slug: str) -> ResponseReturnValue:
    """Begin the next version from the current one."""
    policy = get_policy(slug)
    with suppress(Refusal), transaction():  # its page says how it stands
        drafting.begin_next(policy, by=current_user.by)
    return redirect(url_for(".draft", slug=slug), 303)


@door.post("/<slug>/drop")
@officer("edit policies")
def drop(slug: str) -> ResponseReturnValue:
    """Throw away the draft that was seen."""
    policy = get_policy(slug)
    with suppress(rules.NoDraft):
        try:
            with transaction():
                drafting.drop(policy, seen=request.form.get("seen_draft", ""), by=current_user.by)
        except rules.SavedMeanwhile:
            return redirect(url_for(".draft", slug=slug), 303)
    return redirect(url_for(".shelf"), 303)
