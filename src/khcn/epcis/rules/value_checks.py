"""Checks of the values of EPCIS fields.

A check takes the value, its path, and the list of problems to which it adds. Messages are Vietnamese for the user who
corrects the document, and English for the developer.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import Final

from khcn.epcis.cbv import CbvVocabulary
from khcn.epcis.codec.json_binding.json_text import Json, pointer
from khcn.epcis.errors import Problem, Severity
from khcn.epcis.text_cache import TextCache
from khcn.epcis.times import is_date_time
from khcn.epcis.uri import is_plain_uri, is_uri

Problems = list[Problem]
Check = Callable[[Json, str, Problems], None]

_ACCEPTS: Final[dict[Check, Callable[[str], object]]] = {}
"""Of some checks a function that is true of nearly all texts which pass. Such a text is not looked at further: neither its path is
written nor the check called, which is most of the work for a document without faults."""

_SHOWN: Final = 60


def shown(value: Json) -> str:
    """A value short enough for a message."""
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def add_problem(
    found: Problems, code: str, path: str, vi: str, en: str, severity: Severity = Severity.FORM
) -> None:
    found.append(Problem(code, path, vi, en, severity))


def _kind(found: Problems, path: str, vi: str, en: str) -> None:
    add_problem(found, "TYPE", path, f"Giá trị ở đây phải là {vi}.", f"the value must be {en}")


def anything(value: Json, path: str, found: Problems) -> None:
    """Accepts any value."""


def text(value: Json, path: str, found: Problems) -> None:
    if not isinstance(value, str):
        _kind(found, path, "chuỗi ký tự", "a string")


def number(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        _kind(found, path, "một số (không đặt trong dấu nháy)", "a number")


def boolean(value: Json, path: str, found: Problems) -> None:
    if not isinstance(value, bool):
        _kind(found, path, "true hoặc false", "true or false")


def uri(value: Json, path: str, found: Problems) -> None:
    if not isinstance(value, str):
        _kind(found, path, "chuỗi ký tự", "a string")
    elif not is_uri(value):
        add_problem(
            found,
            "URI",
            path,
            f"“{shown(value)}” không phải URI đầy đủ. Ghi dạng urn:epc:… hoặc https://…",
            f"{shown(value)!r} is no absolute URI",
        )


def time(value: Json, path: str, found: Problems) -> None:
    if not isinstance(value, str):
        _kind(found, path, "chuỗi ký tự", "a string")
    elif not is_date_time(value):
        add_problem(
            found,
            "TIME",
            path,
            f"“{shown(value)}” không phải thời điểm. Ghi dạng 2026-10-09T08:30:00+07:00.",
            f"{shown(value)!r} is no date-time with an offset (RFC 3339)",
        )


_ACCEPTS[uri] = is_plain_uri
_ACCEPTS[time] = is_date_time


def pattern(expression: str, vi: str, en: str, code: str = "PATTERN") -> Check:
    """A string that matches a regular expression completely."""
    compiled = re.compile(expression, re.ASCII)

    def check(value: Json, path: str, found: Problems) -> None:
        if not isinstance(value, str):
            _kind(found, path, "chuỗi ký tự", "a string")
        elif not compiled.fullmatch(value):
            add_problem(
                found, code, path, f"“{shown(value)}” không đúng dạng: {vi}.", f"{shown(value)!r} is not {en}"
            )

    _ACCEPTS[check] = compiled.fullmatch
    return check


def one_of(words: frozenset[str]) -> Check:
    """One of a closed list of strings."""
    listed = ", ".join(sorted(words))

    def check(value: Json, path: str, found: Problems) -> None:
        if not isinstance(value, str):
            _kind(found, path, "chuỗi ký tự", "a string")
        elif value not in words:
            add_problem(
                found,
                "NOT_LISTED",
                path,
                f"“{shown(value)}” không có trong danh sách: {listed}.",
                f"{shown(value)!r} is not one of {listed}",
            )

    _ACCEPTS[check] = words.__contains__
    return check


_CBV_STARTS: Final = ("urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/")
_VOC_STARTS: Final = (
    "http://gs1.org/voc/",
    "https://gs1.org/voc/",
    "http://www.gs1.org/voc/",
    "https://www.gs1.org/voc/",
)


def word(vocabulary: CbvVocabulary) -> Check:
    """A standard word in its bare form, or the URI of another word."""
    words = vocabulary.words
    refused = _VOC_STARTS if "voc" in vocabulary.web else _CBV_STARTS

    def check(value: Json, path: str, found: Problems) -> None:
        if not isinstance(value, str):
            _kind(found, path, "chuỗi ký tự", "a string")
        elif value not in words and (value.startswith(refused) or not is_uri(value)):
            bare = vocabulary.bare(value)
            hint = f" Ghi “{bare}”." if bare != value else " Dùng từ chuẩn hoặc URI riêng."
            add_problem(
                found,
                "WORD",
                path,
                f"“{shown(value)}” không phải từ của bộ từ vựng CBV 2.0 cho trường này.{hint}",
                f"{shown(value)!r} is neither a word of CBV 2.0's {vocabulary.name} nor a URI of one's own",
            )

    _ACCEPTS[check] = words.__contains__
    return check


def unique(value: list[Json], path: str, found: Problems) -> None:
    """No two equal items (numbers are equal by value, as in JSON schema). Takes time in proportion to the list."""
    seen: set[Hashable] = set()
    for place, item in enumerate(value):
        identity = _identity(item)
        if identity in seen:
            add_problem(
                found,
                "DUPLICATE_ITEM",
                pointer(path, place),
                f"“{shown(item)}” đã có trong danh sách này. Giữ lại một.",
                f"{shown(item)!r} is in the list already",
            )
            return
        seen.add(identity)


def _identity(value: Json) -> Hashable:
    """The same for equal JSON values alone: true is not 1, and 1 is 1.0. Of texts only, because Python gives texts hashes
    that a sender cannot foresee.
    """
    match value:
        case str():
            return value
        case bool() | None:
            return (str(value),)
        case dict():
            return frozenset((name, _identity(each)) for name, each in value.items())
        case list():
            return ("list", *map(_identity, value))
    return ("number", _digits(value))


def _digits(number: float | Decimal) -> str:
    """Equal numbers have equal digits; those of a number with a huge exponent are not written out."""
    exact = Decimal(number)
    if not exact.is_finite():
        return str(exact)
    sign, digits, exponent = exact.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    significant = written.rstrip("0")
    return f"{sign if significant else 0} {significant} {int(exponent) + len(written) - len(significant) if significant else 0}"


def _nothing(_text: str) -> bool:
    return False


def array(item: Check, *, fewest: int = 0, distinct: bool = False) -> Check:
    """An array whose items pass the check `item`."""
    accepts = _ACCEPTS.get(item, _nothing)

    def check(value: Json, path: str, found: Problems) -> None:
        if not isinstance(value, list):
            _kind(found, path, "danh sách [ … ]", "an array")
            return
        if (
            len(value) >= fewest
            and all([type(entry) is str and accepts(entry) for entry in value])  # noqa: C419 -- a list is faster
            and (not distinct or len(set(value)) == len(value))
        ):
            return  # the usual case: texts without a fault
        if len(value) < fewest:
            add_problem(
                found,
                "TOO_FEW",
                path,
                f"Danh sách phải có ít nhất {fewest} mục.",
                f"the array must have at least {fewest} item",
            )
        for place, entry in enumerate(value):
            item(entry, f"{path}/{place}", found)
        if distinct:
            unique(value, path, found)

    return check


def either(first: Check, second: Check) -> Check:
    """The value must pass one of two checks; otherwise the problems of the second are reported."""

    def check(value: Json, path: str, found: Problems) -> None:
        trial: Problems = []
        first(value, path, trial)
        if trial:
            second(value, path, found)

    return check


def closed_name(name: str, path: str, found: Problems) -> None:
    add_problem(
        found,
        "UNKNOWN_FIELD",
        pointer(path, name),
        f"Không có trường “{shown(name)}” ở đây. Xóa trường này.",
        f"the field {shown(name)!r} may not be here",
    )


IS_URI_CACHED: Final = TextCache(is_uri, 1024)
"""Whether a text is a URI, cached for texts that occur in every event: field names, places."""


def uri_name(name: str, path: str, found: Problems) -> None:
    if not IS_URI_CACHED[name]:
        add_problem(
            found,
            "FIELD_NAME",
            pointer(path, name),
            f"EPCIS không có trường “{shown(name)}”. Trường mở rộng phải có tiền tố, ví dụ “vidu:{shown(name)}”.",
            f"{shown(name)!r} is no field of EPCIS; extensions need a prefix or URI",
        )


def open_name(name: str, path: str, found: Problems) -> None:
    """Accepts any name."""


NameCheck = Callable[[str, str, Problems], None]


def fields(known: Mapping[str, Check], required: tuple[str, ...] = (), other: NameCheck = open_name) -> Check:
    """An object: a check for each known field, required fields, and a check for the names of other fields."""
    checks = {name: (field_check, _ACCEPTS.get(field_check, _nothing)) for name, field_check in known.items()}

    def check(value: Json, path: str, found: Problems) -> None:
        if not isinstance(value, dict):
            _kind(found, path, "đối tượng { … }", "an object")
            return
        for name in required:
            if name not in value:
                add_problem(
                    found,
                    "REQUIRED",
                    pointer(path, name),
                    f"Thiếu trường “{name}”.",
                    f"the field {name!r} is required",
                )
        for name, entry in value.items():
            both = checks.get(name)
            if both is None:
                other(name, path, found)
            elif type(entry) is not str or not both[1](entry):
                both[0](entry, f"{path}/{name}", found)

    return check
