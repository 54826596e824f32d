"""Registers of units, organisations and persons."""

from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import CHANGE, CREATE, READING, Department, OwnOrganisation
from khcn.kernel.actions import ANY_FIELD, Action, initial_from_stored_values
from khcn.kernel.papers.printed_facts import printed_keys
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section
from khcn.parties import operations, rules
from khcn.parties.models import Organisation, OrgUnit, OrgUnitSuccession, Person


class PartiesRegister(Register):
    """What the office keeps about who is who."""

    owner = "VP"


def merging(model: type[Organisation | Person]) -> Action:
    """The action that takes a record entered twice into this one."""
    return Action(
        name="merge",
        label=_("Gộp bản ghi trùng"),
        operation=operations.merge_records,
        subject="target",
        writes=(ANY_FIELD,),  # whatever names the duplicate; the operation asks what stands against it
        who=rules.editors,
        fields={
            "duplicate": models.ForeignKey(
                model, models.PROTECT, verbose_name=_("bản ghi trùng cần gộp vào")
            ),
            "outside_access": models.BooleanField(
                _("cho tài khoản bên ngoài của hai bản ghi thấy hồ sơ của cả hai"),
                default=False,
                help_text=_("Chỉ quản trị hệ thống. Bấm “Xem trước” để biết là tài khoản nào."),
            ),
        },
        inputs=(Section(_("Bản ghi trùng"), "duplicate", "outside_access"),),
        preview=operations.merge_preview,
        icon="git-merge",
        danger=True,
        help_text=_(
            "Mọi bản ghi đang nêu bản ghi trùng sẽ nêu bản ghi này; bản ghi trùng bị xóa. Tách lại được."
        ),
    )


def _printed(model: type[Organisation | Person], *fields: str) -> OwnedFields:
    """Papers in force keep what they have printed; the record changes with the reason that the office gives."""
    return OwnedFields(
        fields,
        _(
            "Giấy đang có hiệu lực đã in nội dung này. Văn phòng đổi bằng nút “Đổi tên, sửa thông tin đã in” và ghi căn cứ; giấy "
            "đã cấp giữ nguyên nội dung đã in."
        ),
        where=partial(printed_keys, model),
        covers_empty=True,
    )


def _changing_particulars(model: type[Organisation | Person], *fields: str) -> Action:
    return Action(
        name="change-particulars",
        label=_("Đổi tên, sửa thông tin đã in"),
        operation=operations.change_particulars,
        subject="record",
        writes=fields,
        who=rules.editors,
        source=model,
        initial=initial_from_stored_values(*fields),
        inputs=(Section(_("Thông tin"), *fields),),
        asks_reason=_("Căn cứ (quyết định đổi tên) hoặc lý do đính chính"),
        icon="pencil",
        help_text=_("Giấy đã cấp giữ nguyên nội dung đã in. Nhật ký giữ nội dung trước và sau."),
    )


_ON_PAPER = {Organisation: ("name", "address", "governing_body"), Person: ("full_name", "degree")}


UNDO_MERGER = Action(
    name="undo-merge",
    label=_("Tách lại bản ghi đã gộp"),
    operation=operations.undo_merger,
    subject="target",
    writes=(ANY_FIELD,),
    who=rules.editors,
    guard=operations.why_not_undo,
    notice=operations.returning_record,
    icon="arrow-back-up",
)


@register
class OrgUnits(PartiesRegister):
    model = OrgUnit
    slug = "org-units"
    icon = "building"
    scope = Department(write=rules.editors)
    columns = (Column("name", look="link"), "code", "kind", "position", "valid_from", "valid_to")
    filters = {"kind": ["exact"], "valid_from": ["gte", "lt"], "valid_to": ["gte", "lt"]}
    form = (
        Section(_("Phòng, đơn vị"), "code", "name", "kind", "position"),
        Section(_("Hiệu lực"), "valid_from", "valid_to"),
    )
    natural_key = ("code", "valid_from")
    lookup = "name"
    lookup_aliases = ("code",)
    order = ("position", "sort_key")


@register
class OrgUnitSuccessions(PartiesRegister):
    model = OrgUnitSuccession
    slug = "org-unit-successions"
    icon = "git-merge"
    scope = Department(write=rules.editors)
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
        Panel("predecessor", _("Đơn vị kế thừa"), position=10),
        Panel("successor", _("Hình thành từ"), position=20),
    )
    natural_key = ("predecessor", "successor")
    order = ("-effective_on",)
    date_field = "effective_on"


@register
class Organisations(PartiesRegister):
    model = Organisation
    slug = "organisations"
    icon = "building-community"
    scope = Department(write=rules.clerks) | OwnOrganisation("pk")
    columns = (
        Column("name", look="link"),
        "short_name",
        "kind",
        "governing_body",
        "admin_unit",
        Column("tax_code", hidden=True),
        Column("address", hidden=True),
        Column("phone", hidden=True),
        Column("email", hidden=True),
    )
    filters = {"kind": ["exact"], "governing_body": ["exact"], "admin_unit": ["exact"]}
    form = (
        Section(_("Tổ chức"), "name", "short_name", "kind", "governing_body", "tax_code"),
        Section(_("Liên hệ"), "address", "admin_unit", "phone", "email"),
    )
    panel_of = (Panel("governing_body", _("Đơn vị trực thuộc"), position=20),)
    natural_key = ("name",)
    bulk_fields = ("kind", "governing_body", "admin_unit")
    grid_fields = ("short_name", "kind", "governing_body", "address", "admin_unit", "phone", "email")
    lookup = "name"
    lookup_aliases = ("short_name",)
    lookup_creates = True
    similar = ("name",)
    owned = (_printed(Organisation, *_ON_PAPER[Organisation]),)
    actions = (
        _changing_particulars(Organisation, *_ON_PAPER[Organisation]),
        merging(Organisation),
        UNDO_MERGER,
    )


@register
class People(PartiesRegister):
    model = Person
    slug = "people"
    icon = "user"
    scope = Department(write=rules.clerks) | OwnOrganisation("organisation", READING | {CREATE, CHANGE})
    columns = (
        Column("full_name", look="link"),
        "degree",
        "position",
        "organisation",
        Column("distinction", hidden=True),
        Column("phone", hidden=True),
        Column("email", hidden=True),
    )
    filters = {"organisation": ["exact"]}
    search = ("organisation",)
    form = (
        Section(_("Cá nhân"), "full_name", "degree", "position", "organisation", "distinction"),
        Section(_("Liên hệ"), "phone", "email"),
    )
    panel_of = (Panel("organisation", _("Cá nhân"), position=10),)
    natural_key = ("full_name", "organisation", "distinction")
    bulk_fields = ("degree", "position")
    grid_fields = ("degree", "position", "phone", "email")
    distinguished_by = "distinction"
    known_by = ("phone", "email")
    lookup = "full_name"
    lookup_creates = True
    similar = ("full_name",)
    owned = (_printed(Person, *_ON_PAPER[Person]),)
    actions = (_changing_particulars(Person, *_ON_PAPER[Person]), merging(Person), UNDO_MERGER)
    writer = operations.PersonWriter()
