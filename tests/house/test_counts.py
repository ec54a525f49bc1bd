"""“1 day”, never “1 days”: a number before a noun asks the catalogue for the noun’s form."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir

from app.web.words import TRANSLATIONS

HOUSE = TRANSLATIONS.parents[1]
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
SAID = {"_": None, "gettext": None, "lazy_gettext": None, "both": None, "frame": None, "__": None}
NOUNS = (
    "answers|comments|days|donations|donors|figures|files|gigabytes|hours|letters|lines|loans|members|minutes|months|names|pages|"
    "payments|people|rows|seconds|supporters|tags|targets|tasks|times|weeks|years"
)
COUNTED = re.compile(rf"%\((\w+)\)s (?:[a-z]+ )?(?:{NOUNS})\b")

# Where the number cannot be 1, and why.
A_RULE = "a clause of the rules, and not of one day"
FIXED = "a figure of ours, above one"
WITH_PLACES = "a number with a decimal place: “1.0 days”"
NEVER_ONE = {
    ("app/party/api/forms.py", "%(days)s days"): FIXED,
    ("app/party/roster/forms.py", "Within %(days)s days"): FIXED,
    ("templates/returns/year.html", "%(count)s donors share a %(by)s"): "two at least share something",
    ("app/web/forms.py", "Use %(most)s letters or fewer; this has %(have)s."): FIXED,
    ("app/web/pages.py", "%(most)s days, or %(idle)s without a visit"): FIXED,
    ("app/party/evidence/calculators/amounts.py", "%(days)s days"): WITH_PLACES,
    ("app/party/evidence/calculators/homes.py", "%(days)s days"): WITH_PLACES,
    ("app/party/evidence/calculators/homes.py", "a month. A cap of %(cap)s lasts %(days)s days."): WITH_PLACES,
}
# Pages whose numbers are clauses of the rules, or how much is kept in a file of ours.
NEVER_ONE_IN = {
    "templates/api/about.html": FIXED,
    "templates/evidence/dataset.html": FIXED,
    "templates/evidence/sources.html": FIXED,
    "templates/exports/ask.html": FIXED,
    "templates/mail/people/sign_in.html": FIXED,
    "templates/mail/people/sign_in.txt": FIXED,
    "templates/policy/say.html": FIXED,
    "templates/registration/new_pack.html": A_RULE,
    "templates/policy/comments.html": A_RULE,
    "templates/policy/comments_on.html": A_RULE,
    "templates/policy/judge.html": A_RULE,
    "templates/policy/moderating.html": A_RULE,
    "templates/policy/taking.html": A_RULE,
}


def test_a_number_before_a_noun_has_the_nouns_form_for_one():
    found = {
        (file, message)
        for file, _, message, _, _ in extract_from_dir(HOUSE, METHODS, {}, SAID, directory_filter=_ours)
        if isinstance(message, str) and COUNTED.search(message)
    }
    left = {one for one in found if one not in NEVER_ONE and one[0] not in NEVER_ONE_IN}
    assert left == set(), "ngettext, where the number can be 1"
    assert (set(NEVER_ONE) | set(NEVER_ONE_IN)) - found - {file for file, _ in found} == set(), "no longer there"


def _ours(folder: str) -> bool:
    return Path(folder).relative_to(HOUSE).parts[:1] in ((), ("app",), ("templates",))
