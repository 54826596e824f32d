"""Registers of procedures, their parts and their changes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.dossiers import indicators, operations, rules
from khcn.dossiers.models import (
    Dossier,
    DossierCodePattern,
    Procedure,
    ProcedureChange,
    ProcedureComponent,
    ProcedureStep,
)
from khcn.kernel.access.scopes import Department
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Register, Section

RECEIVE = Action(
    name="receive",
    label=_("Tiếp nhận hồ sơ"),
    operation=operations.receive_dossier,
    subject="procedure",
    who=rules.office,
    guard=operations.why_not_receive,
    source=Dossier,
    initial=operations.reception_defaults,
    inputs=(
        Section(_("Người nộp"), "applicant", "phone", "address", "email", "organisation"),
        Section(_("Hồ sơ"), "content", "copies", "channel", "received_on", "unit"),
    ),
    icon="inbox",
    opens_result=True,
    help_text=_(
        "Kiểm tra đủ thành phần hồ sơ trước khi tiếp nhận. Mã hồ sơ được cấp theo thứ tự trong ngày."
    ),
)


class ProceduresRegister(Register):
    """What the office keeps about procedures."""

    owner = "VP"
    scope = Department(write=rules.office)


@register
class Procedures(ProceduresRegister):
    model = Procedure
    slug = "procedures"
    icon = "list-check"
    columns = (
        Column("name", look="link"),
        "code",
        "field",
        "unit",
        "term_amount",
        "term_unit",
        "online_level",
        "valid_from",
        "valid_to",
        Column("fee", look="money", hidden=True),
        Column("authority", hidden=True),
        Column("result", hidden=True),
        Column("is_internal", hidden=True),
        Column("legal_document", hidden=True),
    )
    filters = {
        "field": ["exact"],
        "unit": ["exact"],
        "online_level": ["exact"],
        "is_internal": ["exact"],
        "legal_document": ["exact"],
        "valid_from": ["gte", "lt"],
        "valid_to": ["gte", "lt"],
    }
    form = (
        Section(_("Thủ tục"), "code", "name", "field", "is_internal", "online_level"),
        Section(_("Giải quyết"), "unit", "authority", "term_amount", "term_unit", "fee", "result"),
        Section(_("Hiệu lực"), "legal_document", "valid_from", "valid_to"),
    )
    natural_key = ("code", "valid_from")
    lookup = "code"
    lookup_aliases = ("name",)
    shown = "name"
    order = ("field", "code", "-valid_from")
    date_field = "valid_from"
    actions = (RECEIVE,)


@register
class ProcedureComponents(ProceduresRegister):
    model = ProcedureComponent
    slug = "procedure-components"
    icon = "files"
    columns = (Column("name", look="link"), "procedure", "ordinal", "originals", "copies", "is_required")
    filters = {"procedure": ["exact"]}
    search = ("procedure",)
    form = (
        Section(_("Thành phần hồ sơ"), "procedure", "ordinal", "name", "originals", "copies", "is_required"),
    )
    panel_of = (Panel("procedure", _("Thành phần hồ sơ"), position=10),)
    inline_in = "procedure"
    natural_key = ("procedure", "ordinal")
    order = ("procedure", "ordinal")
    in_menu = False


@register
class ProcedureSteps(ProceduresRegister):
    model = ProcedureStep
    slug = "procedure-steps"
    icon = "stairs"
    columns = (Column("name", look="link"), "procedure", "ordinal", "unit", "share")
    filters = {"procedure": ["exact"], "unit": ["exact"]}
    search = ("procedure",)
    form = (Section(_("Bước xử lý"), "procedure", "ordinal", "name", "unit", "share"),)
    panel_of = (Panel("procedure", _("Quy trình nội bộ"), position=20),)
    natural_key = ("procedure", "ordinal")
    order = ("procedure", "ordinal")
    in_menu = False


@register
class ProcedureChanges(ProceduresRegister):
    model = ProcedureChange
    slug = "procedure-changes"
    icon = "git-compare"
    columns = (Column("procedure", look="link"), "kind", "decided_on", "document")
    filters = {
        "procedure": ["exact"],
        "kind": ["exact"],
        "document": ["exact"],
        "decided_on": ["gte", "lt"],
    }
    search = ("procedure", "document")
    form = (Section(_("Công bố, rà soát"), "procedure", "kind", "decided_on", "document", "note"),)
    panel_of = (
        Panel("procedure", _("Công bố, rà soát"), position=30),
        Panel("document", _("Thủ tục được công bố"), position=40),
    )
    natural_key = ("procedure", "kind", "decided_on")
    order = ("-decided_on", "kind")
    date_field = "decided_on"
    indicators = indicators.PROCEDURE_CHANGES


@register
class DossierCodePatterns(ProceduresRegister):
    model = DossierCodePattern
    slug = "dossier-code-patterns"
    icon = "barcode"
    columns = (Column("pattern", look="link"), "valid_from", "valid_to", "legal_document")
    filters = {"legal_document": ["exact"], "valid_from": ["gte", "lt"], "valid_to": ["gte", "lt"]}
    form = (Section(_("Mẫu mã hồ sơ"), "pattern", "valid_from", "valid_to", "legal_document"),)
    natural_key = ("valid_from",)
    lookup = "pattern"
    order = ("-valid_from",)
    date_field = "valid_from"
