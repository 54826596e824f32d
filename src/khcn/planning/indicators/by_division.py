"""Figures that each division has of its own, as parts B and C of the periodic report are divided."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

CENTRE = "TTUD"
# The divisions that have a part of their own in parts B and C, by code of the unit.
DIVISIONS: Final = {
    "QLKH": _("Phòng Quản lý khoa học"),
    "QLCN": _("Phòng Quản lý công nghệ và chuyên ngành"),
    "TDC": _("Tiêu chuẩn đo lường chất lượng"),
    "TTRA": _("Thanh tra"),
    "VP": _("Văn phòng"),
    CENTRE: _("Trung tâm"),
}


def by_division(
    codes: Iterator[str],
    label: StrOrPromise,
    rows: Callable[..., QuerySet[Any]],
    unit: StrOrPromise,
    definition: StrOrPromise,
    line: Callable[[Any], str],
    line_of_others: Callable[[Any], str],
) -> Iterator[Indicator]:
    """The same figure of each division, and of the units that have no part of their own."""
    figure = partial(Indicator, owner="VP", basis=Basis.STOCK, unit=unit)
    for code, division in DIVISIONS.items():
        yield figure(
            next(codes),
            format_lazy("{label}: {division}", label=label, division=division),
            partial(rows, unit__code=code),
            definition=format_lazy(
                "{definition} {of}",
                definition=definition,
                of=format_lazy(_("Chỉ của đơn vị: {division}."), division=division),
            ),
            line=line,
        )
    yield figure(
        next(codes),
        format_lazy("{label}: {division}", label=label, division=_("đơn vị khác")),
        lambda period: rows(period).exclude(unit__code__in=DIVISIONS),
        definition=format_lazy(
            "{definition} {of}",
            definition=definition,
            of=_("Chỉ của các đơn vị không có đề mục riêng ở phần B, phần C."),
        ),
        line=line_of_others,
    )
