"""The main state of an S&T task, replayed from its dated milestones, and the stored one of a request for an amendment.

Order after TT 07, 09, 10, 11/2014/TT-BKHCN (domain study 2.2). *Suspended*, *stopped* and *terminated* are three states.
"""

from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.science.rules import science_staff

Step = partial(Transition, who=science_staff)
PREPARED = ("determined", "listed", "awarded", "approved")
ACTIVE = ("running", "dossier")
DECIDED = ("accepted", "failed")
ACCEPTANCE_FAILED = "acceptance_failed"  # an acceptance at whatever level, with a failing grade

TASK_FLOW = Workflow(
    "science_task",
    _("Nhiệm vụ KH&CN"),
    replayed=True,
    states=(
        State("new", _("mới ghi nhận"), Category.PREPARING, initial=True, public=_("đã tiếp nhận")),
        State(
            "determined",
            _("đã xác định nhiệm vụ"),
            Category.PREPARING,
            public=_("đã xác định, chờ phê duyệt danh mục"),
        ),
        State(
            "listed",
            _("đã phê duyệt danh mục"),
            Category.PREPARING,
            public=_("có trong danh mục được phê duyệt"),
        ),
        State(
            "awarded",
            _("đã tuyển chọn, giao trực tiếp"),
            Category.PREPARING,
            public=_("đã chọn tổ chức chủ trì"),
        ),
        State(
            "approved",
            _("đã phê duyệt thuyết minh và dự toán"),
            Category.PREPARING,
            public=_("đã phê duyệt, chờ ký hợp đồng"),
        ),
        State("running", _("đang thực hiện"), Category.OPEN, public=_("đang thực hiện")),
        State("suspended", _("tạm dừng triển khai"), Category.SUSPENDED, public=_("tạm dừng thực hiện")),
        State(
            "dossier", _("đã nộp hồ sơ nghiệm thu"), Category.OPEN, public=_("đã nhận hồ sơ, chờ nghiệm thu")
        ),
        State("accepted", _("đã nghiệm thu"), Category.DONE, public=_("đã nghiệm thu")),
        State("failed", _("nghiệm thu không đạt"), Category.FAILED, public=_("nghiệm thu không đạt")),
        State(
            "stopped", _("dừng thực hiện"), Category.ENDED_EARLY, final=True, public=_("đã dừng thực hiện")
        ),
        State(
            "terminated",
            _("chấm dứt hợp đồng"),
            Category.ENDED_EARLY,
            final=True,
            public=_("hợp đồng đã chấm dứt"),
        ),
        State(
            "liquidated",
            _("đã thanh lý hợp đồng"),
            Category.DONE,
            final=True,
            public=_("đã thanh lý hợp đồng"),
        ),
    ),
    transitions=(
        Step("determined", _("Xác định nhiệm vụ"), ("new",), "determined"),
        Step("listed", _("Phê duyệt danh mục"), ("new", "determined"), "listed"),
        Step(
            "awarded",
            _("Có kết quả tuyển chọn, giao trực tiếp"),
            ("new", *PREPARED),  # again when the winner gave up: ``operations.council_results``
            "awarded",
        ),
        Step("outline_approved", _("Phê duyệt thuyết minh và dự toán"), ("new", *PREPARED[:3]), "approved"),
        Step("contract_signed", _("Ký hợp đồng"), ("new", *PREPARED), "running"),
        Step("suspended", _("Tạm dừng triển khai"), ACTIVE, "suspended"),
        Step("resumed", _("Tiếp tục thực hiện"), ("suspended",), "running"),
        Step("stopped", _("Dừng thực hiện"), ("new", *PREPARED, *ACTIVE, "suspended"), "stopped"),
        Step("terminated", _("Chấm dứt hợp đồng"), (*ACTIVE, "suspended"), "terminated"),
        Step("dossier_submitted", _("Nộp hồ sơ nghiệm thu"), ("running", "failed"), "dossier"),
        # Again only after an acceptance that failed: ``operations.order.repeated``.
        Step("accepted_province", _("Nghiệm thu cấp tỉnh"), (*ACTIVE, *DECIDED), "accepted"),
        Step("accepted_national", _("Nghiệm thu cấp quốc gia"), (*ACTIVE, *DECIDED), "accepted"),
        Step(ACCEPTANCE_FAILED, _("Nghiệm thu không đạt"), (*ACTIVE, *DECIDED), "failed", offered=False),
        Step("liquidated", _("Thanh lý hợp đồng"), DECIDED, "liquidated"),
    ),
)

REQUEST_TERM = "science.request"
APPROVED = "approved"

# Milestones that a task has at most once, whether they move the main state or run in parallel to it; another one of the
# same kind would be counted twice. An acceptance comes again when the last one failed, after another assessment by the host,
# a registration when its certificate was withdrawn, what is appraised and approved for a host when another one was chosen.
# Others come again in any case: awards until the contract, suspensions, hand-overs to several receivers, assets by parts.
ONCE = frozenset(
    {
        *("determined", "listed", "budget_appraised", "outline_approved", "contract_signed"),
        *("self_accepted", "accepted_province", "accepted_national", "conclusions_met"),
        *("registered", "recognised", "settled", "stopped", "terminated", "liquidated"),
    }
)

AMENDMENT_REQUEST_FLOW = Workflow(
    "amendment_request",
    _("Đề nghị điều chỉnh nhiệm vụ"),
    starts=REQUEST_TERM,
    states=(
        State("pending", _("chờ quyết định"), Category.OPEN, initial=True, public=_("đang xem xét")),
        State(APPROVED, _("đã quyết định"), Category.DONE, public=_("được chấp thuận")),
        State(
            "refused",
            _("không chấp thuận"),
            Category.ENDED_EARLY,
            final=True,
            public=_("không được chấp thuận"),
        ),
        State("withdrawn", _("đã rút"), Category.ENDED_EARLY, final=True, public=_("đã rút đề nghị")),
    ),
    transitions=(
        Transition(
            "approve",
            _("Quyết định điều chỉnh"),
            ("pending",),
            APPROVED,
            inputs=(
                Section(_("Quyết định"), "decided_on", "effective_on", "decision"),
                Section(_("Xác nhận"), "still_meant", "budget_reason"),
            ),
            inputs_model="science.TaskAmendment",
            fields={
                "still_meant": models.BooleanField(
                    _("vẫn quyết định theo đề nghị"),
                    default=False,
                    help_text=_("Chỉ cần khi hồ sơ đã thay đổi sau ngày đề nghị."),
                )
            },
            dated_by="decided_on",
            ends=REQUEST_TERM,
            importable=True,
            icon="check",
        ),
        Transition(
            "refuse",
            _("Không chấp thuận đề nghị"),
            ("pending",),
            "refused",
            needs=("note",),
            ends=REQUEST_TERM,
            several=True,
            importable=True,
            icon="x",
        ),
        Transition(
            "withdraw",
            _("Rút đề nghị"),
            ("pending",),
            "withdrawn",
            needs=("note",),
            ends=REQUEST_TERM,
            icon="arrow-back-up",
        ),
        # Its amendment was entered by mistake and has been taken back.
        Transition(
            "reopen",
            _("Mở lại đề nghị"),
            (APPROVED,),
            "pending",
            needs=("note",),
            reopens=REQUEST_TERM,
            offered=False,
        ),
    ),
)
