"""The slip for the instruments and samples of a customer: what was received, and when it is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.centre import rules
from khcn.centre.documents.certificate import FOLDER
from khcn.centre.models import ServiceOrder, ServiceOrderItem
from khcn.centre.workflow import CANCELLED, SERVICE_TERM
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.parties.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


def _context(order: ServiceOrder, on: date) -> dict[str, Any]:
    term = Deadline.objects.filter(
        subject_model=ServiceOrder._meta.label_lower, subject_id=order.pk, kind=SERVICE_TERM
    ).first()
    return {
        "order": order.code,
        "customer": order.customer.name,
        "contract": order.contract_number,
        "received_on": day_text(order.received_on),
        "due_on": day_text(term.due_on if term is not None else None),
        "received_items": [
            {
                "ordinal": str(item.ordinal),
                "subject": item.get_subject_display(),
                "method": item.get_method_display(),
                "quantity": str(item.quantity),
            }
            for item in order.items.order_by("ordinal")
        ],
    }


def _missing(order: ServiceOrder, on: date) -> str:
    if order.state == CANCELLED:
        return gettext("Phiếu yêu cầu đã hủy.")
    if not order.items.exists():
        return gettext("Phiếu chưa có dòng nào. Ghi đối tượng, số lượng rồi lập phiếu nhận.")
    return ""


def _customer_named(data: Mapping[str, Any]) -> str:
    return str(data["customer"])


SLIP: Final = declare_paper_kind(
    PaperKind(
        code="centre-slip",
        label=_("Phiếu nhận phương tiện đo, mẫu thử"),
        model=ServiceOrder,
        template=FOLDER / "slip.toml",
        book="PN-TTUD",
        pattern="{number}/PN-TTUD",
        who=rules.centre_staff,
        signer_capacity="NGƯỜI NHẬN",
        context=_context,
        missing=_missing,
        given_to=_customer_named,
        printed=(
            PrintedRows(ServiceOrder, ("code", "customer", "contract_number", "received_on")),
            PrintedRows(ServiceOrderItem, ("order", "ordinal", "subject", "method", "quantity"), "order"),
            PrintedRows(Organisation, ("name",), "centre_service_orders"),
        ),
        variables=(
            TemplateVariable("order", _("Số phiếu yêu cầu"), "YC-2023-01"),
            TemplateVariable("customer", _("Khách hàng"), "Bệnh viện đa khoa A"),
            TemplateVariable("contract", _("Số hợp đồng")),
            TemplateVariable("received_on", _("Ngày nhận"), "14/9/2023"),
            TemplateVariable("due_on", _("Ngày hẹn trả"), "28/9/2023"),
            TemplateVariable(
                "received_items",
                _("Phương tiện đo, mẫu thử đã nhận"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("subject", _("Đối tượng"), "Cân"),
                    TemplateVariable("method", _("Việc làm"), "Kiểm định"),
                    TemplateVariable("quantity", _("Số lượng"), "5"),
                ),
            ),
        ),
    )
)
