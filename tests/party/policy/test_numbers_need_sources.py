"""A number without a source keeps a text from being published, however it is written; what only looks like one does not."""

from __future__ import annotations

import pytest

from app.party.policy.texts.checking import faults, of_note
from app.party.policy.texts.drawing import body
from app.party.policy.texts.numbers import numbers
from app.party.policy.texts.reading import read_all
from tests.waiting import no_more_work_than

SOURCE = """# What does a cap cost?
Title: Caps
Topic: caps
Answer: It depends.
{head}
## {heading} {{#problem problem}}

{body}

## What we will do {{#do commitments}}

### DC-1 Count homes
- Measure: a count
- Cost: about $200,000 [^a]
- Status: proposed

{more}

## What it costs {{#cost cost}}

Words.

## The case against {{#against counter}}

Words.

## What would change our mind {{#change change}}

Words.

[^a]: A title | A publisher | 2012 | https://example.nz/ | press | medium
"""
PLAN = "figure:plan_price_month/NZL/2012/30/10+Mbps,+30+GB"
SHARE = "figure:share_uncapped/NZL/2021/households"
BASKET = "figure:itu_fixed_basket_ppp/NZL/2013"
CABLE = "/tools/cable-cost?connections=1600000&cost=492&interest=8&running=4&years=25"
CAP = "/tools/time-to-cap?cap=30&speed=100"


def said_about(body: str = "Words.", head: str = "", heading: str = "The problem", more: str = "") -> list[str]:
    text, unreadable = read_all(SOURCE.format(body=body, head=head, heading=heading, more=more))
    return [str(one) for one in [*unreadable, *faults(text)]]


@pytest.mark.parametrize(
    "words",
    [
        "79% of homes",
        "７９% of homes",
        "٧٩% of homes",
        "7*9*%",
        "`79`%",
        "7\u200b9%",
        "&#55;9%",
        "\u202e97%",
        "x² as large",
        "½ of homes",
        "1/3 of homes",
        "1 in 5",
        "①",
        "1 900 homes",
        "1\u202f900 homes",
        "Spark’s 20 homes",
        "It’s 79% of homes",
        "May 15",
    ],
)
def test_digits_of_any_script_and_any_shape_are_numbers(words):
    assert "number without a citation" in said_about(words)[0]
    assert not said_about(f"{words} [^a]")


@pytest.mark.parametrize(
    "words",
    [
        "Seventy-nine per cent of homes",
        "Two in three homes pay too much",
        "One household in five",
        "Nine out of ten",
        "half of them",
        "almost half",
        "a third of them",
        "by a third",
        "two-thirds",
        "three quarters",
        "twice as dear",
        "three times the price",
        "it doubled",
        "prices halved",
        "tenfold",
        "a thousand homes",
        "millions of homes",
        "a dozen towers",
        "fifty",
        "two homes",
        "ten rural connections",
    ],
)
def test_numbers_in_words_are_numbers(words):
    assert "number without a citation" in said_about(words)[0]
    assert not said_about(f"{words} [^a]")


@pytest.mark.parametrize(
    "words",
    [
        "Some 1900 homes",
        "1900 satellite connections",
        "We need 2000 signatures",
        "A 2050 tonne cable",
        "of 2000 farms",
        "That’s 2000 more",
        "$1999",
        "¥1999",
        "1999 percent",
        "1950 times",
        "2000 × as much",
        "2000p",
        "2013,5",
        "2012–3",
        "s20 people",
        "5G of data",
        "v100",
    ],
)
def test_what_is_counted_is_no_year_and_no_reference(words):
    assert "number without a citation" in said_about(words)[0]


