"""Questions to officers: what came in, what goes back, how an item was dealt with."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, ValidationError

from app.ground.ids import new_id, read_id
from app.law.money import Money, read_money
from app.party.payments.models import Method
from app.party.payments.rules import RESOLUTIONS, WHY_BACK
from app.web.forms import AtMost, DayField, DayNeeded, HouseForm, Needed, clean, one_of

from . import rules
from .services import MoneyIn

_MONEY = {"inputmode": "decimal", "autocomplete": "off"}


class Amount:
    """An amount of money as people type it."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.data:
            try:
                read_money(field.data)
            except ValueError:
                raise ValidationError(_("Enter an amount in dollars, such as 20 or 12.50.")) from None


class KeyedForm(HouseForm):
    """A form with a key of its own: sent twice, it is done once. `seen`: what it does was shown, and this press does it."""

    key = HiddenField()
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if read_id(self.key.data or "") is None:
            self.key.data = str(new_id())

    @property
    def own_key(self) -> UUID:
        return UUID(self.key.data)

    def renew_key(self, used: bool) -> None:
        """A page that was sent before and is filled in again means something else: it gets a key of its own."""
        if used:
            self.key.data = str(new_id())

    def typed(self) -> list[tuple[str, str]]:
        """Every answer as it was typed, for the page on which it is confirmed."""
        return [
            (name, field.raw_data[0] if field.raw_data else "")
            for name, field in self._fields.items()
            if name not in ("csrf_token", "seen", "key")
        ]


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


class CloseForm(HouseForm):
    because = SelectField(
        _("How it was dealt with"),
        [one_of(tuple(RESOLUTIONS), _("Choose how it was dealt with."))],
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.because.choices = [("", _("Choose")), *RESOLUTIONS.items()]
