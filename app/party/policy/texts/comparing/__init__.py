"""Two versions of a text: what changed between them, said in sentences and shown word by word."""

from .comparing import compare
from .comparison import Comparison

__all__ = ["Comparison", "compare"]
