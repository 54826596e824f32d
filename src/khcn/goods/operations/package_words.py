"""What the label of a package says beside its codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.operations.package_contents import amounts_of, lines_in
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.goods.models import Package

_MOST_LOTS: Final = 6
"""Lots that a label names; of more it says how many."""


def words_of_labels(packages: Iterable[Package]) -> list[dict[str, Any]]:
    """Of each package, by the names that the template reads; of what is in it now."""
    return [_words(each) for each in packages]


def _words(package: Package) -> dict[str, Any]:
    amounts = amounts_of(package)
    goods = [
        {
            "name": lot.item.full_name,
            "behind": _(", lô %(lot)s: %(amount)s %(unit)s")
            % {
                "lot": lot.label_number,
                "amount": format_amount(amount),
                "unit": lot.item.get_unit_display(),
            },
        }
        for lot, amount in list(amounts.items())[:_MOST_LOTS]
    ]
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
        "goods": goods,
        "others": [_others(shown, len(amounts)) for shown in range(len(goods) + 1)],
    }


def _others(shown: int, count: int) -> str:
    """What stands below so many lots of a label; "" below all."""
    if shown == count:
        return ""
    return (_("và %(count)d lô khác") if shown else _("Gồm %(count)d lô")) % {"count": count - shown}


def why_goods_stopped(package: Package, _on: date) -> str:
    """That goods in a package, or in one on it, were recalled or may not go anywhere; "" where none are."""
    lots = {each.public_path: each for each in amounts_of(package)}
    stops = stops_of(lots.keys()) if lots else {}
    found = [(lots[path].label_number, stop.words) for path, stop in stops.items()]
    if not found:
        return ""
    words = {
        "lots": ", ".join(sorted({number for number, _words in found})),
        "words": " ".join(dict.fromkeys(words for _number, words in found)),
    }
    return _("Trong %(package)s có hàng của lô %(lots)s. %(words)s") % {"package": package, **words}
