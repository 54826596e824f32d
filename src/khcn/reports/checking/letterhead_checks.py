"""The province in the letterhead of a report: the one of the day on which the report is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.province.names import ended_provinces, is_province_known
from khcn.kernel.text.dates import short_date
from khcn.reports.checking.findings import Finding
from khcn.reports.forms.definition import fill
from khcn.reports.texts.period_words import OF_PROVINCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.composing.resolve import Report


def province_of_letterhead(report: Report) -> Iterator[Finding]:
    """The governing body is that of a province which has ended, or the report names a province that no row gives."""
    source = report.source
    typed = source.form.letterhead.governing_body
    printed = fill(typed, source.words_of_letterhead)
    for names, since in ended_provinces(source.day):
        if names.name.upper() in printed.upper():
            yield _finding(
                "ended_province",
                printed,
                _("%(province)s hết hiệu lực từ ngày %(day)s")
                % {"province": names.full, "day": short_date(since)},
                _("Cơ quan chủ quản mang tên tỉnh đã hết hiệu lực vào ngày của báo cáo."),
                _("Trong mẫu báo cáo, thay tên tỉnh bằng {{tinh_in_hoa}} và {{ten_tinh}}."),
            )
    if any(f"{{{{{name}}}}}" in typed for name in OF_PROVINCE) and not is_province_known(source.day):
        yield _finding(
            "unknown_province",
            printed,
            _("không có tên tỉnh vào ngày %(day)s") % {"day": short_date(source.day)},
            _("Danh mục đơn vị hành chính chưa cho biết tên tỉnh vào ngày của báo cáo."),
            _("Bổ sung đơn vị hành chính hoặc việc sắp xếp của tỉnh trước khi ký."),
        )


def _finding(code: str, printed: str, on_record: str, message: str, remedy: str) -> Finding:
    return Finding(
        code,
        "warning",
        _("Cơ quan chủ quản"),
        printed,
        _("Danh mục đơn vị hành chính"),
        on_record,
        message,
        remedy,
    )
