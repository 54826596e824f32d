"""Registers of dossiers, of what was asked for in addition, and of hand-overs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.dossiers import indicators, operations, rules
from khcn.dossiers.deadlines import DOSSIER_DEADLINES, HANDOVER_DEADLINES
from khcn.dossiers.enums import DossierStanding
from khcn.dossiers.models import Dossier, DossierHandover, SupplementRequest
from khcn.dossiers.workflow import DOSSIER_FLOW
from khcn.kernel.access.scopes import ACT, ATTACH, CHANGE, Department, OwnUnit
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section, Tile

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from khcn.dossiers.models import DossierQuerySet

_SETTLING = frozenset({CHANGE, ATTACH, ACT})
_ENDING = ("outcome", "ended_on", "result_number", "outcome_reason")
_APOLOGY = ("apologised_on", "reappointed_on", "apology_reason")


def as_of(records: DossierQuerySet, on: date) -> DossierQuerySet:
    """Last day and standing on the day of the page."""
    return records.with_standing(on=on)


def _step(name: str, operation: Callable[..., Any], *inputs: str, **more: Any) -> Action:
    """The action of one step of the workflow, with the step's own label and permission."""
    step = DOSSIER_FLOW.by_name[name]
    return Action(
        **{
            "name": name.replace("_", "-"),
            "label": step.label,
            "operation": operation,
            "subject": "dossier",
            "who": step.who,
            "guard": operations.guard_of(name),
            "source": Dossier,
            "inputs": (Section(step.label, *inputs),),
            **more,
        }
    )


def _ending(name: str, operation: Callable[..., Any], icon: str, **more: Any) -> Action:
    return _step(
        name,
        operation,
        "ended_on",
        "outcome_reason",
        required=("ended_on", "outcome_reason"),
        writes=_ENDING,
        icon=icon,
        **more,
    )


STEPS = (
    _step(
        "hand_over",
        operations.hand_over,
        *("unit", "received_on", "share", "note"),
        source=DossierHandover,
        initial=operations.share_defaults,
        icon="arrow-forward-up",
    ),
    _step(
        "ask_supplement",
        operations.ask_supplement,
        *("asked_on", "content"),
        source=SupplementRequest,
        icon="file-plus",
        help_text=_("Ghi một lần tất cả nội dung cần bổ sung. Thời gian chờ không tính vào hạn."),
    ),
    _step(
        "receive_supplement",
        operations.receive_supplement,
        "answered_on",
        source=SupplementRequest,
        required=("answered_on",),
        icon="file-check",
    ),
    _step(
        "apologise",
        operations.apologise,
        *_APOLOGY,
        required=_APOLOGY,
        writes=_APOLOGY,
        icon="mail",
        help_text=_(
            "Hạn giải quyết không đổi: hồ sơ quá hạn vẫn là quá hạn. Ngày hẹn lại thành một thời hạn riêng."
        ),
    ),
    _step(
        "resolve",
        operations.resolve_dossier,
        *("ended_on", "result_number"),
        required=("ended_on",),
        writes=_ENDING,
        importable=True,
        icon="check",
    ),
    _ending("refuse", operations.refuse_dossier, "x"),
    _ending("withdraw", operations.withdraw_dossier, "arrow-back-up"),
    _ending("stop", operations.stop_dossier, "player-stop"),
    _step(
        "deliver",
        operations.deliver_result,
        "delivered_on",
        required=("delivered_on",),
        writes=("delivered_on",),
        icon="package-export",
    ),
)


