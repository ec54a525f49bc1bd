"""Questions to whoever looks for people. The address of a list is its form, so that it can be passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.ground import clock
from app.ground.seal import fold
from app.law.membership import CanEnrol
from app.party.branches.rules import WORDS
from app.party.casework.rules import KINDS, MOST_LETTERS, MOST_TAG, MOST_WORDS
from app.party.electorates import queries as electorates
from app.web.forms import AtMost, DayField, DayNeeded, HouseForm, ListField, Needed, clean, clean_lines, one_of

from .rules import HOWS, LAPSING_WITHIN, MOST_SEGMENT_NAME, REASONS, STANDS, Asked, How, Reason, read_asked


@dataclass(frozen=True)
class BranchShown:
    """A branch that may be chosen."""

    id: UUID
    name: str


_CHOICES = ("find", "stands", "electorate", "branch", "lapsing", "can_enrol", "tag", "office", "segment")
_ASKED = {one.name for one in fields(Asked)}


@dataclass(frozen=True)
class Kept:
    """A tag or a segment that may be chosen, and how it is told."""

    id: UUID
    name: str


class PeopleForm(HouseForm):
    """Whom to show. It changes nothing, so it carries no token and is sent by GET."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        csrf = False

    find = StringField(
        _("Find"),
        [Optional(), AtMost(120)],
        filters=[clean],
        description=_("Any part of a name; a whole email or phone number; a member’s number."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    stands = ListField(_("Standing"), [Optional()])
    electorate = ListField(_("Electorate"), [Optional()])
    branch = ListField(_("Branch"), [Optional()])
    joined_from = DayField(_("Joined from"), [Optional()])
    joined_to = DayField(_("Joined until"), [Optional()])
    lapsing = ListField(_("Dues become unpaid"), [Optional()])
    can_enrol = ListField(_("Can enrol to vote"), [Optional()])
    consent = BooleanField(_("Lets us write with news"))
    gave = BooleanField(_("Gave this year"))
    tag = ListField(_("Tag"), [Optional()])
    office = ListField(_("Holds an office"), [Optional()])
    segment = ListField(_("Segment"), [Optional()])

    def __init__(
        self,
        *args: Any,
        branches: Sequence[BranchShown],
        sees_all: bool,
        tags: Sequence[Kept] = (),
        segments: Sequence[Kept] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        every = [("", gettext("All"))]
        self.stands.choices = [*every, *((stands.value, words) for stands, words in STANDS.items())]
        seats = electorates.electorates_on(clock.today())
        self.electorate.choices = [*every, *((seat.code, seat.name) for seat in seats)]
        nowhere = [("none", gettext("Of no branch"))] if sees_all else []
        by_name = sorted(branches, key=lambda branch: fold(branch.name))
        self.branch.choices = [*every, *nowhere, *((str(branch.id), branch.name) for branch in by_name)]
        self.lapsing.choices = [*every, *((str(days), gettext("Within %(days)s days", days=days)) for days in LAPSING_WITHIN)]
        self.can_enrol.choices = [
            *every,
            (CanEnrol.YES.value, gettext("Yes")),
            (CanEnrol.NO.value, gettext("No")),
            (CanEnrol.UNSURE.value, gettext("Not sure")),
        ]
        offices = [(office.value, words.capitalize()) for office, words in WORDS.items()]
        self.office.choices = [*every, ("any", gettext("Any office")), *offices]
        self.tag.choices = [*every, *((str(tag.id), tag.name) for tag in tags)]
        self.segment.choices = [*every, *((str(segment.id), segment.name) for segment in segments)]

    def told(self) -> list[str]:
        """What is asked, in words: “Standing: Lapsed”. What is not offered to whoever asks stays untold."""
        return [f"{name}: {words}" if words else name for name, words in self._words()]

    def facts(self) -> list[tuple[str, str]]:
        """The same as a list of facts."""
        return [(name, words or gettext("Yes")) for name, words in self._words()]

    def _words(self) -> Iterator[tuple[str, str]]:
        for field in self:
            if field.short_name not in _ASKED or not field.data:
                continue
            if isinstance(field, BooleanField):
                yield str(field.label.text), ""
            else:
                offered = dict(getattr(field, "choices", None) or {str(field.data): str(field.data)})
                yield str(field.label.text), offered.get(str(field.data), gettext("not to be seen by you"))

    def asked(self) -> Asked:
        """What was chosen; what was garbled in an address asks for nothing."""
        return read_asked(self.chosen())

    def chosen(self) -> dict[str, str]:
        """The address of this list, without its place in it."""
        days = {name: getattr(self, name).data for name in ("joined_from", "joined_to")}
        words = {name: getattr(self, name).data for name in _CHOICES}
        ticks = {name: "y" for name in ("consent", "gave") if getattr(self, name).data}
        return {name: str(value) for name, value in {**words, **days, **ticks}.items() if value}


class ShowForm(HouseForm):
    """Why somebody’s details are opened."""

    why = RadioField(
        _("Why do you open them?"),
        [one_of(list(Reason), _("Choose why: it is written down, and they see that you looked."))],
        choices=[(reason.value, words.capitalize()) for reason, words in REASONS.items()],
        validate_choice=False,
    )


class PlaceForm(HouseForm):
    """Which branch somebody belongs to."""

    branch = ListField(_("Branch"), [Optional()])

    def __init__(self, *args: Any, branches: Sequence[BranchShown], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.branch.choices = [("", gettext("None")), *((str(branch.id), branch.name) for branch in branches)]


class TagForm(HouseForm):
    """Which tag somebody is given."""

    tag = ListField(_("Tag"), [Needed(_("Choose a tag."))], validate_choice=False)

    def __init__(self, *args: Any, tags: Sequence[Kept], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.tag.choices = [("", gettext("Choose")), *((str(tag.id), tag.name) for tag in tags)]


class NoteForm(HouseForm):
    """What was said, when and how."""

    kind = RadioField(
        _("What was it?"),
        [one_of(list(KINDS), _("Choose what it was."))],
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        validate_choice=False,
    )
    on = DayField(_("On"), [DayNeeded(_("Enter the day on which it was."))])
    said = TextAreaField(
        _("What is to be known"),
        [Needed(_("Write what is to be known.")), AtMost(MOST_LETTERS)],
        filters=[clean_lines],
        description=_("Sealed. They can read it: it is in the file of everything we hold about them."),
    )


class TaskForm(HouseForm):
    """What is to be done, until when, by whom."""

    task = StringField(
        _("What is to be done"),
        [Needed(_("Write what is to be done.")), AtMost(MOST_WORDS)],
        filters=[clean],
        render_kw={"autocomplete": "off"},
    )
    due_on = DayField(_("Until"), [Optional()])
    assigned_to = SelectField(_("By"), [Needed(_("Choose who does it."))], validate_choice=False)

    def __init__(self, *args: Any, officers: Sequence[Kept], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.assigned_to.choices = [(str(one.id), one.name) for one in officers]


class OwnedForm(HouseForm):
    """What has a name and is of a branch or of the whole party."""

    name = StringField(_("Name"), [Needed(_("Enter a name.")), AtMost(MOST_TAG)], filters=[clean])
    branch = SelectField(_("Of"), [Optional()])

    def __init__(self, *args: Any, branches: Sequence[BranchShown], sees_all: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        whole = [("", gettext("The whole party"))] if sees_all else []
        self.branch.choices = [*whole, *((str(branch.id), branch.name) for branch in branches)]


class SegmentForm(OwnedForm):
    """Under which name a list is kept."""

    name = StringField(_("Name"), [Needed(_("Enter a name.")), AtMost(MOST_SEGMENT_NAME)], filters=[clean])
    how = RadioField(
        _("What is it?"),
        choices=[(How.ALL.value, _("This list")), (How.ANY.value, _("One of several lists: add the others next"))],
        default=How.ALL.value,
    )


class RenameForm(HouseForm):
    name = StringField(_("Name"), [Needed(_("Enter a name.")), AtMost(MOST_SEGMENT_NAME)], filters=[clean])


class PartForm(HouseForm):
    """Another segment, as a part of this one."""

    how = RadioField(
        _("Whom does it leave in?"),
        [one_of(list(How), _("Choose how."))],
        choices=[(how.value, words) for how, words in HOWS.items()],
        validate_choice=False,
    )
    segment = ListField(_("Segment"), [Needed(_("Choose a segment."))], validate_choice=False)

    def __init__(self, *args: Any, segments: Sequence[Kept], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.segment.choices = [("", gettext("Choose")), *((str(one.id), one.name) for one in segments)]
