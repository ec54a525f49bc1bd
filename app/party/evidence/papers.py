"""Pictures to pass on: a chart, a calculator, and what it answers to one of its real examples. Template and facts only."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from app.web.cards import Card, Sign, card
from app.web.words import day

from .calculators.asking import Asked, Calculator
from .charts.chart import Chart, on_card
from .charts.looks import for_card

ROOM = (664, 412)  # for the drawing on templates/cards/chart.typ


def chart_card(chart: Chart, *, sign: Sign, checked: date) -> Card:
    """A chart with its finding, its measure, its sources and the day its figures were last checked."""
    return card(
        f"/charts/{chart.slug}.png",
        "chart",
        sign,
        alt=chart.alt,
        title=chart.title,
        sub=chart.sub,
        drawings=on_card(chart, style=for_card(sign.accent), room=ROOM),
        source=_source(chart.by, checked),
    )


def result_card(asked: Asked, *, sign: Sign, checked: date) -> Card:
    """What a calculator answers to one of its real examples (`asked.example`): for other numbers nobody may ask for one, or
    they could put our name under theirs. Raises ValueError."""
    tool, answer = asked.calculator, asked.answer
    if not asked.example or answer is None:
        raise ValueError(f"{asked.typed} is no example of {tool.slug}")
    return card(
        tool.address(asked.canonical, ".png"),
        "result",
        sign,
        alt=f"{asked.example}. {answer.mine} {answer.headline} {answer.sentence}",
        example=asked.example,
        mine=answer.mine,
        number=answer.headline,
        words=answer.sentence,
        caveat=str(tool.caveat),
        source=_source(tool.by, checked),
    )


def tool_card(tool: Calculator, *, sign: Sign, checked: date) -> Card:
    """A calculator and what it asks, without a number."""
    words = _("%(lead)s Try it with your own numbers.", lead=tool.lead)
    return card(
        f"/tools/{tool.slug}.png",
        "claim",
        sign,
        alt=f"{tool.title} {words}",
        number=str(tool.title),
        words=words,
        source=_source(tool.by, checked),
    )


def _source(by: str, checked: date) -> str:
    return str(_("Source: %(by)s. Checked %(day)s.", by=by, day=day(checked)))
