"""The paper of a pack: made by the worker as whoever asked, sealed, forgotten after its days; seen by whose evidence it is."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.people import queries as people
from app.party.registration import jobs, papers, queries, rules, services


@pytest.fixture
def pack(crowd, make_pack):
    crowd(3, name="", address="")
    return make_pack(3)


def ask(pack, olive):
    with transaction():
        return services.ask_for_paper(pack.id, by=olive).id


def the_paper(pack):
    found = queries.papers_of(pack)
    session.remove()
    return found[0]


def test_the_worker_makes_it_sealed_with_its_hash_and_it_can_be_taken(pack, olive, do_the_chores, owner):
    ask(pack, olive)
    do_the_chores()
    paper = the_paper(pack)
    assert (paper.members, paper.failed) == (3, None)
    with transaction():
        content = services.hand_out(queries.papers_of(pack)[0], by=olive)
    assert content.startswith(b"%PDF-1")
    assert sha256(content).hexdigest() == paper.sha256
    lying = owner.execute("select sealed from registration_papers").fetchone()[0]
    assert b"%PDF-1" not in bytes(lying)
    assert b"Kea Road" not in bytes(lying)
    jobs_text = owner.execute("select string_agg(args::text, '') from procrastinate_jobs").fetchone()[0] or ""
    assert "Rere" not in jobs_text


def test_the_same_facts_are_the_same_paper(pack, today):
    facts = queries.pack_facts(pack, on=today)
    session.remove()
    assert papers.pack_pdf(facts) == papers.pack_pdf(facts)


def test_each_page_says_what_the_commission_asks_for(pack, today):
    facts = queries.pack_facts(pack, on=today)
    session.remove()
    for page in facts["members"]:
        assert all(page[part] for part in ("name", "address", "signature", "signed_on"))
        assert page["fee"] == "$20.00"
        assert len(page["references"]) == 1
        assert len(page["digest"]) == 64
        assert any("release my membership details" in sentence for sentence in page["sentences"])
        assert any("No date of birth" in note for note in page["notes"])


def test_asked_twice_before_it_is_made_it_is_one_wish(pack, olive):
    assert ask(pack, olive) == ask(pack, olive)


def test_a_job_that_is_done_twice_makes_it_once(pack, olive):
    paper = ask(pack, olive)
    jobs.print_paper(str(paper))
    made = the_paper(pack).sha256
    jobs.print_paper(str(paper))
    assert the_paper(pack).sha256 == made


def test_who_lost_the_office_meanwhile_gets_none(pack, olive):
    paper = ask(pack, olive)
    with transaction():
        held = branches.offices_by(olive, on=clock.today())[0]
        offices.end_office(held, by="system", on=clock.today())
    jobs.print_paper(str(paper))
    assert the_paper(pack).failed == "no office"
    assert the_paper(pack).sealed is None


def test_everybody_in_it_sees_that_it_was_printed(pack, olive):
    someone = queries.people_of(pack)[0]
    session.remove()
    jobs.print_paper(str(ask(pack, olive)))
    seen = [look.what for look in branches.looks_at(someone)]
    session.remove()
    assert rules.PRINTED in seen


def test_after_its_days_it_is_empty_and_its_hash_stays(pack, olive):
    jobs.print_paper(str(ask(pack, olive)))
    with clock.standing_at(clock.start_of(clock.today() + timedelta(days=rules.PAPER_KEPT_DAYS - 1))):
        jobs.forget_papers()
        assert the_paper(pack).sealed is not None
    with clock.standing_at(clock.start_of(clock.today() + timedelta(days=rules.PAPER_KEPT_DAYS))):
        jobs.forget_papers()
    paper = the_paper(pack)
    assert paper.sealed is None
    assert paper.sha256
    with pytest.raises(rules.GoneAlready), transaction():
        services.hand_out(paper, by=olive)


def test_who_was_forgotten_since_is_a_page_that_says_so(pack, today):
    gone = queries.people_of(pack)[1]
    name = people.details_of(people.get_person(gone)).name
    session.remove()
    with transaction():
        belonging.leave(gone, by=f"person:{gone}", on=today)
    facts = queries.pack_facts(pack, on=today)
    session.remove()
    assert [page["gone"] for page in facts["members"]] == [False, True, False]
    assert name not in str(facts)
    assert papers.pack_pdf(facts).startswith(b"%PDF")
