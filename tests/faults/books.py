"""What must hold when all has come to rest, whatever was killed: in our rows, and between our rows and the provider's."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import Any

from .members import Member
from .running import NOTHING, SETTLES_WITHIN, Installation, until

# Questions whose rows are faults. More may go back than came: a bank may take back what had been refunded.
FAULTS = {
    "payments with more or less than one receipt": """select p.id from payments p left join receipts r on r.payment_id = p.id
        where p.settled_at is not null group by p.id having count(r.id) <> 1""",
    "receipts over another sum than was paid": """select r.id from receipts r
        join payments p on p.id = r.payment_id where r.cents <> p.cents""",
    "payments with more or less than one letter": """select p.id from payments p left join declarations d on d.payment_id = p.id
        left join letters l on l.key = 'received:' || p.id or l.key = 'welcome:' || d.membership_id
        where p.settled_at is not null group by p.id having count(l.id) <> 1""",
    "two letters of one key": "select key from letters group by key having count(*) > 1",
    "payments whose dues are not what met terms, less what went back": """
        with back as (
            select payment_id, cents from refunds where made_at is not null and failed_at is null
            union all
            select payment_id, cents from disputes where withdrawn_at is not null and won is not true),
        seen as (
            select p.id, p.cents, p.purpose, p.renewal_id, p.told_at,
                   (select coalesce(sum(cents), 0) from payment_lines where payment_id = p.id and kind = 'dues') as dues,
                   (select coalesce(sum(cents), 0) from back where payment_id = p.id) as back,
                   (select coalesce(sum(cents), 0) from dues_paid where payment_id = p.id) as met
              from payments p where settled_at is not null)
        select * from seen where met <> least(dues, greatest(cents - back, 0))""",
    "payments set against terms twice": """select payment_id, charge_id from dues_paid where cause = 'payment:' || payment_id
        group by 1, 2 having count(*) > 1""",
    "terms paid more than once": """select c.id from dues_charges c join dues_paid p on p.charge_id = c.id
        group by c.id, c.cents having sum(p.cents) > c.cents or sum(p.cents) < 0""",
    "withdrawn terms with money against them": """select c.id from dues_charges c join dues_paid p on p.charge_id = c.id
        where c.withdrawn_at is not null group by c.id having sum(p.cents) <> 0""",
    "gaps or overlaps between terms": """select id from (
            select id, since, lag(until) over (partition by membership_id order by since) as before
              from dues_charges where withdrawn_at is null) t where since <> before""",
    "people who are members twice": "select person_id from memberships where ended_on is null group by 1 having count(*) > 1",
    "two people of one email": "select email_index from people where email_index is not null group by 1 having count(*) > 1",
    "purposes that two renewals take money for": """select purpose, purpose_id from renewals
        where started_at is not null and stop_wanted_at is null and ended_at is null group by 1, 2 having count(*) > 1""",
    "members whose renewal is still for their application": """select r.id from renewals r
        join declarations d on d.id = r.purpose_id where r.started_at is not null and r.ended_at is null""",
}
# What is still being done: tries after a failure wait up to some minutes.
UNDERWAY = {
    "wishes for money back that nobody answered": "select count(*) from refunds where made_at is null and failed_at is null",
    "jobs that wait, or are being done": """select count(*) from procrastinate_jobs
        where status = 'doing' or (status = 'todo' and (attempts > 0 or coalesce(scheduled_at, now()) <= now()))""",
}
# A refund that Stripe refused waits for a person: nothing else may be left for one.
MAY_WAIT = ("refund failed",)


def come_to_rest(site: Installation) -> None:
    """Let all that was begun end, after an operator has had everything looked at that was lost on the way."""
    site.control("faults", method="DELETE")
    site.wait_until_ready()
    # What it says is asked for at the end. Months passed in leaps here, without the nights in which a house looks by itself.
    site.flask("reconcile", "--days", "120")
    for what, question in {**NOTHING, **UNDERWAY}.items():
        until(lambda question=question: not site.one(question), about=f"no {what}", patience=SETTLES_WITHIN, instead=site.jobs)


def check_everything(site: Installation, members: list[Member]) -> None:
    """Says all that is wrong at once."""
    wrong = [*_promises(site, members), *_rows(site), *_against_stripe(site), *_commands(site)]
    assert not wrong, "\n".join(wrong)


def _promises(site: Installation, members: list[Member]) -> list[str]:
    with site.owner() as connection:
        return [
            f"acknowledged, and not so: {what} ({values})"
            for member in members
            for what, question, values in member.promised
            if connection.execute(question, {"now": site.now, **values}).fetchone() != (1,)
        ]


def _rows(site: Installation) -> list[str]:
    with site.owner() as connection:
        found = {what: connection.execute(question).fetchall() for what, question in FAULTS.items()}
    return [f"{what}: {len(rows)}, as {rows[:3]}" for what, rows in found.items() if rows]


def _commands(site: Installation) -> list[str]:
    """What an operator is told. The doctor verifies the ledger, the dues, the receipts and the audit chain."""
    doctor, reconcile = site.flask("doctor"), site.flask("reconcile")
    left = [line for line in reconcile.stderr.splitlines() if line and not line.startswith(MAY_WAIT)]
    wrong = [f"flask reconcile: {line}" for line in left] if reconcile.returncode else []
    return wrong + ([f"flask doctor: {doctor.stderr[-1500:]}"] if doctor.returncode else [])


# -- against the provider --------------------------------------------------------------------------------------


def stripe_list(site: Installation, what: str, **asked: str) -> list[dict[str, Any]]:
    """Everything of a kind that the provider has."""
    found: list[dict[str, Any]] = []
    while True:
        query = "&".join(f"{key}={value}" for key, value in {"limit": "100", **asked}.items())
        answer = _stripe_get(site, f"{what}?{query}")
        found += answer["data"]
        if not answer["has_more"]:
            return found
        asked["starting_after"] = found[-1]["id"]


def _stripe_get(site: Installation, what: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{site.simulator}/v1/{what}")
    request.add_header("Authorization", "Bearer sk_test_simulator")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _against_stripe(site: Installation) -> list[str]:
    return [*_charges(site), *_invoices(site), *_money_back(site), *_renewals(site), *_balance(site)]


def _charges(site: Installation) -> list[str]:
    theirs = Counter({one["payment_intent"]: one["amount"] for one in stripe_list(site, "charges") if one["paid"]})
    ours = _pairs(site, "select intent_id, cents from payments where settled_at is not null and rail in ('card', 'debit')")
    return _differ("charges that came", theirs, ours)


def _invoices(site: Installation) -> list[str]:
    theirs = {
        one["id"]: one["amount_paid"] for one in stripe_list(site, "invoices") if one["status"] == "paid" and one["amount_paid"]
    }
    ours = _pairs(site, "select invoice_id, cents from payments where settled_at is not null and invoice_id is not null")
    return _differ("paid invoices", theirs, ours)


def _money_back(site: Installation) -> list[str]:
    refunds = {one["id"]: one["amount"] for one in stripe_list(site, "refunds") if one["status"] == "succeeded"}
    made = _pairs(site, "select provider_id, cents from refunds where made_at is not null and failed_at is null")
    disputes = {
        one["id"]: (one["amount"], one["status"] if one["status"] in ("won", "lost") else "open")
        for one in stripe_list(site, "disputes")
    }
    with site.owner() as connection:
        rows = connection.execute(
            "select id, cents, case when won then 'won' when decided_at is not null then 'lost' else 'open' end from disputes"
        )
        known = {name: (cents, how) for name, cents, how in rows}
    return [*_differ("refunds", refunds, made), *_differ("disputes", disputes, known)]


def _renewals(site: Installation) -> list[str]:
    """Nothing goes on at the provider that we do not know or want stopped, and the reverse; at the amount we say."""
    theirs = {}
    for one in stripe_list(site, "subscriptions", status="all"):
        ended = one["status"] in ("canceled", "incomplete_expired")
        stops = bool(one["cancel_at"] or one["cancel_at_period_end"])
        price = one["items"]["data"][0]["price"]
        every = price["recurring"]["interval_count"] * {"month": 1, "year": 12}[price["recurring"]["interval"]]
        theirs[one["id"]] = "ended" if ended else ("stops" if stops else f"{price['unit_amount']} cents every {every} months")
    ours = _pairs(
        site,
        """select subscription_id, case when ended_at is not null then 'ended' when stop_wanted_at is not null then 'stops'
                  else cents || ' cents every ' || months || ' months' end
             from renewals where subscription_id is not null""",
    )
    return _differ("renewals", theirs, ours)


def _balance(site: Installation) -> list[str]:
    held = _stripe_get(site, "balance")
    theirs = sum(part["amount"] for part in (*held["available"], *held["pending"]) if part["currency"] == "nzd")
    ours = site.one("select coalesce(sum(cents), 0) from ledger_lines where account = 'stripe:balance'")
    unsettled = site.one("select coalesce(sum(cents), 0) from ledger_lines where account = 'stripe:unsettled'")
    suspense = site.one("select coalesce(sum(cents), 0) from ledger_lines where account = 'suspense'")
    wrong = [f"Stripe holds {theirs} cents, the ledger says {ours}"] if theirs != ours else []
    wrong += [f"{unsettled} cents are unsettled"] if unsettled else []
    return wrong + ([f"{suspense} cents stand in suspense"] if suspense else [])


def _pairs(site: Installation, question: str) -> dict[str, Any]:
    with site.owner() as connection:
        return dict(connection.execute(question).fetchall())


def _differ(what: str, theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    return [
        f"{what}: {name} is {theirs.get(name, 'nothing')} at Stripe, {ours.get(name, 'nothing')} here"
        for name in sorted({*theirs, *ours}, key=str)
        if theirs.get(name) != ours.get(name)
    ]
