"""A text as HTML. What writers typed is Markdown only; what comes out is cleaned again by an allow-list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import pairwise

import nh3
from markdown_it.token import Token
from markupsafe import Markup

from app.party.evidence.charts.chart import Chart
from app.party.evidence.charts.wall import CHARTS

from .markdown import MARKDOWN, chart_of, find_figure, parse, parse_line, parse_words, plain
from .words import Text

_REF = re.compile(r"\b[A-Z]{1,6}-\d{1,3}\b")  # of a commitment: no line ends within it
MOST_CELLS = 10_000  # of the tables in what a member proposes
TAGS = {
    "p", "br", "strong", "em", "s", "a", "sup", "small", "span", "ul", "ol", "li", "blockquote", "code", "pre", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6", "div",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "class"}, "span": {"class"}, "sup": {"class"}, "small": {"class"}, "ol": {"start"}, "th": {"scope"},
    "div": {"class", "role", "tabindex", "aria-label"}, "*": set(),  # of any: no title, which nobody checks or cites
}  # fmt: skip


@lru_cache(maxsize=1024)
def body(text: Text, markdown: str) -> tuple[Markup | Chart, ...]:
    """A section’s or a commitment’s body: HTML, and the charts that stand in it, in order."""
    parts: list[Markup | Chart] = []
    waiting: list[Token] = []
    tokens = parse(markdown)
    at = 0
    while at < len(tokens):
        slug = chart_of(tokens[at + 1]) if tokens[at].type == "paragraph_open" else None
        if slug is not None and slug in CHARTS:
            parts += [_html(text, waiting), CHARTS[slug]]
            waiting, at = [], at + 3
        else:
            waiting.append(tokens[at])
            at += 1
    parts.append(_html(text, waiting))
    return tuple(part for part in parts if part)


@lru_cache(maxsize=1024)
def line(text: Text, markdown: str) -> Markup:
    """One line: an answer, a fact of a commitment."""
    return _html(text, parse_line(markdown))


def prose(markdown: str) -> Markup:
    """What a member wrote: Markdown without citations, pictures, tables or headings of its own; search engines follow none of
    its links."""
    return _prose(parse_words(markdown))


def passage(markdown: str) -> Markup:
    """A section as somebody would have it: as `prose`, and with the tables of a text, unless they are larger than any of
    ours: empty cells are filled in, and so they grow by their columns times their rows."""
    lines = markdown.split("\n")
    columns = max(line.count("|") for line in lines)
    return _prose((parse if columns * len(lines) <= MOST_CELLS else parse_words)(markdown))


def _prose(tokens: list[Token]) -> Markup:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    return _html(None, tokens, link_rel="noopener nofollow ugc")


def _html(text: Text | None, tokens: list[Token], *, link_rel: str = "noopener") -> Markup:
    for token in tokens:
        if token.children:
            token.children = list(_children(text, token.children))
        if token.tag in ("h1", "h2"):
            token.tag = "h3"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in ("th_open", "td_open"):
            token.attrs.pop("style", None)
    made = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    for name in _tables(tokens):
        made = made.replace("<table>", f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}"><TABLE>', 1)
    made = made.replace("</table>", "</table></div>")
    return Markup(  # noqa: S704  cleaned here and now
        nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel=link_rel).strip()
    )


def _tables(tokens: list[Token]) -> Iterator[str]:
    """What each table is called where it scrolls by itself: after its columns."""
    columns: list[str] = []
    for before, token in pairwise(tokens):
        if before.type == "th_open":
            columns.append(plain(token))
        elif before.type == "thead_close":
            yield f"Table: {', '.join(filter(None, columns))}"
            columns = []


def _children(text: Text | None, children: list[Token]) -> Iterator[Token]:
    """Citations become links, pictures their words, figures claims with their year and how far they are trusted."""
    claim: str | None = None
    for child in children:
        if child.type == "cite":
            yield _raw(_cited(text, child.content))
        elif child.type == "image":
            yield _raw(escape(child.content))
        elif child.type == "text" and _REF.search(child.content):
            yield _raw(_REF.sub(r'<span class="nowrap">\g<0></span>', escape(child.content)))
        elif child.type == "link_open" and str(child.attrGet("href")).startswith("figure:"):
            claim = _claim(child)
            yield child
        elif child.type == "link_close" and claim is not None:
            yield child
            yield _raw(claim)
            claim = None
        else:
            yield child


def _claim(opening: Token) -> str:
    try:
        figure = find_figure(str(opening.attrGet("href")))
    except LookupError:
        opening.attrSet("href", "/sources")
        return ""
    opening.attrSet("href", f"/data/broadband/{figure.metric}")
    opening.attrSet("class", "cited")
    return f' <small class="from">({figure.year}, {escape(figure.confidence.value)})</small>'


def _cited(text: Text | None, key: str) -> str:
    source = text.source(key) if text else None
    if text is None or source is None:
        return escape(f"[^{key}]")
    number = text.sources.index(source) + 1
    return f'<sup class="cite"><a href="#source-{key}"><span class="vh">Source: </span>{number}</a></sup>'


def _raw(html: str) -> Token:
    return Token("html_inline", "", 0, content=html)
