"""Members who stay: each joins and pays in a way of their own, then does with their dues what people do, by the doors.

What a door acknowledged is kept in `promised`, to be held against the rows at the end.
"""

from __future__ import annotations

import http.client
import itertools
import random
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.cookiejar import CookieJar
from typing import Any
from uuid import uuid4

import psycopg

from app.ground.seal import Seal
from app.ground.settings import read
from app.party.joining.rules import KEPT
from tests.walk import hidden

from .running import GONE, Answer, Installation, Joiner, _Stay, until

GOOD, ASKS_ON_SETUP = "4242424242424242", "4000002500003155"
DECLINED, NO_FUNDS, FAILS_LATER = "4000000000000002", "4000000000009995", "4000000000000341"
BANK_PAYS, BANK_REFUSES = "12-3456-7890123-00", "12-3456-7890123-02"
# How somebody pays: how often, by itself or not, with what one after another; and how many of a hundred do.
WAYS = (
    (24, {"rhythm": "monthly", "renews": "y"}, (GOOD,)),
    (10, {"rhythm": "monthly", "renews": "y"}, (NO_FUNDS, GOOD)),
    (14, {"rhythm": "yearly", "renews": "y"}, (GOOD,)),
    (6, {"rhythm": "yearly", "renews": "y", "above": "12.50"}, (DECLINED, ASKS_ON_SETUP)),
    (4, {"rhythm": "three-yearly", "renews": "y"}, (GOOD,)),
    (12, {"rhythm": "yearly"}, (GOOD,)),
    (8, {"rhythm": "monthly", "dues": "concession", "above": "5"}, (DECLINED, GOOD)),
    (8, {"rhythm": "yearly"}, (BANK_PAYS,)),
    (8, {"rhythm": "monthly", "renews": "y"}, (BANK_PAYS,)),
    (6, {"rhythm": "yearly"}, (BANK_REFUSES,)),
)
_addresses = itertools.count(2)
_MEMBERSHIP = "select membership_id from declarations where id = %(key)s"
# What a page of the provider that was paid, or agreed at, has come to.
_DONE = """select (select count(*) from payments where checkout_id = %(page)s and told_at is not null)
                + (select count(*) from renewals where checkout_id = %(page)s and started_at is not null)"""
# An application that nobody paid for is kept for as long as its letters say, in the house's time, and then forgotten.
_APPLIED = f"""select (select count(*) from applications where id = %(key)s)
                    + (select count(*) from declarations where id = %(key)s)
                    + (select count(*) from (select min(begun_at) as applied, max(settled_at) as paid
                                               from payments where purpose_id = %(key)s) p
                        where paid is null and applied < %(now)s - interval '{KEPT.days} days'
                          and not exists (select 1 from applications where id = %(key)s))"""
_CHOSEN = f"from dues_plans where membership_id = ({_MEMBERSHIP}) order by id desc limit 1"


class _From(urllib.request.HTTPHandler):
    """Everybody comes from an address of their own: the limits for one address are for one address."""

    def __init__(self) -> None:
        super().__init__()
        number = next(_addresses)
        self.address = f"127.0.{number >> 8}.{number & 255}"

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(http.client.HTTPConnection, req, source_address=(self.address, 0))


