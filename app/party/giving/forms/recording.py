"""Questions to officers about a donation that came: only those that its kind makes sense of."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, EmailField, RadioField, StringField, ValidationError

from app.law.donations import Form, Ties
from app.web.forms import Amount, AtMost, DayNeeded, EmailAddress, KeyedForm, Words, clean, one_of

from ..models import Channel, Who
from ..services import Noted
from .acting import Day
from .behind import AskedBehind, amount_in, ties_choices
from .giving import TIES

# What may be recorded: its form and channel, and what it is called.
KINDS: dict[str, tuple[Form, Channel, Any]] = {
    "cash": (Form.MONEY, Channel.CASH, __("Cash")),
    "bank": (Form.MONEY, Channel.BANK, __("A bank transfer that was not announced")),
    "cheque": (Form.MONEY, Channel.CHEQUE, __("A cheque")),
    "goods": (Form.GOODS, Channel.KIND, __("Goods, free of charge")),
    "services": (Form.SERVICES, Channel.KIND, __("Services, free of charge")),
    "under-price": (Form.UNDER_PRICE, Channel.KIND, __("Goods or services the party paid less for than they are worth")),
    "over-price": (Form.OVER_PRICE, Channel.BANK, __("Something the party sold for more than it is worth, paid into the bank")),
    "over-price-cash": (Form.OVER_PRICE, Channel.CASH, __("The same, paid in cash: an auction on the evening")),
    "credit": (Form.CREDIT, Channel.KIND, __("Credit on softer terms than usual")),
}
HERE, OFFERED, HELD = "here", "offered", "held"
_MONEY = {"inputmode": "decimal", "autocomplete": "off"}
_OFF = {"autocomplete": "off"}


class RecordForm(AskedBehind, KeyedForm):
    arrived = RadioField(__("Where is it?"), [one_of((HERE, OFFERED, HELD), __("Say where it is."))], default=HERE,
                         validate_choice=False)  # fmt: skip
    on = Day(__("Day it came to the party"), description=__("Leave it empty if it has not come."))
    amount = StringField(__("Amount"), [AtMost(12), Amount()], filters=[clean], render_kw=_MONEY)
    worth = StringField(
        __("What it is worth"), [AtMost(12), Amount()], filters=[clean], render_kw=_MONEY,
        description=__("Reasonable market value, GST included. Of credit: what its softness is worth."),
    )  # fmt: skip
    price = StringField(__("What was paid for it"), [AtMost(12), Amount()], filters=[clean], render_kw=_MONEY)
    what = StringField(__("What it is"), [AtMost(300)], filters=[clean], render_kw=_OFF,
                       description=__("Kept sealed with the donation."))  # fmt: skip
    known = RadioField(
        __("Is it known who gave it?"), [one_of(("known", "anonymous"), __("Say whether it is known who gave it."))],
        default="known", validate_choice=False,
    )  # fmt: skip
    suspected = BooleanField(__("There is reason to think it comes from overseas"))
    name = StringField(
        __("Full name of who gave it"), [AtMost(120), Words(__("Enter a name in letters."))], filters=[clean], render_kw=_OFF
    )
    email = EmailField(__("Their email address"), [AtMost(254), EmailAddress()], filters=[clean], render_kw=_OFF,
                       description=__("For the receipt. Without one, hand them the receipt."))  # fmt: skip
    address = StringField(
        __("Their address"), [AtMost(250), Words(__("Enter the address in words."))], filters=[clean], render_kw=_OFF
    )
    ties = RadioField(__("Who gave it"), validate_choice=False)
    whose = RadioField(
        __("Whose money was it?"), [one_of(("own", "others"), __("Say whose money it was."))], default="own",
        validate_choice=False,
    )  # fmt: skip
    through = StringField(__("Name of who passed it on"), [AtMost(120)], filters=[clean], render_kw=_OFF)
    through_address = StringField(__("Their address"), [AtMost(250)], filters=[clean], render_kw=_OFF)
    sent_on = Day(__("Day they were given it"))

    def __init__(self, kind: str, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.form_of, self.channel, self.called = KINDS[kind]
        self.asks_amount = self.form_of == Form.MONEY
        self.asks_price = self.form_of in (Form.UNDER_PRICE, Form.OVER_PRICE)
        for field in (self.arrived, self.known, self.whose):
            field.data = field.data or field.default
        self.arrived.choices = [
            (HERE, _("With the party: in hand, or in its bank")),
            (OFFERED, _("Only offered: I want to know whether it may be taken")),
            (HELD, _("With somebody who was given it for the party and has not passed it on")),
        ]
        self.known.choices = [
            ("known", _("Yes")),
            ("anonymous", _("No, and nobody here could reasonably know: it is anonymous")),
        ]
        self.ties.choices = ties_choices()
        self.whose.choices = [
            ("own", _("All of it was their own")),
            ("others", _("Some of it was given to them by others, for this")),
        ]

    def validate_on(self, field: Day) -> None:
        if self.arrived.data == HERE and field.data is None:
            raise ValidationError(_("Enter the day it came."))
        if self.arrived.data != HERE and field.data is not None:
            raise ValidationError(_("Leave this empty: it has not come."))

    def validate_amount(self, field: StringField) -> None:
        if self.asks_amount and not amount_in(field.data):
            raise ValidationError(_("Enter the amount."))

    def validate_worth(self, field: StringField) -> None:
        if not self.asks_amount and amount_in(field.data) is None:
            raise ValidationError(_("Enter what it is worth."))

    def validate_price(self, field: StringField) -> None:
        if self.asks_price and amount_in(field.data) is None:
            raise ValidationError(_("Enter what was paid for it. If nothing, enter 0."))

    def validate_what(self, field: StringField) -> None:
        if not self.asks_amount and not field.data:
            raise ValidationError(_("Say what it is."))

    def validate_name(self, field: StringField) -> None:
        if self.is_known and not field.data:
            raise ValidationError(_("Enter the name, or say that it is anonymous."))

    def validate_address(self, field: StringField) -> None:
        if self.is_known and not field.data:
            raise ValidationError(_("Enter the address: the return needs it."))

    def validate_ties(self, field: RadioField) -> None:
        if self.is_known and field.data not in TIES:
            raise ValidationError(_("Say who gave it, as far as the law asks."))

    def validate_sent_on(self, field: Day) -> None:
        if field.data is None and (self.through.data or self.arrived.data == HELD):
            raise ValidationError(_("Enter the day they were given it: ten working days run from it."))

    def validate_through(self, field: StringField) -> None:
        if not field.data and (self.sent_on.data or self.arrived.data == HELD):
            raise ValidationError(_("Enter who was given it to pass on."))

    @property
    def is_known(self) -> bool:
        return bool(self.known.data == "known")

    def noted(self) -> Noted:
        """What was answered. After validation only. Raises NamesItself."""
        who = None
        if self.is_known:
            who = Who(self.name.data or "", self.address.data or "", self.email.data or "", TIES[self.ties.data])
        more: dict[str, Any] = {"amount": amount_in(self.amount.data)} if self.asks_amount else {}
        if not self.asks_amount:
            more = {"worth": amount_in(self.worth.data), "price": amount_in(self.price.data) if self.asks_price else None}
        return Noted(
            key=self.own_key,
            form=self.form_of,
            channel=self.channel,
            who=who,
            on=self.on.data,
            suspected=bool(self.suspected.data) and who is None,
            behind=self.behind() if self.whose.data == "others" else (),
            through=Who(self.through.data, self.through_address.data or "", ties=Ties()) if self.through.data else None,
            sent_on=self.sent_on.data,
            what=self.what.data or "",
            only_offered=self.arrived.data == OFFERED,
            **more,
        )


class TellForm(AskedBehind, KeyedForm):
    """Whose money it was, as the party learnt later."""

    on = Day(__("Day the party learnt of it"), [DayNeeded(__("Enter the day the party learnt of it."))])

    def day(self) -> date:
        """What was answered. After validation only."""
        assert self.on.data is not None
        return self.on.data
