"""The refusals of this room."""

from __future__ import annotations

from app.law.clauses import Refusal


class UnknownElectorate(Refusal):
    sentence = "Choose an electorate from the list: it has those in force today."
    field = "electorate"
    money = ""
