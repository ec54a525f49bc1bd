"""The doors under /org/people of what officers keep, and of what is done for many. Each is tried in test_another_branch.py as
the organizer of another branch."""

from __future__ import annotations

KEPT = {
    "/org/people/<uuid:person>/tags",
    "/org/people/<uuid:person>/tags/<uuid:tagging>/end",
    "/org/people/<uuid:person>/notes",
    "/org/people/<uuid:person>/notes/show",
    "/org/people/<uuid:person>/tasks",
    "/org/people/<uuid:person>/tasks/<uuid:task>/done",
    "/org/people/tasks",
    "/org/people/tags",
    "/org/people/tags/<uuid:tag>/retire",
    "/org/people/segments",
    "/org/people/segments/new",
    "/org/people/segments/<uuid:segment>",
    "/org/people/segments/<uuid:segment>/name",
    "/org/people/segments/<uuid:segment>/parts",
    "/org/people/segments/<uuid:segment>/parts/<int:place>/remove",
    "/org/people/segments/<uuid:segment>/end",
    "/org/people/bulk",
    "/org/people/bulk/acts",
    "/org/people/bulk/<uuid:act>",
    "/org/people/bulk/<uuid:act>/confirm",
    "/org/people/bulk/<uuid:act>/undo",
}
