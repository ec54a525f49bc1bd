"""The questions of giving: how much first, then who, then whose money it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, ValidationError

from app.ground.ids import new_id, read_id
from app.law.clauses import Refusal
from app.law.donations import Kind, Ties
from app.law.money import Money
from app.party.payments.models import Method
from app.web.forms import AtMost, EmailAddress, Needed, Words, clean, one_of

from .. import rules
from ..models import Who
from ..services import Offered
from .behind import AskedBehind, amount_in

OTHER = "other"
# Who gives, as the tests of s 207(2) “overseas person” ask it; not where a card is from.
TIES = {
    "here": Ties(lives_here=True),
    "abroad-elector": Ties(citizen=True, elector=True),
    "abroad": Ties(),
    "body": Ties(Kind.BODY, incorporated_here=True),
    "body-abroad": Ties(Kind.BODY),
    "group": Ties(Kind.UNINCORPORATED, based_here=True),
    "group-abroad": Ties(Kind.UNINCORPORATED),
}
_OWN, _OTHERS = "own", "others"


class GiveForm(AskedBehind):
    key = HiddenField()
    amount = RadioField(
        __("Amount"),
        [one_of([*(str(amount.cents) for amount in rules.AMOUNTS), OTHER], __("Choose an amount."))],
        default=str(rules.USUAL.cents),
        validate_choice=False,
    )
    other = StringField(
        __("Another amount"),
        [AtMost(12)],
        filters=[clean],
        description=__("In dollars. What you enter here counts, whatever is chosen above."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    often = RadioField(
        __("How often"), [one_of(("once", "monthly"), __("Choose how often."))], default="once", validate_choice=False
    )
    cover = BooleanField(__("Add the card’s cost, so that all of it arrives"))
    name = StringField(
        __("Full name of who gives"),
        [Needed(__("Enter the name of who gives.")), AtMost(120), Words(__("Enter a name in letters."))],
        filters=[clean],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        __("Email address"),
        [Needed(__("Enter an email address.")), AtMost(254), EmailAddress()],
        filters=[clean],
        description=__("For the receipt, and for the link that stops a monthly gift."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    address = StringField(
        __("Address"),
        [Needed(__("Enter the address.")), AtMost(250), Words(__("Enter the address in words."))],
        filters=[clean],
        description=__("On one line. The return to the Electoral Commission asks for it above a certain sum."),
        render_kw={"autocomplete": "street-address"},
    )
    ties = RadioField(__("Which of these is it?"), [one_of(list(TIES), __("Say who gives."))], validate_choice=False)
    whose = RadioField(
        __("Whose money is it?"),
        [one_of((_OWN, _OTHERS), __("Say whose money it is."))],
        default=_OWN,
        validate_choice=False,
    )
    pay_by = RadioField(
        __("How you pay"),
        [one_of((Method.CARD, Method.BANK), __("Choose how you pay."))],
        default=Method.CARD,
        validate_choice=False,
    )

    def __init__(self, *args: Any, bank: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.bank = bank
        if self.other.data:
            self.amount.data = OTHER
        for field in (self.amount, self.often, self.whose, self.pay_by):  # left out: what most choose
            field.data = field.data or field.default
        self.amount.choices = [*((str(amount.cents), str(amount)) for amount in rules.AMOUNTS), (OTHER, _("Another amount"))]
        self.amount.hints = {  # type: ignore[attr-defined]  # ours: radio_cards reads it
            str(amount.cents): _("About %(sum)s with the card’s cost added", sum=amount + rules.cover_of(amount))
            for amount in rules.AMOUNTS
        }
        self.often.choices = [("once", _("Once")), ("monthly", _("Every month, until I stop it"))]
        self.ties.choices = [
            ("here", _("I do, and I live in New Zealand")),
            ("abroad-elector", _("I do, from abroad: a New Zealand citizen or registered elector")),
            ("abroad", _("I do, from abroad, and I am neither")),
            ("body", _("A company or other body incorporated in New Zealand")),
            ("body-abroad", _("A company or other body incorporated elsewhere")),
            ("group", _("A trust or group that is run from New Zealand")),
            ("group-abroad", _("A trust or group that is run from elsewhere")),
        ]
        self.whose.choices = [
            (_OWN, _("All of it belongs to who gives")),
            (_OTHERS, _("Some of it was given to them by others, for this")),
        ]
        self.pay_by.choices = [
            (Method.CARD, _("By card, on the page after this one")),
            (Method.BANK, _("By bank transfer, with a reference")),
        ]
        if read_id(self.key.data or "") is None:
            self.key.data = str(new_id())

    def validate_amount(self, field: RadioField) -> None:
        if not self.other.data and field.data == OTHER:
            raise ValidationError(_("Enter an amount."))

    def validate_other(self, field: StringField) -> None:
        if field.data and not amount_in(field.data):
            raise ValidationError(_("Enter an amount in dollars, such as 20 or 12.50."))

    def validate_often(self, field: RadioField) -> None:
        if field.data == "monthly" and self.pay_by.data == Method.BANK:
            raise ValidationError(_("A monthly gift is taken from a card. For a standing order at your bank, choose once."))

    def validate_whose(self, field: RadioField) -> None:
        if field.data == _OWN and self.names_others:
            raise ValidationError(_("You have named others. Say that some of it was given by them, or empty what you entered."))

    def validate_pay_by(self, field: RadioField) -> None:
        if field.data == Method.BANK and not self.bank:
            raise ValidationError(_("Bank transfers are not offered here yet. Pay by card."))

    def refuse(self, refusal: Refusal) -> None:
        """As every form; what is said of the amount stands beside the question that was answered."""
        if refusal.field == "amount" and self.other.data:
            refusal.field = "other"
        if refusal.field == "contributions":
            refusal.field = "whose"
        super().refuse(refusal)

    def gift(self) -> Money:
        """The amount that was chosen or typed, without what covers the card."""
        return amount_in(self.other.data) or Money(int(self.amount.data))

    def offered(self) -> Offered:
        """What was answered. After validation only. Raises NamesItself where those behind it are not named in full."""
        gift = self.gift()
        by_card = self.pay_by.data == Method.CARD
        return Offered(
            who=Who(self.name.data or "", self.address.data or "", self.email.data or "", TIES[self.ties.data]),
            amount=gift,
            cover=rules.cover_of(gift) if self.cover.data and by_card else Money(0),
            monthly=self.often.data == "monthly",
            behind=self.behind() if self.whose.data == _OTHERS else (),
            method=Method(self.pay_by.data),
        )

    @property
    def own_key(self) -> UUID:
        return UUID(self.key.data)
