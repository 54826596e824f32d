"""Registers of assets of tasks and of public assets that are to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations, rules
from khcn.finance.deadlines import ASSET_DEADLINES
from khcn.finance.models import PublicAsset, TaskAsset
from khcn.finance.register.base import ContractRegister, FinanceRegister, take_back
from khcn.finance.workflow import ASSET_FLOW
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from datetime import date

    from khcn.finance.models.assets import TaskAssetQuerySet


def as_of(records: TaskAssetQuerySet, on: date) -> TaskAssetQuerySet:
    """With the document by which an asset is handled that is decided on the day of the page."""
    return records.with_basis(on=on)


@register
class TaskAssets(ContractRegister):
    model = TaskAsset
    slug = "task-assets"
    icon = "tool"
    columns = (
        Column("code", look="link"),
        "name",
        "task",
        "group",
        Column("original_cost", look="money"),
        Column("state", look="badge"),
        "decided_on",
        "handed_over_on",
        Column("legal_basis", _("Xử lý theo")),
        Column("quantity", hidden=True),
        Column("recorded_on", hidden=True),
        Column("handling_form", hidden=True),
        Column("receiver", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "group": ["exact"],
        "state": ["exact"],
        "handling_form": ["exact"],
        "receiver": ["exact"],
        "recorded_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
        "handed_over_on": ["gte", "lt"],
    }
    search = ("task", "receiver")
    form = (
        Section(_("Tài sản"), "code", "task", "name", "group", "quantity", "original_cost", "recorded_on"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(
        _("Xử lý tài sản"),
        "proposed_on",
        "decision_number",
        "decided_on",
        "handling_form",
        "receiver",
        "handed_over_on",
    )
    panel_of = (Panel("receiver", _("Tài sản của nhiệm vụ KH&CN đã nhận"), position=94),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-recorded_on", "code")
    date_field = "recorded_on"
    happened = ("recorded_on",)
    annotate = as_of
    workflow = ASSET_FLOW
    effects = {
        "propose": Effect(operation=operations.propose, subject="asset"),
        "decide": Effect(operation=operations.decide, subject="asset"),
        "hand_over": Effect(operation=operations.hand_over, subject="asset"),
    }
    deadlines = ASSET_DEADLINES
    indicators = indicators.TASK_ASSETS
    writer = operations.TaskAssetWriter()
    owned = (
        OwnedFields(
            ("code", "task", "name", "group", "quantity", "original_cost", "recorded_on"),
            _("Tài sản đang được xử lý. Bấm “Bỏ bước ghi nhầm” rồi mới sửa được."),
            where=operations.handled_assets,
            covers_empty=True,
        ),
    )
    actions = (
        take_back(
            name="take-back-asset",
            operation=operations.take_back_asset,
            subject="asset",
            who=rules.contract_staff,
        ),
    )


@register
class PublicAssets(FinanceRegister):
    model = PublicAsset
    slug = "public-assets"
    icon = "building"
    columns = (
        Column("code", look="link"),
        "name",
        "form",
        "dossier_sent_on",
        "decided_on",
        "completed_on",
        Column("original_cost", look="money", hidden=True),
        Column("residual_amount", look="money", hidden=True),
        Column("asked_of", hidden=True),
        Column("proceeds", look="money", hidden=True),
    )
    filters = {
        "form": ["exact"],
        "asked_of": ["exact"],
        "dossier_sent_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
        "completed_on": ["gte", "lt"],
    }
    search = ("asked_of",)
    form = (
        Section(_("Tài sản"), "code", "name", "form", "original_cost", "residual_amount"),
        Section(_("Hồ sơ, quyết định"), "asked_of", "dossier_sent_on", "decision_number", "decided_on"),
        Section(_("Kết quả"), "completed_on", "proceeds", "note"),
    )
    panel_of = (Panel("asked_of", _("Tài sản công được đề nghị xử lý"), position=95),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-dossier_sent_on", "code")
    date_field = "dossier_sent_on"
    happened = ("dossier_sent_on", "decided_on", "completed_on")
    not_before = (
        NotBefore("decided_on", "dossier_sent_on", _("Quyết định trước ngày gửi hồ sơ.")),
        NotBefore("completed_on", "decided_on", _("Xử lý xong trước ngày quyết định.")),
    )
    indicators = indicators.PUBLIC_ASSETS
    writer = PastDayWriter("dossier_sent_on", "decided_on", "completed_on")
