"""Papers: a pack of evidence, a declaration, a notice. Template and facts; nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.ground import clock
from app.ground.paper import typeset

Facts = Mapping[str, Any]


def pack_pdf(facts: Facts) -> bytes:
    """A pack as one paper: the party secretary’s declaration, the list, and a page of evidence for each member. The same facts
    give the same bytes."""
    made_on = date.fromisoformat(facts["made_on"])
    members = pages(facts)
    said = {
        **facts["frame"],
        "date": [made_on.year, made_on.month, made_on.day],
        "title": f"Evidence of membership, {day(facts['on'])}",
        "on": day(facts["on"]),
        "made_on": day(facts["made_on"]),
        "count": f"{len([one for one in facts['members'] if not one['gone']]):,}",
        "needed": str(facts["needed"]),
        "sentences": declared(facts),
        "secretary": facts["secretary"],
        "secretary_address": facts["secretary_address"],
        "digest": facts["digest"],
        "list": [[str(one["place"]), one["name"], one["address"], one["signed_day"]] for one in members],
        "members": members,
    }
    return typeset("registration/pack", said, made_at=clock.start_of(made_on))


def declared(facts: Facts) -> list[str]:
    """What the party secretary declares about a pack."""
    count = len([one for one in facts["members"] if not one["gone"]])
    party = facts["frame"]["party"]
    return [
        f"I am the party secretary of {party}.",
        f"Everybody listed in this paper, {count:,} in all, was a current financial member of {party} on {day(facts['on'])} "
        "and had declared that they are eligible to enrol.",
        "Each of them signed and dated the declaration that is printed on their page, and each has authorised the party to "
        "release it to the Electoral Commission.",
    ]


def pages(facts: Facts) -> list[dict[str, Any]]:
    """What the page of each member says, in rows of name and value: the same on paper and on the screen."""
    return [_member(one) for one in facts["members"]]


def _member(one: Facts) -> dict[str, Any]:
    if one["gone"]:
        return {
            "place": one["place"], "gone": True, "name": "—", "address": "forgotten since, as the member wished",
            "signed_day": "",
            "rows": [], "sentences": [], "notes": [], "digest": "", "number": str(one["number"]),
        }  # fmt: skip
    rows = [
        ["Name", one["name"]],
        ["Residential address", one["address"]],
        ["Date of birth", day(one["born_on"]) if one["born_on"] else "not held"],
        ["Member’s number", f"{one['number']:,}"],
        ["Fee received", f"{one['fee']} on {day(one['paid_on'])}"],
        ["Payment reference", ", ".join(one["references"])],
        ["About enrolling", one["answer"]],
        ["Signed, as typed", one["signature"]],
        ["Dated", _moment(one["signed_at"])],
    ]
    if one["signed_address"] != one["address"]:
        rows.insert(2, ["Address when signed", one["signed_address"]])
    return {
        "place": one["place"], "gone": False, "name": one["name"], "address": one["address"],
        "signed_day": day(one["signed_on"]),
        "rows": rows, "sentences": one["sentences"], "notes": one["notes"], "digest": one["digest"],
        "wording": one["wording"], "number": str(one["number"]),
    }  # fmt: skip


def sent_pdf(facts: Facts, *, digest: str = "", sent_on: str = "") -> bytes:
    """A declaration of a year, or a notice, to be signed: the same facts give the same bytes."""
    on = date.fromisoformat(facts["on"])
    said = {
        **facts["frame"],
        "date": [on.year, on.month, on.day],
        "title": facts["title"],
        "cites": facts["cites"],
        "sentences": facts["said"],
        "secretary": facts["secretary"],
        "secretary_address": facts["address"],
        "witness": facts["kind"] == "declaration",
        "on": day(facts["on"]),
        "sent_on": day(sent_on) if sent_on else "",
        "digest": digest,
    }
    return typeset("registration/declaration", said, made_at=clock.start_of(on))


def day(spelt: str) -> str:
    value = date.fromisoformat(spelt)
    return f"{value.day} {value:%B %Y}"


def _moment(spelt: str) -> str:
    at = datetime.fromisoformat(spelt).astimezone(clock.NEW_ZEALAND)
    return f"{at.day} {at:%B %Y}, {at:%H:%M}"
