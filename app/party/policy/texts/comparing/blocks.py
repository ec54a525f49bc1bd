"""What a reader sees of Markdown, block by block: words without marks, and what the marks did to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from markdown_it.token import Token

from app.party.evidence.calculators.shelf import CALCULATORS
from app.party.evidence.charts.wall import CHARTS

from ..markdown import chart_of, parse, parse_line

CONTAINERS = {"bullet_list": "list", "ordered_list": "numbered list", "blockquote": "quote", "table": "table"}
STYLES = ("strong", "em", "s")
MARK = re.compile(r"[\[*_~`|<&!\\]")
BETWEEN_CELLS = " | "


@dataclass(frozen=True)
class Pointer:
    """Where words of a block lead: to the address of a link, or (`words` empty) to a source by its key."""

    words: str
    to: str


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item or row of a table. `words`: as they are read, in NFC, with single spaces.

    `form`: the lists and quotes it stands in and the rank of a heading. `styles`: where words are emphasised. Two blocks are
    equal if and only if a reader sees and can follow the same.
    """

    words: str
    kind: str = "paragraph"
    form: tuple[str, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    styles: tuple[tuple[str, int], ...] = ()


def blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a section’s or a commitment’s body, in order."""
    return tuple(_blocks(parse(markdown)))


def line(markdown: str) -> Block:
    """One line as a block: an answer, a fact of a commitment."""
    said = _Said()
    for token in parse_line(markdown):
        said.take(token)
    return said.block("paragraph", ())


def plain(words: str) -> Block:
    """Words that are no Markdown, such as the title of a source."""
    return Block(_tidy(words))


def as_typed(markdown: str) -> tuple[Block, ...]:
    """The lines of a body, marks and all: for one that would take too long to read."""
    return tuple(plain(words) for words in markdown.split("\n") if words)


def steps(markdown: str) -> int:
    """How long reading takes at most, in steps of comparing: a line about 40 µs, a mark 20 µs (measured on lines of “[”)."""
    return 160 * (1 + markdown.count("\n")) + 80 * len(MARK.findall(markdown))


def _tidy(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).split())


def target(href: str) -> str:
    """Where a reader gets to: a figure is on the page of its metric, and which of them it is stands beside it; a calculator
    has a name, and is filled in with something."""
    tool = CALCULATORS.get(urlsplit(href).path.removeprefix("/tools/")) if href.startswith("/tools/") else None
    if tool:
        said = dict(parse_qsl(urlsplit(href).query))
        filled_in = [f"{str(one.label).lower()} {said[one.key]}" for one in tool.questions if one.key in said]
        return f"{tool.title} ({', '.join(filled_in)})" if filled_in else str(tool.title)
    metric, *which = href.removeprefix("figure:").split("/") if href.startswith("figure:") else ("",)
    return f"/data/broadband/{metric} ({', '.join(map(unquote_plus, which))})" if metric else href


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    inside: list[str] = []
    items, row = 0, _Said()
    heading = ""
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in CONTAINERS:
            inside = [*inside, CONTAINERS[name]] if token.nesting == 1 else inside[:-1]
        elif name == "list_item":
            items += token.nesting
        elif name == "heading":
            heading = token.tag if token.nesting == 1 else ""
        elif name == "tr" and token.nesting == 1:
            row = _Said()
        elif name == "tr":
            yield row.block("row", tuple(inside))
        elif name in ("td", "th") and token.nesting == 1 and row.started:
            row.add(BETWEEN_CELLS)
        elif token.type == "inline" and inside[-1:] == ["table"]:
            row.take(token)
        elif token.type == "inline":
            said = _Said()
            said.take(token)
            kind = "heading" if heading else "item" if items else "paragraph"
            yield said.block(kind, (*inside, *([heading] if heading else [])))
        elif token.type in ("fence", "code_block"):
            yield Block(_tidy(token.content), form=(*inside, "code"))
        elif token.type == "hr":
            yield Block("———", form=(*inside, "rule"))


class _Said:
    """The words of inline tokens, and what stands on them."""

    def __init__(self) -> None:
        self.words = ""
        self.started = False
        self.pointers: list[Pointer] = []
        self.styles: list[tuple[str, int]] = []

    def add(self, words: str) -> None:
        self.words += words
        self.started = True

    def take(self, token: Token) -> None:
        self.started = True
        slug = chart_of(token)
        if slug is not None:
            self.add(f"Chart: {CHARTS[slug].title if slug in CHARTS else slug}")
            return
        opened: tuple[str, int] | None = None
        for child in token.children or ():
            if child.type == "link_open":
                opened = target(str(child.attrGet("href") or "")), len(self.words)
            elif child.type == "link_close" and opened is not None:
                self.pointers.append(Pointer(_tidy(self.words[opened[1] :]), opened[0]))
                opened = None
            elif child.type == "cite":  # no part of the words, nor the space before it
                self.words = self.words.rstrip()
                self.pointers.append(Pointer("", child.content))
            elif child.tag in STYLES:
                self.styles.append((child.type, len(self.words)))
            elif child.type == "code_inline":
                self.styles.append(("code", len(self.words)))
                self.words += child.content
            elif child.type in ("softbreak", "hardbreak"):
                self.words += " "
            else:
                self.words += child.content

    def block(self, kind: str, form: tuple[str, ...]) -> Block:
        return Block(_tidy(self.words), kind, form, tuple(dict.fromkeys(self.pointers)), tuple(self.styles))
