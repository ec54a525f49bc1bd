"""Verbs: somebody asks to hear from us without joining."""

from __future__ import annotations

from app.ground import audit, jobs, mail

from .. import emails, queries, rules
from ..models import Details, OneTimeLink, Person, Purpose
from .links import use_link, write_link
from .persons import confirm_email, enrol, hold_email, say_consent


def ask_to_support(email: str) -> None:
    """Have a letter sent that asks whoever reads this mailbox to confirm. Nobody is looked up or written down before that."""
    wording, _words = rules.wording_of("news")
    link = write_link(Purpose.SUPPORT, details={"email": email, "wording": wording})
    jobs.enqueue("people.send_support_link", link=link.id)


def send_support_link(link: OneTimeLink) -> None:
    """Post the letter that asks to confirm. A second time it is the same letter."""
    said = queries.link_details(link)
    emails.confirm_support(link, to=said["email"], words=rules.CONSENTS["news"][said["wording"]])


def support(text: str) -> Person:
    """Confirm a support link: its email belongs to a supporter from now on, or to the person who had it already.

    Raises LinkSpent.
    """
    link = use_link(Purpose.SUPPORT, text)
    said = queries.link_details(link)
    hold_email(said["email"])
    # The record, not whoever it is part of: this mailbox speaks for no other.
    person = queries.find_record(queries.email_index(said["email"]))
    person = person or enrol(Details(name="", email=said["email"]), by="visitor")
    confirm_email(person)
    by = audit.of("person", person.id)
    say_consent(person.id, kind="news", given=True, wording=said["wording"], source="support page, confirmed by email", by=by)
    link.person_id = person.id
    mail.forget_letters([emails.key_of(link.purpose, link.id)])
    return person
