"""Doors: the rows of a file, a page at a time; who a row is, is decided; those that could not be read go back as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import audit
from app.ground.audit import Action
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.roster.organiser.door import in_scope
from app.web.rights import officer
from app.web.sheets import defuse, sheet

from .. import queries, rules, services
from ..forms import WhoForm
from ..rules import Verdict, comparing
from .door import door, get_import


@door.get("/<uuid:batch>/rows/<verdict>")
@officer("import people")
@in_scope
def rows(batch: UUID, verdict: str) -> ResponseReturnValue:
    """The rows that are this. Whoever a row is set beside was looked at, and that is written down first."""
    if verdict not in tuple(Verdict):
        abort(404)
    return _rows(batch, Verdict(verdict))


def _rows(batch: UUID, verdict: Verdict, *, refusal: Refusal | None = None) -> ResponseReturnValue:
    found = get_import(batch)
    after = min(max(request.args.get("after", 0, type=int), 0), 2**31)
    page, more = queries.rows_of(batch, verdict, after=after)
    with transaction():
        shown = services.show_rows(page, by=current_user.by)
    answer = render_template(
        "imports/rows.html",
        found=found, verdict=verdict, words=rules.VERDICTS[verdict], shown=shown, more=page[-1].line if more else None,
        told=rules.TOLD, said=comparing.said, verdicts=Verdict, refusal=refusal, outcomes=rules.OUTCOMES,
        undones=rules.UNDONES,
    )  # fmt: skip
    return answer, 422 if refusal else 200


@door.post("/<uuid:batch>/rows/<uuid:row>/who")
@officer("import people")
@in_scope
def decide(batch: UUID, row: UUID) -> ResponseReturnValue:
    """Say who a row is: one of the people it is like, somebody new, or nobody we take."""
    get_import(batch)
    form = WhoForm()
    if not form.validate():
        return _rows(batch, Verdict.TWIN, refusal=rules.NotTwins())
    try:
        with transaction():
            services.decide(batch, row, who=form.who.data or "", by=current_user.by)
    except Refusal as refusal:
        return _rows(batch, Verdict.TWIN, refusal=refusal)
    return redirect(url_for(".rows", batch=batch, verdict=Verdict.TWIN.value), 303)


@door.get("/<uuid:batch>/to-fix.csv")
@officer("import people", fresh=True)
@in_scope
def refused(batch: UUID) -> Response:
    """Rows that could not be read, as they came, each with its reasons: to be mended and sent again."""
    found = get_import(batch)
    if found.sealed is None:
        abort(404)
    with transaction():
        headings, lines = queries.refused_of(found)
        audit.record(Action.IMPORT_REFUSED_TAKEN, audit.of("people_import", batch), by=current_user.by, rows=len(lines))
    table = [["line", "what to mend", *headings], *([str(line), why, *cells] for line, why, cells in lines)]
    return sheet("to-fix.csv", ([defuse(cell) for cell in row] for row in table))


@door.get("/template.csv")
@officer("import people")
def template() -> Response:
    """An empty list with headings that are known here."""
    names = ["name", "email", "phone", "address", "born_on", "can_enrol", "electorate"]
    said = {"name": "Full name", "electorate": "electorate_code"}  # an electorate by its name is not taken
    return sheet("people.csv", [[said.get(name, name) for name in names]])
