"""The strict page reader: what every page of the house must be, whoever wrote it. `read(page)` names every fault."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"script", "style"}
FETCHES = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
TOLD = {"canonical", "alternate"}  # where the page is, for search engines: nothing is fetched
STRAIGHT = re.compile(r"""["'`]""")
POINTS_TO = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


@dataclass
class Seen:
    """A page, read once."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    title: str = ""
    h1s: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    pointed: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    inputs: list[dict[str, str | None]] = field(default_factory=list)
    wrapped: list[int] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    promoter: str = ""
    unclosed: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass
class Form:
    method: str
    action: str | None
    names: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found, seen = dict(attrs), self.seen
        if len(found) != len(attrs):
            seen.unclosed.append(f"<{tag}> says an attribute twice")
        seen.tags.append((tag, found))
        if found.get("id"):
            seen.ids.append(found["id"] or "")
        for name in POINTS_TO:
            seen.pointed += (found.get(name) or "").split()
        if tag == "label" and found.get("for"):
            seen.labelled.add(found["for"] or "")
        if tag == "form":
            self.form = Form((found.get("method") or "get").lower(), found.get("action"))
            seen.forms.append(self.form)
        if tag in ("input", "select", "textarea"):
            if self.form and found.get("name"):
                self.form.names.append(found["name"] or "")
            if found.get("type") not in ("hidden", "submit", "button"):
                seen.inputs.append(found)
                if any(name == "label" for name, _ in self.open):
                    seen.wrapped.append(len(seen.inputs) - 1)
        if tag in ("h1", "h2", "h3", "h4"):
            seen.headings.append(int(tag[1]))
            if tag == "h1":
                seen.h1s.append("")
        if tag == "button":
            seen.buttons.append("")
        if tag == "a":
            seen.links.append("")
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if not any(name == tag for name, _ in self.open):
            self.seen.unclosed.append(f"</{tag}> closes nothing")
            return
        while self.open:
            name, _ = self.open.pop()
            if name == tag:
                return
            if name not in ("p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "optgroup"):
                self.seen.unclosed.append(f"<{name}> is not closed")

    def handle_data(self, data: str) -> None:
        inside = [name for name, _ in self.open]
        if "title" in inside and "svg" not in inside:
            self.seen.title += data
        elif not SILENT & set(inside):
            if "h1" in inside:
                self.seen.h1s[-1] += data
            if "button" in inside:
                self.seen.buttons[-1] += data
            if "a" in inside:
                self.seen.links[-1] += data
            if any("promoter" in (attrs.get("class") or "").split() for _, attrs in self.open):
                self.seen.promoter += data
            if "code" not in inside and "pre" not in inside:
                self.seen.text.append(data)


def see(page: str) -> Seen:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.seen


def faults(page: str, *, promoter: str) -> list[str]:
    """Every way in which a page is not what every page must be, a sentence each."""
    seen = see(page)
    found = list(seen.unclosed)

    if not page.lstrip().lower().startswith("<!doctype html>"):
        found.append("The page does not begin with its doctype.")
    html = next((attrs for tag, attrs in seen.tags if tag == "html"), {})
    if not html.get("lang"):
        found.append("The page does not say its language.")
    if [" ".join(h1.split()) for h1 in seen.h1s] == [] or len(seen.h1s) != 1:
        found.append(f"The page has {len(seen.h1s)} h1 headings, not one.")
    else:
        h1, title = " ".join(seen.h1s[0].split()), " ".join(seen.title.split()).removeprefix("Error: ")
        if not h1 or not title.startswith(h1):
            found.append(f"The title {title!r} does not begin with the heading {h1!r}.")
    for one, other in zip(seen.headings, seen.headings[1:], strict=False):
        if other > one + 1:
            found.append(f"A heading of rank {other} follows one of rank {one}.")
    twice = {name for name in seen.ids if seen.ids.count(name) > 1}
    found += [f"The id {name!r} is there twice." for name in sorted(twice)]
    found += [f"Something points to {name!r}, which is not there." for name in sorted(set(seen.pointed) - set(seen.ids))]
    for place, attrs in enumerate(seen.inputs):
        named = (
            attrs.get("id") in seen.labelled or place in seen.wrapped or attrs.get("aria-label") or attrs.get("aria-labelledby")
        )
        if not named:
            found.append(f"The input {attrs.get('name') or attrs.get('id')!r} has no label.")
    found += [f"A button has no words: {text!r}." for text in seen.buttons if not text.strip()]
    found += [f"A link has no words: {text!r}." for text in seen.links if not text.strip()]

    for tag, attrs in seen.tags:
        if tag == "style" or (tag == "script" and not attrs.get("src")):
            found.append(f"There is a <{tag}> in the page.")
        for name in attrs:
            if name == "style" or name.startswith("on"):
                found.append(f"<{tag}> has {name}=, which the content security policy forbids.")
        told = tag == "link" and (attrs.get("rel") or "") in TOLD
        address = "" if told else attrs.get(FETCHES.get(tag, "")) or ""
        if address and not address.startswith("/") and not address.startswith("data:"):
            found.append(f"<{tag}> fetches {address}, which is not ours.")
        if address.startswith("//"):
            found.append(f"<{tag}> fetches {address}, which is not ours.")
        if tag == "img" and "alt" not in attrs:
            found.append(f"The picture {address} has no alt.")
        if tag == "a" and (attrs.get("href") or "").lower().startswith("javascript:"):
            found.append("A link runs a script.")

    for form in seen.forms:
        if form.method == "post" and "csrf_token" not in form.names:
            found.append(f"The form to {form.action or 'this page'} has no token.")
        if form.action and not form.action.startswith("/"):
            found.append(f"A form goes to {form.action}, which is not ours.")

    if " ".join(seen.promoter.split()) != promoter:
        found.append("The promoter statement is not there.")
    for text in seen.text:
        if STRAIGHT.search(text):
            found.append(f"Straight quotation marks in {' '.join(text.split())!r}.")
    return found
