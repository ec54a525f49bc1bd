"""The public pages: home, policies, what we hold. The same for everyone, so they read no session and no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, render_template
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
UNPAID_APPLICATION, SIGNED_IN, IDLE = 14, 30, 7


@dataclass(frozen=True)
class DuesShown:
    standard: Money
    concession: Money
    interval: str


@dataclass(frozen=True)
class Policy:
    """One question and a short answer. A figure stands with its source and its year, or does not stand."""

    slug: str
    title: str
    question: str
    figure: str
    as_at: date
    summary: tuple[str, ...]
    commitments: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...] = ()  # addresses of calculators and charts, and what they are called


@dataclass(frozen=True)
class Kept:
    """One line of the retention table: what, until when, because of what."""

    what: str
    until: str
    because: str


POLICIES = (
    Policy(
        slug="broadband-pricing",
        title="Broadband pricing",
        question="What should a home pay for a connection that does not run out?",
        figure="$75 a month bought fibre at 30 Mbps with 30 GB in 2012",
        as_at=date(2026, 11, 23),
        summary=(
            "A price means little until you know what it buys. In 2012 Orcon sold fibre at 30 Mbps down and 10 Mbps up, with "
            "30 GB a month, for $75 (NBR, “Orcon launches Crown fibre plans from $75/month”, 2012).",
            "So we will compare prices the way a bill is read: by the month, with the speed, the allowance and the year beside "
            "the amount, in dollars of one stated year, and against countries named before we look at the answer.",
            "Where New Zealand does well, the page will say so. One shop’s price in one year, as above, proves no trend.",
        ),
        commitments=(
            "Publish every price we use as a file, with the source and the day we read it.",
            "Compare like with like: same speed, same allowance, same year.",
            "Print what we got wrong, with the old number, beside the new one.",
        ),
        evidence=(
            ("/tools/price-elsewhere", "What would I pay elsewhere?"),
            ("/tools/cable-cost", "Who pays for a cable?"),
            ("/charts/against-oecd", "Chart: the entry price here and in the OECD, 2008 to 2025"),
            ("/charts/copper-price", "Chart: the wholesale price of copper, 2013 to 2016"),
            ("/charts/cost-stack", "Chart: what a $75 bill was made of in 2013"),
            ("/charts/next-gigabyte", "Chart: what the next gigabyte cost in 2012"),
        ),
    ),
    Policy(
        slug="data-caps",
        title="Data caps",
        question="Why was there ever a cap, and who still has one?",
        figure="79% of households on fixed plans without a cap in 2021",
        as_at=date(2026, 11, 23),
        summary=(
            "A cap is a limit on how much you may use in a month before the connection slows, stops or costs more. In 2021, "
            "79% of households were on unlimited fixed plans (Commerce Commission, monitoring report for 2021, published "
            "17 March 2022).",
            "That leaves about one household in five. We do not know yet how many of those chose a small plan because it suits "
            "them and how many had no other offer, and that is the question that matters.",
            "The full page will say where the cap stays: on mobile, on satellite and on the cheapest plans.",
        ),
        commitments=(
            "Find out who still has a cap without having chosen it, and publish the count.",
            "Ask that an advertised plan states its cap as large as its price.",
        ),
        evidence=(
            ("/tools/time-to-cap", "How long until it is gone?"),
            ("/tools/cap-cost", "What does the cap cost?"),
            ("/tools/home-use", "What does my home use, and when does the cap bite?"),
            ("/tools/capped-or-unlimited", "Capped or unlimited?"),
            ("/charts/cap-share", "Chart: how the cap went, 2011 to 2021"),
            ("/charts/data-use", "Chart: what a connection uses, 2010 to 2025"),
            ("/charts/forty-minutes", "Chart: the plan that lasted 40 minutes"),
        ),
    ),
)
BY_SLUG = {policy.slug: policy for policy in POLICIES}


@door.get("/")
@cached()
def home() -> ResponseReturnValue:
    fees = DUES.on(clock.today()).value.fees[Rhythm.YEARLY]
    dues = DuesShown(fees.standard, fees.concession, _("a year"))
    return render_template("web/home.html", dues=dues, policies=POLICIES)


@door.get("/policies")
@cached()
def policies() -> ResponseReturnValue:
    return render_template("web/policies.html", policies=POLICIES)


@door.get("/policies/<slug>")
@cached()
def policy(slug: str) -> ResponseReturnValue:
    found = BY_SLUG.get(slug) or abort(404)
    return render_template("web/policy.html", policy=found)


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
            _("Letters we wrote to you"),
            _("Until you leave"),
            _("So that the file of everything shows what we told you. Afterwards only its kind and day are left."),
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
