"""Questions about dues: how often, at which rate, and whether they renew by themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, RadioField, ValidationError

from app.law.party_rules import SPANS, DuesRule, Rhythm
from app.web.forms import HouseForm, one_of

from .queries import Chosen


class PlanForm(HouseForm):
    rhythm = RadioField(__("How often"), [one_of(list(Rhythm), __("Choose how often you pay."))], validate_choice=False)
    rate = RadioField(__("Rate"), [one_of(("standard", "concession"), __("Choose your rate."))], validate_choice=False)

    def __init__(self, *args: Any, rule: DuesRule, plan: Chosen, **kwargs: Any):
        super().__init__(*args, data={"rhythm": plan.rhythm, "rate": plan.rate}, **kwargs)
        self.rhythm.choices = [
            (rhythm, _("Every %(span)s: %(amount)s", span=SPANS[rhythm], amount=fees.standard))
            for rhythm, fees in rule.fees.items()
        ]
        self.rhythm.hints = {  # type: ignore[attr-defined]  # ours: radio_cards reads it
            rhythm: _("Concession %(amount)s.", amount=fees.concession) for rhythm, fees in rule.fees.items()
        }
        self.rate.choices = [("standard", _("Standard")), ("concession", _("Concession: if money is short, no proof needed"))]

    def validate_rhythm(self, field: RadioField) -> None:
        if field.data not in [value for value, *_ in field.iter_choices()]:
            raise ValidationError(_("Choose how often you pay."))

    def chosen(self) -> Chosen:
        return Chosen(Rhythm(self.rhythm.data), self.rate.data)


class PayForm(HouseForm):
    """One press to the provider's page. Renewal is never ticked for anybody."""

    renews = BooleanField(__("Take the same from my card by itself for every term after, until I stop it"))
