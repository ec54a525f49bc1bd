"""Static files: one stylesheet, names that carry their content, a party colour that can be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app.web.assets import Assets, PoorContrast, accent_override, contrast

STATIC = Path(__file__).resolve().parents[2] / "static"
OURS = "#A8431A"


def test_the_stylesheet_is_one_file_and_its_name_changes_with_its_content():
    ours, other = Assets(STATIC, accent=OURS), Assets(STATIC, accent="#0A5A78")
    assert ours.address("site.css") != other.address("site.css")
    assert ours.address("img/mark.svg") == other.address("img/mark.svg")
    assert not [name for name in ours.by_address if "/css/" in name]


def test_every_text_file_is_compressed_once_and_is_the_same_file():
    assets = Assets(STATIC, accent=OURS)
    for address, asset in assets.by_address.items():
        if dict(asset.plain.headers)["Content-Type"].startswith("text/"):
            assert asset.gzipped is not None, address
        if asset.gzipped is not None:
            assert gzip.decompress(asset.gzipped.body) == asset.plain.body


def test_what_is_not_there_has_no_address():
    with pytest.raises(KeyError):
        Assets(STATIC, accent=OURS).address("css/base.css")


def test_the_stylesheet_fetches_nothing():
    css = Assets(STATIC, accent=OURS).by_address
    for address, asset in css.items():
        if address.endswith(".css"):
            text = asset.plain.body.decode()
            assert "@import" not in text
            assert "//" not in text.replace("/*", "").replace("*/", "").partition("url(")[2]


def test_the_stylesheet_is_light():
    assets = Assets(STATIC, accent=OURS)
    sheet = assets.by_address[assets.address("site.css")]
    assert sheet.gzipped is not None
    assert len(sheet.gzipped.body) <= 14_000


@pytest.mark.parametrize("accent", ["#FFFF00", "#FF9B6A", "#FBFAF7", "#888888"])
def test_a_colour_nobody_can_read_is_refused_with_its_contrast(accent):
    with pytest.raises(PoorContrast, match=r"4\.5 is needed"):
        accent_override(accent)


@pytest.mark.parametrize("accent", ["#0A5A78", "#800080", "#000000", "#3D6B1F"])
def test_another_colour_gives_all_six_tokens_and_each_can_be_read(accent):
    css = accent_override(accent)
    tokens = dict(part.split(":") for part in css.removeprefix(":root{").removesuffix("}").split(";"))
    assert len(tokens) == 6
    assert contrast(tokens["--accent-light"], "#FBFAF7") >= 4.5
    assert contrast(tokens["--accent-dark"], "#17211F") >= 7


def test_contrast_is_that_of_the_guideline():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
