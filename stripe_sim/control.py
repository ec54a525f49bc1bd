"""`/_sim/…`: what a test or a demo asks of the simulator itself. JSON in, JSON out; Stripe has none of this."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stripe_sim.hosted import Outcome
    from stripe_sim.simulator import Simulator

CONTROLS = ("refund", "end_refund", "dispute", "decide", "warn_of_fraud", "renew_card", "end_mandate", "fail_payout")
CONTROLS += ("cancel_subscription", "advance_to_charge")
"""The methods of Controls, each callable by its own name as `/_sim/do/<name>`."""

Reply = tuple[int, dict[str, Any]]


def answer(simulator: Simulator, method: str, path: str, body: str) -> Reply:
    """Status and JSON. A mistaken request is answered 400 with a sentence, an unknown one 404."""
    try:
        given = json.loads(body) if body.strip() else {}
        if not isinstance(given, dict):
            raise ValueError("the body must be a JSON object")
        return serve(simulator, method, path.removeprefix("/_sim/").strip("/"), given)
    except (ValueError, TypeError, KeyError) as error:
        return 400, {"error": f"{error}"}


def serve(simulator: Simulator, method: str, name: str, given: dict[str, Any]) -> Reply:
    name, _, rest = name.partition("/")
    match method, name:
        case "GET", "faults":
            return 200, simulator.faults.show()
        case "POST", "faults":
            simulator.faults.set(**given)
            return 200, simulator.faults.show()
        case "DELETE", "faults":
            simulator.faults.clear()
            return 200, simulator.faults.show()
        case "GET", "clock":
            return 200, clock(simulator)
        case "POST", "clock":
            simulator.advance(float(given["advance"]))
            return 200, clock(simulator)
        case "GET", "log":
            return 200, {"requests": list(simulator.log)}
        case "GET", "events":
            return 200, {"events": simulator.events()}
        case "POST", "redeliver":
            return 200, {"queued": simulator.redeliver(given.get("event"), reverse=bool(given.get("reverse")))}
        case "POST", "settle":
            return 200, {"settled": simulator.settle(float(given.get("timeout", 60)))}
        case "POST", "reset":
            simulator.reset()
            return 200, {}
        case "POST", "do" if rest in CONTROLS:
            return 200, {"id": getattr(simulator, rest)(**given)}
        case "POST", "pay" if rest:
            outcome = simulator.pay(rest, **given)
            return 200, told(outcome)
        case "POST", "pay_invoice" if rest:
            return 200, told(simulator.pay_invoice(rest, **given))
        case "POST", "portal_update_card" if rest:
            return 200, told(simulator.portal_update_card(rest, **given))
        case "POST", "portal_cancel" if rest:
            return 200, told(simulator.portal_cancel(rest, **given))
        case "POST", "portal_resume" if rest:
            return 200, told(simulator.portal_resume(rest, **given))
    return 404, {"error": f"there is no {method} /_sim/{name}: see stripe_sim/README.md"}


def told(outcome: Outcome) -> dict[str, Any]:
    return {"state": outcome.state, "go_to": outcome.go_to, "problems": outcome.problems}


def clock(simulator: Simulator) -> dict[str, Any]:
    return {"now": simulator.account.now(), "offset": simulator.account.store.facts.get("clock_offset", 0)}
