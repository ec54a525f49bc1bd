"""What columns and cells are: other systems by their headings, days, letters, answers."""

from __future__ import annotations

from datetime import date

import pytest

from app.law.party_rules import add_years
from app.party.imports.rules import columns, masked
from app.party.imports.rules.days import Days, Order, days_of
from app.party.imports.rules.values import Reader, mended_letters, tidy
from app.web.forms import clean

TODAY = date(2026, 11, 29)
CIVICRM = (
    "Contact ID", "Contact Type", "Do Not Email", "Do Not Phone", "No Bulk Emails (User Opt Out)", "First Name", "Middle Name",
    "Last Name", "Display Name", "Birth Date", "Street Address", "City", "Postal Code", "Phone", "Email",
)  # fmt: skip
NATIONBUILDER = (
    "nationbuilder_id", "first_name", "last_name", "email", "mobile_number", "phone_number", "primary_address1",
    "primary_city", "primary_zip", "born_at", "email_opt_in", "support_level", "tag_list",
)  # fmt: skip
ACTION_NETWORK = (
    "email", "first_name", "last_name", "zip_code", "can2_user_address", "can2_user_city", "can2_phone",
    "can2_subscription_status", "can2_user_tags",
)  # fmt: skip


def reader(*mapping: str, system: str = columns.OTHER, **more) -> Reader:
    seats = {("2026", "nelson"), ("2020", "rongotai"), ("2026", "mangere")}
    return Reader(mapping, system, TODAY, seats, "2026", **more)


def read(headings, row, system=None):
    """A row of an export, its columns guessed."""
    found = columns.system_of(headings)
    assert system in (None, found)
    return reader(*columns.guess(headings, found), system=found).read(row)


def test_an_export_of_civicrm_is_known_by_its_headings():
    says, faults = read(
        CIVICRM,
        ["7", "Individual", "0", "1", "1", "Ada", "M", "Tūhoro", "Ada Tūhoro", "1988-03-09", "12 Rimu Street", "Whangārei",
         "0110", "021 555 0199", "Ada@People.Example"],
        columns.CIVICRM,
    )  # fmt: skip
    assert faults == []
    assert (says.name, says.address) == ("Ada M Tūhoro", "12 Rimu Street, Whangārei 0110")
    assert (says.email, says.phone, says.born_on) == ("Ada@people.example", "+64215550199", date(1988, 3, 9))
    assert says.news is False, "opted out of bulk emails"


def test_an_export_of_nationbuilder_is_known_by_its_headings():
    says, faults = read(
        NATIONBUILDER,
        ["7", "Ada", "Tūhoro", "ada@people.example", "", "09 555 0199", "12 Rimu Street", "Whangārei", "0110", "1988-03-09",
         "true", "1", "x"],
        columns.NATIONBUILDER,
    )  # fmt: skip
    assert faults == []
    assert (says.name, says.phone, says.news) == ("Ada Tūhoro", "+6495550199", True)


def test_an_export_of_action_network_is_known_by_its_headings():
    row = ["ada@people.example", "Ada", "Tūhoro", "0110", "12 Rimu Street", "Whangārei", "", "subscribed", "x"]
    says, faults = read(ACTION_NETWORK, row, columns.ACTION_NETWORK)
    assert faults == []
    assert (says.name, says.address, says.news) == ("Ada Tūhoro", "12 Rimu Street, Whangārei 0110", True)
    assert read(ACTION_NETWORK, [*row[:7], "unsubscribed", ""])[0].news is False


@pytest.mark.parametrize(
    ("headings", "column", "no_person", "person"),
    [(CIVICRM, "Contact Type", "Organization", "Individual"), (CIVICRM, "Contact Type", "Household", ""),
     ((*NATIONBUILDER, "signup_type"), "signup_type", "1", "0")],
)  # fmt: skip
def test_an_organisation_is_nobody_in_person(headings, column, no_person, person):
    def row(kind: str) -> list[str]:
        told = {column: kind, "First Name": "Ada", "first_name": "Ada", "Email": "a@b.example", "email": "a@b.example"}
        return [told.get(name, "") for name in headings]

    _, faults = read(headings, row(no_person))
    assert "nobody in person" in faults[0]
    assert read(headings, row(person))[1] == []


def test_a_postcode_alone_is_no_address_and_no_fault():
    says, faults = read(ACTION_NETWORK, ["ada@people.example", "Ada", "Tūhoro", "0110", "", "", "", "subscribed", ""])
    assert (says.address, faults) == ("", [])


