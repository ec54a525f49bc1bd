"""Doors: a file is looked at, imported, forgotten, undone."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.web.house import house
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import FileForm
from ..models import BankImport
from ..rules.reading import BadFile, Read
from .door import door


@door.get("")
@officer("record money")
def statements() -> ResponseReturnValue:
    return _statements(FileForm(formdata=None, data={"account": house().settings.bank_account}))


def _statements(form: FileForm, *, bad: BadFile | None = None, status: int = 200) -> ResponseReturnValue:
    on = clock.today()
    came, more_came = queries.open_lines(came=True, after=_place("came"), on=on)
    went, more_went = queries.open_lines(came=False, after=_place("went"), on=on)
    imported, more_imported = queries.imports(before=_place("imports"))
    page = render_template(
        "bank/statements.html",
        form=form, bad=bad, counts=queries.open_counts(),
        came=came, more_came=more_came, went=went, more_went=more_went,
        imported=imported, more_imported=more_imported, waiting=queries.own_waiting(current_user.by), states=rules.STATES,
    )  # fmt: skip
    return page, status


def _place(name: str) -> UUID | None:
    """After which row a list goes on."""
    return read_id(request.args.get(name, ""))


@door.post("/file")
@officer("record money")
def read_file() -> ResponseReturnValue:
    """Look at a file. Nothing is imported by that."""
    form = FileForm()
    if not form.validate():
        return _statements(form, status=422)
    try:
        with transaction():
            looked = services.look_at_file(
                form.content(), account=form.account.data or "", by=current_user.by, on=clock.today()
            ).id
    except BadFile as bad:
        return _statements(form, bad=bad, status=422)
    return redirect(url_for(".one_import", statement=looked), 303)


@door.get("/imports/<uuid:statement>")
@officer("record money")
def one_import(statement: UUID) -> ResponseReturnValue:
    """What importing would do, to whoever sent the file; what it did, to every officer."""
    found = queries.find_import(statement) or abort(404)
    if found.state in ("looked at", "forgotten") and found.looked_by != current_user.by:
        abort(404)
    if found.state == "looked at":
        return _dry_run(found)
    return render_template("bank/imported.html", found=found, state=rules.STATES[found.state], refusal=None)


def _dry_run(found: BankImport) -> ResponseReturnValue:
    lines = [line for line, _ in queries.new_in(queries.statement_of(found))]
    start = min(max(request.args.get("from", 0, type=int), 0), max(len(lines) - 1, 0))
    shown = lines[start : start + rules.A_PAGE]
    return render_template(
        "bank/dry_run.html",
        found=found, new=len(lines), lines=[(line, _what_it_may_be(line)) for line in shown], start=start,
        more=start + rules.A_PAGE if start + rules.A_PAGE < len(lines) else None,
        is_fresh=current_user.is_strong(fresh=True),
    )  # fmt: skip


def _what_it_may_be(line: Read) -> tuple[str, bool]:
    """The likeliest, in words that name nobody, and whether it is sure."""
    if line.cents < 0:
        return "", False
    incoming = services.Incoming(line.on, line.amount, line)
    found = services.suggest(incoming)
    if found.sure:
        return found.sure.why, True
    if found.by_hand:
        return "As much was recorded by hand about that day: it may be the same money.", False
    if found.payouts and not found.guesses:
        return "A payout of this amount has left Stripe.", False
    return (found.guesses[0].why, False) if found.guesses else ("", False)


@door.post("/imports/<uuid:statement>/confirm")
@officer("record money", fresh=True)
def confirm(statement: UUID) -> ResponseReturnValue:
    found = queries.find_import(statement)
    if found is None or found.looked_by != current_user.by:
        abort(404)
    try:
        with transaction():
            services.confirm_import(statement, by=current_user.by)
    except rules.NotWaiting as refusal:
        return _imported(statement, refusal)
    return redirect(url_for(".one_import", statement=statement), 303)


@door.post("/imports/<uuid:statement>/forget")
@officer("record money")
def forget(statement: UUID) -> ResponseReturnValue:
    """It was not meant: what was in the file is emptied."""
    found = queries.find_import(statement)
    if found is None or found.looked_by != current_user.by:
        abort(404)
    with transaction():
        services.forget_import(statement, by=current_user.by)
    return redirect(url_for(".statements"), 303)


@door.post("/imports/<uuid:statement>/undo")
@officer("record money", fresh=True)
def undo(statement: UUID) -> ResponseReturnValue:
    if queries.find_import(statement) is None:
        abort(404)
    try:
        with transaction():
            services.undo_import(statement, by=current_user.by)
    except (rules.Touched, rules.NotWaiting) as refusal:
        return _imported(statement, refusal)
    return redirect(url_for(".one_import", statement=statement), 303)


def _imported(statement: UUID, refusal: Refusal) -> ResponseReturnValue:
    found = queries.find_import(statement) or abort(404)
    return render_template("bank/imported.html", found=found, state=rules.STATES[found.state], refusal=refusal), 422
