"""One clause asked by its name: the figure, the section, both dates, and what it means for an amount or a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.law.clauses import Clauses
from app.law.deadlines import fixed_day
from app.law.money import Money
from app.law.rule_book import by_name

from .reading import Fields


@dataclass(frozen=True)
class Question:
    rule: str
    on: date
    known: date | None
    amount: Money | None
    counted_from: date | None


def read(fields: Fields) -> Question:
    """A question. An unknown name is a mistake; so is an amount put to a rule without one, a day to one without a deadline."""
    name = fields.name("rule")
    rules = by_name()
    if name not in rules and name != "?":
        near = [known for known in rules if name.rpartition(".")[2].lower() in known]
        fields.wrong("rule", f"“{name}” is not a rule" + (f"; is it {' or '.join(near[:3])}?" if near else " (flask law show)"))
    figure = rules[name].lines[0].value if name in rules else None
    currency = figure.currency if isinstance(figure, Money) else "NZD"
    found = Question(
        name, fields.day("on"), fields.find_day("known"), fields.find_money("amount", currency), fields.find_day("from")
    )
    if found.amount is not None and not isinstance(figure, Money) and name in rules:
        fields.wrong("amount", "this rule is no amount of money")
    if found.counted_from is not None and not hasattr(figure, "last_day") and name in rules:
        fields.wrong("from", "this rule is no deadline")
    fields.done()
    return found


def answer(question: Question) -> dict[str, Any]:
    """The clause in force, as far as it was enacted by `known`; or that there is none."""
    rules: Clauses[Any] = by_name()[question.rule]
    clause = rules.find(question.on, known=question.known)
    asked = {"rule": question.rule, "subject": rules.subject, "on": question.on}
    if clause is None:
        return asked | {"clause": None, "sentence": f"No rule on {rules.subject} is known for {question.on}."}
    found: dict[str, Any] = asked | {"clause": clause}
    if question.amount is not None:
        exceeds = question.amount.exceeds(clause.value)
        found["exceeds"] = exceeds
        found["sentence"] = f"{question.amount} {'exceeds' if exceeds else 'does not exceed'} {clause.value} ({clause.cites})."
    if question.counted_from is not None:
        last = clause.value.last_day(question.counted_from)
        found["due_on"] = last
        if "working" not in str(clause.value) and question.rule.startswith("nz."):
            found["plan_for"] = fixed_day(last).plan_for
        found["sentence"] = f"{clause.value} from {question.counted_from}: {last} ({clause.cites})."
    return found
