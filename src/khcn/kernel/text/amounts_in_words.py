"""Amounts in words, as the law on accounting documents and every decision on money wants them.

Printed Vietnamese, therefore not translated. Well-known libraries read 1.000.005 as "một triệu năm" or -5 as
"mười lăm"; a wrong word here is a wrong payment, so the rules are our own and tested to 10^15.
"""

LARGEST = 10**15
"""In either direction; the money of a province has fewer digits."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_MUOI = {5: "lăm"}
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_MAGNITUDES = ("", " nghìn", " triệu", " tỷ", " nghìn tỷ", " triệu tỷ")


def _two_places(tens: int, units: int) -> str:
    """Tens and units that follow a hundred, or stand alone when ``tens`` is not 0."""
    if tens == 0:
        return f"linh {_DIGITS[units]}" if units else ""
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if units == 0:
        return head
    changed = _AFTER_MUOI if tens == 1 else _AFTER_TENS
    return f"{head} {changed.get(units, _DIGITS[units])}"


def _three_places(group: int, *, leading: bool) -> str:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    if leading and hundreds == 0:
        return _DIGITS[units] if tens == 0 else _two_places(tens, units)
    return f"{_DIGITS[hundreds]} trăm {_two_places(tens, units)}".rstrip()


def number_in_words(number: int) -> str:
    """Small letters, a comma after each magnitude: "ba tỷ, không trăm linh năm triệu, không trăm linh bốn".

    Raises:
        ValueError: beyond ±10^15.
    """
    if abs(number) > LARGEST:
        message = f"amounts in words go to 10^15, not {number}"
        raise ValueError(message)
    if number == 0:
        return _DIGITS[0]
    groups = []
    rest = abs(number)
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    highest = len(groups) - 1
    parts = [
        _three_places(group, leading=place == highest) + _MAGNITUDES[place]
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    return ("âm " if number < 0 else "") + ", ".join(parts)


def amount_in_words(amount: int) -> str:
    """In words with the unit: "Bốn mươi lăm triệu, chín trăm chín mươi tám nghìn, bốn trăm linh chín đồng" for 45998409.

    Raises:
        ValueError: beyond ±10^15 đồng.
    """
    words = f"{number_in_words(amount)} đồng"
    return words[0].upper() + words[1:]
