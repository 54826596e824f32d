"""Rules of the tasks themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.search.same_names import named_like_an_earlier_one
from khcn.reference.models import CodeList
from khcn.science.enums import AmendmentKind, ManagingSide, PartnerRole, TaskLevel
from khcn.science.models import ScienceTask, TaskAmendment, TaskPartner, TeamMember

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_TASK: Final = _(
    "Mở nhiệm vụ, đối chiếu với quyết định và hợp đồng, rồi bấm “Sửa” hoặc “Đính chính nhiệm vụ”."
)


@integrity_rule(
    "science.task_side",
    _("Nhiệm vụ cấp tỉnh ghi bên quản lý là trung ương"),
    explanation=_(
        "Nhiệm vụ cấp tỉnh do tỉnh quản lý; bên quản lý quyết định nhiệm vụ có vào số liệu báo cáo của Sở hay không."
    ),
    remedy=CORRECT_TASK,
)
def task_side(_now: Moment) -> QuerySet[ScienceTask]:
    return ScienceTask.objects.filter(
        level=TaskLevel.PROVINCE, managing_side__in=(ManagingSide.CENTRAL, ManagingSide.CO_MANAGED)
    )


@integrity_rule(
    "science.task_dossier_day",
    _("Hạn nộp hồ sơ nghiệm thu trước ngày bắt đầu hoặc kết thúc thực hiện"),
    explanation=_(
        "Hồ sơ nghiệm thu nộp sau khi thực hiện xong, nên hạn nộp không thể đứng trước; nhắc hạn theo ngày sai sẽ sai."
    ),
    remedy=CORRECT_TASK,
)
def task_dossier_day(_now: Moment) -> QuerySet[ScienceTask]:
    return ScienceTask.objects.filter(
        Q(planned_dossier_on__lt=F("planned_end_on")) | Q(planned_dossier_on__lt=F("planned_start_on"))
    )


@integrity_rule(
    "science.task_start_year",
    _("Năm thực hiện không khớp ngày bắt đầu"),
    explanation=_(
        "“Thực hiện từ năm” chỉ lệch năm của ngày bắt đầu nhiều nhất một năm; lệch hơn thì nhiệm vụ vào nhầm năm báo cáo."
    ),
    remedy=CORRECT_TASK,
)
def task_start_year(_now: Moment) -> QuerySet[ScienceTask]:
    year = ExtractYear("planned_start_on")
    return ScienceTask.objects.alias(_year=year).filter(
        Q(_year__gt=F("start_year") + 1) | Q(_year__lt=F("start_year") - 1)
    )


@integrity_rule(
    "science.task_code_lists",
    _("Chương trình hoặc lĩnh vực của nhiệm vụ lấy từ danh mục khác"),
    explanation=_(
        "Cột chương trình và cột lĩnh vực mỗi cột có danh mục riêng; mục của danh mục khác làm nhiệm vụ rơi khỏi bảng chia."
    ),
    remedy=CORRECT_TASK,
)
def task_code_lists(_now: Moment) -> QuerySet[ScienceTask]:
    return ScienceTask.objects.filter(
        (Q(programme__isnull=False) & ~Q(programme__code_list=CodeList.PROGRAMME))
        | (Q(field_group__isnull=False) & ~Q(field_group__code_list=CodeList.FIELD_GROUP))
    )


def _differs(now: Moment, kind: AmendmentKind, column: str, new: str) -> QuerySet[Any]:
    """Tasks whose column is not what the last change in force before today made of it; what begins today takes effect in
    the course of the day.
    """
    rows: QuerySet[Any] = TaskAmendment.objects.with_start().filter(task=OuterRef("pk"), kind=kind)
    changes = rows.filter(**{f"{new}__isnull": False})
    last = changes.filter(in_force_from__lt=now.on).order_by("-in_force_from", "-pk")
    begins_today = changes.filter(in_force_from=now.on)
    tasks: QuerySet[Any] = ScienceTask.objects.all()
    return (
        tasks.alias(_meant=Subquery(last.values(new)[:1]))
        .filter(_meant__isnull=False)
        .exclude(**{column: F("_meant")})
        .exclude(Exists(begins_today))
    )


@integrity_rule(
    "science.task_investigator",
    _("Chủ nhiệm khác lần thay đổi chủ nhiệm gần nhất"),
    explanation=_(
        "Chủ nhiệm hiện nay phải là người mà lần thay đổi chủ nhiệm gần nhất đang có hiệu lực đã quyết định."
    ),
    remedy=_(
        "Mở nhiệm vụ, xem tab điều chỉnh; bỏ lần điều chỉnh ghi nhầm, hoặc chạy lại công việc nền nếu lần thay đổi vừa đến ngày."
    ),
)
def task_investigator(now: Moment) -> QuerySet[ScienceTask]:
    return _differs(now, AmendmentKind.CHANGE_PI, "principal_investigator", "new_person")


@integrity_rule(
    "science.task_host",
    _("Tổ chức chủ trì khác lần thay đổi tổ chức chủ trì gần nhất"),
    explanation=_(
        "Tổ chức chủ trì hiện nay phải là tổ chức mà lần thay đổi gần nhất đang có hiệu lực đã quyết định."
    ),
    remedy=_(
        "Mở nhiệm vụ, xem tab điều chỉnh; bỏ lần điều chỉnh ghi nhầm, hoặc chạy lại công việc nền nếu lần thay đổi vừa đến ngày."
    ),
)
def task_host(now: Moment) -> QuerySet[ScienceTask]:
    return _differs(now, AmendmentKind.CHANGE_HOST, "host", "new_organisation")


def _budget_differs(now: Moment, column: str) -> QuerySet[Any]:
    return _differs(now, AmendmentKind.CHANGE_BUDGET, column, f"new_{column}")


@integrity_rule(
    "science.task_budget_amended",
    _("Kinh phí khác lần điều chỉnh kinh phí gần nhất"),
    explanation=_(
        "Tổng kinh phí và ngân sách nhà nước hiện nay phải là số tiền của lần điều chỉnh kinh phí gần nhất đang có hiệu lực."
    ),
    remedy=_(
        "Mở nhiệm vụ, xem tab kinh phí; bỏ lần điều chỉnh ghi nhầm, hoặc chạy lại công việc nền nếu lần điều chỉnh vừa đến ngày."
    ),
)
def task_budget_amended(now: Moment) -> QuerySet[ScienceTask]:
    differing = [_budget_differs(now, each).values("pk") for each in ("budget_total", "budget_state")]
    return ScienceTask.objects.filter(Q(pk__in=differing[0]) | Q(pk__in=differing[1]))


@integrity_rule(
    "science.task_title_twice",
    _("Hai nhiệm vụ cùng tên, cùng năm"),
    explanation=_(
        "Hai dòng cùng tên, cùng năm và cùng tổ chức chủ trì thường là một nhiệm vụ nhập hai lần, và được đếm hai lần."
    ),
    remedy=_(
        "Mở hai nhiệm vụ, so mã và quyết định; nếu là một thì xóa dòng nhập thừa, nếu là hai thì ghi rõ tên để phân biệt."
    ),
    level=IntegrityLevel.WARNING,
)
def task_title_twice(_now: Moment) -> QuerySet[ScienceTask]:
    return named_like_an_earlier_one(ScienceTask.objects.all(), "province", "start_year", "host")


@integrity_rule(
    "science.host_as_partner",
    _("Tổ chức chủ trì cũng ghi là tổ chức phối hợp"),
    explanation=_(
        "Một tổ chức không phối hợp với chính mình; số tổ chức phối hợp trong báo cáo vì thế thừa một."
    ),
    remedy=_(
        "Mở tổ chức phối hợp của nhiệm vụ: xóa dòng ghi nhầm, hoặc ghi ngày thôi phối hợp nếu tổ chức nay là chủ trì."
    ),
    level=IntegrityLevel.WARNING,
)
def host_as_partner(now: Moment) -> QuerySet[TaskPartner]:
    present = Q(to_on__isnull=True) | Q(to_on__gt=now.on)
    return TaskPartner.objects.filter(present, role=PartnerRole.COOPERATING, organisation=F("task__host"))


@integrity_rule(
    "science.investigator_in_team",
    _("Chủ nhiệm cũng ghi trong danh sách thành viên"),
    explanation=_(
        "Danh sách thành viên là những người ngoài chủ nhiệm; ghi cả chủ nhiệm thì số người thực hiện thừa một."
    ),
    remedy=_(
        "Mở thành viên thực hiện của nhiệm vụ: xóa dòng ghi nhầm, hoặc ghi ngày thôi nếu người đó nay là chủ nhiệm."
    ),
    level=IntegrityLevel.WARNING,
)
def investigator_in_team(now: Moment) -> QuerySet[TeamMember]:
    present = Q(to_on__isnull=True) | Q(to_on__gt=now.on)
    return TeamMember.objects.filter(present, person=F("task__principal_investigator"))


@integrity_rule(
    "science.partner_replaced",
    _("Tổ chức đã bị thay vẫn ghi đang phối hợp"),
    explanation=_("Quyết định thay đổi tổ chức phối hợp kết thúc phần của tổ chức cũ từ ngày có hiệu lực."),
    remedy=_(
        "Mở tổ chức phối hợp của nhiệm vụ và ghi ngày thôi phối hợp theo quyết định, hoặc bỏ lần điều chỉnh ghi nhầm."
    ),
)
def partner_replaced(_now: Moment) -> QuerySet[TaskPartner]:
    changes = TaskAmendment.objects.filter(
        task=OuterRef("task"),
        kind=AmendmentKind.CHANGE_PARTNER,
        taken_over=False,
        old_organisation=OuterRef("organisation"),
    )
    back = TaskAmendment.objects.filter(
        task=OuterRef("task"), kind=AmendmentKind.CHANGE_PARTNER, new_organisation=OuterRef("organisation")
    )
    return TaskPartner.objects.filter(
        Exists(changes), ~Exists(back), role=PartnerRole.COOPERATING, to_on__isnull=True
    )


@integrity_rule(
    "science.partner_missing",
    _("Tổ chức phối hợp mới theo quyết định không có trong danh sách phối hợp"),
    explanation=_(
        "Quyết định thay đổi tổ chức phối hợp đưa tổ chức mới vào danh sách phối hợp của nhiệm vụ."
    ),
    remedy=_(
        "Mở nhiệm vụ, thêm tổ chức mới vào danh sách phối hợp từ ngày quyết định có hiệu lực, hoặc bỏ lần điều chỉnh ghi nhầm."
    ),
)
def partner_missing(_now: Moment) -> QuerySet[TaskAmendment]:
    listed = TaskPartner.objects.filter(task=OuterRef("task"), organisation=OuterRef("new_organisation"))
    return TaskAmendment.objects.filter(
        ~Exists(listed), kind=AmendmentKind.CHANGE_PARTNER, taken_over=False, new_organisation__isnull=False
    )
