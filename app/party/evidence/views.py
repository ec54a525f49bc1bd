"""Doors: calculators, figures, sources and corrections. The same for everyone, so they read no session and no database."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.ground import clock
from app.law.polling import silent_until
from app.web import cards
from app.web.house import house
from app.web.rights import DATA, TOOL, cached
from app.web.sheets import as_csv, defuse
from app.web.tongues import Tongue, local, said_in, tongue

from . import papers, queries
from .calculators.asking import Asked, Calculator, ask
from .calculators.shelf import CALCULATORS
from .charts.chart import Chart, alone
from .charts.looks import for_file, policy
from .charts.wall import CHARTS
from .models import Dataset

door = Blueprint("evidence", __name__)

_OPENING = re.compile(r'(^|[\s(—])"')


@door.app_template_filter("curl")
def curl(text: str) -> str:
    """A source’s words with quotation marks as this house sets them; the files themselves are given out as they are."""
    return _OPENING.sub(r"\1“", text).replace('"', "”").replace("'", "’")


door.add_app_template_filter(queries.by_source)


@door.app_template_filter("svg_address")
def svg_address(chart: Chart) -> str:
    """Where a chart stands as a file that never changes: under the hash of what is in it."""
    return f"/charts/{chart.slug}.svg?h={_digest(_alone(chart))}"


@door.get("/tools")
@cached(TOOL)
def tools() -> ResponseReturnValue:
    first = next(iter(CALCULATORS.values()))
    return render_template("evidence/tools.html", calculators=CALCULATORS.values(), card=_card(_ask(first.slug)))


@door.get("/tools/<calculator>")
@cached(TOOL, asks=None)
def tool(calculator: str) -> ResponseReturnValue:
    asked = _ask(calculator)
    if moved := _canonical(asked):
        return moved
    page = render_template(
        "evidence/tool.html",
        form=asked,
        tool=asked.calculator,
        queried=bool(request.args),
        card=_card(asked),
        about=_about(asked.calculator.slug, tongue(), said_in()),
        **_shown(),
    )
    return _result(Response(page, 422 if asked.errors else 200))


@lru_cache(maxsize=64)
def _about(slug: str, _frame: Tongue, _text: Tongue) -> Markup:
    """What a calculator’s page says whatever is asked of it, drawn once in each tongue: most of the page."""
    tool = CALCULATORS[slug]
    see = [CHARTS[one] for one in tool.see]
    return Markup(render_template("evidence/tool_about.html", tool=tool, see=see))  # noqa: S704  a page of ours


@door.get("/tools/<calculator>.json")
@cached(TOOL, asks=None)
def tool_json(calculator: str) -> ResponseReturnValue:
    asked = _ask(calculator)
    if moved := _canonical(asked, ".json"):
        return moved
    return _result(_json(_told(asked), 422 if asked.errors else 200))


@door.get("/tools/<calculator>.png")
@cached(TOOL, asks=None)
def tool_png(calculator: str) -> ResponseReturnValue:
    """The picture of a real example, or of the calculator: numbers of a stranger’s own get no picture from us."""
    return cards.answer(_card(_ask(calculator)))


def _card(asked: Asked) -> cards.Card:
    """The picture of what an address asks; of the calculator, if it asks nothing."""
    says = any(one.key in request.args for one in asked.calculator.questions)
    if says and asked.example:
        return papers.result_card(asked, sign=cards.ours(), checked=queries.BROADBAND.read_on)
    return _tool_card(asked.calculator.slug, cards.ours(), queries.BROADBAND.read_on, said_in())


@lru_cache(maxsize=64)
def _tool_card(slug: str, sign: cards.Sign, checked: date, _text: Tongue) -> cards.Card:
    """The picture of a calculator, which is the same whatever is asked of it."""
    return papers.tool_card(CALCULATORS[slug], sign=sign, checked=checked)


def _ask(calculator: str) -> Asked:
    tool: Calculator = CALCULATORS.get(calculator) or abort(404)
    return ask(tool, request.args)


def _canonical(asked: Asked, ending: str = "") -> ResponseReturnValue | None:
    """One address for one result: keys in order, numbers in their shortest form, nothing the calculator does not ask."""
    if asked.errors or not request.query_string:
        return None
    address = asked.calculator.address(asked.canonical, ending)
    here = f"{request.path}?{request.query_string.decode('ascii', 'replace')}"
    return None if here == address else redirect(local(address), 301)


def _result(response: Response) -> Response:
    """An answer to a query is kept by nobody’s search engine."""
    if request.query_string:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _told(asked: Asked) -> dict[str, Any]:
    """An answer as data. Exact numbers are text, so that nobody’s reader rounds them."""
    tool = asked.calculator
    said: dict[str, Any] = {"calculator": tool.slug, "title": str(tool.title), "version": tool.version}
    if asked.answer is None:
        return said | {"errors": asked.errors}
    answer = asked.answer
    said |= {
        "inputs": asked.canonical,
        "answer": {"headline": answer.headline, "sentence": answer.sentence, "working": answer.working},
        "results": {line.key: {"label": line.label, "shown": line.shown, "exact": line.exact} for line in answer.lines},
    }
    if answer.rows:
        said["table"] = {"columns": answer.columns, "rows": [[row.name, *row.cells] for row in answer.rows]}
    return said | {
        "formula": str(tool.formula),
        "assumptions": [str(one) for one in tool.assumptions],
        "sources": [
            {
                "source": one.source.text,
                "url": one.source.url,
                "year": one.year,
                "value": str(one.value),
                "unit": one.unit,
                "about": one.about,
                "confidence": one.confidence.value,
            }
            for one in tool.figures
        ],
    }


def _json(said: Any, status: int = 200) -> Response:
    return Response(json.dumps(said, ensure_ascii=False, indent=1) + "\n", status, mimetype="application/json")


@door.get("/charts")
@cached()
def charts() -> ResponseReturnValue:
    first = next(iter(CHARTS.values()))
    return render_template("evidence/charts.html", charts=CHARTS.values(), card=_chart_card(first), **_shown())


@door.get("/charts/<slug>")
@cached()
def chart(slug: str) -> ResponseReturnValue:
    shown = _chart(slug)
    conflicts = queries.conflicts_about(shown.metrics)
    return render_template("evidence/chart.html", chart=shown, card=_chart_card(shown), conflicts=conflicts, **_shown())


@door.get("/charts/<slug>/table")
@cached()
def chart_table(slug: str) -> ResponseReturnValue:
    """The numbers of a chart without the picture."""
    return render_template("evidence/table.html", chart=_chart(slug), **_shown())


@door.get("/charts/<slug>.svg")
@cached(DATA, asks=None)
def chart_svg(slug: str) -> ResponseReturnValue:
    """The picture as a file of its own. Opened by itself it may use its own style and nothing else."""
    picture = _alone(_chart(slug))
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = policy(for_file(house().settings.accent))
    return cards.hashed(response, _digest(picture))


@door.get("/charts/<slug>.png")
@cached(DATA, asks=None)
def chart_png(slug: str) -> ResponseReturnValue:
    """The picture to pass on."""
    return cards.answer(_chart_card(_chart(slug)))


@door.get("/charts/<slug>.csv")
@cached(DATA)
def chart_csv(slug: str) -> ResponseReturnValue:
    """The figures a chart is drawn from, each with its source. Words are defused, so that no spreadsheet runs them."""
    found = list(queries.rows(_chart(slug).figures))
    lines = [[str(one) if key in ("year", "value") else defuse(str(one)) for key, one in row.items()] for row in found]
    response = Response("".join(as_csv([list(found[0]), *lines])), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=chart-{slug}.csv"
    return response


def _chart(slug: str) -> Chart:
    return CHARTS.get(slug) or abort(404)


def _chart_card(chart: Chart) -> cards.Card:
    return papers.chart_card(chart, sign=cards.ours(), checked=queries.BROADBAND.read_on)


def _alone(chart: Chart) -> str:
    settings = house().settings
    return alone(chart, promoter=settings.promoter, style=for_file(settings.accent))


def _digest(picture: str) -> str:
    return hashlib.sha256(picture.encode()).hexdigest()[:20]


def _shown() -> dict[str, Any]:
    """What every page with figures says of their file: whether it is too old to stand without a word. And whether the page
    may ask to be passed on: while people vote it does not."""
    return {"dataset": queries.BROADBAND, "stale": _stale(queries.BROADBAND), "polling": silent_until(clock.now())}


@door.get("/sources")
@cached()
def sources() -> ResponseReturnValue:
    dataset = queries.BROADBAND
    return render_template("evidence/sources.html", dataset=dataset, grouped=queries.sources(dataset), stale=_stale(dataset))


@door.get("/corrections")
@cached()
def corrections() -> ResponseReturnValue:
    dataset = queries.BROADBAND
    return render_template(
        "evidence/corrections.html", corrections=queries.CORRECTIONS, conflicts=queries.CONFLICTS, dataset=dataset
    )


@door.get("/data/<dataset>")
@cached()
def data(dataset: str) -> ResponseReturnValue:
    found = _dataset(dataset)
    return render_template("evidence/dataset.html", dataset=found, metrics=queries.metrics(found), stale=_stale(found))


@door.get("/data/<dataset>/<metric>")
@cached()
def figures(dataset: str, metric: str) -> ResponseReturnValue:
    found = _dataset(dataset)
    rows = queries.of_metric(found, metric) or abort(404)
    said = queries.conflicts_about([metric])
    return render_template(
        "evidence/figures.html", dataset=found, metric=metric, figures=rows, conflicts=said, stale=_stale(found)
    )


@door.get("/data/<dataset>.csv")
@cached(DATA)
def data_csv(dataset: str) -> ResponseReturnValue:
    """The file itself, as it came: byte for byte."""
    found = _dataset(dataset)
    response = Response(found.raw, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={found.slug}.csv"
    response.last_modified = clock.start_of(found.read_on)
    return response


@door.get("/data/<dataset>.json")
@cached(DATA)
def data_json(dataset: str) -> ResponseReturnValue:
    found = _dataset(dataset)
    head = {"dataset": found.slug, "title": found.title, "method": found.method, "read_on": found.read_on.isoformat()}
    return _json(head | {"figures": list(queries.rows(found.figures))})


def _dataset(slug: str) -> Dataset:
    return queries.DATASETS.get(slug) or abort(404)


def _stale(dataset: Dataset) -> bool:
    return queries.stale(dataset, on=clock.today())
