"""Which thing of an old list is which of a new one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from .blocks import Block
from .differing import Budget, Measured, likeness, same_at_start

Pairs = list[tuple[Block | None, Block | None]]


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """All names: the new ones in their order, each one that is gone behind the one it stood behind."""
    there, behind = set(new), ""
    gone: dict[str, list[str]] = {}
    for name in dict.fromkeys(old):
        if name in there:
            behind = name
        else:
            gone.setdefault(behind, []).append(name)
    return [*gone.get("", ()), *(one for name in dict.fromkeys(new) for one in (name, *gone.get(name, ())))]


def moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest names whose moving explains the new order of those that are in both."""
    places = {name: at for at, name in enumerate(old)}
    both = [name for name in new if name in places]
    stayed = _rising([places[name] for name in both])
    return {name for at, name in enumerate(both) if at not in stayed}


def _rising(places: Sequence[int]) -> set[int]:
    """Where in `places` a longest rising run stands."""
    lowest: list[int] = []  # of each length, the lowest place a run can end on
    ends: list[int] = []  # and where that stands
    before: list[int] = []
    for at, place in enumerate(places):
        length = bisect_left(lowest, place)
        lowest[length : length + 1] = [place]
        ends[length : length + 1] = [at]
        before.append(ends[length - 1] if length else -1)
    found, at = set(), ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found


def align(old: Sequence[Block], new: Sequence[Block], budget: Budget | None) -> Pairs:
    """Blocks in pairs, in order; None where the other version has none. Without a budget only equal ones are paired.

    Raises Spent. Without a budget the work grows with the number of blocks and no faster: equal blocks at the beginning and at
    the end are paired, then those that are there once in each version; difflib would take a minute over 10,000 equal ones.
    """
    found: Pairs = []
    a = b = 0
    for next_a, next_b in [*_anchors(old, new), (len(old), len(new))]:
        found += _between(old[a:next_a], new[b:next_b], budget)
        found += [(one, other) for one, other in zip(old[next_a : next_a + 1], new[next_b : next_b + 1], strict=True)]
        a, b = next_a + 1, next_b + 1
    return found


def _anchors(old: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Where the blocks stand that are there once in each version, as many as keep their order."""
    times_old, times_new = Counter(old), Counter(new)
    places = {block: at for at, block in enumerate(old)}
    both = [(places[block], at) for at, block in enumerate(new) if times_new[block] == 1 == times_old[block]]
    stayed = _rising([place for place, _ in both])
    return (pair for at, pair in enumerate(both) if at in stayed)


def _between(old: Sequence[Block], new: Sequence[Block], budget: Budget | None) -> Pairs:
    start = same_at_start(old, new)
    end = same_at_start(old[start:][::-1], new[start:][::-1])
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    pairs = _likest(a, b, budget) if budget is not None and a and b else []
    middle: Pairs = []
    i = j = 0
    for next_i, next_j in [*pairs, (len(a), len(b))]:
        middle += [(one, None) for one in a[i:next_i]] + [(None, one) for one in b[j:next_j]]
        middle += [(one, other) for one, other in zip(a[next_i : next_i + 1], b[next_j : next_j + 1], strict=True)]
        i, j = next_i + 1, next_j + 1
    return [
        *zip(old[:start], new[:start], strict=True),
        *middle,
        *zip(old[len(old) - end :], new[len(new) - end :], strict=True),
    ]


def _likest(old: Sequence[Block], new: Sequence[Block], budget: Budget) -> list[tuple[int, int]]:
    """The pairs, in order, that are together the most alike."""
    budget.spend(2 * len(old) * len(new))
    before, after = [Measured(one.words) for one in old], [Measured(one.words) for one in new]
    like = [
        [2.0 if old[i] == new[j] else likeness(one, other, budget) for j, other in enumerate(after)]
        for i, one in enumerate(before)
    ]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]  # of what is left from i and j on
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            taken = best[i + 1][j + 1] + like[i][j] if like[i][j] else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], taken)
    found = []
    i = j = 0
    while i < len(old) and j < len(new):
        if like[i][j] and best[i][j] == best[i + 1][j + 1] + like[i][j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found