class Member(Joiner):
    """`luck` decides how they pay, and what they do."""

    def __init__(self, site: Installation, name: str, luck: random.Random):
        super().__init__(site, name)
        self.opener = urllib.request.build_opener(_Stay, _From(), urllib.request.HTTPCookieProcessor(CookieJar()))
        self.luck = luck
        _, self.chosen, self.pays_with = luck.choices(WAYS, [way[0] for way in WAYS])[0]
        self.busy = threading.Lock()
        self.promised: list[tuple[str, str, dict[str, Any]]] = []

    # -- joining -------------------------------------------------------------------------------------------

    def join(self) -> None:
        """From the form to the thanks; by a bank account to the form sent, for that takes days."""
        self.open_form()
        self.form |= self.chosen
        self.send()
        self.promise("applied", _APPLIED)
        if self.pay_at(self.checkout, *self.pays_with) == "paid":
            self.promise("paid and admitted", "select count(*) from declarations where id = %(key)s")
            self.come_back()

    def pay_at(self, checkout: str, *means: str) -> str:
        """Fill in the page of the provider, with one card after another until one is taken. How it ended."""
        for mean in means:
            given = {"bank_account": mean} if "-" in mean else {"card": mean, "authenticate": True}
            state = self.site.control(f"pay/{checkout}", **given)["state"]
            assert state in ("paid", "processing", "saved", "declined", "closed"), state
            if state in ("paid", "saved"):
                self.promise(state, _DONE, page=checkout)
            if state == "closed":  # done already, and the answer got lost
                return "processing" if "-" in mean else "paid"
            if state != "declined":
                return state
        raise AssertionError("no card was taken")

    def promise(self, what: str, question: str, **values: Any) -> None:
        """Something was acknowledged: `question` must be answered with one, now and ever after."""
        self.promised.append((f"{self.name}: {what}", question, {"key": self.form["key"], **values}))

    # -- being a member ------------------------------------------------------------------------------------

    def ask_rows(self, question: str, **values: Any) -> Any:
        """One value of the rows, as soon as the database answers. None where there is no row."""

        def once() -> list[Any] | None:
            with suppress(psycopg.OperationalError), self.site.owner() as connection:
                row = connection.execute(question, {"key": self.form["key"], **values}).fetchone()
                return [row[0] if row else None]
            return None

        return until(once, about="an answer of the database")[0]

    @property
    def membership(self) -> Any:
        return self.ask_rows(_MEMBERSHIP)

    @property
    def dues(self) -> str:
        """The page of their dues, at the link that their letters lead to."""
        settings = read(self.site.env)
        known = self.ask_rows("select email_index from people p join declarations d on d.person_id = p.id where d.id = %(key)s")
        secret = Seal(settings.seal_keys, index_key=settings.index_key).token(f"dues:{known.hex()}", self.membership)
        return f"/dues/{self.membership}.{secret}"

    def press(self, button: str, **form: str) -> Answer:
        """Press a button of that page until it answers."""
        page = self.insist(self.dues).text
        return self.insist(f"{self.dues}/{button}", {"csrf_token": hidden(page, "csrf_token"), **form})

    def stop(self) -> None:
        if self.press("stop").status == 303:
            self.promise(
                "stopped",
                f"""select case when count(*) = 0 then 1 else 0 end from renewals
                    where purpose = 'dues' and purpose_id = ({_MEMBERSHIP})
                      and started_at is not null and stop_wanted_at is null and ended_at is null""",
            )

    def choose_concession(self) -> None:
        """The same rhythm at the lower rate: no day moves."""
        if self.chosen.get("dues") != "concession" and self._choose(self.chosen["rhythm"], "concession"):
            self.promise("chose", f"select (rate = 'concession')::int {_CHOSEN}")
            self.chosen = {**self.chosen, "dues": "concession"}

    def _choose(self, rhythm: str, rate: str) -> bool:
        """Whether it was acknowledged: who has lapsed meanwhile chooses nothing any more."""
        return self.press("plan", rhythm=rhythm, rate=rate).status == 303

    def choose_yearly(self) -> None:
        if self.chosen["rhythm"] == "monthly" and self._choose("yearly", self.chosen.get("dues", "standard")):
            self.promise("chose", f"select (rhythm = 'yearly')::int {_CHOSEN}")
            self.chosen = {**self.chosen, "rhythm": "yearly"}

    def give_card(self, card: str = FAILS_LATER) -> None:
        """Another card at the provider’s portal; by itself one that is refused when it is next charged."""
        to = self.press("card").location
        if "/p/session/" in to:
            portal = to.partition("/p/session/")[2].partition("/")[0]
            self.attempt(f"portal_update_card/{portal}", card=card, authenticate=True)

    def renew_later(self) -> None:
        """Agree that dues are taken by themselves when what is paid for ends. Refused while that is too soon or too far."""
        if "renews" in self.chosen:
            return
        answer = self.press("renew")
        if answer.status == 303 and answer.location.startswith(self.site.simulator):
            self.pay_at(answer.location.rsplit("/", 1)[1], GOOD)

    def settle(self) -> None:
        """Pay what is owed, if anything is."""
        to = self.press("pay").location
        if to.startswith(f"{self.site.simulator}/c/pay/"):
            self.pay_at(to.rsplit("/", 1)[1], GOOD)

    # -- what others do about their money ------------------------------------------------------------------

    def attempt(self, path: str, **given: Any) -> dict[str, Any] | None:
        """Ask the simulator once. None where it would not, or was not there: whether it was done is then not known."""
        try:
            return self.site.control_once(path, **given)
        except GONE:
            return None

    def a_payment(self) -> tuple[Any, str, int] | None:
        """One of their payments that came through the provider: its id, its name there, its cents."""
        found = self.ask_rows(
            f"""select json_build_array(id, intent_id, cents) from payments
                where purpose_id in (%(key)s, ({_MEMBERSHIP})) and settled_at is not null and intent_id is not null
                order by random() limit 1"""
        )
        return tuple(found) if found else None

    def mend(self) -> None:
        """Settle a charge that failed, at the page the dues lead to."""
        failing = (
            f"select failing_invoice_id from renewals where purpose_id = ({_MEMBERSHIP}) and failing_invoice_id is not null"
        )
        if invoice := self.ask_rows(failing):
            page = self.insist(self.dues).text
            with suppress(*GONE):
                self.ask(f"{self.dues}/pay", {"csrf_token": hidden(page, "csrf_token")})
            self.attempt(f"pay_invoice/{invoice}", card=GOOD, authenticate=True)

    def be_refunded(self) -> None:
        """In the provider’s dashboard: all, or a part."""
        if paid := self.a_payment():
            part = self.luck.choice((None, paid[2] // 2))
            self.attempt("do/refund", payment=paid[1], **({"amount": part} if part else {}))

    def wish_back(self) -> None:
        """By an officer, in a process of its own that may be run again."""
        if not (paid := self.a_payment()):
            return
        key, cents = str(uuid4()), str(self.luck.choice((paid[2], paid[2] // 2)))

        def once() -> str:
            command = [sys.executable, "-m", "tests.faults.wish_refund", str(paid[0]), cents, key]
            done = subprocess.run(command, env=self.site.env, capture_output=True, text=True)
            return done.stdout.strip() if done.returncode == 0 else ""

        if until(once, about="a wish for money back") == "wished":
            self.promise(
                "wished",
                "select count(*) from refunds where id = %(wish)s and (made_at is not null or failed_at is not null)",
                wish=key,
            )

    def dispute(self) -> None:
        """They ask their bank for the money back; mostly it decides soon."""
        if paid := self.a_payment():
            made = self.attempt("do/dispute", payment=paid[1])
            if made and self.luck.random() < 0.7:
                self.attempt("do/decide", dispute_id=made["id"], won=self.luck.random() < 0.5)

    def give_good_card(self) -> None:
        self.give_card(GOOD)

    @property
    def at_once(self) -> list[Callable[[], None]]:
        """What they may do in the days after joining."""
        return [self.stop, self.choose_concession, self.choose_yearly, self.renew_later, self.be_refunded, self.settle]

    @property
    def later(self) -> list[Callable[[], None]]:
        """What they may do as months pass: nothing that opens a checkout, for its page would be overdue at the next step."""
        fate = [self.stop, self.choose_concession, self.wish_back, self.dispute]
        return [*fate, self.give_card, self.give_card, self.give_good_card, self.mend, self.mend, self.be_refunded]
