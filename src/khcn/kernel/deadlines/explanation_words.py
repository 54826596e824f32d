"""How the date of a deadline was found, in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from khcn.kernel.calendar.terms import TermUnit
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.calendar.terms import Step


UNIT_WORDS: Final[dict[str, StrOrPromise]] = {
    TermUnit.DAY.value: gettext_lazy("%(n)s ngày"),
    TermUnit.WORKING_DAY.value: gettext_lazy("%(n)s ngày làm việc"),
    TermUnit.MONTH.value: gettext_lazy("%(n)s tháng"),
    TermUnit.YEAR.value: gettext_lazy("%(n)s năm"),
    TermUnit.DAY_BEFORE.value: gettext_lazy("%(n)s ngày trước ngày đó"),
    TermUnit.MONTH_END.value: gettext_lazy("hết tháng thứ %(n)s sau tháng đó"),
    TermUnit.QUARTER_END.value: gettext_lazy("hết quý thứ %(n)s sau quý đó"),
}


SENTENCES: Final[dict[str, StrOrPromise]] = {
    "start": gettext_lazy(
        "Tính từ ngày %(on)s, ngày đó không tính (Điều 147 Bộ luật Dân sự 2015): %(term)s."
    ),
    "fixed": gettext_lazy("Ngày %(on)s do hợp đồng, quyết định ấn định."),
    "moved": gettext_lazy("Ngày %(from)s là ngày nghỉ, lấy ngày làm việc %(to)s (Điều 148)."),
    "stop": gettext_lazy("Không tính các ngày sau %(since)s đến hết %(until)s (tạm dừng)."),
    "not_moved": gettext_lazy(
        "Tạm dừng từ ngày %(since)s không dời ngày đã được ấn định; chỉ gia hạn mới dời."
    ),
    "stopped": gettext_lazy("Đang tạm dừng từ ngày %(since)s, số ngày chưa tính: %(left)s."),
    "extended": gettext_lazy("Gia hạn ngày %(on)s, hạn mới %(until)s. %(reason)s"),
    "month": gettext_lazy("Chỉ biết tháng nên lấy ngày cuối tháng %(on)s."),
    "quarter": gettext_lazy("Chỉ biết quý nên lấy ngày cuối quý %(on)s."),
    "year": gettext_lazy("Chỉ biết năm nên lấy ngày cuối năm %(on)s."),
    "provisional": gettext_lazy("Lịch nghỉ năm %(year)s chưa có thông báo chính thức, hạn là dự kiến."),
    "no_rule": gettext_lazy(
        "Chưa có tham số quy định “%(code)s” có hiệu lực ngày %(on)s. Mở danh mục Tham số quy định để nhập."
    ),
}


_DAYS: Final = frozenset({"on", "from", "to", "since", "until"})


def explain_step(step: Step) -> str:
    """One step of the way to a date, as a sentence."""
    values = {
        name: format_date(date.fromisoformat(str(value))) if name in _DAYS else str(value)
        for name, value in step.items()
    }
    kind = values["step"]
    if kind == "start" and values["unit"] == TermUnit.FIXED.value:
        kind = "fixed"
    elif kind == "start":
        values["term"] = str(UNIT_WORDS[values["unit"]]) % {"n": values["amount"]}
    return (str(SENTENCES[kind]) % values).strip()
