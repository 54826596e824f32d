"""Who may change what producers enter, and what a GTIN and a lot number are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.epcis.ids.check import (
    CSET82,
    check_digit,
    has_right_check_digit,
    is_digits,
    is_restricted_gtin,
)
from khcn.epcis.ids.digital_link import GTIN_LENGTH
from khcn.goods.enums import COUNTED, TradeUnit
from khcn.kernel.access.predicates import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role
from khcn.kernel.province import province_key
from khcn.kernel.text.numbers import format_amount
from khcn.trace.rules import GLN_DIGITS

if TYPE_CHECKING:
    from decimal import Decimal

UNIT: Final = "TDC"
editors = in_unit(UNIT) | has_role(Role.ADMIN)
approvers = (in_unit(UNIT) & has_role(Role.HEAD)) | has_role(Role.LEADER)
"""Who answers for a recall by the department: a recall begins with their word, never with that of who prepared it."""

LONGEST_LOT: Final = 20
"""Characters (GS1 General Specifications 3.4.2, AI 10)."""

INTERNAL: Final = "29"
"""How the numbers begin that the program gives: for use inside one system (GS1 General Specifications 2.1.11)."""

SERIAL_DIGITS: Final = 8
_PREFIX_DIGITS: Final = 4
"""Of the digits of a number those that say which party it was given to; 0000 is for organisations that have no range."""


@predicate
def of_real_recall(actor: Actor, record: Any = None) -> bool:
    """Of recalls: about one that is no drill; of the register as a whole, whether it can be."""
    return record is None or isinstance(record, type) or not record.is_drill


@predicate
def producers(actor: Actor, record: object = None) -> bool:
    """An account of the organisation whose goods these are; the scope of the register sees to whose."""
    return actor.is_outside


def _is_of(actor: Actor, record: Any, column: str) -> bool:
    """Whether a link of a record leads to the account's organisation; of a register as a whole, whether it can."""
    if record is None or isinstance(record, type):
        return actor.is_outside
    return bool(actor.is_outside and getattr(record, column) == actor.organisation_id)


@predicate
def is_sender(actor: Actor, record: Any = None) -> bool:
    """An account of the organisation that sent the goods."""
    return _is_of(actor, record, "sender_id")


@predicate
def is_receiver(actor: Actor, record: Any = None) -> bool:
    """An account of the organisation that the goods were sent to."""
    return _is_of(actor, record, "receiver_id")


@predicate
def is_packer(actor: Actor, record: Any = None) -> bool:
    """An account of the organisation that packed the package."""
    return _is_of(actor, record, "organisation_id")


@predicate
def is_informed(actor: Actor, record: Any = None) -> bool:
    """An account of the organisation that the notice goes to."""
    return _is_of(actor, record, "organisation_id")


def check_gtin(value: str) -> None:
    """Raise ``ValidationError`` unless the text is a GTIN of 8, 12, 13 or 14 digits with the right check digit (GS1 Gen. Specs 7.9)."""
    if not (is_digits(value) and len(value) in {8, 12, 13, GTIN_LENGTH} and has_right_check_digit(value)):
        raise ValidationError(
            _(
                "Mã GTIN có 8, 12, 13 hoặc 14 chữ số và số cuối là số kiểm tra đúng. Đối chiếu lại với giấy cấp mã; chưa được cấp mã "
                "thì để trống, hệ thống cấp mã nội bộ."
            )
        )


def shortest_gtin(value: str) -> str:
    """A GTIN as bar codes have it: of 13 digits, or of 14 where the first one is a level of packing and no 0."""
    return value.zfill(GTIN_LENGTH).removeprefix("0") if value else ""


def why_not_whole(amount: Decimal | None, unit: str) -> str:
    """Why an amount of goods is none, half a piece; "" where it may be one. Events say of what is counted the number alone, which is whole
    (EPCIS 2.0, 7.3.3.3).
    """
    if amount is None or unit not in COUNTED or amount == amount.to_integral_value():
        return ""
    text = _("Hàng tính bằng “%(unit)s” thì ghi số nguyên, không có phần lẻ như %(amount)s.")
    return text % {"unit": TradeUnit(unit).label, "amount": format_amount(amount)}


def check_key_text(value: str) -> None:
    """Raise ``ValidationError`` unless the text can be printed on a label: what GS1 allows in a lot number (AI 10, set 82)."""
    if wrong := sorted(set(value) - set(CSET82)):
        signs = ", ".join(_("dấu cách") if each == " " else f"“{each}”" for each in wrong)
        text = _("Không in được vào mã: %(signs)s. Chỉ dùng chữ không dấu, chữ số và dấu - . / _")
        raise ValidationError(text % {"signs": signs})


def internal_gtin(province: str, number: int) -> str:
    """The ``number``-th GTIN-13 for goods without a GS1 number of a province (two digits).

    Raises ValueError past a hundred million.
    """
    body = f"{INTERNAL}{province}{number:0{SERIAL_DIGITS}d}"
    if len(body) != len(INTERNAL) + 2 + SERIAL_DIGITS:
        raise ValueError(f"no internal number {number}")
    return body + check_digit(body)


def internal_prefix(province: str, number: int) -> str:
    """The beginning of all numbers that the program gives to the ``number``-th party. Raises ValueError past ten thousand."""
    if not 0 <= number < 10**_PREFIX_DIGITS:
        raise ValueError(f"no party number {number}")
    return f"{INTERNAL}{province}{number:0{_PREFIX_DIGITS}d}"


def internal_gln(prefix: str) -> str:
    """The number of a party that has none of GS1; it means nothing outside of this system."""
    body = prefix.ljust(GLN_DIGITS - 1, "0")
    return body + check_digit(body)


def why_own_number(digits: str) -> str:
    """Why nobody may choose a GTIN or GLN of 13 digits that the program gives in this province; "" for any other one.

    These are given one after another: a high one would leave none to give, and the next one could not be given.
    """
    if len(digits) != GLN_DIGITS or not digits.startswith(INTERNAL + province_key()):
        return ""
    text = _(
        "Mã bắt đầu bằng %(digits)s là mã nội bộ do hệ thống cấp, không tự đặt được. Hãy để trống ô này."
    )
    return text % {"digits": INTERNAL + province_key()}


def why_no_gtin(gtin: str) -> str:
    """Why a number of a product is none of GS1, though it has its form; "" for one that GS1 may have given, and for those of this program."""
    if not is_restricted_gtin(gtin) or shortest_gtin(gtin).startswith(INTERNAL + province_key()):
        return ""
    text = _(
        "Mã %(gtin)s không phải GTIN do GS1 cấp cho hàng hóa: mã bắt đầu bằng 02, 04, 20 đến 29, 98, 99 hoặc toàn số 0 chỉ để cửa hàng dùng "
        "nội bộ hoặc in phiếu giảm giá. Đối chiếu lại với giấy cấp mã; chưa được cấp mã thì để trống, hệ thống cấp mã nội bộ."
    )
    return text % {"gtin": gtin}


def refuse_own_number(gln: str) -> None:
    """Raise ``ValidationError`` for a GLN that GS1 cannot have given."""
    if why := why_own_number(gln):
        raise ValidationError(why, code="own_number")


def is_internal(gtin: str) -> bool:
    """Whether the program gave a GTIN; it means nothing outside of this system."""
    return gtin.lstrip("0").startswith(INTERNAL) and len(gtin.lstrip("0")) == GTIN_LENGTH - 1
