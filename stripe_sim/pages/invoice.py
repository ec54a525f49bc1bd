"""The page of an invoice: what it is for, and how to pay it."""

from __future__ import annotations

from html import escape

from stripe_sim import hosted_billing
from stripe_sim.account import Account
from stripe_sim.billing import collecting, invoicing
from stripe_sim.endpoints import payment_methods
from stripe_sim.money import said
from stripe_sim.pages.card_form import card_form
from stripe_sim.pages.layout import HtmlPage, link, page, redirect
from stripe_sim.pages.portal import named
from stripe_sim.store import Record

PAYABLE = ("open", "uncollectible")


def answer(account: Account, id: str, form: dict[str, str]) -> HtmlPage:
    with account.changing():
        invoice = account.store.find(id, "invoice")
        if invoice is None or invoice.body.get("deleted") or not invoice["number"]:
            return page("There is no such invoice", "<p>Check the address, or go back to where you came from.</p>", status=404)
        if not form:
            intent = invoicing.intent_of(account, invoice)
            return show(account, invoice, hosted_billing.refusal(account, intent) if intent else {})
        by_saved_card = form.get("do") == "saved"
        outcome = hosted_billing.pay_invoice(account, invoice, None if by_saved_card else form)
        if outcome.go_to:
            return redirect(outcome.go_to)
        return show(account, invoice, outcome.problems, {"declined": 402, "invalid": 422}.get(outcome.state, 200))


def show(account: Account, invoice: Record, problems: dict[str, str], status: int = 200) -> HtmlPage:
    due = said(invoice["amount_remaining"], invoice["currency"])
    if invoice["status"] not in PAYABLE:
        words = "<p>This invoice is paid. There is nothing left to do here.</p>"
        if invoice["status"] == "void":
            words = "<p>This invoice was withdrawn. You need not pay it.</p>"
        return page(f"Invoice {invoice['number']}", words + table(account, invoice))
    intent = invoicing.intent_of(account, invoice)
    if intent and intent["status"] == "processing":
        words = "<p>The debit is on its way to your bank. There is nothing left to do here.</p>"
        return page(f"Invoice {invoice['number']}", words + table(account, invoice))
    ways = waiting(account, invoice) + saved(account, invoice, due)
    said_wrong, form = card_form(problems, f"Pay {escape(due)}")
    content = f"""{said_wrong}
{table(account, invoice)}
{ways}
<h2>Pay with a new card</h2>
{form}
"""
    return page(f"Pay invoice {invoice['number']}", content, status=status)


def table(account: Account, invoice: Record) -> str:
    rows = [account.get("line_item", id) for id in invoice.private["lines"]]
    body = "".join(
        f"<tr><td>{escape(row['description'] or '')}</td><td>{escape(said(row['amount'], row['currency']))}</td></tr>"
        for row in rows
    )
    total = escape(said(invoice["total"], invoice["currency"]))
    return (
        "<table><thead><tr><th scope=col>What for</th><th scope=col>Amount</th></tr></thead>"
        f"<tbody>{body}</tbody><tfoot><tr><th scope=row>Total</th><th>{total}</th></tr></tfoot></table>"
    )


def waiting(account: Account, invoice: Record) -> str:
    """The bank has asked already, and nobody was there to answer."""
    intent = invoicing.intent_of(account, invoice)
    if intent is None or intent["status"] != "requires_action":
        return ""
    return "<p>Your bank wants you to confirm this payment.</p>" + link(f"{account.url}/3ds/{intent.id}", "Confirm it")


def saved(account: Account, invoice: Record, due: str) -> str:
    method = collecting.method_for(account, invoice)
    if method is None:
        return ""
    button = f'<button name="do" value="saved">Pay {escape(due)} with it</button>'
    kind = "bank account" if payment_methods.is_bank(method) else "card"
    return f'<h2>Pay with your saved {kind}</h2><p>{named(method)}</p><form method="post">{button}</form>'
