"""The letter that asks a host to clear its advances that are past their term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.finance import operations, rules
from khcn.finance.documents.settlement import FOLDER
from khcn.finance.enums import AdvanceStanding
from khcn.finance.models import AdvancePayment, AdvanceReminder
from khcn.finance.models.advances import CLEARANCE
from khcn.finance.operations.numbers import REMINDER_BOOK
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.amounts_in_words import amount_in_words
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.numbers import format_money, format_number, two_digits
from khcn.parties.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


def overdue_of(host: int, on: date) -> list[Any]:
    """The advances of a host that are past their term on a day, as KHTC-11 has them, the oldest first."""
    late = AdvancePayment.objects.filter(task__host=host).overdue(on=on)
    return list(late.with_standing(on=on).select_related("task").order_by("paid_on", "pk"))


def _context(reminder: AdvanceReminder, on: date) -> dict[str, Any]:
    found = overdue_of(reminder.host_id, on)
    terms = Deadline.objects.filter(
        subject_model=AdvancePayment._meta.label_lower,
        subject_id__in=[each.pk for each in found],
        kind=CLEARANCE,
    )
    due = dict(terms.values_list("subject_id", "due_on"))
    total = sum(each.outstanding for each in found)
    return {
        "host": reminder.host.name,
        "answer_by": day_text(reminder.answer_by),
        "as_of": day_text(on),
        "count": str(len(found)),
        "count_two_digits": two_digits(len(found)),
        "total": format_money(total),
        "total_in_words": amount_in_words(total),
        "advances": [
            {
                "ordinal": str(place),
                "task": f"{each.task.title} ({each.task.code})",
                "voucher": each.voucher_number or each.code,
                "paid_on": day_text(each.paid_on),
                "amount": format_number(each.amount),
                "outstanding": format_number(each.outstanding),
                "due_on": day_text(due.get(each.pk)),
                "age": str(AdvanceStanding(each.standing).label),
            }
            for place, each in enumerate(found, start=1)
        ],
    }


def _missing(reminder: AdvanceReminder, on: date) -> str:
    if overdue_of(reminder.host_id, on):
        return ""
    text = gettext("Đến ngày %(day)s tổ chức này không có khoản tạm ứng nào quá hạn thanh toán.")
    return text % {"day": day_text(on)}


def _had_already(reminder: AdvanceReminder, on: date) -> str:
    if not reminder.document_number:
        return ""
    return gettext("Đã gửi công văn số %(number)s. Đôn đốc lần nữa thì thêm một dòng đôn đốc mới.") % {
        "number": reminder.document_number
    }


def _issued(*, record: AdvanceReminder, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.send(reminder=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: AdvanceReminder, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_reminder(reminder=record, number=paper.number_text, actor=actor, on=on)


def _host(data: Mapping[str, Any]) -> str:
    return str(data["host"])


# The advances themselves go on: what is cleared after the letter, or corrected, contradicts nothing that it asked.
REMINDER: Final = declare_paper_kind(
    PaperKind(
        code="advance-reminder",
        label=_("Công văn đôn đốc thanh toán tạm ứng"),
        model=AdvanceReminder,
        template=FOLDER / "advance-reminder.toml",
        book=REMINDER_BOOK,
        pattern="{number}/SKHCN-VP",
        who=rules.finance_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_host,
        printed=(
            PrintedRows(AdvanceReminder, ("host", "answer_by")),
            PrintedRows(Organisation, ("name",), "advance_reminders", changes_only=True),
        ),
        variables=(
            TemplateVariable("host", _("Tổ chức chủ trì"), "Viện A"),
            TemplateVariable("answer_by", _("Đề nghị thanh toán trước ngày"), "30/9/2023"),
            TemplateVariable("as_of", _("Tính đến ngày"), "14/9/2023"),
            TemplateVariable("count", _("Số khoản quá hạn"), "2"),
            TemplateVariable("count_two_digits", _("Số khoản quá hạn, ít nhất hai chữ số"), "02"),
            TemplateVariable("total", _("Tổng số chưa thanh toán"), "185.000.000 đồng"),
            TemplateVariable("total_in_words", _("Tổng số, bằng chữ"), "Một trăm tám mươi lăm triệu đồng"),
            TemplateVariable(
                "advances",
                _("Các khoản tạm ứng quá hạn"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("task", _("Tên và mã nhiệm vụ"), "Trồng chè Shan tuyết (T08)"),
                    TemplateVariable("voucher", _("Số chứng từ chi"), "UNC-15"),
                    TemplateVariable("paid_on", _("Ngày chi"), "24/01/2022"),
                    TemplateVariable("amount", _("Số tạm ứng"), "500.000.000"),
                    TemplateVariable("outstanding", _("Số chưa thanh toán"), "45.000.000"),
                    TemplateVariable("due_on", _("Hạn thanh toán"), "31/12/2022"),
                    TemplateVariable("age", _("Tuổi tạm ứng"), "Tạm ứng trên 12 tháng"),
                ),
            ),
        ),
    )
)
