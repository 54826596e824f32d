"""Who may edit the list of trace parties, and what a valid GLN is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.epcis.ids.check import has_right_check_digit
from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

GLN_DIGITS = 13

editors = in_unit("TDC") | has_role(Role.ADMIN)


def check_gln(value: str) -> None:
    """Raise ``ValidationError`` unless the text is a GLN: 12 digits and a check digit (GS1 Gen. Specs 7.9)."""
    if len(value) != GLN_DIGITS or not has_right_check_digit(value):
        raise ValidationError(
            _("Mã GLN phải có 13 chữ số và số cuối là số kiểm tra đúng. Đối chiếu lại với giấy cấp mã.")
        )
