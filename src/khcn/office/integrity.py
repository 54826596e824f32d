"""What must be so of the registers of the office, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.workflow.query_expressions import records_beside_their_steps
from khcn.office.enums import (
    APPOINTMENTS,
    DEPARTURES,
    OF_PERSONS,
    OF_TEAMS,
    DecisionLevel,
    IndexKind,
    PersonnelEventKind,
)
from khcn.office.models import (
    EmulationNomination,
    EmulationRound,
    IndexRanking,
    IsoReview,
    ParPlanTask,
    PersonnelEvent,
    PostQuota,
    TrainingAssignment,
)
from khcn.office.workflow import AWARDED, DECIDED, NOMINATION_FLOW, PERSONNEL_FLOW, PROPOSED

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_EVENT: Final = _("Mở biến động nhân sự, đối chiếu với quyết định và đính chính.")
CORRECT_NOMINATION: Final = _("Mở đề nghị khen thưởng, đối chiếu với quyết định và đính chính.")
BESIDE_STEPS: Final = _("Trạng thái chỉ đổi theo bước; khác nhau là có thay đổi ngoài chương trình.")
REPORT_LOG: Final = _("Mở bản ghi, xem nhật ký và báo người bảo trì phần mềm.")


@integrity_rule(
    "office.event_beside_steps",
    _("Trạng thái biến động nhân sự khác nơi bước xử lý cuối cùng dẫn đến"),
    explanation=BESIDE_STEPS,
    remedy=REPORT_LOG,
)
def event_beside_steps(_now: Moment) -> QuerySet[PersonnelEvent]:
    return records_beside_their_steps(PERSONNEL_FLOW, PersonnelEvent.objects.all())


@integrity_rule(
    "office.nomination_beside_steps",
    _("Trạng thái đề nghị khen thưởng khác nơi bước xử lý cuối cùng dẫn đến"),
    explanation=BESIDE_STEPS,
    remedy=REPORT_LOG,
)
def nomination_beside_steps(_now: Moment) -> QuerySet[EmulationNomination]:
    return records_beside_their_steps(NOMINATION_FLOW, EmulationNomination.objects.all())


@integrity_rule(
    "office.decision_of_event",
    _("Biến động nhân sự đã có quyết định mà thiếu số, ngày; hoặc ghi số, ngày mà chưa quyết định"),
    explanation=_("Biến động được đếm theo ngày quyết định; thiếu ngày thì biến mất khỏi báo cáo."),
    remedy=CORRECT_EVENT,
)
def decision_of_event(_now: Moment) -> QuerySet[PersonnelEvent]:
    empty = Q(decided_on__isnull=True) | Q(decision_number="")
    typed = Q(decided_on__isnull=False) | ~Q(decision_number="")
    return PersonnelEvent.objects.filter(Q(empty, state=DECIDED) | (typed & ~Q(state=DECIDED)))


@integrity_rule(
    "office.office_without_position",
    _("Bổ nhiệm, bổ nhiệm lại, thôi giữ chức vụ mà không ghi chức vụ"),
    explanation=_("Số vị trí bổ nhiệm được đếm theo chức vụ; thiếu chức vụ thì đếm vào chỗ khác."),
    remedy=CORRECT_EVENT,
)
def office_without_position(_now: Moment) -> QuerySet[PersonnelEvent]:
    kinds = (*APPOINTMENTS, PersonnelEventKind.END_OF_OFFICE)
    return PersonnelEvent.objects.filter(kind__in=kinds, position="")


@integrity_rule(
    "office.reappointment_without_appointment",
    _("Bổ nhiệm lại mà trước đó không có lần bổ nhiệm cùng chức vụ"),
    explanation=_("Bổ nhiệm lại sau một lần bổ nhiệm; thiếu lần trước thì thời hạn giữ chức vụ không nhắc."),
    remedy=_("Bổ sung lần bổ nhiệm trước, hoặc sửa loại biến động."),
    level=IntegrityLevel.WARNING,
)
def reappointment_without_appointment(_now: Moment) -> QuerySet[PersonnelEvent]:
    earlier = PersonnelEvent.objects.filter(
        kind__in=APPOINTMENTS,
        person=OuterRef("person"),
        position=OuterRef("position"),
        effective_on__lt=OuterRef("effective_on"),
        state=DECIDED,
    )
    rows = PersonnelEvent.objects.filter(kind=PersonnelEventKind.REAPPOINTMENT, state=DECIDED)
    return rows.filter(~Exists(earlier))


@integrity_rule(
    "office.event_after_departure",
    _("Có quyết định nhân sự sau khi người đó đã nghỉ hưu, thôi việc"),
    explanation=_("Người đã rời Sở thì không còn biến động, trừ khi được tuyển dụng lại."),
    remedy=CORRECT_EVENT,
    level=IntegrityLevel.WARNING,
)
def event_after_departure(_now: Moment) -> QuerySet[PersonnelEvent]:
    left = PersonnelEvent.objects.filter(
        kind__in=DEPARTURES,
        person=OuterRef("person"),
        effective_on__lt=OuterRef("effective_on"),
        state=DECIDED,
    )
    again = (PersonnelEventKind.RECRUITMENT, PersonnelEventKind.APPOINTMENT, PersonnelEventKind.TRANSFER)
    return PersonnelEvent.objects.filter(Exists(left), state=DECIDED).exclude(kind__in=again)


@integrity_rule(
    "office.more_than_quota",
    _("Số có mặt nhiều hơn số biên chế được giao"),
    explanation=_("Không tuyển quá số được giao; một trong hai số sai hoặc cần giải trình."),
    remedy=_("Mở dòng biên chế, đối chiếu với quyết định giao và danh sách có mặt."),
    level=IntegrityLevel.WARNING,
)
def more_than_quota(_now: Moment) -> QuerySet[PostQuota]:
    return PostQuota.objects.filter(filled__gt=F("posts"))


@integrity_rule(
    "office.certified_before_course",
    _("Chứng chỉ cấp trước ngày bắt đầu lớp, khóa"),
    explanation=_("Học xong mới cấp chứng chỉ; một trong hai ngày sai."),
    remedy=_("Mở lượt cử đi đào tạo, đối chiếu ngày với chứng chỉ."),
    level=IntegrityLevel.WARNING,
)
def certified_before_course(_now: Moment) -> QuerySet[TrainingAssignment]:
    return TrainingAssignment.objects.filter(certified_on__lt=F("begins_on"))


@integrity_rule(
    "office.result_of_nomination",
    _("Đề nghị đã ghi kết quả mà thiếu ngày, số; hoặc ghi ngày mà chưa có kết quả"),
    explanation=_("Khen thưởng được đếm theo ngày quyết định; thiếu ngày thì biến mất khỏi báo cáo."),
    remedy=CORRECT_NOMINATION,
)
def result_of_nomination(_now: Moment) -> QuerySet[EmulationNomination]:
    return EmulationNomination.objects.filter(
        Q(state=AWARDED, decision_number="")
        | (Q(decided_on__isnull=True) & ~Q(state=PROPOSED))
        | Q(decided_on__isnull=False, state=PROPOSED)
    )


@integrity_rule(
    "office.nomination_of_one",
    _("Đề nghị khen thưởng ghi cả cá nhân và tập thể, hoặc không ghi ai"),
    explanation=_("Mỗi đề nghị là của một cá nhân hoặc một tập thể; danh sách in và số đếm theo đó."),
    remedy=CORRECT_NOMINATION,
)
def nomination_of_one(_now: Moment) -> QuerySet[EmulationNomination]:
    neither = Q(person__isnull=True, unit__isnull=True)
    return EmulationNomination.objects.filter(neither | Q(person__isnull=False, unit__isnull=False))


@integrity_rule(
    "office.title_of_other_kind",
    _("Danh hiệu của cá nhân đề nghị cho tập thể, hoặc ngược lại"),
    explanation=_("Lao động tiên tiến, chiến sĩ thi đua là của cá nhân; cờ thi đua là của tập thể."),
    remedy=CORRECT_NOMINATION,
)
def title_of_other_kind(_now: Moment) -> QuerySet[EmulationNomination]:
    return EmulationNomination.objects.filter(
        Q(title__in=OF_PERSONS, person__isnull=True) | Q(title__in=OF_TEAMS, unit__isnull=True)
    )


@integrity_rule(
    "office.decided_before_sent",
    _("Khen thưởng quyết định trước ngày gửi hồ sơ của đợt"),
    explanation=_("Cấp khác có hồ sơ rồi mới quyết định; một trong hai ngày sai."),
    remedy=CORRECT_NOMINATION,
    level=IntegrityLevel.WARNING,
)
def decided_before_sent(_now: Moment) -> QuerySet[EmulationNomination]:
    rows = EmulationNomination.objects.filter(decided_on__lt=F("round__submitted_on"))
    return rows.exclude(level=DecisionLevel.DEPARTMENT)


@integrity_rule(
    "office.sent_without_nominations",
    _("Hồ sơ thi đua đã gửi mà đợt không có đề nghị nào"),
    explanation=_("Danh sách đề nghị đi cùng hồ sơ; thiếu là ghi nhầm đợt."),
    remedy=_("Mở đợt thi đua, xem lại danh sách đề nghị hoặc bấm “Bỏ ghi gửi hồ sơ”."),
)
def sent_without_nominations(_now: Moment) -> QuerySet[EmulationRound]:
    return EmulationRound.objects.filter(submitted_on__isnull=False, nominations__isnull=True)


@integrity_rule(
    "office.task_before_plan",
    _("Nhiệm vụ kế hoạch CCHC có hạn hoặc hoàn thành trước ngày ban hành kế hoạch"),
    explanation=_("Nhiệm vụ bắt đầu khi kế hoạch ban hành; một trong các ngày sai và hạn nhắc sai."),
    remedy=_("Mở nhiệm vụ, đối chiếu các ngày với kế hoạch."),
    level=IntegrityLevel.WARNING,
)
def task_before_plan(_now: Moment) -> QuerySet[ParPlanTask]:
    issued_on = F("plan__issued_on")
    return ParPlanTask.objects.filter(Q(due_on__lt=issued_on) | Q(completed_on__lt=issued_on))


@integrity_rule(
    "office.ranking_without_population",
    _("Chỉ số cải cách hành chính không ghi số đơn vị được xếp hạng"),
    explanation=_("Báo cáo in vị trí trên tổng số sở, ngành; thiếu thì chỉ in vị trí."),
    remedy=_("Mở dòng xếp hạng, bổ sung theo văn bản công bố."),
    level=IntegrityLevel.WARNING,
)
def ranking_without_population(_now: Moment) -> QuerySet[IndexRanking]:
    return IndexRanking.objects.filter(kind=IndexKind.PAR, population__isnull=True)


@integrity_rule(
    "office.ranking_before_year",
    _("Xếp hạng công bố trước khi hết năm được đánh giá"),
    explanation=_("Hết năm mới đánh giá được cả năm; năm đánh giá hoặc ngày công bố sai."),
    remedy=_("Mở dòng xếp hạng, đối chiếu năm và ngày với văn bản công bố."),
    level=IntegrityLevel.WARNING,
)
def ranking_before_year(_now: Moment) -> QuerySet[IndexRanking]:
    return IndexRanking.objects.filter(published_on__year__lte=F("year"))


@integrity_rule(
    "office.corrected_nothing",
    _("Lượt đánh giá ISO ghi ngày khắc phục mà không có điểm không phù hợp"),
    explanation=_("Không có điểm không phù hợp thì không có gì để khắc phục; một trong hai ô sai."),
    remedy=_("Mở lượt đánh giá, đối chiếu với biên bản."),
    level=IntegrityLevel.WARNING,
)
def corrected_nothing(_now: Moment) -> QuerySet[IsoReview]:
    return IsoReview.objects.filter(nonconformities=0, corrected_on__isnull=False)
