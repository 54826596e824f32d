"""What must be so of the registers of technology and S&T information, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.workflow.query_expressions import records_beside_their_steps
from khcn.technology.enums import TransferStanding
from khcn.technology.models import (
    EnterpriseCertificate,
    MediaItem,
    Publication,
    PublicationDistribution,
    StatisticsReport,
    TechnologyOpinion,
    TransferContract,
)
from khcn.technology.workflow import (
    ANSWERED,
    CLOSED,
    CONTRACT_FLOW,
    ENDED,
    OPINION_FLOW,
    REGISTERED,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

BY_STEPS: Final = _("Trạng thái chỉ đổi theo bước; khác nhau là có thay đổi ngoài chương trình.")
CORRECT_OPINION: Final = _(
    "Mở ý kiến, xem nhật ký; lãnh đạo phòng bỏ ghi bước đó rồi ghi lại với số, ngày đúng."
)
CORRECT_CONTRACT: Final = _(
    "Mở hồ sơ, xem nhật ký; lãnh đạo phòng bỏ ghi bước đó rồi ghi lại với số, ngày đúng."
)


@integrity_rule(
    "technology.opinion_beside_steps",
    _("Trạng thái ý kiến về công nghệ khác nơi bước xử lý cuối cùng dẫn đến"),
    explanation=BY_STEPS,
    remedy=CORRECT_OPINION,
)
def opinion_beside_steps(_now: Moment) -> QuerySet[TechnologyOpinion]:
    return records_beside_their_steps(OPINION_FLOW, TechnologyOpinion.objects.all())


@integrity_rule(
    "technology.contract_beside_steps",
    _("Trạng thái hồ sơ chuyển giao công nghệ khác nơi bước xử lý cuối cùng dẫn đến"),
    explanation=BY_STEPS,
    remedy=CORRECT_CONTRACT,
)
def contract_beside_steps(_now: Moment) -> QuerySet[TransferContract]:
    return records_beside_their_steps(CONTRACT_FLOW, TransferContract.objects.all())


@integrity_rule(
    "technology.answer_of_opinion",
    _("Ý kiến đã trả lời mà thiếu số, ngày, kết luận; hoặc ghi ngày trả lời mà chưa trả lời"),
    explanation=_("Ý kiến được đếm theo ngày trả lời; thiếu ngày thì ý kiến biến mất khỏi báo cáo."),
    remedy=CORRECT_OPINION,
)
def answer_of_opinion(_now: Moment) -> QuerySet[TechnologyOpinion]:
    lacking = Q(answered_on__isnull=True) | Q(answer_number="") | Q(conclusion="")
    return TechnologyOpinion.objects.filter(
        (Q(state=ANSWERED) & lacking) | (~Q(state=ANSWERED) & Q(answered_on__isnull=False))
    )


@integrity_rule(
    "technology.closing_of_opinion",
    _("Đề nghị thôi xem xét mà không ghi ngày, hoặc ghi ngày mà vẫn đang xem xét"),
    explanation=_("Thời hạn trả lời dừng ở ngày thôi xem xét; thiếu ngày thì đề nghị mãi quá hạn."),
    remedy=CORRECT_OPINION,
)
def closing_of_opinion(_now: Moment) -> QuerySet[TechnologyOpinion]:
    return TechnologyOpinion.objects.filter(
        Q(state=CLOSED, closed_on__isnull=True) | (~Q(state=CLOSED) & Q(closed_on__isnull=False))
    )


@integrity_rule(
    "technology.same_request_twice",
    _("Một văn bản lấy ý kiến về một dự án ghi hai lần"),
    explanation=_(
        "Mỗi văn bản của một cơ quan về một dự án là một lượt; ghi hai lần thì số lượt ý kiến đếm thừa."
    ),
    remedy=_("Mở hai ý kiến, đối chiếu với văn bản đến; xóa ý kiến ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_request_twice(_now: Moment) -> QuerySet[TechnologyOpinion]:
    same_day = Q(requested_on=OuterRef("requested_on")) | Q(requested_on__isnull=True)
    earlier = TechnologyOpinion.objects.filter(
        same_day,
        project=OuterRef("project"),
        asked_by=OuterRef("asked_by"),
        request_number=OuterRef("request_number"),
        pk__lt=OuterRef("pk"),
    )
    return TechnologyOpinion.objects.filter(Exists(earlier)).exclude(request_number="")


@integrity_rule(
    "technology.agreed_with_prohibited",
    _("Thống nhất về công nghệ cấm chuyển giao"),
    explanation=_("Công nghệ trong danh mục cấm thì dự án không được thực hiện; một trong hai ô ghi nhầm."),
    remedy=_("Mở dự án, đối chiếu danh mục công nghệ; hoặc xem lại kết luận của ý kiến."),
    level=IntegrityLevel.WARNING,
)
def agreed_with_prohibited(_now: Moment) -> QuerySet[TechnologyOpinion]:
    return TechnologyOpinion.objects.filter(
        project__standing=TransferStanding.PROHIBITED, conclusion__in=("agreed", "with_changes")
    )


@integrity_rule(
    "technology.registration_of_contract",
    _("Hợp đồng đã đăng ký mà thiếu số, ngày giấy chứng nhận; hoặc ghi ngày mà chưa đăng ký"),
    explanation=_("Hợp đồng được đếm theo ngày cấp giấy; thiếu ngày thì hợp đồng biến mất khỏi số liệu."),
    remedy=CORRECT_CONTRACT,
)
def registration_of_contract(_now: Moment) -> QuerySet[TransferContract]:
    registered = Q(state__in=(REGISTERED, ENDED))
    lacking = Q(registered_on__isnull=True) | Q(certificate_number="")
    return TransferContract.objects.filter(
        (registered & lacking) | (~registered & Q(registered_on__isnull=False))
    )


@integrity_rule(
    "technology.end_of_contract",
    _("Hồ sơ hết hiệu lực, bị trả lại mà không ghi ngày; hoặc ghi ngày mà trạng thái khác"),
    explanation=_("Trạng thái và ngày nói hai điều khác nhau; một trong hai sai."),
    remedy=CORRECT_CONTRACT,
)
def end_of_contract(_now: Moment) -> QuerySet[TransferContract]:
    return TransferContract.objects.filter(
        Q(state=ENDED, ended_on__isnull=True)
        | (~Q(state=ENDED) & Q(ended_on__isnull=False))
        | Q(state=CLOSED, closed_on__isnull=True)
        | (~Q(state=CLOSED) & Q(closed_on__isnull=False))
    )


@integrity_rule(
    "technology.two_certificates_in_force",
    _("Doanh nghiệp KH&CN có hai giấy chứng nhận đang có hiệu lực"),
    explanation=_(
        "Giấy cấp lại, thay đổi thay giấy cũ; giấy cũ không ghi ngày chấm dứt thì doanh nghiệp bị đếm hai lần."
    ),
    remedy=_("Mở giấy chứng nhận cũ, ghi ngày chấm dứt bằng ngày cấp giấy mới."),
)
def two_certificates_in_force(_now: Moment) -> QuerySet[EnterpriseCertificate]:
    later = EnterpriseCertificate.objects.filter(
        Q(issued_on__gt=OuterRef("issued_on")) | Q(issued_on=OuterRef("issued_on"), pk__gt=OuterRef("pk")),
        enterprise=OuterRef("enterprise"),
        ended_on__isnull=True,
    )
    return EnterpriseCertificate.objects.filter(Exists(later), ended_on__isnull=True)


@integrity_rule(
    "technology.item_of_other_plan",
    _("Tin, bài, số phát sóng khác hình thức hoặc năm của kế hoạch"),
    explanation=_("Số đã thực hiện so với kế hoạch đếm theo hình thức và năm; khác nhau thì đếm thiếu."),
    remedy=_("Mở tin, bài; chọn lại kế hoạch, hình thức hoặc ngày."),
)
def item_of_other_plan(_now: Moment) -> QuerySet[MediaItem]:
    rows = MediaItem.objects.filter(plan__isnull=False).annotate(_year=ExtractYear("published_on"))
    return rows.exclude(kind=F("plan__kind"), _year=F("plan__year"))


@integrity_rule(
    "technology.item_twice",
    _("Một tin, bài, số phát sóng ghi hai lần"),
    explanation=_("Cùng hình thức, tên và ngày là một; ghi hai lần thì số đã thực hiện đếm thừa."),
    remedy=_("Mở hai bản ghi, đối chiếu; xóa bản ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def item_twice(_now: Moment) -> QuerySet[MediaItem]:
    same = ("kind", "title", "published_on")
    earlier = MediaItem.objects.filter(pk__lt=OuterRef("pk"), **{each: OuterRef(each) for each in same})
    return MediaItem.objects.filter(Exists(earlier))


@integrity_rule(
    "technology.more_handed_out_than_printed",
    _("Ấn phẩm cấp phát nhiều hơn số lượng in"),
    explanation=_("Số cuốn đã cấp không vượt số lượng in; một trong hai con số sai."),
    remedy=_("Mở ấn phẩm, đối chiếu số lượng in và các lượt cấp."),
)
def more_handed_out_than_printed(_now: Moment) -> QuerySet[Publication]:
    rows = Publication.objects.annotate(_given=Sum("distributions__copies"))
    return rows.filter(_given__gt=F("copies"))


@integrity_rule(
    "technology.handed_out_before_printed",
    _("Ấn phẩm cấp phát trước ngày in xong"),
    explanation=_("In xong rồi mới cấp; một trong hai ngày ghi nhầm."),
    remedy=_("Mở lượt cấp và ấn phẩm, đối chiếu hai ngày."),
    level=IntegrityLevel.WARNING,
)
def handed_out_before_printed(_now: Moment) -> QuerySet[PublicationDistribution]:
    return PublicationDistribution.objects.filter(handed_out_on__lt=F("publication__printed_on"))


@integrity_rule(
    "technology.statistics_of_year_to_come",
    _("Báo cáo thống kê gửi trước khi hết năm của số liệu"),
    explanation=_("Số liệu của năm tính đến ngày 31/12; gửi trước là ghi nhầm năm hoặc ngày."),
    remedy=_("Mở báo cáo thống kê, đối chiếu năm của số liệu và ngày gửi."),
    level=IntegrityLevel.WARNING,
)
def statistics_of_year_to_come(_now: Moment) -> QuerySet[StatisticsReport]:
    rows = StatisticsReport.objects.filter(kind="report").annotate(_year=ExtractYear("submitted_on"))
    return rows.filter(_year__lte=F("year"))
