"""Doors: a file is sent, its columns are named, it is checked, imported, taken back, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.roster.organiser.door import in_scope
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import FileForm, MappingForm, TakeForm, mapping_form
from ..models import PeopleImport
from ..rules import Verdict, columns
from ..rules.days import Order
from ..rules.faults import BadFile
from .door import door, get_import


@door.get("")
@officer("import people")
@in_scope
def imports() -> ResponseReturnValue:
    return _files(FileForm(formdata=None))


def _files(form: FileForm, *, status: int = 200) -> ResponseReturnValue:
    sent, more = queries.imports(before=read_id(request.args.get("before", "")))
    page = render_template(
        "imports/files.html", form=form, sent=sent, more=more, states=rules.STATES, systems=columns.SYSTEMS,
        ours=columns.OUR_COLUMNS,
    )  # fmt: skip
    return page, status


@door.post("/file")
@officer("import people")
@in_scope
def read_file() -> ResponseReturnValue:
    """Keep a file, sealed. Nobody is looked up or written down by that."""
    form = FileForm()
    if not form.validate():
        return _files(form, status=422)
    try:
        with transaction():
            sent = services.take_file(form.content(), by=current_user.by).id
    except BadFile as bad:
        form.file.errors = [bad.sentence]
        return _files(form, status=422)
    return redirect(url_for(".one", batch=sent), 303)


@door.get("/<uuid:batch>")
@officer("import people")
@in_scope
def one(batch: UUID) -> ResponseReturnValue:
    """Where a file is: its columns, how far a check is, what it found, what became of it."""
    found = get_import(batch)
    if found.state == "sent" or (found.state == "checked" and "columns" in request.args):
        kept = queries.kept_of(found)
        return _mapping(found, mapping_form(kept.headings, kept.mapping, proven=kept.proven, order=kept.order))
    if found.state == "checked" and not found.trouble:
        return _checked(found, TakeForm(formdata=None))
    return _where_it_is(found)


def _mapping(found: PeopleImport, form: MappingForm, *, status: int = 200) -> ResponseReturnValue:
    kept = queries.kept_of(found)
    page = render_template(
        "imports/mapping.html",
        found=found, form=form, system=columns.SYSTEMS[found.system], ours=found.system == columns.OURS,
        samples=[[row[place] for row in kept.sample if place < len(row) and row[place]] for place in range(len(kept.headings))],
        why_not=[columns.why_not(heading) for heading in kept.headings], decided=kept.decided,
    )  # fmt: skip
    return page, status


def _checked(found: PeopleImport, form: TakeForm, *, refusal: Refusal | None = None) -> ResponseReturnValue:
    counts, kept = queries.counts_of(found.id), queries.kept_of(found)
    page = render_template(
        "imports/checked.html",
        found=found, form=form, counts=counts, ticks=form.ticks(counts.fields), told=rules.TOLD, refusal=refusal,
        is_fresh=current_user.is_strong(fresh=True), verdicts=Verdict, has_days="born_on" in kept.mapping,
        doubtful=kept.doubtful, order=kept.order, tags=kept.tags, new_tags=queries.new_tags(kept),
    )  # fmt: skip
    return page, 422 if refusal else 200


def _where_it_is(found: PeopleImport, *, refusal: Refusal | None = None) -> ResponseReturnValue:
    counts = queries.counts_of(found.id)
    page = render_template(
        "imports/one.html",
        found=found, counts=counts, state=rules.STATES[found.state], refusal=refusal,
        took=[rules.TOLD[name] for name in found.took],
        outcomes=rules.OUTCOMES, undones=rules.UNDONES, verdicts=Verdict,
        until=found.done_at + rules.UNDO_WITHIN if found.done_at else None, is_fresh=current_user.is_strong(fresh=True),
    )  # fmt: skip
    return page, 422 if refusal else 200


@door.post("/<uuid:batch>/columns")
@officer("import people")
@in_scope
def map_columns(batch: UUID) -> ResponseReturnValue:
    """Say what each column is, and have the rows checked."""
    found = get_import(batch)
    if found.sealed is None:
        return _where_it_is(found, refusal=rules.NotWaiting())
    kept = queries.kept_of(found)
    form = mapping_form(kept.headings, kept.mapping, proven=kept.proven, order=kept.order, sent=True)
    if not form.validate():
        return _mapping(found, form, status=422)
    proven, order = form.proven.data, Order(form.order.data or "")
    return _do(batch, lambda: services.begin_check(batch, form.mapping(), proven=proven, order=order, by=current_user.by))


@door.post("/<uuid:batch>/confirm")
@officer("import people", fresh=True)
@in_scope
def confirm(batch: UUID) -> ResponseReturnValue:
    form = TakeForm()
    get_import(batch)
    if not form.validate():
        return _where_it_is(get_import(batch))
    try:
        with transaction():
            services.confirm(batch, form.takes(), by=current_user.by)
    except rules.NotWaiting as refusal:
        return _where_it_is(get_import(batch), refusal=refusal)
    except Refusal as refusal:
        return _checked(get_import(batch), form, refusal=refusal)
    return redirect(url_for(".one", batch=batch), 303)


@door.post("/<uuid:batch>/undo")
@officer("import people", fresh=True)
@in_scope
def undo(batch: UUID) -> ResponseReturnValue:
    return _do(batch, lambda: services.begin_undo(batch, by=current_user.by))


@door.post("/<uuid:batch>/forget")
@officer("import people")
@in_scope
def forget(batch: UUID) -> ResponseReturnValue:
    """It was not meant: what was in the file is deleted."""
    return _do(batch, lambda: services.forget(batch, by=current_user.by))


def _do(batch: UUID, verb: Callable[[], None]) -> ResponseReturnValue:
    """Do this to an import, and show where it is after it."""
    get_import(batch)
    try:
        with transaction():
            verb()
    except Refusal as refusal:
        return _where_it_is(get_import(batch), refusal=refusal)
    return redirect(url_for(".one", batch=batch), 303)
