"""Where events are sent. Only addresses of this machine."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import bad_param
from stripe_sim.store import Body, Record
from stripe_sim.webhooks import check_url


def make(account: Account, url: str, secrets: list[str], enabled_events: list[str], **fields: object) -> Record:
    return account.make(
        "webhook_endpoint",
        "we_",
        {"secrets": secrets},
        url=url,
        enabled_events=enabled_events,
        status="enabled",
        **fields,
    )


@endpoint("POST /v1/webhook_endpoints", "api_version description enabled_events metadata url")
def create(account: Account, params: Params) -> Body:
    """The signing secret is in this answer and never shown again."""
    check_url(params["url"], "url")
    version = params.get("api_version")
    if version not in (None, account.description.version):
        raise bad_param("api_version", f"stripe_sim renders events in {account.description.version} only, not {version}")
    secret = account.new_id("whsec_")
    made = make(
        account,
        params["url"],
        [secret],
        params["enabled_events"],
        api_version=version,
        description=params.get("description") or None,
        metadata=params.get("metadata") or {},
    )
    del made.body["secret"]
    return {**made.body, "secret": secret}


@endpoint("GET /v1/webhook_endpoints/{webhook_endpoint}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("webhook_endpoint", id)


@endpoint("GET /v1/webhook_endpoints")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "webhook_endpoint", params)


@endpoint("DELETE /v1/webhook_endpoints/{webhook_endpoint}")
def delete(account: Account, params: Params, id: str) -> Record:
    gone = account.get("webhook_endpoint", id)
    gone.body.clear()
    account.change(gone, id=id, object="webhook_endpoint", deleted=True)
    return gone
