"""The rule book for everyone to read, and a form to try one donation against it. It reads no session and no database."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, SelectField, StringField, ValidationError

from app.ground import clock
from app.law.clauses import Clause
from app.law.donations import Form
from app.law.money import Money, read_money
from app.law.rule_book import Chapter, chapters, printed
from app.law.trying import try_cases

from .forms import DayField, DayNeeded, HouseForm, Needed, clean, one_of
from .rights import cached, public

door = Blueprint("law", __name__)

FIRST, LAST = date(2011, 1, 1), date(2050, 12, 31)


class Who(enum.StrEnum):
    """Who gives, as the form asks it."""

    HERE = "here"
    ABROAD_OURS = "abroad-ours"
    ABROAD = "abroad"
    COMPANY = "company"
    COMPANY_ABROAD = "company-abroad"
    UNKNOWN = "unknown"
    UNKNOWN_ABROAD = "unknown-abroad"


WHO = {
    Who.HERE: _("A person who lives in New Zealand"),
    Who.ABROAD_OURS: _("A citizen or registered elector who lives abroad"),
    Who.ABROAD: _("Another person who lives abroad"),
    Who.COMPANY: _("A company incorporated in New Zealand"),
    Who.COMPANY_ABROAD: _("A company incorporated abroad"),
    Who.UNKNOWN: _("Nobody knows"),
    Who.UNKNOWN_ABROAD: _("Nobody knows, and it may come from abroad"),
}
_TIES: dict[Who, dict[str, Any]] = {
    Who.HERE: {"lives_here": True},
    Who.ABROAD_OURS: {"citizen": True},
    Who.ABROAD: {},
    Who.COMPANY: {"kind": "body", "incorporated_here": True},
    Who.COMPANY_ABROAD: {"kind": "body"},
}
FORMS = {
    Form.MONEY: _("Money"),
    Form.GOODS: _("Goods, for nothing"),
    Form.SERVICES: _("Services, for nothing"),
    Form.UNDER_PRICE: _("Something sold to the party for less than it is worth"),
    Form.OVER_PRICE: _("More paid to the party than a thing is worth"),
    Form.CREDIT: _("Credit on easy terms"),
    Form.LABOUR: _("A person’s own work, for nothing"),
}


class _Amount:
    """An amount of money, which may be left empty unless it is needed."""

    def __init__(self, *, over_nothing: bool = False):
        self.over_nothing = over_nothing

    def __call__(self, form: Any, field: Field) -> None:
        try:
            amount = read_money(field.data) if field.data else None
        except ValueError:
            raise ValidationError(gettext("Enter an amount like 20 or 1,500.00.")) from None
        if self.over_nothing and amount is not None and not amount:
            raise ValidationError(gettext("Enter an amount above nothing."))


def _in_time(form: Any, field: Field) -> None:
    if field.data and not FIRST <= field.data <= LAST:
        raise ValidationError(gettext("Enter a day from 2011 to 2050."))


class TryForm(HouseForm):
    """One donation. It comes by GET and changes nothing, so it has no token."""

    class Meta:
        csrf = False

    who = RadioField(_("Who gives it"), [one_of(list(Who), _("Choose who gives it."))], validate_choice=False)
    what = SelectField(_("What it is"), [one_of(list(Form), _("Choose what it is."))], validate_choice=False)
    amount = StringField(
        _("How much"),
        [Needed(_("Enter how much it is.")), _Amount(over_nothing=True)],
        filters=[clean],
        description=_("Of anything but money: what it is worth, GST included."),
    )
    price = StringField(
        _("What was paid for it"), [_Amount()], filters=[clean], description=_("Only of something sold or bought.")
    )
    on = DayField(_("Day it is received"), [DayNeeded(_("Enter the day it is received.")), _in_time])
    before = StringField(_("What the same donor gave earlier that year"), [_Amount()], filters=[clean])
    overseas = StringField(
        _("How much of it is one overseas person’s money"),
        [_Amount()],
        filters=[clean],
        description=_("Money of somebody abroad behind the donor’s."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.who.choices = [(who.value, words) for who, words in WHO.items()]
        self.what.choices = [(form.value, words) for form, words in FORMS.items()]

    def case(self) -> dict[str, Any]:
        """The answers as a case of `flask law try`, as of the day the donation is received."""
        who, form, on = Who(self.who.data), Form(self.what.data), f"{self.on.data}"
        donor: dict[str, Any] = {"overseas": who is Who.UNKNOWN_ABROAD}
        if who in _TIES:
            donor = {"donor": "the donor", "ties": _TIES[who]}
        amount = _typed(self.amount.data)
        worth = {"amount": amount} if form is Form.MONEY else {"worth": amount, "price": _typed(self.price.data)}
        donation: dict[str, Any] = {"id": "this", "on": on, "form": form.value, **worth, **donor}
        if read_money(self.overseas.data or "0"):
            part = {"of": "somebody abroad", "amount": _typed(self.overseas.data), "overseas": True}
            donation["contributions"] = [part]
        donations = [donation]
        if read_money(self.before.data or "0"):
            earlier = {"id": "earlier", "on": f"{on[:4]}-01-01", "amount": _typed(self.before.data), **donor}
            donations.insert(0, earlier)
        return {"name": "one donation", "regime": "nz", "on": on, "returns": [int(on[:4])], "donations": donations}


def _typed(text: str | None) -> str:
    return read_money(text or "0").typed()


@dataclass(frozen=True)
class Shown:
    """One line of a rule: the clause, its figure in words, and whether it rules today."""

    clause: Clause[Any]
    figure: str
    in_force: bool


def _shown(chapter: Chapter, on: date) -> list[tuple[str, str, str, list[Shown]]]:
    """Each rule of a chapter: its anchor, name, subject and lines, the newest first."""
    found = []
    for rule in chapter.rules:
        ruling = rule.clauses.find(on)
        every = rule.name.endswith("polling_days")  # each is a day of its own
        lines = [
            Shown(line, printed(line.value), line is ruling and not every)
            for line in sorted(rule.clauses.lines, key=lambda line: (line.since, line.enacted), reverse=True)
        ]
        found.append((rule.name.replace(".", "-").replace("_", "-"), rule.name, rule.clauses.subject, lines))
    return found


@door.get("/law")
@cached()
def book() -> ResponseReturnValue:
    today = clock.today()
    book = [(f"chapter-{n}", chapter.title, _shown(chapter, today)) for n, chapter in enumerate(chapters(), 1)]
    return render_template("law/book.html", book=book, on=today)


@door.get("/law/try")
@public
def try_one() -> ResponseReturnValue:
    asked = bool(request.args)
    form = TryForm(request.args if asked else None, data={"on": clock.today(), "who": Who.HERE.value, "what": Form.MONEY.value})
    if not asked:
        return render_template("law/try.html", form=form, found=None, case=None)
    if not form.validate():
        return render_template("law/try.html", form=form, found=None, case=None), 422
    case = form.case()
    answer = try_cases(json.dumps({"cases": [case]}))["cases"][0]["answers"][0]
    return render_template("law/try.html", form=form, found=_found(answer), case=json.dumps({"cases": [case]}, indent=2))


@dataclass(frozen=True)
class Found:
    """What the law says of the donation: the verdict, what is still allowed, what must be done, the part that tells of it."""

    verdict: dict[str, Any]
    allowed: Money | None
    duties: list[dict[str, Any]]
    part: str | None


def _found(answer: dict[str, Any]) -> Found:
    verdict = next(item for item in answer["donations"] if item["id"] == "this")
    (paper,) = answer["returns"].values()
    told = [part.upper() for part in "acdfg" if "this" in paper["totals"][part]["ids"]]
    duties = [
        duty | {day: duty[day] and date.fromisoformat(duty[day]) for day in ("due_on", "plan_for")}
        for duty in answer["duties"]
        if "this" in duty["about"]
    ]
    allowed = verdict.get("allowed")
    return Found(verdict, None if allowed is None else read_money(allowed), duties, told[0] if told else None)
