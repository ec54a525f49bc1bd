"""Whom we charge. A deleted customer stays retrievable, as nothing but its id."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import clocks, states
from stripe_sim.endpoints.payment_methods import detach_from
from stripe_sim.endpoints.table import Page, Params, blank_to_null, endpoint, listed, merge_metadata
from stripe_sim.errors import bad_param, no_such, not_modelled
from stripe_sim.store import Record

FIELDS = "address description email metadata name phone preferred_locales shipping invoice_settings"
INVOICE_SETTINGS = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}


@endpoint("POST /v1/customers", FIELDS + " test_clock")
def create(account: Account, params: Params) -> Record:
    check_email(params)
    settings = read_settings(account, params.pop("invoice_settings", {}), dict(INVOICE_SETTINGS), None)
    clock = params.pop("test_clock", None)
    if clock:
        account.get("test_helpers.test_clock", clock, "test_clock")
    customer = make(account, invoice_settings=settings, preferred_locales=params.pop("preferred_locales", []))
    if clock:
        account.change(customer, test_clock=clock)
    account.change(customer, metadata=merge_metadata(customer, params.pop("metadata", {})))
    account.change(customer, **blank_to_null(params))
    account.emit("customer.created", customer)
    return customer


def make(account: Account, **fields: object) -> Record:
    """A customer who owes nothing yet."""
    usual: Params = {
        "balance": 0,
        "delinquent": False,
        "tax_exempt": "none",
        "preferred_locales": [],
        "invoice_prefix": account.new_id("")[:8].upper(),
        "next_invoice_sequence": 1,
        "invoice_settings": dict(INVOICE_SETTINGS),
    }
    return account.make("customer", "cus_", **{**usual, **fields})


def read_settings(account: Account, given: Params, before: Params, customer: str | None) -> Params:
    """The invoice settings with the changes asked for: only the card that invoices are paid with, and the footer."""
    settings = dict(before)
    for name, value in given.items():
        if name not in ("default_payment_method", "footer"):
            raise not_modelled(f"`invoice_settings[{name}]`")
        if name == "default_payment_method" and value:
            method = account.get("payment_method", value, "invoice_settings[default_payment_method]")
            if method["customer"] != customer or customer is None:
                message = "The customer does not have a payment method with this ID. Attach it to the customer first."
                raise bad_param("invoice_settings[default_payment_method]", message, "resource_missing")
        settings[name] = value or None
    return settings


def check_email(params: Params) -> None:
    email = params.get("email")
    if email and "@" not in email:
        raise bad_param("email", f"Invalid email address: {email}", "email_invalid")


def living(account: Account, id: str, param: str) -> Record:
    """A customer that can still be used."""
    customer = account.get("customer", id, param)
    if customer.body.get("deleted"):
        raise no_such("customer", id, param)
    return customer


@endpoint("GET /v1/customers/{customer}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("customer", id, "id")


@endpoint("POST /v1/customers/{customer}", FIELDS)
def update(account: Account, params: Params, id: str) -> Record:
    customer = living(account, id, "id")
    check_email(params)
    changes = blank_to_null({name: value for name, value in params.items() if name not in ("expand", "metadata")})
    if "metadata" in params:
        changes["metadata"] = merge_metadata(customer, params["metadata"])
    if "invoice_settings" in params:
        settings = read_settings(account, params["invoice_settings"], customer["invoice_settings"], customer.id)
        changes["invoice_settings"] = settings
    account.update(customer, "customer.updated", **changes)
    return customer


@endpoint("DELETE /v1/customers/{customer}")
def delete(account: Account, params: Params, id: str) -> Record:
    customer = living(account, id, "id")
    with clocks.at_time_of(account, id):
        for subscription in list(account.store.all("subscription")):
            if subscription["customer"] == id and subscription["status"] not in states.ENDED:
                states.cancel(account, subscription, reason="cancellation_requested")
    detach_from(account, customer)
    account.emit("customer.deleted", customer)
    customer.body.clear()
    account.change(customer, id=id, object="customer", deleted=True)
    return customer


@endpoint("GET /v1/customers", "created email test_clock")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "customer", params, "email", "test_clock")
