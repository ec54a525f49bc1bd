"""A bank’s file is read, whatever the bank; or every line that cannot be is named, and nothing is taken."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.party.bank.rules import reading
from app.party.bank.rules.reading import BadFile, as_json, from_json, identities, read_statement
from app.party.bank.rules.values import Unreadable, account_key, read_cents, read_day, tidy
from tests.party.bank.files import ANZ, BANKS, KIWIBANK, a_file

TODAY = date(2026, 11, 28)
DAY = date(2026, 11, 12)
HEAD = "Date,Amount,Payee\n"


def read(content: bytes | str, account: str = ""):
    return read_statement(content.encode() if isinstance(content, str) else content, account=account, today=TODAY)


def wrong(content: bytes | str, account: str = "") -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as caught:
        read(content, account)
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


@pytest.mark.parametrize("bank", BANKS)
def test_every_bank_is_read(bank):
    lines = read(a_file(bank, reference="M2K", day=DAY)).lines
    assert [(line.on, line.cents) for line in lines] == [(DAY, 2000), (DAY, -500)]
    assert any("M2K" in text for text in lines[0].texts)
    assert any("Ngāpō-Whitfield" in text.replace("NGĀPŌ-WHITFIELD", "Ngāpō-Whitfield") for text in lines[0].texts)


def test_asb_says_its_account_above_the_columns_and_lines_of_nothing_are_passed_over():
    read_ = read(a_file("ASB", reference="M2K", day=DAY))
    assert (read_.account, read_.empty) == (account_key("12-3405-0123456-50"), 1)


@pytest.mark.parametrize("how", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_macrons_stay_in_every_unicode(how):
    content = ANZ.format(reference="M2K", day=DAY).encode(how)
    assert read(content).lines[0].payee == "Ngāpō-Whitfield A"


def test_windows_1252_is_read_as_what_it_is():
    assert read((HEAD + "12/11/2026,5.00,René’s Café\n").encode("cp1252")).lines[0].payee == "René’s Café"


def test_a_macron_written_as_two_signs_is_the_same_line():
    one, two = (HEAD + "12/11/2026,5.00,Ma\u0304ori\n", HEAD + "12/11/2026,5.00,Māori\n")
    assert identities(read(one)) == identities(read(two))


def test_quotes_commas_and_new_lines_inside_a_field_are_kept_as_words():
    lines = read(HEAD + '12/11/2026,5.00,"O""Neill, Smith\n& Sons"\n13/11/2026,6.00,Next\n').lines
    assert [line.payee for line in lines] == ['O"Neill, Smith & Sons', "Next"]
    assert [line.number for line in lines] == [2, 4]


def test_days_are_in_new_zealand_order():
    assert read(HEAD + "03/04/2026,5.00,x\n").lines[0].on == date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    ["12/11/2026", "12-11-2026", "12.11.26", "2026-11-12", "2026/11/12", "20261112", "12 Nov 2026", "12-Nov-26",
     "12 November 2026", "12/11/2026 14:05", "2026-11-12T00:00:00"],
)  # fmt: skip
def test_a_day_however_a_bank_writes_it(text):
    assert read_day(text, today=TODAY) == DAY


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("11/13/2026", "days come first"),
        ("31/02/2026", "There is no day"),
        ("29/11/2026", "still to come"),
        ("12/11/1926", "too long ago"),
        ("yesterday", "is no day"),
        ("", "is no day"),
        ("12/11", "is no day"),
        ("٠١/٠١/٢٠٢٦", "is no day"),
    ],
)
def test_a_day_that_is_none_says_what_to_do(text, says):
    with pytest.raises(Unreadable, match=says):
        read_day(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("5", 500), ("5.5", 550), ("1,234.56", 123456), ("1,234,567.00", 123456700), ("-5.00", -500), ("−5.00", -500),
        ("(1,234.50)", -123450), ("5.00-", -500), ("$5.00", 500), ("-$5.00", -500), ("$-5.00", -500), ("NZ$ 5.00", 500),
        ("+5.00", 500), ("5.00 DR", -500), ("5.00CR", 500), (".50", 50), ("0.00", 0), (" 5.00 ", 500),
    ],
)  # fmt: skip
def test_an_amount_however_a_bank_writes_it(text, cents):
    assert read_cents(text) == cents


@pytest.mark.parametrize(
    "text", ["", "-", "x", "1.234,56", "1,23", "5.001", "--5", "(-5)", "5 5 x", "1e3", "NaN", "٥", "=5", "9" * 40]
)
def test_an_amount_that_is_none_is_refused(text):
    with pytest.raises(Unreadable, match="is no amount"):
        read_cents(text)


def test_every_bad_line_is_named_with_its_number_and_nothing_is_taken():
    faults = wrong(HEAD + "12/11/2026,5.00,good\n13/13/2026,5.00,x\n12/11/2026,five,y\n12/11/2026,5.00\n")
    assert [line for line, _ in faults] == [3, 4]
    faults = wrong(HEAD + "".join("x,5.00,y\n" for _ in range(50)))
    assert len(faults) == reading.MOST_FAULTS


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "names of the columns"),
        (b"hello", "names of the columns are missing"),
        (b"Date,Amount\n", "no line with money"),
        (b"PK\x03\x04rest", "a spreadsheet"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"Date,Amount\n12/11/2026,5.00\x00", "NUL"),
        (b"Date,Amount,Payee\n12/11/2026,5.00,\x81\xff", "cannot be read"),
        (b'Date,Amount,Payee\n12/11/2026,5.00,"x\n', "quotation mark"),
        (b'Date,Amount,Payee\n12/11/2026,5.00,"x"y\n', "quotation mark"),
        (b"Date,Amount\n12/11/2026,1,234.56\n", "not in quotation marks"),
        (b"Date,Credit,Debit\n12/11/2026,5.00,5.00\n", "Money came"),
        (b"Date,Credit,Debit\n12/11/2026,,\n", "no amount"),
        (b"Date,Amount," + b"x," * 100_000 + b"\n", "columns"),
        (b"Date,Amount\n12/11/2026,5.00" + b"," * 100_000 + b"\n", "columns"),
        (b"Date,Amount,Payee\n12/11/2026,5.00," + b"x" * 5000 + b"\n", "no bank’s"),
        (b"Date,Amount,Payee\n12/11/2026,5.00," + b"x" * 200_000 + b"\n", "quotation mark"),
        (b"x" * (reading.MOST_BYTES + 1), "larger than 2 MB"),
        (b"Date,Amount\n" + b"12/11/2026,5.00\n" * (reading.MOST_LINES + 1), "more than 20,000 lines"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused_with_what_to_do(content, says):
    faults = wrong(content)
    assert says in faults[0][1]
    assert not set("\"'`") & set(faults[0][1])


def test_a_formula_is_words_and_nothing_else():
    assert read(HEAD + "12/11/2026,5.00,=cmd|' /C calc'!A0\n").lines[0].payee.startswith("=cmd")


def test_signs_that_turn_text_around_are_taken_out():
    assert tidy("a\u202eb\u0007c\u200b d") == "a b c d"


def test_a_file_of_another_account_is_refused():
    assert "not" in wrong(a_file("Kiwibank", reference="M2K", day=DAY), "02-0500-0123456-00")[0][1]
    assert read(a_file("Kiwibank", reference="M2K", day=DAY), "38-9000-0123456-000").account == "38-9000-0123456-00"
    other = KIWIBANK.format(reference="M2K", day=DAY) + f"38-9000-7777777-00,{DAY},x,,,,,,,,,,,,1.00,\n"
    assert "more than one account" in wrong(other)[0][1]


def test_one_account_has_one_spelling():
    assert len({account_key(text) for text in ("02-0500-0123456-00", "02 0500 0123456 000", "020500012345600")}) == 1


def test_two_identical_lines_on_one_day_are_two_and_the_order_of_a_file_does_not_matter():
    line, other = "12/11/2026,5.00,Same\n", "12/11/2026,5.00,Other\n"
    one, two = identities(read(HEAD + line + line + other)), identities(read(HEAD + other + line + line))
    assert len(set(one)) == 3
    assert set(one) == set(two)


def test_a_balance_or_the_day_it_was_processed_does_not_make_another_line():
    one = "Date,Amount,Payee,Balance,Processed Date\n12/11/2026,5.00,x,100.00,\n"
    assert identities(read(one)) == identities(read(one.replace("100.00,", "-7.00,13/11/2026")))


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEAD + text).encode("utf-8", "ignore")))
def test_whatever_is_sent_it_is_read_or_refused(content):
    try:
        statement = read(content)
    except BadFile:
        return
    assert [from_json(as_json(line)) for line in statement.lines] == list(statement.lines)
    assert len(set(identities(statement))) == len(statement.lines)


_words = st.text(st.characters(blacklist_categories=("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Cn")), max_size=30)


@given(st.lists(st.tuples(st.integers(1, 10**9), _words, _words), min_size=1, max_size=20))
def test_what_is_written_as_csv_is_read_as_it_was(rows):
    held = io.StringIO()
    csv.writer(held).writerows(
        [
            ("Date", "Amount", "Payee", "Reference"),
            *((f"{DAY:%d/%m/%Y}", f"{c // 100:,}.{c % 100:02}", p, r) for c, p, r in rows),
        ]
    )
    lines = read(held.getvalue()).lines
    assert [(line.cents, line.payee, line.reference) for line in lines] == [(c, tidy(p), tidy(r)) for c, p, r in rows]
