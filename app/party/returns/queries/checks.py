"""What somebody should look at before a return is filed. Everything here counts and names ids; nobody’s name is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from app.ground.db import session
from app.law.money import Money, total
from app.law.returns import DonationsReturn
from app.party.payments.models import Account

from .. import rules
from .made import Year, donations_content

IN_KIND = "income:donations-in-kind"
ACCOUNTS = (str(Account.DONATIONS), str(Account.ABOVE_DUES))


@dataclass(frozen=True)
class Alike:
    """Donors who share a mailbox, or a name and address: perhaps one. `together` passes the line that names a donor where
    `over`, though they may each be under it."""

    by: str
    donors: tuple[str, ...]
    together: Money
    over: bool


@dataclass(frozen=True)
class Unbooked:
    """A payment that ledger and donations disagree on. None: the one or the other knows nothing of it."""

    payment_id: str | None
    ledger: Money | None
    donations: Money | None

    @property
    def sentence(self) -> str:
        if self.payment_id is None:
            return f"The ledger has {self.ledger} of donations that belong to no payment."
        if self.donations is None:
            return f"The ledger has {self.ledger} as a donation, and there is no donation for this payment."
        if self.ledger is None:
            return f"Donations of {self.donations} are not in the ledger of this year."
        return f"The ledger has {self.ledger}, the donations come to {self.donations}."


@dataclass(frozen=True)
class Books:
    """Donations of money held against the ledger’s accounts of a year: what was received, less what left in the year, is what
    the accounts have."""

    received: Money
    left: Money
    ledger: Money
    unbooked: tuple[Unbooked, ...]
    how_many: int
    in_kind: Money
    in_kind_left: Money
    in_kind_ledger: Money | None

    @property
    def expected(self) -> Money:
        return self.received + self.left

    @property
    def difference(self) -> Money:
        return self.ledger - self.expected

    @property
    def together(self) -> Money:
        """All donations of the year, whatever became of them."""
        return self.received + self.in_kind

    @property
    def agree(self) -> bool:
        return not self.how_many and not self.difference and self.in_kind_ledger in (None, self.in_kind + self.in_kind_left)


_LEDGER = """
    with book as (
        select e.payment_id, sum(-l.cents)::bigint as cents
          from ledger_entries e join ledger_lines l on l.entry_id = e.id
         where l.account = any(:accounts) and e.day between :since and :last group by 1
    ), theirs as (
        select payment_id, cents from donations where received_on between :since and :last and payment_id is not null
        union all
        select d.payment_id, m.cents from donation_moves m join donations d on d.id = m.donation_id
         where m."on" between :since and :last and d.payment_id is not null
    ), mine as (
        select payment_id, sum(cents)::bigint as cents from theirs group by 1
    ), held as (
        select coalesce(book.payment_id, mine.payment_id) as id, book.cents as book, mine.cents as mine,
               coalesce(book.cents, 0) <> coalesce(mine.cents, 0) as differ
          from book full join mine on book.payment_id = mine.payment_id
    )
    select null::text, sum(book)::bigint, sum(mine)::bigint, count(*) filter (where differ) from held
    union all
    (select coalesce(id::text, ''), book, mine, 0 from held where differ order by id limit :most)
"""
_LEFT = """
    select coalesce(sum(m.cents) filter (where d.payment_id is not null), 0)::bigint,
           coalesce(sum(m.cents) filter (where d.payment_id is null), 0)::bigint
      from donation_moves m join donations d on d.id = m.donation_id where m."on" between :since and :last
"""
_IN_KIND = """
    select sum(-l.cents)::bigint from ledger_entries e join ledger_lines l on l.entry_id = e.id
     where l.account = :account and e.day between :since and :last
