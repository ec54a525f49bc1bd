"""Holding words to what they are linked to: a figure says its number and no other; a calculator’s address says its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from app.party.evidence.calculators.amounts import Number as Question
from app.party.evidence.calculators.asking import Asked, ask
from app.party.evidence.calculators.shelf import CALCULATORS
from app.party.evidence.charts.wall import CHARTS
from app.party.evidence.models import Figure
from app.party.evidence.queries import DATASETS, of_metric

from .claiming import claimed, is_told
from .markdown import find_figure
from .numbers import Number, normal, numbers

_PAGE = re.compile(r"/(?P<kind>charts|data)/(?P<slug>[a-z0-9-]+)(?:\.svg|\.csv|\.json|/(?P<metric>[A-Za-z0-9_]+))?")
_CURRENCIES = {"$": "NZD", "NZ$": "NZD", "US$": "USD", "PPP$": "PPP$", "A$": "AUD", "AU$": "AUD", "£": "GBP", "€": "EUR"}
_BELOW = re.compile(r"\b(?:minus|negative|below|under|less|lower|cheaper)\b|[−-]\s?\d")
_ABOVE = re.compile(r"\b(?:above|over|more|higher|dearer)\b|\+\s?\d")
_HELD_AS_WORDS = ("dollars", "pounds", "m")  # `claimed` holds the money in words; “m” may be million or metres
_SHORT = {"h": "hours", "min": "minutes", "s": "seconds"}
# Units that may not be another than the answer’s; the rest say what is counted, which an answer need not.
_UNITS = frozenset(
    "% gb tb mb kbps mbps gbps tbps km seconds minutes hours days cents euros pounds countries households votes times".split()
)


def linked(to: str, words: str, said: list[Number]) -> Iterator[str]:
    """What is wrong with a link to a figure or a page of the evidence, in sentences. `said`: the numbers in its words."""
    if to.startswith("figure:"):
        yield from _figure(to, words, said)
    elif to.startswith("/tools/"):
        yield from _calculator(to, words, said)
    elif to.startswith(("/charts/", "/data/")) and not is_evidence(to):
        yield f"There is no {to}. See /charts and /data/broadband."


def holds(to: str) -> bool:
    """Whether a link says itself where the numbers in its words are from: `linked` holds them to it."""
    return to.startswith(("figure:", "/tools/"))


def is_evidence(to: str) -> bool:
    """Whether an address is a chart or figures of ours, which show where their numbers are from."""
    page = _PAGE.fullmatch(to)
    if page is None:
        return False
    if page["kind"] == "charts":
        return page["slug"] in CHARTS and page["metric"] is None
    dataset = DATASETS.get(page["slug"])
    return dataset is not None and (page["metric"] is None or bool(of_metric(dataset, page["metric"])))


def asked(address: str) -> Asked | str:
    """What an address asks of a calculator; or what is wrong with it, in a sentence."""
    parts = urlsplit(address)
    slug = parts.path.removeprefix("/tools/")
    if not parts.path.startswith("/tools/") or slug not in CALCULATORS or parts.netloc or parts.scheme:
        return f"There is no calculator {address}. See /tools."
    typed = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(typed.keys() - {one.key for one in CALCULATORS[slug].questions}):
        return f"The calculator does not ask {', '.join(unknown)}."
    found = ask(CALCULATORS[slug], typed)
    return f"The calculator does not take {parts.query!r}." if found.errors else found


def _calculator(address: str, words: str, said: list[Number]) -> Iterator[str]:
    found = asked(address)
    if isinstance(found, str):
        yield found
        return
    told = list(_answer(found))
    for one in said:
        if not any(_agree(one, other) for other in told):
            yield f"“{words}” says {one.written}, which is not in the answer of {address}."


def _answer(found: Asked) -> Iterator[Number]:
    """Every number a calculator says for an address, and every number it was given, with their units."""
    assert found.answer is not None
    said = [found.answer.headline, found.answer.sentence, *(line.shown for line in found.answer.lines)]
    for one in found.calculator.questions:
        typed, unit = found.canonical[one.key], one.unit.name if isinstance(one, Question) else ""
        said.append(f"${typed}{unit[1:]}" if unit.startswith("$") else f"{typed} {unit}")
    for words in said:
        for short, unit in _SHORT.items():
            words = re.sub(rf"(?<=\d) {short}\b", f" {unit}", words)
        yield from numbers(normal(words))


def _agree(said: Number, told: Number) -> bool:
    """Whether it is the same number, with no other unit or currency than the answer’s."""
    unit = said.unit if said.unit in _UNITS else ""
    same = said.value is not None and said.value == told.value
    return same and unit in ("", told.unit) and said.currency.removeprefix("NZ") in ("", told.currency)


def _figure(address: str, words: str, said: list[Number]) -> Iterator[str]:
    try:
        figure = find_figure(address)
    except LookupError as missing:
        yield f"“{words}” cites no figure: {missing}."
        return
    is_it = f"the figure is {figure.value} {figure.unit}"
    in_money = f", in {figure.currency}" if figure.currency else ""
    value = abs(figure.value) * (10**6 if figure.unit.startswith("million") else 1)
    same = [one for one in said if one.value == value]
    told_by = normal(f"{figure.about} {figure.unit}").lower()
    if not same:
        yield f"“{words}” says another number than the figure, which is {figure.value} {figure.unit}."
        return
    for one in said:
        if one not in same and not _tells(told_by, one):
            yield f"“{words}” says {one.written} too, and {is_it}. Cite that by itself."
    for one in same:
        if wrong := _another_unit(one, figure, told_by):
            yield f"“{words}” says {wrong}: {is_it}{in_money}."
    for wrong in claimed(words, same, figure):
        yield f"“{words}” says {wrong}: {is_it}{in_money}, {figure.country} {figure.year}."
    if wrong := _another_way(same, normal(words), figure):
        yield f"“{words}” {wrong}: {is_it}."


def _tells(told_by: str, one: Number) -> bool:
    """Whether a figure’s own description says a number: “30 GB cap”, “of 38”, “seven in ten”."""
    return one.written.lower() in told_by if one.value is None else one.value in {other.value for other in numbers(told_by)}


def _another_unit(one: Number, figure: Figure, told_by: str) -> str:
    """The unit or the currency that the words give a figure and that is not its own; or nothing."""
    if one.currency and _CURRENCIES.get(one.currency, one.currency) != figure.currency:
        return one.currency
    return (
        ""
        if not one.unit or one.unit in _HELD_AS_WORDS or one.unit.startswith(("a ", "an ")) or is_told(one.unit, told_by)
        else one.unit
    )


def _another_way(same: list[Number], words: str, figure: Figure) -> str:
    """A difference says in which direction it goes; nothing else is below zero."""
    if "difference" not in figure.unit:
        return "says less than nothing" if any(one.below_zero for one in same) and figure.value > 0 else ""
    ways = bool(_BELOW.search(words)), bool(_ABOVE.search(words))
    if figure.value == Decimal(0) or ways == (figure.value < 0, figure.value > 0):
        return ""
    return "must say which way the difference goes, above or below"