@pytest.mark.parametrize(
    "words",
    [
        "In 2013 the price fell.",
        "From 2011 to 2016, and in 2011–2016.",
        "The 2013 Act; Orcon’s 2012 plans; the ISP Survey 2013.",
        "(NBR, 2012)",
        "Since 30 June 2013, and on 2–3 May and 2027-06-30.",
        "In June 2013, in the 2010s, before Covid-19.",
        "By 2026.",
        "Spark’s 4G and 5G",
        "See DC-2 in version 2.",
        "Electoral Act 1993, s 204G, ss 20 and 21; Part 7 of the Telecommunications Act 2001",
        "One thing, two reasons, three lines.",
        "The second half of 2026, a half-year, twice a year, a third cable, one line.",
        "Do not halve it or double it.",
        "1. First\n2. Second",
    ],
)
def test_days_years_versions_and_references_are_no_numbers(words):
    assert said_about(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "In 2000 villages there is no fibre",
        "In 1800 schools nobody learns it",
        "In 2015 villages nobody has it",
        "The 2000 masts we need",
        "Our 2000 staff",
        "Spark’s 2000 masts",
        "as 1900 towns",
        "with 2000 new masts",
        "At 2000 kWh a day",
        "On 30 June 2000 farms lost it",
        "On 30 June 9900 farms lost it",
        "Since 2000 new farms lost it",
        "Up to 99 May lose it",
        "9999-99-99",
        "Only-95 of homes",
        "Nearly-90 % of homes",
        "AT-95 % of homes",
        "AT-95 homes",
        "NINE-95 of them",
        "AT95 of all rural homes",
        "Version 95 of homes",
        "v95 of rural homes",
        "Section 79 of homes have it",
        "s 79 of our homes",
        "Part 79 %",
    ],
)
def test_a_plural_after_four_digits_is_counted_and_a_share_of_something_is_no_reference(words):
    assert "number without a citation" in said_about(words)[0]


@pytest.mark.parametrize(
    "words",
    [
        "In 2013, prices fell.",
        "In June 2013 prices fell, and during 2014 prices rose.",
        "In 2013 the prices fell. By 2026 fibre reaches everyone.",
        "As in 2013; at the end of 2012; with 2013 as its year.",
        "Between 2011 and 2016 caps vanished; from 2011 to 2013 prices fell; in 2013/14 prices rose; in FY2024.",
        "as the 2008 crisis shows, and the 2021 census counts",
        "See section 20 of the Act, Part 7 of this Act, and version 2 of DC-2.",
    ],
)
def test_a_year_and_a_reference_are_still_what_they_are(words):
    assert said_about(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "double the OECD average",
        "It would triple",
        "prices could halve",
        "treble what it was",
        "nearly quadruple",
        "every second home",
        "every third farm",
    ],
)
def test_multiples_and_shares_in_words_are_numbers(words):
    assert "number without a citation" in said_about(words)[0]
    assert not said_about(f"{words} [^a]")


@pytest.mark.parametrize(
    "words",
    [
        "IPv6, CO2, H2O, MP3 and A4",
        "Wi-Fi 6 and Wi-Fi 6E",
        "in the 21st century, a 19th-century wire",
        "open 24/7",
        "the first 5G towers",
        "4K video, or films in 4K",
        "every second year, a double glazed pane",
    ],
)
def test_names_with_digits_in_them_are_no_numbers(words):
    assert said_about(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "GB30",
        "$30",
        "NZ$30",
        "NZD30",
        "USD30",
        "Only95 of homes",
        "AT95% of homes",
        "AT95 homes",
        "24/70",
        "$4K",
        "4K homes",
        "21st of 38",
    ],
)
def test_what_only_looks_like_such_a_name_is_a_number(words):
    assert "number without a citation" in said_about(words)[0]


@pytest.mark.parametrize("words", ["### 79% of homes", "> 79% of homes", "- one\n- 79%", "| 79% | b |\n|---|---|\n| x | y |"])
def test_headings_quotations_items_and_heads_of_tables_are_read_too(words):
    assert said_about(words)


def test_the_heading_of_a_section_and_the_title_have_no_number():
    assert "a heading cites nothing" in said_about(heading="79% of homes are capped")[0]
    assert said_about(heading="As it was in 2013") == []


@pytest.mark.parametrize("anchor", ["sources", "history", "cap-share", "source-own", "try-cap"])
def test_a_section_does_not_take_the_name_of_a_place_that_the_page_has(anchor):
    text = read_all(SOURCE.replace("#problem problem", f"#{anchor} problem").format(body="W", head="", heading="P", more=""))[0]
    assert "Give the section another anchor" in str(faults(text)[0])


def test_a_list_begins_with_one_so_that_its_count_says_nothing():
    assert "Begin a numbered list with 1" in said_about("79. per cent of homes")[0]


def test_a_figure_covers_its_own_words_and_no_others():
    assert not said_about(f"[79% of households]({SHARE}) had none.")
    assert said_about(f"[79% of households]({SHARE}) had none, and 99% of farms.")
    assert said_about(f"[79]({SHARE})9% of households")
    assert not said_about(f"[79% of households]({SHARE}) had none, and 99% of farms [^a].")


