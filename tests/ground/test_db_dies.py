"""The database dies after an answer was made and before its connection is handed back."""

from __future__ import annotations

from sqlalchemy import text

from app.ground.db import session


def test_an_answer_that_was_made_is_given_though_the_database_dies_before_its_link_is_handed_back(whole_app, owner):
    with whole_app.test_request_context("/"):
        backend = session.execute(text("select pg_backend_pid()")).scalar_one()
        owner.execute("select pg_terminate_backend(%s, 5000)", [backend])
    with whole_app.test_request_context("/"):
        assert session.execute(text("select 1")).scalar_one() == 1
