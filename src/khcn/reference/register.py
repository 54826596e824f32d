"""Registers of what changes by law and by year."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import AnyOrganisation, Department, Scope
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section
from khcn.reference import operations, rules
from khcn.reference.models import (
    AdminUnit,
    AdminUnitSuccession,
    CodeListItem,
    LegalDocument,
    RegimeWindow,
    ReportingRegime,
    RuleParameter,
    WorkingDayException,
)
from khcn.reference.models.codes import CodeList
from khcn.reference.operations import legal_documents
from khcn.reference.operations.code_lists import CodeListWriter
from khcn.reference.operations.rule_coverage import RuleWriter
from khcn.reference.operations.versions import VersionWriter

IN_FORCE = {"valid_from": ["gte", "lt"], "valid_to": ["gte", "lt"]}


DEPARTMENT = Department(write=rules.editors)
# Lists that records of outside organisations refer to, and that anybody may know.
SHARED = DEPARTMENT | AnyOrganisation()


class ReferenceRegister(Register):
    """What the office keeps for everybody."""

    owner = "VP"
    scope: ClassVar[Scope] = DEPARTMENT


_IDENTITY = ("number", "kind", "issued_on", "issuer")


@register
class LegalDocuments(ReferenceRegister):
    model = LegalDocument
    slug = "legal-documents"
    icon = "file-text"
    scope = Department(write=rules.clerks)
    columns = (
        Column("number", look="link"),
        "kind",
        "issued_on",
        "issuer",
        "subject",
        Column("is_normative", hidden=True),
        Column("effective_on", hidden=True),
        Column("ended_on", hidden=True),
        Column("replaces", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "is_normative": ["exact"],
        "issued_on": ["gte", "lt"],
        "effective_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
        "replaces": ["exact"],
    }
    form = (
        Section(_("Văn bản"), "number", "kind", "issued_on", "issuer", "subject", "is_normative"),
        Section(_("Hiệu lực"), "effective_on", "ended_on", "replaces"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("replaces", _("Văn bản thay thế"), position=10),)
    natural_key = ("number", "issued_on", "issuer")
    lookup = "number"
    lookup_creates = True
    owned = (
        OwnedFields(
            _IDENTITY,
            _(
                "Hồ sơ đang nêu văn bản này: số, loại, ngày và cơ quan ban hành do Văn phòng sửa bằng nút “Đính chính văn bản”."
            ),
            where=legal_documents.documents_in_use,
        ),
    )
    actions = (
        correction(
            name="correct",
            label=_("Đính chính văn bản"),
            operation=legal_documents.correct_document,
            subject="document",
            writes=_IDENTITY,
            who=rules.editors,
            guard=legal_documents.why_not_correct,
            source=LegalDocument,
            initial=initial_from_stored_values(*_IDENTITY),
            inputs=(Section(_("Văn bản"), *_IDENTITY),),
        ),
    )
    order = ("-issued_on", "number")
    date_field = "issued_on"
    happened = ("issued_on",)


@register
class AdminUnits(ReferenceRegister):
    model = AdminUnit
    slug = "admin-units"
    icon = "map-pin"
    scope = SHARED
    columns = (
        Column("full_name", look="link"),
        "code",
        "level",
        "parent",
        "valid_from",
        "valid_to",
        Column("name", hidden=True),
    )
    filters = {"level": ["exact"], "parent": ["exact"], **IN_FORCE}
    form = (
        Section(_("Đơn vị hành chính"), "level", "code", "name", "full_name", "parent"),
        Section(_("Hiệu lực"), "valid_from", "valid_to"),
    )
    panel_of = (Panel("parent", _("Đơn vị trực thuộc"), position=10),)
    natural_key = ("level", "code", "valid_from")
    lookup = "full_name"
    lookup_aliases = ("name", "code")


@register
class AdminUnitSuccessions(ReferenceRegister):
    model = AdminUnitSuccession
    slug = "admin-unit-successions"
    icon = "git-merge"
    columns = (Column("predecessor", look="link"), "kind", "successor", "effective_on", "legal_document")
    filters = {
        "kind": ["exact"],
        "predecessor": ["exact"],
        "successor": ["exact"],
        "effective_on": ["gte", "lt"],
        "legal_document": ["exact"],
    }
    search = ("predecessor", "successor")
    form = (Section(_("Kế thừa"), "predecessor", "kind", "successor", "effective_on", "legal_document"),)
    panel_of = (
        Panel("predecessor", _("Đơn vị kế thừa"), position=20),
        Panel("successor", _("Hình thành từ"), position=30),
    )
    natural_key = ("predecessor", "successor")
    order = ("-effective_on",)
    date_field = "effective_on"


@register
class CodeListItems(ReferenceRegister):
    model = CodeListItem
    slug = "code-list-items"
    icon = "list-details"
    scope = SHARED
    columns = (
        Column("label", look="link"),
        "code_list",
        "code",
        "position",
        Column("fails", hidden=True),
        "valid_from",
        "valid_to",
        "legal_document",
    )
    filters = {"code_list": ["exact"], "legal_document": ["exact"], **IN_FORCE}
    form = (
        Section(_("Mục danh mục"), "code_list", "code", "label", "position"),
        Section(_("Xếp loại"), "fails", when=("code_list", (CodeList.ACCEPTANCE_GRADE,))),
        Section(_("Hiệu lực"), "valid_from", "valid_to", "legal_document"),
    )
    natural_key = ("code_list", "code", "valid_from")
    writer = CodeListWriter()
    lookup = "label"
    lookup_aliases = ("code",)
    order = ("code_list", "position", "sort_key")


@register
class RuleParameters(ReferenceRegister):
    model = RuleParameter
    slug = "rule-parameters"
    icon = "adjustments"
    columns = (
        Column("label", look="link"),
        "code",
        "value",
        "unit",
        "valid_from",
        "valid_to",
        "legal_document",
    )
    filters = {"unit": ["exact"], "legal_document": ["exact"], **IN_FORCE}
    form = (
        Section(_("Tham số"), "code", "label", "value", "unit"),
        Section(_("Hiệu lực"), "valid_from", "valid_to", "legal_document"),
    )
    natural_key = ("code", "valid_from")
    lookup = "code"
    shown = "label"
    writer = RuleWriter()
    actions = (
        Action(
            name="confirm",
            label=_("Xác nhận giá trị"),
            operation=operations.confirm_rule,
            subject="rule",
            who=rules.editors,
            guard=operations.why_not_confirm,
            asks_reason=_("Đã đối chiếu với văn bản nào"),
            shows_record=True,
            takes_person=True,  # what is erased by a confirmed rule does not come back
            icon="circle-check",
            help_text=_(
                "Bỏ dấu “dữ liệu minh họa”. Quy định lưu giữ dữ liệu cá nhân chỉ có hiệu lực xóa sau khi xác nhận."
            ),
        ),
    )


@register
class ReportingRegimes(ReferenceRegister):
    model = ReportingRegime
    slug = "reporting-regimes"
    icon = "calendar-stats"
    columns = (Column("name", look="link"), "code", "legal_document")
    filters = {"legal_document": ["exact"]}
    form = (Section(_("Chế độ báo cáo"), "code", "name", "legal_document"),)
    natural_key = ("code",)
    lookup = "code"
    lookup_aliases = ("name",)
    shown = "name"


@register
class RegimeWindows(ReferenceRegister):
    model = RegimeWindow
    slug = "regime-windows"
    icon = "calendar-event"
    columns = (
        Column("regime", look="link"),
        "kind",
        "number",
        "start_day",
        "start_month",
        "starts_year_before",
        "end_day",
        "end_month",
        "due_working_days",
        "valid_from",
        "valid_to",
    )
    filters = {"regime": ["exact"], "kind": ["exact"], **IN_FORCE}
    search = ("regime",)
    form = (
        Section(_("Kỳ báo cáo"), "regime", "kind", "number"),
        Section(
            _("Thời gian chốt số liệu"),
            "starts_year_before",
            "start_day",
            "start_month",
            "end_day",
            "end_month",
        ),
        Section(_("Gửi báo cáo"), "due_working_days"),
        Section(_("Hiệu lực"), "valid_from", "valid_to"),
    )
    panel_of = (Panel("regime", _("Kỳ chốt số liệu"), position=10),)
    natural_key = ("regime", "kind", "number", "valid_from")
    writer = VersionWriter()
    order = ("regime__code", "kind", "number")


@register
class WorkingDayExceptions(ReferenceRegister):
    model = WorkingDayException
    slug = "working-day-exceptions"
    icon = "calendar-off"
    columns = (Column("on", look="link"), "kind", "name", "source", "calendar", "provisional")
    filters = {"calendar": ["exact"], "kind": ["exact"], "on": ["gte", "lt"], "provisional": ["exact"]}
    form = (Section(_("Ngày nghỉ, ngày làm bù"), "calendar", "on", "kind", "name", "source", "provisional"),)
    natural_key = ("calendar", "on")
    order = ("-on", "calendar")
    date_field = "on"
