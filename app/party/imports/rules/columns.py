"""What the columns of a file are: guessed from their headings, for our own export, CiviCRM, NationBuilder, Action Network, or
whatever a spreadsheet calls them. An officer sees the guess and may change it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

OURS, CIVICRM, NATIONBUILDER, ACTION_NETWORK, OTHER = "ours", "civicrm", "nationbuilder", "action_network", "other"
SYSTEMS = {
    OURS: "our own export",
    CIVICRM: "an export of CiviCRM",
    NATIONBUILDER: "an export of NationBuilder",
    ACTION_NETWORK: "an export of Action Network",
    OTHER: "a file of another kind",
}
AMERICAN = (NATIONBUILDER, ACTION_NETWORK)  # which write the month first

# Exactly these, in this order: what we export we can import again.
OUR_COLUMNS = (
    "person", "number", "name", "email", "phone", "address", "born_on", "can_enrol", "standing", "since", "dues_unpaid_from",
    "electorate_set", "electorate", "branch", "consents", "last_gave_on", "tags",
)  # fmt: skip

ROWS = "# rows: "  # how the last line of our own export begins

# What a column can be said to be, in the order of the list.
FIELDS = {
    "name": "Full name",
    "first": "Name: first",
    "middle": "Name: middle",
    "last": "Name: last",
    "email": "Email",
    "phone": "Phone",
    "phone2": "Phone, where there is no other",
    "address": "Address, whole",
    "street": "Address: street",
    "street2": "Address: second line",
    "city": "Address: town",
    "postcode": "Address: postcode",
    "born_on": "Date of birth",
    "can_enrol": "Can enrol to vote (yes, no, unsure)",
    "electorate": "Electorate, by its code",
    "electorate_set": "Set of electorates",
    "tags": "Tags, with commas or semicolons between them",
    "consents": "What they allow, as we export it",
    "opt_in": "Lets the party write with news",
    "opt_out": "Must not be written to",
    "kind": "Whether it is a person (of an organisation nobody is made)",
    "person": "Our own id of them",
}
PASSED_OVER = ""
MANY = ("opt_out",)  # any of several columns says so

_FOLLOWS = "It follows from what happened here: joining, paying, giving. A file cannot say it."
# Headings of ours, or often met, that are not taken, and why.
NOT_TAKEN = {
    "number": "A member’s number is given here, when somebody signs.",
    "standing": f"{_FOLLOWS} A membership needs a signed application (Electoral Act 1993 s 3(1)).",
    "since": _FOLLOWS,
    "dues unpaid from": _FOLLOWS,
    "last gave on": _FOLLOWS,
    "branch": "It follows from the electorate, or the party secretary says it.",
    "membership type": "A membership needs a signed application (Electoral Act 1993 s 3(1)): invite them to sign.",
    "membership status": "A membership needs a signed application (Electoral Act 1993 s 3(1)): invite them to sign.",
    "support level": "What another system thought of somebody is not taken over.",
    "donations amount": "Money is recorded with its own papers, not by a list.",
    "donations count": "Money is recorded with its own papers, not by a list.",
}

_BY_SYSTEM: Mapping[str, Mapping[str, str]] = {
    OURS: {name: name for name in OUR_COLUMNS if name in FIELDS},
    CIVICRM: {
        "contact type": "kind",
        "first name": "first", "middle name": "middle", "last name": "last", "email": "email", "phone": "phone",
        "mobile": "phone2", "street address": "street", "supplemental address 1": "street2", "city": "city",
        "postal code": "postcode", "birth date": "born_on", "do not email": "opt_out",
        "no bulk emails user opt out": "opt_out", "is opt out": "opt_out", "tag s": "tags",
    },
    NATIONBUILDER: {
        "signup type": "kind",
        "first name": "first", "middle name": "middle", "last name": "last", "full name": "name", "email": "email",
        "email1": "email", "mobile number": "phone", "phone number": "phone2", "primary address1": "street",
        "primary address2": "street2", "primary city": "city", "primary zip": "postcode", "born at": "born_on",
        "birthdate": "born_on", "email opt in": "opt_in", "do not contact": "opt_out",
        "unsubscribed": "opt_out", "tag list": "tags",
    },
    ACTION_NETWORK: {
        "first name": "first", "last name": "last", "email": "email", "can2 phone": "phone", "phone": "phone2",
        "can2 user address": "street", "can2 user city": "city", "city": "city", "zip code": "postcode",
        "can2 subscription status": "opt_in", "subscription status": "opt_in", "can2 user tags": "tags",
    },
    OTHER: {},
}  # fmt: skip

# What people call columns, whatever made them.
_ANYHOW: Mapping[str, str] = {
    said.strip(): field
    for field, names in {
        "name": "name, full name, display name, member name, supporter, ingoa",
        "first": "first name, firstname, given name, given names, forename, preferred name",
        "middle": "middle name, middle names",
        "last": "last name, lastname, surname, family name",
        "email": "email, e mail, email address, e mail address, mail, primary email, home email, imera",
        "phone": "phone, mobile, mobile phone, cell, cellphone, cell phone, phone number, mobile number, telephone",
        "phone2": "home phone, landline, other phone, work phone, phone 2",
        "address": "address, full address, home address, postal address, residential address",
        "street": "street, street address, address 1, address line 1, address1",
        "street2": "suburb, address 2, address line 2, address2",
        "city": "city, town, town city, city town",
        "postcode": "postcode, post code, postal code, zip, zip code, zipcode",
        "born_on": "date of birth, dob, birth date, birthdate, birthday, born, born on",
        "can_enrol": "can enrol, enrolled, on the roll, eligible to enrol, can enrol to vote",
        "electorate": "electorate code",
        "electorate_set": "electorate set",
        "tags": "tags, tag, tag list, labels",
        "opt_in": "email opt in, opt in, opted in, subscribed, newsletter, newsletter opt in, consent, consent to email, "
        "lets us write, lets us write with news, lets the party write with news, wants news, wants newsletter, "
        "wants the newsletter, news, news opt in, email newsletter, receives news",
        "opt_out": "do not email, opt out, opted out, unsubscribed, do not contact, must not be written to, "
        "deceased, is deceased",
    }.items()
    for said in names.split(",")
}


def heading(cell: str) -> str:
    """A heading without case and signs: `Do_Not-Email` is `do not email`."""
    return " ".join(re.sub(r"[^\w]+|_", " ", cell.casefold()).split())


def system_of(headings: Sequence[str]) -> str:
    """Which system wrote a file with these headings."""
    told = {heading(cell) for cell in headings}
    if {heading(name) for name in OUR_COLUMNS} <= told:
        return OURS
    if "nationbuilder id" in told:
        return NATIONBUILDER
    if any(name.startswith("can2 ") for name in told):
        return ACTION_NETWORK
    if told & {"contact id", "internal contact id"} and told & {"contact type", "do not email", "display name", "sort name"}:
        return CIVICRM
    return OTHER


def guess(headings: Sequence[str], system: str) -> list[str]:
    """What each column is, a field or PASSED_OVER; a field is given to one column, the first that the system’s own words, then
    everybody’s words, name so."""
    own, found = _BY_SYSTEM[system], [PASSED_OVER] * len(headings)
    told = [heading(cell) for cell in headings]
    own = {heading(name): field for name, field in own.items()}
    for words in (own, {} if system == OURS else _ANYHOW):
        for place, name in enumerate(told):
            field = words.get(name, PASSED_OVER)
            if found[place] == PASSED_OVER and field and (field in MANY or field not in found):
                found[place] = field
    if "name" in found and {"first", "last"} & set(found):  # the parts say more than the whole
        found[found.index("name")] = PASSED_OVER
    return found


def why_not(cell: str) -> str:
    """Why a column of this heading is not taken; empty for one we know nothing about."""
    return NOT_TAKEN.get(heading(cell), "")
