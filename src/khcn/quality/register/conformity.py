"""Registers of guidance and of conformity declarations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.quality import indicators, operations
from khcn.quality.deadlines import DECLARATION_DEADLINES
from khcn.quality.models import ConformityDeclaration, QualityGuidance
from khcn.quality.register.base import QualityRegister, take_back
from khcn.quality.workflow import DECLARATION_FLOW


@register
class QualityGuidanceCases(QualityRegister):
    model = QualityGuidance
    slug = "guidance"
    icon = "barcode"
    columns = (Column("code", look="link"), "purpose", "organisation", "product", "guided_on")
    filters = {"purpose": ["exact"], "organisation": ["exact"], "guided_on": ["gte", "lt"]}
    search = ("organisation",)
    form = (
        Section(_("Lượt hướng dẫn"), "code", "purpose", "organisation", "product", "guided_on"),
        Section(_("Kết quả"), "result"),
    )
    panel_of = (Panel("organisation", _("Hướng dẫn chất lượng, mã số mã vạch"), position=88),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-guided_on", "-code")
    date_field = "guided_on"
    happened = ("guided_on",)
    indicators = indicators.GUIDANCE
    writer = operations.GuidanceWriter()


@register
class ConformityDeclarations(QualityRegister):
    model = ConformityDeclaration
    slug = "declarations"
    icon = "rosette-discount-check"
    columns = (
        Column("code", look="link"),
        "product",
        "organisation",
        "kind",
        "standard",
        "received_on",
        Column("state", look="badge"),
        "notified_on",
        Column("notice_number", hidden=True),
        Column("valid_until", hidden=True),
        Column("renewed_on", hidden=True),
        Column("basis", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "organisation": ["exact"],
        "standard": ["exact"],
        "basis": ["exact"],
        "state": ["exact"],
        "received_on": ["gte", "lt"],
        "notified_on": ["gte", "lt"],
        "valid_until": ["gte", "lt"],
        "renewed_on": ["gte", "lt"],
    }
    search = ("organisation", "standard")
    form = (
        Section(_("Bản công bố"), "code", "kind", "organisation", "product", "standard", "basis"),
        Section(_("Thời gian"), "received_on", "valid_until", "renewed_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("organisation", _("Công bố hợp chuẩn, hợp quy"), position=89),
        Panel("standard", _("Hồ sơ công bố"), position=10),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on", "renewed_on")
    workflow = DECLARATION_FLOW
    effects = {
        "record_notice": Effect(operation=operations.record_notice, subject="declaration"),
        "return": Effect(operation=operations.return_dossier, subject="declaration"),
    }
    outcome = Section(_("Xử lý hồ sơ"), "notice_number", "notified_on", "returned_on", "return_reason")
    deadlines = DECLARATION_DEADLINES
    indicators = indicators.DECLARATIONS
    writer = operations.DeclarationWriter()
    owned = (
        OwnedFields(
            ("code", "kind", "organisation", "product", "standard", "basis", "received_on", "valid_until"),
            _(
                "Hồ sơ công bố đã xử lý nên không sửa được. Bấm “Bỏ bước ghi nhầm” trước; thông báo lập trong hệ thống thì lập dự "
                "thảo thay thế trước."
            ),
            where=operations.decided_declarations,
            covers_empty=True,
        ),
    )
    actions = (
        take_back(
            name="take-back-declaration", operation=operations.take_back_declaration, subject="declaration"
        ),
    )
