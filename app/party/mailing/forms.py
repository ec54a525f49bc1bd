"""Questions to whoever writes to many."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from app.ground.mail import Kind
from app.web.forms import AtMost, HouseForm, Needed, clean, clean_lines, one_of

from . import rules
from .queries import Written


class LetterForm(HouseForm):
    """What is written, and of which class it is."""

    kind = RadioField(
        _("What kind of letter is it?"),
        [one_of(list(rules.CLASSES), _("Choose what kind of letter it is."))],
        choices=[(kind.value, rules.WORDS[kind]) for kind in rules.CLASSES],
        validate_choice=False,
    )
    subject = StringField(
        _("Subject"),
        [Needed(_("Enter a subject.")), AtMost(rules.LONGEST_SUBJECT)],
        filters=[clean],
        render_kw={"autocomplete": "off"},
    )
    text = TextAreaField(
        _("Text"),
        [Needed(_("Write the letter.")), AtMost(rules.LONGEST_TEXT)],
        filters=[clean_lines],
        description=_(
            "Markdown: a blank line between paragraphs, ## before a heading, - before a point, [words](https://…) for a link."
        ),
        render_kw={"rows": "16"},
    )

    def __init__(self, *args: Any, statutory: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = [kind for kind in rules.CLASSES if statutory or kind is not Kind.STATUTORY]
        self.kind.choices = [(kind.value, rules.WORDS[kind]) for kind in offered]
        self.kind.hints = {kind.value: rules.HINTS[kind] for kind in offered}  # type: ignore[attr-defined]  # parts/forms.html

    def written(self) -> Written:
        return Written(self.subject.data or "", self.text.data or "")

    def chosen(self) -> Kind:
        return Kind(self.kind.data)


class RateForm(HouseForm):
    """How fast it goes."""

    rate = SelectField(
        _("Letters a minute"),
        choices=[(str(rate), f"{rate:,}") for rate in rules.RATES],
        description=_("Slower is kinder to small mail servers. 6,000 is the most that the house sends."),
    )

    def chosen(self) -> int:
        return int(self.rate.data)


class SeenForm(HouseForm):
    """The press that authorises. `seen`: which text stood on the page (rules.stamp_of)."""

    seen = HiddenField()


class RefuseForm(SeenForm):
    """The press that does not authorise, and why."""

    because = SelectField(
        _("Why not"), choices=[(why.value, words) for why, words in rules.WHYS.items()], validate_choice=False
    )

    def chosen(self) -> rules.Why:
        """Raises NoReason."""
        if self.because.data not in tuple(rules.Why):
            raise rules.NoReason()
        return rules.Why(self.because.data)


class ConfirmForm(RateForm, SeenForm):
    """The press that sends. `shown`: the number that stood on the page."""

    shown = HiddenField()
    vouched = BooleanField(
        _("It asks nobody to vote, to give, or to take part"),
        description=_("That you say so is kept with the letter. What asks for such things is campaign: change its kind."),
    )

    def was_shown(self) -> int:
        typed = self.shown.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0
