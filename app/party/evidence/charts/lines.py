"""Charts F and G: what the cables can carry, and how fast the lines outside the towns are."""

from __future__ import annotations

from ..models import Figure
from ..queries import find, get
from .chart import Chart, uncertain
from .kinds import Dots, Row

CABLES = (
    # words of the file, how it is named, whether it is more than lit capacity (hollow: promised, not measured)
    ("used as Pacific Fibre comparison", "Southern Cross, lit 2010", False),
    ("lit (after 8th upgrade)", "Southern Cross, lit 2013", False),
    ("lit or spoken for", "Southern Cross, lit or sold 2016", False),
    ("potential", "Southern Cross, potential 2013 (at least)", True),
    ("Pacific Fibre design", "Pacific Fibre, design 2012 (never built)", True),
    ("Hawaiki design", "Hawaiki, design 2018", True),
    ("Southern Cross NEXT", "Southern Cross NEXT, design 2022", True),
)


def _cables() -> Chart:
    found = [(get("cable_capacity", about=words), name, promised) for words, name, promised in CABLES]
    return Chart(
        letter="F",
        slug="cable-capacity",
        title="Two cables laid since 2018 were designed for more than fifty times what was lit in 2013",
        sub="Capacity of cables between New Zealand and the world, terabits a second, 2010 to 2022; the scale is logarithmic",
        alt="Dot chart on a logarithmic scale: capacity of seven cables or states of a cable",
        desc="; ".join(f"{name}: {one.value} Tbps" for one, name, promised in found) + ".",
        kinds=(
            Dots(
                tuple(
                    Row(
                        name,
                        float(one.value),
                        f"{one.value}",
                        0 if "NEXT" in name or "Hawaiki" in name else 1,
                        promised or uncertain(one),
                    )
                    for one, name, promised in found
                ),
                (1, 10, 100),
                "Tbps; each step is ten times the last. Hollow: designed or promised, not lit",
                log=True,
            ),
        ),
        columns=("Cable", "Tbps", "Trust"),
        rows=tuple((name, str(one.value), one.confidence.value) for one, name, promised in found),
        figures=tuple(one for one, name, promised in found),
        caveat=(
            "Lit capacity is what carries traffic; design capacity is what a cable could carry with all equipment in place. "
            "They do not compare one to one."
        ),
        by="Press reports on each cable, 2010 to 2022",
    )


SPEEDS = (
    ("MBNZ ADSL average", "ADSL", False),
    ("MBNZ 4G wireless rural", "4G wireless, rural", True),
    ("MBNZ VDSL rural", "VDSL, rural", True),
    ("MBNZ 4G wireless urban", "4G wireless, urban", False),
    ("MBNZ Starlink", "Starlink, peak hour (more than)", True),
    ("MBNZ Fibre 300", "Fibre 300, urban, 2022", False),
)


def _speeds() -> Chart:
    found: list[tuple[Figure, str, bool]] = [(get("speed_download", about=words), name, rural) for words, name, rural in SPEEDS]
    left_out = find("speed_download", about="Fibre Max")
    return Chart(
        letter="G",
        slug="rural-speed",
        title="Outside the towns a line is about a tenth as fast as town fibre, unless it comes from space",
        sub="Average download speed measured by the regulator’s programme, New Zealand, 2022 and 2023, Mbps",
        alt="Dot chart: average download speed of six kinds of connection",
        desc="; ".join(f"{name}: {one.value} Mbps" for one, name, rural in found) + ".",
        kinds=(
            Dots(
                tuple(
                    Row(name, float(one.value), f"{one.value}", 0 if rural else 1, "more than" in name)
                    for one, name, rural in found
                ),
                (0, 100, 200, 300),
                "Mbps. ● rural, ■ other; hollow: a lower bound",
            ),
        ),
        columns=("Connection", "Mbps", "Trust"),
        rows=tuple((name, str(one.value), one.confidence.value) for one, name, rural in found),
        figures=tuple(one for one, name, rural in found),
        caveat=(
            f"Starlink’s figure is a lower bound at peak hours. Fibre Max, at {left_out[0].value} Mbps, is left out: we trust "
            "that figure little, and it would push the others together."
        ),
        by="Commerce Commission, Measuring Broadband New Zealand, 2022 and 2023",
    )


CHARTS = (_cables(), _speeds())
