"""Lists of names in refusals: the first ones, and how many there are beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence


def first_and_count(names: Sequence[str], most: int) -> str:
    """ "a; b và 3 chỗ khác"."""
    listed = "; ".join(names[:most])
    left = len(names) - most
    return listed if left <= 0 else _("%(names)s và %(count)d chỗ khác") % {"names": listed, "count": left}
