"""Whom we charge. A deleted customer stays retrievable, as nothing but its id."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.payment_methods import detach_from
from stripe_sim.endpoints.table import Page, Params, blank_to_null, endpoint, listed, merge_metadata
from stripe_sim.errors import bad_param, no_such
from stripe_sim.store import Record

FIELDS = "address description email metadata name phone preferred_locales shipping"
INVOICE_SETTINGS = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}


@endpoint("POST /v1/customers", FIELDS)
def create(account: Account, params: Params) -> Record:
    check_email(params)
    customer = account.make(
        "customer",
        "cus_",
        balance=0,
        delinquent=False,
        tax_exempt="none",
        preferred_locales=params.pop("preferred_locales", []),
        invoice_prefix=account.new_id("")[:8].upper(),
        next_invoice_sequence=1,
        invoice_settings=dict(INVOICE_SETTINGS),
    )
    account.change(customer, metadata=merge_metadata(customer, params.pop("metadata", {})))
    account.change(customer, **blank_to_null(params))
    account.emit("customer.created", customer)
    return customer


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
    account.update(customer, "customer.updated", **changes)
    return customer


@endpoint("DELETE /v1/customers/{customer}")
def delete(account: Account, params: Params, id: str) -> Record:
    customer = living(account, id, "id")
    detach_from(account, customer)
    account.emit("customer.deleted", customer)
    customer.body.clear()
    account.change(customer, id=id, object="customer", deleted=True)
    return customer


@endpoint("GET /v1/customers", "created email")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "customer", params, "email")
