"""Verbs: an officer writes down a donation that came in any form, and what is learnt of it later.

The same law is asked as of a gift by card. What is only offered is refused; what has come cannot be refused any more: it is
written down, and what may not be kept of it becomes a duty with its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import attempt, lock_for_now, session
from app.law import donations as law
from app.law.clauses import Refusal
from app.law.money import Money, total
from app.party.payments import services as payments
from app.party.payments.models import Account, LineKind, Payment

from .. import queries, rules
from ..models import Behind, Channel, Contribution, Donation, Duty
from .duties import judge
from .noted import RAIL, Noted, Preview
from .offering import PURPOSE, hold_donor, known_donor
from .writing import add_contribution, write_down


def look_before_recording(noted: Noted, *, on: date) -> Preview:
    """What recording this would do: what of it is a donation, what the law says, what would have to be done by when. Worked out
    by doing it and taking it back. Of what is only offered: that it may be taken.

    Raises what `record` raises, and the law's refusals for what is only offered.
    """
    valued = check(noted, on=on)
    if noted.who:
        hold_donor(noted.who)
    refusal = ask_the_law(noted, on=on)
    if noted.only_offered:
        if refusal:
            raise rules.MayNotBeTaken(why=str(refusal))
        return Preview(valued, None, ())
    return Preview(valued, str(refusal) if refusal else None, _rehearse(noted, on=on))


class _TakenBack(Exception):
    """What was rehearsed is not kept."""


def _rehearse(noted: Noted, *, on: date) -> tuple[Duty, ...]:
    duties: list[Duty] = []
    try:
        with attempt():
            key = noted.key
            record(noted, by="system", on=on)
            about = session.scalars(select(Duty).where(Duty.subject == audit.of("donation", key), Duty.closed_at.is_(None)))
            duties = list(about)
            for duty in duties:
                session.expunge(duty)
            raise _TakenBack
    except _TakenBack:
        session.expire_all()
    return tuple(duties)


def check(noted: Noted, *, on: date) -> law.Valued:
    """How much of it is a donation. Raises NoDay, DayToCome, SentTooLate, AnonymousBehind, NoDonation and
    MoreContributedThanGiven."""
    for day in filter(None, (noted.on, noted.sent_on)):
        if day > on:
            raise rules.DayToCome()
    if not (noted.only_offered or noted.on or noted.sent_on):
        raise rules.NoDay()
    if noted.sent_on and noted.on and noted.on < noted.sent_on:
        raise rules.SentTooLate(day=noted.sent_on)
    if noted.who is None and noted.behind:
        raise rules.AnonymousBehind()
    valued = noted.valued(on)
    if valued.amount <= Money(0, valued.amount.currency):
        raise rules.NoDonation(why=valued.sentence, cites=valued.cites)
    contributed = total((part.amount for part in noted.behind), valued.amount.currency)
    if contributed > valued.amount:
        raise law.MoreContributedThanGiven(contributed=contributed, amount=valued.amount)
    return valued


def ask_the_law(noted: Noted, *, on: date) -> Refusal | None:
    """What the law says against it, everything else of its donor counted. The caller holds the donor."""
    if noted.who is None:
        return None
    day = noted.on or noted.sent_on or on
    donors = queries.find_donors(noted.who, person_id=None)
    parts = tuple(map(queries.contribution_of, noted.behind))
    offer = law.Donation("noted", day, noted.valued(on).amount, "the donor", noted.overseas, contributions=parts)
    earlier = queries.counted(donors, year=day.year, but=noted.key)
    try:
        law.check_offer(offer, earlier)
    except (law.OverOverseasLimit, law.OverseasContribution) as refusal:
        return refusal
    return None


def record(noted: Noted, *, by: str, on: date) -> Donation:
    """Write down a donation that has come, or that a transmitter still holds. Sent twice with one key, or by two at once, it is
    one donation. What the law does not let us keep becomes a duty.

    Raises what `check` raises, and OnlyOffered; then nothing is written.
    """
    lock_for_now(f"recording donation:{noted.key}")
    known = session.get(Donation, noted.key)
    if known:
        return known
    valued = check(noted, on=on)
    if noted.only_offered:
        raise rules.OnlyOffered()
    donor = None
    if noted.who:
        hold_donor(noted.who)
        donor = known_donor(noted.who, person_id=None)
    payment = _begin(noted, valued.amount, by=by) if noted.is_money else None
    donation = write_down(
        noted.as_json(), key=noted.key, donor=donor, payment_id=payment.id if payment else None, form=noted.form,
        channel=noted.channel, overseas=noted.overseas, amount=valued.amount, worth=noted.worth, price=noted.price,
        behind=noted.behind, offered_on=noted.sent_on or noted.on or on, sent_on=noted.sent_on, by=by,
        action=Action.DONATION_RECORDED,
    )  # fmt: skip
    if noted.on:
        receive(donation, on=noted.on, by=by, today=on)
    else:
        judge(donation, on=on)
    return donation


def receive(donation: Donation, *, on: date, by: str, today: date) -> None:
    """What was given is with the party since day `on`: its payment settles, or it is posted as what is no money."""
    if donation.payment_id:
        payment = session.get_one(Payment, donation.payment_id)
        rail = RAIL[Channel(donation.channel)]
        payments.record_payment(payment, method=rail, on=on, by=by)
        if donation.form == law.Form.OVER_PRICE and donation.worth_cents:
            worth = Money(donation.worth_cents, donation.currency)
            into = Account.CASH if donation.channel == "cash" else Account.BANK
            payments.post(
                source="giving", external_id=str(donation.id), kind="sale", day=on, payment_id=payment.id,
                lines=[(into, worth), (Account.SALES, -worth)],
            )  # fmt: skip
        return
    donation.received_on = on
    payments.post(
        source="giving", external_id=str(donation.id), kind="in kind", day=on,
        lines=[(Account.IN_KIND, donation.amount), (Account.DONATIONS_IN_KIND, -donation.amount)],
    )  # fmt: skip
    audit.record(Action.DONATION_RECEIVED, audit.of("donation", donation.id), by=by, cents=donation.cents)
    judge(donation, on=today)


def _begin(noted: Noted, amount: Money, *, by: str) -> Payment:
    return payments.begin(
        purpose=PURPOSE, purpose_id=noted.key, lines=[payments.Line(LineKind.DONATION, "Donation", amount)],
        email=noted.who.email if noted.who else "", back_to="/", cancel_to="/", by=by, method=RAIL[noted.channel],
    )  # fmt: skip


def tell_contributions(donation: Donation, behind: Sequence[Behind], *, on: date, by: str) -> list[Duty]:
    """Write down that the party learnt on day `on` whose money a donation was in part, which its donor had not said when
    giving: all of it goes back (s 207C(5); s 207K(3) where one of them is overseas), and the clock starts. Told twice, it is
    once.

    Raises AnonymousBehind, NotReceived, TellsNothing, DayToCome, ToldTooEarly, MoreContributedThanGiven. Returns what is open.
    """
    lock_for_now(f"telling:{donation.id}")
    session.refresh(donation)
    if donation.donor_id is None:
        raise rules.AnonymousBehind()
    if donation.received_on is None:
        raise rules.NotReceived()
    if not behind:
        raise rules.TellsNothing()
    if on > clock.today():
        raise rules.DayToCome()
    if on < donation.received_on:
        raise rules.ToldTooEarly(day=donation.received_on)
    known = {(part.identity_index, part.cents, part.overseas) for part in donation.contributions}
    new = [b for b in behind if (queries.identity_index(b.who), b.amount.cents, b.overseas) not in known]
    amounts = [*(part.amount for part in donation.contributions), *(part.amount for part in new)]
    contributed = total(amounts, donation.currency)
    if contributed > donation.amount:
        raise law.MoreContributedThanGiven(contributed=contributed, amount=donation.amount)
    place = session.scalar(select(func.max(Contribution.position)).where(Contribution.donation_id == donation.id)) or 0
    for part in new:
        place += 1
        add_contribution(donation, part, place=place, told_on=on)
    if new:
        donation.told_on = donation.told_on or on
        about = audit.of("donation", donation.id)
        audit.record(Action.CONTRIBUTIONS_TOLD, about, by=by, contributions=len(new), cents=contributed.cents)
    return judge(donation, on=clock.today())