@pytest.mark.parametrize(("headings", "heading"), [(CIVICRM, "Is Deceased"), (NATIONBUILDER, "is_deceased")])
def test_nobody_writes_to_who_another_system_says_has_died(headings, heading):
    row = ["x" if name in ("First Name", "first_name") else "" for name in headings]
    assert read([*headings, heading], [*row, "true"])[0].news is False
    assert read([*headings, heading], [*row, "false"])[0].news is not False


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\u200b", ""), ("\u200d \u00ad", ""), ("Ada\u200b Tu\u00adhoro\u200f", "Ada Tuhoro"), ("\u2060Ada", "Ada"),
        ("\U0001f469\u200d\U0001f33e Ada", "\U0001f469\u200d\U0001f33e Ada"), ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)  # fmt: skip
def test_what_nobody_sees_is_no_name_in_a_form_and_none_in_a_file(typed, meant):
    assert clean(typed) == tidy(typed, ours=False) == meant


def test_our_own_columns_are_guessed_as_they_are():
    assert columns.system_of(columns.OUR_COLUMNS) == columns.OURS
    guessed = dict(zip(columns.OUR_COLUMNS, columns.guess(columns.OUR_COLUMNS, columns.OURS), strict=True))
    taken = {"person", "name", "email", "phone", "address", "born_on", "can_enrol", "electorate_set", "electorate", "consents",
             "tags"}  # fmt: skip
    assert {name for name, field in guessed.items() if field} == taken
    assert all(guessed[name] == name for name in taken)
    assert all(columns.why_not(name) for name in set(columns.OUR_COLUMNS) - taken)


