"""The public pages: home, and what we hold. The same for everyone, so they read no session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.ground import clock
from app.law.money import Money
from app.law.nz.electoral_act import RECORDS_YEARS
from app.law.party_rules import DUES, Rhythm

from .rights import cached

door = Blueprint("web", __name__)

# How long a thing is kept, in days, as the privacy page says it. A house test holds the rooms' own rules to these.
UNPAID_APPLICATION, SIGNED_IN, IDLE, UNCONFIRMED_ENDORSEMENT, TOLD_TO_SYSTEMS = 14, 30, 7, 7, 30


@dataclass(frozen=True)
class DuesShown:
    standard: Money
    concession: Money
    interval: str


@dataclass(frozen=True)
class Card:
    """A policy on the front page: one question, and one number with its day."""

    slug: str
    title: str
    question: str
    number: str
    words: str
    as_at: date


@dataclass(frozen=True)
class Kept:
    """One line of the retention table: what, until when, because of what."""

    what: str
    until: str
    because: str


_cards: list[Callable[[], list[Card]]] = []


def list_policies_through(cards: Callable[[], list[Card]]) -> None:
    """Who knows what stands on the front page: the room of policies, introduced in `wiring`."""
    _cards[:] = [cards]


@door.get("/")
@cached()
def home() -> ResponseReturnValue:
    fees = DUES.on(clock.today()).value.fees[Rhythm.YEARLY]
    dues = DuesShown(fees.standard, fees.concession, _("a year"))
    return render_template("web/home.html", dues=dues, policies=[card for cards in _cards for card in cards()])


@door.get("/privacy")
@cached()
def privacy() -> ResponseReturnValue:
    return render_template("web/privacy.html", retention=retention(clock.today()))


def retention(on: date) -> list[Kept]:
    """What is kept, until when and because of what, as the law stands on a day."""
    records = RECORDS_YEARS.on(on)
    years = ngettext("%(num)s year", "%(num)s years", records.value)
    return [
        Kept(
            _("Your name and details"),
            _("Until you leave"),
            _("Privacy Act 2020 s 22, principle 9: not longer than they are needed."),
        ),
        Kept(
            _("The declaration you signed"),
            _("%(years)s after your membership ends", years=years),
            _("It proves to the Electoral Commission that you joined by yourself: %(cites)s.", cites=records.cites),
        ),
        Kept(
            _("Payments and the ledger"),
            _("At least %(years)s", years=years),
            _("Amounts, days and a number that stands for you, without your name: %(cites)s.", cites=records.cites),
        ),
        Kept(
            _("Donations, and who made them"),
            _("At least %(years)s", years=years),
            _("The returns to the Electoral Commission name donors above a certain sum: %(cites)s.", cites=records.cites),
        ),
        Kept(
            _("An application or a donation nobody paid for"),
            ngettext("%(num)s day", "%(num)s days", UNPAID_APPLICATION),
            _("So that you can come back to it. Then it is erased, and it never becomes a membership."),
        ),
        Kept(
            _("An endorsement nobody confirmed, with the address it was asked for"),
            ngettext("%(num)s day", "%(num)s days", UNCONFIRMED_ENDORSEMENT),
            _("So that the letter can be found. Of one that is confirmed the address is forgotten at once."),
        ),
        Kept(
            _("What you say about policies"),
            _("Until you take it back, or leave"),
            _("Comments and proposals then stay as said by nobody, because others have answered them."),
        ),
        Kept(
            _("Letters we wrote to you"),
            _("Until you leave"),
            _("So that the file of everything shows what we told you. Afterwards only its kind and day are left."),
        ),
        Kept(
            _("What an officer’s own system was told about you"),
            ngettext("%(num)s day", "%(num)s days", TOLD_TO_SYSTEMS),
            _("What changed, its day and a number, no name: so that what did not arrive can be sent again."),
        ),
        Kept(
            _("Your sign-ins"),
            _("%(most)s days, or %(idle)s without a visit", most=SIGNED_IN, idle=IDLE),
            _("So that you can see where you are signed in, and end it."),
        ),
        Kept(
            _("The log of what was done"),
            _("Until the party is wound up"),
            _("Privacy Act 2020 s 22, principle 5: it shows misuse. It holds numbers and days, no names."),
        ),
    ]
