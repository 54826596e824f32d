"""The status of a deadline on a day, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from khcn.kernel.calendar.terms import TermExactness
from khcn.kernel.deadlines.explanation_words import explain_step
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import NEAR, Deadline, DeadlineChange
from khcn.kernel.text.dates import Precision, format_date

if TYPE_CHECKING:
    from datetime import date

    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class DeadlineStatus:
    """One deadline as a page shows it on a day."""

    row: Deadline
    on: date
    changes: tuple[DeadlineChange, ...] = ()  # how its last day moved, the first change first

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
        """The last day in figures, or the month, quarter or year where only that is known."""
        if self.row.due_on is None:
            return ""
        return format_date(self.row.due_on, Precision(self.row.precision))

    @property
    def is_day(self) -> bool:
        """Is the last day itself known, and not only its month, quarter or year?"""
        return self.row.precision == TermExactness.DAY.value

    @property
    def days_late(self) -> int:
        """Calendar days past the last day on which nothing is late; 0 when in time or without one."""
        last = self.row.last_day
        return max(((self.met_on or self.on) - last).days, 0) if last else 0

    @cached_property
    def _shown_by(self) -> StrOrPromise:
        """What the term is called by which is seen whether this one was kept; empty: by itself."""
        kind = registry.kinds.get(self.row.kind) if self.row.shown_until else None
        return registry.kinds[kind.shown_by].label if kind and kind.shown_by else ""

    @property
    def days_left(self) -> int:
        """Calendar days until the last day of a term that is not met."""
        return max((self.row.due_on - self.on).days, 0) if self.row.due_on and self.met_on is None else 0

    @property
    def tone(self) -> str:
        """How a page colours it: "ok" met in time, "warn" met late or near its end, "bad" overdue, else ""."""
        if self.met_on is not None:
            return "warn" if self.days_late or self.row.met_in_time_entered_on else "ok"
        if self.row.stopped_since or self.row.due_on is None:
            return "bad" if self._lacks_rule else ""
        if self.days_late:
            return "bad"
        if self.row.due_on < self.on:
            return ""
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
            return self._met_text
        if self.row.stopped_since:
            return _("tạm dừng từ ngày %(day)s") % {"day": format_date(self.row.stopped_since)}
        if self._shown_by and self.row.due_on is not None and self.row.due_on < self.on:
            return self._text_of_other
        if self.days_late:
            return _("quá hạn %(days)s ngày") % {"days": self.days_late}
        return _("còn %(days)s ngày") % {"days": self.days_left} if self.days_left else _("đến hạn hôm nay")

    @property
    def _text_of_other(self) -> str:
        if self.days_late:
            return _("“%(term)s” quá hạn %(days)s ngày") % {"term": self._shown_by, "days": self.days_late}
        until = format_date(self.row.shown_until) if self.row.shown_until else ""
        return _("đã đến hạn, chờ “%(term)s” đến %(day)s") % {"term": self._shown_by, "day": until}

    @property
    def _met_text(self) -> str:
        if self.days_late and self._shown_by:
            return _("xong, “%(term)s” chậm %(days)s ngày") % {"term": self._shown_by, "days": self.days_late}
        if self.days_late:
            return _("xong, chậm %(days)s ngày") % {"days": self.days_late}
        if self.row.met_in_time_entered_on is None:
            return _("xong, đúng hạn")
        entered_on = format_date(self.row.met_in_time_entered_on)
        return _("xong, đúng hạn (ghi sau hạn, ngày %(day)s)") % {"day": entered_on}

    @property
    def note(self) -> str:
        """That the date may still move, where the days off of a year are not announced."""
        return _("dự kiến, chưa có lịch nghỉ chính thức") if self.row.is_provisional else ""

    @property
    def explanation(self) -> list[str]:
        """How the date was found, one sentence a step."""
        return [explain_step(step) for step in self.row.explanation]
