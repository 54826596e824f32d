"""Figures of the office (part A.III.6 of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.office.enums import (
    APPOINTMENTS,
    CorrespondenceWay,
    DecisionLevel,
    EmulationTitle,
    IndexKind,
    PersonnelEventKind,
    Position,
    StaffKind,
)
from khcn.office.models import (
    CorrespondenceCount,
    EmulationNomination,
    IndexRanking,
    ParPlanTask,
    PersonnelEvent,
    PostQuota,
    TrainingAssignment,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.office.models.emulation import EmulationNominationQuerySet
    from khcn.office.models.personnel import PersonnelEventQuerySet

Of = partial(Indicator, owner="VP")
_OfEvents = partial(Of, date_path="decided_on")
_REAPPOINTED = Q(kind=PersonnelEventKind.REAPPOINTMENT, position=Position.DEPUTY_DIRECTOR)
_CENTRE_DIRECTOR = Q(kind=PersonnelEventKind.APPOINTMENT, position=Position.CENTRE_DIRECTOR)
_DEPUTY_HEAD = Q(kind=PersonnelEventKind.APPOINTMENT, position=Position.DEPUTY_HEAD)


def _events(period: Period, about: Q) -> PersonnelEventQuerySet:
    return PersonnelEvent.objects.decided_in(period).filter(about)


def _people(period: Period, about: Q) -> QuerySet[PersonnelEvent]:
    return first_of_each(_events(period, about), "person", "decided_on")


def _decided(**about: Any) -> partial[PersonnelEventQuerySet]:
    return partial(_events, about=Q(**about))


PERSONNEL = (
    _OfEvents(
        "VP-01",
        _("Số lao động hợp đồng nghỉ thai sản"),
        _decided(kind=PersonnelEventKind.MATERNITY_LEAVE, staff_kind=StaffKind.CONTRACT),
        _("lao động"),
        _("Đếm quyết định nghỉ thai sản của lao động hợp đồng trong kỳ; công chức, viên chức ở VP-19."),
        figure_ids=("F116",),
    ),
    _OfEvents(
        "VP-02",
        _("Số lao động hợp đồng được tuyển dụng"),
        _decided(kind=PersonnelEventKind.RECRUITMENT, staff_kind=StaffKind.CONTRACT),
        _("lao động"),
        _("Đếm quyết định tuyển dụng lao động hợp đồng trong kỳ; viên chức ở VP-05, công chức ở VP-21."),
        figure_ids=("F117",),
    ),
    _OfEvents(
        "VP-03",
        _("Số vị trí Phó Giám đốc Sở được bổ nhiệm lại"),
        partial(_events, about=_REAPPOINTED),
        _("vị trí"),
        _("Đếm quyết định bổ nhiệm lại Phó Giám đốc Sở trong kỳ; không đếm bổ nhiệm lần đầu."),
        figure_ids=("F118",),
    ),
    _OfEvents(
        "VP-04",
        _("Số vị trí Giám đốc Trung tâm được bổ nhiệm"),
        partial(_events, about=_CENTRE_DIRECTOR),
        _("vị trí"),
        _("Đếm quyết định bổ nhiệm Giám đốc Trung tâm trong kỳ; không đếm bổ nhiệm lại."),
        figure_ids=("F119",),
    ),
    _OfEvents(
        "VP-05",
        _("Số viên chức được tuyển dụng"),
        _decided(kind=PersonnelEventKind.RECRUITMENT, staff_kind=StaffKind.PUBLIC_EMPLOYEE),
        _("viên chức"),
        _("Đếm quyết định tuyển dụng viên chức trong kỳ."),
        figure_ids=("F120",),
    ),
    _OfEvents(
        "VP-06",
        _("Số công chức được chuyển đổi vị trí việc làm"),
        partial(_people, about=Q(kind=PersonnelEventKind.ROTATION, staff_kind=StaffKind.CIVIL_SERVANT)),
        _("công chức"),
        _(
            "Đếm công chức có quyết định chuyển đổi vị trí việc làm trong kỳ; người có nhiều quyết định đếm một lần."
        ),
        basis=Basis.TOUCHED,
        figure_ids=("F121",),
    ),
    _OfEvents(
        "VP-07",
        _("Số công chức được biệt phái, tăng cường"),
        partial(_people, about=Q(kind=PersonnelEventKind.SECONDMENT, staff_kind=StaffKind.CIVIL_SERVANT)),
        _("công chức"),
        _(
            "Đếm công chức có quyết định biệt phái, tăng cường trong kỳ; người có nhiều quyết định đếm một lần."
        ),
        basis=Basis.TOUCHED,
        figure_ids=("F122",),
    ),
    _OfEvents(
        "VP-08",
        _("Số viên chức được thăng hạng chức danh nghề nghiệp"),
        partial(_people, about=Q(kind=PersonnelEventKind.PROMOTION, staff_kind=StaffKind.PUBLIC_EMPLOYEE)),
        _("viên chức"),
        _(
            "Đếm viên chức có quyết định công nhận kết quả xét thăng hạng trong kỳ; người có nhiều quyết định đếm một lần."
        ),
        basis=Basis.TOUCHED,
        figure_ids=("F123",),
    ),
    _OfEvents(
        "VP-09",
        _("Số vị trí Phó Trưởng phòng được bổ nhiệm"),
        lambda period: _events(period, about=_DEPUTY_HEAD).select_related("unit"),
        _("vị trí"),
        _("Đếm quyết định bổ nhiệm Phó Trưởng phòng và tương đương trong kỳ; không đếm bổ nhiệm lại."),
        line=lambda event: event.unit.name,
        figure_ids=("F124",),
    ),
    _OfEvents(
        "VP-19",
        _("Số công chức, viên chức nghỉ thai sản"),
        partial(
            _events,
            about=Q(kind=PersonnelEventKind.MATERNITY_LEAVE) & ~Q(staff_kind=StaffKind.CONTRACT),
        ),
        _("người"),
        _("Đếm quyết định nghỉ thai sản của công chức, viên chức trong kỳ; lao động hợp đồng ở VP-01."),
    ),
    _OfEvents(
        "VP-20",
        _("Số vị trí khác được bổ nhiệm, bổ nhiệm lại"),
        partial(
            _events,
            about=Q(kind__in=APPOINTMENTS) & ~_REAPPOINTED & ~_CENTRE_DIRECTOR & ~_DEPUTY_HEAD,
        ),
        _("vị trí"),
        _("Đếm quyết định bổ nhiệm, bổ nhiệm lại trong kỳ ngoài các quyết định ở VP-03, VP-04, VP-09."),
    ),
    _OfEvents(
        "VP-21",
        _("Số công chức được tuyển dụng"),
        _decided(kind=PersonnelEventKind.RECRUITMENT, staff_kind=StaffKind.CIVIL_SERVANT),
        _("công chức"),
        _("Đếm quyết định tuyển dụng công chức trong kỳ."),
    ),
)
TRAININGS = (
    Of(
        "VP-14",
        _("Số lượt cử đi đào tạo, bồi dưỡng"),
        lambda period: TrainingAssignment.objects.filter(period.covers("decided_on")),
        _("lượt"),
        _("Đếm lượt cử đi đào tạo, bồi dưỡng có ngày cử trong kỳ; người được cử hai lớp đếm hai lượt."),
        line=lambda assignment: assignment.course,
        date_path="decided_on",
    ),
)
QUOTAS = (
    Of(
        "VP-17",
        _("Số biên chế được giao của năm"),
        lambda period: PostQuota.objects.filter(year=period.year),
        _("biên chế"),
        _("Cộng số được giao của các đơn vị, các đối tượng trong năm báo cáo."),
        basis=Basis.STOCK,
        measure=Measure("posts"),
    ),
)


def _merits(period: Period) -> EmulationNominationQuerySet:
    return EmulationNomination.objects.awarded_in(period).filter(
        title=EmulationTitle.MERIT, level=DecisionLevel.PROVINCE, person__isnull=False
    )


NOMINATIONS = (
    Of(
        "VP-10",
        _("Số cá nhân được tặng Bằng khen của Chủ tịch UBND tỉnh"),
        lambda period: first_of_each(_merits(period), "person", "decided_on"),
        _("cá nhân"),
        _(
            "Đếm cá nhân có quyết định tặng Bằng khen cấp tỉnh trong kỳ; người có nhiều Bằng khen đếm một lần; không đếm tập thể, cấp khác."
        ),
        basis=Basis.TOUCHED,
        figure_ids=("F125",),
        date_path="decided_on",
    ),
)


def _rankings(period: Period, kind: IndexKind) -> QuerySet[IndexRanking]:
    return IndexRanking.objects.filter(kind=kind, year=period.year - 1, published_on__lt=period.end)


def _grade(ranking: IndexRanking) -> str:
    return ranking.get_grade_display() if ranking.grade else str(_("chưa xếp loại"))


_OfRankings = partial(Of, basis=Basis.STOCK, line=_grade)
RANKINGS = (
    _OfRankings(
        "VP-11",
        _("Vị trí của Sở theo chỉ số cải cách hành chính năm trước"),
        partial(_rankings, kind=IndexKind.PAR),
        _("vị trí thứ"),
        _("Cộng vị trí của chỉ số CCHC năm trước năm báo cáo, đã công bố đến hết kỳ; mỗi năm chỉ có một."),
        measure=Measure("rank"),
        figure_ids=("F126",),
    ),
    _OfRankings(
        "VP-12",
        _("Số sở, ngành được xếp hạng theo chỉ số cải cách hành chính năm trước"),
        partial(_rankings, kind=IndexKind.PAR),
        _("sở, ngành"),
        _("Cộng số đơn vị được xếp hạng của chỉ số CCHC năm trước năm báo cáo, đã công bố đến hết kỳ."),
        measure=Measure("population"),
        figure_ids=("F127",),
    ),
    _OfRankings(
        "VP-13",
        _("Vị trí của Sở theo chỉ số năng lực cạnh tranh năm trước"),
        partial(_rankings, kind=IndexKind.DDCI),
        _("vị trí thứ"),
        _("Cộng vị trí của chỉ số năng lực cạnh tranh năm trước năm báo cáo, đã công bố đến hết kỳ."),
        measure=Measure("rank"),
        figure_ids=("F128",),
    ),
)
TASKS = (
    Of(
        "VP-18",
        _("Số nhiệm vụ kế hoạch cải cách hành chính đã hoàn thành"),
        lambda period: ParPlanTask.objects.filter(period.covers("completed_on")),
        _("nhiệm vụ"),
        _("Đếm nhiệm vụ của các kế hoạch cải cách hành chính có ngày hoàn thành trong kỳ."),
        line=lambda task: task.title,
        date_path="completed_on",
    ),
)


def _documents(period: Period, way: CorrespondenceWay) -> QuerySet[CorrespondenceCount]:
    return CorrespondenceCount.objects.filter(way=way, year=period.year, ends_on__lt=period.end)


CORRESPONDENCE = tuple(
    Of(
        code,
        label,
        partial(_documents, way=way),
        _("văn bản"),
        _("Cộng số văn bản của các tháng trong năm báo cáo đã hết trước khi hết kỳ, theo phần mềm văn bản."),
        basis=Basis.STOCK,
        measure=Measure("documents"),
    )
    for code, label, way in (
        ("VP-15", _("Số văn bản đến từ đầu năm"), CorrespondenceWay.INCOMING),
        ("VP-16", _("Số văn bản đi từ đầu năm"), CorrespondenceWay.OUTGOING),
    )
)
