"""Guards: what a note can be of, how long things are, and the refusals of this room."""

from __future__ import annotations

import enum
from datetime import date

from app.law.clauses import Refusal
from app.party.branches.scope import Scope

from .models import Tag

RIGHT = "care for people"
MOST_LETTERS, MOST_WORDS, MOST_TAG = 4000, 500, 60
# Phrases for the log and the person’s own page.
THEIR_NOTES, TO_READ = "notes about you", "to read what was noted"
IN_TASKS = "your name in a list of tasks"


class Kind(enum.StrEnum):
    """How it came to a note."""

    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    OTHER = "other"


KINDS = {Kind.CALL: "A call", Kind.VISIT: "A visit", Kind.LETTER: "A letter", Kind.OTHER: "Something else"}


def key(name: str) -> str:
    """By which two names of tags are one: whatever their case."""
    return name.casefold()


def check_may_make(branch_id: object, scope: Scope) -> None:
    """What is of the whole party is made by its officers, what is of a branch by those who see it. Raises NotYours."""
    if not (scope.everyone or (branch_id is not None and branch_id in scope.branches)):
        raise NotYours()


def check_offered(tag: Tag, *, on: date) -> None:
    """Raises TagRetired."""
    if tag.until is not None and tag.until <= on:
        raise TagRetired()


class NotYours(Refusal):
    sentence = "What is of the whole party its officers make and end; what is of a branch, those of the branch."
    field = "branch"
    money = ""


class TagThere(Refusal):
    sentence = "There is a tag of that name."
    field = "name"
    money = ""


class NoSuchTag(Refusal):
    sentence = "Choose a tag that there is."
    field = "tag"
    money = ""


class TagRetired(Refusal):
    sentence = "This tag is retired: nobody is given it any more."
    field = "tag"
    money = ""


class NotAssignable(Refusal):
    sentence = "Choose an officer who cares for people and sees this person."
    field = "assigned_to"
    money = ""


class OverAlready(Refusal):
    sentence = "That day is over: choose today or a later one, or none."
    field = "due_on"
    money = ""


class NotYet(Refusal):
    sentence = "What is noted has happened: choose today or an earlier day."
    field = "on"
    money = ""


def check_ahead(due_on: date | None, *, on: date) -> None:
    """Raises OverAlready for a day by which nothing can be done any more."""
    if due_on is not None and due_on < on:
        raise OverAlready()
