"""What went wrong, said to programs: problem details for HTTP APIs (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, json, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

PROGRAMS = "/api/v1/"
TYPE = "application/problem+json"


def asked_by_a_program() -> bool:
    """Whether the address is one of those for programs, whatever the request accepts."""
    return request.path.startswith(PROGRAMS)


def problem(
    status: int, title: str, detail: str, *, errors: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer that says what went wrong; `errors`: sentences by parameter. It is kept by nobody."""
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps({**said, "errors": errors} if errors else said)
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, content_type=TYPE)


def of(error: HTTPException) -> Response:
    """What the framework found wrong, with the headers that belong to it: `Allow` of a 405 among them."""
    words = {
        404: (_("Not found"), _("There is nothing at this address that this key may see.")),
        405: (_("Method not allowed"), _("This address does not take that kind of request; Allow says which it takes.")),
        422: (_("Not understood"), _("Some parameters are not known here, or say something that is not possible.")),
    }
    code = error.code or 500
    title, detail = words.get(code, (error.name, _("The request was not understood.")))
    told: Mapping[str, Any] = getattr(error, "data", None) or {}
    said = told.get("messages", {})
    kept = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "retry-after", "www-authenticate")}
    return problem(code, title, detail, errors=said.get("query", said) or None, headers=kept)
