"""Papers: a return as PDF and as CSV, from its facts. Template and facts; nothing is decided here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from app.ground.paper import typeset
from app.law.money import Money

from . import rules
from .models import PAPERS, Kind

Facts = dict[str, Any]
_SHORT = {"commission": "paid to the Commission", "donor": "returned"}


def pdf(facts: Facts, *, made_at: datetime, version: int | None = None, digest: str = "", reason: str = "") -> bytes:
    """The return as a paper: the same facts give the same bytes. Without a version it is a draft, and says so."""
    kind, content = Kind(facts["kind"]), facts["content"]
    on = date.fromisoformat(facts["as_of"])
    said = {
        **facts["frame"],
        "date": [on.year, on.month, on.day],
        "title": f"{_title(kind)} {facts['year']}",
        "what": _title(kind),
        "year": str(facts["year"]),
        "draft": version is None,
        "rows": [[name, text] for name, text in _head(facts, version=version, reason=reason) if text],
        "sections": list(_sections(kind, content)),
        "nil": "Nil return: there is nothing to disclose." if content.get("nil") else "",
        "digest": digest,
    }
    return typeset("returns/return", said, made_at=made_at)


def summary(facts: Facts) -> list[tuple[str, str]]:
    """What whoever files sees first, in a few lines that name nobody."""
    content = facts["content"]
    if facts["kind"] == Kind.LARGE:
        _, on, cents = content["donation"]
        told = [
            ("Donation", _money(cents)),
            ("Received", _day(on)),
            ("Earlier donations told with it", str(len(content["previous"]))),
            ("Together", _money(content["total"])),
        ]
    elif facts["kind"] == Kind.LOANS:
        counted = content["i"]
        told = [
            ("Loans told in detail", str(len(content["h"]))),
            ("Loans counted", f"{counted['count']:,}, {_money(counted['cents'])}"),
        ]
    else:
        told = [(rules.TOTALS[name], _money(content["totals"][name]["cents"])) for name in ("all", "money", "not_money")]
        told += [(f"Lines of Part {part.upper()}", f"{len(lines):,}") for part, lines in content["parts"].items()]
    told += [("Last day", _day(content["due"][0])), ("Under", content["cites"])]
    return told + ([("Auditor’s report", content["audit"]["sentence"])] if "audit" in content else [])


def _title(kind: Kind) -> str:
    return {
        Kind.DONATIONS: "Annual donations return",
        Kind.LOANS: "Annual loans return",
        Kind.LARGE: "Large-donation return",
    }[kind]


def _head(facts: Facts, *, version: int | None, reason: str) -> Iterator[tuple[str, str]]:
    content = facts["content"]
    yield "Of", facts["frame"]["party"]
    if facts["kind"] != Kind.LARGE:
        yield "For", f"{_day(content['since'])} to {_day(content['last'])}"
    yield "Under", content["cites"]
    yield "As it stood on", _day(facts["as_of"])
    yield "Last day", _day(content["due"][0])
    if version is None and content["due"][1] != content["due"][0]:
        yield "Plan for", f"{_day(content['due'][1])}, the working day before"
    if "audit" in content:
        yield "Auditor’s report", content["audit"]["sentence"]
    if version:
        yield "Version", str(version)
    yield "Amended because", reason


def _sections(kind: Kind, content: Facts) -> Iterator[dict[str, Any]]:
    """Tables under a heading: column names, rows, and the sum under them if there is one."""
    if kind is Kind.LARGE:
        yield from _large(content)
    elif kind is Kind.LOANS:
        yield from _loans(content)
    else:
        yield from _donations(content)


def _donations(content: Facts) -> Iterator[dict[str, Any]]:
    over = _money(content["named_over"])
    parts = content["parts"]
    named, given_up = ("Name and address", "Received", "Amount"), ("Returned or paid over",)
    yield _section(f"Part A. Donors whose donations of the year exceed {over}", named, _named_rows(parts["a"]))
    yield _section(f"Part B. Contributors whose contributions exceed {over}", named, _named_rows(parts["b"]))
    yield _section(
        "Part C. Anonymous donations over the limit",
        ("Received", *given_up, "Amount"),
        ([_day(on), _gone(line), _money(cents)] for line in parts["c"] for _, on, cents in line["entries"]),
    )
    yield _section(
        "Part D. Donations of overseas persons over the limit", (*named[:2], *given_up, "Amount"), _named_rows(parts["d"], True)
    )
    yield _section(
        "Part E. Overseas contributions over the limit", (*named[:2], *given_up, "Amount"), _named_rows(parts["e"], True)
    )
    yield _section(
        "Part F. Donations protected from disclosure",
        ("Received", "Interest in it", "Amount"),
        (
            [_day(on), _money(line["interest"]) if line["interest"] else "none stated", _money(cents)]
            for line in parts["f"]
            for _, on, cents in line["entries"]
        ),
    )
    yield _section(
        "Part G. All other donations",
        ("Donations", "Number", "Total"),
        ([band(line), f"{line['count']:,}", _money(line["cents"])] for line in content["g"]),
    )
    if content["totals_asked"]:
        yield _section(
            "Totals",
            ("Of", "Number", "Total"),
            ([rules.TOTALS[name], f"{told['count']:,}", _money(told["cents"])] for name, told in _in_order(content["totals"])),
        )


def _in_order(totals: Facts) -> list[tuple[str, Any]]:
    """As the Act lists them, however the facts were kept."""
    return [(name, totals[name]) for name in rules.TOTALS]


def _loans(content: Facts) -> Iterator[dict[str, Any]]:
    yield _section(
        "Part H. Loans told in detail",
        ("Lender and terms", "Entered", "Unpaid at the year’s end", "Amount"),
        (
            [
                "\n".join(filter(None, [*_who(line), line["terms"]])),
                _day(line["on"]),
                _money(line["unpaid"]),
                _money(line["cents"]),
            ]
            for line in content["h"]
        ),
    )
    yield _section(
        "Part I. Loans that are counted",
        ("Loans", "Number", "Total"),
        [["Smaller loans of the year", f"{content['i']['count']:,}", _money(content["i"]["cents"])]],
    )


def _large(content: Facts) -> Iterator[dict[str, Any]]:
    who = "\n".join(_who(content)) if content["of"] else "The donor is not known."
    yield _section("Donor", ("Name and address", ""), [[who, ""]])
    entries = [*content["previous"], content["donation"]]
    yield _section(
        "Donations", ("Received", "Amount"), ([_day(on), _money(cents)] for _, on, cents in entries), _money(content["total"])
    )
    if content["contributions"]:
        yield _section(
            "Contributors over the limit",
            ("Name and address", "Amount"),
            (["\n".join(_who(line)), _money(line["cents"])] for line in content["contributions"]),
        )


def _section(title: str, columns: Sequence[str], rows: Iterable[list[str]], together: str = "") -> dict[str, Any]:
    return {"title": title, "columns": list(columns), "rows": list(rows), "together": together}


def _named_rows(lines: Iterable[Any], with_given_up: bool = False) -> Iterator[list[str]]:
    """The person once, with the total; under it each donation, where there is more than one."""
    for line in lines:
        entries = line["entries"]
        first = [_gone(line)] if with_given_up else []
        days = _day(entries[0][1]) if len(entries) == 1 else f"{len(entries)} donations"
        yield ["\n".join(_who(line)), days, *first, _money(line["total"])]
        if len(entries) > 1:
            for _, on, cents in entries:
                yield ["", _day(on), *([""] if with_given_up else []), _money(cents)]


def _who(line: Any) -> list[str]:
    return [line["name"] or "name not recorded", line["address"] or "address not recorded"]


def _gone(line: Any) -> str:
    return "; ".join(f"{_money(cents)} {_SHORT[to]} on {_day(on)}" for on, cents, to in line["given_up"]) or "nothing"


def band(line: Any) -> str:
    """A line of Part G in words."""
    span = f"up to {_money(line['most'])}" if not line["over"] else f"over {_money(line['over'])}, up to {_money(line['most'])}"
    return f"{line['who'].capitalize()}, {span}"


def _day(text: str) -> str:
    return rules.day(date.fromisoformat(text))


def _money(cents: int) -> str:
    return str(Money(cents))


# CSV

COLUMNS = ("return", "part", "name", "address", "id", "day", "number", "amount", "returned or paid over", "note")
_TURNS_INTO_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(cell: object) -> str:
    """A cell that a spreadsheet reads as text: what would begin a formula gets an apostrophe before it."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_TURNS_INTO_A_FORMULA) else text


