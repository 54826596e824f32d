"""What must be so of dated lists, documents, places and regimes, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import SuccessionKind
from khcn.kernel.deadlines.kinds import registry as deadlines
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import beside_an_earlier_one
from khcn.kernel.search.same_names import named_like_an_earlier_one
from khcn.reference.models import (
    AdminLevel,
    AdminUnit,
    AdminUnitSuccession,
    CodeList,
    CodeListItem,
    LegalDocument,
    RegimeWindow,
    RuleParameter,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_VERSION: Final = _(
    "Mở hai dòng của cùng một mã, đối chiếu với văn bản và ghi ngày hết hiệu lực của dòng cũ."
)
CORRECT_DOCUMENT: Final = _(
    "Mở văn bản, đối chiếu với bản gốc; bấm “Sửa”, hoặc “Đính chính văn bản” nếu hồ sơ đã nêu văn bản."
)
CORRECT_PLACE: Final = _("Mở đơn vị hành chính, đối chiếu với nghị quyết và sửa.")
_ONE_AT_A_TIME: Final = _(
    "Mỗi ngày chỉ một dòng của một mã có hiệu lực; hai dòng thì chương trình không biết dùng dòng nào."
)
_ENDING: Final = (SuccessionKind.RENAME, SuccessionKind.MERGE, SuccessionKind.ABOLISH)


@integrity_rule(
    "reference.code_item_overlap",
    _("Hai mục danh mục cùng mã có hiệu lực cùng ngày"),
    explanation=_ONE_AT_A_TIME,
    remedy=CORRECT_VERSION,
)
def code_item_overlap(_now: Moment) -> QuerySet[CodeListItem]:
    return beside_an_earlier_one(CodeListItem.objects.all(), "province", "code_list", "code")


@integrity_rule(
    "reference.rule_overlap",
    _("Hai tham số quy định cùng mã có hiệu lực cùng ngày"),
    explanation=_ONE_AT_A_TIME,
    remedy=CORRECT_VERSION,
)
def rule_overlap(_now: Moment) -> QuerySet[RuleParameter]:
    return beside_an_earlier_one(RuleParameter.objects.all(), "province", "code")


@integrity_rule(
    "reference.window_overlap",
    _("Hai kỳ chốt số liệu cùng loại có hiệu lực cùng ngày"),
    explanation=_ONE_AT_A_TIME,
    remedy=CORRECT_VERSION,
)
def window_overlap(_now: Moment) -> QuerySet[RegimeWindow]:
    return beside_an_earlier_one(RegimeWindow.objects.all(), "regime", "kind", "number")


@integrity_rule(
    "reference.place_overlap",
    _("Hai đơn vị hành chính cùng cấp, cùng mã có hiệu lực cùng ngày"),
    explanation=_ONE_AT_A_TIME,
    remedy=CORRECT_VERSION,
)
def place_overlap(_now: Moment) -> QuerySet[AdminUnit]:
    return beside_an_earlier_one(AdminUnit.objects.all(), "level", "code")


@integrity_rule(
    "reference.failing_item",
    _("Mức không đạt ghi ở danh mục không phải xếp loại"),
    explanation=_("Chỉ mục của danh mục “Xếp loại nghiệm thu” là mức không đạt."),
    remedy=_("Mở mục danh mục và bỏ chọn “là mức không đạt”."),
)
def failing_item(_now: Moment) -> QuerySet[CodeListItem]:
    return CodeListItem.objects.filter(fails=True).exclude(code_list=CodeList.ACCEPTANCE_GRADE)


@integrity_rule(
    "reference.rule_value",
    _("Tham số quy định mà chương trình dùng có giá trị không dương"),
    explanation=_("Thời hạn 0 ngày hoặc âm làm mọi hồ sơ quá hạn ngay khi nhận."),
    remedy=_("Mở tham số quy định, đối chiếu với văn bản và sửa giá trị."),
)
def rule_value(_now: Moment) -> QuerySet[RuleParameter]:
    return RuleParameter.objects.filter(code__in=deadlines.rule_codes(), value__lte=0)


@integrity_rule(
    "reference.window_days",
    _("Kỳ chốt số liệu có ngày không có trong lịch hoặc kết thúc trước khi bắt đầu"),
    explanation=_(
        "Ngày đầu và ngày cuối phải tạo thành một khoảng thời gian, nếu không báo cáo của kỳ không lập được."
    ),
    remedy=_("Mở kỳ chốt số liệu, đối chiếu với quy định và sửa ngày, tháng."),
)
def window_days(_now: Moment) -> QuerySet[RegimeWindow]:
    found = Q(starts_year_before=False, start_month__gt=F("end_month")) | Q(
        starts_year_before=False, start_month=F("end_month"), start_day__gt=F("end_day")
    )
    for end in ("start", "end"):
        day, month = f"{end}_day", f"{end}_month"
        found |= (
            Q(**{f"{day}__lt": 1})
            | Q(**{f"{day}__gt": 31})
            | Q(**{f"{month}__lt": 1})
            | Q(**{f"{month}__gt": 12})
        )
        found |= Q(**{f"{day}__gt": 30, f"{month}__in": (4, 6, 9, 11)}) | Q(**{f"{day}__gt": 28, month: 2})
    return RegimeWindow.objects.filter(found)


@integrity_rule(
    "reference.document_days",
    _("Văn bản hết hiệu lực trước khi có hiệu lực"),
    explanation=_("Ngày hết hiệu lực đứng sau ngày có hiệu lực; đứng trước là gõ nhầm."),
    remedy=CORRECT_DOCUMENT,
)
def document_days(_now: Moment) -> QuerySet[LegalDocument]:
    return LegalDocument.objects.filter(ended_on__lt=F("effective_on"))


@integrity_rule(
    "reference.document_effective_early",
    _("Văn bản có hiệu lực trước ngày ban hành"),
    explanation=_(
        "Văn bản có hiệu lực từ ngày ký hoặc sau đó; hiệu lực trở về trước là trường hợp hiếm, cần xem lại."
    ),
    remedy=CORRECT_DOCUMENT,
    level=IntegrityLevel.WARNING,
)
def document_effective_early(_now: Moment) -> QuerySet[LegalDocument]:
    return LegalDocument.objects.filter(effective_on__lt=F("issued_on"))


@integrity_rule(
    "reference.document_future",
    _("Văn bản ghi ngày ban hành chưa đến"),
    explanation=_("Văn bản đã có số thì đã ban hành; ngày chưa đến là gõ nhầm năm."),
    remedy=CORRECT_DOCUMENT,
    level=IntegrityLevel.WARNING,
)
def document_future(now: Moment) -> QuerySet[LegalDocument]:
    return LegalDocument.objects.filter(issued_on__gt=now.on)


@integrity_rule(
    "reference.document_replaces_later",
    _("Văn bản thay thế một văn bản ban hành sau nó, hoặc chính nó"),
    explanation=_("Văn bản thay thế ban hành sau văn bản bị thay thế; ngược lại là chọn nhầm chiều."),
    remedy=CORRECT_DOCUMENT,
)
def document_replaces_later(_now: Moment) -> QuerySet[LegalDocument]:
    return LegalDocument.objects.filter(Q(replaces=F("pk")) | Q(replaces__issued_on__gt=F("issued_on")))


@integrity_rule(
    "reference.document_replaced_in_force",
    _("Văn bản đã bị thay thế mà chưa ghi ngày hết hiệu lực"),
    explanation=_(
        "Văn bản bị thay thế hết hiệu lực khi văn bản mới có hiệu lực; thiếu ngày thì vẫn được chọn làm căn cứ."
    ),
    remedy=CORRECT_DOCUMENT,
    level=IntegrityLevel.WARNING,
)
def document_replaced_in_force(now: Moment) -> QuerySet[LegalDocument]:
    successors = LegalDocument.objects.filter(
        Q(effective_on__isnull=True) | Q(effective_on__lte=now.on), replaces=OuterRef("pk")
    )
    return LegalDocument.objects.filter(Exists(successors), ended_on__isnull=True)


@integrity_rule(
    "reference.document_twice",
    _("Hai văn bản cùng ngày, cùng cơ quan có số chỉ khác cách viết"),
    explanation=_("“100/QĐ-TTg” và “100/qđ–ttg” là một văn bản nhập hai lần; hồ sơ nêu mỗi nơi một dòng."),
    remedy=_("Mở hai văn bản, chọn một dòng để giữ; sửa các hồ sơ nêu dòng kia rồi xóa nó."),
    level=IntegrityLevel.WARNING,
)
def document_twice(_now: Moment) -> QuerySet[LegalDocument]:
    return named_like_an_earlier_one(LegalDocument.objects.all(), "province", "issued_on", "issuer")


@integrity_rule(
    "reference.place_parent",
    _("Đơn vị hành chính thuộc một đơn vị không phải cấp trên"),
    explanation=_(
        "Xã thuộc huyện hoặc tỉnh, huyện thuộc tỉnh, tỉnh không thuộc đơn vị nào; sai cấp thì số liệu theo địa bàn sai."
    ),
    remedy=CORRECT_PLACE,
)
def place_parent(_now: Moment) -> QuerySet[AdminUnit]:
    return AdminUnit.objects.filter(
        Q(level=AdminLevel.PROVINCE, parent__isnull=False)
        | Q(level=AdminLevel.DISTRICT, parent__level__in=(AdminLevel.DISTRICT, AdminLevel.COMMUNE))
        | Q(level=AdminLevel.COMMUNE, parent__level=AdminLevel.COMMUNE)
    )


@integrity_rule(
    "reference.place_parent_ended",
    _("Đơn vị hành chính đang có mà đơn vị cấp trên đã kết thúc"),
    explanation=_("Khi cấp trên sáp nhập thì đơn vị chuyển sang cấp trên mới, hoặc cũng kết thúc."),
    remedy=CORRECT_PLACE,
    level=IntegrityLevel.WARNING,
)
def place_parent_ended(now: Moment) -> QuerySet[AdminUnit]:
    return AdminUnit.objects.valid(on=now.on).filter(parent__valid_to__lte=now.on)


@integrity_rule(
    "reference.succession_days",
    _("Đơn vị hành chính mới có hiệu lực sau ngày kế thừa"),
    explanation=_(
        "Vào ngày kế thừa thì đơn vị mới phải có rồi, nếu không có ngày không đơn vị nào nhận địa bàn."
    ),
    remedy=CORRECT_PLACE,
)
def succession_days(_now: Moment) -> QuerySet[AdminUnitSuccession]:
    return AdminUnitSuccession.objects.filter(successor__valid_from__gt=F("effective_on"))


@integrity_rule(
    "reference.succession_not_ended",
    _("Đơn vị hành chính đã sáp nhập, đổi tên mà chưa ghi ngày kết thúc"),
    explanation=_("Đơn vị cũ kết thúc vào ngày kế thừa; không ghi thì vẫn chọn được cho hồ sơ mới."),
    remedy=_("Mở đơn vị hành chính cũ và ghi ngày hết hiệu lực theo nghị quyết."),
    level=IntegrityLevel.WARNING,
)
def succession_not_ended(now: Moment) -> QuerySet[AdminUnitSuccession]:
    goes_on = Q(predecessor__valid_to__isnull=True) | Q(predecessor__valid_to__gt=F("effective_on"))
    return AdminUnitSuccession.objects.filter(goes_on, kind__in=_ENDING, effective_on__lte=now.on)