@pytest.mark.parametrize(
    "words",
    [
        f"[80%]({SHARE})",
        f"[79% to 99%]({SHARE})",
        f"[−79%]({SHARE})",
        f"[79 million]({SHARE})",
        f"[7 9%]({SHARE})",
        f"[79 GB]({SHARE})",
        f"[$79]({SHARE})",
        f"$[79]({SHARE})",
        f"[79]({SHARE}) GB",
        f"[79%, or nine in ten]({SHARE})",
        f"[$47.87]({BASKET})",
        "[NZ$61.53](figure:itu_fixed_basket_usd/NZL/2013)",
        "[US$400](figure:cable_capex/NZL/2012/not+built)",
        "[6,28,000](figure:connections_uncapped/NZL/2015)",
        "[4% above](figure:price_gap/NZL/2013/naked)",
        "[4%](figure:price_gap/NZL/2013/naked)",
        "[53,000 GB](figure:usage_total_june/NZL/2014)",
        "[18%](figure:itu_fixed_basket_ppp_rank/NZL/2025)",
        "[$13.75](figure:minimum_wage/NZL/2013)",
    ],
)
def test_a_figure_is_not_made_to_say_something_else(words):
    assert said_about(words)


@pytest.mark.parametrize(
    "words",
    [
        *("79 dollars a month", "79 cents", "79 euros", "79 pounds", "79 people", "79 times", "79 votes", "minus 79%"),
        *("79% of households in 2013", "79% of Australian households", "79% of OECD households", "79% of farms"),
        *("79% of rural schools", "79 percentage points", "79% a year", "79 days", "79 NZD", "79 Mbps", "79 villages"),
        *("79% of our villages", "79% monthly", "79 pence", "negative 79%", "79 / month"),
    ],
)
def test_a_share_is_not_said_in_another_unit_of_others_at_another_time_or_elsewhere(words):
    assert said_about(f"[{words}]({SHARE})")


@pytest.mark.parametrize(
    "words",
    [
        *("75 cents a month", "75 pounds a month", "$75 a year", "$75 a day", "$75 a week", "$75 a GB", "$75 per year"),
        *(
            "$75 yearly",
            "$75 fortnightly",
            "$75 a night",
            "75 US dollars",
            "US dollars 75",
            "75 AUD",
            "75 euros",
            "$75 for 30 GB a year",
            "$75 in 2013",
            "75%",
        ),
        *("75 Australian dollars", "$75 for 30 MB", "75 people"),
    ],
)
def test_a_price_is_not_said_in_another_money_or_for_another_time(words):
    assert said_about(f"[{words}]({PLAN})")


def test_a_unit_after_the_link_is_held_too():
    assert said_about(f"[75]({PLAN}) cents")
    assert said_about(f"[79]({SHARE}) votes")


@pytest.mark.parametrize(
    "words",
    [
        *(
            f"[{said}]({SHARE})"
            for said in ("79%", "79 per cent of homes", "79% of them", "79% of New Zealand households in 2021")
        ),
        *(f"[{said}]({PLAN})" for said in ("75 dollars a month", "$75 per month in 2012", "NZ$75 monthly", "75 NZD")),
        "[$30 per GB](figure:overage_per_gb/NZL/2019)",
        "[330 gigabytes a month](figure:usage_avg_fixed_comcom/NZL/2021)",
        "[minus 4%](figure:price_gap/NZL/2013/naked)",
        "[61.53 US dollars](figure:itu_fixed_basket_usd/NZL/2013)",
        "[43% above, with 60 calls a month](figure:price_gap/NZL/2013/60+calls)",
        "[£16 a month](figure:plan_price_month/GBR/2013/16+Mbps)",
    ],
)
def test_a_figure_is_said_in_the_words_for_what_it_is(words):
    assert said_about(words) == []


