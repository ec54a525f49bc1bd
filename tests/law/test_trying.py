"""`flask law try`: every rule can be reached, every mistake is told with its place, and nothing else comes out."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as some

from app.cli_law import try_
from app.law.rule_book import by_name, chapters, printed
from app.law.trying import Mistakes, try_cases
from app.law.trying.words import words

DAY = "2026-11-28"
WHOLE: dict[str, Any] = {
    "name": "everything",
    "regime": "nz",
    "on": [DAY, "2027-05-31"],
    "registered_on": "2020-02-03",
    "elections": [{"term_expires": 2026, "noticed_on": "2026-01-25", "polling_day": "2026-11-07"}],
    "returns": [2025, 2026],
    "questions": [{"rule": "nz.donations.pay_over", "on": DAY, "from": "2026-12-10"}],
    "donations": [
        {"id": "1", "on": "2026-11-10", "amount": "200.00", "donor": "Ivo", "ties": {"kind": "individual", "citizen": False}},
        {"id": "2", "on": "2026-03-10", "form": "under price", "worth": "1500.01", "price": "0.01", "donor": "Ann"},
        {"id": "3", "on": "2026-03-10", "amount": "21000", "donor": "Bo",
            "contributions": [{"of": "x", "amount": "90", "overseas": True, "told_on": "2026-04-01"}],
            "given_up": [{"on": "2026-04-20", "amount": "21000", "to": "donor"}]},
        {"id": "4", "on": "2026-03-10", "amount": "2000"},
        {"id": "5", "on": "2026-03-10", "amount": "2000", "donor": "Cy",
            "transmission": {"through": "Tama", "given_on": "2026-03-10", "passed_on": "2026-04-10", "named": False}},
        {"id": "6", "on": "2026-03-10", "amount": "1500", "donor": "Di", "protected": True},
        {"id": "7", "on": "2026-03-10", "amount": "9000", "donor": "Ed", "protected": True, "interest": "1.20"},
        {"id": "8", "on": "2026-03-10", "form": "labour", "worth": "900", "donor": "Flo"},
        {"id": "9", "on": "2026-03-10", "amount": "5", "donor": "Gus", "undeclared_on": "2026-03-12"},
    ],
    "memberships": [
        {"id": "m", "moves": [{"on": "2026-03-01", "to": "good"}], "can_enrol": "yes", "born_on": "1990-02-03",
            "fees": [{"since": "2026-03-01", "until": "2027-03-01", "payable_on": "2026-03-01", "amount": "20.00",
                "paid": [{"on": "2026-03-01", "amount": "20"}]}]},
        {"id": "n", "own_application": False, "rhythm": "monthly"},
    ],
    "loans": [{"id": "l", "on": "2026-06-02", "lender": "Lea", "amount": "31000",
            "repaid": [{"on": "2026-07-01", "amount": "1"}]},
        {"id": "o", "on": "2026-06-02", "lender": "Lea", "amount": "5", "by_secretary": False}],
    "filings": [{"paper": "big-loan return", "on": "2026-06-10", "about": ["l"]},
        {"paper": "annual donations return", "on": "2026-04-01", "year": 2025}],
}  # fmt: skip
UK = {"name": "uk", "regime": "uk", "on": DAY, "campaigns": [{"writ_on": "2024-05-30", "polling_day": "2024-07-04"}], "gifts": [
    {"id": "1", "on": "2026-02-01", "amount": "12000", "source": "ann", "kind": "trade union"},
    {"id": "2", "on": "2026-02-01", "amount": "501", "source": "bo", "kind": "company in Jersey"},
]}  # fmt: skip
AU = {"name": "au", "regime": "au", "on": "2027-04-01", "known": "2026-11-28", "gifts": [
    {"id": "1", "on": "2027-02-01", "amount": "50000.01", "source": "ann"},
    {"id": "2", "on": "2027-02-01", "amount": "5000.01", "source": "bo"},
    {"id": "3", "on": "2027-02-01", "amount": "1000", "source": "cy", "foreign": True},
]}  # fmt: skip


def tried(*cases: dict[str, Any]) -> list[dict[str, Any]]:
    return try_cases(json.dumps({"cases": cases}))["cases"]


def test_everything_at_once():
    (found,) = tried(WHOLE)
    now = found["answers"][0]
    assert [(item["id"], item["verdict"]) for item in now["donations"]] == [
        ("1", "refused"), ("2", "accepted"), ("3", "accepted"), ("4", "accepted"), ("5", "accepted"), ("6", "refused"),
        ("7", "accepted"), ("8", "no donation"), ("9", "accepted"),
    ]  # fmt: skip
    refused = now["donations"][0]
    assert (refused["allowed"], refused["cites"], refused["money"]) == (
        "50.00",
        "Electoral Act 1993 s 207K(2A)",
        "Nothing was charged.",
    )
    assert refused["overseas"]["holds"] is True
    assert now["donations"][1]["value"]["amount"] == "1500.00"
    assert "not known here for 2026-03-10: ask the Commission" in now["donations"][6]["sentence"]
    money = {(duty["kind"], *duty["about"]): duty for duty in now["duties"]}
    assert money["give back", "1"]["due_on"] == "2026-12-08"
    assert money["give back", "3"]["done_on"] == "2026-04-20"
    assert (money["give back", "9"]["due_on"], money["give back", "9"]["left"]) == (None, "5.00")
    assert (money["send on", "5"]["by"], money["send on", "5"]["late"]) == ("Tama", True)
    assert money["pay over", "5"]["due_on"] == "2026-05-11"  # over Anzac Day
    assert money["file a large-donation return", "3"]["due_on"] == "2026-04-09"
    assert money["file a big-loan return", "l"]["done_on"] == "2026-06-10"
    assert money["file the annual donations return", "2025"]["done_on"] == "2026-04-01"
    assert [item["verdict"] for item in now["loans"]] == ["accepted", "refused"]
    assert now["members"] == {"counting": 1, "needed": 500, "cites": "Electoral Act 1993 ss 63, 66(1)(b)"}
    paper = now["returns"]["2026"]
    assert {part: len(lines) for part, lines in paper["parts"].items()} == {
        "A": 0,
        "B": 0,
        "C": 2,
        "D": 1,
        "E": 1,
        "F": 2,
        "G": 3,
    }
    assert sorted(paper["totals"]["all"]["ids"]) == list("1245679")
    assert paper["not_received"][0]["donation"]["id"] == "3"
    assert now["returns"]["2025"]["nil"] is True
    assert found["questions"][0]["due_on"] == "2027-01-29"
    later = found["answers"][1]
    assert later["memberships"][0]["counts_toward_500"]["holds"] is False


def test_the_united_kingdom_and_australia():
    uk, au = tried(UK, AU)
    assert [(item["verdict"], item["due_on"]) for item in uk["answers"][0]["gifts"]] == [
        ("accepted", None),
        ("refused", "2026-03-03"),
    ]
    assert uk["answers"][0]["reports"][0]["due_on"] == "2026-04-30"
    assert [(item["verdict"], item["allowed"]) for item in au["answers"][0]["gifts"]] == [
        ("refused", "50000.00"), ("accepted", "44999.99"), ("refused", None),
    ]  # fmt: skip
    assert [(report["about"], report["due_on"]) for report in au["answers"][0]["reports"]] == [(["2"], "2027-03-21")]


@pytest.mark.parametrize("name", by_name())
def test_every_rule_can_be_asked_by_its_name(name):
    last = max(line.since for line in by_name()[name].lines).isoformat()
    (found,) = tried({"name": "q", "on": DAY, "questions": [{"rule": name, "on": last}]})
    clause = found["questions"][0]["clause"]
    assert clause["cites"]
    assert clause["figure"]


def test_a_question_by_what_was_known():
    asked = {"rule": "nz.donations.named_donor", "on": "2026-01-01", "amount": "5500"}
    (found,) = tried({"name": "q", "on": DAY, "questions": [asked, {**asked, "known": "2025-12-18"}]})
    assert [item["exceeds"] for item in found["questions"]] == [False, True]
    assert found["questions"][1]["sentence"] == "$5,500.00 exceeds $5,000.00 (Electoral Act 1993 s 210(1)(a))."
    (found,) = tried({"name": "q", "on": DAY, "questions": [{"rule": "nz.protected.party_cap", "on": DAY}]})
    assert found["questions"][0]["clause"] is None


MISTAKES = [
    ("not json", "(file): not readable as JSON: Expecting value"),
    ("", "(file): not readable as JSON"),
    ("[]", "(file): must be an object, not a list"),
    ("{}", "cases: is missing"),
    ('{"cases": 3}', "cases: must be a list, not 3"),
    ('{"cases": [3]}', "cases[0]: must be an object, not 3"),
    ('{"cases": [], "cases": []}', "the key “cases” is there twice"),
    ('{"cases": [], "x": NaN}', "NaN is not JSON"),
    ("[" * 100_000, "too deeply nested"),
    ('{"cases": [], "other": 1}', "other: is not a key that is known here; known are cases"),
    ('{"cases": [{"name": "a"}]}', "cases[0].on: is missing: a day like 2026-11-28"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), MISTAKES, ids=[says for _, says in MISTAKES])
def test_what_is_not_a_list_of_cases(text, says):
    with pytest.raises(Mistakes) as found:
        try_cases(text)
    assert any(says in sentence for sentence in found.value.sentences), found.value.sentences


def one(**donation: Any) -> dict[str, Any]:
    return {"donations": [{"id": "1", "on": "2026-03-01", "amount": "5", "donor": "a", **donation}]}


WRONG = [
    ({"regime": "us"}, "cases[0].regime: must be one of “nz”, “uk”, “au”, not “us”"),
    ({"on": []}, "cases[0].on: must be a day"),
    ({"on": "2026-02-30"}, "cases[0].on: must be a day like 2026-11-28, from 1993-08-17 to 2052-12-31"),
    ({"on": ["2026-1-1"]}, "cases[0].on: must be a day"),
    (one(amount=5), "cases[0].donations[0].amount: must be an amount as text, like “1500.00” (more than 0), not 5"),
    (one(amount="5.1"), "donations[0].amount: must be an amount"),
    (one(amount="-5"), "donations[0].amount: must be an amount"),
    (one(amount="0"), "donations[0].amount: must be an amount"),
    (one(amount="9" * 5000), "donations[0].amount: must be an amount"),
    (one(on="2010-12-31"), "donations[0].on: must be a day like 2026-11-28, from 2011-01-01"),
    (one(form="gold"), "donations[0].form: must be one of “money”"),
    (one(form="goods", worth="9"), "donations[0].amount: is not a key that is known here"),
    (one(donor=3), "donations[0].donor: must be text, not 3"),
    (one(colour="red"), "donations[0].colour: is not a key"),
    (one(overseas="yes"), "donations[0].overseas: must be true or false, not “yes”"),
    (one(overseas=True, ties={}), "donations[0].overseas: is not said beside ties"),
    (one(ties={"planet": 1}), "donations[0].ties.planet: is not a key"),
    (one(given_up=[{"on": DAY, "amount": "1", "to": "me"}]), "given_up[0].to: must be one of “donor”, “commission”"),
    (one(contributions=[{"amount": "1"}]), "contributions[0].of: is missing"),
    (one(transmission={"through": "t", "given_on": DAY, "passed_on": "2026-01-01"}), "passed_on: is before given_on"),
    ({"donations": [one()["donations"][0]] * 2}, "donations[1].id: “1” is the id of an earlier one"),
    ({"registered_on": "2026-02-01", "cancelled_on": "2026-01-01"}, "cancelled_on: is before registered_on"),
    ({"registered_on": "2026-02-01", "returns": [2025]}, "returns[0]: the party was not registered in 2025"),
    ({"returns": [2010]}, "returns: must be a list of years from 2011"),
    ({"elections": [{"term_expires": 2029, "polling_day": "2028-05-05"}]}, "elections[0]: the day of public notice is needed"),
    ({"filings": [{"paper": "annual loans return", "on": DAY}]}, "filings[0].year: is missing"),
    ({"filings": [{"paper": "big-loan return", "on": DAY}]}, "filings[0].about: is missing"),
    ({"questions": [{"rule": "overseas", "on": DAY}]}, "rule: “overseas” is not a rule; is it nz.donations.overseas_keep"),
    ({"questions": [{"rule": "nz.loans.audited", "on": DAY, "amount": "1"}]}, "amount: this rule is no amount of money"),
    ({"questions": [{"rule": "nz.loans.audited", "on": DAY, "from": DAY}]}, "from: this rule is no deadline"),
    ({"memberships": [{"id": "m", "fees": [{"since": DAY, "until": DAY, "payable_on": DAY, "amount": "1"}]}]},
        "until: is not after since"),
    ({"regime": "uk", "donations": []}, "donations: is not a key"),
    ({"regime": "au", "gifts": [{"id": "1", "on": "2019-01-01", "amount": "5", "source": "a"}]}, "gifts[0].on: must be a day"),
    ({"regime": "uk", "campaigns": [{"writ_on": DAY, "polling_day": "2026-01-01"}]}, "polling_day: is before writ_on"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "says"), WRONG, ids=[says for _, says in WRONG])
def test_a_mistake_is_told_with_its_place(case, says):
    with pytest.raises(Mistakes) as found:
        tried({"name": "x", "on": DAY, **case})
    assert [says in sentence for sentence in found.value.sentences] == [True], found.value.sentences


def test_all_mistakes_are_told_at_once():
    with pytest.raises(Mistakes) as found:
        tried({"name": "x", "on": DAY, **one(amount="x", overseas=1)}, {"name": "x", "on": "never"})
    assert [sentence.partition(":")[0] for sentence in found.value.sentences] == [
        "cases[1].name", "cases[0].donations[0].overseas", "cases[0].donations[0].amount", "cases[1].on",
    ]  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


PLACES = places([WHOLE, UK, AU])
odd = some.one_of(
    some.none(), some.booleans(), some.integers(-(10**20), 10**20), some.floats(allow_nan=False), some.text(max_size=5),
    some.dates(date(1990, 1, 1), date(2060, 1, 1)).map(str), some.sampled_from(["0.01", "-5", "1500.00", "999999999999.99"]),
    some.lists(some.integers(), max_size=2), some.dictionaries(some.text(max_size=3), some.integers(), max_size=2),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(PLACES[1:]), odd), min_size=1, max_size=3))
def test_whatever_is_changed_there_is_an_answer_or_mistakes_and_nothing_else(changes):
    cases = copy.deepcopy([WHOLE, UK, AU])
    for path, value in changes:
        inside: Any = cases
        try:
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue
    try:
        found = try_cases(json.dumps({"cases": cases}))
    except Mistakes as mistakes:
        told = [sentence for sentence in mistakes.sentences if sentence.startswith(("cases", "(file)"))]
        found = None
    if found is None:
        assert told
    else:
        assert json.dumps(found)
        assert words(found)


def run(text: bytes, *more: str):
    return CliRunner().invoke(try_, ["-", *more], input=text)


def test_the_command_answers_in_json_and_in_words():
    text = json.dumps({"cases": [WHOLE, UK, AU]}).encode()
    in_json, in_words = run(text), run(text, "--text")
    assert (in_json.exit_code, in_words.exit_code) == (0, 0)
    assert [case["name"] for case in json.loads(in_json.stdout)["cases"]] == ["everything", "uk", "au"]
    for says in (
        "# everything (nz)",
        "send on (5): due 2026-03-24",
        "C  (nobody named): 2000.00",
        "by 2026-04-30  [PPERA s 62(4)",
    ):
        assert says in in_words.stdout


@pytest.mark.parametrize(
    ("text", "says"), [(b"{", "not readable as JSON"), (b"\xff\xfe", "not readable as UTF-8"), (b"{}", "cases:")]
)
def test_the_command_ends_with_2_and_without_a_traceback_on_a_mistake(text, says):
    done = run(text)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert isinstance(done.exception, SystemExit)


def test_the_example_of_the_description_is_answered():
    from pathlib import Path

    from app import law

    text = (Path(law.__file__).parent / "TRYING.md").read_text().partition("```json\n")[2].partition("```")[0]
    (case,) = try_cases(text)["cases"]
    assert [len(answer["donations"]) for answer in case["answers"]] == [0, 1]


def test_every_rule_is_in_the_book_once_and_prints_itself():
    names = [rule.name for chapter in chapters() for rule in chapter.rules]
    assert len(names) == len(set(names)) >= 80
    for rule in by_name().values():
        for line in rule.lines:
            assert "object at" not in printed(line.value)
            assert "(" not in printed(line.value) or "asked" in printed(line.value)  # nothing prints as Python
