"""Who takes part: what their pages need to know of them. None of these pages is kept warm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import request

from app.ground import clock
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.law.polling import silent_until
from app.party.people.signing_in import asking
from app.web.forms import HouseForm

from .. import queries, rules
from ..queries import Known
from ..texts import drawing
from ..texts.words import Unreadable
from .door import door

door.add_app_template_filter(drawing.prose, "prose")
door.add_app_template_filter(drawing.passage, "passage")


@dataclass(frozen=True)
class Who:
    """Whoever looks. `why_not`: why they may not comment, propose or support, in a sentence; "" if they may."""

    person_id: UUID | None
    known: Known | None
    is_member: bool
    why_not: str

    @property
    def may_speak(self) -> bool:
        return self.person_id is not None and not self.why_not

    @property
    def asks_age(self) -> bool:
        """Whether a name of theirs is shown on their word that they are 18: we have no birth date."""
        return self.known is None or self.known.born_on is None

    def name_as(self, display: str) -> str:
        return self.known.shown(display, on=clock.today()) if self.known else ""


def who_looks() -> Who:
    signed_in = asking()
    if signed_in is None:
        return Who(None, None, False, "")
    on: date = clock.today()
    try:
        rules.check_may_take_part(queries.standing_of(signed_in.person_id, on=on))
        why_not = ""
    except rules.NotInGoodStanding as refusal:
        why_not = str(refusal)
    return Who(signed_in.person_id, queries.known(signed_in.person_id), queries.is_member(signed_in.person_id, on=on), why_not)


def silent() -> datetime | None:
    """Until when nothing is said here, on a polling day."""
    return silent_until(clock.now())


def before() -> UUID | None:
    """Before which row a list goes on."""
    return read_id(request.args.get("before", ""))


def refuse(form: HouseForm, refusal: Refusal) -> None:
    """Show why not, beside the question it is about; what cannot be read in a text, line by line."""
    if isinstance(refusal, Unreadable):
        field = form._fields.get("body")
        said = [f"{f'Line {fault.line}: ' if fault.line else ''}{fault.sentence}" for fault in refusal.faults]
        if field is None:
            form.form_errors += said
        else:
            field.errors = [*field.errors, *said]
        return
    form.refuse(refusal)
