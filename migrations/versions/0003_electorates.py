"""The electorates of 2020 (used in 2020 and 2023) and of 2026 (in force from the general election of 7 November 2026).

Sources: Representation Commission reports of 2020 and 2025 (Schedule C), names as published. Our codes are the names
without macrons, unique within a set. A few rows; no lock matters.
"""

import re
import unicodedata
from datetime import date

from alembic import op
from sqlalchemy import column, table

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

GENERAL_2026 = """
Northland · Whangārei · Kaipara ki Mahurangi · Whangaparāoa · East Coast Bays · North Shore · Upper Harbour · Northcote ·
Waitākere · Henderson · Glendene · Mt Roskill · Mt Albert · Auckland Central · Epsom · Tāmaki · Maungakiekie · Pakuranga ·
Ōtāhuhu · Māngere · Botany · Takanini · Manurewa · Papakura · Coromandel · Port Waikato · Waikato · Hamilton West ·
Hamilton East · Tauranga · Mt Maunganui · Rotorua · Taranaki-King Country · East Cape · Taupō · Napier · New Plymouth ·
Whanganui · Rangitīkei · Tukituki · Palmerston North · Wairarapa · Kapiti · Kenepuru · Remutaka · Hutt South ·
Wellington North · Wellington Bays · Nelson · West Coast-Tasman · Kaikōura · Waimakariri · Christchurch East ·
Christchurch Central · Ilam · Banks Peninsula · Wigram · Selwyn · Rangitata · Waitaki · Dunedin · Taieri · Southland ·
Invercargill
"""
MAORI = "Te Tai Tokerau · Tāmaki Makaurau · Hauraki-Waikato · Waiariki · Te Tai Hauāuru · Ikaroa-Rāwhiti · Te Tai Tonga"
GONE_IN_2026 = """
Ōhāriu · Mana · Ōtaki · Wellington Central · Rongotai · East Coast · Te Atatū · Kelston · New Lynn · Panmure-Ōtāhuhu ·
Bay of Plenty
"""
NEW_IN_2026 = """
Kapiti · Kenepuru · Wellington North · Wellington Bays · East Cape · Henderson · Glendene · Waitākere · Ōtāhuhu · Mt Maunganui
"""


def names(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split("·")]


def code(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z]+", "-", plain)


def upgrade() -> None:
    general_2020 = [name for name in names(GENERAL_2026) if name not in names(NEW_IN_2026)] + names(GONE_IN_2026)
    op.bulk_insert(
        table("electorate_sets", column("code"), column("since"), column("until")),
        [
            {"code": "2020", "since": date(2020, 10, 17), "until": date(2026, 11, 7)},
            {"code": "2026", "since": date(2026, 11, 7), "until": None},
        ],
    )
    op.bulk_insert(
        table(
            "electorates",
            column("set_code"),
            column("code"),
            column("name"),
            column("kind"),
        ),
        [
            {"set_code": year, "code": code(name), "name": name, "kind": kind}
            for year, kind, seats in (
                ("2020", "general", general_2020),
                ("2020", "maori", names(MAORI)),
                ("2026", "general", names(GENERAL_2026)),
                ("2026", "maori", names(MAORI)),
            )
            for name in seats
        ],
    )


def downgrade() -> None:
    op.execute("delete from electorates")
    op.execute("delete from electorate_sets")
