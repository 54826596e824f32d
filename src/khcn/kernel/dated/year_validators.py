"""What a column that holds a year accepts: a typing slip such as "09" is refused."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

_NO_YEAR = _("Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023.")
A_YEAR = [MinValueValidator(1945, _NO_YEAR), MaxValueValidator(2100, _NO_YEAR)]
