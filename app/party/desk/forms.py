"""Questions to officers: what came in, what goes back, how an item was dealt with."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, ValidationError

from app.law.money import Money, read_money
from app.party.payments.models import Method
from app.party.payments.rules import RESOLUTIONS, WHY_BACK
from app.web.forms import Amount, AtMost, DayField, DayNeeded, HouseForm, KeyedForm, Needed, clean, one_of

from . import rules
from .services import MoneyIn

_MONEY = {"inputmode": "decimal", "autocomplete": "off"}


class MoneyForm(KeyedForm):
    reference = StringField(
        _("Reference on the statement"),
        [Needed(_("Enter the reference, or the number of the member.")), AtMost(30)],
        filters=[clean],
        description=_("M and a member’s number, the nine signs of a payment, or a member’s number alone."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    amount = StringField(
        _("Amount that came"),
        [Needed(_("Enter the amount that came.")), AtMost(12), Amount()],
        filters=[clean],
        render_kw=_MONEY,
    )
    above = StringField(
        _("Of it above the dues"),
        [AtMost(12), Amount()],
        filters=[clean],
        description=_("What they said is more than their dues. Empty is none: all of it pays dues."),
        render_kw=_MONEY,
    )
    on = DayField(_("Day it came"), [DayNeeded(_("Enter the day it came, as the statement has it."))])
    method = RadioField(
        _("How it came"),
        [one_of((Method.BANK, Method.CASH), _("Choose how it came."))],
        default=Method.BANK,
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.method.choices = [(Method.BANK, _("By bank transfer")), (Method.CASH, _("In cash"))]

    def validate_reference(self, field: StringField) -> None:
        try:
            rules.read_reference(field.data or "")
        except rules.WrongReference as slip:
            raise ValidationError(f"{slip} {slip.money}") from None

    def came(self) -> MoneyIn:
        """What was answered. After validation only."""
        assert self.on.data is not None
        return MoneyIn(
            reference=self.reference.data or "",
            amount=read_money(self.amount.data or ""),
            above=read_money(self.above.data) if self.above.data else None,
            method=Method(self.method.data),
            on=self.on.data,
            key=self.own_key,
        )


class RefundForm(KeyedForm):
    amount = StringField(
        _("Amount to give back"),
        [Needed(_("Enter the amount to give back.")), AtMost(12), Amount()],
        filters=[clean],
        render_kw=_MONEY,
    )
    why = RadioField(_("Why"), [one_of(tuple(WHY_BACK), _("Choose why."))], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.why.choices = list(WHY_BACK.items())

    def money(self) -> Money:
        return read_money(self.amount.data or "")


class HandedBackForm(HouseForm):
    on = DayField(_("Day it was paid out"), [DayNeeded(_("Enter the day it was paid out."))])

    def day(self) -> date:
        """What was answered. After validation only."""
        assert self.on.data is not None
        return self.on.data


class ExportForm(HouseForm):
    """A span of days in an address. Changes nothing, so it carries no token."""

    class Meta:
        csrf = False

    since = DayField(_("From"), [DayNeeded(_("Enter the first day."))])
    until = DayField(_("Until, that day left out"), [DayNeeded(_("Enter the day after the last one."))])

    def validate_until(self, field: DayField) -> None:
        if self.since.data and field.data and field.data <= self.since.data:
            raise ValidationError(_("Enter a day after the first."))

    def span(self) -> tuple[date, date]:
        """What was answered. After validation only."""
        assert self.since.data is not None
        assert self.until.data is not None
        return self.since.data, self.until.data


class CloseForm(HouseForm):
    because = SelectField(
        _("How it was dealt with"),
        [one_of(tuple(RESOLUTIONS), _("Choose how it was dealt with."))],
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.because.choices = [("", _("Choose")), *RESOLUTIONS.items()]
