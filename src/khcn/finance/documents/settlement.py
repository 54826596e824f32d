"""The notice that the settlement of a task's year is approved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.finance import operations, rules
from khcn.finance.models import YearSettlement
from khcn.finance.operations.numbers import NOTICE_BOOK
from khcn.finance.workflow import APPROVED, SETTLEMENT_FLOW
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.amounts_in_words import amount_in_words
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.numbers import format_money
from khcn.parties.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

FOLDER: Final = Path(__file__).parent.parent / "papers"


def _context(settlement: YearSettlement, on: date) -> dict[str, Any]:
    task, approved = settlement.task, settlement.approved_amount or 0
    less = settlement.reported_amount - approved
    return {
        "task": task.title,
        "task_code": task.code,
        "host": task.host.name if task.host else "",
        "settled_year": str(settlement.year),
        "submitted_on": day_text(settlement.submitted_on),
        "approved_on": day_text(settlement.approved_on),
        "reported_amount": format_money(settlement.reported_amount),
        "approved_amount": format_money(approved),
        "approved_in_words": amount_in_words(approved),
        "refused_amount": format_money(less) if less else "",
        "carried_over_amount": format_money(settlement.carried_over_amount)
        if settlement.carried_over_amount
        else "",
    }


def _missing(settlement: YearSettlement, on: date) -> str:
    if settlement.state != APPROVED:
        state = SETTLEMENT_FLOW.by_value[settlement.state]
        return gettext(
            "Quyết toán ở trạng thái “%(state)s”. Bấm “Ghi phê duyệt quyết toán” rồi mới lập thông báo."
        ) % {"state": state.label}
    if settlement.task.host is None:
        return gettext("Nhiệm vụ chưa ghi tổ chức chủ trì nên chưa có nơi nhận thông báo.")
    if settlement.approved_on is not None and settlement.approved_on > on:
        text = gettext("Quyết toán được phê duyệt ngày %(day)s, sau ngày của thông báo.")
        return text % {"day": day_text(settlement.approved_on)}
    return ""


def _had_already(settlement: YearSettlement, on: date) -> str:
    if not settlement.document_number:
        return ""
    return gettext("Quyết toán đã có văn bản phê duyệt số %(number)s.") % {
        "number": settlement.document_number
    }


def _issued(*, record: YearSettlement, paper: Paper, actor: Actor, on: date) -> None:
    operations.number_settlement(settlement=record, number=paper.number_text, actor=actor)


def _withdrawn(*, record: YearSettlement, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_notice(settlement=record, number=paper.number_text, actor=actor)


def _host(data: Mapping[str, Any]) -> str:
    return str(data["host"])


NOTICE: Final = declare_paper_kind(
    PaperKind(
        code="year-settlement-notice",
        label=_("Thông báo phê duyệt quyết toán năm"),
        model=YearSettlement,
        template=FOLDER / "settlement-notice.toml",
        book=NOTICE_BOOK,
        pattern="{number}/TB-SKHCN",
        who=rules.finance_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_host,
        printed=(
            PrintedRows(
                YearSettlement,
                (
                    *("task", "year", "submitted_on", "reported_amount"),
                    *("approved_on", "approved_amount", "carried_over_amount"),
                ),
            ),
            PrintedRows(
                apps.get_model("science", "ScienceTask"),
                ("code", "title", "host"),
                "year_settlements",
                changes_only=True,
            ),
            PrintedRows(Organisation, ("name",), "hosted_tasks__year_settlements", changes_only=True),
        ),
        variables=(
            TemplateVariable("task", _("Tên nhiệm vụ"), "Xây dựng mô hình trồng chè Shan tuyết"),
            TemplateVariable("task_code", _("Mã nhiệm vụ"), "T08"),
            TemplateVariable("host", _("Tổ chức chủ trì"), "Viện A"),
            TemplateVariable("settled_year", _("Năm quyết toán"), "2022"),
            TemplateVariable("submitted_on", _("Ngày nhận hồ sơ quyết toán"), "15/02/2023"),
            TemplateVariable("approved_on", _("Ngày phê duyệt quyết toán"), "20/3/2023"),
            TemplateVariable("reported_amount", _("Số đề nghị quyết toán"), "460.000.000 đồng"),
            TemplateVariable("approved_amount", _("Số được phê duyệt"), "455.000.000 đồng"),
            TemplateVariable(
                "approved_in_words",
                _("Số được phê duyệt, bằng chữ"),
                "Bốn trăm năm mươi lăm triệu đồng",
            ),
            TemplateVariable(
                "refused_amount", _("Số không được phê duyệt; không có thì để trống"), "5.000.000 đồng"
            ),
            TemplateVariable(
                "carried_over_amount", _("Số chuyển năm sau; không có thì để trống"), "40.000.000 đồng"
            ),
        ),
    )
)
