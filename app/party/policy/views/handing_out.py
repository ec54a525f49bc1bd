"""Doors: texts as data (JSON has everything, Markdown is the source, CSV has commitments and figures); a number to pass on."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from app.web import cards
from app.web.rights import DATA, FOR_GOOD, cached

from .. import papers, queries
from ..queries import Adopted
from .door import door, get_adopted

TYPES = {"json": "application/json", "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8"}


@door.get("/policies.<any(json, csv):kind>")
@cached()
def all_as_file(kind: str) -> ResponseReturnValue:
    """All policies in their current versions, as one file."""
    return _file(kind, queries.adopted(), "policies")


@door.get("/policies/<slug>.<any(json, md, csv):kind>")
@cached()
def as_file(slug: str, kind: str) -> ResponseReturnValue:
    return _file(kind, [get_adopted(slug)], slug)


@door.get("/policies/<slug>/v<int:number>.<any(json, md, csv):kind>")
@cached(FOR_GOOD)
def version_as_file(slug: str, number: int, kind: str) -> ResponseReturnValue:
    return _file(kind, [get_adopted(slug, number)], f"{slug}-v{number}")


@door.get("/policies/<slug>/v<int:number>.png")
@cached(DATA, asks=None)
def picture(slug: str, number: int) -> ResponseReturnValue:
    """The one number of a version as a picture to pass on: with its source, its day and the promoter statement."""
    return cards.answer(papers.claim(get_adopted(slug, number), cards.ours()) or abort(404))


def _file(kind: str, shown: list[Adopted], name: str) -> Response:
    if kind == "md":
        body = "\n".join(one.version.source for one in shown)
    elif kind == "csv":
        body = papers.as_csv(shown)
    else:
        said = [papers.as_data(one) for one in shown]
        body = papers.as_json({"policies": said} if name == "policies" else said[0])
    answer = Response(body, content_type=TYPES[kind])
    if kind != "json":
        answer.headers["Content-Disposition"] = f'inline; filename="{name}.{kind}"'
    return answer
