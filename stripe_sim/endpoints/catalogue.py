"""What is sold and for how much. Products and prices, kept or made on the spot by `price_data`."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing.calendar import LONGEST
from stripe_sim.endpoints.table import Page, Params, blank_to_null, endpoint, listed, merge_metadata
from stripe_sim.errors import bad_param, missing_param, not_modelled, wrong_state
from stripe_sim.money import check_currency
from stripe_sim.store import Body, Record

PRODUCT = "active description images metadata name shippable statement_descriptor unit_label url "
PRICE = "active lookup_key metadata nickname tax_behavior "


def make_product(account: Account, given: Params, *, active: bool = True) -> Record:
    product = account.make("product", "prod_", type="service", active=active, updated=account.now())
    changes = blank_to_null({name: value for name, value in given.items() if name not in ("expand", "metadata", "id")})
    account.change(product, **changes, metadata=merge_metadata(product, given.get("metadata", {})))
    return product


def make_price(account: Account, given: Params, product: str, *, active: bool = True) -> Record:
    """A price in whole cents, for once or, with `recurring`, for every interval."""
    if given.get("unit_amount") is None:
        raise missing_param("unit_amount")
    if given["unit_amount"] < 0:
        raise bad_param("unit_amount", "Invalid non-negative integer", "parameter_invalid_integer")
    recurring = read_recurring(given.get("recurring"), "recurring")
    price = account.make(
        "price",
        "price_",
        active=active,
        type="recurring" if recurring else "one_time",
        recurring=recurring,
        billing_scheme="per_unit",
        tax_behavior=given.get("tax_behavior", "unspecified"),
        currency=given["currency"],
        product=product,
        unit_amount=given["unit_amount"],
        unit_amount_decimal=str(given["unit_amount"]),
        nickname=given.get("nickname"),
        lookup_key=given.get("lookup_key"),
    )
    account.change(price, metadata=merge_metadata(price, given.get("metadata", {})))
    del price.body["currency_options"], price.body["tiers"]  # only when expanded
    return price


def read_recurring(given: Params | None, param: str) -> Body | None:
    """How often a price is charged, three years apart at most."""
    if given is None:
        return None
    interval, count = given["interval"], given.get("interval_count", 1)
    if count < 1:
        raise bad_param(f"{param}[interval_count]", "Invalid positive integer", "parameter_invalid_integer")
    if count > LONGEST[interval]:
        message = f"Interval count is too long: at most three years, which is {LONGEST[interval]} {interval}s."
        raise bad_param(f"{param}[interval_count]", message)
    if given.get("usage_type", "licensed") != "licensed" or "meter" in given:
        raise not_modelled("metered prices")
    if "trial_period_days" in given:
        raise not_modelled(f"`{param}[trial_period_days]`")
    return {
        "interval": interval,
        "interval_count": count,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def make_inline(account: Account, given: Params, param: str) -> Record:
    """The price behind a line item's `price_data`: used once, shown nowhere."""
    check_currency(given["currency"], f"{param}[currency]")
    for name in given:
        if name not in ("currency", "product", "product_data", "recurring", "tax_behavior", "unit_amount"):
            raise not_modelled(f"`{param}[{name}]`")
    for name in given.get("product_data", {}):
        if name not in ("description", "images", "metadata", "name", "unit_label"):
            raise not_modelled(f"`{param}[product_data][{name}]`")
    if "unit_amount" not in given:
        raise missing_param(f"{param}[unit_amount]")
    if ("product" in given) == ("product_data" in given):
        raise missing_param(f"{param}[product]", f"Give either `{param}[product]` or `{param}[product_data]`.")
    read_recurring(given.get("recurring"), f"{param}[recurring]")
    if "product" in given:
        product = account.get("product", given["product"], f"{param}[product]")
    else:
        product = make_product(account, given["product_data"], active=False)
    return make_price(account, given, product.id, active=False)


@endpoint("POST /v1/products", PRODUCT)
def create_product(account: Account, params: Params) -> Record:
    product = make_product(account, params)
    account.emit("product.created", product)
    return product


@endpoint("GET /v1/products/{id}")
def retrieve_product(account: Account, params: Params, id: str) -> Record:
    return account.get("product", id)


@endpoint("POST /v1/products/{id}", PRODUCT)
def update_product(account: Account, params: Params, id: str) -> Record:
    product = account.get("product", id)
    account.update(product, "product.updated", **changes_to(product, params), updated=account.now())
    return product


@endpoint("DELETE /v1/products/{id}")
def delete_product(account: Account, params: Params, id: str) -> Record:
    product = account.get("product", id)
    if any(price["product"] == id for price in account.store.all("price")):
        raise wrong_state("This product cannot be deleted because it has one or more prices.", "product_has_prices")
    account.emit("product.deleted", product)
    product.body.clear()
    account.change(product, id=id, object="product", deleted=True)
    return product


@endpoint("GET /v1/products", "active created url")
def list_products(account: Account, params: Params) -> Page:
    return listed(account, "product", params, "active", "url")


@endpoint("POST /v1/prices", PRICE + "currency product product_data recurring unit_amount")
def create_price(account: Account, params: Params) -> Record:
    check_currency(params["currency"], "currency")
    if ("product" in params) == ("product_data" in params):
        raise missing_param("product", "Give either `product` or `product_data`.")
    if params.get("unit_amount") is None:
        raise missing_param("unit_amount")
    if "product" in params:
        product = account.get("product", params["product"], "product")
    else:
        product = create_product(account, params["product_data"])  # type: ignore[assignment]  # the table widens it
    price = make_price(account, params, product.id, active=params.get("active", True))
    account.emit("price.created", price)
    return price


@endpoint("GET /v1/prices/{price}")
def retrieve_price(account: Account, params: Params, id: str) -> Record:
    return account.get("price", id, "price")


@endpoint("POST /v1/prices/{price}", PRICE)
def update_price(account: Account, params: Params, id: str) -> Record:
    """A price's amount never changes; a new amount is a new price."""
    price = account.get("price", id, "price")
    account.update(price, "price.updated", **changes_to(price, params))
    return price


@endpoint("GET /v1/prices", "active created currency product type")
def list_prices(account: Account, params: Params) -> Page:
    return listed(account, "price", params, "active", "currency", "product", "type")


def changes_to(record: Record, params: Params) -> Body:
    changes = blank_to_null({name: value for name, value in params.items() if name not in ("expand", "metadata")})
    if "metadata" in params:
        changes["metadata"] = merge_metadata(record, params["metadata"])
    return changes
