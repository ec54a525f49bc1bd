"""A letter’s text: Markdown without tables and pictures, with few fields. Filled in after it was drawn, so that what somebody
is called is never read as Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from . import rules

TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "h2", "h3", "hr"}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}}
_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False, "maxNesting": 20}).disable(
    ["table", "fence", "code", "backticks", "html_block", "strikethrough"]
)
_IN_ADDRESS = re.compile(r"%7B([a-z_]{1,40})%7D")
_DUES = "https://dues.invalid/"  # stands for the link until the cleaning is done, which lets only addresses through
_SHOUTED = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}


@dataclass(frozen=True)
class Drawn:
    """A letter before its fields are filled in."""

    subject: str
    html: str
    text: str

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(rules.FIELD.findall(self.subject + self.text))

    def for_somebody(self, values: Mapping[str, str]) -> tuple[str, Markup, str]:
        """Subject, HTML and text with the fields filled in: each value one line, and escaped where it stands in HTML."""
        said = {name: " ".join(value.split()) for name, value in values.items()}
        shown = {name: escape(value) for name, value in said.items()}
        return _fill(self.subject, said), Markup(_fill(self.html, shown)), _fill(self.text, said)  # noqa: S704  cleaned by draw


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Each field once: what is filled in is not read again."""
    return rules.FIELD.sub(lambda found: values[found[1]], text)


@lru_cache(maxsize=64)
def draw(subject: str, text: str, here: str) -> Drawn:
    """A subject and a text as a letter. `here`: our own address, put before links to pages of ours.

    Raises UnknownField, InSubject, BadLink or NoPictures.
    """
    for where, typed in (("subject", subject), ("text", text)):
        for name in rules.FIELD.findall(typed):
            if name not in rules.FIELDS:
                refusal = rules.UnknownField(field_name=name, known=", ".join(f"{{{one}}}" for one in rules.FIELDS))
                refusal.field = where
                raise refusal
    if "{dues_link}" in subject:
        raise rules.InSubject()
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        token.tag = _SHOUTED.get(token.tag, token.tag)
        for child in token.children or ():
            _check(child, here)
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    html = nh3.clean(
        made, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    ).strip().replace(_DUES, "{dues_link}")  # fmt: skip
    return Drawn(" ".join(subject.split()), html, "\n".join(_lines(tokens)).strip())


def _check(token: Token, here: str) -> None:
    if token.type == "image":
        raise rules.NoPictures()
    if token.type == "link_open":
        to = _IN_ADDRESS.sub(r"{\1}", str(token.attrGet("href") or ""))
        if to == "{dues_link}":
            token.attrSet("href", _DUES)
        elif "{" in to or not to.startswith(rules.LINK_TO) or to.startswith("//"):
            raise rules.BadLink(link=to[:60])
        else:
            token.attrSet("href", here + to if to.startswith("/") else to)


def _lines(tokens: list[Token]) -> Iterator[str]:
    """The same as plain text: a blank line between blocks, `-` or numbers before what is listed, a link after its words."""
    before: list[str] = []  # of the lists we stand in: how the next of each begins
    numbers: list[int] = []
    opening = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else 0)
            before.append("")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop(), before.pop()
            if not before:
                yield ""
        elif token.type == "list_item_open":
            opening = f"{numbers[-1]}. " if numbers[-1] else "- "
            numbers[-1] += bool(numbers[-1])
        elif token.type == "inline":
            indent = "  " * (len(before) - 1) if before else ""
            lines = _said(token).split("\n")
            for line in lines:
                yield indent + (opening or ("  " if before else "")) + line
                opening = ""
            if not before:
                yield ""
        elif token.type == "hr":
            yield from ("* * *", "")


def _said(token: Token) -> str:
    said, link, words = "", "", ""
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            said += child.content
            words += child.content
        elif child.type == "softbreak":
            said += " "
        elif child.type == "hardbreak":
            said += "\n"
        elif child.type == "link_open":
            link, words = str(child.attrGet("href")), ""
        elif child.type == "link_close":
            to = "{dues_link}" if link == _DUES else link.removeprefix("mailto:")
            said += "" if words in (to, link) else f" ({to})"
    return said
