"""The register of R&D tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import OwnOrganisation
from khcn.kernel.deadlines.queries import TERM_STATES, with_term
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section, Tile
from khcn.science import indicators
from khcn.science.deadlines import TASK_DEADLINES
from khcn.science.models import ScienceTask
from khcn.science.operations import ScienceTaskWriter
from khcn.science.queries import ended_tasks, with_decisions, with_milestones
from khcn.science.register import actions
from khcn.science.register.actions import CONTRACTED, PARTICULARS
from khcn.science.register.base import DEPARTMENT, ScienceRegister
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from datetime import date

    from khcn.science.models.tasks import ScienceTaskQuerySet

STATES = tuple(TASK_FLOW.choices())


def as_of(records: ScienceTaskQuerySet, on: date) -> ScienceTaskQuerySet:
    """State and deadlines on the day of the page."""
    return with_term(records.with_state(on=on).with_deadlines(on=on), on=on)


@register
class ScienceTasks(ScienceRegister):
    model = ScienceTask
    slug = "tasks"
    icon = "flask"
    scope = DEPARTMENT | OwnOrganisation("host", hide=("note",))
    columns = (
        Column("title", look="link"),
        "level",
        "start_year",
        "host",
        "principal_investigator",
        Column("due_on", _("Hạn thực hiện")),
        Column("state", _("Trạng thái"), look="badge", choices=STATES),
        Column("term", _("Tình trạng thời hạn"), look="badge", choices=TERM_STATES),
        Column("next_due_on", _("Thời hạn gần nhất"), hidden=True),
        Column("code", hidden=True),
        Column("short_name", hidden=True),
        Column("task_type", hidden=True),
        Column("programme", hidden=True),
        Column("managing_side", hidden=True),
        Column("is_supplementary", hidden=True),
        Column("mode", hidden=True),
        Column("field_group", hidden=True),
        Column("planned_start_on", hidden=True),
        Column("planned_end_on", hidden=True),
        Column("dossier_due_on", _("Hạn nộp hồ sơ (tính cả gia hạn)"), hidden=True),
        Column("planned_dossier_on", hidden=True),
        Column("budget_total", look="money", hidden=True),
        Column("budget_state", look="money", hidden=True),
        Column("is_interregional", hidden=True),
    )
    filters = {
        "level": ["exact"],
        "programme": ["exact"],
        "start_year": ["exact", "lt"],
        "managing_side": ["exact"],
        "field_group": ["exact"],
        "task_type": ["exact"],
        "mode": ["exact"],
        "is_supplementary": ["exact"],
        "is_interregional": ["exact"],
        "host": ["exact"],
        "principal_investigator": ["exact"],
        "planned_start_on": ["gte", "lt"],
        "planned_end_on": ["gte", "lt"],
        "planned_dossier_on": ["gte", "lt"],
    }
    derived_filters = {
        "state": (_("Trạng thái"), STATES),
        "term": (_("Tình trạng thời hạn"), TERM_STATES),
    }
    search = ("host", "principal_investigator")
    form = (
        Section(
            _("Nhiệm vụ"), "code", "title", "short_name", "task_type", "level", "programme", "managing_side"
        ),
        Section(
            _("Năm thực hiện, phương thức"), "start_year", "is_supplementary", "mode", "is_interregional"
        ),
        Section(_("Lĩnh vực, mục tiêu"), "field_group", "objective"),
        Section(_("Tổ chức chủ trì, chủ nhiệm"), "host", "principal_investigator"),
        Section(_("Thời gian thực hiện"), "planned_start_on", "planned_end_on", "planned_dossier_on"),
        Section(_("Kinh phí"), "budget_total", "budget_state"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("host", _("Nhiệm vụ chủ trì"), position=30),
        Panel("principal_investigator", _("Nhiệm vụ làm chủ nhiệm"), position=10),
    )
    natural_key = ("code",)
    lookup = "code"
    lookup_aliases = ("short_name", "title")
    shown = "title"
    order = ("-start_year", "sort_key")
    may_be_long = True
    date_field = "planned_start_on"
    not_before = (NotBefore("planned_start_on", "start_year", _("Bắt đầu trước năm thực hiện.")),)
    bulk_fields = ("level", "programme", "managing_side", "mode", "field_group", "note")
    grid_fields = (
        *("title", "short_name", "task_type", "level", "managing_side", "start_year", "field_group"),
        *(
            "host",
            "principal_investigator",
            "planned_start_on",
            "planned_end_on",
            "budget_total",
            "budget_state",
        ),
    )
    workflow = TASK_FLOW
    actions = (actions.RECORD_MILESTONE, actions.AMEND_TASK, actions.CORRECT_TASK)
    owned = (
        OwnedFields(
            (*PARTICULARS, *CONTRACTED),
            _("Nhiệm vụ đã kết thúc: thông tin sửa bằng nút “Đính chính nhiệm vụ”."),
            where=ended_tasks,
        ),
        OwnedFields(
            CONTRACTED,
            _(
                "Nhiệm vụ đã ký hợp đồng hoặc đã điều chỉnh: thay đổi ghi bằng nút “Ghi điều chỉnh”, nhập nhầm thì bấm “Đính "
                "chính nhiệm vụ”."
            ),
            where=with_decisions,
        ),
        # Without a day of its own the dossier's term follows from the end of execution: a day filled in would move it.
        OwnedFields(
            ("planned_dossier_on",),
            _(
                "Nhiệm vụ đã ký hợp đồng hoặc đã điều chỉnh: hạn nộp hồ sơ ghi bằng nút “Ghi điều chỉnh”, nhập nhầm hoặc còn thiếu "
                "thì bấm “Đính chính nhiệm vụ”."
            ),
            where=with_decisions,
            covers_empty=True,
        ),
        OwnedFields(
            ("level", "start_year", "managing_side"),
            _("Nhiệm vụ đã có mốc: cấp, năm thực hiện và bên quản lý sửa bằng nút “Đính chính nhiệm vụ”."),
            where=with_milestones,
        ),
    )
    writer = ScienceTaskWriter()
    indicators = indicators.TASKS
    deadlines = TASK_DEADLINES
    tiles = (
        Tile(
            "NV-01",
            _("Nhiệm vụ KH&CN"),
            parts=((_("chuyển tiếp"), "NV-02"), (_("mới"), "NV-03")),
            position=10,
        ),
        Tile("NT-06", _("Sắp đến hạn nghiệm thu"), position=20),
        Tile("NT-07", _("Chậm tiến độ"), tone="warn", position=30),
        Tile("TL-01", _("Hợp đồng chưa thanh lý"), position=35),
    )
    annotate = as_of
