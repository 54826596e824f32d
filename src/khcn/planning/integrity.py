"""What must be so of planned work and assessments, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import registry
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.planning.enums import ABOUT_TASKS, AssessmentKind, WorkKind
from khcn.planning.models import Assessment, PlannedWork, PlannedWorkPostponement, codes_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN_WORK: Final = _("Mở việc, đối chiếu với kế hoạch và sửa.")
PUT_OFF_ANEW: Final = _("Mở việc, bấm “Bỏ lần lùi hạn ghi nhầm” rồi lùi hạn lại theo quyết định.")
TAKE_BACK: Final = _("Mở việc, bấm “Bỏ kết quả ghi nhầm” rồi ghi lại.")


@integrity_rule(
    "planning.work_without_task",
    _("Việc quyết toán, phối hợp mà không nêu nhiệm vụ KH&CN"),
    explanation=_("Báo cáo đếm nhiệm vụ của các việc này; thiếu nhiệm vụ thì không được đếm."),
    remedy=OPEN_WORK,
)
def work_without_task(_now: Moment) -> QuerySet[PlannedWork]:
    return PlannedWork.objects.filter(kind__in=ABOUT_TASKS, task__isnull=True)


@integrity_rule(
    "planning.several_of_one_task",
    _("Việc về một nhiệm vụ KH&CN mà số lượng khác 1"),
    explanation=_("Mỗi nhiệm vụ KH&CN là một dòng, để danh sách và con số khớp nhau."),
    remedy=OPEN_WORK,
)
def several_of_one_task(_now: Moment) -> QuerySet[PlannedWork]:
    return PlannedWork.objects.filter(kind__in=ABOUT_TASKS).exclude(quantity=1)


@integrity_rule(
    "planning.outcome_before_plan",
    _("Việc hoàn thành hoặc thôi trước ngày đưa vào kế hoạch"),
    explanation=_("Việc đã xong thì không còn là phương hướng; một trong hai ngày sai."),
    remedy=TAKE_BACK,
)
def outcome_before_plan(_now: Moment) -> QuerySet[PlannedWork]:
    return PlannedWork.objects.filter(Q(completed_on__lt=F("planned_on")) | Q(dropped_on__lt=F("planned_on")))


@integrity_rule(
    "planning.incomplete_completion",
    _("Việc hoàn thành thiếu kết quả, hoặc có kết quả mà chưa ghi ngày hoàn thành"),
    explanation=_("Ngày, số lượng đạt được và kết quả được ghi cùng lúc bằng nút “Ghi hoàn thành”."),
    remedy=TAKE_BACK,
)
def incomplete_completion(_now: Moment) -> QuerySet[PlannedWork]:
    missing = Q(achieved__isnull=True) | Q(result="")
    written = Q(achieved__isnull=False) | ~Q(result="")
    return PlannedWork.objects.filter(
        Q(missing, completed_on__isnull=False) | Q(written, completed_on__isnull=True)
    )


@integrity_rule(
    "planning.dropped_without_reason",
    _("Việc thôi thực hiện mà không có lý do, hoặc có lý do mà không có ngày"),
    explanation=_("Báo cáo kỳ sau phải nói vì sao một việc đã nêu không làm."),
    remedy=TAKE_BACK,
)
def dropped_without_reason(_now: Moment) -> QuerySet[PlannedWork]:
    return PlannedWork.objects.filter(
        Q(dropped_on__isnull=False, drop_reason="") | (Q(dropped_on__isnull=True) & ~Q(drop_reason=""))
    )


@integrity_rule(
    "planning.due_day_not_of_postponement",
    _("Hạn của việc khác với hạn mới của lần lùi hạn cuối cùng"),
    explanation=_("Hạn đang có và hạn mà báo cáo của các kỳ tính phải theo cùng các quyết định."),
    remedy=PUT_OFF_ANEW,
)
def due_day_not_of_postponement(_now: Moment) -> QuerySet[PlannedWork]:
    return PlannedWork.objects.due_otherwise()


@integrity_rule(
    "planning.postponements_apart",
    _("Lần lùi hạn không tiếp theo lần trước"),
    explanation=_(
        "Mỗi lần lùi hạn bắt đầu từ hạn mới của lần trước và được quyết định không trước lần ấy; báo cáo của các kỳ tính hạn theo đó."
    ),
    remedy=PUT_OFF_ANEW,
)
def postponements_apart(_now: Moment) -> QuerySet[PlannedWorkPostponement]:
    return PlannedWorkPostponement.objects.out_of_line()


@integrity_rule(
    "planning.postponed_out_of_time",
    _("Việc lùi hạn trước khi có kế hoạch, sau khi đã kết thúc, hoặc không đến ngày sau"),
    explanation=_("Chỉ việc trong kế hoạch còn mở mới lùi hạn được; một trong các ngày sai."),
    remedy=PUT_OFF_ANEW,
)
def postponed_out_of_time(_now: Moment) -> QuerySet[PlannedWorkPostponement]:
    return PlannedWorkPostponement.objects.filter(
        Q(decided_on__lt=F("work__planned_on"))
        | Q(decided_on__gt=F("work__completed_on"))
        | Q(decided_on__gt=F("work__dropped_on"))
        | Q(new_due_on=F("old_due_on"))
    )


@integrity_rule(
    "planning.planned_twice",
    _("Một nhiệm vụ KH&CN có hai việc cùng loại, cùng đơn vị đang mở"),
    explanation=_("Việc nêu hai lần được làm, được nhắc hạn hai lần."),
    remedy=_("Mở hai việc, bỏ một việc hoặc ghi kết quả việc đã xong."),
    level=IntegrityLevel.WARNING,
)
def planned_twice(_now: Moment) -> QuerySet[PlannedWork]:
    open_work = PlannedWork.objects.filter(completed_on__isnull=True, dropped_on__isnull=True)
    same = open_work.filter(task=OuterRef("task"), kind=OuterRef("kind"), unit=OuterRef("unit"))
    return open_work.filter(Exists(same.filter(pk__lt=OuterRef("pk"))), task__isnull=False)


@integrity_rule(
    "planning.settlement_still_open",
    _("Việc quyết toán còn mở mà nhiệm vụ KH&CN đã có mốc quyết toán kinh phí"),
    explanation=_("Báo cáo còn nêu việc quyết toán đã xong là phương hướng, và nhắc hạn."),
    remedy=_("Mở việc, bấm “Ghi hoàn thành” với ngày quyết toán; hoặc sửa mốc của nhiệm vụ."),
    level=IntegrityLevel.WARNING,
)
def settlement_still_open(_now: Moment) -> QuerySet[PlannedWork]:
    still_open = PlannedWork.objects.filter(
        kind=WorkKind.SETTLEMENT, completed_on__isnull=True, dropped_on__isnull=True
    )
    # One condition: kind and day are those of the same milestone. A task may have several.
    settled = still_open.filter(task__milestones__kind="settled", task__milestones__on__gte=F("planned_on"))
    return still_open.filter(pk__in=settled.values("pk"))


@integrity_rule(
    "planning.shortcoming_without_cause",
    _("Hạn chế không ghi nguyên nhân"),
    explanation=_("Phần B của báo cáo nêu hạn chế cùng nguyên nhân."),
    remedy=_("Mở hạn chế và ghi nguyên nhân."),
)
def shortcoming_without_cause(_now: Moment) -> QuerySet[Assessment]:
    return Assessment.objects.filter(kind=AssessmentKind.SHORTCOMING, cause="")


@integrity_rule(
    "planning.unknown_figure",
    _("Đánh giá dẫn mã số liệu không có"),
    explanation=_("Số liệu chứng minh phải mở ra được danh sách bản ghi."),
    remedy=_("Mở đánh giá và ghi mã có ở trang Số liệu."),
)
def unknown_figure(_now: Moment) -> QuerySet[Assessment]:
    named = Assessment.objects.exclude(figures="").values_list("figures", flat=True).distinct()
    unknown = [each for each in named if any(code not in registry for code in codes_in(each))]
    return Assessment.objects.filter(figures__in=unknown)
