"""Registers of assigned work and drafted documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.directives import indicators, operations, rules
from khcn.directives.deadlines import ASSIGNED_DEADLINES
from khcn.directives.models import (
    AdvisedDocument,
    AssignedTask,
    AssignedTaskExtension,
    AssignedTaskUnit,
    Timeliness,
)
from khcn.kernel.access.scopes import ACT, ATTACH, CHANGE, CREATE, Department, OwnUnit
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section, Tile

if TYPE_CHECKING:
    from datetime import date

    from khcn.directives.models import AssignedTaskQuerySet


def as_of(records: AssignedTaskQuerySet, on: date) -> AssignedTaskQuerySet:
    """Timeliness on the day of the page."""
    return records.with_timeliness(on=on)


@register
class AssignedTasks(Register):
    model = AssignedTask
    slug = "assigned-tasks"
    owner = "VP"
    icon = "clipboard-check"
    scope = Department(write=rules.office) | OwnUnit(
        "lead_unit", rules.unit_staff, frozenset({CREATE, CHANGE, ATTACH, ACT})
    )
    columns = (
        Column("content", look="link"),
        "source_document",
        "lead_unit",
        "due_on",
        Column("timeliness", _("Tình trạng"), look="badge", choices=tuple(Timeliness.choices)),
        "done_on",
        "result_document",
        "result_entered_on",
        Column("ordinal", hidden=True),
        Column("year", hidden=True),
        Column("due_precision", hidden=True),
        Column("extension_document", hidden=True),
        Column("progress", hidden=True),
    )
    filters = {
        "year": ["exact"],
        "lead_unit": ["exact"],
        "source_document": ["exact"],
        "due_on": ["gte", "lt"],
        "done_on": ["gte", "lt"],
        "result_document": ["exact"],
    }
    derived_filters = {"timeliness": (_("Tình trạng"), tuple(Timeliness.choices))}
    search = ("source_document",)
    form = (
        Section(_("Nhiệm vụ"), "source_document", "ordinal", "content", "year", "lead_unit"),
        Section(_("Tiến độ theo kế hoạch"), "due_on", "due_precision"),
        Section(_("Kết quả thực hiện"), "progress", "done_on", "result_document"),
    )
    panel_of = (Panel("lead_unit", _("Nhiệm vụ được giao"), position=30),)
    natural_key = ("source_document", "ordinal")
    lookup = "content"
    order = ("due_on", "ordinal")
    date_field = "due_on"
    indicators = indicators.ASSIGNED_TASKS
    tiles = (
        Tile(
            "NG-01",
            _("Nhiệm vụ UBND tỉnh giao"),
            parts=(
                (_("hoàn thành"), "NG-02"),
                (_("trong đó hoàn thành chậm"), "NG-04"),
                (_("đang thực hiện"), "NG-03"),
                (_("trong đó quá hạn"), "NG-05"),
            ),
            position=40,
        ),
    )
    annotate = as_of
    deadlines = ASSIGNED_DEADLINES
    writer = operations.AssignedTaskWriter()
    owned = (
        OwnedFields(
            ("done_on", "result_document"),
            _(
                "Kết quả ghi bằng nút “Ghi kết quả thực hiện”, sửa bằng nút “Đính chính kết quả”; ghi nhầm nhiệm vụ thì bấm “Bỏ kết quả ghi nhầm”."
            ),
            covers_empty=True,
        ),
        OwnedFields(
            ("source_document", "year", "lead_unit", "due_on", "due_precision"),
            _(
                "Hạn, đơn vị chủ trì và văn bản giao của nhiệm vụ đã giao chỉ đổi bằng nút “Gia hạn, giao lại” hoặc “Đính "
                "chính việc giao”."
            ),
            covers_empty=True,
        ),
        OwnedFields(
            ("content", "ordinal"),
            _("Nhiệm vụ đã ghi kết quả: nội dung và số thứ tự chỉ sửa bằng nút “Đính chính việc giao”."),
            where=operations.finished,
        ),
    )
    actions = (
        Action(
            name="extend-assignment",
            label=_("Gia hạn, giao lại"),
            operation=operations.extend_assignment,
            subject="task",
            writes=("due_on", "due_precision", "lead_unit"),
            who=rules.assigners,
            guard=operations.why_not_finished,
            source=AssignedTask,
            required=("extension_document",),
            initial=initial_from_stored_values("due_on", "due_precision", "lead_unit"),
            inputs=(
                Section(_("Văn bản gia hạn, giao lại"), "extension_document"),
                Section(_("Hạn và đơn vị chủ trì"), "due_on", "due_precision", "lead_unit"),
            ),
            asks_reason=_("Lý do"),
            importable=True,
            icon="calendar",
            help_text=_(
                "Ghi theo văn bản đã ban hành. Báo cáo của kỳ kết thúc trước ngày văn bản vẫn tính theo hạn cũ; nhật ký giữ đơn vị chủ trì "
                "trước khi đổi."
            ),
        ),
        correction(
            name="correct-assignment",
            label=_("Đính chính việc giao"),
            operation=operations.correct_assignment,
            subject="task",
            writes=(
                *("source_document", "ordinal", "content", "year"),
                *("lead_unit", "due_on", "due_precision"),
                *(
                    f"directives.AssignedTaskExtension.{name}"
                    for name in ("document", "new_due_on", "new_due_precision")
                ),
            ),
            who=rules.assigners,
            source=AssignedTask,
            initial=initial_from_stored_values(
                *("source_document", "ordinal", "content", "year", "due_on", "due_precision", "lead_unit"),
                "extension_document",
            ),
            inputs=(
                Section(_("Việc giao"), "source_document", "ordinal", "content", "year", "lead_unit"),
                Section(_("Hạn"), "due_on", "due_precision", "extension_document"),
            ),
        ),
        Action(
            name="record-result",
            label=_("Ghi kết quả thực hiện"),
            operation=operations.record_result,
            subject="task",
            writes=("done_on", "result_document"),
            who=rules.result_writers,
            guard=operations.why_not_finished,
            source=AssignedTask,
            required=("done_on",),
            inputs=(Section(_("Kết quả thực hiện"), "done_on", "result_document", "progress"),),
            importable=True,
            icon="clipboard-check",
        ),
        correction(
            name="correct-result",
            label=_("Đính chính kết quả"),
            operation=operations.correct_result,
            subject="task",
            writes=("done_on", "result_document"),
            who=rules.result_writers,
            guard=operations.why_no_result,
            source=AssignedTask,
            required=("done_on",),
            initial=initial_from_stored_values("done_on", "result_document"),
            inputs=(Section(_("Kết quả thực hiện"), "done_on", "result_document"),),
        ),
        correction(
            name="remove-result",
            label=_("Bỏ kết quả ghi nhầm"),
            operation=operations.remove_result,
            subject="task",
            writes=("done_on", "result_document"),
            who=rules.result_writers,
            guard=operations.why_no_result,
            icon="trash",
            danger=True,
            help_text=_(
                "Chỉ dùng khi kết quả ghi nhầm cho nhiệm vụ này. Nhiệm vụ trở lại đang thực hiện với hạn đã giao và mang dấu “đã đính "
                "chính”; nhật ký giữ kết quả cũ."
            ),
        ),
    )


@register
class AssignedTaskExtensions(Register):
    """Rows come by “Gia hạn, giao lại” alone."""

    model = AssignedTaskExtension
    slug = "assigned-task-extensions"
    owner = "VP"
    icon = "calendar"
    scope = Department(write=rules.assigners)
    columns = (Column("document", look="link"), "task", "old_due_on", "new_due_on")
    filters = {
        "task": ["exact"],
        "document": ["exact"],
        "old_due_on": ["gte", "lt"],
        "new_due_on": ["gte", "lt"],
    }
    search = ("task", "document")
    form = (
        Section(_("Gia hạn"), "task", "document"),
        Section(_("Hạn"), "old_due_on", "old_due_precision", "new_due_on", "new_due_precision"),
    )
    panel_of = (Panel("task", _("Các lần gia hạn"), position=5),)
    natural_key = ("task", "document")
    order = ("-new_due_on", "task")
    writer = operations.AssignedExtensionWriter()
    owned = (
        OwnedFields(
            ("task", "document", "old_due_on", "old_due_precision", "new_due_on", "new_due_precision"),
            _("Lần gia hạn ghi nhầm thì bấm “Đính chính việc giao” ở trang của nhiệm vụ."),
            covers_empty=True,
        ),
    )
    in_menu = False


@register
class AssignedTaskUnits(Register):
    model = AssignedTaskUnit
    slug = "assigned-task-units"
    owner = "VP"
    icon = "users"
    scope = Department(write=rules.office)
    columns = (Column("unit", look="link"), "assigned_task")
    filters = {"assigned_task": ["exact"], "unit": ["exact"]}
    search = ("assigned_task", "unit")
    form = (Section(_("Đơn vị phối hợp"), "assigned_task", "unit"),)
    panel_of = (Panel("assigned_task", _("Đơn vị phối hợp"), position=10),)
    natural_key = ("assigned_task", "unit")
    order = ("assigned_task__due_on", "unit__position")
    in_menu = False


@register
class AdvisedDocuments(Register):
    model = AdvisedDocument
    slug = "advised-documents"
    owner = "VP"
    icon = "file-pencil"
    scope = Department(write=rules.office) | OwnUnit("lead_unit", rules.unit_staff)
    columns = (
        Column("title", look="link"),
        "kind",
        "lead_unit",
        "advised_on",
        "submitted_on",
        "issued_on",
        "legal_document",
        Column("code", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "lead_unit": ["exact"],
        "advised_on": ["gte", "lt"],
        "submitted_on": ["gte", "lt"],
        "issued_on": ["gte", "lt"],
        "legal_document": ["exact"],
    }
    form = (
        Section(_("Văn bản tham mưu"), "code", "kind", "title", "lead_unit"),
        Section(_("Tiến độ"), "advised_on", "submitted_on", "issued_on", "legal_document"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("-advised_on",)
    date_field = "advised_on"
    indicators = indicators.ADVISED_DOCUMENTS
