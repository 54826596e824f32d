"""What must be so of procedures and dossiers, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.dossiers.enums import PUBLISHED, DossierOutcome
from khcn.dossiers.models import (
    Dossier,
    DossierCodePattern,
    DossierHandover,
    Procedure,
    ProcedureChange,
    SupplementRequest,
)
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import beside_an_earlier_one, linked_out_of_force

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_DOSSIER: Final = _(
    "Mở hồ sơ, đối chiếu với phiếu tiếp nhận và hệ thống một cửa điện tử, rồi bấm “Sửa” hoặc “Đính chính kết quả”."
)
CORRECT_PROCEDURE: Final = _("Mở thủ tục, đối chiếu với quyết định công bố và sửa cột sai.")


@integrity_rule(
    "dossiers.procedure_overlap",
    _("Hai phiên bản của một thủ tục cùng có hiệu lực"),
    explanation=_(
        "Hồ sơ theo phiên bản có hiệu lực vào ngày tiếp nhận; hai phiên bản thì không biết theo hạn nào."
    ),
    remedy=CORRECT_PROCEDURE,
)
def procedure_overlap(_now: Moment) -> QuerySet[Procedure]:
    return beside_an_earlier_one(Procedure.objects.all(), "province", "code")


@integrity_rule(
    "dossiers.pattern_overlap",
    _("Hai mẫu mã hồ sơ cùng có hiệu lực"),
    explanation=_("Mã hồ sơ cấp theo mẫu có hiệu lực vào ngày tiếp nhận; hai mẫu thì mã không thống nhất."),
    remedy=_("Mở sổ “Mẫu mã hồ sơ” và ghi ngày hết hiệu lực của mẫu cũ."),
)
def pattern_overlap(_now: Moment) -> QuerySet[DossierCodePattern]:
    return beside_an_earlier_one(DossierCodePattern.objects.all(), "province")


@integrity_rule(
    "dossiers.shares_beyond_term",
    _("Các bước của quy trình nội bộ dài hơn thời hạn của thủ tục"),
    explanation=_("Phần thời hạn của các đơn vị cộng lại không được quá thời hạn giải quyết."),
    remedy=CORRECT_PROCEDURE,
)
def shares_beyond_term(_now: Moment) -> QuerySet[Procedure]:
    return Procedure.objects.alias(_shares=Sum("steps__share")).filter(_shares__gt=F("term_amount"))


@integrity_rule(
    "dossiers.published_without_decision",
    _("Thủ tục được công bố mà không ghi quyết định"),
    explanation=_("Công bố mới, sửa đổi, bãi bỏ do quyết định của UBND tỉnh; báo cáo nêu số quyết định đó."),
    remedy=_("Mở dòng công bố, rà soát của thủ tục và chọn quyết định."),
)
def published_without_decision(_now: Moment) -> QuerySet[ProcedureChange]:
    return ProcedureChange.objects.filter(kind__in=PUBLISHED, document__isnull=True)


@integrity_rule(
    "dossiers.change_before_decision",
    _("Thủ tục thay đổi trước ngày ban hành quyết định"),
    explanation=_("Việc công bố có từ ngày quyết định; ngày sớm hơn làm thay đổi vào nhầm kỳ báo cáo."),
    remedy=_("Mở dòng công bố, rà soát của thủ tục, đối chiếu với quyết định và sửa ngày."),
)
def change_before_decision(_now: Moment) -> QuerySet[ProcedureChange]:
    return ProcedureChange.objects.filter(decided_on__lt=F("document__issued_on"))


@integrity_rule(
    "dossiers.change_day",
    _("Thay đổi ghi cho phiên bản thủ tục không có hiệu lực vào ngày đó"),
    explanation=_(
        "Công bố, rà soát thuộc phiên bản có hiệu lực vào ngày thay đổi; phiên bản khác thì tra cứu sai thủ tục."
    ),
    remedy=_("Mở dòng công bố, rà soát của thủ tục và chọn lại phiên bản, hoặc sửa ngày."),
)
def change_day(_now: Moment) -> QuerySet[ProcedureChange]:
    return linked_out_of_force(ProcedureChange.objects.all(), "procedure")


@integrity_rule(
    "dossiers.day_in_future",
    _("Hồ sơ ghi ngày tiếp nhận, ngày kết thúc hoặc ngày trả chưa đến"),
    explanation=_("Các ngày này là việc đã xảy ra; ngày chưa đến làm sai số hồ sơ của kỳ."),
    remedy=CORRECT_DOSSIER,
)
def day_in_future(now: Moment) -> QuerySet[Dossier]:
    return Dossier.objects.filter(
        Q(received_on__gt=now.on) | Q(ended_on__gt=now.on) | Q(delivered_on__gt=now.on)
    )


@integrity_rule(
    "dossiers.procedure_day",
    _("Hồ sơ theo phiên bản thủ tục không có hiệu lực vào ngày tiếp nhận"),
    explanation=_("Hạn giải quyết tính theo phiên bản này; phiên bản sai thì hạn sai."),
    remedy=CORRECT_DOSSIER,
)
def procedure_day(_now: Moment) -> QuerySet[Dossier]:
    return linked_out_of_force(Dossier.objects.all(), "procedure")


@integrity_rule(
    "dossiers.unit_day",
    _("Hồ sơ giao cho đơn vị chưa hoặc không còn vào ngày tiếp nhận"),
    explanation=_("Đơn vị giải quyết phải có vào ngày tiếp nhận thì hạn mới nhắc đúng nơi."),
    remedy=CORRECT_DOSSIER,
)
def unit_day(_now: Moment) -> QuerySet[Dossier]:
    return linked_out_of_force(Dossier.objects.all(), "unit")


@integrity_rule(
    "dossiers.of_internal_procedure",
    _("Hồ sơ một cửa của thủ tục nội bộ"),
    explanation=_("Thủ tục nội bộ không tiếp nhận tại bộ phận một cửa; hồ sơ chọn nhầm thủ tục."),
    remedy=CORRECT_DOSSIER,
)
def of_internal_procedure(_now: Moment) -> QuerySet[Dossier]:
    return Dossier.objects.filter(procedure__is_internal=True)


@integrity_rule(
    "dossiers.appointed_otherwise",
    _("Ngày hẹn trả trên một cửa điện tử khác hạn tính được"),
    explanation=_(
        "Hạn tính theo thủ tục, ngày nghỉ và các lần chờ bổ sung; ngày hẹn khác đi là thủ tục, ngày tiếp nhận hoặc lịch nghỉ khác nhau."
    ),
    remedy=CORRECT_DOSSIER,
    level=IntegrityLevel.WARNING,
)
def appointed_otherwise(_now: Moment) -> QuerySet[Dossier]:
    """A supplement moves the last day, and the receipt keeps the first one."""
    asked = SupplementRequest.objects.filter(dossier=OuterRef("pk"))
    differs = Q(due_on__isnull=False) & ~Q(appointed_on=F("due_on"))  # the annotation
    return Dossier.objects.with_due().filter(differs, appointed_on__isnull=False).exclude(Exists(asked))


@integrity_rule(
    "dossiers.refused_without_reason",
    _("Hồ sơ trả lại, rút hoặc dừng mà không ghi lý do"),
    explanation=_("Phiếu từ chối và báo cáo nêu lý do; không có lý do thì không giải trình được."),
    remedy=CORRECT_DOSSIER,
    level=IntegrityLevel.WARNING,
)
def refused_without_reason(_now: Moment) -> QuerySet[Dossier]:
    return Dossier.objects.exclude(outcome__in=(DossierOutcome.OPEN, DossierOutcome.RESOLVED)).filter(
        outcome_reason=""
    )


@integrity_rule(
    "dossiers.supplement_outside",
    _("Yêu cầu bổ sung trước ngày tiếp nhận hoặc sau ngày kết thúc hồ sơ"),
    explanation=_("Chỉ yêu cầu bổ sung khi đang giải quyết; ngày sai làm hạn ngừng chạy không đúng lúc."),
    remedy=_("Mở yêu cầu bổ sung, đối chiếu với phiếu đã gửi và sửa ngày."),
)
def supplement_outside(_now: Moment) -> QuerySet[SupplementRequest]:
    return SupplementRequest.objects.filter(
        Q(asked_on__lt=F("dossier__received_on")) | Q(asked_on__gt=F("dossier__ended_on"))
    )


@integrity_rule(
    "dossiers.supplement_overlap",
    _("Hai yêu cầu bổ sung của một hồ sơ chồng ngày nhau"),
    explanation=_(
        "Yêu cầu sau gửi khi yêu cầu trước đã nhận đủ; chồng nhau thì thời gian chờ tính không đúng."
    ),
    remedy=_("Mở yêu cầu bổ sung, đối chiếu với phiếu đã gửi và sửa ngày."),
)
def supplement_overlap(_now: Moment) -> QuerySet[SupplementRequest]:
    return beside_an_earlier_one(
        SupplementRequest.objects.all(), "dossier", begins="asked_on", ends="answered_on"
    )


@integrity_rule(
    "dossiers.result_while_waiting",
    _("Hồ sơ có kết quả trong khi còn chờ bổ sung"),
    explanation=_("Bổ sung đủ rồi mới giải quyết xong; thiếu ngày nhận đủ thì không biết hạn đến đâu."),
    remedy=_("Mở yêu cầu bổ sung của hồ sơ và ghi ngày nhận đủ."),
)
def result_while_waiting(_now: Moment) -> QuerySet[SupplementRequest]:
    late = Q(answered_on__isnull=True) | Q(answered_on__gt=F("dossier__ended_on"))
    return SupplementRequest.objects.filter(late, dossier__outcome=DossierOutcome.RESOLVED)


@integrity_rule(
    "dossiers.handover_outside",
    _("Chuyển xử lý trước ngày tiếp nhận hoặc sau ngày kết thúc hồ sơ"),
    explanation=_("Hồ sơ chỉ chuyển giữa các đơn vị khi đang giải quyết."),
    remedy=_("Mở lần chuyển xử lý, đối chiếu với phiếu kiểm soát quá trình và sửa ngày."),
)
def handover_outside(_now: Moment) -> QuerySet[DossierHandover]:
    return DossierHandover.objects.filter(
        Q(received_on__lt=F("dossier__received_on")) | Q(received_on__gt=F("dossier__ended_on"))
    )


@integrity_rule(
    "dossiers.handover_order",
    _("Lần chuyển sau ghi ngày trước lần chuyển liền trước"),
    explanation=_("Hồ sơ đi lần lượt qua các đơn vị; ngày lùi lại là ghi nhầm ngày hoặc nhầm thứ tự."),
    remedy=_("Mở lần chuyển xử lý, đối chiếu với phiếu kiểm soát quá trình và sửa ngày."),
)
def handover_order(_now: Moment) -> QuerySet[DossierHandover]:
    before = DossierHandover.objects.filter(
        dossier=OuterRef("dossier"), ordinal__lt=OuterRef("ordinal"), received_on__gt=OuterRef("received_on")
    )
    return DossierHandover.objects.filter(Exists(before))


@integrity_rule(
    "dossiers.handover_unit_day",
    _("Hồ sơ chuyển cho đơn vị chưa hoặc không còn vào ngày đó"),
    explanation=_("Đơn vị nhận phải có vào ngày nhận thì hạn mới nhắc đúng nơi."),
    remedy=_("Mở lần chuyển xử lý và chọn đơn vị có vào ngày đó."),
)
def handover_unit_day(_now: Moment) -> QuerySet[DossierHandover]:
    return linked_out_of_force(DossierHandover.objects.all(), "unit")


@integrity_rule(
    "dossiers.given_shares_beyond_term",
    _("Phần thời hạn đã giao cho các đơn vị dài hơn thời hạn của thủ tục"),
    explanation=_("Các đơn vị làm đúng phần của mình mà hồ sơ vẫn quá hạn."),
    remedy=_("Mở hồ sơ, tab Chuyển xử lý, và chia lại phần thời hạn."),
    level=IntegrityLevel.WARNING,
)
def given_shares_beyond_term(_now: Moment) -> QuerySet[Dossier]:
    given = DossierHandover.objects.filter(dossier=OuterRef("pk")).order_by().values("dossier")
    total = Subquery(given.annotate(_all=Sum("share")).values("_all"), output_field=IntegerField())
    return Dossier.objects.alias(_given=Coalesce(total, 0)).filter(_given__gt=F("procedure__term_amount"))
