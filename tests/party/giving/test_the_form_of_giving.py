"""The form of giving, when something in it is not right or was changed."""

from __future__ import annotations

from app.gateways.stripe import Away
from app.party.payments import errands
from tests.party.giving.gifts import donations, gift, give, payments

IVO = {"by1_name": "Ivo Lang", "by1_address": "Taupō", "by1_amount": "6"}


def test_what_is_wrong_with_others_money_stands_beside_the_question_and_is_led_to(client):
    text = give(client, whose="others").get_data(as_text=True)
    assert '<a href="#whose-0">Name every person whose money' in text
    assert 'id="whose-error"' in text


def test_others_who_are_named_are_not_left_out_because_another_answer_says_it_is_all_ones_own(client):
    answer = give(client, whose="own", **IVO)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "You have named others" in text
    assert "<details open>" in text
    assert donations() == []


def test_what_is_too_long_about_others_is_not_hidden(client):
    answer = give(client, whose="own", by1_name="I" * 121)
    assert answer.status_code == 422
    assert "<details open>" in answer.get_data(as_text=True)


def test_who_chose_a_transfer_may_pay_by_card_after_all(client):
    form = gift(client, pay_by="bank")
    assert "/give/thanks/" in client.post("/give", data=form).location
    assert "/give/thanks/" not in client.post("/give", data={**form, "pay_by": "card"}).location
    assert [(payment.method, payment.is_open) for payment in payments()] == [("bank", False), ("card", True)]


def test_a_changed_form_is_kept_and_its_old_page_not_offered_where_the_provider_is_away(client, monkeypatch):
    form = gift(client, other="40")
    client.post("/give", data=form)

    def away(payment_id):
        raise Away("test")

    monkeypatch.setattr(errands, "close", away)
    answer = client.post("/give", data={**form, "other": "45"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "/give/pay/" not in text
    assert 'value="45"' in text
    assert "Nothing was charged" in text
