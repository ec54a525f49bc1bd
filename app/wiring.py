"""Who is told, which doors hang, when chores run. It knows every room; no room knows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.ground import audit, limits, mail  # noqa: F401  their tables
from app.ground.db import Base
from app.party.agreeing import models as _agreeing  # noqa: F401
from app.party.api import models as _api  # noqa: F401
from app.party.bank import models as _bank  # noqa: F401
from app.party.branches import models as _branches  # noqa: F401
from app.party.bulk import models as _bulk  # noqa: F401
from app.party.casework import models as _casework  # noqa: F401
from app.party.dues import models as _dues  # noqa: F401
from app.party.electorates import models as _electorates  # noqa: F401
from app.party.erasing import models as _erasing  # noqa: F401
from app.party.exports import models as _exports  # noqa: F401
from app.party.giving import models as _giving  # noqa: F401
from app.party.imports import models as _imports  # noqa: F401
from app.party.joining import models as _joining  # noqa: F401
from app.party.mailing import models as _mailing  # noqa: F401
from app.party.membership import models as _membership  # noqa: F401
from app.party.merging import models as _merging  # noqa: F401
from app.party.payments import models as _payments  # noqa: F401
from app.party.payments.models import LineKind, Payment
from app.party.people import models as _people  # noqa: F401
from app.party.policy import models as _policy  # noqa: F401
from app.party.receipts import models as _receipts  # noqa: F401
from app.party.registration import models as _registration  # noqa: F401
from app.party.returns import models as _returns  # noqa: F401
from app.party.roster import models as _roster  # noqa: F401

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from app.ground.jobs import Chore, Timed

metadata = Base.metadata


def doors(*, demo: bool) -> list[Blueprint]:
    """Every door of the house; the demo's own only where nothing is real."""
    from app.party.agreeing import organiser as agreeing
    from app.party.api import organiser as keys
    from app.party.api import views as api
    from app.party.bank import organiser as bank
    from app.party.belonging import views as belonging
    from app.party.branches import organiser as offices
    from app.party.bulk import organiser as bulk
    from app.party.desk import organiser as desk
    from app.party.dues import views as dues
    from app.party.erasing import organiser as erasing
    from app.party.evidence import views as evidence
    from app.party.exports import organiser as exports
    from app.party.giving import organiser as donations
    from app.party.giving import views as giving
    from app.party.imports import organiser as imports
    from app.party.joining import views as joining
    from app.party.mailing import organiser as mailing
    from app.party.mailing import views as stopping_letters
    from app.party.merging import organiser as duplicates
    from app.party.merging import views as merging
    from app.party.payments import views as payments
    from app.party.people import views as people
    from app.party.policy import organiser as policies
    from app.party.policy import views as policy
    from app.party.receipts import views as receipts
    from app.party.registration import organiser as registration
    from app.party.returns import organiser as returns
    from app.party.roster import organiser as roster
    from app.web import dev, health, law, pages

    rooms = [
        people.door, payments.door, receipts.door, dues.door, giving.door, evidence.door, policy.door, joining.door,
        belonging.door, offices.door, desk.door, donations.door, bank.door, returns.door, policies.door,
        roster.door, registration.door, mailing.door, stopping_letters.door, agreeing.door, exports.door, erasing.door,
        duplicates.door, merging.door, imports.door, bulk.door, keys.door, api.page,
    ]  # fmt: skip
    hung = [pages.door, law.door, health.door, *rooms]
    return [*hung, dev.door] if demo else hung


def hang_api(app: Flask, *, party: str, url: str) -> None:
    """The doors for programs: they describe themselves as they are hung."""
    from app.party.api import views

    views.describe(app, party=party, url=url)


def hang_sign_in(app: Flask) -> None:
    from app.party.people import signing_in

    signing_in.hang(app)


def hang_doorkeeper(app: Flask) -> None:
    from app.party.branches import doorkeeper

    doorkeeper.hang(app)


