"""What an officer is asked who answers, hides or decides."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than their types

from app.web.forms import AtMost, DayField, DayNeeded, HouseForm, KeyedForm, Needed, clean, clean_lines, one_of

from .. import rules
from ..models import Outcome
from ..services.deciding import Verdict
from .publishing import votes


class AnswerForm(KeyedForm):
    """The party’s answer to a comment."""

    body = TextAreaField(
        _("Answer of the party"), [Needed(_("Write the answer.")), AtMost(rules.MOST_COMMENT)], filters=[clean_lines],
        description=_("Up to 2,000 letters, signed with your office, not with your name. It cannot be taken back."),
    )  # fmt: skip


class HideForm(HouseForm):
    """Why something is not shown: the reason stands in its place."""

    because = SelectField(
        _("Reason, which is shown in its place"),
        [one_of(list(rules.WHY_HIDDEN), _("Choose a reason."))],
        choices=[SelectChoice("", _("choose")), *(SelectChoice(key, why) for key, why in rules.WHY_HIDDEN.items())],
        validate_choice=False,
    )


class DecideForm(HouseForm):
    """What was decided about a proposal. `seen_draft`: the mark of the draft that was seen, nothing for none."""

    seen_draft = HiddenField()
    outcome = RadioField(
        _("What was decided"),
        [one_of([str(one) for one in Outcome], _("Choose what was decided."))],
        choices=[
            SelectChoice(str(Outcome.ACCEPTED), _("accepted, as it was proposed")),
            SelectChoice(str(Outcome.IN_PART), _("accepted in part")),
            SelectChoice(str(Outcome.DECLINED), _("declined")),
        ],
        validate_choice=False,
    )
    body = TextAreaField(
        _("What the section says now, if it was accepted in part"), [AtMost(rules.MOST_BODY)], filters=[clean_lines],
        render_kw={"rows": "12"},
    )  # fmt: skip
    decided_by = StringField(_("Who decided"), [Needed(_("Say which body decided.")), AtMost(120)], filters=[clean])
    decided_on = DayField(_("On which day"), [DayNeeded(_("Enter the day on which it was decided."))])
    reasons = TextAreaField(
        _("Reasons"), [Needed(rules.NoReasons.sentence), AtMost(rules.MOST_RATIONALE)], filters=[clean_lines],
        description=_("Up to 2,000 letters, shown with the decision. Every answer has them."),
    )  # fmt: skip
    votes_for = votes(_("Votes for"))
    votes_against = votes(_("Votes against"))
    abstained = votes(_("Abstained"))
    eligible = votes(_("How many could vote"))

    def validate_body(self, field: TextAreaField) -> None:
        if self.outcome.data == Outcome.IN_PART and not field.data:
            raise ValidationError(gettext("Write what the section says as far as it was accepted."))

    def verdict(self) -> Verdict:
        assert self.decided_on.data is not None, "validate() was called"
        return Verdict(
            Outcome(self.outcome.data), self.decided_by.data or "", self.decided_on.data, self.reasons.data or "",
            self.body.data or "", self.votes_for.data, self.votes_against.data, self.abstained.data, self.eligible.data,
        )  # fmt: skip