def as_csv(facts: Facts) -> bytes:
    """Every line of a return with the ids it is made of, for a spreadsheet: UTF-8 with its mark, so that macrons survive."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(COLUMNS)
    title = f"{PAPERS[Kind(facts['kind'])].value} {facts['year']}"
    for row in _csv_rows(facts["content"]):
        write.writerow([plain(cell) for cell in (title, *row)])
    return "\ufeff".encode() + out.getvalue().encode()


def _csv_rows(content: Facts) -> Iterator[tuple[object, ...]]:
    for part, lines in content.get("parts", {}).items():
        for line in lines:
            for id, on, cents in line["entries"]:
                interest = f"interest {_typed(line['interest'])}" if line["interest"] else ""
                yield part.upper(), line["name"], line["address"], id, on, 1, _typed(cents), "", interest
            for on, cents, to in line["given_up"]:
                yield part.upper(), line["name"], line["address"], line["entries"][0][0], on, "", "", _typed(cents), _SHORT[to]
    for line in content.get("g", ()):
        yield "G", "", "", "", "", line["count"], _typed(line["cents"]), "", band(line)
    for name, told in _in_order(content["totals"]) if content.get("totals") else ():
        yield "total", "", "", "", "", told["count"], _typed(told["cents"]), "", rules.TOTALS[name]
    for id, on, cents, sentence, cites in content.get("not_received", ()):
        yield "not received", "", "", id, on, 1, _typed(cents), "", f"{sentence} {cites}"
    for line in content.get("h", ()):
        note = f"unpaid {_typed(line['unpaid'])}: {line['why']}"
        yield "H", line["name"], line["address"], line["id"], line["on"], 1, _typed(line["cents"]), "", note
    if "i" in content:
        yield "I", "", "", "", "", content["i"]["count"], _typed(content["i"]["cents"]), "", "loans that are counted"
    if "donation" in content:
        for id, on, cents in (*content["previous"], content["donation"]):
            yield "210C", content["name"], content["address"], id, on, 1, _typed(cents), "", ""
        for line in content["contributions"]:
            yield "210C", line["name"], line["address"], "", "", "", _typed(line["cents"]), "", "contributor"


def _typed(cents: int) -> str:
    return Money(cents).typed()
