"""What programs may ask, and what they are answered. The description of the API is made from these."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates
from marshmallow.validate import Length as Letters
from marshmallow.validate import OneOf, Range

from app.ground.ids import read_id
from app.law.membership import CanEnrol, Standing
from app.party.roster.queries import Place, read_place
from app.party.roster.rules import LAPSING_WITHIN, REASONS, STANDS, Asked, Reason, Stands, read_asked

from .. import rules
from .cursors import read_cursor

DETAILS_OF = ", ".join(f"{reason}: {words}" for reason, words in REASONS.items())


def about(words: str, **more: Any) -> dict[str, Any]:
    return {"description": words, **more}


class Filters(Schema):
    """Whom to ask for. Nothing said asks for everybody the officer sees."""

    stands = fields.String(validate=OneOf([*Stands]), metadata=about("How they stand today."))
    electorate = fields.String(validate=Letters(1, 80), metadata=about("The code of an electorate (/electorates)."))
    branch = fields.String(validate=Letters(1, 36), metadata=about("The id of a branch (/branches), or `none`."))
    joined_from = fields.Date(metadata=about("Members who joined on this day or later."))
    joined_to = fields.Date(metadata=about("Members who joined on this day or before."))
    lapsing = fields.Integer(validate=OneOf(LAPSING_WITHIN), metadata=about("Whose dues become unpaid within so many days."))
    can_enrol = fields.String(validate=OneOf([*CanEnrol]), metadata=about("What they said about enrolling to vote."))
    consent = fields.Boolean(metadata=about("Only those who let us write with news."))
    gave = fields.Boolean(metadata=about("Only those who gave this year."))

    @validates("branch")
    def check_branch(self, branch: str, **_: Any) -> None:
        if branch != "none" and read_id(branch) is None:
            raise ValidationError("Not the id of a branch, nor none.")

    @staticmethod
    def asked(said: dict[str, Any]) -> Asked:
        """The currency of the house: what is asked, as the roster takes it."""
        known = {name: said[name] for name in Asked.__dataclass_fields__ if said.get(name)}
        return read_asked({name: "y" if value is True else str(value) for name, value in known.items()})

    @post_load
    def read(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**said, "asked": self.asked(said)}


class PeopleQuery(Filters):
    find = fields.String(
        validate=Letters(1, 120),
        metadata=about("Any part of a name; a whole email or phone number; a member’s number. Needs a key that opens names."),
    )
    names = fields.Boolean(metadata=about("With names. Needs a key that opens them; it is a look, and each person sees it."))
    limit = fields.Integer(load_default=25, validate=Range(1, rules.MOST_ROWS), metadata=about("How many at most."))
    cursor = fields.String(metadata=about("`next` or `previous` of another answer: that page."))
    count = fields.Boolean(metadata=about("Also how many there are, exactly."))

    @validates("cursor")
    def check_cursor(self, cursor: str, **_: Any) -> None:
        if read_cursor(cursor) is None:
            raise ValidationError("Not a cursor of this list.")

    @staticmethod
    def place(said: dict[str, Any]) -> Place:
        return read_place(**(read_cursor(said["cursor"]) or {})) if "cursor" in said else Place()


class OneQuery(Schema):
    reason = fields.String(
        validate=OneOf([*Reason]),
        metadata=about(
            "Also name, email, phone, address and birth date, and why they are opened: it is written down, and they see that "
            f"you looked. Needs a key that opens names. {DETAILS_OF}."
        ),
    )


class Answer(Schema):
    """Exactly this."""

    class Meta:
        unknown = RAISE


class Person(Answer):
    """One row of the roster."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, allow_none=True, metadata=about("The member’s number."))
    stands = fields.String(
        required=True, validate=OneOf([*Standing, Stands.SUPPORTER]),
        metadata=about("Today. " + "; ".join(f"{value}: {words}" for value, words in STANDS.items())),
    )  # fmt: skip
    since = fields.Date(required=True, metadata=about("The day of joining; of a supporter, the day they were first known."))
    ended_on = fields.Date(required=True, allow_none=True)
    owed_from = fields.Date(
        required=True, allow_none=True,
        metadata=about("The first day on which dues stand unpaid if nothing more is paid."),
    )  # fmt: skip
    branch = fields.UUID(required=True, allow_none=True)
    electorate = fields.String(required=True, allow_none=True, metadata=about("Its code."))
    electorate_set = fields.String(required=True, allow_none=True, metadata=about("Of which dated set the code is."))
    can_enrol = fields.String(required=True, allow_none=True)
    consents = fields.List(fields.String(), required=True)
    counts = fields.Boolean(required=True, metadata=about("Toward 500, as far as can be told without a birth date."))
    name = fields.String(metadata=about("Only where names were asked for."))


class People(Answer):
    people = fields.List(fields.Nested(Person), required=True)
    next = fields.String(required=True, allow_none=True, metadata=about("A cursor to the page after this one."))
    previous = fields.String(required=True, allow_none=True, metadata=about("A cursor to the page before this one."))
    count = fields.Integer(metadata=about("How many there are, where it was asked."))
    all_of_them = fields.Boolean(metadata=about("Of `find`: whether nobody was left out."))


class Event(Answer):
    on = fields.Date(required=True)
    kind = fields.String(required=True)
    words = fields.String(required=True)
    cents = fields.Integer(required=True, allow_none=True)


class Details(Answer):
    name = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    address = fields.String(required=True)
    born_on = fields.Date(required=True, allow_none=True)


class One(Person):
    """One person, with their story in the order in which it happened."""

    electorate_name = fields.String(required=True)
    branch_name = fields.String(required=True)
    owed_cents = fields.Integer(required=True, allow_none=True)
    paid_cents = fields.Integer(required=True)
    story = fields.List(fields.Nested(Event), required=True)
    details = fields.Nested(Details, metadata=about("Only where a reason was given."))


class Counts(Answer):
    """How people stand, of those the officer sees."""

    on = fields.Date(required=True)
    everybody = fields.Integer(required=True)
    good = fields.Integer(required=True)
    behind = fields.Integer(required=True)
    lapsed = fields.Integer(required=True)
    suspended = fields.Integer(required=True)
    supporters = fields.Integer(required=True)
    others = fields.Integer(required=True)
    counting = fields.Integer(required=True, metadata=about("Of the good, those who declared that they can enrol."))
    count = fields.Integer(metadata=about("How many fit the filters, where there were any."))


class Branch(Answer):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    since = fields.Date(required=True)
    electorates = fields.List(fields.String(), required=True, metadata=about("Their names."))
    seen = fields.Boolean(required=True, metadata=about("Whether the officer sees its members."))


class Branches(Answer):
    branches = fields.List(fields.Nested(Branch), required=True)


class Electorate(Answer):
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class Electorates(Answer):
    set = fields.String(required=True, allow_none=True, metadata=about("The dated set that is in force."))
    electorates = fields.List(fields.Nested(Electorate), required=True)


class Policy(Answer):
    slug = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True)
    in_effect_since = fields.Date(required=True)
    address = fields.String(required=True)
    data = fields.String(required=True, metadata=about("Its text and its numbers, as JSON."))


class Policies(Answer):
    policies = fields.List(fields.Nested(Policy), required=True)
