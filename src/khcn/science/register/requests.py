"""The register of requests for amendments."""

from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.science import operations
from khcn.science.deadlines import REQUEST_DEADLINES
from khcn.science.models import AmendmentRequest
from khcn.science.operations import requests
from khcn.science.queries import STANDINGS, with_standing
from khcn.science.register.actions import AMENDED_OF_TASK, CORRECT_REQUEST_DAY
from khcn.science.register.base import DEPARTMENT, ScienceRegister
from khcn.science.register.scopes import RequestsOfHost
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW


@register
class AmendmentRequests(ScienceRegister):
    model = AmendmentRequest
    slug = "amendment-requests"
    icon = "inbox"
    scope = DEPARTMENT | RequestsOfHost()
    columns = (
        Column("kind", look="link"),
        "task",
        "requested_on",
        Column("standing", _("Tình trạng"), look="badge", choices=STANDINGS),
        Column("new_end_on", hidden=True),
        Column("new_person", hidden=True),
        Column("new_organisation", hidden=True),
        Column("new_budget_total", look="money", hidden=True),
        Column("new_budget_state", look="money", hidden=True),
        Column("reason", hidden=True),
        Column("from_host", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "kind": ["exact"],
        "requested_on": ["gte", "lt"],
        "new_end_on": ["gte", "lt"],
        "new_person": ["exact"],
        "old_organisation": ["exact"],
        "new_organisation": ["exact"],
        "from_host": ["exact"],
    }
    derived_filters = {"standing": (_("Tình trạng"), STANDINGS)}
    search = ("task",)
    form = (
        Section(_("Đề nghị điều chỉnh"), "task", "kind", "requested_on"),
        Section(_("Thời hạn"), "new_end_on", when=("kind", ("extend_duration", "extend_submission"))),
        Section(_("Chủ nhiệm"), "new_person", when=("kind", ("change_pi",))),
        Section(_("Tổ chức phối hợp thôi tham gia"), "old_organisation", when=("kind", ("change_partner",))),
        Section(_("Tổ chức mới"), "new_organisation", when=("kind", ("change_host", "change_partner"))),
        Section(_("Kinh phí"), "new_budget_total", "new_budget_state", when=("kind", ("change_budget",))),
        Section(_("Nội dung"), "new_text", "reason"),
    )
    panel_of = (Panel("task", _("Đề nghị điều chỉnh"), position=21),)
    natural_key = ("task", "kind", "requested_on")
    order = ("-requested_on",)
    date_field = "requested_on"
    workflow = AMENDMENT_REQUEST_FLOW
    effects = {
        "approve": Effect(
            operation=requests.amend_as_requested,
            subject="request",
            writes=AMENDED_OF_TASK,
            lock_first=operations.lock_task_of,
            notice=requests.stale_notice,
        )
    }
    outcome = Section(_("Kết quả giải quyết"), "from_host", "before", "amendment")
    begins_today = ("requested_on",)
    deadlines = REQUEST_DEADLINES
    annotate = with_standing
    writer = requests.RequestWriter()
    actions = (CORRECT_REQUEST_DAY,)
    owned = (
        OwnedFields(
            ("requested_on",),
            _("Thời hạn giải quyết tính từ ngày đề nghị: nhập nhầm thì bấm “Đính chính ngày đề nghị”."),
        ),
        OwnedFields(
            (
                *("task", "kind", "requested_on", "new_end_on", "new_person"),
                *("old_organisation", "new_organisation", "new_budget_total", "new_budget_state"),
                *("new_text", "reason"),
            ),
            _("Đề nghị đã được giải quyết nên không sửa được nữa."),
            where=requests.decided_requests,
            covers_empty=True,
        ),
    )
