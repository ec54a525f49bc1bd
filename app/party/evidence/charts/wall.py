"""All charts, A to J."""

from __future__ import annotations

from . import caps, lines, prices

CHARTS = {one.slug: one for one in sorted((*caps.CHARTS, *prices.CHARTS, *lines.CHARTS), key=lambda one: one.letter)}
