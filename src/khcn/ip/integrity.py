"""What must be so of the registers of initiatives, intellectual property and contests, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from khcn.ip.models import (
    ContestEdition,
    ContestEntry,
    ContestJuror,
    ContestScore,
    Initiative,
    IpAssetControl,
    IpAssetUser,
    IpGuidance,
)
from khcn.ip.workflow import (
    AWARDED,
    ENTRY_FLOW,
    INITIATIVE_FLOW,
    PROPOSED,
    RECOGNISED,
    REFUSED,
    REJECTED,
    UNJUDGED,
    WHOLE,
    WITHDRAWN,
)
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.papers.models import Paper
from khcn.kernel.workflow.query_expressions import records_beside_their_steps

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_INITIATIVE: Final = _("Mở sáng kiến, xem nhật ký và báo người bảo trì phần mềm.")
CORRECT_ENTRY: Final = _("Mở bài dự thi, xem nhật ký và báo người bảo trì phần mềm.")
CORRECT_SCORE: Final = _("Mở dòng điểm chấm, đối chiếu với phiếu chấm và sửa cột sai.")


@integrity_rule(
    "ip.initiative_beside_steps",
    _("Trạng thái sáng kiến khác nơi bước xử lý cuối cùng dẫn đến"),
    explanation=_("Trạng thái chỉ đổi theo bước; khác nhau là có thay đổi ngoài chương trình."),
    remedy=CORRECT_INITIATIVE,
)
def initiative_beside_steps(_now: Moment) -> QuerySet[Initiative]:
    return records_beside_their_steps(INITIATIVE_FLOW, Initiative.objects.all())


@integrity_rule(
    "ip.entry_beside_steps",
    _("Trạng thái bài dự thi khác nơi bước xử lý cuối cùng dẫn đến"),
    explanation=_("Trạng thái chỉ đổi theo bước; khác nhau là có thay đổi ngoài chương trình."),
    remedy=CORRECT_ENTRY,
)
def entry_beside_steps(_now: Moment) -> QuerySet[ContestEntry]:
    return records_beside_their_steps(ENTRY_FLOW, ContestEntry.objects.all())


@integrity_rule(
    "ip.recognised_without_decision",
    _("Sáng kiến đã công nhận mà không ghi số, ngày quyết định"),
    explanation=_("Sáng kiến được đếm theo ngày quyết định; thiếu ngày thì sáng kiến biến mất khỏi báo cáo."),
    remedy=CORRECT_INITIATIVE,
)
def recognised_without_decision(_now: Moment) -> QuerySet[Initiative]:
    return Initiative.objects.filter(Q(decided_on__isnull=True) | Q(decision_number=""), state=RECOGNISED)


@integrity_rule(
    "ip.decision_without_state",
    _("Sáng kiến ghi ngày quyết định mà chưa được giải quyết, hoặc không công nhận mà thiếu ngày"),
    explanation=_(
        "Ngày quyết định ghi cùng bước công nhận, không công nhận; khác nhau thì thời hạn tính sai."
    ),
    remedy=CORRECT_INITIATIVE,
)
def decision_without_state(_now: Moment) -> QuerySet[Initiative]:
    decided = Q(state__in=(RECOGNISED, REFUSED))
    return Initiative.objects.filter(
        (~decided & Q(decided_on__isnull=False)) | Q(state=REFUSED, decided_on__isnull=True)
    )


@integrity_rule(
    "ip.decided_before_received",
    _("Sáng kiến được quyết định trước ngày nhận đơn hoặc ngày chấp nhận đơn"),
    explanation=_("Đơn nhận, chấp nhận rồi mới quyết định; một trong các ngày sai và thời hạn tính sai."),
    remedy=CORRECT_INITIATIVE,
)
def decided_before_received(_now: Moment) -> QuerySet[Initiative]:
    return Initiative.objects.filter(Q(decided_on__lt=F("received_on")) | Q(decided_on__lt=F("accepted_on")))


@integrity_rule(
    "ip.recognised_before_council",
    _("Sáng kiến công nhận mà Hội đồng chưa họp, hoặc trước ngày Hội đồng họp"),
    explanation=_("Hội đồng xét rồi mới công nhận; thiếu ngày họp thì đợt xét không được đếm."),
    remedy=_("Mở đợt xét, đối chiếu ngày Hội đồng họp với biên bản."),
)
def recognised_before_council(_now: Moment) -> QuerySet[Initiative]:
    return Initiative.objects.filter(
        Q(round__considered_on__isnull=True) | Q(decided_on__lt=F("round__considered_on")), state=RECOGNISED
    )


@integrity_rule(
    "ip.shares_not_whole",
    _("Tỷ lệ đóng góp của các tác giả cộng lại khác 100 %"),
    explanation=_("Sáng kiến đã qua Hội đồng có đủ tác giả; thiếu tác giả thì số lượt tác giả đếm sai."),
    remedy=_("Mở sáng kiến, đối chiếu danh sách tác giả với đơn."),
)
def shares_not_whole(_now: Moment) -> QuerySet[Initiative]:
    rows = Initiative.objects.filter(state__in=(PROPOSED, RECOGNISED)).annotate(_total=Sum("authors__share"))
    return rows.filter(Q(_total__isnull=True) | ~Q(_total=WHOLE))


@integrity_rule(
    "ip.certificate_of_other_decision",
    _("Giấy chứng nhận sáng kiến đang có hiệu lực in số quyết định khác hồ sơ"),
    explanation=_(
        "Quyết định công nhận được thay thế sau khi cấp giấy chứng nhận; giấy vẫn nêu quyết định cũ."
    ),
    remedy=_("Mở giấy chứng nhận, bấm “Thay thế” hoặc “Thu hồi” để lập giấy mới."),
)
def certificate_of_other_decision(_now: Moment) -> QuerySet[Paper]:
    certificates = Paper.objects.in_force_for(Initiative).annotate(_printed=KT("data__decision_number"))
    same = Initiative.objects.filter(pk=OuterRef("object_id"), decision_number=OuterRef("_printed"))
    return certificates.filter(~Exists(same))


@integrity_rule(
    "ip.received_after_closing",
    _("Đơn sáng kiến nhận sau hạn nhận đơn của đợt xét"),
    explanation=_("Đơn nhận sau hạn thì xét ở đợt sau, trừ khi Hội đồng đồng ý."),
    remedy=_("Mở sáng kiến, xem lại ngày nhận đơn hoặc chuyển sang đợt xét sau."),
    level=IntegrityLevel.WARNING,
)
def received_after_closing(_now: Moment) -> QuerySet[Initiative]:
    late = Initiative.objects.filter(received_on__gt=F("round__closes_on"))
    return late.exclude(state__in=(REFUSED, WITHDRAWN))


@integrity_rule(
    "ip.entry_after_closing",
    _("Bài dự thi nhận sau hạn nhận bài của cuộc thi"),
    explanation=_("Bài nhận sau hạn thì không hợp lệ, trừ khi Ban tổ chức gia hạn."),
    remedy=_("Mở bài dự thi, xem lại ngày nhận bài; nếu đã gia hạn thì sửa hạn nhận bài của cuộc thi."),
    level=IntegrityLevel.WARNING,
)
def entry_after_closing(_now: Moment) -> QuerySet[ContestEntry]:
    late = ContestEntry.objects.filter(received_on__gt=F("edition__closes_on"))
    return late.exclude(state=REJECTED)


@integrity_rule(
    "ip.prize_of_entry",
    _("Bài dự thi đạt giải mà không ghi giải, hoặc ghi giải mà không đạt giải"),
    explanation=_("Quyết định trao giải in giải của các bài đạt giải; thiếu một trong hai thì in sai."),
    remedy=CORRECT_ENTRY,
)
def prize_of_entry(_now: Moment) -> QuerySet[ContestEntry]:
    return ContestEntry.objects.filter(Q(state=AWARDED, prize="") | (~Q(state=AWARDED) & ~Q(prize="")))


@integrity_rule(
    "ip.score_of_other_edition",
    _("Điểm chấm của giám khảo hoặc theo tiêu chí của cuộc thi khác"),
    explanation=_("Bài dự thi do giám khảo của chính cuộc thi chấm theo tiêu chí của cuộc thi đó."),
    remedy=CORRECT_SCORE,
)
def score_of_other_edition(_now: Moment) -> QuerySet[ContestScore]:
    same = Q(juror__edition=F("entry__edition"), criterion__edition=F("entry__edition"))
    return ContestScore.objects.exclude(same)


@integrity_rule(
    "ip.score_above_maximum",
    _("Điểm chấm cao hơn điểm tối đa của tiêu chí"),
    explanation=_("Điểm theo mỗi tiêu chí không quá điểm tối đa; quá thì điểm bình quân sai."),
    remedy=CORRECT_SCORE,
)
def score_above_maximum(_now: Moment) -> QuerySet[ContestScore]:
    return ContestScore.objects.filter(points__gt=F("criterion__maximum"))


@integrity_rule(
    "ip.juror_with_entry",
    _("Giám khảo có bài dự thi trong cùng cuộc thi"),
    explanation=_("Người dự thi không chấm thi: kết quả có thể bị khiếu nại."),
    remedy=_("Mở cuộc thi, đối chiếu danh sách giám khảo với quyết định thành lập Ban giám khảo."),
)
def juror_with_entry(_now: Moment) -> QuerySet[ContestJuror]:
    own = ContestEntry.objects.filter(edition=OuterRef("edition"), person=OuterRef("person"))
    return ContestJuror.objects.filter(Exists(own))


@integrity_rule(
    "ip.published_with_entries_waiting",
    _("Kết quả đã công bố mà còn bài dự thi chưa có kết quả"),
    explanation=_("Công bố khi mọi bài đã có kết quả; bài còn lại nhận sau khi công bố hoặc bị bỏ sót."),
    remedy=_("Mở cuộc thi, xem bài dự thi chưa có kết quả và báo người bảo trì phần mềm."),
)
def published_with_entries_waiting(_now: Moment) -> QuerySet[ContestEdition]:
    waiting = ContestEntry.objects.filter(edition=OuterRef("pk"), state__in=UNJUDGED)
    return ContestEdition.objects.filter(Exists(waiting), published_on__isnull=False)


@integrity_rule(
    "ip.used_before_granted",
    _("Tổ chức được sử dụng trước ngày cấp văn bằng bảo hộ"),
    explanation=_("Chỉ dẫn địa lý, nhãn hiệu được bảo hộ rồi mới cho phép sử dụng."),
    remedy=_("Mở dòng tổ chức được sử dụng, đối chiếu ngày với giấy cho phép và văn bằng."),
    level=IntegrityLevel.WARNING,
)
def used_before_granted(_now: Moment) -> QuerySet[IpAssetUser]:
    return IpAssetUser.objects.filter(
        Q(asset__granted_on__isnull=True) | Q(authorised_on__lt=F("asset__granted_on"))
    )


@integrity_rule(
    "ip.control_of_stranger",
    _("Kiểm soát tổ chức không có trong danh sách được sử dụng"),
    explanation=_(
        "Kiểm soát là với tổ chức được sử dụng; tổ chức không có giấy cho phép thì ghi vào kiểm tra."
    ),
    remedy=_("Bổ sung tổ chức vào danh sách được sử dụng, hoặc xóa lượt kiểm soát ghi nhầm."),
    level=IntegrityLevel.WARNING,
)
def control_of_stranger(_now: Moment) -> QuerySet[IpAssetControl]:
    users = IpAssetUser.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=OuterRef("controlled_on")),
        asset=OuterRef("asset"),
        organisation=OuterRef("organisation"),
        authorised_on__lte=OuterRef("controlled_on"),
    )
    return IpAssetControl.objects.filter(~Exists(users))


@integrity_rule(
    "ip.guidance_of_other_kind",
    _("Lượt hướng dẫn ghi đối tượng khác tài sản trí tuệ đã chọn"),
    explanation=_("Số lượt hướng dẫn được đếm theo đối tượng; khác nhau thì đếm vào chỗ khác."),
    remedy=_("Mở lượt hướng dẫn và chọn lại đối tượng hoặc tài sản trí tuệ."),
    level=IntegrityLevel.WARNING,
)
def guidance_of_other_kind(_now: Moment) -> QuerySet[IpGuidance]:
    return IpGuidance.objects.filter(asset__isnull=False).exclude(asset__kind=F("kind"))
