"""Which report a command means: a stored one by its variant, or the form alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports.composing.filled_tables import FilledTable
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form, source_of
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.models import FormVersion, FrozenFigure, ReportInstance
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period
    from khcn.reports.composing.resolve import Report
    from khcn.reports.composing.sources import Number, ReportSource
    from khcn.reports.forms.definition import Form
    from khcn.reports.forms.tables import CellAddress


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


def value_in_other_form(code: str, cell: CellAddress, period: Period) -> Number | None:
    """What a cell of another form says for the same days: as its report has it, as it was signed, else as the data have it now.

    None where there is no such form or cell, or no number in it.
    """
    found = ReportInstance.objects.filter(kind=period.kind.value).find(code, period.year, "", period.number)
    stored = found if found is not None and found.period() == period else None
    try:
        source = source_of(stored) if stored else source_from_form(_newest_form(code), period)
    except ReportRefused:
        return None
    sections = tuple(each for each in source.sections if each.key == cell.section)
    if source.form.table(cell.section) is None or not sections:
        return None
    resolved = resolve(replace(source, sections=sections))
    tables = [each for each in resolved.sections[0].blocks if isinstance(each, FilledTable)]
    if stored is not None and stored.is_frozen and not resolved.source.overrides:
        code_of_cell = next((each.code for table in tables for each in table.cells(cell)), "")
        signed = FrozenFigure.objects.filter(report__instance=stored, code=code_of_cell).first()
        if signed is not None:
            return Decimal(signed.value)
    return next((table.value(cell.row, cell.column) for table in tables), None)


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
