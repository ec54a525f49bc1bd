"""A list of many words is drawn as WTForms draws it, only sooner."""

from __future__ import annotations

from wtforms import Form, SelectField

from app.web.forms import ListField

CHOICES = [("", "All"), ('a"b&c', "Ōpōtiki <i>&"), ("kaikoura", "Kaikōura"), ("", "")]


class Asked(Form):
    plain = SelectField(choices=CHOICES)
    quick = ListField(choices=CHOICES)


def test_a_list_is_drawn_as_wtforms_draws_it():
    for chosen in ("", "kaikoura", 'a"b&c'):
        form = Asked(data={"plain": chosen, "quick": chosen})
        assert str(form.quick()).replace("quick", "plain") == str(form.plain())
        assert "selected" in str(form.quick())


def test_an_option_with_attributes_of_its_own_keeps_them():
    form = Asked()
    form.quick.choices = [("a", "A", {"data-name": "x"})]
    assert 'data-name="x"' in str(form.quick())
