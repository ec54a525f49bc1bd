"""What is owed: made by subscriptions, or by hand."""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import changing, clocks, collecting, invoicing, lines, running, states, subscribing
from stripe_sim.endpoints import customers
from stripe_sim.endpoints.table import Page, Params, endpoint, listed, merge_metadata
from stripe_sim.errors import StripeError, bad_param, missing_param, not_modelled, wrong_state
from stripe_sim.store import Body, Record

OWING = ("open", "uncollectible")


@endpoint(
    "POST /v1/invoices",
    "auto_advance collection_method currency customer default_payment_method description metadata "
    "pending_invoice_items_behavior subscription",
)
def create(account: Account, params: Params) -> Record:
    """A draft by hand; with `pending_invoice_items_behavior=include`, of all that waits for an invoice."""
    if "customer" not in params:
        raise missing_param("customer")
    if params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise not_modelled("`collection_method=send_invoice`")
    customer = customers.living(account, params["customer"], "customer")
    if params.get("default_payment_method"):
        changing.check_method(account, params["default_payment_method"], customer.id)
    owner = account.get("subscription", params["subscription"], "subscription") if "subscription" in params else None
    with clocks.at_time_of(account, customer.id):
        invoice = invoicing.draft(
            account,
            customer,
            owner,
            reason="manual",
            currency=params.get("currency") or customer["currency"] or "nzd",
            auto_advance=params.get("auto_advance", False),
            default_payment_method=params.get("default_payment_method"),
            description=params.get("description"),
            metadata=params.get("metadata") or {},
        )
        usual = "include" if owner else "exclude"
        if params.get("pending_invoice_items_behavior", usual) == "include":
            for bought in subscribing.pending_items(account, customer, owner):
                if bought["currency"] == invoice["currency"]:
                    lines.add_invoiceitem(account, invoice, bought)
        if owner:
            account.note(owner, invoices=[*owner.private["invoices"], invoice.id])
        invoicing.ready(account, invoice)
    return invoice


