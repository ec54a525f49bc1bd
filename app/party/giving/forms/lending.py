"""Questions to the party secretary about loans."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, EmailField, RadioField, StringField, ValidationError

from app.law.money import Money, read_money
from app.web.forms import Amount, AtMost, DayNeeded, EmailAddress, KeyedForm, Needed, Words, clean, one_of

from ..models import Who
from ..services import Lent
from .acting import Day
from .behind import ties_choices
from .giving import TIES

_MONEY = {"inputmode": "decimal", "autocomplete": "off"}
_OFF = {"autocomplete": "off"}


class _Sum(KeyedForm):
    amount = StringField(
        __("Amount"), [Needed(__("Enter the amount.")), AtMost(12), Amount()], filters=[clean], render_kw=_MONEY
    )

    def validate_amount(self, field: StringField) -> None:
        if field.data and not field.errors and not self.money():
            raise ValidationError(_("Enter an amount of more than nothing."))

    def money(self) -> Money:
        try:
            return read_money(self.amount.data or "")
        except ValueError:
            return Money(0)


class LoanForm(_Sum):
    on = Day(__("Day it was entered into"), [DayNeeded(__("Enter the day it was entered into."))])
    name = StringField(
        __("Full name of the lender"),
        [Needed(__("Enter the name of the lender.")), AtMost(120), Words(__("Enter a name in letters."))],
        filters=[clean],
        render_kw=_OFF,
    )  # fmt: skip
    email = EmailField(__("Their email address"), [AtMost(254), EmailAddress()], filters=[clean], render_kw=_OFF)
    address = StringField(
        __("Their address"), [Needed(__("Enter the address.")), AtMost(250), Words(__("Enter the address in words."))],
        filters=[clean], render_kw=_OFF,
    )  # fmt: skip
    ties = RadioField(__("Who lends"), [one_of(list(TIES), __("Say who lends."))], validate_choice=False)
    terms = StringField(
        __("Terms"), [Needed(__("Enter the terms: interest, when it is repaid, security.")), AtMost(1000)], filters=[clean],
        render_kw=_OFF, description=__("Interest, when it is to be repaid, security, guarantors. Kept sealed."),
    )  # fmt: skip
    from_bank = BooleanField(__("A registered bank lends it at a commercial rate"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.ties.choices = ties_choices()

    def lent(self) -> Lent:
        """What was answered. After validation only."""
        who = Who(self.name.data or "", self.address.data or "", self.email.data or "", TIES[self.ties.data])
        assert isinstance(self.on.data, date)
        return Lent(self.own_key, who, self.money(), self.on.data, self.terms.data or "", bool(self.from_bank.data))


class RepaidForm(_Sum):
    on = Day(__("Day"), [DayNeeded(__("Enter the day."))])
    how = RadioField(
        __("What happened"), [one_of(("repaid", "forgiven"), __("Say what happened."))], default="repaid", validate_choice=False
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.how.data = self.how.data or self.how.default
        self.how.choices = [
            ("repaid", _("It was repaid out of the bank")),
            ("forgiven", _("The lender forgave it: that is a donation of that day")),
        ]

    def day(self) -> date:
        """What was answered. After validation only."""
        assert isinstance(self.on.data, date)
        return self.on.data
