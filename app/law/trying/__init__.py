"""Replaying cases without a database: facts in, what the law says of them out. The format is in ../TRYING.md."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import date
from typing import Any

from app.law.clauses import Silent

from . import abroad, new_zealand, questions
from .plain import plain
from .reading import Fields, Mistakes, parse

__all__ = ["Mistakes", "try_cases"]


class Country(enum.StrEnum):
    NZ = "nz"
    UK = "uk"
    AU = "au"


def try_cases(text: str) -> dict[str, Any]:
    """What the law says of the cases in a JSON text. Raises Mistakes with every mistake found, and then answers nothing."""
    mistakes: list[str] = []
    whole = Fields(parse(text), "", mistakes)
    if not whole.has("cases"):
        whole.wrong("cases", "is missing: a list of cases")
    asked = [_read(case) for case in whole.each("cases", unique="name")]
    whole.done()
    if mistakes:
        raise Mistakes(mistakes)
    return {"cases": [plain(answer()) for answer in asked]}


def _read(case: Fields) -> Callable[[], dict[str, Any]]:
    """Read a case whole; what comes back answers it."""
    name = case.name("name")
    country = case.choice("regime", Country, default=Country.NZ)
    days = case.days("on")
    asked = [questions.read(fields) for fields in case.each("questions")]
    by_day: Callable[[date], dict[str, Any]]
    if country is Country.NZ:
        given, books, memberships, years = new_zealand.read(case)

        def by_day(day: date) -> dict[str, Any]:
            return new_zealand.answer(given, books, memberships, years, on=day)
    else:
        there = abroad.read(case, country.value)

        def by_day(day: date) -> dict[str, Any]:
            return abroad.answer(there, country.value, on=day)

    case.done()

    def answer() -> dict[str, Any]:
        try:
            return {
                "name": name,
                "regime": country,
                "questions": [questions.answer(question) for question in asked],
                "answers": [by_day(day) for day in days],
            }
        except Silent as silent:
            raise Mistakes([f"{case.path}: {silent}"]) from None

    return answer
