"""Questions to whoever does something for many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Optional

from app.ground.ids import read_id
from app.party.casework.rules import MOST_WORDS
from app.party.roster.forms import Kept
from app.web.forms import AtMost, DayField, HouseForm, clean, one_of

from .rules import KINDS, Kind
from .services import Wish


class NeededFor:
    """Must be given where this is what is to be done."""

    def __init__(self, *kinds: Kind, sentence: Any):
        self.kinds, self.sentence = kinds, sentence

    def __call__(self, form: Any, field: Any) -> None:
        if form.kind.data in self.kinds and not field.data:
            raise ValidationError(self.sentence)


class ManyForm(HouseForm):
    """What is to be done for all of them."""

    kind = RadioField(
        _("What is to be done?"),
        [one_of(list(KINDS), _("Choose what is to be done."))],
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        validate_choice=False,
    )
    tag = SelectField(
        _("Tag"), [NeededFor(Kind.TAG, Kind.UNTAG, sentence=_("Choose a tag."))], validate_choice=False,
        description=_("To give a tag, or to take one off."),
    )  # fmt: skip
    task = StringField(
        _("What is to be done about each"),
        [NeededFor(Kind.TASK, sentence=_("Write what is to be done.")), AtMost(MOST_WORDS)],
        filters=[clean],
        description=_("For a task."),
        render_kw={"autocomplete": "off"},
    )
    due_on = DayField(_("Until"), [Optional()], description=_("For a task."))
    assigned_to = SelectField(
        _("By"), [NeededFor(Kind.TASK, sentence=_("Choose who does it."))], validate_choice=False,
        description=_("For a task. It is set about the people whom this officer sees."),
    )  # fmt: skip

    def __init__(self, *args: Any, tags: Sequence[Kept], officers: Sequence[Kept], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.tag.choices = [("", gettext("Choose")), *((str(tag.id), tag.name) for tag in tags)]
        self.assigned_to.choices = [(str(one.id), one.name) for one in officers]

    def wish(self) -> Wish:
        return Wish(
            kind=Kind(self.kind.data),
            tag_id=read_id(self.tag.data or ""),
            words=self.task.data or "",
            due_on=self.due_on.data,
            assigned_to=read_id(self.assigned_to.data or ""),
        )
