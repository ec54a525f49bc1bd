"""What is wrong with a whole file."""

from __future__ import annotations


class BadFile(Exception):
    """A file of which nothing is taken. The sentence says what to do, and names nobody: it is kept."""

    def __init__(self, sentence: str, line: int = 0):
        self.sentence = f"Line {line}: {sentence}" if line else sentence
        super().__init__(self.sentence)