@register
class Dossiers(Register):
    model = Dossier
    slug = "dossiers"
    owner = "VP"
    icon = "folder"
    scope = Department(write=rules.office) | OwnUnit("unit", rules.unit_staff, _SETTLING)
    columns = (
        Column("code", look="link"),
        "applicant",
        "procedure",
        "unit",
        "received_on",
        Column("due_on", _("Hạn giải quyết")),
        Column("standing", _("Tình trạng"), look="badge", choices=tuple(DossierStanding.choices)),
        "ended_on",
        Column("organisation", hidden=True),
        Column("outcome", hidden=True),
        Column("channel", hidden=True),
        Column("copies", hidden=True),
        Column("appointed_on", hidden=True),
        Column("result_number", hidden=True),
        Column("delivered_on", hidden=True),
        Column("apologised_on", hidden=True),
        Column("reappointed_on", hidden=True),
        Column("address", hidden=True),
        Column("phone", hidden=True),
        Column("email", hidden=True),
    )
    filters = {
        "procedure": ["exact"],
        "unit": ["exact"],
        "organisation": ["exact"],
        "channel": ["exact"],
        "outcome": ["exact"],
        "received_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
        "appointed_on": ["gte", "lt"],
        "delivered_on": ["gte", "lt"],
        "apologised_on": ["gte", "lt"],
        "reappointed_on": ["gte", "lt"],
    }
    derived_filters = {"standing": (_("Tình trạng"), tuple(DossierStanding.choices))}
    search = ("procedure", "organisation")
    form = (
        Section(_("Hồ sơ"), "code", "procedure", "received_on", "channel", "copies", "content"),
        Section(_("Người nộp"), "applicant", "organisation", "address", "phone", "email"),
        Section(_("Giải quyết"), "unit", "appointed_on"),
        Section(_("Kết quả"), *_ENDING, "delivered_on"),
        Section(_("Xin lỗi, hẹn lại"), *_APOLOGY),
    )
    panel_of = (
        Panel("procedure", _("Hồ sơ"), position=40),
        Panel("organisation", _("Hồ sơ thủ tục hành chính"), position=60),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "code")
    may_be_long = True
    date_field = "received_on"
    happened = ("received_on", "ended_on", "delivered_on")
    workflow = DOSSIER_FLOW
    annotate = as_of
    deadlines = DOSSIER_DEADLINES
    indicators = indicators.DOSSIERS
    charts = (
        Breakdown(
            _("Hồ sơ thủ tục hành chính theo kết quả"),
            "outcome",
            within="received_on",
            tones=(("resolved", "ok"), ("refused", "bad"), ("withdrawn", "warn"), ("stopped", "warn")),
            position=10,
        ),
    )
    tiles = (
        Tile(
            "HS-01",
            _("Hồ sơ thủ tục hành chính"),
            parts=(
                (_("trước hạn, đúng hạn"), "HS-02"),
                (_("quá hạn"), "HS-05"),
                (_("đang giải quyết"), "HS-06"),
                (_("đang quá hạn"), "HS-07"),
                (_("chờ bổ sung"), "HS-08"),
                (_("trả lại"), "HS-09"),
            ),
            position=60,
        ),
    )
    writer = operations.DossierWriter()
    owned = (
        OwnedFields(
            (*_ENDING, "delivered_on"),
            _(
                "Hồ sơ đã kết thúc: kết quả chỉ sửa bằng nút “Đính chính kết quả”, trả kết quả ghi bằng nút “Trả kết quả”."
            ),
            where=operations.ended_dossiers,
            covers_empty=True,
        ),
        OwnedFields(
            _APOLOGY,
            _("Xin lỗi, hẹn lại ghi bằng nút “Xin lỗi, hẹn lại”."),
            covers_empty=True,
        ),
    )
    actions = (
        *STEPS,
        correction(
            name="correct-outcome",
            label=_("Đính chính kết quả"),
            operation=operations.correct_outcome,
            subject="dossier",
            writes=(*_ENDING, "delivered_on"),
            who=rules.settlers,
            guard=operations.why_not_ended,
            source=Dossier,
            initial=initial_from_stored_values(*_ENDING, "delivered_on"),
            inputs=(Section(_("Kết quả"), *_ENDING, "delivered_on"),),
        ),
    )


class _DossierParts(Register):
    """Rows of a dossier: the office writes them, who settles it by the steps of the dossier."""

    owner = "VP"
    scope = Department(write=rules.office)


@register
class SupplementRequests(_DossierParts):
    model = SupplementRequest
    slug = "supplement-requests"
    icon = "file-plus"
    columns = (Column("asked_on", look="link"), "dossier", "answered_on", Column("content", hidden=True))
    filters = {"dossier": ["exact"], "asked_on": ["gte", "lt"], "answered_on": ["gte", "lt"]}
    search = ("dossier",)
    form = (Section(_("Yêu cầu bổ sung"), "dossier", "asked_on", "content", "answered_on"),)
    panel_of = (Panel("dossier", _("Yêu cầu bổ sung"), position=10),)
    natural_key = ("dossier", "asked_on")
    order = ("-asked_on",)
    date_field = "asked_on"
    writer = operations.SupplementWriter()
    in_menu = False


@register
class DossierHandovers(_DossierParts):
    model = DossierHandover
    slug = "dossier-handovers"
    icon = "arrow-forward-up"
    columns = (
        Column("unit", look="link"),
        "dossier",
        "ordinal",
        "received_on",
        "share",
        "done_on",
        Column("note", hidden=True),
    )
    filters = {
        "dossier": ["exact"],
        "unit": ["exact"],
        "received_on": ["gte", "lt"],
        "done_on": ["gte", "lt"],
    }
    search = ("dossier", "unit")
    form = (
        Section(_("Chuyển xử lý"), "dossier", "ordinal", "unit", "received_on", "share", "done_on", "note"),
    )
    panel_of = (Panel("dossier", _("Chuyển xử lý"), position=20),)
    natural_key = ("dossier", "ordinal")
    order = ("dossier", "ordinal")
    may_be_long = True
    date_field = "received_on"
    deadlines = HANDOVER_DEADLINES
    writer = operations.HandoverWriter()
    in_menu = False
