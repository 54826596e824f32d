"""Figures of the office (part A.III.6 of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.kernel.province import own_first
from khcn.office.enums import (
    APPOINTMENTS,
    DEPARTURES,
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
_OfPeople = partial(_OfEvents, basis=Basis.TOUCHED)
_REAPPOINTED = Q(kind=PersonnelEventKind.REAPPOINTMENT, position=Position.DEPUTY_DIRECTOR)
_CENTRE_DIRECTOR = Q(kind=PersonnelEventKind.APPOINTMENT, position=Position.CENTRE_DIRECTOR)
_DEPUTY_HEAD = Q(kind=PersonnelEventKind.APPOINTMENT, position=Position.DEPUTY_HEAD)


def _events(period: Period, about: Q) -> PersonnelEventQuerySet:
    return PersonnelEvent.objects.decided_in(period).filter(about)


def _people(period: Period, about: Q) -> QuerySet[PersonnelEvent]:
    return first_of_each(_events(period, about), "person", "decided_on")


def _people_with(*conditions: Q, **about: Any) -> partial[QuerySet[PersonnelEvent]]:
    return partial(_people, about=Q(*conditions, **about))


PERSONNEL = (
    _OfPeople(
        "VP-01",
        _("Số lao động hợp đồng nghỉ thai sản"),
        _people_with(kind=PersonnelEventKind.MATERNITY_LEAVE, staff_kind=StaffKind.CONTRACT),
        _("lao động"),
        _(
            "Đếm lao động hợp đồng có quyết định nghỉ thai sản trong kỳ; người có nhiều quyết định đếm một lần; công chức, viên chức ở VP-19."
        ),
        figure_ids=("F116",),
    ),
    _OfPeople(
        "VP-02",
        _("Số lao động hợp đồng được tuyển dụng"),
        _people_with(kind=PersonnelEventKind.RECRUITMENT, staff_kind=StaffKind.CONTRACT),
        _("lao động"),
        _(
            "Đếm lao động hợp đồng có quyết định tuyển dụng trong kỳ; người có nhiều quyết định đếm một lần; viên chức ở VP-05, công chức ở VP-21."
        ),
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
    _OfPeople(
        "VP-05",
        _("Số viên chức được tuyển dụng"),
        _people_with(kind=PersonnelEventKind.RECRUITMENT, staff_kind=StaffKind.PUBLIC_EMPLOYEE),
        _("viên chức"),
        _("Đếm viên chức có quyết định tuyển dụng trong kỳ; người có nhiều quyết định đếm một lần."),
        figure_ids=("F120",),
    ),
    _OfPeople(
        "VP-06",
        _("Số công chức được chuyển đổi vị trí việc làm"),
        _people_with(kind=PersonnelEventKind.ROTATION, staff_kind=StaffKind.CIVIL_SERVANT),
        _("công chức"),
        _(
            "Đếm công chức có quyết định chuyển đổi vị trí việc làm trong kỳ; người có nhiều quyết định đếm một lần."
        ),
        figure_ids=("F121",),
    ),
    _OfPeople(
        "VP-07",
        _("Số công chức được biệt phái, tăng cường"),
        _people_with(kind=PersonnelEventKind.SECONDMENT, staff_kind=StaffKind.CIVIL_SERVANT),
        _("công chức"),
        _(
            "Đếm công chức có quyết định biệt phái, tăng cường trong kỳ; người có nhiều quyết định đếm một lần."
        ),
        figure_ids=("F122",),
    ),
    _OfPeople(
        "VP-08",
        _("Số viên chức được thăng hạng chức danh nghề nghiệp"),
        _people_with(kind=PersonnelEventKind.PROMOTION, staff_kind=StaffKind.PUBLIC_EMPLOYEE),
        _("viên chức"),
        _(
            "Đếm viên chức có quyết định công nhận kết quả xét thăng hạng trong kỳ; người có nhiều quyết định đếm một lần."
        ),
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
    _OfPeople(
        "VP-19",
        _("Số công chức, viên chức nghỉ thai sản"),
        _people_with(~Q(staff_kind=StaffKind.CONTRACT), kind=PersonnelEventKind.MATERNITY_LEAVE),
        _("người"),
        _(
            "Đếm công chức, viên chức có quyết định nghỉ thai sản trong kỳ; người có nhiều quyết định đếm một lần; lao động hợp đồng ở VP-01."
        ),
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
    _OfPeople(
        "VP-21",
        _("Số công chức được tuyển dụng"),
        _people_with(kind=PersonnelEventKind.RECRUITMENT, staff_kind=StaffKind.CIVIL_SERVANT),
        _("công chức"),
        _("Đếm công chức có quyết định tuyển dụng trong kỳ; người có nhiều quyết định đếm một lần."),
    ),
    _OfPeople(
        "VP-23",
        _("Số người nghỉ hưu, thôi việc, chuyển công tác"),
        _people_with(kind__in=DEPARTURES),
        _("người"),
        _(
            "Đếm người có quyết định nghỉ hưu, thôi việc, chuyển công tác trong kỳ; người có nhiều quyết định đếm một lần."
        ),
    ),
    _OfPeople(
        "VP-24",
        _("Số người được điều động, luân chuyển"),
        _people_with(kind=PersonnelEventKind.TRANSFER),
        _("người"),
        _("Đếm người có quyết định điều động, luân chuyển trong kỳ; người có nhiều quyết định đếm một lần."),
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


def _quotas(period: Period) -> QuerySet[PostQuota]:
    """Posts by law, without contracts of labour: of each unit and kind what was decided last by the last day."""
    decided = PostQuota.objects.filter(year=period.year, decided_on__lt=period.end)
    rows = decided.exclude(staff_kind=StaffKind.CONTRACT)
    later = rows.filter(
        unit=OuterRef("unit"), staff_kind=OuterRef("staff_kind"), decided_on__gt=OuterRef("decided_on")
    )
    return rows.exclude(Exists(later))


QUOTAS = (
    Of(
        "VP-17",
        _("Số biên chế được giao của năm"),
        _quotas,
        _("biên chế"),
        _(
            "Cộng số công chức, viên chức được giao của các đơn vị trong năm báo cáo, theo quyết định cuối cùng đến hết kỳ của từng "
            "đơn vị, đối tượng; không tính lao động hợp đồng."
        ),
        basis=Basis.STOCK,
        measure=Measure("posts"),
    ),
)


def _merits(period: Period, level: DecisionLevel) -> EmulationNominationQuerySet:
    return EmulationNomination.objects.awarded_in(period).filter(title=EmulationTitle.MERIT, level=level)


def _people_with_merit(period: Period) -> QuerySet[EmulationNomination]:
    rows = _merits(period, DecisionLevel.PROVINCE).filter(person__isnull=False)
    return first_of_each(rows, "person", "decided_on")


NOMINATIONS = (
    Of(
        "VP-10",
        _("Số cá nhân được tặng Bằng khen của Chủ tịch UBND tỉnh"),
        _people_with_merit,
        _("cá nhân"),
        _(
            "Đếm cá nhân có quyết định tặng Bằng khen cấp tỉnh trong kỳ; người có nhiều Bằng khen đếm một lần; không đếm tập thể, cấp khác."
        ),
        basis=Basis.TOUCHED,
        figure_ids=("F125",),
        date_path="decided_on",
    ),
    Of(
        "VP-22",
        _("Số Bằng khen của Bộ, ngành trung ương tặng tập thể, cá nhân"),
        partial(_merits, level=DecisionLevel.MINISTRY),
        _("Bằng khen"),
        _("Đếm Bằng khen của Bộ, ngành trung ương có quyết định tặng trong kỳ, cả tập thể và cá nhân."),
        date_path="decided_on",
    ),
)


def _rankings(period: Period, kind: IndexKind) -> QuerySet[IndexRanking]:
    """The place in the index of the year before. Places are no sum: where the store of another province was merged into this one,
    its own place counts, else that of the other.
    """
    rows = IndexRanking.objects.filter(kind=kind, year=period.year - 1, published_on__lt=period.end)
    return rows.filter(pk__in=rows.order_by(own_first(), "province").values("pk")[:1])


def _grade(ranking: IndexRanking) -> str:
    grade = ranking.get_grade_display()
    return str(_("xếp loại %(grade)s") % {"grade": grade} if grade else _("chưa xếp loại"))


_OfRankings = partial(Of, basis=Basis.STOCK, line=_grade)
RANKINGS = (
    _OfRankings(
        "VP-11",
        _("Vị trí của Sở theo chỉ số cải cách hành chính năm trước"),
        partial(_rankings, kind=IndexKind.PAR),
        _("vị trí thứ"),
        _("Lấy vị trí theo chỉ số CCHC năm trước năm báo cáo, đã công bố đến hết kỳ; mỗi năm chỉ có một."),
        measure=Measure("rank"),
        figure_ids=("F126",),
    ),
    _OfRankings(
        "VP-12",
        _("Số sở, ngành được xếp hạng theo chỉ số cải cách hành chính năm trước"),
        partial(_rankings, kind=IndexKind.PAR),
        _("sở, ngành"),
        _("Lấy số đơn vị được xếp hạng theo chỉ số CCHC năm trước năm báo cáo, đã công bố đến hết kỳ."),
        measure=Measure("population"),
        figure_ids=("F127",),
    ),
    _OfRankings(
        "VP-13",
        _("Vị trí của Sở theo chỉ số năng lực cạnh tranh năm trước"),
        partial(_rankings, kind=IndexKind.DDCI),
        _("vị trí thứ"),
        _("Lấy vị trí theo chỉ số năng lực cạnh tranh năm trước năm báo cáo, đã công bố đến hết kỳ."),
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
    """Of the months that ended in the reporting year: a December ends after the report of its year, and is in the next one."""
    ended = {"ends_on__gte": period.year_start, "ends_on__lt": period.end}
    return CorrespondenceCount.objects.filter(way=way, **ended)


CORRESPONDENCE = tuple(
    Of(
        code,
        label,
        partial(_documents, way=way),
        _("văn bản"),
        _(
            "Cộng số văn bản của các tháng có ngày cuối tháng từ đầu năm báo cáo đến hết kỳ, theo phần mềm văn bản; tháng 12 hết sau "
            "báo cáo năm thì tính vào năm báo cáo sau."
        ),
        basis=Basis.STOCK,
        measure=Measure("documents"),
    )
    for code, label, way in (
        ("VP-15", _("Số văn bản đến từ đầu năm báo cáo"), CorrespondenceWay.INCOMING),
        ("VP-16", _("Số văn bản đi từ đầu năm báo cáo"), CorrespondenceWay.OUTGOING),
    )
)
