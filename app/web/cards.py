"""Pictures to pass on, 1200 × 630: one number, a chart or a result, with source, date and promoter statement in the picture.

A card is a pure function of its facts. Its address carries the hash of what it is drawn from, so a page that names it draws
nothing, and a picture that is asked for under its own hash never changes. There are only as many cards as there are claims,
charts and real examples: no address makes us sign another number. Drawing is rationed, and a bounded number is remembered.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from app.ground import paper

from .house import house
from .sending import IMMUTABLE
from .words import day

WIDTH, HEIGHT = 1200, 630
MOST_KEPT = 128  # some 15 MB
LONGEST = {"number": 60, "words": 320, "title": 220, "sub": 260, "source": 220, "party": 120, "promoter": 220, "caveat": 200,
           "example": 140, "mine": 120, "alt": 420}  # fmt: skip
SHORT = "public, max-age=300, stale-while-revalidate=86400"


@dataclass(frozen=True)
class Sign:
    """Whose picture it is: what stands at its head and its foot, and the colour of the line between."""

    party: str
    promoter: str
    accent: str


def ours() -> Sign:
    """The party’s own sign, from its settings."""
    settings = house().settings
    return Sign(settings.party_name, settings.promoter, settings.accent)


@dataclass(frozen=True)
class Card:
    """A picture that can be drawn: where it stands, the facts in it, and its words for whoever cannot see it."""

    path: str
    template: str
    facts: Mapping[str, Any]
    alt: str
    width: int = WIDTH
    height: int = HEIGHT

    @cached_property
    def hash(self) -> str:
        """Names all the picture depends on: facts, template, typesetter. Another picture has another one."""
        made_of = json.dumps([paper.edition(self.template), self.facts], sort_keys=True)
        return hashlib.sha256(made_of.encode()).hexdigest()[:20]

    @property
    def address(self) -> str:
        return f"{self.path}{'&' if '?' in self.path else '?'}h={self.hash}"

    def png(self) -> bytes:
        """Draw it: some 50 ms. The same card gives the same bytes."""
        return paper.picture(self.template, self.facts)


def card(path: str, template: str, sign: Sign, *, alt: str, **facts: Any) -> Card:
    """A card of one of our templates. Words longer than a picture can hold are cut at a word, and end with “…”."""
    said = {"party": sign.party, "promoter": sign.promoter, "accent": sign.accent, **facts}
    cut = {name: shortened(text, LONGEST[name]) if name in LONGEST else text for name, text in said.items()}
    return Card(path, f"cards/{template}", cut, shortened(alt, LONGEST["alt"]))


def claim_card(path: str, *, number: str, words: str, source: str, as_at: date, sign: Sign) -> Card:
    """One number and what it says, with where it is from and when. `path` is the door that gives it out (see `answer`)."""
    bare = _("%(source)s. Published %(day)s.", source="", day=day(as_at))  # the day is never cut off
    told = _(
        "%(source)s. Published %(day)s.",
        source=shortened(source.rstrip("."), LONGEST["source"] - len(bare)).rstrip("."),
        day=day(as_at),
    )
    return card(path, "claim", sign, alt=f"{number}: {words}", number=number, words=words, source=told)


def shortened(text: str, most: int) -> str:
    """A text in one line, cut at a word if it is longer than `most` letters."""
    text = " ".join(str(text).split())
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–") + "…"


class Busy(Exception):
    """Too much is being drawn. `seconds`: when to come back."""

    def __init__(self, seconds: int):
        self.seconds = seconds
        super().__init__(seconds)


class Drawn:
    """What has been drawn, the latest `most` of it. One picture at a time, `burst` at once and then `a_second`."""

    def __init__(
        self,
        *,
        most: int = MOST_KEPT,
        burst: int = 90,
        a_second: float = 1.0,
        patience: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.most, self.burst, self.a_second, self.patience, self.clock = most, burst, a_second, patience, clock
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._drawing = threading.Lock()
        self._left, self._at = float(burst), clock()

    def png(self, card: Card) -> bytes:
        """The picture, drawn once. Raises Busy when too many are asked for that nobody has drawn yet."""
        kept = self._kept.get(card.hash)
        if kept is not None:
            return kept
        if not self._drawing.acquire(timeout=self.patience):
            raise Busy(int(self.patience))
        try:
            kept = self._kept.get(card.hash)  # somebody else may have drawn it while we waited
            if kept is None:
                self._spend()
                kept = self._kept[card.hash] = card.png()
                while len(self._kept) > self.most:
                    self._kept.popitem(last=False)
            return kept
        finally:
            self._drawing.release()

    def _spend(self) -> None:
        now = self.clock()
        self._left = min(float(self.burst), self._left + (now - self._at) * self.a_second)
        self._at = now
        if self._left < 1:
            raise Busy(max(1, round((1 - self._left) / self.a_second)))
        self._left -= 1


DRAWN = Drawn()


def answer(card: Card) -> Response:
    """The picture: kept for a year under its own hash. Under any other, or none, it is the same picture for five minutes, so
    that an old link shows what is true now, and no two copies of this program can send a reader back and forth."""
    try:
        response = Response(DRAWN.png(card), mimetype="image/png")
    except Busy as busy:
        return Response("", 503, {"Retry-After": str(busy.seconds), "Cache-Control": "no-store"}, mimetype="text/plain")
    return hashed(response, card.hash)


def hashed(response: Response, digest: str) -> Response:
    """How long an answer is kept, by whether its address carries its hash; others may show it on their pages."""
    response.headers["Cache-Control"] = IMMUTABLE if request.args.get("h") == digest else SHORT
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
