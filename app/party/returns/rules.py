"""Guards: what may be filed when, and which part is named."""

from __future__ import annotations

from datetime import date

from app.law.clauses import Refusal

FIRST_YEAR = 2011
A_PAGE = 100
MOST_DIFFERENCES = 50  # a page lists so many, and says how many there are

# The parts of the Commission’s form; those whose lines name somebody.
PARTS = {
    "a": "Donations of donors over the line",
    "b": "Contributions of contributors over the line",
    "c": "Anonymous donations over the line",
    "d": "Donations of overseas persons over the line",
    "e": "Overseas contributions over the line",
    "f": "Donations protected from disclosure",
    "g": "All other donations",
    "h": "Loans told in detail",
    "i": "Loans that are counted",
}
NAMED = ("a", "b", "d", "e", "h")
TOTALS = {
    "a": "Part A",
    "c": "Part C",
    "d": "Part D",
    "f": "Part F",
    "g": "Part G",
    "all": "All donations",
    "money": "Of them in money",
    "not_money": "Of them not in money",
}
# Rows that are in no part, and still open from a figure.
ASIDE = {
    "not-received": "Count as not received",
    "not-told": "Told in no part",
    "all": "All donations",
    "money": "Donations in money",
    "not-money": "Donations not in money",
}


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


class YearNotOver(Refusal):
    sentence = "{year} is not over: its return can be filed from 1 January {next}."
    cites = "Electoral Act 1993 s 210(9)"
    money = "Nothing was filed."


class NothingChanged(Refusal):
    sentence = "It has been filed as it stands: version {version}, on {day}. There is nothing to amend."
    money = "Nothing was filed."


class ReasonNeeded(Refusal):
    field = "reason"
    sentence = "Version {version} is filed. Say in a sentence why it is amended."
    money = "Nothing was filed."


class NotDue(Refusal):
    sentence = "No large-donation return is due for this donation."
    cites = "Electoral Act 1993 s 210C"
    money = "Nothing was filed."


class SeenOtherwise(Refusal):
    sentence = "The figures have changed since this page was shown. Look at them again, then file."
    money = "Nothing was filed."
