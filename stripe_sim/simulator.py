"""The simulator as one thing to start and stop, for tests in the same process and for `python -m stripe_sim`."""

from __future__ import annotations

import copy
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from stripe_sim import description, due, hosted, postings, saving
from stripe_sim.account import Account
from stripe_sim.api import Api
from stripe_sim.controls import Controls
from stripe_sim.endpoints import balance, checkout_sessions, test_clocks, webhook_endpoints
from stripe_sim.endpoints import payouts as payout_days
from stripe_sim.following import Following
from stripe_sim.hands import Hands, card_form
from stripe_sim.server import Server
from stripe_sim.webhooks import BACKOFF, Sender, check_url

TICK = 0.5
"""Seconds between looks at what has become due, if nothing wakes the chores earlier."""


class Simulator(Hands, Controls):
    """A Stripe account of its own, served on 127.0.0.1.

    `webhook_secret` may be several while one replaces another. With `state`, a file, everything survives a restart.
    `posting_delay` is how many seconds after a charge its balance transaction is posted and `charge.updated` sent.
    `retry_days` are the days from one failed attempt on an invoice to the next; after the last of them the subscription is
    left as `after_retries` says: cancel, unpaid or past_due. `invoice.upcoming` is told `upcoming_days` before a renewal.
    With `payouts`, what is available is paid out once a day. Events older than `events_kept_days` cannot be asked for any more.
    With `clock`, a file, its time is the wall's and so many seconds as stand there; it cannot be advanced here then.
    """

    def __init__(
        self,
        webhook_url: str | None = None,
        webhook_secret: str | list[str] = "whsec_simulator",
        *,
        port: int = 0,
        state: str | Path | None = None,
        seed: int = 1,
        posting_delay: float = 0.5,
        backoff: tuple[float, ...] = BACKOFF,
        retry_days: tuple[float, ...] = (3, 5, 7),
        after_retries: str = "cancel",
        upcoming_days: float = 7,
        payouts: bool = False,
        events_kept_days: float | None = 30,
        clock: str | Path | None = None,
    ) -> None:
        self.seed, self.posting_delay = seed, posting_delay
        self.account = Account(description.load(), file=Path(state) if state else None, seed=seed)
        self.account.posting_delay = posting_delay
        self.account.pays_out, self.account.events_kept_days = payouts, events_kept_days
        if after_retries not in ("cancel", "unpaid", "past_due"):
            raise ValueError("after_retries is cancel, unpaid or past_due")
        self.account.retry_days, self.account.after_retries = retry_days, after_retries
        self.account.upcoming_days = upcoming_days
        self.faults = self.account.faults
        self.faults.changed = self.replan
        self.sender = Sender(self.account, self.faults, backoff)
        self.account.send = self.sender.send
        self.api = Api(self.account, self.faults, self.sender)
        self.webhook_url = webhook_url
        self.webhook_secrets = [webhook_secret] if isinstance(webhook_secret, str) else list(webhook_secret)
        self.stopping = threading.Event()
        self.woken = threading.Event()
        self.account.stir = self.woken.set
        self.server = Server(port, self)
        self.url = self.account.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.reopen()
        self.following: Following | None = None
        if clock is not None:
            self.following = Following(Path(clock), offset=self.offset, advance=self.move, settle=self.settle)

    # -- life ----------------------------------------------------------------------------------------------

    def start(self) -> Simulator:
        """Serves until `stop`. A simulator is started once."""
        for work in (self.server.serve_forever, self.do_chores):
            threading.Thread(target=work, name="stripe_sim", daemon=True).start()
        self.sender.start()
        if self.following:
            self.following.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self.woken.set()
        if self.following:
            self.following.stop()
        self.server.leave()
        self.sender.stop()
        with self.account.lock:
            self.account.store.close()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def reopen(self) -> None:
        """Makes the webhook endpoint we were given, and moves open sessions of a former run to our present address."""
        with self.account.changing():
            postings.replan(self.account)
            payout_days.begin(self.account)
            for session in self.account.store.all("checkout.session"):
                if session["status"] == "open":
                    self.account.change(session, url=f"{self.url}/c/pay/{session.id}")
            self.move_pages()
            if self.webhook_url:
                check_url(self.webhook_url, "webhook_url")
                for endpoint in self.account.store.all("webhook_endpoint"):
                    if endpoint.body.get("url") == self.webhook_url:
                        return self.account.note(endpoint, secrets=self.webhook_secrets)
                made = webhook_endpoints.make(self.account, self.webhook_url, self.webhook_secrets, ["*"])
                del made.body["secret"]

    def move_pages(self) -> None:
        """Invoices and portal sessions of a former run are shown at our present address."""
        for invoice in self.account.store.all("invoice"):
            if invoice.body.get("hosted_invoice_url"):
                self.account.change(invoice, hosted_invoice_url=f"{self.url}/i/{invoice.id}")
        for portal in self.account.store.all("billing_portal.session"):
            path = portal["url"].partition("/p/session/")[2]
            self.account.change(portal, url=f"{self.url}/p/session/{path}")

    # -- time ----------------------------------------------------------------------------------------------

    def do_chores(self) -> None:
        """What Stripe does by itself: whatever is due, and expiring sessions."""
        while not self.stopping.is_set():
            self.woken.wait(self.until_next_chore())
            self.woken.clear()
            if self.stopping.is_set():
                return
            with self.account.changing():
                checkout_sessions.close_overdue(self.account)
                due.run_until(self.account, self.account.time())

    def until_next_chore(self) -> float:
        with self.account.lock:
            times = [at for at in [due.next_at(self.account)] if at is not None]
            return max(0.0, min([TICK, *(at - self.account.time() for at in times)]))

    def advance(self, seconds: float) -> None:
        """Moves the account's clock ahead, and does what has become due by then."""
        if seconds < 0:
            raise ValueError("time does not go back")
        if self.following:
            raise ValueError(f"this clock follows {self.following.file}: time passes for all who do, or for none")
        self.move(seconds)

    def offset(self) -> float:
        """How many seconds the account is ahead of the wall."""
        return float(self.account.store.facts.get("clock_offset", 0))

    def move(self, seconds: float) -> None:
        with self.account.changing():
            due.run_until(self.account, self.account.time() + seconds)
            self.account.store.remember("clock_offset", self.offset() + seconds)
            checkout_sessions.close_overdue(self.account)
            balance.mature(self.account)
        self.woken.set()

    def settle(self, timeout: float = 60) -> bool:
        """Waits until all that is due is done, every charge posted, every test clock ready and every webhook tried. False if
        that takes too long."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            with self.account.lock:
                at = due.next_at(self.account)
                waits = postings.unposted(self.account) or test_clocks.advancing(self.account)
                done = not waits and (at is None or at > self.account.time())
            if done and self.sender.is_quiet():
                return True
            time.sleep(0.01)
        return False

    def replan(self) -> None:
        """A fault was set or lifted that may hold postings back."""
        with self.account.changing():
            postings.replan(self.account)

    # -- controls ------------------------------------------------------------------------------------------

    def pay(
        self,
        session_id: str,
        card: str = "4242424242424242",
        *,
        authenticate: bool | None = None,
        email: str = "payer@example.org",
        name: str = "Test Payer",
        expiry: str = "12/40",
        cvc: str = "123",
        bank_account: str | None = None,
    ) -> hosted.Outcome:
        """Fills in and sends the payment form, by card or from a `bank_account` such as "12-3456-7890123-00".
        `authenticate` answers the bank's question, if it asks one."""
        form = {**card_form(card, expiry, cvc, name), "email": email}
        if bank_account is not None:
            form = {"by": "nz_bank_account", "account": bank_account, "email": email, "name": name, "agreed": "yes"}
        with self.account.changing():
            session = hosted.find_session(self.account, session_id)
            if session is None:
                raise ValueError(f"there is no checkout session {session_id!r}")
            outcome = hosted.submit(self.account, session, form)
            if outcome.state == "authenticate" and authenticate is not None and session["setup_intent"]:
                return saving.answer_bank(self.account, saving.intent_of(self.account, session), passed=authenticate)
            if outcome.state == "authenticate" and authenticate is not None:
                intent = hosted.find_intent(self.account, session)
                if intent:
                    outcome = hosted.answer_bank(self.account, intent, passed=authenticate)
                else:
                    outcome = hosted.answer_saving(self.account, session, passed=authenticate)
            return outcome

    @property
    def log(self) -> deque[dict[str, Any]]:
        return self.api.log

    def events(self) -> list[dict[str, Any]]:
        """Every event, oldest first, with how its deliveries went."""
        with self.account.lock:
            events = reversed(list(self.account.store.all("event")))
            return copy.deepcopy([{**event.body, "deliveries": event.private["deliveries"]} for event in events])

    def redeliver(self, event_id: str | None = None, *, reverse: bool = False) -> int:
        """Sends one event again, or all of them, oldest first or reversed. Returns how many deliveries were queued."""
        with self.account.lock:
            ids = [event_id] if event_id else [event["id"] for event in self.events()]
            if event_id and self.account.store.find(event_id, "event") is None:
                raise ValueError(f"there is no event {event_id!r}")
            return self.sender.redeliver(ids[::-1] if reverse else ids)

    def reset(self) -> None:
        """An empty account at the wall's time, no faults. The webhook endpoint given at the start stays."""
        with self.account.lock:
            self.sender.forget()
            self.account.store.clear()
            self.faults.clear(self.seed)
            self.log.clear()
            self.reopen()
