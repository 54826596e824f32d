"""What must be so of the registers of the Centre, and what no constraint refuses."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import UNITS, ProductLine, SiteKind, TaskWorkKind
from khcn.centre.models import (
    CentreTaskWork,
    ConsultingContract,
    InstrumentVerification,
    ModelVisit,
    Product,
    ProductionSite,
    ServiceOrder,
    ServiceOrderItem,
    ServiceResult,
    StandardCalibration,
    TechnologyProcess,
)
from khcn.centre.operations.standards import uses_out_of_calibration
from khcn.centre.workflow import ENDED, FINISHED, IN_FORCE, RETURNED
from khcn.kernel.integrity_rules import Moment, integrity_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_ORDER: Final = _(
    "Mở phiếu yêu cầu, đối chiếu biên bản; lãnh đạo bấm “Bỏ ghi …” rồi ghi lại bước với ngày đúng."
)
CORRECT_RESULT: Final = _("Mở kết quả dịch vụ, đối chiếu với biên bản và sửa số lượng hoặc ngày.")
CORRECT_VERIFICATION: Final = _("Mở lượt kiểm định, đối chiếu với biên bản và sửa cột sai.")
CORRECT_CONTRACT: Final = _("Mở hợp đồng tư vấn, bấm “Bỏ ghi thanh lý, chấm dứt” rồi ghi lại với ngày đúng.")


@integrity_rule(
    "centre.finished_without_day",
    _("Phiếu đã làm xong mà không ghi ngày, hoặc ghi ngày mà chưa làm xong"),
    explanation=_(
        "Thời hạn làm dịch vụ tính đến ngày làm xong; thiếu ngày thì không biết phiếu có chậm không."
    ),
    remedy=CORRECT_ORDER,
)
def finished_without_day(_now: Moment) -> QuerySet[ServiceOrder]:
    done = Q(state__in=(FINISHED, RETURNED))
    return ServiceOrder.objects.filter(
        (done & Q(finished_on__isnull=True)) | (~done & Q(finished_on__isnull=False))
    )


@integrity_rule(
    "centre.returned_without_day",
    _("Phiếu đã trả khách hàng mà không ghi ngày, hoặc ghi ngày mà chưa trả"),
    explanation=_("Trạng thái và ngày trả nói hai điều khác nhau; một trong hai sai."),
    remedy=CORRECT_ORDER,
)
def returned_without_day(_now: Moment) -> QuerySet[ServiceOrder]:
    returned = Q(state=RETURNED)
    return ServiceOrder.objects.filter(
        (returned & Q(returned_on__isnull=True)) | (~returned & Q(returned_on__isnull=False))
    )


@integrity_rule(
    "centre.days_of_order",
    _("Phiếu làm xong trước ngày nhận hoặc trả trước ngày làm xong"),
    explanation=_("Nhận rồi mới làm, làm xong rồi mới trả; một trong các ngày sai."),
    remedy=CORRECT_ORDER,
)
def days_of_order(_now: Moment) -> QuerySet[ServiceOrder]:
    return ServiceOrder.objects.filter(
        Q(finished_on__lt=F("received_on")) | Q(returned_on__lt=F("finished_on"))
    )


def _done() -> Coalesce:
    return Coalesce(Sum("results__quantity"), 0)


@integrity_rule(
    "centre.finished_not_done",
    _("Phiếu đã làm xong còn dòng chưa đủ kết quả"),
    explanation=_("Số liệu dịch vụ cộng từ kết quả; thiếu kết quả thì báo cáo đếm thiếu."),
    remedy=_("Mở phiếu yêu cầu, bấm “Bỏ ghi đã làm xong”, ghi kết quả còn thiếu rồi ghi đã làm xong lại."),
)
def finished_not_done(_now: Moment) -> QuerySet[ServiceOrderItem]:
    rows = ServiceOrderItem.objects.filter(order__state__in=(FINISHED, RETURNED))
    return rows.annotate(done=_done()).filter(done__lt=F("quantity"))


@integrity_rule(
    "centre.more_done_than_asked",
    _("Kết quả của một dòng nhiều hơn số lượng yêu cầu"),
    explanation=_("Một phương tiện đo được ghi hai lần thì báo cáo đếm thừa."),
    remedy=CORRECT_RESULT,
)
def more_done_than_asked(_now: Moment) -> QuerySet[ServiceOrderItem]:
    return ServiceOrderItem.objects.annotate(done=_done()).filter(done__gt=F("quantity"))


@integrity_rule(
    "centre.done_before_received",
    _("Kết quả có ngày trước ngày nhận yêu cầu"),
    explanation=_("Nhận yêu cầu rồi mới làm; một trong hai ngày sai."),
    remedy=CORRECT_RESULT,
)
def done_before_received(_now: Moment) -> QuerySet[ServiceResult]:
    return ServiceResult.objects.filter(done_on__lt=F("item__order__received_on"))


@integrity_rule(
    "centre.done_after_finish",
    _("Kết quả dịch vụ có ngày sau ngày phiếu đã làm xong"),
    explanation=_(
        "Phiếu làm xong rồi thì không còn kết quả mới; ngày sai làm kết quả rơi vào kỳ báo cáo khác."
    ),
    remedy=CORRECT_RESULT,
)
def done_after_finish(_now: Moment) -> QuerySet[ServiceResult]:
    rows = ServiceResult.objects.filter(done_on__gt=F("item__order__finished_on"))
    # Of an order whose own days are wrong, these are to be corrected first.
    return rows.filter(item__order__finished_on__gte=F("item__order__received_on"))


@integrity_rule(
    "centre.more_verified_than_done",
    _("Phiếu đã làm xong có lượt kiểm định nhiều hơn kết quả dịch vụ"),
    explanation=_("Số liệu cộng từ kết quả dịch vụ; lượt kiểm định không có kết quả thì báo cáo đếm thiếu."),
    remedy=_("Mở phiếu yêu cầu, đối chiếu các lượt kiểm định với kết quả dịch vụ."),
)
def more_verified_than_done(_now: Moment) -> QuerySet[ServiceOrder]:
    done = ServiceResult.objects.filter(item__order=OuterRef("pk")).order_by().values("item__order")
    orders = ServiceOrder.objects.filter(state__in=(FINISHED, RETURNED))
    return orders.annotate(
        verified=Count("verifications"),
        done=Coalesce(Subquery(done.annotate(total=Sum("quantity")).values("total")), 0),
    ).filter(verified__gt=F("done"))


@integrity_rule(
    "centre.done_in_future",
    _("Kết quả dịch vụ có ngày chưa đến"),
    explanation=_("Kết quả là việc đã xảy ra; ngày chưa đến là ghi nhầm và sẽ rơi vào kỳ báo cáo khác."),
    remedy=CORRECT_RESULT,
)
def done_in_future(now: Moment) -> QuerySet[ServiceResult]:
    return ServiceResult.objects.filter(done_on__gt=now.on)


@integrity_rule(
    "centre.standard_out_of_calibration",
    _("Kiểm định bằng chuẩn hết hạn hiệu chuẩn hoặc đã thôi dùng"),
    explanation=_("Chuẩn hết hạn hiệu chuẩn thì kết quả kiểm định không có giá trị và phải làm lại."),
    remedy=_(
        "Đối chiếu ngày kiểm định và giấy hiệu chuẩn của chuẩn; nếu đúng là chuẩn hết hạn thì kiểm định lại."
    ),
)
def standard_out_of_calibration(_now: Moment) -> QuerySet[InstrumentVerification]:
    return uses_out_of_calibration()


@integrity_rule(
    "centre.failed_with_certificate",
    _("Phương tiện đo không đạt mà có tem, giấy chứng nhận hoặc hạn"),
    explanation=_("Phương tiện đo không đạt thì không được dùng; tem và giấy chứng nhận nói ngược lại."),
    remedy=CORRECT_VERIFICATION,
)
def failed_with_certificate(_now: Moment) -> QuerySet[InstrumentVerification]:
    nothing = Q(certificate_number="", mark_number="", valid_until__isnull=True)
    return InstrumentVerification.objects.filter(~nothing, passed=False)


@integrity_rule(
    "centre.order_of_other_customer",
    _("Lượt kiểm định theo phiếu yêu cầu của khách hàng khác"),
    explanation=_("Phương tiện đo của ai thì làm theo phiếu yêu cầu của người đó."),
    remedy=CORRECT_VERIFICATION,
)
def order_of_other_customer(_now: Moment) -> QuerySet[InstrumentVerification]:
    same = Q(order__customer=F("instrument__customer"))
    return InstrumentVerification.objects.filter(order__isnull=False).exclude(same)


@integrity_rule(
    "centre.sold_more_than_made",
    _("Sản phẩm xuất bán nhiều hơn sản xuất"),
    explanation=_("Bán rồi thì phải có lô sản xuất; thiếu lô thì báo cáo đếm thiếu sản lượng."),
    remedy=_("Mở sản phẩm, đối chiếu các lô và phiếu xuất rồi ghi lô còn thiếu."),
)
def sold_more_than_made(now: Moment) -> QuerySet[Product]:
    return Product.objects.with_stock(on=now.on).filter(stock__lt=0)  # type: ignore[misc]  # the annotation


@integrity_rule(
    "centre.product_without_figure",
    _("Sản phẩm có đơn vị tính khác đơn vị của nhóm"),
    explanation=_("Số liệu của nhóm chỉ cộng một đơn vị; sản phẩm tính theo đơn vị khác không được đếm."),
    remedy=_("Mở sản phẩm và chọn lại nhóm sản phẩm hoặc đơn vị tính."),
)
def product_without_figure(_now: Moment) -> QuerySet[Product]:
    counted = reduce(or_, (Q(line=line, unit=unit) for line, unit in UNITS.items()))
    return Product.objects.exclude(Q(line=ProductLine.OTHER) | counted)


@integrity_rule(
    "centre.nethouse_without_area",
    _("Nhà lưới chưa ghi diện tích"),
    explanation=_("Báo cáo cộng diện tích nhà lưới đang dùng; thiếu diện tích thì cộng thiếu."),
    remedy=_("Mở cơ sở sản xuất và ghi diện tích."),
)
def nethouse_without_area(_now: Moment) -> QuerySet[ProductionSite]:
    return ProductionSite.objects.filter(kind=SiteKind.NETHOUSE, area_m2__isnull=True)


@integrity_rule(
    "centre.calibrated_before_use",
    _("Chuẩn đo lường có lượt hiệu chuẩn trước ngày đưa vào dùng"),
    explanation=_("Có chuẩn rồi mới hiệu chuẩn; một trong hai ngày sai."),
    remedy=_("Mở chuẩn đo lường, đối chiếu giấy tờ và sửa ngày đưa vào dùng hoặc ngày hiệu chuẩn."),
)
def calibrated_before_use(_now: Moment) -> QuerySet[StandardCalibration]:
    return StandardCalibration.objects.filter(calibrated_on__lt=F("standard__since_on"))


@integrity_rule(
    "centre.verified_before_record",
    _("Phương tiện đo có lượt kiểm định trước ngày đưa vào sổ"),
    explanation=_("Đưa phương tiện đo vào sổ rồi mới kiểm định; một trong hai ngày sai."),
    remedy=_("Mở phương tiện đo, đối chiếu giấy tờ và sửa ngày đưa vào sổ hoặc ngày thực hiện."),
)
def verified_before_record(_now: Moment) -> QuerySet[InstrumentVerification]:
    return InstrumentVerification.objects.filter(done_on__lt=F("instrument__since_on"))


@integrity_rule(
    "centre.visited_outside_model",
    _("Lượt theo dõi có ngày ngoài thời gian của mô hình"),
    explanation=_("Mô hình bắt đầu rồi mới theo dõi, kết thúc rồi thì thôi; một trong các ngày sai."),
    remedy=_("Mở mô hình, đối chiếu giấy tờ và sửa ngày bắt đầu, kết thúc hoặc ngày thực hiện."),
)
def visited_outside_model(_now: Moment) -> QuerySet[ModelVisit]:
    return ModelVisit.objects.filter(
        Q(visited_on__lt=F("followed__started_on")) | Q(visited_on__gt=F("followed__ended_on"))
    )


@integrity_rule(
    "centre.process_over",
    _("Quy trình vừa hoàn thiện vừa thôi thử nghiệm, hoặc kết thúc trước khi bắt đầu"),
    explanation=_("Một quy trình chỉ kết thúc một lần, sau ngày bắt đầu thử nghiệm."),
    remedy=_("Mở quy trình và bấm “Đính chính kết thúc”."),
)
def process_over(_now: Moment) -> QuerySet[TechnologyProcess]:
    return TechnologyProcess.objects.filter(
        Q(completed_on__isnull=False, dropped_on__isnull=False)
        | Q(completed_on__lt=F("started_on"))
        | Q(dropped_on__lt=F("started_on"))
    )


@integrity_rule(
    "centre.contract_without_end",
    _("Hợp đồng đã thanh lý, chấm dứt mà không ghi ngày, hoặc ghi ngày mà đang thực hiện"),
    explanation=_("Số hợp tác xã đang được tư vấn tính theo ngày kết thúc; thiếu ngày thì đếm thừa."),
    remedy=CORRECT_CONTRACT,
)
def contract_without_end(_now: Moment) -> QuerySet[ConsultingContract]:
    going_on = Q(state=IN_FORCE)
    return ConsultingContract.objects.filter(
        (going_on & Q(ended_on__isnull=False)) | (~going_on & Q(ended_on__isnull=True))
    )


@integrity_rule(
    "centre.contract_ended_early",
    _("Hợp đồng kết thúc trước ngày ký, hoặc chấm dứt mà không ghi lý do"),
    explanation=_("Ký rồi mới kết thúc; chấm dứt trước hạn phải có lý do."),
    remedy=CORRECT_CONTRACT,
)
def contract_ended_early(_now: Moment) -> QuerySet[ConsultingContract]:
    return ConsultingContract.objects.filter(Q(ended_on__lt=F("signed_on")) | Q(state=ENDED, end_reason=""))


@integrity_rule(
    "centre.task_work_about_one",
    _("Việc về nhiệm vụ ghi cả nhiệm vụ và đề xuất, hoặc không ghi cái nào"),
    explanation=_("Đề xuất thì chọn đề xuất, còn lại chọn nhiệm vụ; sai thì số liệu không đếm được."),
    remedy=_("Mở việc này và chọn nhiệm vụ hoặc đề xuất, một trong hai."),
)
def task_work_about_one(_now: Moment) -> QuerySet[CentreTaskWork]:
    proposal = Q(kind=TaskWorkKind.PROPOSAL, proposal__isnull=False, task__isnull=True)
    task = ~Q(kind=TaskWorkKind.PROPOSAL) & Q(proposal__isnull=True, task__isnull=False)
    return CentreTaskWork.objects.exclude(proposal | task)
