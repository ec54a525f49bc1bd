"""Doors: segments. Each is a question under a name; who opens it sees who fits now, of those they see."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.web.rights import officer

from .. import queries, services
from ..forms import PartForm, RenameForm, SegmentForm
from ..models import Segment
from ..rules import HOWS, Asked, How, Part, read_parts
from .door import door, in_scope, may_care, may_for, offered_segments, people_form, scope_now, seen_branches


@door.get("/segments")
@officer("look at people")
@in_scope
def segments() -> ResponseReturnValue:
    there = queries.segments(scope_now())
    counts = queries.counts_of([Asked(segment=str(one.id)) for one in there], scope_now(), on=clock.today())
    return render_template("roster/segments.html", segments=list(zip(there, counts, strict=True)), may_care=may_care())


@door.route("/segments/new", methods=["GET", "POST"])
@officer("care for people")
@in_scope
def keep_segment() -> ResponseReturnValue:
    """Keep the list whose address this is under a name."""
    asked = people_form(request.args).asked()
    form = SegmentForm(branches=seen_branches(), sees_all=scope_now().everyone)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                part, branch_id = Part(How(form.how.data), asked), read_id(form.branch.data or "")
                row = services.keep_segment(form.name.data or "", [part], branch_id, scope_now(), by=current_user.by)
            return redirect(url_for(".segment", segment=row.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "roster/segment_new.html", form=form, told=people_form(asked).told(), asked=asked.spell(),
        count=queries.count(asked, scope_now(), on=clock.today()),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@door.get("/segments/<uuid:segment>")
@officer("look at people")
@in_scope
def segment(segment: UUID) -> ResponseReturnValue:
    return _show(_get(segment))


@door.post("/segments/<uuid:segment>/name")
@officer("care for people")
@in_scope
def rename_segment(segment: UUID) -> ResponseReturnValue:
    _get(segment)
    form = RenameForm()
    if form.validate():
        try:
            with transaction():
                services.rename_segment(_get(segment), form.name.data or "", scope_now(), by=current_user.by)
            return redirect(url_for(".segment", segment=segment), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(_get(segment), rename=form, problem=form), 422


@door.post("/segments/<uuid:segment>/parts")
@officer("care for people")
@in_scope
def add_part(segment: UUID) -> ResponseReturnValue:
    """Have a segment be made of another, too."""
    _get(segment)
    form = PartForm(segments=offered_segments())
    if form.validate():
        try:
            with transaction():
                part = Part(How(form.how.data), Asked(segment=form.segment.data))
                services.add_part(_get(segment), part, scope_now(), by=current_user.by)
            return redirect(url_for(".segment", segment=segment), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(_get(segment), part=form, problem=form), 422


@door.post("/segments/<uuid:segment>/parts/<int:place>/remove")
@officer("care for people")
@in_scope
def remove_part(segment: UUID, place: int) -> ResponseReturnValue:
    _get(segment)
    form = RenameForm(formdata=None)
    try:
        with transaction():
            services.remove_part(_get(segment), place, scope_now(), by=current_user.by)
        return redirect(url_for(".segment", segment=segment), 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show(_get(segment), problem=form), 422


@door.post("/segments/<uuid:segment>/end")
@officer("care for people")
@in_scope
def end_segment(segment: UUID) -> ResponseReturnValue:
    _get(segment)
    form = RenameForm(formdata=None)
    try:
        with transaction():
            services.end_segment(_get(segment), scope_now(), by=current_user.by)
        return redirect(url_for(".segments"), 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show(_get(segment), problem=form), 422


def _get(segment_id: UUID) -> Segment:
    """A segment that is in sight and has not ended."""
    found = queries.find_segment(segment_id, scope_now())
    return found if found and found.ended_at is None else abort(404)


def _show(row: Segment, **more: object) -> str:
    yours = may_for("care for people", row.branch_id)
    asked = Asked(segment=str(row.id))
    parts = [(HOWS[part.how], people_form(part.asked).told(), part.asked) for part in read_parts(row.parts)]
    others = [one for one in offered_segments() if one.id != row.id]
    return render_template(
        "roster/segment.html",
        **{
            "rename": RenameForm(formdata=None, name=row.name), "part": PartForm(formdata=None, segments=others),
            "problem": None, **more,
        },
        row=row, yours=yours, parts=parts, others=others, asked=asked.spell(),
        count=queries.count(asked, scope_now(), on=clock.today()),
    )  # fmt: skip
