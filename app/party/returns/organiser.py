"""Doors for officers: the returns of a year, the rows behind each figure, what was filed; the party secretary files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal, Silent
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.web.rights import officer

from . import papers, queries, rules, services
from .forms import FileForm
from .models import FiledReturn, Kind
from .queries import AsOf

door = Blueprint("returns", __name__, url_prefix="/org/returns")
NO_DONATION = UUID(int=0)


@door.get("")
@officer("see returns")
def returns() -> ResponseReturnValue:
    """The years there are, and what was filed of each."""
    today = clock.today()
    first = queries.first_year() or today.year
    years = range(today.year, max(first, rules.FIRST_YEAR) - 1, -1)
    return render_template(
        "returns/returns.html",
        years=[(year, queries.due(year), queries.filed_in(year)) for year in years],
        today=today,
    )


@door.get("/<int:year>")
@officer("see returns")
def year(year: int) -> ResponseReturnValue:
    """Both annual returns as they stand, figures only; the large ones; what to look at first; what was filed."""
    as_of = _today(year)
    made = queries.of_year(year, as_of)
    held = [office.office for office in offices_now()]
    return render_template(
        "returns/year.html",
        year=year,
        made=made,
        large=queries.large_of_year(year, as_of, queries.filings()),
        due=queries.due(year),
        checks=queries.all_checks(made),
        filed=queries.filed_in(year),
        parts=rules.PARTS,
        totals=rules.TOTALS,
        may_file=rights.may_file_returns(held),
        is_over=as_of.on.year > year,
        today=as_of.on,
    )


@door.route("/<int:year>/<part>", methods=["GET", "POST"])
@officer("see returns")
def part(year: int, part: str) -> ResponseReturnValue:
    """The rows behind a figure. Names, where the return names somebody, after a press that is written down."""
    made = queries.of_year(year, _today(year))
    found = queries.behind(made, part) or abort(404)
    after = request.args.get("after", 0, type=int)
    shown = found.rows[max(after, 0) :][: rules.A_PAGE]
    named = None
    if request.method == "POST" and found.is_named:
        with transaction():
            services.note_look(year, f"part {part}", by=current_user.by, count=len({row.who for row in shown}))
        named = queries.named(made, part)
    held = [office.office for office in offices_now()]
    return render_template(
        "returns/part.html",
        year=year, found=found, shown=shown, named=named, after=after, a_page=rules.A_PAGE,
        payments=queries.payments_of(row.id for row in shown) if rights.may_record_money(held) else {},
    )  # fmt: skip


@door.get("/<int:year>/draft/<kind>.pdf")
@officer("see returns")
def draft_pdf(year: int, kind: str) -> ResponseReturnValue:
    """The return as it stands today, marked as a draft. It names people: that it was taken is written down."""
    facts = _draft(year, kind, "PDF")
    made_at = clock.start_of(clock.today())
    return _file(papers.pdf(facts, made_at=made_at), "application/pdf", f"{kind}-return-{year}-draft.pdf")


@door.get("/<int:year>/draft/<kind>.csv")
@officer("see returns")
def draft_csv(year: int, kind: str) -> ResponseReturnValue:
    return _file(papers.as_csv(_draft(year, kind, "CSV")), "text/csv; charset=utf-8", f"{kind}-return-{year}-draft.csv")


def _draft(year: int, kind: str, what: str) -> dict[str, Any]:
    as_of = _today(year)
    if kind not in (Kind.DONATIONS, Kind.LOANS):
        abort(404)
    try:
        facts = queries.facts(Kind(kind), year, "", as_of)
    except Silent:
        abort(404)
    _note_file(year, f"{kind} return, draft, {what}")
    return facts


@door.route("/<int:year>/file/<kind>", methods=["GET", "POST"])
@door.route("/<int:year>/file/<kind>/<uuid:donation>", methods=["GET", "POST"])
@officer("file returns", fresh=True)
def file(year: int, kind: str, donation: UUID = NO_DONATION) -> ResponseReturnValue:
    """The page shows what is filed; the press on it files that, or nothing."""
    as_of, form = _today(year), FileForm()
    if kind not in tuple(Kind) or (kind == Kind.LARGE) != (donation != NO_DONATION):
        abort(404)
    about = str(donation) if kind == Kind.LARGE else ""
    before = queries.latest(Kind(kind), year, about)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                filed = services.file(
                    year, Kind(kind), by=current_user.by, on=as_of.on, about=about, reason=form.reason.data or "",
                    seen=form.seen.data or "",
                ).id  # fmt: skip
            return redirect(url_for(".filed", filed=filed, done=1), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            before = queries.latest(Kind(kind), year, about)
    try:
        facts = queries.facts(Kind(kind), year, about, as_of, before=before if kind == Kind.LARGE else None)
    except (Silent, rules.NotDue):
        abort(404)
    form.seen.data = services.fingerprint(facts)
    page = render_template(
        "returns/file.html",
        form=form, year=year, kind=kind, facts=facts, before=before, summary=papers.summary(facts),
        is_over=kind == Kind.LARGE or as_of.on.year > year,
        nameless=queries.without_address(facts["content"]),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@door.get("/filed/<uuid:filed>")
@officer("see returns")
def filed(filed: UUID) -> ResponseReturnValue:
    """One filed version with its hash; asked, whether it comes out the same again, and what would be told otherwise today."""
    one, asked = _get(filed), "again" in request.args
    return render_template(
        "returns/filed.html",
        one=one,
        reason=queries.reason_of(one),
        again=queries.check(one) if asked else None,
        since=queries.against_today(one, AsOf(clock.today())) if asked else None,
        is_latest=queries.latest(Kind(one.kind), one.year, one.about) is one,
        may_file=rights.may_file_returns(office.office for office in offices_now()),
        done=request.args.get("done", ""),
    )


@door.get("/filed/<uuid:filed>.pdf")
@officer("see returns")
def filed_pdf(filed: UUID) -> ResponseReturnValue:
    one = _get(filed)
    facts, reason = queries.opened(one), queries.reason_of(one)
    _note_file(one.year, f"{one.kind} return, version {one.version}, PDF")
    # A long paper takes its time: no transaction is open meanwhile.
    return _file(
        services.paper_of(one, facts, reason), "application/pdf", f"{one.kind}-return-{one.year}-version-{one.version}.pdf"
    )


@door.get("/filed/<uuid:filed>.csv")
@officer("see returns")
def filed_csv(filed: UUID) -> ResponseReturnValue:
    one = _get(filed)
    sheet = papers.as_csv(queries.opened(one))
    _note_file(one.year, f"{one.kind} return, version {one.version}, CSV")
    return _file(sheet, "text/csv; charset=utf-8", f"{one.kind}-return-{one.year}-version-{one.version}.csv")


def _note_file(year: int, what: str) -> None:
    if request.method != "HEAD":
        with transaction():
            services.note_look(year, what, by=current_user.by)


def _today(year: int) -> AsOf:
    today = clock.today()
    if not rules.FIRST_YEAR <= year <= today.year:
        abort(404)
    return AsOf(today)


def _get(filed_id: UUID) -> FiledReturn:
    return queries.find_filed(filed_id) or abort(404)


def _file(content: bytes, kind: str, name: str) -> Response:
    """A file to keep: never shown inside the site."""
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
