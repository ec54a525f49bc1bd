"""What the seal promises: a stolen row names nobody, a moved one does not open, keys can be changed."""

from __future__ import annotations

import os
from uuid import RFC_4122

import pytest

from app.ground.ids import new_id, new_ids
from app.ground.seal import Seal, SealBroken, fold

KEY, LATER = bytes(range(32)), bytes(range(32, 64))
SAID = {"name": "Aroha Ngāpō", "email": "aroha@people.example"}


@pytest.fixture
def seal():
    return Seal({1: KEY})


def test_what_is_sealed_opens_again(seal):
    row = new_id()
    assert seal.open(seal.close(SAID, table="people", row=row), table="people", row=row) == SAID


def test_sealing_twice_gives_two_texts(seal):
    row = new_id()
    assert seal.close(SAID, table="people", row=row) != seal.close(SAID, table="people", row=row)


def test_a_value_pasted_into_another_row_does_not_open(seal):
    one, other = new_id(), new_id()
    with pytest.raises(SealBroken):
        seal.open(seal.close(SAID, table="people", row=one), table="people", row=other)


def test_a_value_pasted_into_another_table_does_not_open(seal):
    row = new_id()
    with pytest.raises(SealBroken):
        seal.open(seal.close(SAID, table="people", row=row), table="letters", row=row)


@pytest.mark.parametrize("where", [0, 1, 12, 13, 20, -1])
def test_a_value_with_one_changed_bit_does_not_open(seal, where):
    row = new_id()
    sealed = bytearray(seal.close(SAID, table="people", row=row))
    sealed[where] ^= 1
    with pytest.raises(SealBroken):
        seal.open(bytes(sealed), table="people", row=row)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(11), b"\x01" + bytes(12), b"\x01" + bytes(20), b"\xff" * 40])
def test_a_stump_is_broken_too(seal, sealed):
    with pytest.raises(SealBroken):
        seal.open(sealed, table="people", row=new_id())


def test_another_installation_opens_nothing(seal):
    row = new_id()
    with pytest.raises(SealBroken):
        Seal({1: os.urandom(32)}).open(seal.close(SAID, table="people", row=row), table="people", row=row)


def test_a_later_key_seals_anew_and_the_old_one_still_opens(seal):
    row, both = new_id(), Seal({1: KEY, 2: LATER})
    old, new = seal.close(SAID, table="people", row=row), both.close(SAID, table="people", row=row)
    assert (old[0], new[0]) == (1, 2)
    assert both.open(old, table="people", row=row) == both.open(new, table="people", row=row) == SAID
    with pytest.raises(SealBroken):
        seal.open(new, table="people", row=row)


def test_indexes_and_links_outlive_a_change_of_keys(seal):
    row, both = new_id(), Seal({1: KEY, 2: LATER})
    assert seal.index("email", "a@b.nz") == both.index("email", "a@b.nz")
    assert seal.token("sign-in", row) == both.token("sign-in", row)
    assert seal.name_buckets("Mere Tūhoro") == both.name_buckets("Mere Tūhoro")


def test_an_index_is_of_one_kind_and_one_installation(seal):
    assert seal.index("email", "x") != seal.index("limit", "x")
    assert seal.index("email", "x") != Seal({1: LATER}).index("email", "x")
    assert len(seal.index("email", "x")) == 16


def test_a_token_is_for_one_row_and_one_purpose(seal):
    row = new_id()
    token = seal.token("sign-in", row)
    assert len(token) == 48
    assert seal.is_token(token, "sign-in", row)
    assert not seal.is_token(token, "support", row)
    assert not seal.is_token(token, "sign-in", new_id())
    for wrong in ("", token[:-1], token.upper(), "é" * 48, token + "0"):
        assert not seal.is_token(wrong, "sign-in", row)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Whānau-Ōtāhuhu", "whanau otahuhu"),
        ("  Seán   O’Brien ", "sean obrien"),
        ("STRASSE straße", "strasse strasse"),
        ("İ", "i"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Đặng Łukasz Søren", "dang lukasz soren"),
        ("Æsa ÞÓRA Işık Œuf", "aesa thora isik oeuf"),
        ("李 小龍", "李 小龍"),
        ("!?", ""),
    ],
)
def test_names_are_folded_for_comparing(text, folded):
    assert fold(text) == folded


def test_a_name_falls_into_the_buckets_of_its_words_beginnings(seal):
    buckets = seal.name_buckets("Mere Tū")
    assert buckets == sorted({seal.bucket(prefix) for prefix in ("me", "mer", "mere", "tu")})
    assert all(0 <= bucket < 2**24 for bucket in buckets)
    assert seal.bucket("wellington") == seal.bucket("wellingt")


def test_a_seal_needs_a_key():
    with pytest.raises(ValueError, match="no seal keys"):
        Seal({})


def test_what_is_sealed_for_many_rows_opens_one_by_one_and_no_nonce_comes_twice(seal):
    close, rows = seal.closer("people"), new_ids(600)
    sealed = [close({"name": f"Ada {place}"}, row) for place, row in enumerate(rows)]
    assert [seal.open(one, table="people", row=row)["name"] for one, row in zip(sealed, rows, strict=True)] == [
        f"Ada {place}" for place in range(600)
    ]
    assert len({one[1:13] for one in sealed}) == 600


def test_ids_of_one_moment_differ_sort_as_they_come_and_are_of_version_seven():
    made = new_ids(1000)
    assert len(set(made)) == 1000
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {RFC_4122}
