"""The part of the desk where faults are set and cleared."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from stripe_sim.faults import API_FAULTS, PAYOUT_FAILURES, REFUND_FAULTS, SPOILERS
from stripe_sim.pages.desk_forms import button, form, heading

WEBHOOKS = {
    "delay": "are delayed by so many seconds",
    "duplicate": "come in so many further copies",
    "reorder": "are held back for so many seconds, then come newest first",
    "drop": "of this percentage are lost",
    **{name: f"are spoilt so many times: {name.replace('_', ' ')}" for name in SPOILERS},
}
POSTINGS = "balance_transaction_delay"


KINDS: list[tuple[str, str, dict[str, str], list[tuple[str, str, str]]]] = [
    ("webhook", "Webhooks that", WEBHOOKS, [("How much", "value", "1")]),
    (
        "api",
        "The next API calls",
        API_FAULTS,
        [("Times", "times", "1"), ("Path (* for any text)", "path", "*"), ("Seconds, if slow", "seconds", "10")],
    ),
    ("refund", "The next refund", REFUND_FAULTS, [("Seconds until then", "seconds", "86400")]),
    ("payout", "The next payout fails", PAYOUT_FAILURES, []),
    ("posting", "Money is posted late", {POSTINGS: "by so many seconds"}, [("Seconds", "value", "10800")]),
]
"""Name, label, choices, and further fields by label, name and usual value."""


def show(faults: dict[str, Any]) -> str:
    set_now = f"<details><summary>What is set now</summary><pre>{escape(json.dumps(faults, indent=2))}</pre></details>"
    forms = "".join(form_of(*kind) for kind in KINDS) + form("clear_faults", button("Clear all faults"))
    return f'{heading("faults", "Faults")}{set_now}<div class="row">{forms}</div>'


def form_of(name: str, title: str, choices: dict[str, str], fields: list[tuple[str, str, str]]) -> str:
    id = f"fault-{name}"
    options = "".join(f'<option value="{value}">{escape(words)}</option>' for value, words in choices.items())
    content = f'<label for="{id}">{escape(title)}</label><select id="{id}" name="fault">{options}</select>'
    for label, field, usual in fields:
        content += f'<label for="{id}-{field}">{label}</label>'
        content += f'<input id="{id}-{field}" name="{field}" value="{usual}" required>'
    return form("set_fault", content + button("Set"), kind=name)


def read(given: dict[str, str]) -> dict[str, Any]:
    """What `faults.set` is to be called with."""
    fault = given["fault"]
    match given.get("kind"):
        case "webhook":
            value = float(given["value"])
            if fault == "drop":
                return {"webhooks": {"drop": {"percent": value}}}
            return {"webhooks": {fault: value if fault in ("delay", "reorder") else int(value)}}
        case "api":
            return {
                "api": [
                    {"fault": fault, "path": given["path"], "times": int(given["times"]), "seconds": float(given["seconds"])}
                ]
            }
        case "refund":
            return {"refunds": [{"fault": fault, "seconds": float(given["seconds"])}]}
        case "payout":
            return {"payouts": [{"code": fault}]}
        case "posting":
            return {POSTINGS: float(given["value"])}
    raise ValueError("there is no such kind of fault")
