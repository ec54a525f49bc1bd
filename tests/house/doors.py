"""Every door of the house: its address, what it takes, and who may enter. A door that appears, goes, or changes who may
enter must be written here first."""

from __future__ import annotations

PUBLIC, MEMBER, MACHINE, DEMO = "public", "member", "machine", "demo"

# Which office may do what. A door says `officer:<right>`, or `officer:<right>, fresh` where a second step must have been
# proven within five minutes; tests/house/test_offices.py tries every door as everybody.
OFFICES = {
    "secretary": {
        "read only",
        "look at people",
        "see returns",
        "file returns",
        "see duties",
        "confirm refunds",
        "enter loans",
        "edit policies",
        "publish policies",
        "give office",
    },
    "treasurer": {
        "read only",
        "look at people",
        "record money",
        "refund money",
        "see returns",
        "see duties",
        "confirm refunds",
    },
    "organizer": {"read only"},
    "reader": {"read only"},
    "editor": {"read only", "edit policies"},
}

DOORS = {
    # web: the same for everyone
    ("/", "GET", PUBLIC),
    ("/privacy", "GET", PUBLIC),
    ("/law", "GET", PUBLIC),
    ("/law/try", "GET", PUBLIC),
    # health
    ("/healthz", "GET", MACHINE),
    ("/readyz", "GET", MACHINE),
    ("/metrics", "GET", MACHINE),
    # payments
    ("/webhooks/stripe", "POST", MACHINE),
    # receipts
    ("/me/receipts/<int:year>.pdf", "GET", MEMBER),
    ("/me/receipts/<number>.pdf", "GET", MEMBER),
    # joining
    ("/join", "GET", PUBLIC),
    ("/join", "POST", PUBLIC),
    ("/join/pay/<key>", "POST", PUBLIC),
    ("/join/resume/<link>", "GET", PUBLIC),
    ("/join/saved", "GET", PUBLIC),
    ("/join/thanks/<key>", "GET", PUBLIC),
    ("/join/again/<link>", "GET", PUBLIC),
    # dues
    ("/dues/<link>", "GET", PUBLIC),
    ("/dues/<link>/pay", "POST", PUBLIC),
    ("/dues/<link>/renew", "POST", PUBLIC),
    ("/dues/<link>/plan", "POST", PUBLIC),
    ("/dues/<link>/card", "POST", PUBLIC),
    ("/dues/<link>/stop", "POST", PUBLIC),
    # giving
    ("/give", "GET", PUBLIC),
    ("/give", "POST", PUBLIC),
    ("/give/pay/<key>", "POST", PUBLIC),
    ("/give/thanks/<key>", "GET", PUBLIC),
    ("/give/<link>", "GET", PUBLIC),
    ("/give/<link>/card", "POST", PUBLIC),
    ("/give/<link>/stop", "POST", PUBLIC),
    # evidence: the same for everyone
    ("/tools", "GET", PUBLIC),
    ("/tools/<calculator>", "GET", PUBLIC),
    ("/tools/<calculator>.json", "GET", PUBLIC),
    ("/tools/<calculator>.png", "GET", PUBLIC),
    ("/charts", "GET", PUBLIC),
    ("/charts/<slug>", "GET", PUBLIC),
    ("/charts/<slug>.csv", "GET", PUBLIC),
    ("/charts/<slug>.png", "GET", PUBLIC),
    ("/charts/<slug>.svg", "GET", PUBLIC),
    ("/charts/<slug>/table", "GET", PUBLIC),
    ("/sources", "GET", PUBLIC),
    ("/corrections", "GET", PUBLIC),
    ("/data/<dataset>", "GET", PUBLIC),
    ("/data/<dataset>.csv", "GET", PUBLIC),
    ("/data/<dataset>.json", "GET", PUBLIC),
    ("/data/<dataset>/<metric>", "GET", PUBLIC),
    # policy: the same for everyone
    ("/policies", "GET", PUBLIC),
    ("/policies.<any(json, csv):kind>", "GET", PUBLIC),
    ("/policies/<slug>", "GET", PUBLIC),
    ("/policies/<slug>.<any(json, md, csv):kind>", "GET", PUBLIC),
    ("/policies/<slug>/<int(fixed_digits=4):year>", "GET", PUBLIC),
    ("/policies/<slug>/draft", "GET", PUBLIC),
    ("/policies/<slug>/v<int:number>", "GET", PUBLIC),
    ("/policies/<slug>/v<int:number>.<any(json, md, csv):kind>", "GET", PUBLIC),
    ("/policies/<slug>/v<int:number>.png", "GET", PUBLIC),
    ("/policies/<slug>/v<int:old>...v<int:new>", "GET", PUBLIC),
    # people
    ("/sign-in", "GET POST", PUBLIC),
    ("/sign-in/sent", "GET", PUBLIC),
    ("/sign-in/<link>", "GET", PUBLIC),
    ("/sign-in/<link>", "POST", PUBLIC),
    ("/sign-in/passkey", "POST", PUBLIC),
    ("/sign-in/passkey/options", "POST", PUBLIC),
    ("/sign-out", "POST", PUBLIC),
    ("/support", "GET POST", PUBLIC),
    ("/support/sent", "GET", PUBLIC),
    ("/support/done", "GET", PUBLIC),
    ("/support/<link>", "GET", PUBLIC),
    ("/support/<link>", "POST", PUBLIC),
    ("/me/passkeys", "POST", MEMBER),
    ("/me/passkeys/options", "POST", MEMBER),
    ("/me/passkeys/<uuid:passkey>/remove", "POST", MEMBER),
    ("/me/sessions/<uuid:sign_in>/revoke", "POST", MEMBER),
    ("/me/authenticators", "POST", MEMBER),
    ("/me/authenticators/new", "GET POST", MEMBER),
    ("/me/authenticators/<uuid:authenticator>/remove", "POST", MEMBER),
    ("/confirm", "GET POST", MEMBER),
    ("/confirm/passkey", "POST", MEMBER),
    ("/confirm/passkey/options", "POST", MEMBER),
    # branches
    ("/org/offices", "GET", "officer:read only"),
    ("/org/offices/appoint", "GET POST", "officer:give office, fresh"),
    ("/org/offices/branch", "GET POST", "officer:give office, fresh"),
    ("/org/offices/<uuid:office>/end", "GET POST", "officer:give office, fresh"),
    ("/org/offices/<uuid:office>/forget-proofs", "POST", "officer:give office, fresh"),
    # desk
    ("/org", "GET", "officer:read only"),
    ("/org/money", "GET", "officer:record money"),
    ("/org/money/accounts", "GET", "officer:record money"),
    ("/org/money/record", "GET POST", "officer:record money, fresh"),
    ("/org/money/differences/<uuid:difference>/take-up", "POST", "officer:record money"),
    ("/org/money/differences/<uuid:difference>/close", "POST", "officer:record money"),
    ("/org/money/payments/<uuid:payment>", "GET", "officer:record money"),
    ("/org/money/payments/<uuid:payment>/whose", "POST", "officer:record money"),
    ("/org/money/payments/<uuid:payment>/refund", "GET POST", "officer:refund money, fresh"),
    ("/org/money/payments/<uuid:payment>/refunds/<uuid:refund>/handed-back", "GET POST", "officer:refund money, fresh"),
    ("/org/money/confirm", "GET", "officer:confirm refunds"),
    ("/org/money/confirm/<uuid:refund>", "POST", "officer:confirm refunds, fresh"),
    # giving, for officers
    ("/org/money/donations", "GET", "officer:record money"),
    ("/org/money/donations/record/<kind>", "GET POST", "officer:record money, fresh"),
    ("/org/money/donations/<uuid:donation>", "GET", "officer:record money"),
    ("/org/money/donations/<uuid:donation>/whose", "POST", "officer:record money"),
    ("/org/money/donations/<uuid:donation>/contributions", "GET POST", "officer:record money, fresh"),
    ("/org/money/quarantine", "GET", "officer:see duties"),
    ("/org/money/quarantine/<uuid:duty>/filed", "GET POST", "officer:see duties, fresh"),
    ("/org/money/quarantine/<uuid:duty>/<way>", "GET POST", "officer:refund money, fresh"),
    ("/org/money/loans", "GET", "officer:enter loans"),
    ("/org/money/loans/enter", "GET POST", "officer:enter loans, fresh"),
    ("/org/money/loans/<uuid:loan>", "GET", "officer:enter loans"),
    ("/org/money/loans/<uuid:loan>/whose", "POST", "officer:enter loans"),
    ("/org/money/loans/<uuid:loan>/repaid", "GET POST", "officer:enter loans, fresh"),
    # policy, for officers
    ("/org/policies", "GET", "officer:edit policies"),
    ("/org/policies/new", "GET POST", "officer:edit policies"),
    ("/org/policies/<slug>", "GET POST", "officer:edit policies"),
    ("/org/policies/<slug>/begin", "POST", "officer:edit policies"),
    ("/org/policies/<slug>/drop", "POST", "officer:edit policies"),
    ("/org/policies/<slug>/consult", "GET POST", "officer:publish policies, fresh"),
    ("/org/policies/<slug>/publish", "GET POST", "officer:publish policies, fresh"),
    ("/org/policies/<slug>/retire", "GET POST", "officer:publish policies, fresh"),
    ("/org/policies/<slug>/translate/<locale>", "GET POST", "officer:publish policies, fresh"),
    # returns
    ("/org/returns", "GET", "officer:see returns"),
    ("/org/returns/<int:year>", "GET", "officer:see returns"),
    ("/org/returns/<int:year>/<part>", "GET POST", "officer:see returns"),
    ("/org/returns/<int:year>/draft/<kind>.pdf", "GET", "officer:see returns"),
    ("/org/returns/<int:year>/draft/<kind>.csv", "GET", "officer:see returns"),
    ("/org/returns/<int:year>/file/<kind>", "GET POST", "officer:file returns, fresh"),
    ("/org/returns/<int:year>/file/<kind>/<uuid:donation>", "GET POST", "officer:file returns, fresh"),
    ("/org/returns/filed/<uuid:filed>", "GET", "officer:see returns"),
    ("/org/returns/filed/<uuid:filed>.pdf", "GET", "officer:see returns"),
    ("/org/returns/filed/<uuid:filed>.csv", "GET", "officer:see returns"),
    ("/org/money/export.csv", "GET", "officer:record money, fresh"),
    # bank
    ("/org/money/bank", "GET", "officer:record money"),
    ("/org/money/bank/file", "POST", "officer:record money"),
    ("/org/money/bank/imports/<uuid:statement>", "GET", "officer:record money"),
    ("/org/money/bank/imports/<uuid:statement>/confirm", "POST", "officer:record money, fresh"),
    ("/org/money/bank/imports/<uuid:statement>/forget", "POST", "officer:record money"),
    ("/org/money/bank/imports/<uuid:statement>/undo", "POST", "officer:record money, fresh"),
    ("/org/money/bank/sure", "GET", "officer:record money"),
    ("/org/money/bank/sure", "POST", "officer:record money, fresh"),
    ("/org/money/bank/lines/<uuid:line>", "GET", "officer:record money"),
    ("/org/money/bank/lines/<uuid:line>", "POST", "officer:record money"),
    ("/org/money/bank/lines/<uuid:line>/record", "POST", "officer:record money, fresh"),
    ("/org/money/bank/lines/<uuid:line>/aside", "POST", "officer:record money"),
    ("/org/money/bank/lines/<uuid:line>/take-back", "POST", "officer:record money"),
    ("/org/money/bank/lines/<uuid:line>/take-up", "POST", "officer:record money"),
    ("/org/money/bank/lines/<uuid:line>/by-hand", "POST", "officer:record money"),
    ("/org/money/bank/lines/<uuid:line>/payout", "POST", "officer:record money, fresh"),
    ("/org/money/bank/lines/<uuid:line>/hand-back", "POST", "officer:refund money, fresh"),
    # belonging
    ("/me", "GET", MEMBER),
    ("/me/card", "GET", MEMBER),
    ("/me/consents/<kind>", "POST", MEMBER),
    ("/me/details", "POST", MEMBER),
    ("/me/everything", "GET", MEMBER),
    ("/me/everything.json", "GET", MEMBER),
    ("/me/leave", "GET POST", MEMBER),
    ("/me/pay", "POST", MEMBER),
    ("/left", "GET", PUBLIC),
    # dev: where nothing is real
    ("/dev/mailbox", "GET", DEMO),
    ("/dev/mailbox.json", "GET", DEMO),
    ("/dev/mailbox/<letter_id>", "GET", DEMO),
    ("/dev/mailbox/<letter_id>.html", "GET", DEMO),
    ("/dev/clock", "GET", DEMO),
    ("/dev/clock", "POST", DEMO),
    ("/dev/parts", "GET", DEMO),
    ("/dev/people", "GET", DEMO),
}

AN_ID = "01890000-0000-7000-8000-000000000000"


def address(rule: str) -> str:
    """Some address that a rule answers to."""

    def filled(part: str) -> str:
        kind, _, ending = part.partition(">")
        return ("2026" if kind.startswith("<int:") else AN_ID) + ending

    return "/".join(filled(part) if part.startswith("<") else part for part in rule.replace(".html", "").split("/"))
