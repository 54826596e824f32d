"""The log of printed labels: printed again, and made void."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from khcn.goods import operations, rules
from khcn.goods.enums import LabelLayout
from khcn.goods.models import LabelPrint, LabelVoid
from khcn.goods.register.base import DepartmentActs, GoodsRegister, of_organisation
from khcn.kernel.access.scopes import ACT, READING, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope

_LABELS: Final = {
    "first": CharField(
        _("từ nhãn"), max_length=20, help_text=_("Số in trên nhãn đầu, hoặc nhãn thứ mấy. Ví dụ: 1.")
    ),
    "last": CharField(_("đến nhãn"), max_length=20, help_text=_("Số in trên nhãn cuối, hoặc nhãn thứ mấy.")),
}
"""Which labels of a printing are meant."""


@register
class LabelPrints(GoodsRegister):
    model = LabelPrint
    slug = "label-prints"
    icon = "printer"
    scope: ClassVar[Scope] = of_organisation("lot__item__organisation")
    columns = (
        Column("printed_on", look="link"),
        "lot",
        Column("code", hidden=True),
        "layout",
        "copies",
        "has_serials",
        "has_data_matrix",
        "repeats",
        Column("first", hidden=True),
        "note",
    )
    filters = {
        "lot": ["exact"],
        "lot__item__organisation": ["exact"],
        "layout": ["exact"],
        "has_serials": ["exact"],
        "repeats": ["exact"],
        "printed_on": ["gte", "lt"],
    }
    search = ("lot",)
    form = (
        Section(
            _("In nhãn"),
            "lot",
            "printed_on",
            "layout",
            "copies",
            "has_serials",
            "has_data_matrix",
            "note",
            "ordinal",
        ),
    )
    outcome = Section(_("Nhãn in lại"), "repeats", "first")
    panel_of = (Panel("lot", _("Nhãn đã in"), position=30),)
    natural_key = ("lot", "ordinal")
    numbered_by = "ordinal"
    lookup = "code"
    order = ("-printed_on",)
    may_be_long = True
    date_field = "printed_on"
    happened = ("printed_on",)
    begins_today = ("printed_on",)
    detail_template = "goods/label_print.html"
    writer = operations.LabelPrintWriter()
    owned = (
        OwnedFields(
            ("lot", "printed_on", "layout", "copies", "has_serials", "has_data_matrix", "ordinal"),
            _("Sổ in nhãn không sửa. In thêm thì ghi lượt mới."),
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="reprint",
            label=_("In lại nhãn hỏng"),
            operation=operations.reprint_labels,
            subject="printed",
            who=rules.producers | rules.editors,
            guard=operations.why_not_by_label,
            initial=operations.all_labels,
            fields={**_LABELS, "paper": CharField(_("khổ nhãn"), max_length=8, choices=LabelLayout.choices)},
            inputs=(Section(_("Nhãn in lại"), "first", "last", "paper"),),
            asks_reason=_("Lý do in lại"),
            opens_result=True,
            icon="printer",
            help_text=_("In đúng các số cũ. Bỏ tờ hỏng đi để không dán hai nhãn cùng số."),
        ),
        Action(
            name="void",
            label=_("Hủy nhãn"),
            operation=operations.void_labels,
            subject="printed",
            who=rules.producers | rules.editors,
            guard=operations.why_not_by_label,
            fields=_LABELS,
            inputs=(Section(_("Nhãn hủy"), "first", "last"),),
            asks_reason=_("Lý do hủy"),
            opens_result=True,
            icon="x",
            danger=True,
            help_text=_(
                "Dùng khi mất, hỏng, in thừa. Ai quét nhãn đã hủy được báo không mua và báo nơi bán."
            ),
        ),
    )


@register
class LabelVoids(GoodsRegister):
    """Rows come with the step that makes labels void, alone."""

    model = LabelVoid
    slug = "label-voids"
    icon = "x"
    scope: ClassVar[Scope] = (
        Department()
        | DepartmentActs(rules.editors)
        | OwnOrganisation("printing__lot__item__organisation", READING | {ACT})
    )
    columns = (
        Column("voided_on", look="link"),
        "printing",
        "first",
        "last",
        "reason",
        "restored_on",
        Column("restored_reason", hidden=True),
    )
    filters = {
        "printing": ["exact"],
        "printing__lot": ["exact"],
        "printing__lot__item__organisation": ["exact"],
        "voided_on": ["gte", "lt"],
        "restored_on": ["gte", "lt", "isnull"],
    }
    search = ("printing",)
    outcome = Section(
        _("Nhãn bị hủy"),
        "printing",
        "ordinal",
        "first",
        "last",
        "voided_on",
        "reason",
        "restored_on",
        "restored_reason",
    )
    panel_of = (Panel("printing", _("Nhãn bị hủy"), position=10),)
    natural_key = ("printing", "ordinal")
    order = ("-voided_on",)
    date_field = "voided_on"
    in_menu = False
    actions = (
        Action(
            name="restore",
            label=_("Dùng lại nhãn"),
            operation=operations.restore_labels,
            subject="void",
            who=rules.producers | rules.editors,
            guard=operations.why_not_restored,
            source=LabelVoid,
            asks_reason=_("Lý do dùng lại"),
            icon="arrow-back-up",
            help_text=_("Chỉ khi hủy nhầm: nhãn lại được coi là đúng."),
        ),
    )
