"""Figures about processes, tasks, models, trainings and contracts for advice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import (
    FieldWork,
    ProcessKind,
    TaskWorkKind,
    TrainingKind,
)
from khcn.centre.models import (
    CentreTaskWork,
    CentreTraining,
    ConsultingContract,
    FollowedModel,
    ModelVisit,
    TechnologyProcess,
)
from khcn.centre.rules import UNIT
from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise


def _tried(period: Period, kind: ProcessKind) -> QuerySet[TechnologyProcess]:
    """Processes of the year: begun by the last day, and not over before the year began."""
    new_year = date(period.year, 1, 1)
    completed = Q(completed_on__isnull=True) | Q(completed_on__gte=new_year)
    dropped = Q(dropped_on__isnull=True) | Q(dropped_on__gte=new_year)
    return TechnologyProcess.objects.filter(completed, dropped, kind=kind, started_on__lte=period.last_day)


_TRIED: Final = _(
    "Đếm quy trình, sản phẩm cùng loại bắt đầu thử nghiệm đến ngày cuối kỳ, kể cả quy trình hoàn thiện hoặc thôi thử nghiệm từ đầu "
    "năm báo cáo; không đếm quy trình đã kết thúc từ năm trước."
)
PROCESSES = (
    Indicator(
        "UD-05",
        _("Số chế phẩm sinh học thử nghiệm"),
        lambda period: _tried(period, ProcessKind.BIO_PREPARATION),
        _("chế phẩm"),
        _TRIED,
        basis=Basis.STOCK,
        figure_ids=("F154",),
        owner=UNIT,
    ),
    Indicator(
        "UD-16",
        _("Số sản phẩm chế biến thử nghiệm"),
        lambda period: _tried(period, ProcessKind.FOOD),
        _("sản phẩm"),
        _TRIED,
        basis=Basis.STOCK,
        figure_ids=("F165",),
        owner=UNIT,
    ),
    Indicator(
        "UD-17",
        _("Số quy trình chế biến hoàn thiện"),
        lambda period: TechnologyProcess.objects.filter(period.covers("completed_on"), kind=ProcessKind.FOOD),
        _("quy trình"),
        _("Đếm quy trình sơ chế, chế biến nông sản có ngày hoàn thiện trong kỳ."),
        figure_ids=("F166",),
        owner=UNIT,
        date_path="completed_on",
    ),
)


def _task_work(
    code: str, label: StrOrPromise, unit: StrOrPromise, definition: StrOrPromise, figure: str, **only: Any
) -> Indicator:
    about = "proposal" if only["kind"] == TaskWorkKind.PROPOSAL else "task"

    def records(period: Period) -> QuerySet[CentreTaskWork]:
        rows = CentreTaskWork.objects.filter(period.covers("happened_on"), **only)
        if about == "proposal":
            rows = rows.filter(proposal__for_year=period.year + 1)
        return first_of_each(rows, about, "happened_on")

    return Indicator(
        code,
        label,
        records,
        unit,
        definition,
        basis=Basis.TOUCHED,  # a task with two results is one task
        figure_ids=(figure,),
        owner=UNIT,
        date_path="happened_on",
    )


TASK_WORK = (
    _task_work(
        "UD-18",
        _("Số nhiệm vụ cấp tỉnh Trung tâm có kết quả"),
        _("nhiệm vụ"),
        _(
            "Đếm nhiệm vụ cấp tỉnh có việc “Có kết quả thực hiện” trong kỳ, mỗi nhiệm vụ một lần; không phân biệt đề tài, dự án."
        ),
        "F167",
        kind=TaskWorkKind.RESULT,
        task__level="province",
    ),
    _task_work(
        "UD-24",
        _("Số nhiệm vụ Trung tâm đề xuất"),
        _("nhiệm vụ"),
        _(
            "Đếm đề xuất cấp tỉnh cho năm sau năm báo cáo có việc “Đề xuất nhiệm vụ” trong kỳ, mỗi đề xuất một lần."
        ),
        "F188",
        kind=TaskWorkKind.PROPOSAL,
        proposal__level="province",
    ),
    _task_work(
        "UD-26",
        _("Số đề tài cấp cơ sở được phê duyệt thuyết minh"),
        _("đề tài"),
        _("Đếm nhiệm vụ cấp cơ sở có việc “Được phê duyệt thuyết minh” trong kỳ, mỗi nhiệm vụ một lần."),
        "F190",
        kind=TaskWorkKind.OUTLINE,
        task__level="grassroots",
    ),
)


def _followed(period: Period) -> QuerySet[FollowedModel]:
    going_on = Q(ended_on__isnull=True) | Q(ended_on__gt=period.last_day)
    return FollowedModel.objects.filter(going_on, for_task=True, started_on__lte=period.last_day)


MODELS = (
    Indicator(
        "UD-19",
        _("Số mô hình phối hợp theo dõi, giám sát"),
        _followed,
        _("mô hình"),
        _("Đếm mô hình phối hợp trong nhiệm vụ KH&CN mà Trung tâm đang theo dõi vào ngày cuối kỳ."),
        basis=Basis.STOCK,
        figure_ids=("F168",),
        owner=UNIT,
    ),
)
VISITS = (
    Indicator(
        "UD-20",
        _("Số lần chăm sóc, bón thúc mô hình"),
        lambda period: ModelVisit.objects.filter(period.covers("visited_on"), work=FieldWork.DRESSING),
        _("lần"),
        _("Đếm lượt “Chăm sóc, bón thúc” có ngày trong kỳ."),
        figure_ids=("F169",),
        owner=UNIT,
        date_path="visited_on",
    ),
)


def _participants(
    code: str, label: StrOrPromise, unit: StrOrPromise, figure: str, kind: TrainingKind
) -> Indicator:
    return Indicator(
        code,
        label,
        lambda period: CentreTraining.objects.filter(period.covers("held_on"), kind=kind),
        unit,
        _("Cộng số người dự các lớp cùng hình thức có ngày tổ chức trong kỳ; một người dự hai lớp là hai."),
        measure=Measure("participants"),
        figure_ids=(figure,),
        owner=UNIT,
        date_path="held_on",
    )


TRAININGS = (
    _participants(
        "UD-21", _("Số học viên tập huấn chuyển giao"), _("học viên"), "F185", TrainingKind.TRANSFER
    ),
    _participants("UD-25", _("Số viên chức được cử đi đào tạo"), _("viên chức"), "F189", TrainingKind.STAFF),
)


def _carried_over(period: Period) -> QuerySet[ConsultingContract]:
    going_on = Q(ended_on__isnull=True) | Q(ended_on__gt=period.last_day)
    rows = ConsultingContract.objects.filter(going_on, signed_on__lt=date(period.year, 1, 1))
    return first_of_each(rows, "customer", "signed_on")


def _begun(period: Period) -> QuerySet[ConsultingContract]:
    rows = ConsultingContract.objects.filter(period.covers("signed_on"))
    return first_of_each(rows, "customer", "signed_on")


CONTRACTS = (
    Indicator(
        "UD-22",
        _("Số hợp tác xã, doanh nghiệp tiếp tục được tư vấn liên kết"),
        _carried_over,
        _("hợp tác xã, doanh nghiệp"),
        _(
            "Đếm khách hàng có hợp đồng tư vấn ký trước năm báo cáo, chưa thanh lý, chấm dứt vào ngày cuối kỳ; khách hàng có "
            "nhiều hợp đồng đếm một lần."
        ),
        basis=Basis.STOCK,
        line=lambda contract: contract.title,
        figure_ids=("F186",),
        owner=UNIT,
    ),
    Indicator(
        "UD-23",
        _("Số hợp tác xã, doanh nghiệp mới được tư vấn"),
        _begun,
        _("hợp tác xã, doanh nghiệp"),
        _("Đếm khách hàng có hợp đồng tư vấn ký trong kỳ; khách hàng ký nhiều hợp đồng đếm một lần."),
        basis=Basis.TOUCHED,  # a customer with two contracts is one customer
        line=lambda contract: contract.title,
        figure_ids=("F187",),
        owner=UNIT,
        date_path="signed_on",
    ),
)
