"""What somebody is asked who endorses, comments, replies or proposes a change."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than their types

from app.web.forms import AtMost, EmailAddress, KeyedForm, Needed, Words, clean, clean_lines, one_of

from .. import rules
from ..models import Shown, Stance
from ..services.amending import Proposal
from ..services.commenting import Author, Of
from ..services.endorsing import Wish

_CHOICES = {Shown.ANONYMOUS: _("Without a name"), Shown.FIRST: _("First name"), Shown.FULL: _("Full name")}
_ADULT = _("I am 18 or over")
_ADULT_HINT = _("A name is shown only of people who are 18 or over.")


def _display(label: Any) -> RadioField:
    return RadioField(
        label,
        [one_of([str(one) for one in Shown], _("Choose how you are shown."))],
        choices=[SelectChoice(str(one), words) for one, words in _CHOICES.items()],
        default=str(Shown.ANONYMOUS),
        validate_choice=False,
    )


class _Endorsing(KeyedForm):
    """What members and everybody else are asked alike. `version`: the one that was read."""

    version = HiddenField()
    display = _display(_("How you are shown"))
    region = SelectField(
        _("Region"), choices=[SelectChoice("", _("none")), *(SelectChoice(one, one) for one in rules.REGIONS)], default=""
    )
    reason = TextAreaField(
        _("Why"), [AtMost(rules.MOST_REASON)], filters=[clean], description=_("A sentence or two, shown with your endorsement.")
    )
    adult = BooleanField(_ADULT, description=_ADULT_HINT)

    @property
    def number(self) -> int:
        """The version that was read; 0 for none."""
        return read_number(self.version.data)

    @property
    def shown(self) -> Shown:
        return Shown(self.display.data)


class MemberEndorseForm(_Endorsing):
    """A member who is signed in: their name is known."""

    def wish(self) -> Wish:
        return Wish(self.shown, "", self.region.data or "", self.reason.data or "", bool(self.adult.data))


class EndorseForm(_Endorsing):
    """Everybody else."""

    name = StringField(
        _("Your name"), [AtMost(rules.MOST_NAME), Words(_("Enter a name with letters."))], filters=[clean],
        description=_("Only if it is to be shown."),
    )  # fmt: skip
    email = EmailField(
        _("Email address"), [Needed(_("Enter your email address.")), AtMost(254), EmailAddress()], filters=[clean],
        description=_("For one letter, with the link that confirms and withdraws. It is never shown."),
    )  # fmt: skip

    def validate_name(self, field: StringField) -> None:
        if self.display.data in (Shown.FIRST, Shown.FULL) and not field.data:
            raise ValidationError(gettext("Enter the name to show, or stay unnamed."))

    def wish(self) -> Wish:
        return Wish(self.shown, self.name.data or "", self.region.data or "", self.reason.data or "", bool(self.adult.data))


class _Speaking(KeyedForm):
    """What everybody is asked who speaks as a member."""

    body = TextAreaField(
        _("What you say"), [Needed(_("Write something.")), AtMost(rules.MOST_COMMENT)], filters=[clean_lines],
        description=_("Up to 2,000 letters. Paragraphs, lists, **strong**, *emphasis* and [links](https://…) work."),
    )  # fmt: skip
    display = _display(_("How you are shown"))
    adult = BooleanField(_ADULT, description=_ADULT_HINT)

    def author(self, person_id: Any) -> Author:
        return Author(person_id, Shown(self.display.data), bool(self.adult.data))


class CommentForm(_Speaking):
    """`of`: the text that was read, v3 or d5 (a draft’s revision)."""

    of = HiddenField()
    stance = RadioField(
        _("Your comment is"),
        [one_of([str(one) for one in Stance], _("Choose what your comment is."))],
        choices=[
            SelectChoice(str(Stance.SUPPORT), _("support")),
            SelectChoice(str(Stance.CONCERN), _("a concern")),
            SelectChoice(str(Stance.QUESTION), _("a question")),
            SelectChoice(str(Stance.EVIDENCE), _("evidence")),
        ],
        validate_choice=False,
    )

    def text(self) -> Of:
        return read_of(self.of.data or "")


class ReplyForm(_Speaking):
    """A reply to one comment."""


def read_number(said: str | None) -> int:
    """A number that a page of ours has put into a form; 0 for anything else."""
    return int(said) if said and said.isascii() and said.isdecimal() and len(said) < 9 else 0


def read_of(said: str) -> Of:
    """Which text somebody had before their eyes; nothing that is neither."""
    kind, number = said[:1], read_number(said[1:])
    return {"v": Of(version=number), "d": Of(revision=number)}.get(kind, Of())


class AmendForm(KeyedForm):
    """What a section should say instead, and why. `version`: the one that was read."""

    version = HiddenField()
    body = TextAreaField(
        _("What the section should say"), [Needed(_("Write what the section should say.")), AtMost(rules.MOST_BODY)],
        filters=[clean_lines], render_kw={"rows": "16", "spellcheck": "true"},
        description=_("It is Markdown, as it stands now. Change what you would change and leave the rest."),
    )  # fmt: skip
    rationale = TextAreaField(
        _("Why"), [Needed(_("Say why: those who are to support it want to know.")), AtMost(rules.MOST_RATIONALE)],
        filters=[clean_lines], description=_("Up to 2,000 letters."),
    )  # fmt: skip
    display = _display(_("How you are shown"))
    adult = BooleanField(_ADULT, description=_ADULT_HINT)

    @property
    def number(self) -> int:
        return read_number(self.version.data)

    def proposal(self, anchor: str) -> Proposal:
        return Proposal(anchor, self.body.data or "", self.rationale.data or "")

    def author(self, person_id: Any) -> Author:
        return Author(person_id, Shown(self.display.data), bool(self.adult.data))
