"""The minutes of handing over an asset of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.finance import operations, rules
from khcn.finance.documents.settlement import FOLDER
from khcn.finance.models import TaskAsset
from khcn.finance.operations.numbers import MINUTES_BOOK
from khcn.finance.workflow import ASSET_FLOW, DECIDED, HANDED_OVER
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


def _context(asset: TaskAsset, on: date) -> dict[str, Any]:
    task, cost = asset.task, asset.original_cost
    seen: Any = TaskAsset.objects.with_basis(on=on).get(pk=asset.pk)
    basis = str(seen.legal_basis)
    form = str(asset.get_handling_form_display())
    return {
        "asset": asset.name,
        "asset_code": asset.code,
        "group": asset.get_group_display(),
        "quantity": str(asset.quantity),
        "original_cost": "" if cost is None else format_money(cost),
        "cost_in_words": "" if cost is None else amount_in_words(cost),
        "task": task.title,
        "task_code": task.code,
        "host": task.host.name if task.host else "",
        "receiver": asset.receiver.name if asset.receiver else "",
        "decision": asset.decision_number,
        "decided_on": day_text(asset.decided_on),
        "legal_basis": f"Nghị định số {basis}" if "NĐ-CP" in basis else basis,
        "handling_form": form[:1].lower() + form[1:],
    }


def _missing(asset: TaskAsset, on: date) -> str:
    if asset.state not in {DECIDED, HANDED_OVER}:
        state = ASSET_FLOW.by_value[asset.state]
        text = gettext(
            "Tài sản ở trạng thái “%(state)s”. Bấm “Ghi quyết định xử lý” rồi mới lập biên bản bàn giao."
        )
        return text % {"state": state.label}
    if asset.receiver is None:
        return gettext(
            "Quyết định xử lý chưa ghi tổ chức nhận tài sản. Bấm “Bỏ bước ghi nhầm”, ghi lại quyết định có tổ chức nhận."
        )
    if asset.decided_on is not None and asset.decided_on > on:
        text = gettext("Quyết định xử lý ngày %(day)s, sau ngày của biên bản.")
        return text % {"day": day_text(asset.decided_on)}
    return ""


def _had_already(asset: TaskAsset, on: date) -> str:
    if asset.state != HANDED_OVER:
        return ""
    return gettext("Tài sản đã ghi bàn giao, xử lý xong ngày %(day)s.") % {
        "day": day_text(asset.handed_over_on)
    }


def _issued(*, record: TaskAsset, paper: Paper, actor: Actor, on: date) -> None:
    if paper.replaces is None or record.state != HANDED_OVER:
        operations.hand_over_by_minutes(asset=record, actor=actor, on=on)


def _withdrawn(*, record: TaskAsset, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_minutes(asset=record, number=paper.number_text, actor=actor, on=on)


def _receiver(data: Mapping[str, Any]) -> str:
    return str(data["receiver"])


MINUTES: Final = declare_paper_kind(
    PaperKind(
        code="task-asset-minutes",
        label=_("Biên bản bàn giao tài sản của nhiệm vụ"),
        model=TaskAsset,
        template=FOLDER / "asset-minutes.toml",
        book=MINUTES_BOOK,
        pattern="{number}/BB-SKHCN",
        who=rules.contract_staff,
        signer_capacity="ĐẠI DIỆN SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_receiver,
        printed=(
            PrintedRows(
                TaskAsset,
                (
                    *("code", "name", "task", "group", "quantity", "original_cost"),
                    *("decision_number", "decided_on", "handling_form", "receiver"),
                ),
            ),
            PrintedRows(
                apps.get_model("science", "ScienceTask"),
                ("code", "title", "host"),
                "assets",
                changes_only=True,
            ),
            PrintedRows(Organisation, ("name",), "hosted_tasks__assets", changes_only=True),
            PrintedRows(Organisation, ("name",), "received_assets", changes_only=True),
        ),
        variables=(
            TemplateVariable("asset", _("Tên tài sản"), "Máy sấy nông sản"),
            TemplateVariable("asset_code", _("Mã tài sản"), "T03-TS1"),
            TemplateVariable("group", _("Nhóm tài sản")),
            TemplateVariable("quantity", _("Số lượng"), "1"),
            TemplateVariable("original_cost", _("Nguyên giá"), "85.000.000 đồng"),
            TemplateVariable("cost_in_words", _("Nguyên giá, bằng chữ"), "Tám mươi lăm triệu đồng"),
            TemplateVariable("task", _("Tên nhiệm vụ"), "Xây dựng mô hình trồng chè Shan tuyết"),
            TemplateVariable("task_code", _("Mã nhiệm vụ"), "T08"),
            TemplateVariable("host", _("Tổ chức chủ trì"), "Viện A"),
            TemplateVariable("receiver", _("Tổ chức nhận tài sản"), "Hợp tác xã B"),
            TemplateVariable("decision", _("Số quyết định xử lý"), "12/QĐ-SKHCN"),
            TemplateVariable("decided_on", _("Ngày quyết định xử lý"), "10/5/2023"),
            TemplateVariable("legal_basis", _("Xử lý theo"), "Nghị định số 70/2018/NĐ-CP"),
            TemplateVariable("handling_form", _("Hình thức xử lý, viết thường"), "điều chuyển"),
        ),
    )
)
