"""What a calculator asks, how an address answers it, and what an answer is. An address has one canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from flask_babel import gettext as _

from ..models import Figure
from .amounts import NONE, Misread, Number, plain, printed, read

Values = Mapping[str, "Fraction | str | None"]


@dataclass(frozen=True)
class Choice:
    """A question with offered answers: (value, words) pairs."""

    key: str
    label: str
    choices: tuple[tuple[str, str], ...]
    preset: str
    hint: str = ""
    empty: str = "refused"


class Wrong(Misread):
    """An answer that does not fit another one: the question it stands beside, and a sentence."""

    def __init__(self, key: str, sentence: str):
        self.key = key
        super().__init__(sentence)


@dataclass(frozen=True)
class Line:
    """One result: its name in JSON, its words, how it is shown, and the exact value as a plain number."""

    key: str
    label: str
    shown: str
    exact: str


@dataclass(frozen=True)
class Row:
    """A line of a table of results."""

    name: str
    cells: tuple[str, ...]
    ours: bool = False


@dataclass(frozen=True)
class Answer:
    """The one number, a sentence around it, the results, the working with the reader’s numbers in it, and what to add.
    `mine` is what a reader would say before the number: “My cap lasts”."""

    headline: str
    sentence: str
    lines: tuple[Line, ...]
    working: str
    mine: str
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Calculator:
    """A sum with its questions. `presets` are real examples: whose they are, and every answer in its shortest form. `by` is
    where the numbers are from, in a few words, `see` charts about the same, and `caveat` what must stand beside a result that
    travels without its page."""

    slug: str
    title: str
    lead: str
    questions: tuple[Number | Choice, ...]
    formula: str
    assumptions: tuple[str, ...]
    figures: tuple[Figure, ...]
    presets: tuple[tuple[str, Mapping[str, str]], ...]
    answer: Callable[[Values], Answer]
    by: str
    caveat: str
    see: tuple[str, ...] = ()
    version: int = 1

    def address(self, values: Mapping[str, str], ending: str = "") -> str:
        """The canonical address of a result: keys in alphabetical order."""
        return f"/tools/{self.slug}{ending}?{urlencode(sorted(values.items()))}"


@dataclass
class Asked:
    """What an address says to a calculator: as typed, as read, and what is wrong. `errors` by question, a sentence each. `ask`
    makes it; nothing of it changes after."""

    calculator: Calculator
    typed: dict[str, str]
    values: dict[str, Fraction | str | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    answer: Answer | None = None

    @cached_property
    def canonical(self) -> dict[str, str]:
        """Every question with its answer, each number in its shortest form."""
        said = {}
        for one in self.calculator.questions:
            value = self.values[one.key]
            said[one.key] = value if isinstance(value, str) else plain(value) if value is not None else ""
            if value is None and one.empty == "none":
                said[one.key] = NONE
        return said

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was asked, in words, where its boxes do not show: each question that was answered, and its answer."""
        said = []
        for one in self.calculator.questions:
            value = self.values[one.key]
            if isinstance(one, Choice):
                said.append((one.label, next((words for key, words in one.choices if key == value), "")))
            elif isinstance(value, Fraction):
                said.append((one.label, printed(value, unit=str(one.unit.name))))
            elif one.empty == "none":
                said.append((one.label, NONE))
        return said

    @cached_property
    def example(self) -> str:
        """Whose numbers these are, if they are those of a real example; else nothing."""
        if self.errors:
            return ""
        return next((str(whose) for whose, values in self.calculator.presets if values == self.canonical), "")


def ask(calculator: Calculator, typed: Mapping[str, str]) -> Asked:
    """Read an address against a calculator’s questions; a question it does not name gets the preset. Never raises."""
    asked = Asked(calculator, {one.key: typed.get(one.key, one.preset) for one in calculator.questions})
    for one in calculator.questions:
        text = asked.typed[one.key]
        try:
            asked.values[one.key] = _chosen(text, one) if isinstance(one, Choice) else read(text, one)
        except Misread as wrong:
            asked.errors[one.key] = str(wrong)
    if not asked.errors:
        try:
            asked.answer = calculator.answer(asked.values)
        except Wrong as wrong:
            asked.errors[wrong.key] = str(wrong)
    return asked


def _chosen(text: str, one: Choice) -> str:
    if text not in {value for value, words in one.choices}:
        raise Misread(_("Choose one of the answers offered."))
    return text


def number(values: Values, key: str) -> Fraction:
    """The answer to a question that must be a number."""
    value = values[key]
    assert isinstance(value, Fraction), key
    return value


def maybe(values: Values, key: str) -> Fraction | None:
    """The answer to a question that may stay open."""
    value = values[key]
    assert value is None or isinstance(value, Fraction), key
    return value