"""


def books(year: int) -> Books:
    """Hold a year’s donations against the ledger, payment by payment."""
    asked: dict[str, Any] = {"since": date(year, 1, 1), "last": date(year, 12, 31)}
    rows = session.execute(text(_LEDGER), {**asked, "accounts": list(ACCOUNTS), "most": rules.MOST_DIFFERENCES}).all()
    whole = next(row for row in rows if row[0] is None)
    left, in_kind_left = session.execute(text(_LEFT), asked).one()
    in_kind_ledger = session.scalar(text(_IN_KIND), {**asked, "account": IN_KIND})
    return Books(
        received=Money((whole[2] or 0) - left),
        left=Money(left),
        ledger=Money(whole[1] or 0),
        unbooked=tuple(
            Unbooked(
                row[0] or None,
                None if row[1] is None else Money(row[1]),
                None if row[2] is None else Money(row[2]),
            )
            for row in rows
            if row[0] is not None
        ),
        how_many=whole[3],
        in_kind=_given_in_kind(asked),
        in_kind_left=Money(in_kind_left),
        in_kind_ledger=None if in_kind_ledger is None else Money(in_kind_ledger),
    )


def _given_in_kind(asked: dict[str, Any]) -> Money:
    return Money(
        session.scalar(
            text(
                "select coalesce(sum(cents), 0)::bigint from donations"
                " where received_on between :since and :last and payment_id is null"
            ),
            asked,
        )
        or 0
    )


def accounted_for(told: DonationsReturn) -> Money:
    """What all figures of a return come to, with what counts as not received and what no part tells of: each donation of the
    year once."""
    gone = total((gone.entry.amount for gone in told.not_received), told.totals.all.amount.currency)
    return told.totals.all.amount + gone + told.not_told.amount


_ALIKE = """
    with given as (
        select donor_id, sum(cents)::bigint as cents from donations
         where received_on between :since and :last and donor_id is not null group by 1
    ), known as (
        select 'mailbox' as by, email_index as key, kind, id, cents from donors join given on donor_id = id
         where email_index is not null
        union all
        select 'name and address', identity_index, kind, id, cents from donors join given on donor_id = id
         where identity_index is not null
    )
    select by, array_agg(id::text order by id), sum(cents)::bigint, max(cents)
      from known group by by, kind, key having count(*) > 1
     order by sum(cents) desc, by limit :most
"""


def alike(year: int, *, over: Money) -> list[Alike]:
    """Donors of a year who may be the same, those first whose sum is the largest."""
    asked = {"since": date(year, 1, 1), "last": date(year, 12, 31), "most": rules.MOST_DIFFERENCES}
    found: dict[tuple[str, ...], Alike] = {}
    for by, donors, cents, most in session.execute(text(_ALIKE), asked):
        among = tuple(donors)
        together = Money(cents)
        passes = together.exceeds(over) and not Money(most).exceeds(over)
        found.setdefault(among, Alike(by, among, together, passes))
    return list(found.values())


_UNNAMED = """
    select d.donor_id::text from donations d join donors on donors.id = d.donor_id
     where d.received_on between :since and :last and donors.sealed is null
     group by 1 having sum(d.cents) > :over and bool_and(d.sealed is null) limit :most
"""


def unnamed(year: int, *, over: Money) -> list[str]:
    """Donors over the line whose identity is gone: the return has to name them, and nothing here can."""
    asked = {"since": date(year, 1, 1), "last": date(year, 12, 31), "over": over.cents, "most": rules.MOST_DIFFERENCES}
    return list(session.scalars(text(_UNNAMED), asked))


def without_address(content: dict[str, Any]) -> list[tuple[str, str]]:
    """The lines of a made return that should name somebody and have no name, or no address: part, and whom it is of."""
    return [
        (part, line["of"])
        for part in rules.NAMED
        for line in (content.get("parts", {}).get(part) or content.get(part) or [])
        if not line["name"] or not line["address"]
    ]


@dataclass(frozen=True)
class Checks:
    """What to look at before filing. `accounted`: what the return’s figures come to, over all donations of the year."""

    books: Books
    accounted: Money
    alike: list[Alike]
    unnamed: list[str]
    without_address: list[tuple[str, str]]

    @property
    def adds_up(self) -> bool:
        """Every donation of the year stands in one figure of the return, and the ledger has the same."""
        return self.books.agree and self.accounted == self.books.together


def all_checks(made: Year) -> Checks:
    """Everything above of one year."""
    told = made.donations
    content = donations_content(made)
    return Checks(
        books=books(told.year),
        accounted=accounted_for(told),
        alike=alike(told.year, over=told.named_over),
        unnamed=unnamed(told.year, over=told.named_over),
        without_address=without_address(content),
    )
