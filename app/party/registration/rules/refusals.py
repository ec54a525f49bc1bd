"""The refusals of this room."""

from __future__ import annotations

from app.law.clauses import Refusal


class IsFiled(Refusal):
    sentence = "This pack was filed or put away. It stays as it is; make another."
    money = ""


class TooFew(Refusal):
    sentence = "The Commission needs {needed} members who pass the check, and this pack has {count}."
    cites = "Electoral Act 1993 ss 63, 66(1)(b)"
    money = "Nothing was filed."


class TooMany(Refusal):
    sentence = "A pack has {most} members at most. Take one out first."
    field = "number"
    money = ""


class UncheckedPack(Refusal):
    sentence = "The pack has changed, or the day has, since it was checked. Check it again first."
    money = "Nothing was filed."


class NoMemberThere(Refusal):
    sentence = "There is no membership in force with this number."
    field = "number"
    money = ""


class GoneAlready(Refusal):
    sentence = "This paper is not there any more: it was kept for {days} days. Have it made again."
    money = ""


class NotRegistered(Refusal):
    sentence = "Note first since when the party is registered: before that, nothing of the kind is due."
    cites = "Electoral Act 1993 ss 67, 71A"
    money = "Nothing was noted."


class NotOnThatDay(Refusal):
    sentence = "Choose a day from {first} to {last}."
    field = "on"
    money = "Nothing was noted."


class NothingToSend(Refusal):
    sentence = "There is nothing of the kind to tell the Commission."
    money = "Nothing was noted."
