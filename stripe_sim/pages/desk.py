"""The desk of whoever plays the world in a demo: time, payers, banks, faults, and what was told. Plain forms, no script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from stripe_sim.billing import lines, running, states
from stripe_sim.endpoints import refunds
from stripe_sim.money import said
from stripe_sim.pages import desk_faults
from stripe_sim.pages.desk_forms import amount_of, button, form, heading
from stripe_sim.pages.layout import HtmlPage, page, redirect
from stripe_sim.store import Record

if TYPE_CHECKING:
    from stripe_sim.simulator import Simulator

DAY = 86400
STEPS = {"a day": DAY, "a week": 7 * DAY, "a month": 30 * DAY, "a year": 365 * DAY}
MOST_PAYMENTS, MOST_EVENTS, MOST_OTHERS = 15, 25, 10
BY_PAYMENT = ("refund", "dispute", "warn_of_fraud")
BY_ID = {"end_refund": "refund_id", "decide": "dispute_id", "renew_card": "payment_method", "end_mandate": "mandate"}
BY_ID |= {"fail_payout": "payout", "cancel_subscription": "subscription", "advance_to_charge": "subscription"}
CHOICES = {"end_refund": "outcome", "decide": "won", "cancel_subscription": "at_period_end"}
YES_OR_NO = ("decide", "cancel_subscription")


# -- what was pressed ------------------------------------------------------------------------------------------


def act(simulator: Simulator, given: dict[str, str]) -> HtmlPage:
    """Does what the button says, and comes back to the page with a sentence about it."""
    try:
        words = perform(simulator, given)
    except (ValueError, TypeError, KeyError) as error:
        words = f"Not done: {error}"
    return redirect(f"/_sim/?said={quote(words)}")


def perform(simulator: Simulator, given: dict[str, str]) -> str:
    name = given.get("do", "")
    if name in BY_PAYMENT:
        more: dict[str, object] = {"amount": amount_of(given["amount"])} if given.get("amount", "").strip() else {}
        return f"{getattr(simulator, name)(given['id'], **more)} made."
    if name in BY_ID:
        choice = CHOICES.get(name)
        more = {choice: given["how"] == "True" if name in YES_OR_NO else given["how"]} if choice else {}
        return f"{getattr(simulator, name)(**{BY_ID[name]: given['id']}, **more)} changed."
    match name:
        case "advance":
            simulator.advance(float(given["seconds"]))
            return "The clock has moved ahead."
        case "redeliver":
            return f"{simulator.redeliver(given.get('id') or None)} webhooks sent again."
        case "clear_faults":
            simulator.faults.clear(simulator.seed)
            return "No faults are set."
        case "set_fault":
            simulator.faults.set(**desk_faults.read(given))
            return "The fault is set."
        case "reset":
            simulator.reset()
            return "The account is empty."
    raise ValueError(f"there is no {name!r}")


# -- the page --------------------------------------------------------------------------------------------------


def show(simulator: Simulator, words: str = "") -> HtmlPage:
    with simulator.account.changing():
        parts = [clock(simulator), payments(simulator), saved(simulator), subscriptions(simulator), payouts(simulator)]
        parts += [desk_faults.show(simulator.faults.show()), events(simulator), ends()]
    notice = f'<p class="notice" role="status">{escape(words)}</p>' if words else ""
    return page("Play the world", notice + "".join(parts), wide=True)


def when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%a %d %b %Y, %H:%M UTC")


def clock(simulator: Simulator) -> str:
    forms = "".join(form("advance", button(f"On by {name}"), seconds=str(seconds)) for name, seconds in STEPS.items())
    return f'{heading("clock", "Clock")}<p>{when(simulator.account.time())}</p><div class="row">{forms}</div>'


def newest(simulator: Simulator, kind: str, most: int, wanted: Callable[[Record], bool] = lambda record: True) -> list[Record]:
    return [record for record in simulator.account.store.all(kind) if wanted(record)][:most]


def listed(id: str, title: str, entries: Iterable[str], none: str) -> str:
    entries = list(entries)
    body = f'<ul class="entries">{"".join(entries)}</ul>' if entries else f"<p>{none}</p>"
    return heading(id, title) + body


def entry(title: str, record: Record, *forms: str, inner: str = "") -> str:
    name = f"<p><strong>{escape(title)}</strong><br><code>{escape(record.id)}</code></p>"
    return f'<li>{name}{inner}<div class="row">{"".join(forms)}</div></li>'


def money(record: Record, name: str = "amount") -> str:
    return said(record[name], record["currency"])


# -- payments --------------------------------------------------------------------------------------------------


def payments(simulator: Simulator) -> str:
    charges = newest(simulator, "charge", MOST_PAYMENTS)
    return listed("payments", "Payments", (payment(simulator, charge) for charge in charges), "Nobody has paid yet.")


def payment(simulator: Simulator, charge: Record) -> str:
    details = charge["payment_method_details"]
    how = f"card …{details['card']['last4']}" if details["type"] == "card" else f"account …{details[details['type']]['last4']}"
    state = "refunded" if charge["refunded"] else "disputed" if charge["disputed"] else charge["status"]
    name = charge["billing_details"]["name"] or charge["billing_details"]["email"] or "somebody"
    title = f"{money(charge)} by {name}, {how}: {state}, {when(charge['created'])}"
    inner = "".join(
        [*(refund(r) for r in of(simulator, "refund", charge)), *(dispute(d) for d in of(simulator, "dispute", charge))]
    )
    inner = f'<ul class="entries">{inner}</ul>' if inner else ""
    return entry(title, charge, *(payment_forms(simulator, charge) if charge["paid"] else []), inner=inner)


def payment_forms(simulator: Simulator, charge: Record) -> list[str]:
    forms = []
    undisputed = refunds.may_be_refunded(simulator.account, charge)
    if undisputed and not charge["refunded"]:
        label = f"part-{charge.id}"
        part = (
            f'<label for="{label}">Part, in {charge["currency"].upper()}</label>'
            f'<input id="{label}" name="amount" inputmode="decimal" size="7" required>'
        )
        forms = [form("refund", button("Refund"), id=charge.id), form("refund", part + button("Refund a part"), id=charge.id)]
    if undisputed:
        forms.append(form("dispute", button("Dispute"), id=charge.id))
    return [*forms, form("warn_of_fraud", button("Warn of fraud"), id=charge.id)]


def of(simulator: Simulator, kind: str, charge: Record) -> list[Record]:
    return [record for record in simulator.account.store.all(kind) if record["charge"] == charge.id]


def refund(refund: Record) -> str:
    forms = []
    if refund["status"] == "pending":
        forms.append(form("end_refund", button("Let it succeed"), id=refund.id, how="succeeded"))
    if refund["status"] in ("pending", "succeeded"):
        forms.append(form("end_refund", button("Let it fail"), id=refund.id, how="failed"))
        forms.append(form("end_refund", button("Call it off"), id=refund.id, how="canceled"))
    return entry(f"Refund of {money(refund)}: {refund['status']}", refund, *forms)


def dispute(dispute: Record) -> str:
    forms = []
    if dispute["status"] in ("needs_response", "under_review", "warning_needs_response", "warning_under_review"):
        forms = [
            form("decide", button("We win"), id=dispute.id, how="True"),
            form("decide", button("We lose"), id=dispute.id, how="False"),
        ]
    return entry(f"Dispute of {money(dispute)} ({dispute['reason']}): {dispute['status']}", dispute, *forms)


# -- the rest --------------------------------------------------------------------------------------------------


def saved(simulator: Simulator) -> str:
    methods = newest(simulator, "payment_method", MOST_OTHERS, lambda method: bool(method["customer"]))
    return listed("saved", "Saved cards and accounts", map(method, methods), "None is saved.")


def method(method: Record) -> str:
    if method["type"] == "card":
        shown = method["card"]
        title = f"{shown['brand']} …{shown['last4']}, to {shown['exp_month']:02d}/{shown['exp_year']}"
        return entry(title, method, form("renew_card", button("Issue it anew"), id=method.id))
    account = method["nz_bank_account"]
    forms = [form("end_mandate", button("Forbid debits"), id=method.id)] if method.private.get("mandate") else []
    return entry(f"{account['bank_name']} …{account['last4']}-{account['suffix']}", method, *forms)


def subscriptions(simulator: Simulator) -> str:
    found = newest(simulator, "subscription", MOST_OTHERS)
    return listed("subscriptions", "Subscriptions", (subscription(simulator, one) for one in found), "There is none.")


def subscription(simulator: Simulator, subscription: Record) -> str:
    owner = simulator.account.get("customer", subscription["customer"]).body
    items = subscription["items"]["data"]
    what = ", ".join(f"{item['quantity']} × {lines.how_often(item['price'])}" for item in items)
    title = f"{what} by {owner.get('name') or owner.get('email') or 'somebody'}: {subscription['status']}"
    if subscription["status"] in states.ENDED:
        return entry(title, subscription)
    ends, charge = running.ends_at(subscription), running.next_charge(simulator.account, subscription)
    forms = [form("cancel_subscription", button("Cancel now"), id=subscription.id, how="False")]
    if not subscription["cancel_at"]:
        forms.append(form("cancel_subscription", button("Cancel with its period"), id=subscription.id, how="True"))
    if charge:
        forms.append(form("advance_to_charge", button("On to its next charge"), id=subscription.id))
    title += f", charged next {when(charge)}" if charge else f", ends {when(ends)}" if ends else ""
    return entry(title, subscription, *forms)


def payouts(simulator: Simulator) -> str:
    none = "None yet." if simulator.account.pays_out else "This simulator pays nothing out."
    return listed("payouts", "Payouts", map(payout, newest(simulator, "payout", MOST_OTHERS)), none)


def payout(payout: Record) -> str:
    going = payout["status"] in ("pending", "in_transit", "paid")
    forms = [form("fail_payout", button("Let it fail"), id=payout.id)] if going else []
    return entry(f"{money(payout)}, {when(payout['created'])}: {payout['status']}", payout, *forms)


def events(simulator: Simulator) -> str:
    found = newest(simulator, "event", MOST_EVENTS)
    again = form("redeliver", button("Send all again")) if found else ""
    return listed("events", "Webhooks", map(event, found), "Nothing has happened yet.") + f'<div class="row">{again}</div>'


def event(event: Record) -> str:
    deliveries = event.private["deliveries"].values()
    tried = ", ".join(f"{d['state']} after {len(d['attempts'])}" for d in deliveries) or "for nobody"
    last = [attempt for d in deliveries for attempt in d["attempts"][-1:]]
    answers = "".join(f" · last answer {a['status'] or a.get('problem', 'none')}" for a in last)
    title = f"{event['type']}, {when(event['created'])}: {tried}{answers}"
    details = f"<details><summary>What it says</summary><pre>{escape(json.dumps(event['data'], indent=2))}</pre></details>"
    return entry(title, event, form("redeliver", button("Send again"), id=event.id), inner=details)


def ends() -> str:
    links = '<p><a href="/_sim/log">Every API request</a> · <a href="/_sim/events">Every event</a> (JSON)</p>'
    return heading("more", "More") + links + f'<div class="row">{form("reset", button("Empty the account"))}</div>'