def both(first: Callable[..., Any], then: Callable[..., Any]) -> Callable[..., None]:
    """Have two rooms told, one after the other."""

    def tell(payment: Payment, **what: Any) -> None:
        first(payment, **what)
        then(payment, **what)

    return tell


def introduce() -> None:
    """Who is told when money comes, is refused, or goes back: the room it is for. Who is asked whose a line of a bank statement
    is. Whose second steps are guarded: officers’."""
    from app.ground import clock
    from app.party.agreeing import services as agreeing
    from app.party.bank import services as bank
    from app.party.branches import queries as branches
    from app.party.desk import services as desk
    from app.party.dues import services as dues
    from app.party.erasing import rules as erasing_rules
    from app.party.erasing import services as erasing
    from app.party.exports import rules as export_rules
    from app.party.exports import services as exports
    from app.party.giving import services as giving
    from app.party.joining import services as joining
    from app.party.mailing import services as mailing
    from app.party.payments import services as payments
    from app.party.people import services as people
    from app.party.policy import views as policy
    from app.web import pages

    # What is paid above dues is a donation.
    money_moved = both(dues.moved, giving.moved)
    payments.listen(
        "joining",
        payments.Room(
            settled=both(joining.settle, giving.note_above),
            declined=joining.declined,
            moved=money_moved,
            failed=joining.failed,
        ),
    )
    payments.listen(
        "dues",
        payments.Room(
            settled=both(dues.settle, giving.note_above), declined=dues.declined, moved=money_moved, failed=dues.failed
        ),
    )
    payments.listen(
        "giving",
        payments.Room(
            settled=giving.settle,
            declined=giving.declined,
            moved=giving.moved,
            failed=giving.failed,
            takes=LineKind.DONATION,
        ),
    )
    agreeing.listen(export_rules.KIND, agreeing.Kind("A file of people", carry_out=exports.go, refuse=exports.not_agreed))
    agreeing.listen(
        erasing_rules.KIND, agreeing.Kind("Erase supporters", carry_out=erasing.put_into_bin, refuse=erasing.not_agreed)
    )
    bank.let_claim("desk", desk.CLAIM)
    bank.hand_back_through(desk.note_handed_back)
    pages.list_policies_through(policy.cards)
    mail.ask_before_sending(mailing.may_go)
    mail.tell_of_refusals(people.note_refusal)
    people.guard_proofs_of(lambda person_id: branches.has_or_will_have_office(person_id, on=clock.today()))


def chores() -> list[Chore]:
    """What a job may be asked to do."""
    from app.ground.jobs import Chore
    from app.party.agreeing import jobs as agreeing
    from app.party.api import jobs as api
    from app.party.belonging import jobs as belonging
    from app.party.bulk import jobs as bulk
    from app.party.dues import jobs as dues
    from app.party.exports import jobs as exports
    from app.party.imports import jobs as imports
    from app.party.joining import jobs as joining
    from app.party.mailing import jobs as mailing
    from app.party.payments import jobs as payments
    from app.party.people import jobs as people
    from app.party.registration import jobs as registration

    return [
        Chore("mail.deliver", mail.deliver),
        Chore("api.deliver", api.deliver),
        Chore("payments.follow", payments.follow),
        Chore("payments.close", payments.close),
        Chore("payments.look_into", payments.look_into),
        Chore("payments.stop_renewal", payments.stop_renewal),
        Chore("payments.send_refund", payments.send_refund),
        Chore("payments.paid_elsewhere", payments.paid_elsewhere),
        Chore("payments.try_failing", payments.try_failing),
        Chore("dues.apply_plan", dues.apply_plan),
        Chore("imports.check", imports.check),
        Chore("imports.apply", imports.apply),
        Chore("imports.undo", imports.undo),
        Chore("joining.admit", joining.admit),
        Chore("joining.remind", joining.remind),
        Chore("joining.send_resume_link", joining.send_resume_link),
        Chore("belonging.forget_last_letter", belonging.forget_last_letter),
        Chore("registration.print_paper", registration.print_paper),
        Chore("mailing.send", mailing.send),
        Chore("mailing.tell", mailing.tell),
        Chore("bulk.run", bulk.run),
        Chore("bulk.take_back", bulk.take_back),
        Chore("people.send_sign_in_link", people.send_sign_in_link),
        Chore("people.send_support_link", people.send_support_link),
        Chore("agreeing.carry_out", agreeing.carry_out),
        Chore("exports.write", exports.write),
    ]


