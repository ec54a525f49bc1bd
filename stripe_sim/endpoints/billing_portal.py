"""The page where a customer looks after cards, subscriptions and invoices, and what that page may do."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.billing import states
from stripe_sim.endpoints import customers
from stripe_sim.endpoints.table import Page, Params, endpoint, listed, merge_metadata
from stripe_sim.errors import bad_param, missing_param, not_modelled
from stripe_sim.store import Body, Record

FLOWS = ("payment_method_update", "subscription_cancel")
MODELLED = ("invoice_history", "payment_method_update", "subscription_cancel")
CONFIGURATION = "business_profile default_return_url features metadata name "


# -- configurations --------------------------------------------------------------------------------------------


def make_configuration(account: Account, params: Params, *, is_default: bool = False) -> Record:
    made = account.make(
        "billing_portal.configuration",
        "bpc_",
        active=True,
        is_default=is_default,
        updated=account.now(),
        login_page={"enabled": False, "url": None},
    )
    made.body["business_profile"] |= {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None}
    account.change(made, **read_configuration(made, params))
    return made


def read_configuration(made: Record, params: Params) -> Body:
    changes: Body = {name: params[name] or None for name in ("default_return_url", "name") if name in params}
    if "business_profile" in params:
        changes["business_profile"] = {**made["business_profile"], **params["business_profile"]}
    if "metadata" in params:
        changes["metadata"] = merge_metadata(made, params["metadata"])
    if "features" in params:
        changes["features"] = read_features(made["features"], params["features"])
    return changes


def read_features(before: Body, given: dict[str, Any]) -> Body:
    features = dict(before)
    for name, wish in given.items():
        if name not in MODELLED and wish.get("enabled"):
            raise not_modelled(f"the portal's `{name}`")
        if name == "subscription_cancel" and wish.get("proration_behavior", "none") != "none":
            raise not_modelled("prorations in the portal")
        known = {key: value for key, value in wish.items() if key in before[name]}
        features[name] = {**before[name], **known}
    return features


def default_configuration(account: Account) -> Record:
    """The one of an account that has set nothing up: everything we model is allowed."""
    for configuration in account.store.all("billing_portal.configuration"):
        if configuration["is_default"]:
            return configuration
    features: Params = {name: {"enabled": True} for name in MODELLED}
    features["subscription_cancel"] |= {"mode": "at_period_end", "proration_behavior": "none"}
    return make_configuration(account, {"features": features}, is_default=True)


@endpoint("POST /v1/billing_portal/configurations", CONFIGURATION)
def create_configuration(account: Account, params: Params) -> Record:
    made = make_configuration(account, params)
    account.emit("billing_portal.configuration.created", made)
    return made


@endpoint("GET /v1/billing_portal/configurations/{configuration}")
def retrieve_configuration(account: Account, params: Params, id: str) -> Record:
    return account.get("billing_portal.configuration", id, "configuration")


@endpoint("POST /v1/billing_portal/configurations/{configuration}", CONFIGURATION + "active")
def update_configuration(account: Account, params: Params, id: str) -> Record:
    made = account.get("billing_portal.configuration", id, "configuration")
    changes = read_configuration(made, params) | {name: params[name] for name in ("active",) if name in params}
    account.update(made, "billing_portal.configuration.updated", **changes, updated=account.now())
    return made


@endpoint("GET /v1/billing_portal/configurations", "active is_default")
def list_configurations(account: Account, params: Params) -> Page:
    default_configuration(account)
    return listed(account, "billing_portal.configuration", params, "active", "is_default")


# -- sessions --------------------------------------------------------------------------------------------------


@endpoint("POST /v1/billing_portal/sessions", "configuration customer flow_data locale return_url")
def create_session(account: Account, params: Params) -> Record:
    """A page for one customer. With `flow_data` it opens at one task and leads back when that is done."""
    if "customer" not in params:
        raise missing_param("customer")
    customer = customers.living(account, params["customer"], "customer")
    if "configuration" in params:
        configuration = account.get("billing_portal.configuration", params["configuration"], "configuration")
    else:
        configuration = default_configuration(account)
    if not configuration["active"]:
        raise bad_param("configuration", "This portal configuration is not active.")
    flow = read_flow(account, customer, configuration, params["flow_data"]) if "flow_data" in params else None
    session = account.make(
        "billing_portal.session",
        "bps_",
        configuration=configuration.id,
        customer=customer.id,
        flow=flow,
        locale=params.get("locale"),
        return_url=params.get("return_url") or configuration["default_return_url"],
    )
    path = ""
    if flow:
        task = flow["subscription_cancel"]
        path = f"/cancel/{task['subscription']}" if task else "/card"
    account.change(session, url=f"{account.url}/p/session/{session.id}{path}")
    account.emit("billing_portal.session.created", session)
    return session


def read_flow(account: Account, customer: Record, configuration: Record, given: dict[str, Any]) -> Body:
    kind = given["type"]
    if kind not in FLOWS:
        raise not_modelled(f"the portal flow `{kind}`")
    if not configuration["features"][kind]["enabled"]:
        raise bad_param("flow_data[type]", f"The portal configuration does not allow `{kind}`.")
    cancel = None
    if kind == "subscription_cancel":
        if "subscription_cancel" not in given:
            raise missing_param("flow_data[subscription_cancel]")
        if "retention" in given["subscription_cancel"]:
            raise not_modelled("`flow_data[subscription_cancel][retention]`")
        id = given["subscription_cancel"]["subscription"]
        subscription = account.get("subscription", id, "flow_data[subscription_cancel][subscription]")
        if subscription["customer"] != customer.id or subscription["status"] in states.ENDED or subscription["cancel_at"]:
            message = "This subscription cannot be canceled by this customer: it has ended, is to end, or is another's."
            raise bad_param("flow_data[subscription_cancel][subscription]", message)
        cancel = {"subscription": id, "retention": None}
    after = given.get("after_completion", {"type": "portal_homepage"})
    if after["type"] == "redirect" and "redirect" not in after:
        raise missing_param("flow_data[after_completion][redirect]")
    confirmation = after.get("hosted_confirmation")
    return {
        "type": kind,
        "after_completion": {
            "type": after["type"],
            "redirect": after.get("redirect"),
            "hosted_confirmation": {"custom_message": None, **confirmation} if confirmation is not None else None,
        },
        "customer_update": None,
        "subscription_cancel": cancel,
        "subscription_pause": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
    }
