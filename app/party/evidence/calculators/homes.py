"""C3 and C7: what a home uses and when a cap bites; and how long things take when a line is slowed down."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from ..queries import find, get
from . import formulas
from .amounts import GB, HOURS, KBITS, MB, Number, duration, fixed, ordinal, plain, printed
from .asking import Answer, Calculator, Line, Values, maybe, number
from .caps import A_GIGABYTE, A_MONTH, CAP, MOST_GB

MOST_HOURS = 240
KINDS = (
    # question, words, how it is called in a sentence, what the source calls it, and the preset
    ("sd", __("Video in standard definition"), __("the hours of standard video"), "Netflix standard definition", "0"),
    ("hd", __("Video in HD"), __("the hours of HD video"), "Netflix HD", "2"),
    ("uhd", __("Video in Ultra HD"), __("the hours of Ultra HD video"), "Netflix Ultra HD", "0"),
    ("calls", __("Video calls"), __("the hours of video calls"), "Zoom", "0"),
    ("web", __("Browsing"), __("the hours of browsing"), "Web browsing", "6"),
    ("music", __("Music"), __("the hours of music"), "Spotify", "0"),
)
RATES = {key: get("gb_per_hour", "WLD", about=about) for key, words, named, about, preset in KINDS}
AVERAGE_FIBRE = get("usage_avg_fibre_chorus", year=2025)


def _hours(key: str, words: str, named: str, preset: str) -> Number:
    rate = printed(Fraction(RATES[key].value), unit="GB")
    hint = __("Hours a day, all people together; %(rate)s an hour.", rate=rate)
    return Number(key, words, named, HOURS, "1.5", preset, MOST_HOURS, hint)


def _home_use(values: Values) -> Answer:
    cap, fixed_gb = maybe(values, "cap"), number(values, "downloads")
    spent = [(number(values, key), Fraction(RATES[key].value)) for key in RATES]
    use = formulas.home_use(fixed_gb=fixed_gb, hours_and_rates=spent, cap_gb=cap)
    shown = printed(use.gb_month, unit="GB", most_places=1) if use.gb_month < 100 else f"{fixed(use.gb_month)} GB"
    lines = [Line("gb_month", _("A month"), shown, plain(use.gb_month))]
    if use.days is None:
        sentence = (
            _("a month. There is no cap to reach.")
            if cap is None
            else _("a month. A cap of %(cap)s never bites.", cap=printed(cap, unit="GB"))
        )
    else:
        days, day = fixed(use.days, 1), ordinal(use.bites_on_day or 1)
        sentence = _("a month. A cap of %(cap)s lasts %(days)s days.", cap=printed(cap or Fraction(0), unit="GB"), days=days)
        lines += [
            Line("days", _("The cap lasts"), _("%(days)s days", days=days), plain(use.days)),
            Line("bites_on", _("In a month begun full, it bites on the"), day, str(use.bites_on_day)),
        ]
    parts = " + ".join(f"{printed(hours)} × {printed(rate)}" for hours, rate in spent if hours) or "0"
    return Answer(
        headline=shown,
        sentence=sentence,
        lines=tuple(lines),
        working=f"{printed(fixed_gb)} + ({parts}) × 30.4375 = {printed(use.gb_month, unit='GB')}",
        mine=_("My home uses"),
    )


def _home(cap: str, downloads: str = "0", **hours: str) -> dict[str, str]:
    return {key: hours.get(key, "0") for key in RATES} | {"cap": cap, "downloads": downloads}


def _average(cap: str) -> str:
    words: str = __("The average fibre home of 2025, 671 GB, on %(cap)s GB", cap=cap)
    return words


HOME_USE = Calculator(
    slug="home-use",
    title=__("What does my home use, and when does the cap bite?"),
    lead=__("Add up the hours of everybody at home on an ordinary day."),
    questions=(
        *(_hours(key, words, named, preset) for key, words, named, about, preset in KINDS),
        Number("downloads", __("Downloads and updates"), __("the downloads"), GB, "100", "0", MOST_GB, __("GB a month.")),
        CAP,
    ),
    formula=__("GB a month = downloads + the sum of hours a day × GB an hour × 30.4375; days = cap ÷ (GB a month ÷ 30.4375)"),
    assumptions=(
        A_GIGABYTE,
        A_MONTH,
        __("Video counts at the upper figure of Netflix’s settings, so it is rather too much than too little."),
        __("Calls, browsing and music rest on sources of low confidence."),
    ),
    figures=(*RATES.values(), AVERAGE_FIBRE),
    presets=(
        (__("A family on a plan of 2013, 30 GB"), _home("30", hd="2", sd="2", web="6")),
        (__("A family on a plan of 2013, 80 GB"), _home("80", hd="2", sd="2", web="6")),
        (__("A rural home today, 350 GB"), _home("350", "100", hd="4", uhd="3", calls="3", web="16")),
        (__("Somebody who uses little, 10 GB"), _home("10", sd="0.5", web="1")),
        (__("Somebody who uses little, 30 GB"), _home("30", sd="0.5", web="1")),
        *((_average(cap), _home(cap, plain(Fraction(AVERAGE_FIBRE.value)))) for cap in ("30", "80", "120", "350")),
    ),
    answer=_home_use,
    by=__("Netflix and others on data an hour; Chorus, 2025"),
    caveat=__("Video at the upper figure of its settings; calls, browsing and music rest on sources of low confidence."),
    see=("data-use",),
)


def _slow_lane(values: Values) -> Answer:
    size, speed = number(values, "size"), number(values, "speed")
    seconds = formulas.slow_lane(size, speed)
    takes = duration(seconds)
    at = _("for %(size)s at %(speed)s.", size=printed(size, unit="MB"), speed=printed(speed, unit="kbit/s"))
    lines = [Line("seconds", _("Takes"), takes, plain(seconds))]
    if seconds >= 3600:
        lines.append(Line("hours", _("In hours"), fixed(seconds / 3600, 2), plain(seconds / 3600)))
    else:
        lines.append(Line("seconds_shown", _("In seconds"), fixed(seconds, 1), plain(seconds)))
    return Answer(
        headline=takes,
        sentence=at,
        lines=tuple(lines),
        working=f"{printed(size)} × 8,000 ÷ {printed(speed)} = {fixed(seconds, 1)} s",
        mine=_("I wait"),
    )


SLOW_LANE = Calculator(
    slug="slow-lane",
    title=__("Life in the slow lane"),
    lead=__("Some plans do not charge above the cap: they slow the line down. This is how long things take then."),
    questions=(
        Number(
            "size",
            __("What you fetch"),
            __("the size"),
            MB,
            "2.5",
            "2.5",
            100_000_000,
            __("MB; “0.7 GB” is read too. An ordinary page is some 2.5 MB."),
        ),
        Number(
            "speed", __("Speed when slowed"), __("the speed"), KBITS, "64", "64", 100_000_000, __("kbit/s."), above_zero=True
        ),
    ),
    formula=__("seconds = MB × 8,000 ÷ kbit/s"),
    assumptions=(
        __("A MB is 10⁶ bytes."),
        __("Nothing else uses the line, and nothing is lost on the way: it can only be slower."),
        __("The size of a page and the slow speeds are examples, not measurements."),
    ),
    figures=tuple(find("gb_per_hour", "WLD", about="Netflix standard")),
    presets=(
        (__("A page at 64 kbit/s"), {"size": "2.5", "speed": "64"}),
        (__("A page at 256 kbit/s"), {"size": "2.5", "speed": "256"}),
        (__("An hour of video in standard definition at 256 kbit/s"), {"size": "700", "speed": "256"}),
    ),
    answer=_slow_lane,
    by=__("Netflix’s data settings; the page and the speeds are examples"),
    caveat=__("Nothing else uses the line, and nothing is lost on the way: it can only be slower."),
    see=("rural-speed",),
)
