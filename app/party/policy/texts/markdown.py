"""Markdown as writers may use it, and what its links mean. HTML is shown as it was typed.

A citation is `[79% of households](figure:share_uncapped/NZL/2021/households)`, a figure of the evidence room, or `[^key]`, a
line of the sources. A chart is `![](chart:cap-share)`, alone on its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.party.evidence import queries as evidence
from app.party.evidence.models import Figure

_CITE = re.compile(r"\[\^([a-z0-9-]{1,40})\]")
_PLACE = re.compile(r"figure:([A-Za-z0-9_]+)/([A-Z]{3,4})/(\d{4})(?:/(.+))?")


def _cite(state: StateInline, silent: bool) -> bool:
    match = _CITE.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("cite", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False, "maxNesting": 20})
    reader.inline.ruler.before("link", "cite", _cite)
    return reader


MARKDOWN = _markdown()
WORDS = _markdown().disable("table")


def parse(body: str) -> list[Token]:
    return MARKDOWN.parse(body)


def parse_words(typed: str) -> list[Token]:
    """What anybody may type: Markdown without tables, whose empty cells make much of little."""
    return WORDS.parse(typed)


def parse_line(line: str) -> list[Token]:
    """The words of one line: of an answer, or a fact of a commitment."""
    return MARKDOWN.parseInline(line)


def find_figure(address: str) -> Figure:
    """The figure of a `figure:` address. Raises LookupError for one that is no address, or of none, or of several."""
    match = _PLACE.fullmatch(address)
    if match is None:
        raise LookupError(f"{address} is not figure:metric/COUNTRY/year")
    metric, country, year, about = match.groups()
    return evidence.get(metric, country, int(year), unquote_plus(about or ""))


def chart_of(token: Token) -> str | None:
    """The chart that a paragraph is, if it is one."""
    if token.type == "inline" and len(token.children or ()) == 1:
        only = (token.children or [])[0]
        src = str(only.attrGet("src") or "") if only.type == "image" else ""
        if src.startswith("chart:"):
            return src.removeprefix("chart:")
    return None


@dataclass(frozen=True)
class Link:
    """A link as it was written: where to, the words it stands on, and where they stand in all the words."""

    to: str
    words: str
    start: int
    end: int


def spoken(token: Token, read: Callable[[str], str] = str) -> tuple[str, list[Link]]:
    """The words of an inline token, each run of them `read`, without marks and citations; and its links, pictures aside."""
    said, found = "", []
    to, start = None, 0
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            said += read(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            said += " "
        elif child.type == "link_open":
            to, start = str(child.attrGet("href") or ""), len(said)
        elif child.type == "link_close" and to is not None:
            found.append(Link(to, said[start:], start, len(said)))
            to = None
    return said, found


def links(token: Token) -> list[Link]:
    """The links in an inline token, pictures aside."""
    return spoken(token)[1]


def cites(token: Token) -> list[str]:
    """The keys of the sources that an inline token cites."""
    return [child.content for child in token.children or () if child.type == "cite"]


def plain(token: Token) -> str:
    """The words of an inline token, without marks and citations."""
    return spoken(token)[0]


@lru_cache(maxsize=1024)
def plain_line(line: str) -> str:
    """A line’s words, without marks and citations: for titles, cards and data."""
    return " ".join(plain(token) for token in parse_line(line)).strip()


@lru_cache(maxsize=256)
def one_number(line: str) -> tuple[str, str]:
    """The number of a text and what it says: the words of the first link, if the line begins with it, and the rest."""
    said = plain_line(line)
    first = next((link.words for token in parse_line(line) for link in links(token)), "")
    if not first or not said.startswith(first):
        return "", said
    return first, said.removeprefix(first).strip()
