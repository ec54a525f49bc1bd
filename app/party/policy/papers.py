"""A text as data and as a picture: nothing is on a page that is not in the data, so that a reader’s own tools can check it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from markdown_it.token import Token

from app.party.evidence import queries as evidence
from app.party.evidence.models import Figure
from app.web import cards
from app.web.sheets import defuse

from . import queries
from .models import Policy
from .queries import Adopted
from .texts.markdown import Link, cites, find_figure, links, one_number, parse, parse_line, plain_line
from .texts.words import Commitment, Text

COLUMNS = (
    "policy", "version", "kind", "ref", "text", "measure", "target", "by", "cost", "status", "assumes",
    "value", "unit", "country", "year", "source", "url", "confidence",
)  # fmt: skip


def claim(shown: Adopted, sign: cards.Sign) -> cards.Card | None:
    """The one number of a version as a picture to pass on; None for a text that has none, or none with a source."""
    found = [(token, list(links(token))) for token in parse_line(shown.text.number)]
    linked = [link for _, some in found for link in some]
    source = _source(shown.text, found[0][0] if found else None, linked)
    if not source or not one_number(shown.text.number)[0]:
        return None
    number, words = one_number(shown.text.number)
    return cards.claim_card(
        f"/policies/{shown.policy.slug}/v{shown.version.number}.png", number=number, source=source,
        words=words, as_at=shown.version.effective_from, sign=sign,
    )  # fmt: skip


def _source(text: Text, token: Token | None, linked: list[Link]) -> str:
    """Where the number is from: the figure that is cited, or the source."""
    for link in linked:
        if figure := _figure_of(link):
            return evidence.in_a_line(figure.source)
    named = (text.source(key) for key in (cites(token) if token else ()))
    return next((f"{one.title}, {one.publisher}" for one in named if one), "")


def as_json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def as_data(shown: Adopted) -> dict[str, Any]:
    """Everything about one version: the decision, the text by sections, the sources, the figures it cites."""
    version, text = shown.version, shown.text
    return {
        "slug": shown.policy.slug,
        "version": version.number,
        "hash": version.hash,
        "effective_from": version.effective_from.isoformat(),
        "published_at": version.published_at.isoformat(),
        "change_note": version.change_note,
        "authority": version.authority,
        "decision": {
            "by": version.decided_by,
            "for": version.votes_for,
            "against": version.votes_against,
            "abstained": version.abstained,
            "eligible": version.eligible,
        },
        "locale": "en-NZ",
        "title": text.title,
        "topic": text.topic,
        "question": text.question,
        "answer": plain_line(text.answer),
        "number": plain_line(text.number),
        "calculators": list(text.calculators),
        "sections": [
            {
                "anchor": one.anchor,
                "kind": one.kind,
                "heading": one.heading,
                "as_at": one.as_at or None,
                "body_md": one.body.strip(),
                "commitments": [_commitment(commitment) for commitment in one.commitments],
            }
            for one in text.sections
        ],
        "sources": [
            {
                "key": one.key,
                "title": one.title,
                "publisher": one.publisher,
                "published": one.published,
                "url": one.url,
                "kind": one.kind,
                "confidence": one.confidence,
            }
            for one in text.sources
        ],
        "figures": [_figure(figure) for figure in figures(text)],
        "source_md": version.source,
    }


def _commitment(one: Commitment) -> dict[str, str | None]:
    said = {key: plain_line(value) for key, value in one.facts.items()}
    return {"ref": one.ref, **said, "by": one.by.isoformat() if one.by else None, "body_md": one.body.strip()}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "metric": figure.metric,
        "about": figure.about,
        "country": figure.country,
        "year": figure.year,
        "value": str(figure.value),
        "unit": figure.unit,
        "source": figure.source.text,
        "url": figure.source.url,
        "confidence": figure.confidence,
    }


def as_csv(shown: Iterable[Adopted]) -> str:
    """A row for each commitment and each figure cited; nothing in it that a spreadsheet would run."""
    held = io.StringIO()
    writer = csv.DictWriter(held, COLUMNS, restval="")
    writer.writeheader()
    for one in shown:
        where = {"policy": one.policy.slug, "version": str(one.version.number)}
        for commitment in one.text.commitments:
            said = {key: value or "" for key, value in _commitment(commitment).items() if key in COLUMNS}
            writer.writerow(where | {"kind": "commitment"} | {key: defuse(value) for key, value in said.items()})
        for figure in figures(one.text):
            said = {key: str(value) for key, value in _figure(figure).items() if key in COLUMNS}
            row = {key: value if key == "value" else defuse(value) for key, value in said.items()}
            writer.writerow(where | {"kind": "figure", "text": defuse(figure.about)} | row)
    return held.getvalue()


def participation(policy: Policy, *, on: date) -> Iterator[str]:
    """The whole history of taking part in a policy, as JSON, a row at a time: there may be many."""
    told = queries.participation
    yield json.dumps(told.head(policy, on=on), ensure_ascii=False)[:-1]
    for name, rows in (
        ("endorsements", told.endorsements(policy, on=on)),
        ("comments", told.comments(policy, on=on)),
        ("amendments", told.amendments(policy, on=on)),
    ):
        yield f',\n"{name}": ['
        for place, row in enumerate(rows):
            yield ("," if place else "") + "\n" + json.dumps(row, ensure_ascii=False)
        yield "]"
    yield "}\n"


def figures(text: Text) -> list[Figure]:
    """The figures of the evidence room that a text cites, each once, in the order of the text."""
    return list(dict.fromkeys(_cited(text)))


def _cited(text: Text) -> Iterator[Figure]:
    lines = [text.question, text.answer, text.number]
    bodies = [one.body for one in text.sections]
    for commitment in text.commitments:
        lines += [commitment.text, commitment.measure, commitment.target, commitment.cost, commitment.assumes]
        bodies.append(commitment.body)
    tokens = [token for line in lines for token in parse_line(line)] + [token for body in bodies for token in parse(body)]
    for token in tokens:
        for link in links(token) if token.type == "inline" else ():
            if figure := _figure_of(link):
                yield figure


def _figure_of(link: Link) -> Figure | None:
    """The figure a link cites; None for another link, and for a figure that a later release no longer has."""
    try:
        return find_figure(link.to) if link.to.startswith("figure:") else None
    except LookupError:
        return None
