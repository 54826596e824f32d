"""What is wrong with the history of what many clients did at once: one entry for each operation, and totals before, after and in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

ENDS: Final = {"done", "refused", "rolled back"}  # any other outcome is a fault


@dataclass
class Entry:
    """One operation: what it was about, when it began and ended, how, and what it gave."""

    kind: str
    begun: float
    ended: float = 0.0
    outcome: str = ""  # done, refused, rolled back, or the fault
    about: Any = None
    result: Any = None


def judge(entries: list[Entry], before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is wrong with the history, in words; empty where nothing is."""
    failed = Counter(f"{each.kind}: {each.outcome}" for each in entries if each.outcome not in ENDS)
    found = [f"{count} × {what}"[:300] for what, count in failed.most_common(5)]
    seen = [
        ("at the end", after),
        *(
            ("while others wrote", each.result)
            for each in entries
            if each.kind == "read" and each.outcome == "done"
        ),
    ]
    found += sorted(
        {
            f"money {each['money']} {when}, {before['money']} before"
            for when, each in seen
            if each["money"] != before["money"]
        }
    )[:5]
    sole = {
        (council, role)
        for _when, each in seen
        for council, role, count in each["roles"]
        if role in {"chair", "secretary"} and count > 1
    }
    found += [f"council {council} had more than one {role}" for council, role in sorted(sole)]
    constant = [row for row in before["roles"] if row[1] in {"secretary", "reviewer"}]
    if any(
        [row for row in each["roles"] if row[1] in {"secretary", "reviewer"}] != constant
        for _when, each in seen
    ):
        found.append("roles that only a swap moves are not as many as before")
    return found


def judge_numbers(entries: list[Entry], stored: list[tuple[str, int, str]]) -> list[str]:
    """The same of the books: ``stored`` has book, number and for whom of each line."""
    found = []
    taken = [each for each in entries if each.kind == "number"]
    lines = Counter((book, mark) for book, _number, mark in stored)
    numbers = {(book, mark): number for book, number, mark in stored}
    found += [f"{each} is there {count} times" for each, count in lines.items() if count > 1]
    for book in sorted({book for book, _number, _mark in stored}):
        of_book = sorted(number for each, number, _mark in stored if each == book)
        if of_book != list(range(1, len(of_book) + 1)):
            found.append(f"numbers of {book} are not 1 to {len(of_book)}")
    for each in taken:
        place = tuple(each.about)
        if each.outcome == "done" and numbers.get(place) != each.result:
            found.append(f"{place} got {each.result}, on record {numbers.get(place)}")
        if each.outcome == "rolled back" and place in numbers:
            found.append(f"{place} was rolled back and is on record")
    return found + _out_of_order([each for each in taken if each.outcome == "done"])


def _out_of_order(taken: list[Entry]) -> list[str]:
    """Who began after another had been answered has the greater number."""
    found = []
    for book in sorted({each.about[0] for each in taken}):
        of_book = sorted((each for each in taken if each.about[0] == book), key=lambda each: int(each.result))
        earliest = float("inf")  # answer among the greater numbers
        for each in reversed(of_book):
            if earliest < each.begun:
                found.append(
                    f"{book}: a number greater than {each.result} was answered before it was asked for"
                )
            earliest = min(earliest, each.ended)
    return found
