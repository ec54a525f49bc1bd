"""Settings name every missing or wrong variable at once, a sentence each; production refuses what only a demo may have."""

from __future__ import annotations

import json
import stat

import pytest

from app.ground.settings import SIMULATOR_KEY, SettingsError, read

PRODUCTION = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://party.example",
    "SECRET_KEY": "s" * 40,
    "SEAL_KEYS": "1:" + "ab" * 32,
    "STRIPE_API_KEY": "sk_live_something",
    "STRIPE_WEBHOOK_SECRET": "whsec_one",
    "DATABASE_URL": "postgresql://hustings@database/hustings",
    "MAIL_URL": "smtp://user:password@mail.example:587",
    "PARTY_NAME": "A Party",
    "PROMOTER": "Authorised by A. Secretary, PO Box 1, Wellington",
}


def faults(**changes: str | None) -> list[str]:
    environ = {name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None}
    with pytest.raises(SettingsError) as refused:
        read(environ)
    return refused.value.faults


def test_a_demo_needs_nothing(tmp_path):
    settings = read({"INSTANCE": str(tmp_path / "instance")})
    assert settings.demo
    assert settings.port == 8000
    assert settings.public_url == "http://localhost:8000"
    assert settings.stripe_api_key == SIMULATOR_KEY
    assert settings.stripe_api_base in ("http://localhost:8001", "http://127.0.0.1:8001")
    assert settings.checkout_origins == (settings.stripe_api_base,)
    assert not settings.livemode


def test_a_demo_makes_its_secrets_once_and_only_its_owner_can_read_them(tmp_path):
    environ = {"INSTANCE": str(tmp_path / "instance")}
    first, second = read(environ), read(environ)
    assert (first.secret_key, first.seal_keys) == (second.secret_key, second.seal_keys)
    file = tmp_path / "instance" / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [name.name for name in file.parent.iterdir()] == ["keys.json"]


def test_secrets_do_not_show_when_settings_are_printed(tmp_path):
    settings = read({"INSTANCE": str(tmp_path), "MAIL_URL": "smtp://user:hush@mail.example"})
    said = repr(settings)
    for secret in (*json.loads((tmp_path / "keys.json").read_text()).values(), "hush", SIMULATOR_KEY):
        assert secret not in said
    assert settings.seal_keys[1].hex() not in said


def test_production_with_everything_is_accepted():
    settings = read(PRODUCTION)
    assert not settings.demo
    assert settings.livemode
    assert settings.stripe_api_base is None
    assert settings.checkout_origins == (
        "https://checkout.stripe.com",
        "https://billing.stripe.com",
        "https://invoice.stripe.com",
    )
    assert settings.database_owner_url == settings.database_url


def test_production_with_nothing_names_everything_that_is_missing_at_once():
    with pytest.raises(SettingsError) as refused:
        read({"ENVIRONMENT": "production"})
    said = str(refused.value)
    for name in set(PRODUCTION) - {"ENVIRONMENT"}:
        assert f"{name} is missing" in said
    assert len(refused.value.faults) == len(PRODUCTION) - 1


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"ENVIRONMENT"}))
def test_production_has_no_default_for(name):
    assert [fault.partition(" ")[0] for fault in faults(**{name: None})] == [name]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PUBLIC_URL", "http://party.example", "must be https"),
        ("STRIPE_API_KEY", "sk_test_something", "is a test key"),
        ("STRIPE_API_KEY", "rk_test_something", "is a test key"),
        ("STRIPE_API_BASE", "http://localhost:8001", "points away from Stripe"),
        ("STRIPE_API_BASE", "https://api.stripe.com.example", "points away from Stripe"),
        ("STRIPE_API_BASE", "http://api.stripe.com", "points away from Stripe"),
        ("MAIL_URL", "https://mail.example", "must start with smtp"),
        ("SECRET_KEY", "short", "is too short"),
        ("SEAL_KEYS", "ab" * 32, "must be number:64-hex-digits"),
        ("SEAL_KEYS", "1:abcd", "must be number:64-hex-digits"),
        ("SEAL_KEYS", "0:" + "ab" * 32, "must be number:64-hex-digits"),
        ("SEAL_KEYS", "256:" + "ab" * 32, "must be number:64-hex-digits"),
        ("PORT", "eighty", "a whole number is needed"),
        ("PORT", "70000", "a whole number is needed"),
        ("PORT", "-1", "a whole number is needed"),
        ("CURRENCY", "dollars", "three capital letters"),
        ("COUNTRY_RULES", "uk", "no other country"),
        ("ACCENT", "copper", "must be a colour"),
        ("ENVIRONMENT", "staging", "say demo or production"),
    ],
)
def test_a_wrong_value_is_named_with_a_sentence(tmp_path, name, value, sentence):
    found = [fault for fault in faults(**{name: value, "INSTANCE": str(tmp_path)}) if fault.startswith(name)]
    assert len(found) == 1
    assert sentence in found[0]


def test_the_simulator_cannot_be_production():
    assert any("test key" in fault for fault in faults(STRIPE_API_KEY=SIMULATOR_KEY))


def test_every_fault_is_named_together():
    named = {
        fault.partition(" ")[0] for fault in faults(PORT="x", ACCENT="x", CURRENCY="x", PUBLIC_URL="http://x", PROMOTER=None)
    }
    assert named == {"PORT", "ACCENT", "CURRENCY", "PUBLIC_URL", "PROMOTER"}


def test_a_fault_never_repeats_a_secret():
    secret = "1:" + "cd" * 31
    assert secret not in " ".join(faults(SEAL_KEYS=secret, SECRET_KEY="hush-hush", STRIPE_API_KEY="sk_test_hush"))


def test_a_proxy_count_that_is_no_number_is_named_like_everything_else():
    assert [fault.partition(" ")[0] for fault in faults(TRUSTED_PROXIES="one")] == ["TRUSTED_PROXIES"]


def test_webhook_secrets_may_be_several_so_that_one_can_be_replaced():
    assert read({**PRODUCTION, "STRIPE_WEBHOOK_SECRET": "whsec_old,whsec_new"}).stripe_webhook_secrets == (
        "whsec_old",
        "whsec_new",
    )
