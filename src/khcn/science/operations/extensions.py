"""How often and how long a task may be extended: dated rules, which the register of rules keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.dated.models import version_in_force
from khcn.kernel.deadlines.operations import refuse_moving_passed
from khcn.kernel.text.dates import format_date
from khcn.reference.models import RuleParameter
from khcn.science.enums import AmendmentKind
from khcn.science.operations.amendable import EXTENSIONS
from khcn.science.operations.task_access import refuse_input

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from khcn.kernel.registers.writing import ValidationContext
    from khcn.science.models import ScienceTask, TaskAmendment

MOST: Final = "science.extensions_most"
MONTHS: Final = "science.extension_months"
_LIMITS: Final = "science.extension_limits"


def refuse_beyond_limits(
    amendment: TaskAmendment, earlier: Sequence[TaskAmendment], context: ValidationContext
) -> None:
    """Raise :class:`TaskRefused` for an extension that the rules of its day do not allow beside the earlier ones. What was
    taken over from paper was decided under rules that may not be on record.
    """
    if amendment.kind not in EXTENSIONS or amendment.taken_over:
        return
    same = [each for each in earlier if each.kind == amendment.kind]
    most, months = (_limit(code, amendment.decided_on, context.seen) for code in (MOST, MONTHS))
    if most is not None and len(same) >= most.value:
        refuse_input(
            "kind",
            _(
                "Nhiệm vụ đã có %(count)d lần “%(kind)s”; quy định cho nhiều nhất %(most)d lần. Nếu quy định khác thì sửa ở danh "
                "mục tham số quy định (mã %(code)s)."
            )
            % {
                "count": len(same),
                "kind": amendment.get_kind_display(),
                "most": most.value,
                "code": MOST,
            },
        )
    original = (same[0] if same else amendment).old_end_on
    new_end_on = amendment.new_end_on
    if months is None or original is None or new_end_on is None:
        return
    latest = plus_months(original, months.value)
    if new_end_on > latest:
        refuse_input(
            "new_end_on",
            _(
                "Thời hạn ban đầu là %(original)s; quy định cho gia hạn tổng cộng nhiều nhất %(months)d tháng, đến %(latest)s. Nếu "
                "quy định khác thì sửa ở danh mục tham số quy định (mã %(code)s)."
            )
            % {
                "original": format_date(original),
                "months": months.value,
                "latest": format_date(latest),
                "code": MONTHS,
            },
        )


# What an extension moves: the dossier's term counts from the end of execution where no day was set for it.
_MOVED: Final[dict[str, tuple[str, ...]]] = {
    AmendmentKind.EXTEND_DURATION: ("science.execution", "science.dossier"),
    AmendmentKind.EXTEND_SUBMISSION: ("science.dossier",),
}


def refuse_moving_a_passed_term(amendment: TaskAmendment, context: ValidationContext) -> None:
    """Raise ``Refused`` for an extension of a passed term by who does not answer for it."""
    if amendment.kind in EXTENSIONS and amendment.task.pk is not None:
        refuse_moving_passed(amendment.task, _MOVED[amendment.kind], context.actor, context.on)


def refuse_far_dossier_day(task: ScienceTask, changed: AbstractSet[str], seen: dict[str, Any]) -> None:
    """Raise :class:`TaskRefused` for a day of the dossier that is further from the end of execution than the rules of that
    end let an extension go: until it, nothing says that the task is late. What was taken over from paper may be older than
    the rules on record.
    """
    end_on, dossier_on = task.planned_end_on, task.planned_dossier_on
    if end_on is None or dossier_on is None or task.taken_over:
        return
    if changed.isdisjoint(("planned_end_on", "planned_dossier_on")):
        return
    months = _limit(MONTHS, end_on, seen)
    if months is None or dossier_on <= (latest := plus_months(end_on, months.value)):
        return
    refuse_input(
        "planned_dossier_on",
        _(
            "Hạn nộp hồ sơ nghiệm thu %(dossier)s sau ngày kết thúc %(end)s quá %(months)d tháng (nhiều nhất đến %(latest)s). Hãy "
            "xem lại năm của hai ngày; nếu được gia hạn thì ghi gia hạn bằng điều chỉnh. Nếu quy định khác thì sửa ở danh mục "
            "tham số quy định (mã %(code)s)."
        )
        % {
            "dossier": format_date(dossier_on),
            "end": format_date(end_on),
            "months": months.value,
            "latest": format_date(latest),
            "code": MONTHS,
        },
    )


def _limit(code: str, day: date, seen: dict[str, Any]) -> RuleParameter | None:
    rules: list[RuleParameter] | None = seen.get(_LIMITS)
    if rules is None:
        rules = seen[_LIMITS] = list(RuleParameter.objects.filter(code__in=(MOST, MONTHS)))
    return version_in_force((each for each in rules if each.code == code), on=day)
