"""What this installation is told by its environment, checked once, frozen.

In `demo` everything has a value: keys are made once under INSTANCE. In `production` nothing secret has a default.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from stdnum.nz import bankaccount

from .embedded import Embedded

APP_ROLE = "hustings_app"
SIMULATOR_KEY = "sk_test_simulator"
LONGEST_BOUNCES = 64 - 1 - 38  # letters of a local part (RFC 5321 4.5.3.1.1), without a plus and a tag


class SettingsError(Exception):
    """Names every missing or wrong variable at once, a sentence each."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("The settings are not usable:\n" + "\n".join(f"  - {fault}" for fault in faults))


@dataclass(frozen=True)
class Settings:
    environment: str
    instance: Path
    port: int
    public_url: str
    database_url: str
    database_owner_url: str
    secret_key: str = field(repr=False)
    seal_keys: Mapping[int, bytes] = field(repr=False)
    index_key: bytes | None = field(repr=False)
    stripe_api_key: str = field(repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    stripe_api_base: str | None
    mail_url: str | None = field(repr=False)
    mail_from: str
    mail_bounces: str
    party_name: str
    party_short: str
    party_promise: str
    promoter: str
    accent: str
    currency: str
    country_rules: str
    metrics_allow: tuple[str, ...] = ()
    trusted_proxies: int = 0
    bank_account: str = ""
    direct_debit: bool = False
    backup_recipient: str | None = None
    backup_identity: Path | None = None

    @property
    def demo(self) -> bool:
        return self.environment == "demo"

    @property
    def embedded(self) -> Embedded | None:
        """The PostgreSQL of our own, where no other was named."""
        own = Embedded(self.instance)
        return own if self.database_url == own.url(user=APP_ROLE) else None

    @property
    def livemode(self) -> bool:
        return not self.stripe_api_key.startswith(("sk_test_", "rk_test_"))

    @property
    def checkout_origins(self) -> tuple[str, ...]:
        """Where a join form may lead: the payment provider's own pages, or the simulator's."""
        if self.stripe_api_base:
            return (_origin(self.stripe_api_base),)
        return ("https://checkout.stripe.com", "https://billing.stripe.com", "https://invoice.stripe.com")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises SettingsError that names every fault at once."""
    env = dict(os.environ if environ is None else environ)
    faults: list[str] = []
    environment = env.get("ENVIRONMENT", "demo")
    if environment not in ("demo", "production"):
        faults.append(f"ENVIRONMENT is {environment!r}: say demo or production.")
    demo = environment != "production"
    instance = Path(env.get("INSTANCE", "instance")).resolve()
    kept = _demo_keys(instance) if demo else {}

    def needed(name: str, why: str) -> str:
        value = env.get(name) or kept.get(name, "")
        if not value:
            faults.append(f"{name} is missing: {why}")
        return value

    port = _number(env, "PORT", 8000, faults)
    trusted_proxies = _number(env, "TRUSTED_PROXIES", 0, faults)
    public_url = env.get("PUBLIC_URL") or (f"http://localhost:{port}" if demo else "")
    if not public_url:
        faults.append("PUBLIC_URL is missing: the address people know, such as https://party.example.")
    secret_key = needed("SECRET_KEY", "32 random bytes or more that sign forms and links.")
    if secret_key and len(secret_key) < 32:
        faults.append("SECRET_KEY is too short: 32 characters or more.")
    seal_keys = _seal_keys(needed("SEAL_KEYS", "keys for personal details, such as 1:<64 hex digits>."), faults)
    index_key = _index_key(env.get("INDEX_KEY", ""), seal_keys, faults)
    recipient = env.get("BACKUP_RECIPIENT") or None
    if recipient and not (recipient.startswith("age1") and len(recipient) == 62 and recipient.isalnum()):
        faults.append("BACKUP_RECIPIENT must be a public key of age, such as flask keys backup makes: age1 and 58 more.")
    stripe_key = env.get("STRIPE_API_KEY") or (SIMULATOR_KEY if demo else "")
    if not stripe_key:
        faults.append("STRIPE_API_KEY is missing: the secret key of the party's Stripe account.")
    webhook_secrets = tuple(
        filter(None, needed("STRIPE_WEBHOOK_SECRET", "the signing secret of the webhook endpoint.").split(","))
    )
    stripe_base = env.get("STRIPE_API_BASE") or (f"http://127.0.0.1:{port + 1}" if stripe_key == SIMULATOR_KEY else None)
    mail_url = env.get("MAIL_URL") or None
    if mail_url and urlsplit(mail_url).scheme not in ("smtp", "smtps"):
        faults.append("MAIL_URL must start with smtp:// or smtps://.")
    bounces = env.get("MAIL_BOUNCES", "")
    if bounces and not 0 < bounces.find("@") <= LONGEST_BOUNCES:
        faults.append(
            f"MAIL_BOUNCES must be an address like bounces@party.example, {LONGEST_BOUNCES} letters or fewer before the @: "
            f"each letter puts a tag of its own after it."
        )
    database_url = env.get("DATABASE_URL", "")
    owner_url = env.get("DATABASE_OWNER_URL") or database_url
    if demo and not database_url:
        own = Embedded(instance)
        database_url, owner_url = own.url(user=APP_ROLE), own.url()
    currency = env.get("CURRENCY", "NZD")
    if len(currency) != 3 or not currency.isupper():
        faults.append("CURRENCY must be three capital letters, such as NZD.")
    if env.get("COUNTRY_RULES", "nz") != "nz":
        faults.append("COUNTRY_RULES must be nz: no other country’s membership rules are written yet.")
    bank = env.get("BANK_ACCOUNT", "01-0902-0068389-00" if demo else "")
    if bank and not bankaccount.is_valid(bank):
        faults.append("BANK_ACCOUNT is no New Zealand bank account, such as 01-0902-0068389-00: its check digit does not fit.")
    direct_debit = env.get("DIRECT_DEBIT", "1" if demo else "0")
    if direct_debit not in ("0", "1"):
        faults.append("DIRECT_DEBIT must be 1 (offer it at the checkout; Stripe must have approved the account for it) or 0.")
    accent = env.get("ACCENT", "#A8431A")
    if not (len(accent) == 7 and accent[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in accent[1:])):
        faults.append("ACCENT must be a colour such as #A8431A.")
    if not demo:
        faults += _production_faults(env, public_url, stripe_key, stripe_base, mail_url, database_url)
    if faults:
        raise SettingsError(faults)
    name = env.get("PARTY_NAME") or "The Open Line Party"
    return Settings(
        environment=environment,
        instance=instance,
        port=port,
        public_url=public_url.rstrip("/"),
        database_url=database_url,
        database_owner_url=owner_url,
        secret_key=secret_key,
        seal_keys=seal_keys,
        index_key=index_key,
        stripe_api_key=stripe_key,
        stripe_webhook_secrets=webhook_secrets,
        stripe_api_base=stripe_base,
        mail_url=mail_url,
        mail_from=env.get("MAIL_FROM") or f"members@{_mail_host(public_url)}",
        mail_bounces=bounces,
        party_name=name,
        party_short=env.get("PARTY_SHORT") or ("Open Line" if name == "The Open Line Party" else name),
        party_promise=env.get("PARTY_PROMISE") or "The Internet should not run out.",
        promoter=env.get("PROMOTER") or "Authorised by O. Secretary, secretary@openline.example",
        accent=accent,
        currency=currency,
        country_rules="nz",
        metrics_allow=tuple(filter(None, env.get("METRICS_ALLOW", "").split(","))),
        trusted_proxies=trusted_proxies,
        bank_account=bankaccount.format(bank) if bank else "",
        direct_debit=direct_debit == "1",
        backup_recipient=recipient,
        backup_identity=Path(env["BACKUP_IDENTITY"]).resolve() if env.get("BACKUP_IDENTITY") else None,
    )


def _production_faults(
    env: Mapping[str, str], public_url: str, stripe_key: str, stripe_base: str | None, mail_url: str | None, database_url: str
) -> list[str]:
    faults = []
    if public_url and not public_url.startswith("https://"):
        faults.append("PUBLIC_URL must be https in production: sign-in cookies are sent over nothing else.")
    if stripe_key.startswith(("sk_test_", "rk_test_")):
        faults.append("STRIPE_API_KEY is a test key: production takes live money only.")
    if stripe_base and (not stripe_base.startswith("https://") or urlsplit(stripe_base).hostname != "api.stripe.com"):
        faults.append("STRIPE_API_BASE points away from Stripe: leave it out in production.")
    if not database_url:
        faults.append("DATABASE_URL is missing: the embedded database is for the demo.")
    if not mail_url:
        faults.append("MAIL_URL is missing: letters need a mail server, such as smtp://user:password@mail.example:587.")
    for name, why in (
        ("PARTY_NAME", "the party’s registered name."),
        ("PROMOTER", "the promoter statement (Electoral Act 1993 s 204F), a sentence with name and contact details."),
    ):
        if not env.get(name):
            faults.append(f"{name} is missing: {why}")
    return faults


def _demo_keys(instance: Path) -> dict[str, str]:
    """Secrets of a demo installation, made once, readable by its owner alone."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance.chmod(0o700)
    file = instance / "keys.json"
    if not file.exists():
        made = {
            "SECRET_KEY": secrets.token_hex(32),
            "SEAL_KEYS": f"1:{secrets.token_hex(32)}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        }
        draft = file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(made, out)
        with suppress(FileExistsError):  # the first of two processes wins; both read the same keys
            os.link(draft, file)
        draft.unlink()
    return dict(json.loads(file.read_text()))


def _seal_keys(text: str, faults: list[str]) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for part in filter(None, text.split(",")):
        number, _, digits = part.partition(":")
        try:
            key = bytes.fromhex(digits)
            if len(key) != 32 or not 0 < int(number) < 256:
                raise ValueError
            keys[int(number)] = key
        except ValueError:
            faults.append(
                "SEAL_KEYS must be number:64-hex-digits, parted by commas; numbers from 1 to 255, the highest seals anew."
            )
            break
    return keys


def _index_key(text: str, seal_keys: Mapping[int, bytes], faults: list[str]) -> bytes | None:
    """What INDEX_KEY says. Without it the first key makes the indexes, so that one must not have been taken out."""
    if not text:
        if seal_keys and 1 not in seal_keys:
            faults.append(
                "INDEX_KEY is missing, and SEAL_KEYS has no key 1 to make it from: nobody would be found by their email. Put "
                "key 1 back, or set INDEX_KEY to what flask keys index said."
            )
        return None
    with suppress(ValueError):
        if len(key := bytes.fromhex(text)) == 64:
            return key
    faults.append("INDEX_KEY must be the 128 hex digits that flask keys index says.")
    return None


def _number(env: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    value = env.get(name) or str(default)
    if value.isascii() and value.isdigit() and int(value) < 65536:
        return int(value)
    faults.append(f"{name} is {value!r}: a whole number is needed.")
    return default


def _mail_host(public_url: str) -> str:
    host = urlsplit(public_url).hostname or ""
    return host if "." in host else "openline.example"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
