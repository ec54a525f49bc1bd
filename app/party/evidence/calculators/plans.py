"""C4: from what use on a plan without a cap is the cheaper one."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from ..models import Figure
from ..queries import get
from . import formulas
from .amounts import DOLLARS, GB, Number, money, plain, printed
from .asking import Answer, Calculator, Line, Values, maybe, number
from .caps import A_GIGABYTE, MOST_GB, MOST_PRICE, ORCON_RATE, SPARK_CAPPED, plan, said

SPARK_OPEN = plan(2014, "Dunedin only, unlimited")
TELECOM_CAPPED, TELECOM_OPEN = plan(2013, "30 Mbps, 50 GB"), plan(2014, "Telecom unlimited, ADSL")
SLINGSHOT_OPEN = plan(2014, "after the May 2014 cut")
XNET_RATE = get("overage_per_gb", year=2014)


def _capped_or_unlimited(values: Values) -> Answer:
    capped, cap = number(values, "capped"), number(values, "cap")
    rate, unlimited, used = number(values, "rate"), number(values, "unlimited"), maybe(values, "used")
    even = formulas.break_even(capped=capped, cap_gb=cap, rate=rate, unlimited=unlimited)
    lines: list[Line] = []
    mine = _("The plan without a cap wins")
    if even is None:
        headline, sentence = _("Never"), _("Extra data is free, so the plan without a cap cannot pay for itself.")
        working = _("The price of extra data is 0: there is no amount at which the bills meet.")
    elif even == 0:
        headline, sentence = _("Always"), _("The plan without a cap is not the dearer one: it wins whatever you use.")
        working = f"{printed(unlimited, unit='$')} ≤ {printed(capped, unit='$')}"
        lines.append(Line("break_even_gb", _("Break-even"), "0 GB", "0"))
    else:
        mine, headline = _("Without a cap is cheaper from"), printed(even, unit="GB", most_places=1)
        sentence = _("a month. Use more, and the plan without a cap is cheaper; use less, and the capped one is.")
        working = f"{printed(cap)} + ({printed(unlimited)} − {printed(capped)}) ÷ {printed(rate)} = {headline}"
        lines.append(Line("break_even_gb", _("Break-even"), headline, plain(even)))
    if used is not None:
        mine = formulas.bill(price=capped, cap_gb=cap, used_gb=used, rate=rate, block_gb=None).total
        lines += [
            Line("capped_bill", _("Your bill with the cap"), money(mine), plain(mine)),
            Line("unlimited_bill", _("Your bill without"), money(unlimited), plain(unlimited)),
        ]
    return Answer(headline, sentence, tuple(lines), working, mine)


def _pair(capped: Figure, cap: str, rate: Figure, unlimited: Figure) -> Mapping[str, str]:
    return {"capped": said(capped), "cap": cap, "rate": said(rate), "unlimited": said(unlimited), "used": ""}


CAPPED_OR_UNLIMITED = Calculator(
    slug="capped-or-unlimited",
    title=__("Capped or unlimited?"),
    lead=__("From what use on is the plan without a cap the cheaper one?"),
    questions=(
        Number(
            "capped",
            __("Price of the capped plan"),
            __("the price of the capped plan"),
            DOLLARS,
            "95",
            "95",
            MOST_PRICE,
            __("Dollars a month."),
        ),
        Number("cap", __("Its cap"), __("the cap"), GB, "50", "50", MOST_GB, __("GB a month.")),
        Number(
            "rate",
            __("Price of extra data"),
            __("the price of extra data"),
            DOLLARS,
            "2",
            "2",
            MOST_PRICE,
            __("Dollars for a GB."),
        ),
        Number(
            "unlimited",
            __("Price of the plan without a cap"),
            __("the price of the plan without a cap"),
            DOLLARS,
            "109",
            "109",
            MOST_PRICE,
            __("Dollars a month."),
        ),
        Number(
            "used",
            __("What you use"),
            __("what you use"),
            GB,
            "60",
            "",
            MOST_GB,
            __("GB in the month, to see both bills."),
            empty="absent",
        ),
    ),
    formula=__(
        "break-even in GB = cap + (price without a cap − price with) ÷ price of a GB; 0 if the one without is not dearer"
    ),
    assumptions=(
        A_GIGABYTE,
        __("Both plans are alike but for the cap: same speed, same line."),
        __("Orcon’s $2 for a GB stands in for Telecom’s, Spark’s and Slingshot’s prices of extra data, which were not found."),
    ),
    figures=(TELECOM_CAPPED, TELECOM_OPEN, SPARK_CAPPED, SPARK_OPEN, SLINGSHOT_OPEN, ORCON_RATE, XNET_RATE),
    presets=(
        (__("Telecom 50 GB (2013) or unlimited (2014)"), _pair(TELECOM_CAPPED, "50", ORCON_RATE, TELECOM_OPEN)),
        (__("Spark gigabit, Dunedin (2014)"), _pair(SPARK_CAPPED, "80", ORCON_RATE, SPARK_OPEN)),
        (__("Spark gigabit, Dunedin (2014), at Xnet’s price of a GB"), _pair(SPARK_CAPPED, "80", XNET_RATE, SPARK_OPEN)),
        (__("Telecom 50 GB (2013) or Slingshot unlimited (2014)"), _pair(TELECOM_CAPPED, "50", ORCON_RATE, SLINGSHOT_OPEN)),
    ),
    answer=_capped_or_unlimited,
    by=__("NBR, 2012 and 2013; Stuff, Otago Daily Times and NZ Herald, 2014; Xnet, 2014"),
    caveat=__("The price of a GB above the cap is assumed: Orcon’s of 2012, or Xnet’s of 2014."),
    see=("next-gigabyte", "cap-share"),
)
