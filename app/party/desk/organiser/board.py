"""The door of the desk: one screen that says what needs doing today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user

from app.ground import clock
from app.party.agreeing import queries as agreeing
from app.party.bank.queries import lines as bank
from app.party.branches import queries as offices
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.party.branches.scope import looking_as, of_offices
from app.party.casework import queries as casework
from app.party.giving import queries as giving
from app.party.mailing import queries as mailing
from app.party.merging import queries as merging
from app.party.payments import queries as books
from app.party.policy.queries import work as policies
from app.party.registration import queries as registration
from app.web.rights import officer
from app.web.words import moment

from .. import charts, queries
from .door import door

# Where an officer goes from here, and the right that opens it.
DOORS = (
    ("look at people", "roster.people", _("People")),
    ("look at people", "roster.segments", _("Segments")),
    ("merge people", "merging.duplicates", _("Duplicates")),
    ("write letters", "mailing.mailings", _("Letters")),
    ("import people", "imports.imports", _("Import")),
    ("export people", "exports.exports", _("Files of people")),
    ("agree as second", "agreeing.waiting", _("For two people")),
    ("care for people", "erasing.erasing", _("Erase many")),
    ("prepare registration", "registration.overview", _("Registration")),
    ("record money", "desk.money", _("Money")),
    ("record money", "donations.newest", _("Donations")),
    ("see duties", "donations.quarantine", _("Quarantine")),
    ("enter loans", "donations.loans", _("Loans")),
    ("see returns", "returns.returns", _("Returns")),
    ("edit policies", "policies.shelf", _("Policies")),
    ("give keys", "keys.keys", _("Keys and webhooks")),
    ("read only", "offices.offices", _("Who holds which office")),
)


@door.get("")
@officer("read only")
def today() -> ResponseReturnValue:
    """One screen that says what needs doing. People are counted of whom one sees; what names nobody, of the whole party."""
    held, on = [office.office for office in offices_now()], clock.today()
    counts = queries.counts(on=on)
    return render_template(
        "desk/today.html",
        mine=[offices.words(office.office, office.branch) for office in offices_now()],
        rights=rights.rights_of(held),
        seen=_seen(on),
        todo=_todo(held, counts, on),
        counts=counts,
        gauge=registration.gauge(on=on),
        weeks=_weeks(on),
        doors=[(endpoint, words) for right, endpoint, words in DOORS if rights.may(held, right)],
        today=on,
    )


@dataclass(frozen=True)
class ToDo:
    """So many things of one kind wait. `bad`: somebody should look today. `to`: where it is done, for who may."""

    words: str
    count: int
    bad: bool = True
    to: str = ""
    sub: str = ""


def _todo(held: list[str], counts: queries.Counts, on: date) -> list[ToDo]:
    """All that may wait, also what does not."""

    def door(right: str, endpoint: str) -> str:
        return url_for(endpoint) if rights.may(held, right) else ""

    said, to_confirm, money = (
        policies.waiting(on=on),
        door("confirm refunds", "desk.to_confirm"),
        door("record money", "desk.money"),
    )
    comments, proposals = door("edit policies", "policies.comments"), door("edit policies", "policies.amendments")
    overdue = gettext("%(count)s of them overdue", count=said.overdue) if said.overdue else ""
    return [
        ToDo(_("Money that came and nobody was credited with (must be 0)"), counts.untold),
        ToDo(
            _("Lines of the bank that belong to nothing yet"), bank.open_counts()[0], to=door("record money", "bank.statements")
        ),
        ToDo(_("Renewals whose last charge was refused"), counts.failing, bad=False),
        ToDo(_("To be handed back, by bank or in cash"), counts.to_hand_back, to=money),
        ToDo(_("To be confirmed by another officer"), len(books.refunds_to_confirm()), to=to_confirm),
        ToDo(
            _("What the Electoral Commission must be told about the registration"),
            len(registration.open_duties()),
            to=door("prepare registration", "registration.overview"),
        ),
        ToDo(_("What the law has us do about donations"), giving.open_count(), to=door("see duties", "donations.quarantine")),
        ToDo(_("Comments, names and proposals that wait to be let through"), said.held, to=comments),
        ToDo(
            _("Questions and concerns that wait for an answer of the party"),
            said.unanswered,
            bad=bool(overdue),
            sub=overdue,
            to=comments,
        ),
        ToDo(_("Proposals with support that wait for a decision"), said.undecided, to=proposals),
        *_todo_about_people(held, on),
        *(
            ToDo(item.words, item.count, sub=_("the oldest since %(day)s", day=moment(item.oldest)), to=money)
            for item in queries.work_counts()
        ),
    ]


def _todo_about_people(held: list[str], on: date) -> Iterator[ToDo]:
    """What waits about people in sight, for who may do it."""
    scope, me = of_offices(offices_now()), current_user.person_id
    with looking_as(scope):
        if rights.may(held, "agree as second"):
            asked = len(agreeing.waiting(but=me))
            yield ToDo(_("What another officer asks you to agree to"), asked, to=url_for("agreeing.waiting"))
        if rights.may(held, "publish policies"):  # the party secretary's authority (Electoral Act 1993 s 204G)
            yield ToDo(
                _("Letters that wait for your authority"), mailing.waiting_for_authority(), to=url_for("mailing.mailings")
            )
        if rights.may(held, "care for people"):
            yield ToDo(_("Tasks of yours that are due"), casework.due_for(me, on=on), to=url_for("roster.tasks"))
        if rights.may(held, "merge people"):
            pairs = merging.waiting(of_offices(offices_now(), right="merge people"))
            yield ToDo(_("Pairs of records that may be one person"), pairs, bad=False, to=url_for("merging.duplicates"))


def _seen(on: date) -> tuple[list[queries.Tile], list[queries.Latest]]:
    """Those whom one sees, in numbers, and what happened last to them."""
    scope = of_offices(offices_now())
    if not scope:
        return [], []
    with looking_as(scope):
        return queries.tiles(scope, on=on), queries.latest(scope)


def _weeks(on: date) -> charts.Picture:
    return charts.by_week(
        queries.weeks(on=on),
        title=_("Members who came and went, by week"),
        came=_("came"), gone=_("went"), unit=_("members a week"), week=_("Week to"),
    )  # fmt: skip
