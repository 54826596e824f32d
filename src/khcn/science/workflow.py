"""The main state of an S&T task, replayed from its dated milestones, and the stored ones of requests, calls and submissions.

Order after TT 07, 09, 10, 11/2014/TT-BKHCN (domain study 2.2). *Suspended*, *stopped* and *terminated* are three states.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import moment_of_act
from khcn.kernel.calendar.day_arithmetic import end_of_day, start_of_day
from khcn.kernel.fields.sections import Section
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.science.rules import is_host, is_submitter, science_staff

if TYPE_CHECKING:
    from datetime import date, datetime

    from khcn.kernel.actors import Actor

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
        Step(
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
        Step(
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
            who=science_staff | is_host,
            icon="arrow-back-up",
        ),
        # Its amendment was entered by mistake and has been taken back.
        Step(
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


def moment_of_receipt(on: date) -> datetime:
    """The moment at which something is handed in. Who asks no server, such as a test, is taken to come at the end of the day, when
    most is late.
    """
    return moment_of_act() or end_of_day(on)


def _why_not_open(call: Any, *, actor: Actor, on: date) -> str:
    if call.is_over(moment_of_act() or start_of_day(on)):
        return ""
    return gettext("Chưa hết hạn nộp: thông báo nhận hồ sơ đến %(when)s. Sau giờ đó mới mở hồ sơ.") % {
        "when": call.closes_in_words
    }


def _why_not_close(call: Any, *, actor: Actor, on: date) -> str:
    left = call.submissions.filter(state__in=(SUBMITTED, SUPPLEMENT)).count()
    if not left:
        return ""
    return gettext(
        "Còn %(count)d hồ sơ chưa kiểm tra xong. Ghi hợp lệ hoặc không hợp lệ cho từng hồ sơ trước."
    ) % {"count": left}


def why_not_received(call: Any, at: datetime) -> str:
    """Why nothing is handed in for a call at a moment; "" where it is taken, late or not."""
    if call.state != "published":
        return gettext("Thông báo “%(call)s” không nhận hồ sơ: %(state)s.") % {
            "call": call.title,
            "state": CALL_FLOW.by_value[call.state].public_label,
        }
    if at < start_of_day(call.opens_on):
        return gettext("Thông báo “%(call)s” nhận hồ sơ từ ngày %(day)s. Hãy nộp từ ngày đó.") % {
            "call": call.title,
            "day": format_date(call.opens_on),
        }
    if call.is_over(at) and not call.accepts_late:
        return gettext("Đã hết hạn nộp lúc %(when)s nên không nhận hồ sơ nữa. Liên hệ: %(contact)s.") % {
            "when": call.closes_in_words,
            "contact": call.contact,
        }
    return ""


def _why_not_submit(submission: Any, *, actor: Actor, on: date) -> str:
    return why_not_received(submission.call, moment_of_receipt(on))


def _why_not_withdraw(submission: Any, *, actor: Actor, on: date) -> str:
    call = submission.call
    if call.state == "published" and not call.is_over(moment_of_receipt(on)):
        return ""
    return gettext("Đã hết hạn nộp lúc %(when)s nên không rút được hồ sơ nữa.") % {
        "when": call.closes_in_words
    }


def _why_not_supplement(submission: Any, *, actor: Actor, on: date) -> str:
    if submission.supplement_by is None or on <= submission.supplement_by:
        return ""
    return gettext(
        "Đã hết ngày %(day)s, hạn bổ sung mà Sở ghi. Hãy liên hệ Sở để xin thêm ngày: %(contact)s."
    ) % {
        "day": format_date(submission.supplement_by),
        "contact": submission.call.contact,
    }


def _why_not_check_again(submission: Any, *, actor: Actor, on: date) -> str:
    if submission.call.state in {"closed", "withdrawn"}:
        return gettext("Thông báo đã kết thúc nên không kiểm tra lại hồ sơ.")
    if hasattr(submission, "proposal"):
        return gettext("Hồ sơ đã thành đề xuất đặt hàng. Trả lời ở đề xuất đó.")
    return ""


CALL_FLOW = Workflow(
    "proposal_call",
    _("Thông báo nhận hồ sơ"),
    states=(
        State("draft", _("dự thảo"), Category.PREPARING, initial=True, public=_("dự thảo")),
        State("published", _("đã công bố"), Category.OPEN, public=_("đang nhận hồ sơ")),
        State("opened", _("đã mở hồ sơ"), Category.OPEN, public=_("đã mở hồ sơ, đang xét")),
        State("closed", _("đã kết thúc"), Category.DONE, final=True, public=_("đã kết thúc")),
        State("withdrawn", _("đã thu hồi"), Category.ENDED_EARLY, final=True, public=_("đã thu hồi")),
    ),
    transitions=(
        Step("publish", _("Công bố"), ("draft",), "published", icon="send"),
        Step(
            "open",
            _("Mở hồ sơ"),
            ("published",),
            "opened",
            inputs=(Section(_("Mở hồ sơ"), "present"),),
            needs=("present",),
            guard=_why_not_open,
            fields={
                "present": models.TextField(
                    _("người dự mở hồ sơ"), help_text=_("Mỗi người một dòng: họ tên, chức vụ, cơ quan.")
                )
            },
            icon="folder",
        ),
        Step("close", _("Kết thúc"), ("opened",), "closed", guard=_why_not_close, icon="check"),
        Step(
            "withdraw",
            _("Thu hồi thông báo"),
            ("published",),  # what was opened ends; what never was stays sealed
            "withdrawn",
            needs=("note",),
            danger=True,
            icon="arrow-back-up",
        ),
    ),
)

DRAFT, SUBMITTED, WITHDRAWN, SUPPLEMENT, VALID, INVALID = (
    *("draft", "submitted", "withdrawn", "supplement"),
    *("valid", "invalid"),
)
RECEIVED = (SUBMITTED, SUPPLEMENT, VALID, INVALID)
"""States of what was handed in and not taken back; the others are read by nobody but who writes it."""

Own = partial(Transition, who=is_submitter)

SUBMISSION_FLOW = Workflow(
    "submission",
    _("Hồ sơ nộp theo thông báo"),
    states=(
        State(DRAFT, _("bản nháp"), Category.PREPARING, initial=True, public=_("bản nháp, chưa nộp")),
        State(SUBMITTED, _("đã nộp, chờ kiểm tra"), Category.OPEN, public=_("đã nộp, Sở đang kiểm tra")),
        State(WITHDRAWN, _("đã rút"), Category.ENDED_EARLY, public=_("đã rút, chưa nộp lại")),
        State(SUPPLEMENT, _("chờ bổ sung"), Category.SUSPENDED, public=_("Sở yêu cầu bổ sung")),
        State(VALID, _("hợp lệ"), Category.DONE, public=_("hợp lệ")),
        State(INVALID, _("không hợp lệ"), Category.FAILED, public=_("không hợp lệ")),
    ),
    transitions=(
        Own("submit", _("Nộp hồ sơ"), (DRAFT, WITHDRAWN), SUBMITTED, guard=_why_not_submit, icon="send"),
        Own(
            "withdraw",
            _("Rút hồ sơ"),
            (SUBMITTED,),
            WITHDRAWN,
            guard=_why_not_withdraw,
            danger=True,
            icon="arrow-back-up",
        ),
        Own(
            "supplement",
            _("Nộp bổ sung"),
            (SUPPLEMENT,),
            SUBMITTED,
            guard=_why_not_supplement,
            icon="send",
        ),
        # By the action of the call with which an envelope comes in.
        Step("enter", _("Nhận hồ sơ giấy"), (DRAFT,), SUBMITTED, offered=False),
        Step("accept", _("Hợp lệ"), (SUBMITTED,), VALID, icon="check"),
        Step(
            "ask",
            _("Yêu cầu bổ sung"),
            (SUBMITTED, SUPPLEMENT),
            SUPPLEMENT,
            inputs=(Section(_("Bổ sung"), "supplement_by"),),
            fields={"supplement_by": models.DateField(_("bổ sung trước hết ngày"))},
            needs=("supplement_by", "note"),
            icon="message-2",
        ),
        Step("reject", _("Không hợp lệ"), (SUBMITTED, SUPPLEMENT), INVALID, needs=("note",), icon="x"),
        Step(
            "check_again",
            _("Kiểm tra lại"),
            (VALID, INVALID),
            SUBMITTED,
            needs=("note",),
            guard=_why_not_check_again,
            icon="eye",
        ),
    ),
)
