"""Questions to whoever writes and publishes policies."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from app.web.forms import AtMost, CountField, DayField, DayNeeded, HouseForm, Needed, clean

from ..services.publishing import Decision


def said(field: Field) -> str:
    """What was answered, as text."""
    return str(field.data or "")


def day_said(field: Field) -> date:
    """The day that was answered. Raises TypeError before the form was found valid."""
    if not isinstance(field.data, date):
        raise TypeError(field.name)
    return field.data


class DraftForm(HouseForm):
    """A text and what changed in it. `seen_draft`: the mark of the save that was opened."""

    source = TextAreaField(_("The text, in Markdown"), [Needed(_("Write the text, or drop the draft."))])
    change_note = StringField(
        _("What changes, in a sentence"),
        [AtMost(300)],
        filters=[clean],
        description=_("Readers see it above the new version. The first version needs none."),
    )
    seen_draft = HiddenField()


class NewForm(HouseForm):
    slug = StringField(
        _("Address"),
        [Needed(_("Give it an address, such as data-caps.")), AtMost(60)],
        filters=[clean],
        description=_("Small letters and hyphens, as in /policies/data-caps. It stays for ever."),
    )
    source = TextAreaField(_("The text, in Markdown"), [Needed(_("Write the text, if only its question."))])


class ConsultForm(HouseForm):
    until = DayField(
        _("Open until"),
        [DayNeeded(_("Choose the last day."))],
        description=_("That day included. Fourteen days or more, and a year at most."),
    )


def votes(label: Any) -> CountField:
    """How many voted in a way, or could have; all four are given, or none."""
    whole = _("Enter a whole number, or leave all four empty.")
    return CountField(label, [MayBeEmpty(), NumberRange(0, 10_000_000, whole)], render_kw={"inputmode": "numeric"})


class PublishForm(HouseForm):
    """Who decided, and the secretary’s authority. `seen_draft`: the mark of the draft that was seen."""

    decided_by = StringField(
        _("Who adopted it"),
        [Needed(_("Say which body or office adopted it.")), AtMost(120)],
        filters=[clean],
        description=_("Such as: the policy conference of 21 November 2026."),
    )
    effective_from = DayField(_("In force since"), [DayNeeded(_("Choose the day."))])
    votes_for = votes(_("Votes for"))
    votes_against = votes(_("Votes against"))
    abstained = votes(_("Abstained"))
    eligible = votes(_("Could have voted"))
    authority = BooleanField(
        _("As party secretary I authorise this page for publication"),
        [Needed(_("Tick to authorise it: without your authority it may not be published."))],
    )
    seen_draft = HiddenField()

    def decision(self) -> Decision:
        return Decision(
            said(self.decided_by), day_said(self.effective_from), self.votes_for.data, self.votes_against.data,
            self.abstained.data, self.eligible.data,
        )  # fmt: skip


class RetireForm(HouseForm):
    successor = SelectField(_("Its address leads to"), validate_choice=False)
    sure = BooleanField(_("Retire this policy"), [Needed(_("Tick to retire it. Its versions stay under their own addresses."))])


class TranslateForm(HouseForm):
    """A translation by people: the software makes none. `of_hash`: the version that was shown."""

    source = TextAreaField(_("The whole text, translated, in Markdown"), [Needed(_("Paste the translation."))])
    translator = StringField(_("Translated by"), [Needed(_("Name the translator.")), AtMost(120)], filters=[clean])
    checked_by = StringField(_("Checked by"), [Needed(_("Name who checked it.")), AtMost(120)], filters=[clean])
    checked_on = DayField(_("Checked on"), [DayNeeded(_("Choose the day."))])
    of_hash = HiddenField()
