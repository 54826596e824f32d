"""What verbs ask first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actors import Actor


def allow(who: Predicate, actor: Actor, record: object = None) -> None:
    """Raise :class:`ReportRefused` unless this actor may."""
    if not who.test(actor, record):
        raise ReportRefused(_("Tài khoản của bạn không có quyền thực hiện bước này."))


def refuse_unknown(codes: tuple[str, ...]) -> None:
    """Raise :class:`ReportRefused` when ``codes``, the unknown ones, are any."""
    if codes:
        message = _("Chưa có số liệu nào mang mã %(codes)s. Chọn mã trong danh sách số liệu.")
        raise ReportRefused(message % {"codes": ", ".join(dict.fromkeys(codes))})
