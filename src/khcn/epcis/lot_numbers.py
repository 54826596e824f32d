"""The lot numbers that the master data of an event (ILMD) give for what it creates: read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import Problem, Severity
from khcn.epcis.extensions import NO_EXTENSIONS, Extension, Extensions, Kind, Shape
from khcn.epcis.ids.dictionary import find

if TYPE_CHECKING:
    from khcn.epcis.model import Event

MOST_LOT_NUMBERS: Final = 10
"""So many different lot numbers one event may give: each object that it creates belongs to each of these lots."""

_STANDARD: Final = frozenset(f"{{urn:epcglobal:cbv:mda{end}}}lotNumber" for end in ("", ":", "#"))
"""The attribute of the CBV, with the ends of its namespace in XML, in JSON-LD and in master data."""

_ALIKE: Final = frozenset({"lotnumber", "batchnumber", "batchlotnumber", "hasbatchlotnumber"})
"""Names that senders use in its place, in small letters without ``_`` and ``-``; the last one is that of the GS1 Web Vocabulary."""

_SEPARATORS: Final = str.maketrans("", "", "_-")
_SHOWN: Final = 60


def lot_numbers(event: Event) -> tuple[str, ...]:
    """The lot numbers of what an event creates (CBV 2.0, 9.3: lotNumber), valid or not, each once, in their order.

    Blanks around a number are none of it; also read are several values, and the value of a JSON-LD object (``@value``). Where the
    attribute of the CBV gives no valid number, fields of like names in any namespace are read: goods of a recalled lot must be found
    whatever their sender called the number.
    """
    return _values(_fields(event))


def _values(fields: list[Extension]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(written_value(one) for one in fields))


def _fields(event: Event) -> list[Extension]:
    """The fields whose values are the lot numbers."""
    ilmd: Extensions = getattr(event, "ilmd", NO_EXTENSIONS)
    given = [one for one in ilmd if one.shape is not Shape.EMPTY_LIST and one.kind is not Kind.NULL]
    standard = [one for one in given if one.name in _STANDARD]
    if any(is_lot_number(written_value(one)) for one in standard):
        return standard
    return [
        one for one in given if one in standard or _local_name(one).translate(_SEPARATORS).lower() in _ALIKE
    ]


def _local_name(one: Extension) -> str:
    """The name without its namespace, or without a prefix that nothing declares."""
    return one.local_name.rpartition(":")[2]


def written_value(one: Extension) -> str:
    """The text of a field, or of the ``@value`` of a JSON-LD object."""
    written = one.text.strip()
    if written:
        return written
    values = (child.text.strip() for child in one.children if child.name == "value")
    return next(values, "")


def is_lot_number(number: str) -> bool:
    """Whether a text is valid data of AI 10: 1 to 20 characters of character set 82 (General Specifications, 3.4.1)."""
    entry = find("10")
    return entry is not None and not entry.fault(number)


def lot_number_problems(event: Event, path: str) -> list[Problem]:
    """The faults of the lot numbers of an event.

    Args:
        event: the event.
        path: JSON pointer of the event in its document.
    """
    if not getattr(event, "ilmd", NO_EXTENSIONS):
        return []
    fields = _fields(event)
    numbers = _values(fields)
    where = f"{path}/ilmd"
    if len(numbers) > MOST_LOT_NUMBERS:
        return [
            Problem(
                "LOT_NUMBERS",
                where,
                f"Sự kiện ghi {len(numbers)} số lô (lotNumber), nhiều hơn {MOST_LOT_NUMBERS}. Chia thành nhiều sự kiện, "
                "mỗi sự kiện chỉ ghi số lô của các mã đơn chiếc trong đó.",
                f"the event gives {len(numbers)} lot numbers, more than {MOST_LOT_NUMBERS}",
            )
        ]
    found = [
        Problem(
            "LOT_NUMBER",
            where,
            f"Số lô “{number[:_SHOWN]}” (lotNumber) không đúng quy tắc của GS1: từ 1 đến 20 ký tự là chữ cái không dấu, chữ số "
            "hoặc dấu như - . / _, không có khoảng trắng. Sự kiện vẫn được ghi, nhưng các mã đơn chiếc không được xếp vào "
            "lô này, nên lệnh thu hồi lô không đến chúng.",
            f"{number[:_SHOWN]!r} is no lot number (AI 10); the event is stored, but what it creates is part of no such lot",
            Severity.CONTENT,
        )
        for number in numbers
        if not is_lot_number(number)
    ]
    unnamed = (one for one in fields if one.name not in _STANDARD)
    others = {_local_name(one) for one in unnamed if is_lot_number(written_value(one))}
    return found + [_other_name(name, where) for name in sorted(others)]


def _other_name(name: str, where: str) -> Problem:
    shown = name[:_SHOWN]
    return Problem(
        "LOT_NUMBER_NAME",
        where,
        f"Số lô ghi trong trường “{shown}”; tên chuẩn của GS1 là cbvmda:lotNumber (urn:epcglobal:cbv:mda). Sự kiện vẫn được ghi và "
        "số lô vẫn được dùng. Nếu trường này không phải số lô của hàng được tạo ra, ghi thêm cbvmda:lotNumber.",
        f"the lot number is in the field {shown!r}; its name in the CBV is cbvmda:lotNumber; the event is stored and the number used; "
        "if the field means something else, give cbvmda:lotNumber too",
        Severity.CONTENT,
    )
