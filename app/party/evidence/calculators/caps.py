"""C1 and C2: how long a cap lasts, and what it costs."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from ..models import Figure
from ..queries import get
from . import formulas
from .amounts import DOLLARS, GB, MBPS, Number, duration, money, percent, plain, printed
from .asking import Answer, Calculator, Line, Values, Wrong, maybe, number

MOST_GB, MOST_MBPS, MOST_PRICE = 100_000, 100_000, 10_000

A_GIGABYTE = __("A GB is 10⁹ bytes. Some providers count 1,024 MB to the GB (2.4% more); a GiB is 7.4% more.")
A_MONTH = __("A month is 365.25 ÷ 12 = 30.4375 days.")

CAP = Number(
    "cap",
    __("Data cap"),
    __("the data cap"),
    GB,
    "30",
    "30",
    MOST_GB,
    __("GB a month. “unlimited” if there is none."),
    empty="none",
)
PRICE = Number("price", __("Price of the plan"), __("the price"), DOLLARS, "75", "75", MOST_PRICE, __("Dollars a month."))
RATE = Number(
    "rate",
    __("Price of extra data"),
    __("the price of extra data"),
    DOLLARS,
    "2",
    "2",
    MOST_PRICE,
    __("Dollars for a GB, or for a block. Leave it empty if you are slowed down instead."),
    empty="absent",
)


def plan(year: int, about: str) -> Figure:
    return get("plan_price_month", year=year, about=about)


ORCON_BASE, ORCON_FAST = plan(2012, "30/10 Mbps, 30 GB"), plan(2012, "100 Mbps, 30 GB")
SPARK_CAPPED = plan(2014, "Dunedin only, 80 GB cap")
ORCON_RATE = get("overage_per_gb", year=2012)
RURAL_4G, RURAL_RATE = get("speed_download", about="4G wireless rural"), get("overage_per_gb", year=2019)
ATT_CAP, ATT_BLOCK = get("cap", "USA", 2011, "AT&T"), get("overage_block", "USA")


def said(figure: Figure) -> str:
    return plain(Fraction(figure.value))


def _time_to_cap(values: Values) -> Answer:
    cap, speed = maybe(values, "cap"), number(values, "speed")
    if cap is None:
        nothing = _("Without a cap there is nothing to use up.")
        return Answer(_("Never"), nothing, (), _("No cap, no sum."), mine=_("My data runs out"))
    gone = formulas.time_to_cap(cap, speed)
    lasts, share = duration(gone.seconds), percent(gone.share, 3)
    size, fast = printed(cap, unit="GB"), printed(speed, unit="Mbps")
    return Answer(
        headline=lasts,
        sentence=_(
            "of full use, and %(cap)s at %(speed)s is gone. That is %(share)s of a month.", cap=size, speed=fast, share=share
        ),
        lines=(
            Line("seconds", _("Lasts at full speed"), lasts, plain(gone.seconds)),
            Line("share_of_month", _("As a share of the month"), share, plain(gone.share)),
        ),
        working=f"{printed(cap)} × 8,000 ÷ {printed(speed)} = {printed(gone.seconds)} s = {lasts}; ÷ 730.5 h = {share}",
        mine=_("My cap lasts"),
    )


TIME_TO_CAP = Calculator(
    slug="time-to-cap",
    title=__("How long until it is gone?"),
    lead=__("A cap and a speed sold together: how long could you use the speed before the cap ends it?"),
    questions=(
        CAP,
        Number(
            "speed", __("Speed"), __("the speed"), MBPS, "100", "100", MOST_MBPS, __("Mbps, as advertised."), above_zero=True
        ),
    ),
    formula=__("hours = cap in GB × 8,000 ÷ speed in Mbps ÷ 3,600; share = hours ÷ 730.5"),
    assumptions=(
        A_GIGABYTE,
        __("A month is 730.5 hours."),
        __("The line runs at its advertised speed all the time. Nobody uses it so; it shows how the two numbers fit."),
    ),
    figures=(ORCON_FAST, ORCON_BASE, SPARK_CAPPED, RURAL_4G),
    presets=(
        (__("Orcon fibre 2012, 100 Mbps"), {"cap": "30", "speed": "100"}),
        (__("Orcon fibre 2012, 30 Mbps"), {"cap": "30", "speed": "30"}),
        (__("Spark gigabit 2014, Dunedin"), {"cap": "80", "speed": "1000"}),
        (__("Rural 4G 2023 at its average speed, 120 GB"), {"cap": "120", "speed": said(RURAL_4G)}),
    ),
    answer=_time_to_cap,
    by=__("NBR, 2012; Otago Daily Times, 2014; Commerce Commission, 2023"),
    caveat=__("At full speed all the time. Nobody uses a line so; it shows how the cap and the speed fit."),
    see=("forty-minutes",),
)


def _cap_cost(values: Values) -> Answer:
    price, cap, used, rate = number(values, "price"), maybe(values, "cap"), number(values, "used"), maybe(values, "rate")
    block = maybe(values, "block")
    if block is not None and rate is None:
        raise Wrong("rate", _("Enter what a block costs as a number, like 10."))
    due = formulas.bill(price=price, cap_gb=cap, used_gb=used, rate=rate or Fraction(0), block_gb=block)
    lines = [
        Line("bill", _("The bill"), money(due.total), plain(due.total)),
        Line("over_gb", _("Used above the cap"), printed(due.over_gb, unit="GB"), plain(due.over_gb)),
        Line("extra", _("What that cost"), money(due.extra), plain(due.extra)),
    ]
    if block is not None:
        lines.insert(2, Line("blocks", _("Blocks begun"), str(due.blocks), str(due.blocks)))
    if due.per_gb is not None:
        lines.append(Line("per_gb", _("For each GB you used"), money(due.per_gb), plain(due.per_gb)))
    if cap:
        lines.append(
            Line("per_gb_at_cap", _("For each GB, had you used exactly the cap"), money(price / cap), plain(price / cap))
        )
    notes = []
    if due.over_gb and rate is None:
        notes.append(
            _("You are slowed down instead of charged, so the bill stays the price. What slow means: “Life in the slow lane”.")
        )
    if due.extra and not price:
        sentence = _("for what you used above the cap.")
    elif due.extra:
        sentence = _("%(extra)s of it for what you used above the cap.", extra=money(due.extra))
    elif due.over_gb:
        sentence = _("The price of the plan; above the cap you are slowed down.")
    else:
        sentence = _("The price of the plan: you stayed within it.")
    units = printed(Fraction(due.blocks), unit=_("blocks")) if block is not None else printed(due.over_gb, unit="GB")
    each = printed(rate or Fraction(0), unit="$")
    return Answer(
        headline=money(due.total),
        sentence=sentence,
        lines=tuple(lines),
        working=f"{printed(price, unit='$')} + {units} × {each} = {money(due.total)}",
        mine=_("My month costs") if price else _("Above the cap I pay"),
        notes=tuple(notes),
    )


CAP_COST = Calculator(
    slug="cap-cost",
    title=__("What does the cap cost?"),
    lead=__("The bill of a month in which you use more than the plan allows."),
    questions=(
        PRICE,
        CAP,
        Number("used", __("What you use"), __("what you use"), GB, "45", "45", MOST_GB, __("GB in the month.")),
        RATE,
        Number(
            "block",
            __("Sold in blocks of"),
            __("the block"),
            GB,
            "50",
            "",
            MOST_GB,
            __("GB. Leave it empty if extra data is charged by the GB."),
            above_zero=True,
            empty="absent",
        ),
    ),
    formula=__("bill = price + GB above the cap × price of a GB; or price + blocks begun × price of a block"),
    assumptions=(
        A_GIGABYTE,
        __("A block begun is paid in full."),
        __("Where the price of extra data is left empty you are slowed down, and the bill is the price."),
    ),
    figures=(ORCON_BASE, ORCON_RATE, ATT_CAP, ATT_BLOCK, RURAL_RATE),
    presets=(
        (
            __("Orcon fibre 2012, 45 GB used"),
            {"price": said(ORCON_BASE), "cap": "30", "used": "45", "rate": said(ORCON_RATE), "block": ""},
        ),
        (
            __("Orcon fibre 2012, 90 GB used"),
            {"price": said(ORCON_BASE), "cap": "30", "used": "90", "rate": said(ORCON_RATE), "block": ""},
        ),
        (
            __("AT&T 2011, what the blocks add at 230 GB (US$)"),
            {"price": "0", "cap": said(ATT_CAP), "used": "230", "rate": said(ATT_BLOCK), "block": "50"},
        ),
        (
            __("AT&T 2011, what two blocks add at exactly 250 GB (US$)"),
            {"price": "0", "cap": said(ATT_CAP), "used": "250", "rate": said(ATT_BLOCK), "block": "50"},
        ),
        (
            __("Composite: an assumed rural plan of $84, with Wireless Nation’s undated rate"),
            {"price": "84", "cap": "120", "used": "140", "rate": said(RURAL_RATE), "block": ""},
        ),
    ),
    answer=_cap_cost,
    by=__("NBR, 2012; Ars Technica, 2011; Wireless Nation, undated"),
    caveat=__("The bill of one month. What is used above the cap is an example."),
    see=("next-gigabyte",),
)
