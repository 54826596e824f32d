"""The hidden column of a workbook by which a row is known to be a record on file, whatever somebody changes in its cells.

A key names register, province, record and the version that was written out. It is signed: a key that was altered, or comes
from another system, is none. It gives no right to anything; it only says which record a row was made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from khcn.kernel.audit.record_versions import version_at
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.registers.spec import Register

# No message: files that were written in one language are read in every other.
HEADING: Final = "Khóa bản ghi (không sửa)"
COLUMNS: Final = ("pk", "province", "updated_at")  # of a record, what its key is made from
_FOLDED: Final = fold(HEADING)
_SALT: Final = (
    "khcn.kernel.registers.record_keys"  # of workbooks that were written when the module stood there
)
_LONGEST: Final = 300
_PARTS: Final = 4
_LAST_ROW: Final = 1_048_575  # of a sheet of Excel, counted from 0


@dataclass(frozen=True, slots=True)
class RecordKey:
    """What a key says; ``version`` is that of :func:`~khcn.kernel.audit.record_versions.version_of`."""

    register: str
    province: str
    pk: int
    version: str


def is_key_heading(text: str) -> bool:
    """Is this the heading of the column of keys?"""
    return fold(text) == _FOLDED


class KeyMaker:
    """Makes the keys of the records of one register."""

    def __init__(self, register: Register) -> None:
        self._name, self._signer = register.name, Signer(salt=_SALT)

    def __call__(self, pk: int, province: str, updated_at: datetime) -> str:
        return self._signer.sign(f"{self._name}|{province}|{pk}|{version_at(updated_at)}")


def read_key(text: str) -> RecordKey | None:
    """The key; ``None`` for a text that this system has not written."""
    if len(text) > _LONGEST:
        return None
    try:
        parts = Signer(salt=_SALT).unsign(text).split("|")
    except BadSignature:
        return None
    if len(parts) != _PARTS:
        return None
    register, province, pk, version = parts
    return RecordKey(register, province, int(pk), version)


def read_key_of(register: Register, text: str) -> RecordKey | None:
    """The key of a record of this register; ``None`` for every other text."""
    key = read_key(text)
    return key if key is not None and key.register == register.name else None


def hide_key_column(sheet: Any, heading_row: int, place: int, formats: Any) -> None:
    """Write the heading of the column of keys, hide the column, and let nothing be typed into it.

    The sheet itself is not protected: a protected sheet can neither be sorted, nor can rows be deleted from it.
    """
    sheet.set_column(place, place, 12, formats.text, {"hidden": True})
    sheet.write_string(heading_row, place, HEADING, formats.heading)
    sheet.data_validation(
        heading_row + 1,
        place,
        _LAST_ROW,
        place,
        {
            "validate": "custom",
            "value": "=FALSE",
            "ignore_blank": True,
            "error_title": _("Không sửa cột này"),
            "error_message": _("Phần mềm dùng cột này để biết dòng là bản ghi nào trong sổ."),
        },
    )
