"""Guards: what can be done for many, how many at a time, and the refusals of this room."""

from __future__ import annotations

import enum
from datetime import timedelta

from app.law.clauses import Refusal

A_SLICE = 1000  # people in one transaction of the worker
SHOWN = 10  # names on the page where it is confirmed
MOST_TASKS = 2000  # a task each is something that a person does
LOOKS_KEPT = timedelta(days=1)
AMONG_MANY = "your name among people something is done for"  # a phrase for the person’s own page


class Kind(enum.StrEnum):
    """What can be done for many."""

    TAG = "tag"
    UNTAG = "untag"
    TASK = "task"


KINDS = {Kind.TAG: "Give them a tag", Kind.UNTAG: "Take a tag off them", Kind.TASK: "Have an officer do something about each"}

# Why an act was stopped before its end: a word for the row, a sentence for the page.
CHANGED, NO_OFFICE, NO_TAG, TAKEN_BACK = "changed", "no office", "no tag", "taken back"
BECAUSE = {
    CHANGED: "The people whom the list asks for were others when it began. Nothing was done: look again.",
    NO_OFFICE: "Whoever asked for it holds no office any more that may.",
    NO_TAG: "Whoever asked for it does not see the tag any more.",
    TAKEN_BACK: "It was taken back.",
}


class NobodyThere(Refusal):
    sentence = "Nobody whom you see fits: there is nothing to do."
    money = ""


class TooManyTasks(Refusal):
    sentence = f"A task is set for {MOST_TASKS} people at most: set a filter."
    field = "task"
    money = ""


class NotNow(Refusal):
    sentence = "This was confirmed already, or is too old: look again."
    money = ""


class NothingToTakeBack(Refusal):
    sentence = "There is nothing to take back, or it is being taken back."
    money = ""
