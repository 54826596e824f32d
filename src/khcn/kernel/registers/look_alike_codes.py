"""Codes of one register that differ only in capitals, in full-width letters or in a kind of dash: a slip, not two records.

Asked of new rows and of rows whose key changes. Pairs that are on record from before are left as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import READ
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.fields.reference_targets import target_of
from khcn.kernel.refusals import Refused
from khcn.kernel.text.codes import plain_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.actors import Actor

_CODES: Final = ("code", "number")
_ANY_VERSION: Final = "valid_from"  # versions of one code are written alike, whatever their days
_SEEN: Final = "registers.codes"  # what rows of one workbook have taken, besides what is on record
_MOST_VALUES: Final = 400  # of one query
_READ_AT_ONCE: Final = 2000
_FEW: Final = 20  # rows whose codes are looked for by what is in them
_FULL_WIDTH: Final = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}

W = TypeVar("W", bound="OneWrite")
Codes = dict[
    tuple[Any, ...], dict[tuple[Any, ...], Any]
]  # by the plain key: the keys as written, each with a record


class RegisterWithCodes(Protocol):
    """A register, as far as its codes are concerned."""

    model: ClassVar[Any]
    natural_key: ClassVar[tuple[str, ...]]

    def visible(self, actor: Actor, verb: str = ..., /) -> Any:
        """The stored rows to which the actor may do this."""


class OneWrite(Protocol):
    """One row as it shall be."""

    @property
    def record(self) -> Any:
        """The row."""

    @property
    def changed(self) -> frozenset[str]:
        """Names of the fields that differ from what is stored."""

    @property
    def is_new(self) -> bool:
        """Is the row not on record yet?"""


def code_fields(register: RegisterWithCodes) -> tuple[str, ...]:
    """The codes that people type, among the columns that tell records of the register apart."""
    return tuple(name for name in register.natural_key if name in _CODES)


def look_alikes(
    register: RegisterWithCodes, writes: Sequence[W], actor: Actor, seen: dict[str, Any]
) -> Iterator[tuple[W, Refused]]:
    """The writes whose code another record has, written in another way. ``seen`` is what the validation of many rows shares."""
    names = code_fields(register)
    touched = _touched(register, writes)
    if not touched:
        return
    fields = _parts(register)
    keys = [_key(fields, each.record) for each in touched]
    plain_keys = [_plain(each) for each in keys]
    known = _on_record(register, touched, set(plain_keys))
    in_file: Codes = seen.setdefault(f"{_SEEN} {register.model._meta.label_lower}", {})
    for write, key, plain in zip(touched, keys, plain_keys, strict=True):
        taken = {**known.get(plain, {}), **in_file.get(plain, {})}
        other = next((text for text in taken if text != key), None)
        if other is not None:
            yield write, _refusal(register, names, write.record, taken[other], actor)
        else:
            in_file.setdefault(plain, {})[key] = write.record


def _touched(register: RegisterWithCodes, writes: Sequence[W]) -> list[W]:
    """Those that give a code."""
    keys = set(register.natural_key)
    return [each for each in writes if each.is_new or each.changed & keys] if code_fields(register) else []


def wait_to_give_codes(register: RegisterWithCodes, writes: Sequence[OneWrite]) -> None:
    """Two who give codes of one register at once are judged one after the other: the second sees what the first has written."""
    if _touched(register, writes):
        wait_for_turn(f"codes of {register.model._meta.label_lower}")


def refuse_look_alike(register: RegisterWithCodes, write: OneWrite, actor: Actor) -> None:
    """Raise :class:`Refused` for one row that an operation writes by itself."""
    wait_to_give_codes(register, [write])
    for _write, refused in look_alikes(register, [write], actor, {}):
        raise refused


def _parts(register: RegisterWithCodes) -> list[Any]:
    return [register.model._meta.get_field(name) for name in register.natural_key if name != _ANY_VERSION]


def _key(fields: Sequence[Any], record: Any) -> tuple[Any, ...]:
    found = []
    for field in fields:
        value = getattr(record, field.attname)
        if field.related_model and value is None:
            related = getattr(record, field.name, None)  # of the same workbook, without a key so far
            value = None if related is None else ("new", id(related))
        found.append(value)
    return tuple(found)


def _plain(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([plain_code(each) if isinstance(each, str) else each for each in key])


def _on_record(
    register: RegisterWithCodes, writes: Sequence[OneWrite], wanted: set[tuple[Any, ...]]
) -> Codes:
    """Keys on record that are written like those of the writes, without those of the rows that are being written."""
    fields = _parts(register)
    rows = register.model._base_manager.filter(province__in={each.record.province for each in writes})
    for field in fields:
        values = {getattr(each.record, field.attname) for each in writes}
        as_written = any(each is None or isinstance(each, str) for each in values)
        if not as_written and len(values) <= _MOST_VALUES:
            rows = rows.filter(**{f"{field.attname}__in": values})
    if len(writes) <= _FEW:
        rows = rows.filter(_with_digits_of(register, writes))
    own = {each.record.pk for each in writes}
    names = [field.attname for field in fields]
    # Of a whole register only the keys that are alike are kept, and only they are put in order.
    keys = rows.order_by().values_list(*names, "pk").iterator(chunk_size=_READ_AT_ONCE)
    alike = [each for each in keys if _plain(each[:-1]) in wanted and each[-1] not in own]
    found: Codes = {}
    for *key, pk in sorted(alike, key=lambda each: each[-1]):
        found.setdefault(_plain(tuple(key)), {})[tuple(key)] = pk
    return found


def _with_digits_of(register: RegisterWithCodes, writes: Sequence[OneWrite]) -> Q:
    """Which of the stored codes may be alike: those with the longest number in them, or with a full-width digit of it. One
    row must not read a register of twenty years.
    """
    found = Q()
    for write in writes:
        for name in code_fields(register):
            numbers = re.findall(r"[0-9]+", plain_code(str(getattr(write.record, name) or "")))
            if not numbers:
                return Q()
            longest = max(numbers, key=len)
            alike = {longest, *longest.translate(_FULL_WIDTH)}
            for text in alike:
                found |= Q(**{f"{name}__contains": text})
    return found


def _refusal(
    register: RegisterWithCodes, names: tuple[str, ...], record: Any, other: Any, actor: Actor
) -> Refused:
    """``other`` is a row of the same workbook, or the key of a stored record."""
    if not isinstance(other, register.model):
        other = register.visible(actor, READ).filter(pk=other).first()
    written = {"code": " ".join(str(getattr(record, name)) for name in names)}
    if other is None:
        text = _(
            "“%(code)s” chỉ khác mã của một bản ghi khác ở chữ hoa, chữ thường hoặc kiểu chữ. Ghi đúng như đã có, hoặc đặt mã khác."
        )
    else:
        named = " ".join(str(getattr(other, name)) for name in names)
        written |= {"other": named, "record": target_of(register.model).title_for(actor, other)}
        text = _(
            "“%(code)s” chỉ khác “%(other)s” (%(record)s) ở chữ hoa, chữ thường hoặc kiểu chữ. Ghi đúng như đã có, hoặc đặt mã "
            "khác."
        )
    return Refused.about(text % written, *names, code="look_alike")