@pytest.mark.parametrize(
    "words",
    [
        f"[７９% of households]({SHARE})",
        f"[PPP$47.87]({BASKET})",
        "[628 000 connections](figure:connections_uncapped/NZL/2015)",
        "[1.072 million](figure:connections_uncapped/NZL/2018)",
        "[US$400 million](figure:cable_capex/NZL/2012/not+built)",
        "[4% below](figure:price_gap/NZL/2013/naked)",
        "[18th of 38](figure:itu_fixed_basket_ppp_rank/NZL/2025)",
        "[almost half (49%)](figure:share_uncapped/NZL/2016)",
        "[$75 for 30 GB](figure:plan_price_month/NZL/2012/30/10+Mbps,+30+GB)",
    ],
)
def test_a_figure_says_its_number_with_what_its_description_says(words):
    assert said_about(words) == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (f"[$3.44]({CABLE})", "not in the answer"),
        (f"[US$3.43]({CABLE})", "not in the answer"),
        (f"[40 hours]({CAP})", "not in the answer"),
        (f"[3.43 cents]({CABLE})", "not in the answer"),
        (f"[3.43 euros]({CABLE})", "not in the answer"),
        (f"[30 MB]({CAP})", "not in the answer"),
        ("[30 GB](/tools/cap-cost?cpa=30)", "does not ask cpa"),
        ("[30](/tools/none?cap=30)", "no calculator"),
        ("[30](/tools/time-to-cap?cap=x)", "does not take"),
        ("99% [see](/tools/time-to-cap)", "without a citation"),
    ],
)
def test_a_calculator_says_its_answer_and_covers_nothing_else(words, fault):
    assert fault in said_about(words)[0]


def test_a_number_may_be_a_calculators_answer():
    assert said_about(f"[$3.43 a month over 25 years for NZ$492 million]({CABLE}), and [40 minutes]({CAP}).") == []
    assert said_about(head=f"Number: [40 minutes]({CAP}) was a month\nCalculator: {CAP}") == []
    assert "does not ask cpa" in said_about(head="Calculator: /tools/cap-cost?cpa=30")[0]


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/charts/cap-share", True),
        ("/data/broadband/share_uncapped", True),
        ("/charts/", False),
        ("/charts/none", False),
        ("/data/../x", False),
        ("/data/broadband/none", False),
    ],
)
def test_a_chart_or_figures_that_are_there_are_a_citation(address, there):
    assert (said_about(f"99% of farms, as [they]({address}) show") == []) is there


@pytest.mark.parametrize("words", ['[a survey](https://a.nz "99% of homes pay")', '[a survey](https://a.nz "Ninety of them")'])
def test_what_shows_when_a_link_is_pointed_at_has_no_number(words):
    assert "a link’s title cites nothing" in said_about(words)[0]
    assert said_about(f"{words} [^a]")
    assert said_about(head=f"Number: {words}")


def test_a_links_title_does_not_reach_the_page():
    text, _ = read_all(SOURCE.format(body="W", head="", heading="P", more=""))
    made = "".join(map(str, body(text, '[a survey](https://a.nz "Ninety") ![x](https://a.nz/x "y")')))
    assert 'href="https://a.nz"' in made
    assert "title" not in made


def test_what_is_said_about_a_commitment_is_held_like_any_paragraph():
    assert said_about(more="79% of homes")
    assert said_about(more="79% of homes [^a]") == []


def test_an_answer_is_measured_as_it_is_read_not_with_the_addresses_in_it():
    answer = f"Answer: {'a' * 200} [79% of households]({SHARE}) {'b' * 60}"
    assert read_all(SOURCE.replace("Answer: It depends.", answer).format(body="W", head="", heading="P", more=""))[1] == []


@pytest.mark.parametrize("letters", ["1 ", "1 0", "in 2013 ", "two a b ", "A-1 ", "1,", "A1 ", "In 2000 a ", "version 1 of a "])
def test_a_long_text_of_nothing_but_numbers_is_read_at_once(letters):
    with no_more_work_than(10):  # 0.9 s on a busy machine
        numbers(letters * (60_000 // len(letters)))


def test_the_note_on_what_changed_says_no_number_but_those_of_the_commitments():
    text, _ = read_all(SOURCE.format(body="79% of homes [^a]", head="", heading="P", more=""))
    for note in ("99% of homes pay less now", "79% of homes", "Half of them pay less", "200,000 homes", "200,000% more"):
        assert "which is in no commitment" in str(of_note(note, text))
    for note in (
        "",
        "DC-1 costs $200,000 now.",
        "Since 30 June 2026 DC-1 is proposed.",
        "“The problem” says what members proposed.",
    ):
        assert of_note(note, text) == []


def test_the_note_on_what_changed_may_say_what_a_commitment_said_before():
    earlier, _ = read_all(SOURCE.format(body="W", head="", heading="P", more=""))
    text, _ = read_all(SOURCE.replace("$200,000", "$300,000").format(body="W", head="", heading="P", more=""))
    assert of_note("DC-1 costs $300,000, not $200,000.", text, [earlier]) == []
    assert of_note("DC-1 costs $300,000, not $200,000.", text)
