"""What is bought once and waits for the next invoice."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import clocks, lines, states
from stripe_sim.endpoints import catalogue, customers
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import bad_param, missing_param, wrong_state
from stripe_sim.money import check_currency
from stripe_sim.store import Body, Record


@endpoint(
    "POST /v1/invoiceitems",
    "amount currency customer description invoice metadata period price_data pricing quantity subscription",
)
def create(account: Account, params: Params) -> Record:
    """For the customer's next invoice, for the next of `subscription`, or onto a draft that is named by `invoice`."""
    if "customer" not in params:
        raise missing_param("customer")
    customer = customers.living(account, params["customer"], "customer")
    price = read_price(account, params)
    invoice = draft_of(account, params["invoice"], customer) if "invoice" in params else None
    if "subscription" in params:
        subscription = account.get("subscription", params["subscription"], "subscription")
        if subscription["status"] in states.ENDED or subscription["customer"] != customer.id:
            raise bad_param("subscription", "This subscription has ended, or is another customer's.")
    with clocks.at_time_of(account, customer.id):
        bought = lines.buy(
            account,
            customer,
            price,
            params.get("quantity", 1),
            amount=params.get("amount"),
            currency=params.get("currency"),
            subscription=params.get("subscription"),
            description=params.get("description"),
            metadata=params.get("metadata") or {},
            period=params.get("period"),
        )
        if invoice:
            lines.add_invoiceitem(account, invoice, bought)
            lines.refresh(account, invoice)
    return bought


def read_price(account: Account, params: Params) -> Body | None:
    """The one-off price, or None for a bare amount."""
    if sum(name in params for name in ("amount", "price_data", "pricing")) != 1:
        raise missing_param("amount", "Give one of `amount`, `pricing` or `price_data`.")
    if "amount" in params:
        if "currency" not in params:
            raise missing_param("currency")
        check_currency(params["currency"], "currency")
        if params.get("quantity", 1) != 1:
            raise bad_param("quantity", "`quantity` goes with a price, not with an `amount`.")
        return None
    if "price_data" in params:
        return catalogue.make_inline(account, params["price_data"], "price_data").body
    price = account.get("price", params["pricing"].get("price", ""), "pricing[price]")
    if price["recurring"]:
        raise bad_param("pricing[price]", "This field only accepts prices with `type=one_time`.")
    return price.body


def draft_of(account: Account, id: str, customer: Record) -> Record:
    invoice = account.get("invoice", id, "invoice")
    if invoice["status"] != "draft":
        raise wrong_state("The invoice is no longer editable: it is not a draft.", "invoice_not_editable")
    if invoice["customer"] != customer.id:
        raise bad_param("invoice", "This invoice is another customer's.")
    return invoice


@endpoint("GET /v1/invoiceitems/{invoiceitem}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("invoiceitem", id, "invoiceitem")


@endpoint("GET /v1/invoiceitems", "customer invoice pending")
def list_all(account: Account, params: Params) -> Page:
    found = listed(account, "invoiceitem", params, "customer", "invoice").records
    if "pending" in params:
        found = [bought for bought in found if (bought["invoice"] is None) == params["pending"]]
    return Page(found)


@endpoint("DELETE /v1/invoiceitems/{invoiceitem}")
def delete(account: Account, params: Params, id: str) -> Record:
    bought = account.get("invoiceitem", id, "invoiceitem")
    if bought["invoice"] is not None:
        raise wrong_state("This invoice item is on an invoice already.", "invoice_not_editable")
    account.emit("invoiceitem.deleted", bought)
    bought.body.clear()
    account.change(bought, id=id, object="invoiceitem", deleted=True)
    return bought
