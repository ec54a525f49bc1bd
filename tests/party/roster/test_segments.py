"""Segments: questions under a name that nest; what they find is what the same question by hand finds, of those one sees."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.ground.ids import new_id
from app.law.party_rules import DUES
from app.party.branches.scope import EVERYONE, Scope
from app.party.casework import services as casework
from app.party.casework.rules import NotYours
from app.party.roster import queries, rules, services
from app.party.roster.models import Segment
from app.party.roster.rules import Asked, How, Part, Stands
from app.seeding_many import fill
from tests.house.page_reader import faults
from tests.walk import hidden

ALL, ANY, NONE = How.ALL, How.ANY, How.NONE


def keep(name: str, *parts: Part, branch_id=None, scope: Scope = EVERYONE) -> str:
    with looking_as(str(scope)), transaction():
        return str(services.keep_segment(name, parts, branch_id, scope, by="system").id)


def count(asked: Asked, scope: Scope = EVERYONE) -> int:
    with looking_as(str(scope)), transaction():
        return queries.count(asked, scope, on=clock.today())


def row(segment: str) -> Segment:
    return session.get_one(Segment, UUID(segment))


@pytest.fixture
def many(app, owner) -> list[UUID]:
    """People of all kinds, every third of whom has the first tag, every seventh the second."""
    fill(160, say=lambda _line: None)
    session.remove()
    with looking_as("everyone"), transaction():
        tags = [casework.make_tag(name, None, EVERYONE, by="system", on=clock.today()).id for name in ("One", "Two")]
    for tag, every in zip(tags, (3, 7), strict=True):
        owner.execute(
            "insert into taggings (id, tag_id, person_id, at, by) select uuidv7(), %s, person_id, now(), 'test' from"
            " (select person_id, row_number() over (order by person_id) as n from roster) r where n %% %s = 0",
            [tag, every],
        )
    owner.execute("analyze roster, taggings")
    return tags


# What can be asked, and the same as somebody would write it by hand.
LEAVES = [
    (Asked(stands=Stands.GOOD), "(r.decided = 'good' and r.owed_from > %(on)s)"),
    (Asked(stands=Stands.LAPSED), "(r.decided = 'lapsed' or (r.decided = 'good' and r.owed_from <= %(on)s::date - %(lapse)s))"),
    (Asked(can_enrol="yes"), "(coalesce(r.can_enrol, '') = 'yes')"),
    (Asked(branch="none"), "(r.branch_id is null)"),
    (Asked(consent="news"), "('news' = any (r.consents))"),
    (Asked(tag="0"), "exists (select from taggings t where t.tag_id = %(tag0)s and t.person_id = r.person_id)"),
    (Asked(tag="1"), "(r.person_id in (select person_id from taggings where tag_id = %(tag1)s))"),
    (Asked(office="any"), "false"),
    (Asked(branch="first"), "(r.branch_id is not distinct from %(branch)s)"),
]
Tree = list[tuple[How, "int | Tree"]]
leaf = some.tuples(some.sampled_from(list(How)), some.integers(0, len(LEAVES) - 1))
trees = some.recursive(
    some.lists(leaf, min_size=1, max_size=3),
    lambda inner: some.lists(some.tuples(some.sampled_from(list(How)), inner) | leaf, min_size=1, max_size=3),
    max_leaves=6,
)


def by_hand(tree: Tree) -> str:
    said = {how: [LEAVES[what][1] if isinstance(what, int) else by_hand(what) for h, what in tree if h is how] for how in How}
    ways = [*said[ALL], *(f"not coalesce({one}, false)" for one in said[NONE])]
    ways += [f"({' or '.join(said[ANY])})"] if said[ANY] else []
    return f"({' and '.join(ways) or 'true'})"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(tree=trees)
def test_a_segment_of_segments_is_what_the_same_question_by_hand_finds(many, owner, tree):
    branch, size = owner.execute(
        "select branch_id, count(*) from roster where branch_id is not null group by 1 order by 2 desc limit 1"
    ).fetchone()

    def ask(what: int) -> Asked:
        asked = LEAVES[what][0]
        if asked.branch == "first":
            return Asked(branch=str(branch))
        return Asked(tag=str(many[int(asked.tag)])) if asked.tag else asked

    def build(tree: Tree) -> str:
        parts = [Part(how, ask(what) if isinstance(what, int) else Asked(segment=build(what))) for how, what in tree]
        return keep(str(new_id()), *parts)

    try:
        segment = build(tree)
    except rules.TooDeep:
        return
    asked, one_branch = Asked(segment=segment), Scope(branches=frozenset({branch}))
    lapse = DUES.on(clock.today()).value.lapse_days
    facts = {"on": clock.today(), "lapse": lapse, "tag0": many[0], "tag1": many[1], "branch": branch}
    everybody = {r[0] for r in owner.execute(f"select person_id from roster r where {by_hand(tree)}", facts)}
    theirs = {
        r[0] for r in owner.execute(f"select person_id from roster r where branch_id = %(branch)s and {by_hand(tree)}", facts)
    }
    assert count(asked) == len(everybody)
    assert count(asked, one_branch) == len(theirs) <= size
    with looking_as("everyone"), transaction():
        shown, place = [], queries.START
        while True:
            page = queries.page(asked, EVERYONE, on=clock.today(), place=place, size=60)
            shown += [one.person_id for one in page.rows]
            if not page.after:
                break
            place = queries.read_place(after=page.after, before="")
    assert len(shown) == len(set(shown))
    assert set(shown) == everybody


def test_pages_walked_and_pages_put_in_order_are_the_same(many):
    asked = Asked(tag=str(many[0]))
    with looking_as("everyone"), transaction():
        few = queries.page(asked, EVERYONE, on=clock.today(), known=10)
        walked = queries.page(asked, EVERYONE, on=clock.today(), known=10_000_000)
        unknown = queries.page(asked, EVERYONE, on=clock.today())
    ids = [[one.person_id for one in page.rows] for page in (few, walked, unknown)]
    assert ids[0] == ids[1] == ids[2]
    assert len(ids[0]) == 25
    assert few.after == walked.after


def test_what_leads_round_is_refused(app):
    good = Part(ALL, Asked(stands=Stands.GOOD))
    a = keep("A", good)
    b = keep("B", Part(ALL, Asked(segment=a)))
    c = keep("C", Part(NONE, Asked(segment=b)))
    for named in (a, b, c):
        with looking_as("everyone"), pytest.raises(rules.RoundAndRound), transaction():
            services.add_part(row(a), Part(ANY, Asked(segment=named)), EVERYONE, by="system")


def test_a_row_that_leads_round_all_the_same_finds_nobody_and_ends(cast, owner):
    a = keep("A", Part(ALL, Asked(stands=Stands.GOOD)))
    owner.execute(
        "update segments set parts = jsonb_build_array(jsonb_build_object('how', 'all', 'asked',"
        " jsonb_build_object('segment', id))) where id = %s",
        [a],
    )
    assert count(Asked(segment=a)) == 0


def test_five_deep_is_enough_and_forty_parts(app):
    below = keep("1", Part(ALL, Asked(stands=Stands.GOOD)))
    for deep in range(2, 6):
        below = keep(str(deep), Part(ALL, Asked(segment=below)))
    with pytest.raises(rules.TooDeep):
        keep("6", Part(ALL, Asked(segment=below)))
    first = keep("many", Part(ALL, Asked(stands=Stands.GOOD)))
    wide = keep("wide", *[Part(ANY, Asked(can_enrol="yes"))] * 39)
    with looking_as("everyone"), transaction():
        services.add_part(row(first), Part(ALL, Asked(stands=Stands.GOOD)), EVERYONE, by="system")
    with looking_as("everyone"), pytest.raises(rules.TooDeep), transaction():
        services.add_part(row(first), Part(ALL, Asked(segment=wide)), EVERYONE, by="system")


def test_a_change_below_that_makes_one_above_too_deep_is_refused(app):
    leaf = keep("leaf", Part(ALL, Asked(stands=Stands.GOOD)))
    tall = keep("t1", Part(ALL, Asked(stands=Stands.GOOD)))
    for deep in range(2, 5):
        tall = keep(f"t{deep}", Part(ALL, Asked(segment=tall)))
    keep("above", Part(ALL, Asked(segment=leaf)))
    with looking_as("everyone"), pytest.raises(rules.TooDeep), transaction():
        above2 = services.keep_segment("above 2", [Part(ALL, Asked(segment=leaf))], None, EVERYONE, by="system")
        session.flush()
        services.keep_segment("above 3", [Part(ALL, Asked(segment=str(above2.id)))], None, EVERYONE, by="system")
        session.flush()
        services.add_part(row(leaf), Part(ALL, Asked(segment=tall)), EVERYONE, by="system")


def test_one_that_others_are_made_of_is_not_ended_and_an_ended_one_is_nobodys(app, cast):
    a = keep("Base", Part(ALL, Asked(stands=Stands.GOOD)))
    b = keep("Upper", Part(ALL, Asked(segment=a)))
    with looking_as("everyone"), pytest.raises(rules.StillNamed, match="Upper"), transaction():
        services.end_segment(row(a), EVERYONE, by="system")
    for segment in (b, a):
        with looking_as("everyone"), transaction():
            services.end_segment(row(segment), EVERYONE, by="system")
        assert count(Asked(segment=segment)) == 0
    keep("Base", Part(ALL, Asked(stands=Stands.GOOD)))  # the name is free again


def test_a_segment_means_the_same_to_all_who_see_it(cast, mangere):
    own = Scope(branches=frozenset({mangere}))
    with looking_as(str(own)), transaction():
        tag = casework.make_tag("Local", mangere, own, by="system", on=clock.today()).id
    local = keep("Local good", Part(ALL, Asked(stands=Stands.GOOD)), branch_id=mangere, scope=own)
    for part in (Part(ALL, Asked(tag=str(tag))), Part(ALL, Asked(segment=local)), Part(ALL, Asked(tag=str(new_id())))):
        with pytest.raises(rules.NotNamed):
            keep("Of all", part)
        if part.asked.tag != str(tag) and not part.asked.segment:
            continue
        keep(f"Of Māngere {part.asked.segment}", part, branch_id=mangere, scope=own)
    with pytest.raises(rules.NothingAsked):
        keep("Everybody", Part(ALL, Asked()))
    with pytest.raises(NotYours):
        keep("Of all", Part(ALL, Asked(stands=Stands.GOOD)), scope=own)


def test_the_secretarys_segment_opened_by_an_organizer_shows_only_the_branch(as_officer, mangere):
    segment = keep("Good", Part(ALL, Asked(stands=Stands.GOOD)))
    assert "4 people" in as_officer("olive").get(f"/org/people?segment={segment}").get_data(as_text=True)
    tama = as_officer("tama")
    assert "2 people" in tama.get(f"/org/people?segment={segment}").get_data(as_text=True)
    page = tama.get(f"/org/people/segments/{segment}").get_data(as_text=True)
    assert "2 people now" in page
    assert "Rename" not in page  # it is not the branch’s


def test_a_branchs_segment_opened_by_the_secretary_has_members_of_that_branch_only(as_officer, mangere):
    own = Scope(branches=frozenset({mangere}))
    good = Part(ALL, Asked(stands=Stands.GOOD))
    local = keep("Local good", good, branch_id=mangere, scope=own)
    assert count(Asked(stands=Stands.GOOD)) == 4
    assert count(Asked(segment=local)) == count(Asked(segment=local), own) == 2
    nested = keep("Local, again", Part(ALL, Asked(segment=local)), branch_id=mangere, scope=own)
    assert count(Asked(segment=nested)) == 2
    without = keep("Local, none", good, Part(NONE, Asked(segment=local)), branch_id=mangere, scope=own)
    assert count(Asked(segment=without)) == 0
    assert "2 people now" in as_officer("olive").get(f"/org/people/segments/{local}").get_data(as_text=True)


def test_the_doors_keep_rename_nest_and_end(as_officer, mangere, settings):
    olive = as_officer("olive")
    token = hidden(olive.get("/sign-in").get_data(as_text=True), "csrf_token")

    def press(path: str, **fields: str):
        return olive.post(path, data={"csrf_token": token, **fields})

    assert press("/org/people/segments/new?stands=good", name="", branch="").status_code == 422
    good = press("/org/people/segments/new?stands=good", name="Good", branch="").location
    assert "There is a segment of that name." in press(
        "/org/people/segments/new?stands=behind", name="good", branch=""
    ).get_data(as_text=True)
    behind = press("/org/people/segments/new?stands=behind", name="Behind", branch="").location.split("/")[-1]
    either = press(f"/org/people/segments/new?segment={good.split('/')[-1]}", name="Either", branch="", how="any").location
    assert press(f"{either}/parts", how="any", segment=behind).status_code == 303
    page = olive.get(either).get_data(as_text=True)
    assert "5 people now" in page
    assert faults(page, promoter=settings.promoter) == []
    assert press(f"{either}/parts", how="none", segment=either.split("/")[-1]).status_code == 422
    assert press(f"{either}/parts", how="maybe", segment=behind).status_code == 422
    assert press(f"{either}/parts/0/remove").status_code == 303
    assert "1 person now" in olive.get(either).get_data(as_text=True)
    refused = press(f"{either}/parts/0/remove")
    assert refused.status_code == 422
    assert faults(refused.get_data(as_text=True), promoter=settings.promoter) == []
    assert press(f"/org/people/segments/{behind}/end").status_code == 422
    assert press(f"{either}/name", name="Only behind").status_code == 303
    listed = olive.get("/org/people/segments").get_data(as_text=True)
    assert "Only behind" in listed
    assert faults(listed, promoter=settings.promoter) == []
    assert faults(olive.get("/org/people/segments/new?stands=good").get_data(as_text=True), promoter=settings.promoter) == []
    assert press(f"{either}/end").status_code == 303
    assert olive.get(either).status_code == 404


def test_an_office_is_a_filter(as_officer, mangere):
    olive = as_officer("olive")
    assert "3 people" in olive.get("/org/people?office=any").get_data(as_text=True)
    assert "1 person" in olive.get("/org/people?office=organizer").get_data(as_text=True)
    assert olive.get("/org/people?office=king").status_code == 422
