"""What officers keep, at scale: a tag that many have and one that few have, segments that nest. The same on every run."""

from __future__ import annotations

import json
from uuid import UUID

import psycopg

from .place import Place

BIG, RARE = UUID(int=0xB16), UUID(int=0xFE3)
DUES_AND_NEWS, NESTED, WITHOUT = UUID(int=0x5E61), UUID(int=0x5E62), UUID(int=0x5E63)
BIG_ONE_IN, RARE_ONE_IN = 13, 10_007  # one person in so many has the tag

PARTS = {
    DUES_AND_NEWS: [
        ("any", {"stands": "behind"}), ("any", {"lapsing": "30"}), ("all", {"consent": "news"}),
    ],
    NESTED: [
        ("all", {"segment": str(DUES_AND_NEWS)}), ("any", {"tag": str(BIG)}), ("any", {"can_enrol": "no"}),
        ("any", {"electorate": "nelson"}), ("none", {"gave": "y"}),
    ],
    WITHOUT: [("all", {"stands": "good"}), ("none", {"tag": str(BIG)}), ("none", {"segment": str(NESTED)})],
}  # fmt: skip


def keep(place: Place) -> dict[str, dict[str, str]]:
    """Written down once, by the owner; who has a tag hangs on their id. What to ask for then."""
    with psycopg.connect(place.postgres.url(), autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")  # no hooks for four million
        for tag, name in ((BIG, "bench: many"), (RARE, "bench: few")):
            owner.execute(
                "insert into tags (id, name, since, made_by) values (%s, %s, current_date, 'bench') on conflict do nothing",
                [tag, name],
            )
        if not owner.execute("select 1 from taggings where tag_id = %s limit 1", [BIG]).fetchone():
            for tag, one_in in ((BIG, BIG_ONE_IN), (RARE, RARE_ONE_IN)):
                owner.execute(
                    "insert into taggings (id, tag_id, person_id, at, by)"
                    " select gen_random_uuid(), %s, person_id, now(), 'bench' from roster"
                    " where abs(hashtext(person_id::text)) %% %s = 1",
                    [tag, one_in],
                )
            owner.execute("vacuum analyze taggings, tags")
        for number, (segment, parts) in enumerate(PARTS.items()):
            owner.execute(
                "insert into segments (id, name, parts, made_at, made_by) values (%s, %s, %s, now(), 'bench')"
                " on conflict (id) do update set parts = excluded.parts",
                [segment, f"bench {number}", json.dumps([{"how": how, "asked": asked} for how, asked in parts])],
            )
    return {
        "tag.big": {"tag": str(BIG)},
        "tag.rare": {"tag": str(RARE)},
        "tag.big.lapsed": {"tag": str(BIG), "stands": "lapsed"},
        "segment.plain": {"segment": str(DUES_AND_NEWS)},
        "segment.nested": {"segment": str(NESTED)},
        "segment.without": {"segment": str(WITHOUT)},
    }
