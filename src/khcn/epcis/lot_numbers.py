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

_NAMES: Final = frozenset({"{urn:epcglobal:cbv:mda}lotNumber", "{urn:epcglobal:cbv:mda:}lotNumber"})
_SHOWN: Final = 60


def lot_numbers(event: Event) -> tuple[str, ...]:
    """The lot numbers of what an event creates (CBV 2.0, 9.3: lotNumber), valid or not, each once, in their order.

    Blanks around a number are none of it; also read are several values, and the value of a JSON-LD object (``@value``).
    """
    ilmd: Extensions = getattr(event, "ilmd", NO_EXTENSIONS)
    return tuple(dict.fromkeys(_value(one) for one in ilmd if one.name in _NAMES and _is_given(one)))


def _is_given(one: Extension) -> bool:
    return one.shape is not Shape.EMPTY_LIST and one.kind is not Kind.NULL


def _value(one: Extension) -> str:
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
    numbers = lot_numbers(event)
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
    return [
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
