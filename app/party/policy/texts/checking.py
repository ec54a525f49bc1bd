"""What keeps a text from being published: a number without a citation, a figure that says another, no case against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from markdown_it.token import Token

from app.party.evidence.calculators.asking import ask
from app.party.evidence.calculators.shelf import CALCULATORS
from app.party.evidence.charts.wall import CHARTS

from .markdown import chart_of, cites, find_figure, links, parse, parse_line, plain
from .words import NEEDED, Commitment, Fault, Text

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
UNITS = (
    r"%|per cent|dollars|cents|GB|TB|MB|[MGTk]?b(?:ps|it)|k?m\b|hours|minutes|days|people|members|homes|households|connections"
    r"|premises|customers|users|a (?:month|year)"
)
# What looks like a number and is none that needs a source: days and years, versions, references, sections of an Act, 4G.
_NO_NUMBER = re.compile(
    rf"\b\d{{1,2}} (?:{MONTHS})\b(?: \d{{4}})?"
    rf"|(?<![$€£\d.,])\b(?:1[89]|20)\d\d(?:[–/-](?:1[89]|20)?\d\d)?\b(?![.,]?\d)(?!\s*(?:{UNITS}))"
    r"|\b[A-Z]{1,6}-\d{1,3}\b|\b[Vv](?:ersion )?\d+\b|\b[2-6]G\b|\bss?\.? ?\d+[A-Z]*(?:\([0-9A-Za-z]+\))*"
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def faults(text: Text, earlier: Sequence[Text] = ()) -> list[Fault]:
    """Everything that keeps a text from being published. `earlier`: the published versions before it, oldest first."""
    found = [*_needed(text), *_head(text), *_calculators(text), *_references(text, earlier)]
    for section in text.sections:
        found += _body(text, section.body, section.line)
        for one in section.commitments:
            found += _commitment(text, one)
    return sorted(found, key=lambda one: one.line)


def _needed(text: Text) -> Iterator[Fault]:
    kinds = {one.kind for one in text.as_at("now")}
    for kind in NEEDED:
        if kind not in kinds:
            yield Fault(1, f"A section of the kind {kind} is missing: every page has {', '.join(NEEDED)}.")
    if not text.commitments:
        yield Fault(1, "There is no commitment: say what we will do, as ### DC-1 …")


def _head(text: Text) -> Iterator[Fault]:
    for what, line in (("question", text.question), ("answer", text.answer), ("number", text.number)):
        for token in parse_line(line):
            yield from _inline(text, token, 1)
            if _has_number(token) and not _is_cited(token):
                yield Fault(1, f"The {what} has a number without a citation.")


def _calculators(text: Text) -> Iterator[Fault]:
    for address in text.calculators:
        parts = urlsplit(address)
        slug = parts.path.removeprefix("/tools/")
        if not parts.path.startswith("/tools/") or slug not in CALCULATORS or parts.netloc:
            yield Fault(1, f"There is no calculator {address}. See /tools.")
        elif ask(CALCULATORS[slug], dict(parse_qsl(parts.query, keep_blank_values=True))).errors:
            yield Fault(1, f"The calculator does not take {parts.query!r}.")


def _references(text: Text, earlier: Sequence[Text]) -> Iterator[Fault]:
    """A reference stands for one commitment for ever: one that was taken out does not come back as something else."""
    if not earlier:
        return
    now, then = {one.ref for one in earlier[-1].commitments}, {one.ref for old in earlier for one in old.commitments}
    for one in text.commitments:
        if one.ref in then - now:
            yield Fault(one.line, f"{one.ref} was a commitment of an earlier version. Use a new reference.")


def _body(text: Text, body: str, line: int) -> Iterator[Fault]:
    """Blocks of a section. The rows of a table are cited by themselves or by its heading row."""
    headed = in_head = in_table = False
    row: list[Token] = []
    at = line
    for token in parse(body):
        at = line + 1 + token.map[0] if token.map else at
        if token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "thead_open":
            headed, in_head = False, True
        elif token.type == "thead_close":
            in_head = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            cited = any(map(_is_cited, row))
            headed = headed or (in_head and cited)
            if any(map(_has_number, row)) and not cited and not headed and not in_head:
                yield _uncited(at, " | ".join(map(plain, row)))
            row = []
        elif token.type == "inline":
            yield from _inline(text, token, at)
            if in_table:
                row.append(token)
            elif _has_number(token) and not _is_cited(token):
                yield _uncited(at, plain(token))
        elif token.type == "heading_open" and token.tag in ("h1", "h2"):
            yield Fault(at, "Inside a section use ### for a heading.")
        elif token.type in ("fence", "code_block"):
            yield Fault(at, "Leave out blocks of code: nobody reads them.")


def _uncited(line: int, words: str) -> Fault:
    shown = words if len(words) <= 60 else words[:57] + "…"
    return Fault(line, f"A number without a citation: “{shown}”. Link it to a figure, or add a source [^key].")


def _inline(text: Text, token: Token, line: int) -> Iterator[Fault]:
    chart = chart_of(token)
    if chart is not None and chart not in CHARTS:
        yield Fault(line, f"There is no chart {chart}. See /charts.")
    if chart is None and any(child.type == "image" for child in token.children or ()):
        yield Fault(line, "A picture is a chart of ours, alone on its line: ![](chart:cap-share)")
    for key in cites(token):
        if text.source(key) is None:
            yield Fault(line, f"There is no source [^{key}]. Add a line “[^{key}]: …”.")
    for link in links(token):
        if link.to.startswith("figure:"):
            yield from _figure(link.to, link.words, line)
        elif not link.to.startswith(("https://", "http://", "mailto:", "/", "#")):
            yield Fault(line, f"A link leads to a page here, or to https://…, not to {link.to!r}.")


def _figure(address: str, words: str, line: int) -> Iterator[Fault]:
    try:
        figure = find_figure(address)
    except LookupError as missing:
        yield Fault(line, f"“{words}” cites no figure: {missing}.")
        return
    said = [Decimal(number.replace(",", "")) for number in _NUMBER.findall(words)]
    if abs(figure.value) not in said:
        yield Fault(line, f"“{words}” says another number than the figure, which is {figure.value} {figure.unit}.")


def _commitment(text: Text, one: Commitment) -> Iterator[Fault]:
    """A number in what it says needs a citation in it; its cost needs one of its own, or one that says it is our estimate."""
    lines = [token for said in (one.text, one.measure, one.target, one.assumes) for token in parse_line(said)]
    cost = parse_line(one.cost)
    body = [token for token in parse(one.body) if token.type == "inline"]
    for token in (*lines, *cost, *body):
        yield from _inline(text, token, one.line)
    if any(map(_has_number, cost)) and not any(map(_is_cited, cost)):
        yield Fault(one.line, f"What {one.ref} costs has a number without a citation.")
    if any(map(_has_number, (*lines, *body))) and not any(map(_is_cited, (*lines, *cost, *body))):
        yield Fault(one.line, f"{one.ref} has a number without a citation.")


def _has_number(token: Token) -> bool:
    return bool(re.search(r"\d", _NO_NUMBER.sub(" ", plain(token))))


def _is_cited(token: Token) -> bool:
    """A figure, a source, or a page of the evidence that shows where its numbers are from."""
    evidence = ("figure:", "/data/", "/charts/", "/tools/")
    return bool(cites(token)) or any(link.to.startswith(evidence) for link in links(token))