@endpoint("GET /v1/invoices/{invoice}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("invoice", id, "invoice")


@endpoint("POST /v1/invoices/{invoice}", "auto_advance default_payment_method description metadata")
def update(account: Account, params: Params, id: str) -> Record:
    invoice = account.get("invoice", id, "invoice")
    changes: Body = {name: params[name] or None for name in ("default_payment_method", "description") if name in params}
    if changes.get("default_payment_method"):
        changing.check_method(account, changes["default_payment_method"], invoice["customer"])
    if "description" in params and invoice["status"] != "draft":
        raise wrong_state("Finalized invoices can't be updated in this way.", "invoice_not_editable")
    if "metadata" in params:
        changes["metadata"] = merge_metadata(invoice, params["metadata"])
    if "auto_advance" in params and invoice["status"] not in ("draft", "open"):
        raise wrong_state(f"This invoice is {invoice['status']}: it does not advance.", "invoice_not_editable")
    with clocks.at_time_of(account, invoice["customer"]):
        account.update(invoice, "invoice.updated", **changes)
        if params.get("auto_advance", invoice["auto_advance"]) != invoice["auto_advance"]:
            set_advance(account, invoice, bool(params["auto_advance"]))
    return invoice


def set_advance(account: Account, invoice: Record, advances: bool) -> None:
    """Whether it goes on by itself: a draft to be finalised, an open one to be collected, an hour from now."""
    name, field = (
        ("invoice.finalize", "automatically_finalizes_at")
        if invoice["status"] == "draft"
        else ("invoice.retry", "next_payment_attempt")
    )
    due.drop(account, name, invoice.id)
    at = account.now() + invoicing.HOUR if advances else None
    account.change(invoice, auto_advance=advances, **{field: at})
    if at:
        due.later(account, at, name, invoice.id, clocks.clock_of(account, invoice["customer"]))


@endpoint("DELETE /v1/invoices/{invoice}")
def delete(account: Account, params: Params, id: str) -> Record:
    """Only a draft made by hand can vanish. What was on it waits for another invoice."""
    invoice = account.get("invoice", id, "invoice")
    if invoice["status"] != "draft" or invoice["billing_reason"] != "manual":
        raise wrong_state("You can only delete draft invoices that no subscription made.", "invoice_not_editable")
    for bought in account.store.all("invoiceitem"):
        if bought.body.get("invoice") == id:
            account.change(bought, invoice=None)
    due.drop(account, "invoice.finalize", id)
    account.emit("invoice.deleted", invoice)
    invoice.body.clear()
    account.change(invoice, id=id, object="invoice", deleted=True)
    return invoice


@endpoint("GET /v1/invoices", "collection_method created customer status subscription")
def list_all(account: Account, params: Params) -> Page:
    found = listed(account, "invoice", params, "collection_method", "customer", "status").records
    if "subscription" in params:
        wanted = account.get("subscription", params["subscription"], "subscription")
        found = [invoice for invoice in found if invoicing.subscription_of(account, invoice) is wanted]
    return Page(found)


@endpoint("GET /v1/invoices/{invoice}/lines")
def list_lines(account: Account, params: Params, id: str) -> Page:
    invoice = account.get("invoice", id, "invoice")
    return Page([account.get("line_item", line) for line in invoice.private["lines"]])


# -- moves -----------------------------------------------------------------------------------------------------


def in_state(account: Account, id: str, *allowed: str, verb: str) -> Record:
    invoice = account.get("invoice", id, "invoice")
    if invoice["status"] not in allowed:
        message = f"This invoice is {invoice['status']}: it cannot be {verb}."
        raise StripeError(message, param="invoice", began=True)
    return invoice


@endpoint("POST /v1/invoices/{invoice}/finalize", "auto_advance")
def finalize(account: Account, params: Params, id: str) -> Record:
    invoice = in_state(account, id, "draft", verb="finalized")
    customers.living(account, invoice["customer"], "customer")
    with clocks.at_time_of(account, invoice["customer"]):
        due.drop(account, "invoice.finalize", id)
        advances = params.get("auto_advance", invoice["auto_advance"])
        invoicing.finalize(account, invoice)
        if invoice["status"] == "open":
            set_advance(account, invoice, bool(advances))
    return invoice


@endpoint("POST /v1/invoices/{invoice}/pay", "off_session paid_out_of_band payment_method")
def pay(account: Account, params: Params, id: str) -> Record:
    """Now, by the card named or the usual one; or noted as paid to us directly, `paid_out_of_band`."""
    if params.get("paid_out_of_band") and "payment_method" in params:
        raise bad_param("paid_out_of_band", "You cannot give a `payment_method` for what is paid out of band.")
    if account.get("invoice", id, "invoice")["status"] == "paid":
        raise StripeError("Invoice is already paid", param="invoice", began=True)
    invoice = in_state(account, id, "draft", *OWING, verb="paid")
    method = None
    if "payment_method" in params:
        method = changing.check_method(account, params["payment_method"], invoice["customer"], "payment_method")
    with clocks.at_time_of(account, invoice["customer"]):
        if invoice["status"] == "draft":
            customers.living(account, invoice["customer"], "customer")
            due.drop(account, "invoice.finalize", id)
            invoicing.finalize(account, invoice)
        if invoice["status"] == "paid":
            return invoice
        if params.get("paid_out_of_band"):
            invoicing.mark_paid(account, invoice, invoice["amount_due"], off_stripe=True)
            return invoice
        if method is None and collecting.method_for(account, invoice) is None:
            message = "There is no `default_payment_method` set on this Customer or Invoice. Give a `payment_method`."
            raise StripeError(message, code="parameter_missing", param="payment_method", began=True)
        collecting.collect(account, invoice, method)
        raise_refusal(account, invoice)
    return invoice


def raise_refusal(account: Account, invoice: Record) -> None:
    """What Stripe answers when the attempt just made was in vain."""
    intent = invoicing.intent_of(account, invoice)
    if invoice["status"] == "paid" or intent is None:
        return
    if intent["status"] == "requires_action":
        message = "Payment for this invoice requires additional user action before it can be completed successfully."
        code = "invoice_payment_intent_requires_action"
        raise StripeError(message, status=402, type="card_error", code=code, began=True)
    error = intent["last_payment_error"]
    if error:
        raise StripeError(status=402, began=True, **error)


@endpoint("POST /v1/invoices/{invoice}/void")
def void(account: Account, params: Params, id: str) -> Record:
    """It never was owed. A subscription that only waited for it is behind no more."""
    invoice = in_state(account, id, *OWING, verb="voided")
    with clocks.at_time_of(account, invoice["customer"]):
        invoicing.void(account, invoice)
        subscription = invoicing.subscription_of(account, invoice)
        if subscription and subscription["status"] in ("past_due", "unpaid") and subscription["latest_invoice"] == id:
            states.tell(account, subscription, status="active")
    return invoice


@endpoint("POST /v1/invoices/{invoice}/mark_uncollectible")
def mark_uncollectible(account: Account, params: Params, id: str) -> Record:
    invoice = in_state(account, id, "open", verb="marked uncollectible")
    with clocks.at_time_of(account, invoice["customer"]):
        invoicing.mark_uncollectible(account, invoice)
    return invoice


@endpoint("POST /v1/invoices/create_preview", "customer preview_mode subscription")
def create_preview(account: Account, params: Params) -> Body:
    """The next invoice of a subscription, as it would be."""
    if "subscription" not in params:
        raise not_modelled("previews of anything but the next invoice of a `subscription`")
    if params.get("preview_mode", "next") != "next":
        raise not_modelled("`preview_mode=recurring`")
    subscription = account.get("subscription", params["subscription"], "subscription")
    if params.get("customer", subscription["customer"]) != subscription["customer"]:
        raise bad_param("customer", "This subscription is another customer's.")
    if subscription["status"] in states.ENDED or running.ends_at(subscription) is not None:
        message = "No upcoming invoices for customer"
        raise StripeError(message, status=404, code="invoice_upcoming_none")
    with clocks.at_time_of(account, subscription["customer"]):
        return running.preview(account, subscription)
