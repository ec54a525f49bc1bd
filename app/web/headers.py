"""What every answer carries, and what every request leaves in the log: no details, no addresses with tokens in them."""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


def policy(form_action: tuple[str, ...]) -> str:
    """The content security policy: nothing inline, nothing from elsewhere; forms may lead to the checkout."""
    return (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'; "
        f"form-action 'self' {' '.join(form_action)}; base-uri 'none'; frame-ancestors 'none'"
    )


def hang(app: Flask, *, checkout_origins: tuple[str, ...], https: bool) -> None:
    standing = {
        "Content-Security-Policy": policy(checkout_origins),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if https:
        standing["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = uuid4().hex[:16]

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in standing.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Request-Id"] = g.request_id
        log.info(
            "request",
            id=g.request_id,
            method=request.method,
            door=request.endpoint or "none",
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
        return response
