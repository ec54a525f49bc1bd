"""A return is filed: sealed with its hash, amended by a new version, and made again for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import chain
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.law import returns as law
from app.law.clauses import Clause, Clauses
from app.law.money import Money
from app.law.nz import donations as nz
from app.party.giving import services as giving
from app.party.returns import papers, queries, rules, services
from app.party.returns.models import Kind
from app.party.returns.queries import AsOf
from tests.party.returns.a_year import SPRING, YEAR, again, dollars, file, fill, given_in_kind, gone_back

FIVE_YEARS_ON = datetime(2032, 7, 1, tzinfo=UTC)


@pytest.fixture
def filed(app, settings):
    fill(settings)
    with clock.standing_at(SPRING):
        return file()


def later(rule: Clauses, value: object) -> Clauses:
    """The rule with two lines more: one that reaches back to 2026, made in 2028, and one for 2030."""
    cites = "Electoral Amendment Act 2028"
    return Clauses(
        rule.subject,
        (
            *rule.lines,
            Clause(cites, date(2028, 6, 1), date(2026, 1, 1), value),
            Clause(cites, date(2029, 6, 1), date(2030, 1, 1), value),
        ),
    )


@pytest.fixture
def five_years_of_later_rules(monkeypatch):
    monkeypatch.setattr(nz, "NAMED_DONOR", later(nz.NAMED_DONOR, dollars(50)))
    monkeypatch.setattr(nz, "NAMED_CONTRIBUTOR", later(nz.NAMED_CONTRIBUTOR, dollars(50)))
    monkeypatch.setattr(nz, "ANONYMOUS_KEEP", later(nz.ANONYMOUS_KEEP, dollars(10)))
    monkeypatch.setattr(nz, "OVERSEAS_KEEP", later(nz.OVERSEAS_KEEP, dollars(0)))
    monkeypatch.setattr(nz, "OVERSEAS_CONTRIBUTION", later(nz.OVERSEAS_CONTRIBUTION, dollars(5_000)))
    bands = law.OTHER_DONATIONS.lines[-1].value
    monkeypatch.setattr(law, "OTHER_DONATIONS", later(law.OTHER_DONATIONS, type(bands)(bands.lines[:1])))


def test_what_is_filed_is_sealed_with_its_hash_and_said_in_the_log(filed):
    assert (filed.version, filed.filed_on, filed.known_on) == (1, date(2027, 4, 6), date(2027, 4, 6))
    assert queries.check(again(filed)).same
    last = session.query(audit.AuditEntry).order_by(audit.AuditEntry.seq.desc()).first()
    assert (last.action, last.data["digest"]) == ("return:filed", filed.digest)


def test_made_again_after_five_years_of_later_rules_it_is_the_same_file(filed, five_years_of_later_rules):
    with clock.standing_at(SPRING):
        facts = queries.opened(again(filed))
        pdf, sheet = services.paper_of(filed, facts, ""), papers.as_csv(facts)
    with clock.standing_at(FIVE_YEARS_ON):
        one = again(filed)
        made_again = queries.made_again(one)
        assert made_again == facts
        assert services.paper_of(one, made_again, "") == pdf
        assert papers.as_csv(made_again) == sheet
        assert queries.check(one).same
        told_now = queries.of_year(YEAR, AsOf(clock.today())).donations
        assert told_now.named_over == dollars(50)  # the later rules do reach back, for whoever asks today
        assert (
            "the figure over which donors are named: $6,000.00, now $50.00."
            in queries.against_today(one, AsOf(clock.today())).changes
        )


def test_what_became_known_later_changes_nothing_filed_and_is_said(filed):
    with clock.standing_at(FIVE_YEARS_ON):
        given_in_kind("Late Parcel Ltd", "9 Mill Lane, Timaru 7910", 900_000, date(YEAR, 6, 6))
        session.remove()
        one = again(filed)
        assert queries.check(one).same  # it came in 2026, but that was written down only now
        found = queries.against_today(one, AsOf(clock.today()))
        assert not found.same
        assert "parts, Part A: 1 line is new." in found.changes


def test_it_is_filed_once_and_amended_with_a_reason_only(filed):
    with clock.standing_at(SPRING):
        with pytest.raises(rules.NothingChanged):
            file()
        facts = queries.opened(again(filed))
        donation, _, cents = facts["content"]["parts"]["a"][0]["entries"][0]
    with clock.standing_at(SPRING.replace(hour=3)):  # later the same day
        gone_back(donation, cents, date(2027, 4, 6))
    with clock.standing_at(SPRING.replace(day=8)):
        with pytest.raises(rules.ReasonNeeded):
            file()
        second = file(reason="A donation was given back whole.")
        assert second.version == 2
        assert queries.check(again(filed)).same
        assert queries.check(again(second)).same
        assert queries.reason_of(again(second)) == "A donation was given back whole."
        said = " ".join(queries.against_today(again(filed), AsOf(clock.today())).changes)
        assert "what counts as not received" in said
        assert "totals, Part A, amount" in said


def test_a_year_that_is_not_over_is_not_filed_and_a_year_of_nothing_is(app):
    with clock.standing_at(datetime(2026, 12, 30, tzinfo=UTC)), pytest.raises(rules.YearNotOver):
        file()
    with clock.standing_at(SPRING):
        for kind in (Kind.DONATIONS, Kind.LOANS):
            assert queries.opened(again(file(kind)))["content"]["nil"]


def test_the_loans_return_is_filed_and_made_again(app, settings):
    fill(settings, 30)
    with clock.standing_at(SPRING):
        one = file(Kind.LOANS)
        told = queries.opened(again(one))["content"]
        assert len(told["h"]) == 4
        assert all(line["name"] and line["address"] and line["terms"] for line in told["h"])
        assert queries.check(again(one)).same


def test_a_large_donation_return_is_filed_for_the_donation_that_made_it_due(app):
    with clock.standing_at(datetime(2026, 11, 1, tzinfo=UTC)):
        given_in_kind("Granite Ltd", "3 Ridge Road, Nelson 7010", 2_500_000, date(YEAR, 10, 7))
        (paper,) = queries.large_of_year(YEAR, AsOf(clock.today()))
        one = file(Kind.LARGE, about=paper.donation.id)
        assert one.ids == [paper.donation.id]
        (told,) = queries.large_of_year(YEAR, AsOf(clock.today()), queries.filings())
        assert told.filed_on == clock.today()
        assert queries.opened(again(one))["content"]["name"] == "Granite Ltd"
        with pytest.raises(rules.NotDue):
            file(Kind.LARGE, about="01890000-0000-7000-8000-000000000000")
    with clock.standing_at(FIVE_YEARS_ON):
        assert queries.check(again(one)).same


def test_filing_a_large_donation_return_does_the_duty_and_a_duty_done_otherwise_is_filed(app):
    with clock.standing_at(datetime(2026, 11, 1, tzinfo=UTC)):
        for name in ("Granite Ltd", "Schist Ltd"):
            donor = given_in_kind(name, "3 Ridge Road, Nelson 7010", 2_500_000, date(YEAR, 10, 7))
            with transaction():
                giving.judge_donor(donor, on=clock.today())
        first, second = (paper.donation.id for paper in queries.large_of_year(YEAR, AsOf(clock.today())))
        assert queries.open_duty(UUID(first))
        file(Kind.LARGE, about=first)
        session.remove()
        assert queries.open_duty(UUID(first)) is None
        with transaction():
            giving.file_return(queries.open_duty(UUID(second)), on=clock.today(), by="system")
        assert [filing.about for filing in queries.filings()] == [(first,), (second,)]
        told = queries.large_of_year(YEAR, AsOf(clock.today()), queries.filings())
        assert [paper.filed_on for paper in told] == [clock.today()] * 2


def test_what_is_shown_is_what_is_filed_or_nothing(app, settings):
    fill(settings, 20)
    with clock.standing_at(SPRING):
        seen = services.fingerprint(queries.facts(Kind.DONATIONS, YEAR, "", AsOf(clock.today())))
        given_in_kind("Late Parcel Ltd", "9 Mill Lane, Timaru 7910", 900_000, date(YEAR, 6, 6))
        with pytest.raises(rules.SeenOtherwise):
            services.file(YEAR, Kind.DONATIONS, by="system", on=clock.today(), seen=seen)
        session.rollback()


def test_a_filed_return_that_was_touched_is_found(filed, owner_url):
    one = again(filed)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update filed_returns set digest = repeat('0', 64)")
    session.remove()
    found = queries.check(again(one))
    assert not found.same
    assert found.changes == ("What is sealed is not what was hashed when it was filed.",)


@pytest.mark.parametrize("way", ["update filed_returns set year = 2025", "delete from filed_returns", "truncate filed_returns"])
def test_nobody_edits_or_deletes_what_was_filed(filed, owner, way):
    with pytest.raises(errors.IntegrityConstraintViolation):
        owner.execute(way)


def test_the_command_makes_every_filed_return_again(filed, app):
    with clock.standing_at(FIVE_YEARS_ON):
        session.remove()
        answer = app.test_cli_runner().invoke(args=["returns", "check"])
    assert answer.exit_code == 0, answer.output
    assert "annual donations return 2026, version 1: the same" in answer.output


def test_no_cell_begins_a_formula():
    for text in ("=1+1", "+64", "-5", "@x", "\tx", " =x"):
        assert papers.plain(text).startswith("'")
    assert papers.plain("Ānaru") == "Ānaru"


def test_the_sheet_has_every_line_and_its_id(filed):
    facts = queries.opened(again(filed))
    sheet = papers.as_csv(facts).decode("utf-8-sig")
    assert all(entry[0] in sheet for line in chain(*facts["content"]["parts"].values()) for entry in line["entries"])
    assert f"total,,,,,{facts['content']['totals']['all']['count']}," in sheet
    assert Money(facts["content"]["totals"]["all"]["cents"]).typed() in sheet
