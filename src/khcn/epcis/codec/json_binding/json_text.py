"""Reads and writes JSON text; strict about untrusted input.

The parser of Python keeps the last of two equal names, accepts NaN, and computes integers of a million digits; here each
of these is a fault with its path. Numbers become int or Decimal, so that no digits are lost.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import msgspec
import orjson

from khcn.epcis.codec.limits import DEFAULT_LIMITS, Limits
from khcn.epcis.codec.text_encoding import refuse_other_json
from khcn.epcis.errors import DocumentError, Problem

Json = Any
"""dict, list, str, int, Decimal, bool or None, nested."""


_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


_FAST: Final = msgspec.json.Decoder()
_64_BITS: Final = 2**63
_DIGITS: Final = 20  # of the longest 64-bit integer, with its sign
_SPACED_COLONS: Final = (b" :", b"\t:", b"\n:", b"\r:")


class DuplicateNames(dict[str, Json]):
    """An object with a duplicate name; `name` is the first one."""

    name: str = ""


class InvalidNumber:
    """NaN, an infinity, or a number with too many digits."""

    def __init__(self, text: str) -> None:
        self.text = text


def fault(code: str, path: str, message_vi: str, message_en: str) -> DocumentError:
    return DocumentError([Problem(code, path, message_vi, message_en)])


class _Hooks:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.faulty = False

    def pairs(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        self.faulty = True
        seen: set[str] = set()
        repeated = DuplicateNames(made)
        repeated.name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return repeated

    def integer(self, text: str) -> Json:
        if len(text) <= self.limits.number:
            return int(text)
        self.faulty = True
        return InvalidNumber(text)

    def decimal(self, text: str) -> Json:
        if len(text) <= self.limits.number:
            number = Decimal(text)
            if abs(number.adjusted()) <= self.limits.exponent:
                return number
        self.faulty = True
        return InvalidNumber(text)

    def constant(self, text: str) -> Json:
        self.faulty = True
        return InvalidNumber(text)


def pointer(path: str, name: str | int) -> str:
    """A JSON pointer one step deeper (RFC 6901)."""
    return f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}"


def _lone_surrogate(path: str) -> Problem:
    return Problem(
        "SURROGATE",
        path,
        "Chuỗi ký tự có một nửa ký tự (\\ud800–\\udfff đứng một mình). Ghi lại ký tự đó cho đủ.",
        "half of a character: a lone surrogate (\\ud800 to \\udfff)",
    )


def _faults(value: Json, path: str = "") -> Iterator[Problem]:
    if isinstance(value, DuplicateNames):
        yield Problem(
            "DUPLICATE_KEY",
            pointer(path, value.name),
            f"Trường “{value.name}” có hai lần trong cùng một đối tượng. Giữ lại một.",
            f"the name {value.name!r} stands twice in one object",
        )
    if isinstance(value, InvalidNumber):
        yield Problem(
            "NUMBER",
            path,
            "Số quá dài, quá lớn hoặc không phải là số. Ghi một số thập phân thông thường.",
            f"a number that is none, or too long to take: {value.text[:40]}",
        )
    elif isinstance(value, str):
        if _SURROGATE.search(value):
            yield _lone_surrogate(path)
    elif isinstance(value, dict):
        for name, item in value.items():
            if _SURROGATE.search(name):
                yield _lone_surrogate(path)
            else:
                yield from _faults(item, pointer(path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _faults(item, pointer(path, place))


def too_deep(value: Json, depth: int) -> bool:
    """Whether objects and arrays are nested in more than `depth` levels."""
    level = [value]
    for _ in range(depth):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


_TOO_DEEP: Final = (
    "TOO_DEEP",
    "",
    "Tài liệu lồng nhau quá nhiều tầng. Giảm số tầng của các trường mở rộng.",
    "objects and arrays are nested too deeply",
)


_TOO_MANY: Final = (
    "TOO_LARGE",
    "",
    "Tài liệu có quá nhiều giá trị. Chia thành nhiều tài liệu.",
    "the document holds too many values",
)


def _has_too_many_values(data: bytes | str, limit: int) -> bool:
    if len(data) <= limit:
        return False
    counts = map(data.count, b",[{") if isinstance(data, bytes) else map(data.count, ",[{")
    return sum(counts) > limit


def _may_have_surrogates(data: bytes | str, text: str) -> bool:
    """Whether a text may contain lone surrogates: as escapes, or directly in a Python string; UTF-8 has none."""
    escaped = "\\u" in text and _ESCAPED_SURROGATE.search(text) is not None
    return escaped or (isinstance(data, str) and _SURROGATE.search(data) is not None)


def _fast_loads(data: bytes, limits: Limits) -> Json:
    """The value of ordinary text by a faster, less strict parser; None where that parser might have hidden a fault.

    The fast parser keeps the last of two equal names, and reads all numbers except integers as floats. Each name is
    followed by ``":``, and without spaces before colons the text has at least as many of these as names. So when the result
    has the same number of names, none was lost.

    It makes the values while it reads: a parser that makes a tree of its own first needs half as much memory again as the
    values, which of a document of 10,000 events is 16 MB.
    """
    if limits.number < _DIGITS or any(spaced in data for spaced in _SPACED_COLONS):
        return None
    try:
        value = _FAST.decode(data)
    except msgspec.MsgspecError:
        return None
    return value if _names_in(value, limits.depth) == data.count(b'":') else None


def _names_in(value: Json, depth: int) -> int | None:
    """The number of names in all objects; None where there are floats, integers beyond 64 bits, or more than `depth` levels."""
    level: list[Json] = [[value]]
    names = 0
    for _ in range(depth + 1):
        deeper: list[Json] = []
        for node in level:
            items = node
            if type(node) is dict:
                names += len(node)
                items = node.values()
            kinds = {*map(type, items)}
            if float in kinds or (
                int in kinds and any(type(item) is int and abs(item) >= _64_BITS for item in items)
            ):
                return None
            if dict in kinds or list in kinds:
                deeper += [item for item in items if type(item) is dict or type(item) is list]
        if not deeper:
            return names
        level = deeper
    return None


def loads(data: bytes | str, limits: Limits = DEFAULT_LIMITS) -> Json:
    """Read JSON text.

    Raises:
        DocumentError: not UTF-8, not JSON (with line and column), too large, too deep, a name twice in one object,
            half a character, NaN, or a number too long to compute with.
    """
    if len(data) > limits.size:
        raise fault(
            "TOO_LARGE",
            "",
            f"Tài liệu lớn hơn {limits.size} byte. Chia thành nhiều tài liệu.",
            f"the document is larger than {limits.size} bytes",
        )
    if _has_too_many_values(data, limits.values):
        raise fault(*_TOO_MANY)
    if isinstance(data, bytes):
        refuse_other_json(data)
    hooks = _Hooks(limits)
    try:
        fast = _fast_loads(data, limits) if isinstance(data, bytes) else None
        if fast is not None:
            return fast
        text = data.removeprefix("\ufeff") if isinstance(data, str) else data.decode("utf-8-sig")
        value = json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_int=hooks.integer,
            parse_float=hooks.decimal,
            parse_constant=hooks.constant,
        )
    except UnicodeDecodeError as error:
        raise fault(
            "ENCODING",
            "",
            f"Tài liệu không phải UTF-8 (byte thứ {error.start + 1}). Lưu lại với bảng mã UTF-8.",
            f"not UTF-8 at byte {error.start}",
        ) from None
    except json.JSONDecodeError as error:
        raise fault(
            "JSON",
            "",
            f"Không đọc được JSON ở dòng {error.lineno}, cột {error.colno}. Kiểm tra dấu ngoặc, dấu phẩy, dấu nháy.",
            f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}",
        ) from None
    except RecursionError:
        raise fault(*_TOO_DEEP) from None
    if too_deep(value, limits.depth):
        raise fault(*_TOO_DEEP)
    faults = list(_faults(value)) if hooks.faulty or _may_have_surrogates(data, text) else []
    if faults:
        raise DocumentError(faults)
    return value


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(f"no JSON value: {value!r}")


def _long_numbers(value: Json) -> Json:
    """The value with integers beyond 64 bits as Decimals, which `_number` writes."""
    if isinstance(value, dict):
        return {name: _long_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_long_numbers(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _64_BITS:
        return Decimal(value)
    return value


def dumps(value: Json, *, indent: bool = False) -> bytes:
    """Write JSON text in UTF-8; numbers keep all their digits."""
    option = orjson.OPT_INDENT_2 if indent else None
    try:
        return orjson.dumps(value, default=_number, option=option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_long_numbers(value), default=_number, option=option)
