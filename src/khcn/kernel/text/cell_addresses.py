"""Addresses of cells as Excel writes them. Needs nothing else: the process that reads workbooks uses it too."""

from __future__ import annotations


def column_letters(place: int) -> str:
    """Column letters of a place counted from 0: 0 is "A", 26 is "AA"."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_and_row(cell: str) -> tuple[str, int]:
    """The letters and the row of an address: "AB12" is "AB" and 12."""
    letters = cell.rstrip("0123456789")
    return letters, int(cell.removeprefix(letters))


def column_place(letters: str) -> int:
    """The place, counted from 0, of column letters: "A" is 0, "AA" is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
