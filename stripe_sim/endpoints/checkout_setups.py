"""Checkout in `mode=setup`: a way to pay is kept for later, and nothing is paid now."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints import setup_intents
from stripe_sim.endpoints.table import Params
from stripe_sim.errors import bad_param, missing_param, not_modelled
from stripe_sim.money import check_currency
from stripe_sim.store import Body, Record

FOR_PAYMENTS = ("line_items", "payment_intent_data", "submit_type")
DATA = ("description", "metadata")


def create(account: Account, params: Params, customer: Record | None, types: Body, expires_at: int) -> Record:
    """The session, with the setup intent it has from the start."""
    for name in FOR_PAYMENTS:
        if name in params:
            raise bad_param(name, f"You can not pass `{name}` in `setup` mode.")
    if "currency" not in params:
        raise missing_param("currency", "`currency` is required in `setup` mode.")
    check_currency(params["currency"], "currency")
    wishes = params.get("setup_intent_data", {})
    for name in wishes:
        if name not in DATA:
            raise not_modelled(f"`setup_intent_data[{name}]`")
    intent = setup_intents.make(
        account,
        customer=customer.id if customer else None,
        description=wishes.get("description") or None,
        metadata=wishes.get("metadata") or {},
        **types,
    )
    session = account.make(
        "checkout.session",
        "cs_test_",
        {"items": [], "intent": {}, "draft": {}},
        mode="setup",
        ui_mode="hosted_page",
        locale=params.get("locale", "auto"),
        currency=params["currency"],
        customer=customer.id if customer else None,
        customer_creation=None if customer else params.get("customer_creation", "if_required"),
        customer_email=params.get("customer_email"),
        client_reference_id=params.get("client_reference_id"),
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url") or None,
        expires_at=expires_at,
        metadata=params.get("metadata") or {},
        payment_status="no_payment_required",
        payment_method_collection="always",
        setup_intent=intent.id,
        status="open",
        **types,
    )
    account.change(session, url=f"{account.url}/c/pay/{session.id}")
    return session
