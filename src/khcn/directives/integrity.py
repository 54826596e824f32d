"""What must be so of assigned work and of advised documents, and what no constraint refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import DateField, ExpressionWrapper, F, Q
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.directives.models import (
    AdvisedDocument,
    AssignedTask,
    AssignedTaskExtension,
    AssignedTaskUnit,
    DuePrecision,
)
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import linked_out_of_force

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_ASSIGNMENT: Final = _(
    "Mở nhiệm vụ được giao, đối chiếu với văn bản giao, rồi bấm “Đính chính việc giao” hoặc “Sửa”."
)
CORRECT_ADVICE: Final = _("Mở văn bản tham mưu, đối chiếu với hồ sơ trình và sửa cột sai.")


@integrity_rule(
    "directives.done_in_future",
    _("Nhiệm vụ được giao ghi hoàn thành vào ngày chưa đến"),
    explanation=_("Kết quả chỉ ghi khi đã xong; ngày chưa đến làm nhiệm vụ được tính đúng hạn trước."),
    remedy=_("Mở nhiệm vụ được giao và bấm “Đính chính kết quả” hoặc “Bỏ kết quả ghi nhầm”."),
)
def done_in_future(now: Moment) -> QuerySet[AssignedTask]:
    return AssignedTask.objects.filter(done_on__gt=now.on)


@integrity_rule(
    "directives.result_without_day",
    _("Ngày ghi kết quả và ngày hoàn thành không đi cùng nhau"),
    explanation=_(
        "Mỗi kết quả có ngày được ghi vào; thiếu một trong hai là kết quả bị sửa ngoài chương trình."
    ),
    remedy=_("Mở nhật ký của nhiệm vụ được giao và báo người bảo trì phần mềm."),
)
def result_without_day(_now: Moment) -> QuerySet[AssignedTask]:
    return AssignedTask.objects.filter(
        Q(done_on__isnull=True, result_entered_on__isnull=False)
        | Q(done_on__isnull=False, result_entered_on__lt=F("done_on"))
    )


@integrity_rule(
    "directives.due_precision",
    _("Hạn theo tháng, quý, năm không phải ngày cuối của tháng, quý, năm đó"),
    explanation=_(
        "Hạn giao theo tháng thì hết hạn vào ngày cuối tháng; ngày khác làm nhiệm vụ thành quá hạn sớm."
    ),
    remedy=CORRECT_ASSIGNMENT,
)
def due_precision(_now: Moment) -> QuerySet[AssignedTask]:
    # The first day after the deadline begins the next month, quarter or year.
    after = ExpressionWrapper(F("due_on") + timedelta(days=1), output_field=DateField())
    rows = AssignedTask.objects.exclude(due_precision=DuePrecision.DAY).annotate(
        _day=ExtractDay(after), _month=ExtractMonth(after)
    )
    return rows.filter(
        ~Q(_day=1)
        | (Q(due_precision=DuePrecision.QUARTER) & ~Q(_month__in=(1, 4, 7, 10)))
        | (Q(due_precision=DuePrecision.YEAR) & ~Q(_month=1))
    )


@integrity_rule(
    "directives.due_day_not_of_extension",
    _("Hạn của nhiệm vụ được giao khác với hạn của lần gia hạn cuối cùng"),
    explanation=_("Hạn đang có và hạn mà báo cáo của các kỳ tính phải theo cùng các văn bản."),
    remedy=CORRECT_ASSIGNMENT,
)
def due_day_not_of_extension(_now: Moment) -> QuerySet[AssignedTask]:
    return AssignedTask.objects.due_otherwise()


@integrity_rule(
    "directives.extensions_apart",
    _("Lần gia hạn không tiếp theo lần trước"),
    explanation=_("Mỗi lần gia hạn bắt đầu từ hạn của lần trước; báo cáo của các kỳ tính hạn theo đó."),
    remedy=CORRECT_ASSIGNMENT,
)
def extensions_apart(_now: Moment) -> QuerySet[AssignedTaskExtension]:
    return AssignedTaskExtension.objects.out_of_line()


@integrity_rule(
    "directives.done_before_assignment",
    _("Nhiệm vụ hoàn thành trước ngày của văn bản giao"),
    explanation=_("Việc được giao thì làm sau khi giao; ngày hoàn thành hoặc văn bản giao chọn nhầm."),
    remedy=CORRECT_ASSIGNMENT,
    level=IntegrityLevel.WARNING,
)
def done_before_assignment(_now: Moment) -> QuerySet[AssignedTask]:
    return AssignedTask.objects.filter(done_on__lt=F("source_document__issued_on"))


@integrity_rule(
    "directives.due_before_assignment",
    _("Hạn hoàn thành trước ngày của văn bản giao"),
    explanation=_(
        "Văn bản giao việc có hạn ở phía sau; hạn hoặc văn bản giao chọn nhầm, và nhiệm vụ bị tính quá hạn ngay khi giao."
    ),
    remedy=CORRECT_ASSIGNMENT,
    level=IntegrityLevel.WARNING,
)
def due_before_assignment(_now: Moment) -> QuerySet[AssignedTask]:
    return AssignedTask.objects.filter(due_on__lt=F("source_document__issued_on"))


@integrity_rule(
    "directives.assigned_year",
    _("Năm của nhiệm vụ được giao không phải năm của hạn hoặc của văn bản giao"),
    explanation=_(
        "Báo cáo đếm nhiệm vụ được giao theo cột năm; năm lệch làm nhiệm vụ biến mất khỏi báo cáo."
    ),
    remedy=CORRECT_ASSIGNMENT,
    level=IntegrityLevel.WARNING,
)
def assigned_year(_now: Moment) -> QuerySet[AssignedTask]:
    rows = AssignedTask.objects.alias(
        _due=ExtractYear("due_on"), _given=ExtractYear("source_document__issued_on")
    )
    return rows.exclude(year=F("_due")).exclude(
        Q(_given__isnull=False) & Q(year__gte=F("_given")) & Q(year__lte=F("_due"))
    )


@integrity_rule(
    "directives.open_at_ended_unit",
    _("Nhiệm vụ chưa xong do đơn vị đã giải thể, sáp nhập chủ trì"),
    explanation=_("Không ai còn nhận việc của đơn vị đã kết thúc: không có ai được nhắc hạn."),
    remedy=_("Mở nhiệm vụ được giao, bấm “Đính chính việc giao” và chọn đơn vị kế tiếp."),
    level=IntegrityLevel.WARNING,
)
def open_at_ended_unit(now: Moment) -> QuerySet[AssignedTask]:
    return AssignedTask.objects.filter(done_on__isnull=True, lead_unit__valid_to__lte=now.on)


@integrity_rule(
    "directives.lead_as_co_unit",
    _("Đơn vị chủ trì cũng ghi là đơn vị phối hợp"),
    explanation=_("Một đơn vị không phối hợp với chính mình; nhiệm vụ bị đếm hai lần cho đơn vị đó."),
    remedy=_("Mở nhiệm vụ được giao và xóa dòng đơn vị phối hợp ghi thừa."),
    level=IntegrityLevel.WARNING,
)
def lead_as_co_unit(_now: Moment) -> QuerySet[AssignedTaskUnit]:
    return AssignedTaskUnit.objects.filter(unit=F("assigned_task__lead_unit"))


@integrity_rule(
    "directives.advice_order",
    _("Ngày tham mưu, trình, ban hành không theo thứ tự"),
    explanation=_("Văn bản được tham mưu, rồi trình, rồi ban hành; ba ngày theo thứ tự đó."),
    remedy=CORRECT_ADVICE,
)
def advice_order(_now: Moment) -> QuerySet[AdvisedDocument]:
    return AdvisedDocument.objects.filter(
        Q(submitted_on__lt=F("advised_on"))
        | Q(issued_on__lt=F("advised_on"))
        | Q(issued_on__lt=F("submitted_on"))
    )


@integrity_rule(
    "directives.advice_issued_day",
    _("Ngày ban hành khác ngày của văn bản đã ban hành"),
    explanation=_("Văn bản tham mưu và văn bản đã ban hành là một, nên ngày ban hành phải như nhau."),
    remedy=CORRECT_ADVICE,
    level=IntegrityLevel.WARNING,
)
def advice_issued_day(_now: Moment) -> QuerySet[AdvisedDocument]:
    rows = AdvisedDocument.objects.filter(issued_on__isnull=False, legal_document__issued_on__isnull=False)
    return rows.exclude(issued_on=F("legal_document__issued_on"))


@integrity_rule(
    "directives.advice_unit_day",
    _("Đơn vị tham mưu không còn hoặc chưa có vào ngày tham mưu"),
    explanation=_("Văn bản do đơn vị có vào ngày tham mưu soạn; đơn vị đổi tên, sáp nhập từ một ngày."),
    remedy=CORRECT_ADVICE,
)
def advice_unit_day(_now: Moment) -> QuerySet[AdvisedDocument]:
    return linked_out_of_force(AdvisedDocument.objects.all(), "lead_unit")
