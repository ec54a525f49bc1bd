"""The billing portal: a customer's subscriptions, card and invoices, and one page for each task."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from stripe_sim import hosted_billing
from stripe_sim.account import Account
from stripe_sim.billing import lines, states, subscribing
from stripe_sim.billing.clocks import at_time_of
from stripe_sim.hosted import Outcome
from stripe_sim.money import said
from stripe_sim.pages.card_form import card_form
from stripe_sim.pages.layout import HtmlPage, link, page, redirect
from stripe_sim.store import Record

STATUS = {"paid": "Paid", "open": "To pay", "uncollectible": "To pay", "void": "Void"}


def answer(account: Account, path: str, form: dict[str, str]) -> HtmlPage:
    """What is at /p/session/…: `path` is the session's id, and perhaps the task and what it is about."""
    id, _, rest = path.partition("/")
    task, _, about = rest.partition("/")
    with account.changing():
        session = account.store.find(id, "billing_portal.session")
        customer = account.store.find(session["customer"], "customer") if session else None
        if session is None or customer is None or customer.body.get("deleted"):
            return page("There is no such page", "<p>Go back to where you came from, and open it again.</p>", status=404)
        with at_time_of(account, session["customer"]):
            return submit(account, session, task, about, form) if form else show(account, session, task, about)


def submit(account: Account, session: Record, task: str, about: str, form: dict[str, str]) -> HtmlPage:
    match task:
        case "card":
            outcome = hosted_billing.update_card(account, session, form)
            if outcome.problems:
                return card_page(account, session, outcome)
        case "cancel":
            outcome = hosted_billing.cancel(account, session, about)
        case "resume":
            outcome = hosted_billing.resume(account, session, about)
        case _:
            return show(account, session, task, about)
    return redirect(outcome.go_to or home_of(account, session))


def home_of(account: Account, session: Record) -> str:
    return f"{account.url}/p/session/{session.id}"


def show(account: Account, session: Record, task: str, about: str) -> HtmlPage:
    match task:
        case "card" if hosted_billing.allows(account, session, "payment_method_update"):
            return card_page(account, session, Outcome("asked"))
        case "cancel" if hosted_billing.allows(account, session, "subscription_cancel"):
            subscription = hosted_billing.of_customer(account, session, about)
            if subscription:
                return cancel_page(account, session, subscription)
        case "done":
            words = session["flow"]["after_completion"]["hosted_confirmation"] if session["flow"] else None
            said_so = escape((words or {}).get("custom_message") or "Your change is saved.")
            return page("Done", f"<p>{said_so}</p>{way_back(session)}")
    return home(account, session)


def way_back(session: Record) -> str:
    return link(session["return_url"], "Return to where you came from")


def home(account: Account, session: Record) -> HtmlPage:
    parts = [
        subscriptions(account, session),
        card(account, session),
        invoices(account, session) if hosted_billing.allows(account, session, "invoice_history") else "",
        way_back(session),
    ]
    return page("Your subscriptions and payments", "".join(parts), leads_to=leads_to(session))


def leads_to(session: Record) -> str | None:
    done = session["flow"]["after_completion"]["redirect"] if session["flow"] else None
    url: str | None = done["return_url"] if done else None
    return url


def subscriptions(account: Account, session: Record) -> str:
    own = [s for s in account.store.all("subscription") if s["customer"] == session["customer"]]
    running = [s for s in own if s["status"] not in states.ENDED]
    if not running:
        return "<h2>Subscriptions</h2><p>You have none that runs.</p>"
    return "<h2>Subscriptions</h2>" + "".join(subscription_part(account, session, s) for s in running)


def subscription_part(account: Account, session: Record, subscription: Record) -> str:
    here = f"/p/session/{session.id}"
    words = f"<p>{what(account, subscription)}<br>{when(subscription)}</p>"
    if subscription["cancel_at"] is not None:
        button = '<button name="do" value="resume">Keep it running</button>'
        return f'{words}<form method="post" action="{here}/resume/{subscription.id}">{button}</form>'
    if hosted_billing.allows(account, session, "subscription_cancel"):
        return words + link(f"{here}/cancel/{subscription.id}", "Cancel this subscription")
    return words


