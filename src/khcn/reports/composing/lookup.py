"""Which report a command means: a stored one by its variant, or the form alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form, source_of
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.models import FormVersion, ReportInstance
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from khcn.reports.composing.resolve import Report
    from khcn.reports.composing.sources import ReportSource
    from khcn.reports.forms.definition import Form


def find_source(code: str, year: int, *, number: int = 1, variant: str = "") -> ReportSource:
    """The source of a report: the stored one with this variant, else (without a variant) the form for the period.

    A form comes from the database, in the version valid on the last day of the period; before any was stored, from
    the program's own files.

    Raises:
        ReportRefused: no such form, variant, regime or period; the text says which.
    """
    if variant:
        instance = ReportInstance.objects.find(code, year, variant, number)
        if instance is None:
            known = ReportInstance.objects.filter(form_version__code=code, year=year).exclude(variant="")
            variants = ", ".join(sorted(set(known.values_list("variant", flat=True)))) or _(
                "không có bản nào"
            )
            message = _("Không có báo cáo %(code)s năm %(year)s, bản “%(variant)s”. Đã có: %(variants)s.")
            values = {"code": code, "year": year, "variant": variant, "variants": variants}
            raise ReportRefused(message % values)
        return source_of(instance)
    form = _newest_form(code)
    regime = ReportingRegime.objects.filter(code=form.regime).first()
    if regime is None:
        message = _("Chưa có chế độ báo cáo “%(code)s” trong danh mục. Nhập danh mục chế độ báo cáo trước.")
        raise ReportRefused(message % {"code": form.regime})
    try:
        period = regime.period(form.period_kind, year, number)
    except (RegimeWindow.DoesNotExist, ValueError):
        message = _("Chế độ “%(regime)s” không có kỳ thứ %(number)s của năm %(year)s.")
        raise ReportRefused(message % {"regime": regime, "number": number, "year": year}) from None
    stored = FormVersion.objects.in_force(code, on=period.last_day)
    return source_from_form(stored.form() if stored else form, period)


def find_report(code: str, year: int, *, number: int = 1, variant: str = "") -> Report:
    """`find_source`, with every figure read."""
    return resolve(find_source(code, year, number=number, variant=variant))


def _newest_form(code: str) -> Form:
    stored = FormVersion.objects.latest_of(code)
    if stored:
        return stored.form()
    bodies = shipped_bodies()
    if code not in bodies:
        known = sorted({*bodies, *FormVersion.objects.values_list("code", flat=True)})
        message = _("Không có mẫu báo cáo “%(code)s”. Các mẫu có: %(known)s.")
        raise ReportRefused(message % {"code": code, "known": ", ".join(known)})
    return parse_form(bodies[code])
