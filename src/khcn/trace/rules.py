"""Who may edit the list of trace parties, and what a valid GLN is."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.epcis.ids.check import has_right_check_digit
from khcn.kernel.access.predicates import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role

GLN_DIGITS = 13

GTIN_DIGITS = 14
CODE_DIGITS = range(6, GTIN_DIGITS + 1)

editors = in_unit("TDC") | has_role(Role.ADMIN)


@predicate
def _looks_only(actor: Actor, record: object = None) -> bool:
    """In an installation whose only content the stores of the provinces are."""
    return actor.only_looks and actor.is_staff_of_department


# Counts of the stores of other provinces; nothing of single goods or parties.
sees_provinces = in_unit("TDC") | has_role(Role.ADMIN, Role.LEADER) | _looks_only


def check_gln(value: str) -> None:
    """Raise ``ValidationError`` unless the text is a GLN: 12 digits and a check digit (GS1 Gen. Specs 7.9)."""
    if len(value) != GLN_DIGITS or not has_right_check_digit(value):
        raise ValidationError(
            _("Mã GLN phải có 13 chữ số và số cuối là số kiểm tra đúng. Đối chiếu lại với giấy cấp mã.")
        )


def confirmed_codes(text: str) -> list[str]:
    """The codes in the field of that name: company prefixes, and GTIN of 13 or 14 digits."""
    return [code for code in re.split(r"[\s,;]+", text) if code]


def check_confirmed_codes(value: str) -> None:
    """Raise ``ValidationError`` unless the text is a list of company prefixes and GTIN."""
    for code in confirmed_codes(value):
        if not (code.isascii() and code.isdigit() and len(code) in CODE_DIGITS):
            raise ValidationError(
                _("“%(code)s” không phải mã doanh nghiệp GS1 (6 đến 12 chữ số) hay mã GTIN (13, 14 chữ số).")
                % {"code": code}
            )
        if len(code) >= GTIN_DIGITS - 1 and not has_right_check_digit(code):
            raise ValidationError(
                _("Mã GTIN “%(code)s” sai số kiểm tra. Đối chiếu lại với nhãn hàng.") % {"code": code}
            )
