"""The same everything as a person reads it: headings, facts, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HEADINGS = {
    "details": ("Your details", "Opened for this file; in the database they are sealed."),
    "search_index": ("How officers find you by name", "Numbers made with a key from the first letters of your name."),
    "likeness": ("How a second record of you would be noticed", "Numbers made with a key; they name nobody."),
    "alike": ("That there may be a second record of you", "It is found by those numbers."),
    "other_records": (
        "Records of ours that are said to be you",
        "What stands on one is here once its own mailbox has said that both are yours.",
    ),
    "electorates": ("Where you said you live", ""),
    "consents": ("What you allowed and withdrew", ""),
    "memberships": ("Your memberships", ""),
    "decisions": ("Decisions about them", ""),
    "declarations": ("What you signed when you joined", "The evidence the Electoral Commission may ask for."),
    "applications": ("Applications you have not finished", "They go by themselves."),
    "dues": ("Your dues", "Amounts in cents."),
    "dues_paid": ("What met them", "Amounts in cents."),
    "dues_plans": ("What you chose for the terms to come", ""),
    "payments": ("Your payments", "Amounts in cents."),
    "renewals": ("What you let us take by itself", "Amounts in cents."),
    "refunds": ("What went back to you", "Amounts in cents."),
    "disputes": ("What your bank took back", "Amounts in cents."),
    "differences": ("What a person had to look at about your money", ""),
    "payment_events": ("What our payment provider told us about them", ""),
    "statement_lines": ("On which lines of our bank statements they stand", "Amounts in cents."),
    "donors": ("You as a donor", "As a return to the Electoral Commission would name you."),
    "donations": ("Your donations", "What was said of each is kept as it was said."),
    "contributions": ("Whose money they were in part", "As you named them."),
    "donation_moves": ("What of them went back", ""),
    "donation_duties": ("What the law asked about them", ""),
    "loans": ("Loans you made", ""),
    "loan_repayments": ("What was repaid of them", ""),
    "receipts": ("Your receipts", "What each says, opened. Amounts in cents."),
    "receipt_papers": ("Receipts as they were first handed out", "The data file (JSON) has the PDF, in base64."),
    "receipt_notes": ("What was noted on your receipts", "Amounts in cents."),
    "ledger": ("How they stand in the books", "Amounts in cents; debits are positive, credits negative."),
    "sessions": ("Where you are signed in", ""),
    "passkeys": ("Your passkeys", "We hold only their public half."),
    "authenticators": ("Your authenticator apps", "Their secrets are left out: they would let somebody in."),
    "endorsements": ("Policies you endorsed", "What each says, opened. The index is made with a key from your address."),
    "comments": ("Your comments and replies", ""),
    "amendments": ("Changes you proposed", ""),
    "amendments_supported": ("Proposals you support", ""),
    "decided_about_amendments": ("What was decided about what you proposed", ""),
    "branches": ("Branches you belong or belonged to", "The latest holds; no branch is none."),
    "register": ("Your row on the register that officers search", "It has no name, address, email or phone number in it."),
    "asked_where_you_live": ("When we asked you again where you live", "After the boundaries of electorates had changed."),
    "registration_packs": (
        "Packs of evidence for the Electoral Commission you were in",
        "By id, with the digest of what you signed; why not, where the check failed.",
    ),
    "imports": ("Lists from elsewhere that brought you here or changed what we hold", "What they said is kept seven days."),
    "tags": ("Tags that officers gave you", "Words that lists are made by; each says until when, if it was taken off."),
    "notes": ("What officers noted about you", "Opened for this file; in the database it is sealed."),
    "tasks": ("What officers were asked to do about you", "Opened for this file; in the database it is sealed."),
    "keys": ("Keys you gave to programs", "Of each only the part that tells them apart: the rest would let somebody in."),
    "hooks": ("Systems of yours that are told what happens", "Their secrets are left out."),
    "told_to_systems": (
        "What officers’ systems were told about you",
        "That something happened, never your details. Kept for thirty days.",
    ),
    "looks_through_lists": ("Lists of names you were on when an officer looked through them", "Kept for a year."),
    "files_you_are_in": ("Files of people you were in", "When, by which office, what for. Kept for a year."),
    "files_you_asked_for": ("Files of people you asked for", ""),
    "acts_for_two_people": ("Acts for two people that you asked for, agreed to or refused", ""),
    "erasings_you_asked_for": ("Erasing of many that you asked for", ""),
    "to_be_erased": ("When officers wanted you erased among other supporters", ""),
    "offices": ("Offices you hold or held", "An office ends before the day it is held until."),
    "links": ("Links we sent you", "They work once and only for a while."),
    "letters": ("Letters we sent you", "The data file (JSON) has their formatted version, too."),
    "letters_to_come": ("Letters to many that you are to get", "Each is decided anew when your turn comes."),
    "letters_that_came_back": ("Letters that came back from your mailbox", "The index is made with a key from your address."),
    "log": ("What was done, when and by whom", "Never your details, only ids."),
}


@dataclass(frozen=True)
class Section:
    title: str
    note: str
    rows: list[tuple[str, str]]
    columns: list[str]
    table: list[list[str]]


def sections(held: dict[str, Any]) -> list[Section]:
    """What `everything_of` gave, in the order and the words of HEADINGS."""
    return [_section(*HEADINGS[name], told) for name, told in held.items()]


def _section(title: str, note: str, told: Any) -> Section:
    if isinstance(told, dict):
        return Section(title, note, [(_label(name), _text(value)) for name, value in told.items()], [], [])
    columns = [name for name in (told[0] if told else {}) if name not in ("html", "pdf")]
    table = [[_text(row.get(name)) for name in columns] for row in told]
    return Section(title, note, [], [_label(name) for name in columns], table)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{_label(name)}: {_text(held)}" for name, held in value.items())
    if isinstance(value, list):
        return " | ".join(_text(held) for held in value)
    return str(value)
