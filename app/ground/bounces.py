"""What mail servers send back (RFC 3464), read: which letter, and why. A message that is something else says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses
from uuid import UUID

from . import mail
from .ids import read_id

_CODE = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


@dataclass(frozen=True)
class Returned:
    """A letter that was not delivered: `code` is an enhanced status code (RFC 3463), 4.… for now, 5.… for good."""

    letter_id: UUID
    code: str


def read_returned(raw: bytes) -> Returned | None:
    """What a report says became of a letter of ours. None for what is no report, says that it was delivered or is still being
    tried, or is about no letter of ours.

    Which letter is told by the address the report was sent to, whose tag only we can make; where the installation has no such
    addresses, by the Message-ID of the letter that is sent back with it, an id that nobody can guess.
    """
    report = message_from_bytes(raw)
    if report.get_content_type() != "multipart/report" or report.get_param("report-type") != "delivery-status":
        return None
    code = next(_failures(report), None)
    letter_id = _letter_of(report)
    return Returned(letter_id, code) if code and letter_id else None


def _failures(report: Message) -> Iterator[str]:
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.get_payload():  # one block about the message, then one for each recipient
            if isinstance(fields, Message) and str(fields.get("Action", "")).strip().lower() == "failed":
                code = _CODE.search(str(fields.get("Status", "")))
                if code:
                    yield code[1]


def _letter_of(report: Message) -> UUID | None:
    for _, address in getaddresses([str(value) for name in _ADDRESSED for value in report.get_all(name, [])]):
        if letter_id := mail.letter_at(address):
            return letter_id
    if mail.office().bounces:
        return None  # every letter that went out has a tag: what comes without it is nobody’s
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            return _of_message_id(message_from_string(part.as_string().partition("\n\n")[2]))
        if part is not report and part.get("Message-ID") and part.get("Auto-Submitted"):
            return _of_message_id(part)
    return None


def _of_message_id(returned: Message) -> UUID | None:
    return read_id(str(returned.get("Message-ID", "")).strip().strip("<>").partition("@")[0])
