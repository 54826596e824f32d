"""The status of a deadline on a day, and the words for it and for its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.calendar.terms import TermExactness, TermUnit
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import NEAR, Deadline
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


@dataclass(frozen=True)
class DeadlineStatus:
    """One deadline as a page shows it on a day."""

    row: Deadline
    on: date

    @property
    def title(self) -> StrOrPromise:
        """What officials call the term."""
        kind = registry.kinds.get(self.row.kind)
        return kind.label if kind else self.row.kind

    @property
    def due_on(self) -> date | None:
        """Its last day."""
        return self.row.due_on

    @property
    def met_on(self) -> date | None:
        """The day on which it was met, as far as ``on`` knows."""
        met = self.row.met_on
        return met if met is not None and met <= self.on else None

    @property
    def due_text(self) -> str:
        """The last day in figures, or the month where only that is known."""
        if self.row.due_on is None:
            return ""
        if self.row.precision == TermExactness.MONTH.value:
            return f"{self.row.due_on:%m/%Y}"
        return format_date(self.row.due_on)

    @property
    def days_late(self) -> int:
        """Calendar days past the last day; 0 when in time or without one."""
        return max(((self.met_on or self.on) - self.row.due_on).days, 0) if self.row.due_on else 0

    @property
    def days_left(self) -> int:
        """Calendar days until the last day of a term that is not met."""
        return max((self.row.due_on - self.on).days, 0) if self.row.due_on and self.met_on is None else 0

    @property
    def tone(self) -> str:
        """How a page colours it: "ok" met in time, "warn" met late or near its end, "bad" overdue, else ""."""
        if self.met_on is not None:
            return "warn" if self.days_late else "ok"
        if self.row.stopped_since or self.row.due_on is None:
            return "bad" if self._lacks_rule else ""
        if self.days_late:
            return "bad"
        return "warn" if self.days_left <= NEAR.days else ""

    @cached_property
    def _lacks_rule(self) -> bool:
        return any(step["step"] == "no_rule" for step in self.row.explanation)

    @property
    def text(self) -> str:
        """How it stands, in words."""
        if self._lacks_rule:
            return _("chưa nhập tham số quy định %(code)s") % {"code": self.row.rule_code}
        if self.met_on is not None:
            if not self.days_late:
                return _("xong, đúng hạn")
            return _("xong, chậm %(days)s ngày") % {"days": self.days_late}
        if self.row.stopped_since:
            return _("tạm dừng từ ngày %(day)s") % {"day": format_date(self.row.stopped_since)}
        if self.days_late:
            return _("quá hạn %(days)s ngày") % {"days": self.days_late}
        return _("còn %(days)s ngày") % {"days": self.days_left} if self.days_left else _("đến hạn hôm nay")

    @property
    def note(self) -> str:
        """That the date may still move, where the days off of a year are not announced."""
        return _("dự kiến, chưa có lịch nghỉ chính thức") if self.row.is_provisional else ""

    @property
    def explanation(self) -> list[str]:
        """How the date was found, one sentence a step."""
        return [explain_step(step) for step in self.row.explanation]


SENTENCES: Final[dict[str, StrOrPromise]] = {
    "start": gettext_lazy(
        "Tính từ ngày %(on)s, ngày đó không tính (Điều 147 Bộ luật Dân sự 2015): %(term)s."
    ),
    "fixed": gettext_lazy("Ngày %(on)s do hợp đồng, quyết định ấn định."),
    "moved": gettext_lazy("Ngày %(from)s là ngày nghỉ, lấy ngày làm việc %(to)s (Điều 148)."),
    "stop": gettext_lazy("Không tính các ngày sau %(since)s đến hết %(until)s (tạm dừng)."),
    "stopped": gettext_lazy("Đang tạm dừng từ ngày %(since)s, số ngày chưa tính: %(left)s."),
    "extended": gettext_lazy("Gia hạn ngày %(on)s, hạn mới %(until)s. %(reason)s"),
    "month": gettext_lazy("Chỉ biết tháng nên lấy ngày cuối tháng %(on)s."),
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
