"""The clauses in one list, for people to read and to ask by name: “nz.donations.overseas_keep”."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from . import party_rules
from .au import donations as au_donations
from .clauses import Clauses
from .nz import candidates, donations, electoral_act, loans, offences, protected, registration, returns
from .uk import donations as uk_donations


@dataclass(frozen=True)
class Rule:
    """One rule with the name it is asked by."""

    name: str
    clauses: Clauses[Any]


@dataclass(frozen=True)
class Chapter:
    """The rules on one subject, in the order they are written."""

    title: str
    rules: tuple[Rule, ...]


def _rules(folder: str, module: ModuleType) -> tuple[Rule, ...]:
    found = ((name, thing) for name, thing in vars(module).items() if isinstance(thing, Clauses))
    return tuple(Rule(f"{folder}.{name.lower()}", clauses) for name, clauses in found)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every clause there is, by subject."""
    polling = Clauses("polling days, on which nothing is pushed before the poll closes", electoral_act.POLLING_DAYS)
    return (
        Chapter("The party’s own rules", _rules("party", party_rules)),
        Chapter(
            "Members and registration",
            (
                *_rules("nz.electoral_act", electoral_act),
                Rule("nz.electoral_act.polling_days", polling),
                *_rules("nz.registration", registration),
            ),
        ),
        Chapter("Donations to a party", _rules("nz.donations", donations)),
        Chapter("Donations protected from disclosure", _rules("nz.protected", protected)),
        Chapter("Loans to a party", _rules("nz.loans", loans)),
        Chapter("Returns, audits and accounts", _rules("nz.returns", returns)),
        Chapter("Candidates", _rules("nz.candidates", candidates)),
        Chapter("Records and offences", _rules("nz.offences", offences)),
        Chapter("The United Kingdom", _rules("uk.donations", uk_donations)),
        Chapter("Australia", _rules("au.donations", au_donations)),
    )


@cache
def by_name() -> dict[str, Clauses[Any]]:
    """Every rule by its name."""
    return {rule.name: rule.clauses for chapter in chapters() for rule in chapter.rules}


def printed(value: object) -> str:
    """The figure of a clause in words."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