def test_headings_of_a_spreadsheet_are_guessed_and_a_field_is_given_once():
    headings = ("Member Name", "E-mail Address", "Mobile", "Home Phone", "D.O.B.", "Suburb", "Email", "Notes")
    assert columns.guess(headings, columns.OTHER) == ["name", "email", "phone", "phone2", "", "street2", "", ""]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("9/03/1988", date(1988, 3, 9)), ("09-03-1988", date(1988, 3, 9)), ("9.3.1988", date(1988, 3, 9)),
        ("1988-03-09", date(1988, 3, 9)), ("1988/3/9", date(1988, 3, 9)), ("1988-03-09 00:00:00", date(1988, 3, 9)), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_read_day_first_or_year_first(typed, day):
    says, faults = reader("name", "born_on").read(["Ada", typed])
    assert (says.born_on, faults) == (day, [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3/25/1988", "no month 25"), ("9/3/88", "century"), ("31/02/1988", "no day"), ("soon", "no day we can read"),
        ("1899-12-31", "between 1900"), (str(add_years(TODAY, 1)), "between 1900"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_refused_with_a_sentence(typed, said):
    _, faults = reader("name", "born_on").read(["Ada", typed])
    assert said in faults[0]


def test_a_day_that_can_be_read_two_ways_is_refused_where_others_have_the_month_first():
    assert days_of(["3/25/1988", "3/4/1980"]) == Days(two_ways=1, month_first=True)
    assert days_of(["25/3/1988", "3/4/1980", "4/4/1980", "x", "1988-03-04"]) == Days(two_ways=1, day_first=True)
    assert days_of(["3/99/1988", "0/4/1980", "13/13/1988"]) == Days(), "what is no day shows nothing"
    for one in (reader("name", "born_on", month_first=True), reader("name", "born_on", system=columns.NATIONBUILDER)):
        _, faults = one.read(["Ada", "3/4/1980"])
        assert "two ways" in faults[0]
        assert "1980-04-03 or 1980-03-04" in faults[0]
        assert one.read(["Ada", "4/4/1980"])[1] == []


def test_which_comes_first_is_as_the_officer_says():
    american = columns.NATIONBUILDER
    for order, day in ((Order.DAY, date(1980, 4, 3)), (Order.MONTH, date(1980, 3, 4))):
        for one in (reader("name", "born_on", order=order), reader("name", "born_on", order=order, system=american)):
            says, faults = one.read(["Ada", "3/4/1980"])
            assert (says.born_on, faults) == (day, [])
            assert one.read(["Ada", "1980-03-04"])[0].born_on == date(1980, 3, 4)
    said_month = reader("name", "born_on", order=Order.MONTH)
    assert said_month.read(["Ada", "3/25/1988"])[0].born_on == date(1988, 3, 25)
    assert "has no month 25" in said_month.read(["Ada", "25/3/1988"])[1][0]
    assert "1988-03-25" in said_month.read(["Ada", "25/3/1988"])[1][0]
    (not_said,), (said_day,) = (
        reader("name", "born_on", order=order).read(["Ada", "3/25/1988"])[1] for order in (Order.SHOWN, Order.DAY)
    )
    assert "has no month 25" in said_day
    assert not_said == f"{said_day} Or say, with the columns, which comes first."


def test_a_day_is_in_doubt_where_neither_file_nor_officer_nor_system_decides():
    both = days_of(["3/4/1980", "5/6/1981"])
    assert both.in_doubt(Order.SHOWN, columns.OTHER) == 2
    assert both.in_doubt(Order.DAY, columns.OTHER) == 0
    assert both.in_doubt(Order.SHOWN, columns.ACTION_NETWORK) == 0
    assert days_of(["3/4/1980", "25/6/1981"]).in_doubt(Order.SHOWN, columns.OTHER) == 0


@pytest.mark.parametrize(
    "said",
    ["Lets the party write with news", "Lets us write with news", "Wants news", "Newsletter opt in", "newsletter_opt-in"],
)
def test_a_consent_is_known_by_what_people_call_it(said):
    assert columns.guess(["Name", said], columns.OTHER) == ["name", "opt_in"]


@pytest.mark.parametrize("word", ["Māori", "Ngāpō", "Kōwhai", "Zoë", "’Ofa"])
def test_macrons_that_were_broken_are_told_and_mended_ones_are_left(word):
    broken = word.encode().decode("latin-1")
    assert mended_letters(broken) == word
    assert mended_letters(word) == ""
    _, faults = reader("name").read([broken])
    assert "CSV UTF-8" in faults[0]
    assert reader("name").read([word])[1] == []


@pytest.mark.parametrize("lost", ["M?ori", "M�ori"])
def test_a_lost_letter_is_told(lost):
    assert "is lost" in reader("name").read([lost])[1][0]


def test_letters_in_two_parts_become_one_and_unseen_ones_go():
    assert tidy("Ma\u0304ori\u202e\u200e  Ada\n", ours=False).replace("\u200e", "") == "Māori Ada"


def test_every_fault_of_a_row_is_told_at_once():
    _, faults = reader("name", "email", "phone", "born_on", "can_enrol", "opt_in", "electorate").read(
        ["7", "ada@", "12", "x", "perhaps", "later", "Nelson"]
    )
    assert len(faults) == 7
    assert "not guessed by their names" in " ".join(faults)


def test_a_row_with_neither_name_nor_email_is_nobody():
    assert "nobody" in reader("name", "phone").read(["", "021 555 0199"])[1][0]


def test_an_electorate_is_taken_by_its_code_and_set():
    one = reader("name", "electorate", "electorate_set")
    assert one.read(["Ada", "nelson", ""])[0].electorate == ("2026", "nelson")
    assert one.read(["Ada", "rongotai", "2020"])[0].electorate == ("2020", "rongotai")
    assert one.read(["Ada", "rongotai", "2026"])[1]


def test_what_begins_as_a_formula_is_refused_unless_it_is_our_own():
    assert "formula" in reader("name").read(['=HYPERLINK("x")'])[1][0]
    assert reader("name", system=columns.OURS).read(["'=Ada"])[0].name == "=Ada"
    assert reader("name", "phone", system=columns.OURS).read(["Ada", "'+64215550199"])[0].phone == "+64215550199"


def test_only_our_own_export_says_who_somebody_is_by_id():
    assert "our own id" in reader("person").read(["01890000-0000-7000-8000-000000000000"])[1][0]


def test_a_no_of_any_column_counts_before_a_yes():
    one = reader("name", "opt_in", "opt_out", "opt_out")
    assert one.read(["Ada", "yes", "", ""])[0].news is True
    assert one.read(["Ada", "yes", "no", "1"])[0].news is False
    assert one.read(["Ada", "", "", ""])[0].news is None


def test_what_we_hold_is_masked():
    assert masked("Aroha Ngāpō-Whitfield") == "A•••a N•••d"
    assert masked("+64215550141") == "+•••1"
    assert masked("Bo B") == "B• B"
    assert masked("") == ""


@pytest.mark.parametrize(
    "typed", ["a.b+c@People.Example", "Ada@xn--bcher-kva.example", "O'Brien@people.example", "ā@people.example"]
)
def test_an_email_that_is_read_quickly_is_read_as_the_library_reads_it(typed):
    from email_validator import validate_email

    assert reader("email").read([typed])[0].email == validate_email(typed, check_deliverability=False).normalized


@pytest.mark.parametrize(
    "typed", ["ada@", "@people.example", "ada..b@people.example", ".a@b.nz", "a@b", "a b@c.nz", "a@b@c.nz"]
)
def test_what_is_no_email_is_told(typed):
    assert "no email address" in reader("email").read([typed])[1][0]
