"""The account's clock follows a file: a number of seconds by which whoever wrote it is ahead of the wall.

When the number grows, what has become due on the way is done, each at its own time, told and posted; then the number is
written beside the file, as `<file>.arrived`, so that whoever waits for it knows. Time does not go back: a smaller number
changes nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY = 0.05
"""Seconds between looks at the file."""


class Following:
    def __init__(
        self, file: Path, *, offset: Callable[[], float], advance: Callable[[float], None], settle: Callable[[], bool]
    ) -> None:
        self.file, self.offset, self.advance, self.settle = file, offset, advance, settle
        self.arrived = file.with_name(f"{file.name}.arrived")
        self.stopping = threading.Event()
        self.seen = ""
        self.arrived.unlink(missing_ok=True)
        self.look()
        if not self.seen:
            self.tell("0")
        self.thread = threading.Thread(target=self.run, name="stripe_sim clock", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.thread.is_alive():
            self.thread.join(timeout=1)
        self.arrived.unlink(missing_ok=True)

    def run(self) -> None:
        while not self.stopping.wait(LOOK_EVERY):
            self.look(wait=True)

    def look(self, *, wait: bool = False) -> None:
        """Goes as far as the file says."""
        try:
            text = self.file.read_text().strip()
            shift = float(text)
        except (FileNotFoundError, ValueError):
            return
        ahead = shift - self.offset()
        if text == self.seen and ahead <= 0:
            return
        if ahead > 0:
            self.advance(ahead)
        elif ahead < 0:
            print(f"stripe_sim stays {-ahead:.0f} seconds ahead of {self.file}: time does not go back", file=sys.stderr)
        if wait:
            self.settle()
        self.seen = text
        self.tell(text)

    def tell(self, text: str) -> None:
        draft = self.file.with_name(f"{self.file.name}.arriving")
        draft.write_text(text)
        draft.replace(self.arrived)