def timetable() -> list[Timed]:
    """When chores run by themselves. Times are UTC; 15:10 is just after 03:00 in New Zealand."""
    from app.ground.jobs import Timed
    from app.party.api import jobs as api
    from app.party.bank import jobs as bank
    from app.party.bulk import jobs as bulk
    from app.party.dues import jobs as dues
    from app.party.erasing import jobs as erasing
    from app.party.exports import jobs as exports
    from app.party.giving import jobs as giving
    from app.party.imports import jobs as imports
    from app.party.joining import jobs as joining
    from app.party.mailing import jobs as mailing
    from app.party.merging import jobs as merging
    from app.party.payments import jobs as payments
    from app.party.people import jobs as people
    from app.party.policy import jobs as policy
    from app.party.receipts import jobs as receipts
    from app.party.registration import jobs as registration
    from app.party.roster import jobs as roster

    return [
        Timed("payments.sweep", "*/10 * * * *", payments.sweep),
        Timed("mail.sweep", "*/10 * * * *", mail.sweep),
        Timed("mailing.wake", "*/10 * * * *", mailing.wake),
        Timed("mailing.forget_stopped", "25 15 * * *", mailing.forget_stopped),
        Timed("joining.forget_abandoned", "25 * * * *", joining.forget_abandoned),
        Timed("joining.expire_declarations", "20 15 * * *", joining.expire_declarations),
        Timed("receipts.expire", "30 15 * * *", receipts.expire),
        Timed("people.sweep", "40 * * * *", people.sweep),
        Timed("policy.forget_unconfirmed", "5 15 * * *", policy.forget_unconfirmed),
        Timed("dues.raise_charges", "10 15 * * *", dues.raise_charges),
        Timed("dues.remind", "30 20 * * *", dues.remind),  # letters go out in the morning
        Timed("dues.lapse", "50 15 * * *", dues.lapse),
        Timed("bank.forget", "50 * * * *", bank.forget),
        Timed("bank.watch", "55 15 * * *", bank.watch),
        Timed("imports.empty_old", "45 * * * *", imports.empty_old),
        Timed("giving.watch_declines", "*/10 * * * *", giving.watch_declines),
        Timed("giving.ask_again", "0 15 * * *", giving.ask_again),
        Timed("giving.forget_offers", "35 15 * * *", giving.forget_offers),
        Timed("giving.judge_again", "45 15 * * *", giving.judge_again),
        Timed("giving.write_to_officers", "40 20 * * *", giving.write_to_officers),  # letters go out in the morning
        Timed("registration.watch", "*/10 * * * *", registration.watch),
        Timed("registration.ask_again", "20 20 * * *", registration.ask_again),  # letters go out in the morning
        Timed("registration.write_to_secretary", "45 20 * * *", registration.write_to_secretary),
        Timed("registration.forget_papers", "25 15 * * *", registration.forget_papers),
        Timed("bulk.forget", "15 * * * *", bulk.forget),
        Timed("api.forget_old", "15 15 * * *", api.forget_old),
        Timed("roster.fold", "35 * * * *", roster.fold),
        Timed("roster.forget_pages", "5 15 * * *", roster.forget_pages),
        Timed("erasing.erase", "25 15 * * *", erasing.erase),
        Timed("exports.remove", "*/10 * * * *", exports.remove),
        Timed("exports.forget_who_was_in", "5 15 * * *", exports.forget_who_was_in),
        Timed("merging.liken", "*/10 * * * *", merging.liken),
        Timed("merging.find", "25 15 * * *", merging.find),
        Timed("payments.reconcile", "0 16 * * *", payments.reconcile),
    ]
