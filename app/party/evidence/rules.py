"""Guards: what a figure must have before it stands anywhere, and when it is too old to stand without a word."""

from __future__ import annotations

import re

from .models import Figure

STALE_MONTHS = 18
SINCE, UNTIL = 1990, 2100
_COUNTRY = re.compile(r"[A-Z]{3}|OECD")
_METRIC = re.compile(r"[A-Za-z0-9_]+")


class BadFigure(ValueError):
    """A figure that may not stand: the line of its file, and what is missing."""

    def __init__(self, line: int, fault: str):
        self.line = line
        super().__init__(f"line {line}: {fault}")


def check_figure(figure: Figure, line: int) -> None:
    """A number needs a source, a unit, a country, a year and a name. Raises BadFigure."""
    if not figure.source.text:
        raise BadFigure(line, "a figure without a source")
    if figure.source.url and not figure.source.url.startswith(("https://", "http://")):
        raise BadFigure(line, f"an address that is none: {figure.source.url!r}")
    if not figure.unit:
        raise BadFigure(line, "a figure without a unit")
    if not figure.value.is_finite():
        raise BadFigure(line, f"a value that is no number: {figure.value}")
    if not _COUNTRY.fullmatch(figure.country):
        raise BadFigure(line, f"a country that is none: {figure.country!r}")
    if not SINCE <= figure.year <= UNTIL:
        raise BadFigure(line, f"a year that is none: {figure.year}")
    if not _METRIC.fullmatch(figure.metric) or not figure.about:
        raise BadFigure(line, f"a metric without its short name or what it is about: {figure.metric!r}")
