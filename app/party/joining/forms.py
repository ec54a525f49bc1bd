"""The questions of joining: seven, on one page."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, ValidationError

from app.ground.ids import new_id, read_id
from app.law.membership import CanEnrol
from app.law.money import Money, read_money
from app.law.party_rules import MONTHS, SPANS, DuesRule, Rhythm, add_months
from app.party.payments.models import Method
from app.web import words
from app.web.forms import AtMost, EmailAddress, HouseForm, Needed, Words, clean, one_of

from .rules import CURRENT
from .services import Answers

MOST_DRAWING = 8000
_DRAFTED = ("name", "email", "address", "can_enrol", "dues", "above", "rhythm", "pay_by")


class JoinForm(HouseForm):
    key = HiddenField()
    name = StringField(
        __("Full name, as on the electoral roll"),
        [Needed(__("Enter your full name.")), AtMost(120), Words(__("Enter your name in letters."))],
        filters=[clean],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        __("Email address"),
        [Needed(__("Enter your email address.")), AtMost(254), EmailAddress()],
        filters=[clean],
        description=__("For your welcome letter and your sign-in links."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    address = StringField(
        __("Home address"),
        [Needed(__("Enter your home address.")), AtMost(250), Words(__("Enter your address in words."))],
        filters=[clean],
        description=__("On one line, with the postcode. The Electoral Commission asks for it."),
        render_kw={"autocomplete": "street-address"},
    )
    can_enrol = RadioField(
        __("Can you enrol to vote in New Zealand?"),
        [one_of(list(CanEnrol), __("Say whether you can enrol to vote, or that you are not sure."))],
        validate_choice=False,
    )
    dues = RadioField(
        __("Membership dues"),
        [one_of(("standard", "concession"), __("Choose your dues."))],
        default="standard",
        validate_choice=False,
    )
    rhythm = RadioField(
        __("How often"), [one_of(list(Rhythm), __("Choose how often you pay."))], default=Rhythm.YEARLY, validate_choice=False
    )
    renews = BooleanField(__("Take my dues from this card by itself when they are due again, until I stop it"))
    pay_by = RadioField(
        __("How you pay"),
        [one_of((Method.CARD, Method.BANK), __("Choose how you pay."))],
        default=Method.CARD,
        validate_choice=False,
    )
    above = StringField(
        __("More, if you like"),
        [AtMost(12)],
        filters=[clean],
        description=__("In dollars, on top of your dues. Leave it empty for none."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    signature = StringField(
        __("Sign by typing your full name"),
        [Needed(__("Sign by typing your full name.")), AtMost(120), Words(__("Sign with your name in letters."))],
        filters=[clean],
        render_kw={"autocomplete": "off"},
    )
    drawing = HiddenField()

    def __init__(self, *args: Any, rule: DuesRule, today: date, bank: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.bank = bank
        for field in (self.rhythm, self.pay_by):  # left out: what most choose
            field.data = field.data or field.default
        self.can_enrol.choices = [(answer, _(said)) for answer, said in CURRENT.answers.items()]
        self.can_enrol.hints = {  # type: ignore[attr-defined]  # ours: radio_cards reads it
            CanEnrol.YES: _("18 or over, a citizen or resident, and have lived here for a year at some time."),
            CanEnrol.NO: _("You are welcome as a member. You will not count toward the 500 members the law asks for."),
            CanEnrol.UNSURE: _("Join now, and write to us when you know. Until then you do not count toward the 500."),
        }
        self.rhythm.choices = [
            (rhythm, _("Every %(span)s: %(amount)s", span=SPANS[rhythm], amount=fees.standard))
            for rhythm, fees in rule.fees.items()
        ]
        self.rhythm.hints = {  # type: ignore[attr-defined]
            rhythm: _(
                "Concession %(amount)s. Charged today, and next on %(day)s if you let it renew.",
                amount=fees.concession,
                day=words.day(add_months(today, MONTHS[rhythm])),
            )
            for rhythm, fees in rule.fees.items()
        }
        self.dues.choices = [("standard", _("Standard")), ("concession", _("Concession"))]
        self.pay_by.choices = [
            (Method.CARD, _("By card, on the page after this one")),
            (Method.BANK, _("By bank transfer: you are a member when it arrives")),
        ]
        self.dues.hints = {"concession": _("If money is short. No proof needed.")}  # type: ignore[attr-defined]
        if read_id(self.key.data or "") is None:
            self.key.data = str(new_id())

    def validate_above(self, field: StringField) -> None:
        if field.data:
            try:
                self._above()
            except ValueError:
                raise ValidationError(_("Enter an amount in dollars, such as 10 or 12.50, or leave it empty.")) from None

    def validate_drawing(self, field: HiddenField) -> None:
        allowed = set("MLml0123456789 .,-")
        if field.data and (len(field.data) > MOST_DRAWING or not set(field.data) <= allowed):
            field.data = ""  # an optional extra of the browser's; the typed name is the signature

    def validate_rhythm(self, field: RadioField) -> None:
        if field.data not in [value for value, *_ in field.iter_choices()]:
            raise ValidationError(_("Choose how often you pay."))

    def validate_renews(self, field: BooleanField) -> None:
        if field.data and self.pay_by.data == Method.BANK:
            raise ValidationError(_("Dues renew by themselves from a card only. Leave this out, or pay by card."))

    def validate_pay_by(self, field: RadioField) -> None:
        if field.data == Method.BANK and not self.bank:
            raise ValidationError(_("Bank transfers are not offered here yet. Pay by card."))

    def _above(self) -> Money:
        return read_money(self.above.data) if self.above.data else Money(0)

    def answers(self) -> Answers:
        """What was answered, as one frozen value. After validation only."""
        return Answers(
            name=self.name.data or "",
            email=self.email.data or "",
            address=self.address.data or "",
            can_enrol=CanEnrol(self.can_enrol.data),
            rate=self.dues.data,
            above=self._above(),
            signature=self.signature.data or "",
            drawing=self.drawing.data or "",
            rhythm=Rhythm(self.rhythm.data),
            renews=bool(self.renews.data),
            method=self.pay_by.data,
        )

    def email_is_good(self) -> bool:
        """For saving a draft: the only question that must be answered."""
        return self.email.validate(self)

    def draft(self) -> dict[str, str]:
        """Whatever has been filled in so far, as typed."""
        typed = {name: getattr(self, name).data or "" for name in _DRAFTED}
        return {**typed, "renews": "y" if self.renews.data else ""}
