"""The blueprint, and what its doors share."""

from __future__ import annotations

from flask import Blueprint, abort

from .. import queries
from ..models import Policy, PolicyDraft

door = Blueprint("policies", __name__, url_prefix="/org/policies")


def get_policy(slug: str) -> Policy:
    """The policy at this address, or 404."""
    return queries.find(slug) or abort(404)


def get_draft(policy: Policy) -> PolicyDraft:
    """The draft of its next version, or 404."""
    return queries.draft_of(policy.id) or abort(404)
