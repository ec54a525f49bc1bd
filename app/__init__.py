"""Hustings: the membership platform for political parties. `create_app` puts the house together; it is a list, read down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.ground.settings import Settings

HERE = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, from the environment unless told otherwise. Asks nothing of the database or of strangers.

    Raises SettingsError, which names every setting that is missing or wrong.
    """
    from functools import partial

    from flask import Flask
    from flask_babel import Babel
    from flask_wtf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import cli, cli_clock, cli_exports, cli_keeping, cli_law, cli_mail, cli_returns, gateways, wiring
    from app.gateways.hooks import Courier
    from app.gateways.smtp import SmtpPostman
    from app.gateways.stripe import StripeGateway
    from app.ground import clock, db, log, mail, news, passing, strongroom
    from app.ground.seal import Seal
    from app.ground.settings import read
    from app.web import errors, headers, house, rights, tongues, words
    from app.web.assets import Assets
    from app.web.warm import Warm

    settings = settings or read()
    https = settings.public_url.startswith("https://")
    log.begin()
    clock.follow(passing.file_of(settings))
    db.connect(settings.database_url)
    strongroom.hire(settings.instance / "files")

    app = Flask("app", template_folder=str(HERE / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-hustings" if https else "hustings",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=128 * 1024,
        MAX_FORM_PARTS=100,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # our fields speak through Babel themselves; theirs would look for files at every request
        WTF_CSRF_SSL_STRICT=https,
        BABEL_DEFAULT_LOCALE="en_NZ",
        BABEL_DEFAULT_TIMEZONE="Pacific/Auckland",
        BABEL_TRANSLATION_DIRECTORIES=str(HERE / "app" / "translations"),
    )
    assets = Assets(HERE / "static", accent=settings.accent)
    seal = Seal(settings.seal_keys, index_key=settings.index_key)

    headers.hang(app, checkout_origins=settings.checkout_origins, https=https)
    Babel(app, locale_selector=tongues.locale)
    words.hang(app, settings, assets)
    tongues.hang(app)
    csrf = CSRFProtect(app)
    for door in wiring.doors(demo=settings.demo):
        app.register_blueprint(door)
    wiring.hang_api(app, party=settings.party_name, url=settings.public_url)
    for view in rights.machines:
        csrf.exempt(view)
    wiring.hang_sign_in(app)
    wiring.hang_doorkeeper(app)
    app.teardown_request(lambda _: db.let_go())
    errors.hang(app)
    cli.hang(app)
    cli_keeping.hang(app)
    cli_clock.hang(app)
    cli_law.hang(app)
    cli_mail.hang(app)
    cli_returns.hang(app)
    cli_exports.hang(app)

    mail.hire(
        mail.Office(
            seal=seal,
            public_url=settings.public_url,
            render=words.renderer(app),
            postman=SmtpPostman(settings.mail_url, sender=settings.mail_from, sender_name=settings.party_name)
            if settings.mail_url
            else None,
            party_name=settings.party_name,
            promoter=settings.promoter,
            accent=settings.accent,
            bounces=settings.mail_bounces,
        )
    )
    gateways.hire(
        stripe=StripeGateway(
            api_key=settings.stripe_api_key,
            webhook_secrets=settings.stripe_webhook_secrets,
            api_base=settings.stripe_api_base,
            debit=settings.direct_debit,
        ),
        courier=Courier(local=settings.demo),
    )
    wiring.introduce()

    warm = Warm(app.wsgi_app, assets, asks=rights.asked_at(app), listen=partial(news.Listener, settings.database_url))
    app.extensions["hustings"] = house.House(settings=settings, seal=seal, assets=assets, warm=warm)
    app.wsgi_app = tongues.Tongues(warm)  # type: ignore[method-assign,assignment]  # Flask's documented way to add middleware
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]
    return app
