"""The frame of every page, and the headers it is sent with."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlsplit

BANNER = "SIMULATOR — no money moves"


@dataclass
class HtmlPage:
    status: int
    html: str
    headers: dict[str, str] = field(default_factory=dict)


def page(title: str, content: str, *, status: int = 200, leads_to: str | None = None, wide: bool = False) -> HtmlPage:
    """`leads_to` is the merchant's address a form of this page may be redirected to: browsers hold redirects to
    form-action too."""
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/sim.css">
</head>
<body>
<header class="banner">{BANNER}</header>
<main{' class="wide"' if wide else ""}>
<h1>{escape(title)}</h1>
{content}
</main>
</body>
</html>
"""
    return HtmlPage(status, html, security_headers(leads_to))


def security_headers(leads_to: str | None) -> dict[str, str]:
    form_action = " ".join(["'self'", *([origin(leads_to)] if leads_to else [])])
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {form_action}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def redirect(url: str) -> HtmlPage:
    return HtmlPage(303, "", {"Location": url, **security_headers(url)})


def link(url: str | None, words: str) -> str:
    return f'<p><a href="{escape(url)}">{escape(words)}</a></p>' if url else ""
