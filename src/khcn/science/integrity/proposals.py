"""Rules of proposals and nominations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import linked_out_of_force
from khcn.reference.models import AdminLevel, CodeList
from khcn.science.enums import MilestoneKind
from khcn.science.models import NominationProvince, ProgrammeNomination, TaskMilestone, TaskProposal
from khcn.science.models.proposals import ProposalOutcome

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_PROPOSAL: Final = _("Mở đề xuất, đối chiếu với phiếu đề xuất và quyết định, rồi sửa cột sai.")
CORRECT_NOMINATION: Final = _("Mở dự án đề xuất, đối chiếu với công văn và sửa cột sai.")
_BECAME_TASK: Final = (ProposalOutcome.DETERMINED, ProposalOutcome.MERGED)


@integrity_rule(
    "science.proposal_outcome",
    _("Kết quả xem xét đề xuất không khớp nhiệm vụ hình thành"),
    explanation=_(
        "Đề xuất được xác định hoặc gộp thì có nhiệm vụ; đề xuất đang xem xét hoặc không đưa vào danh mục thì không."
    ),
    remedy=CORRECT_PROPOSAL,
)
def proposal_outcome(_now: Moment) -> QuerySet[TaskProposal]:
    became = Q(outcome__in=_BECAME_TASK)
    return TaskProposal.objects.filter((became & Q(task__isnull=True)) | (~became & Q(task__isnull=False)))


@integrity_rule(
    "science.proposal_field_list",
    _("Lĩnh vực của đề xuất lấy từ danh mục khác"),
    explanation=_(
        "Lĩnh vực phải là mục của danh mục “Nhóm lĩnh vực”, nếu không đề xuất rơi khỏi bảng chia theo lĩnh vực."
    ),
    remedy=CORRECT_PROPOSAL,
)
def proposal_field_list(_now: Moment) -> QuerySet[TaskProposal]:
    return TaskProposal.objects.exclude(field_group__code_list=CodeList.FIELD_GROUP)


@integrity_rule(
    "science.proposal_field_day",
    _("Lĩnh vực không có hiệu lực vào ngày nhận đề xuất"),
    explanation=_("Nhóm lĩnh vực thay đổi theo văn bản; đề xuất dùng nhóm có hiệu lực vào ngày nhận."),
    remedy=CORRECT_PROPOSAL,
)
def proposal_field_day(_now: Moment) -> QuerySet[TaskProposal]:
    return linked_out_of_force(TaskProposal.objects.all(), "field_group")


@integrity_rule(
    "science.proposal_future",
    _("Đề xuất ghi ngày nhận chưa đến"),
    explanation=_("Đề xuất đã nhận thì ngày nhận không thể ở phía sau."),
    remedy=CORRECT_PROPOSAL,
)
def proposal_future(now: Moment) -> QuerySet[TaskProposal]:
    return TaskProposal.objects.filter(received_on__gt=now.on)


@integrity_rule(
    "science.proposal_after_determination",
    _("Đề xuất nhận sau ngày xác định nhiệm vụ"),
    explanation=_("Nhiệm vụ được xác định từ các đề xuất đã nhận; ngày nhận hoặc ngày xác định ghi nhầm."),
    remedy=_("Mở đề xuất và mốc “Xác định nhiệm vụ”, đối chiếu hai ngày và sửa ngày ghi nhầm."),
    level=IntegrityLevel.WARNING,
)
def proposal_after_determination(_now: Moment) -> QuerySet[TaskProposal]:
    determined = TaskMilestone.objects.filter(
        task=OuterRef("task"), kind=MilestoneKind.DETERMINED, on__lt=OuterRef("received_on")
    )
    return TaskProposal.objects.filter(Exists(determined))


@integrity_rule(
    "science.proposal_other_year",
    _("Đề xuất cho năm khác năm của nhiệm vụ hình thành"),
    explanation=_(
        "Đề xuất thành nhiệm vụ nào thì cho năm của nhiệm vụ ấy; lệch năm làm sai tỷ lệ đề xuất được xác định."
    ),
    remedy=_("Mở đề xuất và nhiệm vụ, so với quyết định phê duyệt danh mục; sửa năm ghi nhầm."),
    level=IntegrityLevel.WARNING,
)
def proposal_other_year(_now: Moment) -> QuerySet[TaskProposal]:
    return TaskProposal.objects.filter(task__isnull=False).exclude(for_year=F("task__start_year"))


@integrity_rule(
    "science.proposal_of_nobody",
    _("Đề xuất không ghi tổ chức và cá nhân đề xuất"),
    explanation=_(
        "Không biết ai đề xuất thì không trả lời được kết quả, và không vào bảng theo tổ chức đề xuất."
    ),
    remedy=_("Mở đề xuất và ghi tổ chức hoặc cá nhân theo phiếu đề xuất."),
    level=IntegrityLevel.WARNING,
)
def proposal_of_nobody(_now: Moment) -> QuerySet[TaskProposal]:
    return TaskProposal.objects.filter(proposer__isnull=True, proposing_person__isnull=True)


@integrity_rule(
    "science.nomination_approved_early",
    _("Dự án đề xuất được phê duyệt trước ngày đề xuất"),
    explanation=_("Bộ phê duyệt sau khi tỉnh đề xuất."),
    remedy=CORRECT_NOMINATION,
)
def nomination_approved_early(_now: Moment) -> QuerySet[ProgrammeNomination]:
    return ProgrammeNomination.objects.filter(approved_on__lt=F("nominated_on"))


@integrity_rule(
    "science.nomination_programme_list",
    _("Chương trình của dự án đề xuất lấy từ danh mục khác"),
    explanation=_("Chương trình phải là mục của danh mục “Chương trình KH&CN”."),
    remedy=CORRECT_NOMINATION,
)
def nomination_programme_list(_now: Moment) -> QuerySet[ProgrammeNomination]:
    return ProgrammeNomination.objects.exclude(programme__code_list=CodeList.PROGRAMME)


@integrity_rule(
    "science.nomination_programme_day",
    _("Chương trình không có hiệu lực vào ngày đề xuất"),
    explanation=_("Dự án chỉ đề xuất vào chương trình đang thực hiện vào ngày đề xuất."),
    remedy=CORRECT_NOMINATION,
)
def nomination_programme_day(_now: Moment) -> QuerySet[ProgrammeNomination]:
    return linked_out_of_force(ProgrammeNomination.objects.all(), "programme")


@integrity_rule(
    "science.nomination_not_a_province",
    _("Tỉnh tham gia dự án là đơn vị không phải cấp tỉnh"),
    explanation=_("Danh sách này đếm tỉnh tham gia; huyện, xã không thuộc danh sách."),
    remedy=CORRECT_NOMINATION,
)
def nomination_not_a_province(_now: Moment) -> QuerySet[NominationProvince]:
    return NominationProvince.objects.exclude(admin_unit__level=AdminLevel.PROVINCE)


@integrity_rule(
    "science.nomination_province_day",
    _("Tỉnh tham gia không còn hoặc chưa có vào ngày đề xuất"),
    explanation=_("Tỉnh sáp nhập từ một ngày; dự án ghi tỉnh có vào ngày đề xuất."),
    remedy=CORRECT_NOMINATION,
)
def nomination_province_day(_now: Moment) -> QuerySet[NominationProvince]:
    return linked_out_of_force(NominationProvince.objects.all(), "admin_unit")
