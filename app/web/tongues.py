"""Two tongues: English at `/`, te reo Māori at `/mi/`. The address alone says which: no header, no cookie, no session.

The frame of a page (header, footer, its own words) speaks the tongue of its address. The text of a page is English until
its door says otherwise: what has legal effect, and what nobody translated, is never half in another tongue.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, abort, current_app, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, refresh
from jinja2 import pass_context
from markupsafe import Markup

from .rights import ENTRY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/mi"
_UNDER = f"{PREFIX}/"
_LINK = re.compile(r'(<a [^>]*?href=")(/[^"?#]*)')
_FILE = re.compile(r"\.[a-z]+$")  # it has no tongue
PAGES = ("GET", "HEAD")
_SAID = "hustings.tongue"
# Who has one of these in the address of a page has somebody’s secret: such an address is told to nobody.
SECRETS = {"link", "key"}


class Tongue(enum.StrEnum):
    """A language as HTML names it."""

    ENGLISH = "en-NZ"
    REO = "mi"


class Tongues:
    """WSGI middleware: takes `/mi` off the front of an address and remembers it.

    Addresses that a page makes then begin with `/mi` too (SCRIPT_NAME). What a form does is done at the plain address, so
    that no tongue gets into what is kept, paid or written to somebody.
    """

    def __init__(self, app: WSGIApplication):
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(_UNDER) or path == PREFIX:
            environ = {**environ, "PATH_INFO": path[len(PREFIX) :] or "/", _SAID: Tongue.REO}
            if environ["REQUEST_METHOD"] in PAGES:
                environ["SCRIPT_NAME"] = PREFIX
        return self.app(environ, start)


def tongue() -> Tongue:
    """The tongue of the address that was asked for, and of the frame; English where nothing was asked for, as in a letter."""
    return request.environ.get(_SAID, Tongue.ENGLISH) if has_request_context() else Tongue.ENGLISH


def said_in() -> Tongue:
    """The tongue of the text: Babel’s locale."""
    locale = get_locale()
    return Tongue.REO if locale and locale.language == Tongue.REO else Tongue.ENGLISH


def say_in_reo() -> None:
    """For a door under `/mi` whose whole text is te reo: words from the catalogue and days follow, the page is marked as such,
    and the banner that says it is not translated goes. Such a page says its own words with `frame()`, which marks the English
    it falls back to. Elsewhere nothing happens: an English address never answers in te reo.
    """
    g.text_in_reo = tongue() is Tongue.REO
    refresh()


def locale() -> str:
    """Babel’s locale selector."""
    return "mi" if g.get("text_in_reo") else "en_NZ"


def local(address: str) -> str:
    """One of our own public addresses in the tongue of this page: `/policies` is `/mi/policies` on a page in te reo. An address
    of somebody else’s stays as it is."""
    ours = address.startswith("/") and not address.startswith("//")
    return PREFIX + address if ours and tongue() is Tongue.REO else address


def local_links(drawn: Markup) -> Markup:
    """The same for each link of a text that was drawn as HTML without knowing where it will stand."""

    def led(link: re.Match[str]) -> str:
        return link[0] if _FILE.search(link[2]) else link[1] + local(link[2])

    return Markup(_LINK.sub(led, str(drawn)))  # noqa: S704  it was cleaned when it was drawn


@dataclass(frozen=True)
class Addresses:
    """Where one page is, in both tongues. `listed`: its address may be told to anyone."""

    english: str
    reo: str
    here: str
    listed: bool


def addresses() -> Addresses | None:
    """Where this page is in both tongues; None if it is not a public page."""
    if not has_request_context() or request.method not in PAGES or _who() != "public":
        return None
    path = quote(request.path)
    query = request.query_string.decode("ascii", "replace")
    asked = f"{path}?{query}" if query else path
    here = local(path)
    return Addresses(asked, PREFIX + asked, here, listed=not SECRETS & set(request.view_args or ()))


def text_mark(words_in: str | None = None) -> Markup:
    """For the element around a page’s own text, or around words in some tongue: its `lang`, where that is not the page’s."""
    said = words_in or said_in()
    return Markup("") if said == tongue() else Markup(' lang="{}"').format(said)


def english_mark() -> Markup:
    """For an element whose words are English whatever the page is, such as the promoter statement."""
    return Markup(' lang="{}"').format(Tongue.ENGLISH) if tongue() is Tongue.REO else Markup("")


def hang(app: Flask) -> None:
    """Only what is public has a page under `/mi`. A member’s own is shown at its plain address; there is nothing else."""

    @app.before_request
    def only_public() -> ResponseReturnValue | None:
        if tongue() is Tongue.ENGLISH or request.endpoint is None or _who() == "public":
            return None
        if _who() == "member" and request.method in PAGES:
            return redirect(request.full_path.rstrip("?"))
        abort(404)

    # With the context, which it does not need: Jinja works out a filter of a constant once, when it compiles the template.
    app.jinja_env.filters.update(local=pass_context(lambda _, address: local(address)), local_links=local_links)
    app.jinja_env.globals.update(tongue=tongue, addresses=addresses, text_mark=text_mark, english_mark=english_mark)


def _who() -> str | None:
    """Who may enter the door that was asked for."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, ENTRY, None)