def what(account: Account, subscription: Record) -> str:
    return ", ".join(
        f"{escape(account.get('product', item['price']['product'])['name'])}, "
        f"{item['quantity']} × {escape(lines.how_often(item['price']))}"
        for item in subscription["items"]["data"]
    )


def when(subscription: Record) -> str:
    end = day(subscribing.period_of(subscription)[1])
    if subscription["cancel_at"] is not None:
        return f"Ends on {day(subscription['cancel_at'])}."
    match subscription["status"]:
        case "past_due" | "unpaid":
            return "A payment failed. Update your card, or pay the invoice below."
        case "incomplete":
            return "The first payment has not been made."
        case "paused":
            return "Paused."
    return f"Next payment on {end}."


def day(moment: int) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at.day} {at:%B %Y}"


def card(account: Account, session: Record) -> str:
    customer = account.get("customer", session["customer"])
    ids = [(customer.body.get("invoice_settings") or {}).get("default_payment_method")]
    own = [s for s in account.store.all("subscription") if s["customer"] == session["customer"]]
    ids += [s["default_payment_method"] for s in own if s["status"] not in states.ENDED]
    method = next((m for m in (account.store.find(id or "", "payment_method") for id in ids) if m), None)
    words = f"<p>{named(method)}</p>" if method else "<p>No card is saved.</p>"
    change = link(f"/p/session/{session.id}/card", "Use another card")
    return f"<h2>Card</h2>{words}{change if hosted_billing.allows(account, session, 'payment_method_update') else ''}"


def named(method: Record) -> str:
    shown = method.body.get("card")
    if shown is None:
        bank = method["nz_bank_account"]
        return escape(f"{bank['bank_name']} account ending in {bank['last4']}-{bank['suffix']}")
    expires = f"{shown['exp_month']:02d}/{shown['exp_year'] % 100:02d}"
    return escape(f"{shown['brand'].capitalize()} ending in {shown['last4']}, expires {expires}")


def invoices(account: Account, session: Record) -> str:
    rows = [
        f'<tr><td><a href="{escape(invoice["hosted_invoice_url"])}">{escape(invoice["number"])}</a>, '
        f"{day(invoice['created'])}<br>{STATUS[invoice['status']]}</td>"
        f"<td>{escape(said(invoice['total'], invoice['currency']))}</td></tr>"
        for invoice in account.store.all("invoice")
        if invoice.body.get("customer") == session["customer"] and invoice["number"]
    ]
    if not rows:
        return "<h2>Invoices</h2><p>There are none yet.</p>"
    head = "<thead><tr><th scope=col>Invoice</th><th scope=col>Amount</th></tr></thead>"
    return f"<h2>Invoices</h2><table>{head}<tbody>{''.join(rows)}</tbody></table>"


def card_page(account: Account, session: Record, outcome: Outcome) -> HtmlPage:
    problems = outcome.problems
    said_wrong, form = card_form(problems, "Save card", "Your card was not saved")
    content = f"""{said_wrong}
{form}
{link(f"/p/session/{session.id}", "Back")}{way_back(session)}
"""
    status = {"declined": 402, "invalid": 422}.get(outcome.state, 200)
    return page("Your card", content, status=status, leads_to=leads_to(session))


def cancel_page(account: Account, session: Record, subscription: Record) -> HtmlPage:
    end = day(subscribing.period_of(subscription)[1])
    feature = account.get("billing_portal.configuration", session["configuration"])["features"]["subscription_cancel"]
    until = f"It runs until {end} and ends then." if feature["mode"] == "at_period_end" else "It ends at once."
    content = f"""<p>{what(account, subscription)}</p>
<p>{until} Nothing more is charged.</p>
<form method="post"><button name="do" value="cancel">Cancel subscription</button></form>
{link(f"/p/session/{session.id}", "Do not cancel")}{way_back(session)}
"""
    return page("Cancel your subscription", content, leads_to=leads_to(session))
