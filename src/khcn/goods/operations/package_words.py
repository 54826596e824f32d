"""What the label of a package says beside its codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.goods.operations.package_contents import amounts_of, lines_in
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from khcn.goods.models import Package

_MOST_LOTS: Final = 6
"""Lots that a label names; of more it says how many."""


def words_of_label(package: Package) -> dict[str, Any]:
    """By the names that the template reads; of what is in the package now."""
    goods = [
        _("%(item)s, lô %(lot)s: %(amount)s %(unit)s")
        % {
            "item": lot.item.full_name,
            "lot": lot.label_number,
            "amount": format_amount(amount),
            "unit": lot.item.get_unit_display(),
        }
        for lot, amount in amounts_of(package).items()
    ]
    more = len(goods) - _MOST_LOTS
    inner = lines_in([package.pk]).filter(inner__isnull=False).count()
    return {
        "kind": package.get_kind_display(),
        "producer": package.organisation.name,
        "receiver": ""
        if package.receiver is None
        else _("Giao đến: %(name)s") % {"name": package.receiver.name},
        "packed": _("Ngày đóng: %(day)s") % {"day": format_date(package.packed_on)},
        "number": " ".join(package.sscc[at : at + 6] for at in (0, 6, 12)),
        "digits": package.sscc,
        "called": _("Mã nội bộ") if package.is_internal else "SSCC",
        "inner": _("Gồm %(count)d thùng, kiện") % {"count": inner} if inner else "",
        "goods": [*goods[:_MOST_LOTS], *([_("và %(count)d lô khác") % {"count": more}] if more > 0 else [])],
    }
