"""What a door can ask of the house it hangs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from app.ground.seal import Seal
from app.ground.settings import Settings

from .assets import Assets
from .warm import Warm


@dataclass(frozen=True)
class House:
    settings: Settings
    seal: Seal
    assets: Assets
    warm: Warm


def house() -> House:
    return cast(House, current_app.extensions["hustings"])
