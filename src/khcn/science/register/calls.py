"""The registers of calls and of what is handed in for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.science.models import ProposalCall, Submission
from khcn.science.operations import calls, submissions
from khcn.science.register.base import DEPARTMENT, ScienceRegister
from khcn.science.register.scopes import HandedIn, PublishedCalls
from khcn.science.rules import science_staff
from khcn.science.workflow import CALL_FLOW, SUBMISSION_FLOW

EXTEND = Action(
    name="extend",
    label=_("Gia hạn nhận hồ sơ"),
    operation=calls.extend_call,
    subject="call",
    who=science_staff,
    guard=calls.why_not_extend,
    source=ProposalCall,
    inputs=(Section(_("Hạn mới"), "closes_on", "closes_time"),),
    initial=initial_from_stored_values("closes_on", "closes_time"),
    writes=("closes_on", "closes_time", "extensions"),
    asks_reason=_("Lý do"),
    takes_person=True,
    icon="calendar-due",
    help_text=_("Chỉ dời hạn ra sau. Hạn cũ, hạn mới và lý do hiện ở trang công khai của thông báo."),
)

RECEIVE_ON_PAPER = Action(
    name="receive-on-paper",
    label=_("Nhận hồ sơ giấy"),
    operation=submissions.receive_on_paper,
    subject="call",
    who=science_staff,
    source=Submission,
    fields={
        "received_on": models.DateField(_("ngày nhận")),
        "received_time": models.TimeField(_("giờ nhận")),
        "handed_in_by": models.CharField(_("người nộp hồ sơ giấy"), max_length=120),
    },
    inputs=(
        Section(_("Hồ sơ giấy"), "organisation", "person", "received_on", "received_time", "handed_in_by"),
    ),
    takes_person=True,
    icon="inbox",
    help_text=_(
        "Ghi phong bì: ai nộp, lúc nào. Hồ sơ được cấp số biên nhận. Nội dung nhập ở hồ sơ nộp; thông báo niêm phong thì nhập sau khi "
        "mở hồ sơ."
    ),
)

MAKE_PROPOSALS = Action(
    name="make-proposals",
    label=_("Lập đề xuất từ hồ sơ hợp lệ"),
    operation=submissions.make_proposals,
    subject="call",
    who=science_staff,
    guard=submissions.why_no_proposals,
    takes_person=True,
    icon="bulb",
    help_text=_(
        "Mỗi hồ sơ hợp lệ thành một đề xuất đặt hàng, nhận vào ngày nộp hồ sơ. Xác định nhiệm vụ, gộp, trả lời ở danh mục đề xuất."
    ),
)

_RELIED_ON = (
    *("code", "kind", "task", "for_year", "field_group"),
    *("opens_on", "closes_on", "closes_time", "is_sealed", "accepts_late"),
)


@register
class ProposalCalls(ScienceRegister):
    model = ProposalCall
    slug = "calls"
    icon = "news"
    scope = DEPARTMENT | PublishedCalls()
    columns = (
        Column("title", look="link"),
        "kind",
        "for_year",
        "opens_on",
        "closes_on",
        "closes_time",
        Column("state", look="badge"),
        Column("code", hidden=True),
        Column("task", hidden=True),
        Column("field_group", hidden=True),
        Column("published_on", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "state": ["exact"],
        "for_year": ["exact"],
        "task": ["exact"],
        "field_group": ["exact"],
        "document": ["exact"],
        "opens_on": ["gte", "lt"],
        "closes_on": ["gte", "lt"],
        "published_on": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Thông báo"), "code", "kind", "title", "for_year", "field_group", "document"),
        Section(_("Nhiệm vụ"), "task", when=("kind", ("selection", "direct"))),
        Section(_("Nhận hồ sơ"), "opens_on", "closes_on", "closes_time", "is_sealed", "accepts_late"),
        Section(_("Nội dung"), "content", "contact"),
    )
    outcome = Section(_("Diễn biến"), "published_on", "extensions", "opened_at", "present")
    panel_of = (Panel("task", _("Thông báo nhận hồ sơ"), position=91),)
    natural_key = ("code",)
    lookup = "code"
    lookup_aliases = ("title",)
    shown = "title"
    order = ("-closes_on", "-code")
    date_field = "published_on"
    detail_template = "science/call.html"
    workflow = CALL_FLOW
    effects = {
        "publish": Effect(operation=calls.publish_call, subject="call", writes=("published_on", "is_sealed")),
        "open": Effect(
            operation=calls.open_call,
            subject="call",
            writes=("opened_at", "present"),
            notice=calls.notice_of_opening,
        ),
        "withdraw": Effect(
            operation=calls.withdraw_call,
            subject="call",
            writes=("extensions",),
            notice=calls.notice_of_withdrawal,
        ),
    }
    actions = (EXTEND, RECEIVE_ON_PAPER, MAKE_PROPOSALS)
    writer = calls.CallWriter()
    owned = (
        OwnedFields(
            _RELIED_ON,
            _(
                "Thông báo đã công bố nên điều này không sửa được. Dời hạn nộp bằng nút “Gia hạn nhận hồ sơ”; điều khác sai thì thu hồi và "
                "ra thông báo mới."
            ),
            where=calls.published_calls,
            covers_empty=True,
        ),
        OwnedFields(
            ("published_on", "extensions", "opened_at", "present"),
            _("Ghi bằng nút “Công bố”, “Gia hạn nhận hồ sơ”, “Mở hồ sơ”, “Thu hồi thông báo”."),
            covers_empty=True,
            at_entry=True,
        ),
    )


_CONTENT = (
    *("title", "necessity", "objectives", "main_content", "products", "users"),
    *("months", "budget_total", "budget_state", "field_group"),
)


@register
class Submissions(ScienceRegister):
    model = Submission
    slug = "submissions"
    icon = "file-import"
    scope = HandedIn()
    columns = (
        Column("title", look="link"),
        "call",
        "organisation",
        "receipt",
        "submitted_at",
        "is_late",
        Column("state", look="badge"),
        Column("person", hidden=True),
        Column("field_group", hidden=True),
        Column("months", hidden=True),
        Column("budget_total", look="money", hidden=True),
        Column("budget_state", look="money", hidden=True),
        Column("supplement_by", hidden=True),
        Column("entered_from_paper", hidden=True),
    )
    filters = {
        "call": ["exact"],
        "organisation": ["exact"],
        "person": ["exact"],
        "state": ["exact"],
        "is_late": ["exact"],
        "entered_from_paper": ["exact"],
        "field_group": ["exact"],
        "submitted_on": ["gte", "lt"],
        "supplement_by": ["gte", "lt"],
    }
    search = ("call", "organisation", "person")
    form = (
        Section(_("Nộp cho thông báo"), "call", "organisation", "person"),
        Section(_("Đề xuất"), "title", "field_group", "necessity", "objectives"),
        Section(_("Nội dung"), "main_content", "products", "users"),
        Section(_("Thời gian, kinh phí"), "months", "budget_total", "budget_state"),
    )
    outcome = Section(
        _("Nộp và kiểm tra"),
        *("receipt", "submitted_at", "is_late", "entered_from_paper", "handed_in_by"),
        *("check_note", "supplement_by"),
    )
    panel_of = (
        Panel("call", _("Hồ sơ nộp theo thông báo"), position=10),
        Panel("organisation", _("Hồ sơ nộp theo thông báo"), position=51),
        Panel("person", _("Hồ sơ nộp theo thông báo"), position=41),
    )
    natural_key = ("call", "organisation", "title")
    order = ("-submitted_on", "sort_key")
    date_field = "submitted_on"
    workflow = SUBMISSION_FLOW
    effects = {
        "submit": Effect(
            operation=submissions.hand_in,
            subject="submission",
            writes=("receipt", "submitted_at", "submitted_on", "is_late", "check_note", "supplement_by"),
            lock_first=calls.lock_call_of,
            notice=submissions.notice_of_handing_in,
            made=submissions.receipt_in_words,
        ),
        "withdraw": Effect(
            operation=submissions.take_back, subject="submission", lock_first=calls.lock_call_of
        ),
        "supplement": Effect(
            operation=submissions.hand_in_supplement,
            subject="submission",
            writes=("supplement_by",),
            lock_first=calls.lock_call_of,
        ),
        "accept": Effect(
            operation=submissions.accept,
            subject="submission",
            writes=("check_note", "supplement_by"),
            lock_first=calls.lock_call_of,
        ),
        "ask": Effect(
            operation=submissions.ask_supplement,
            subject="submission",
            writes=("check_note", "supplement_by"),
            lock_first=calls.lock_call_of,
        ),
        "reject": Effect(
            operation=submissions.reject,
            subject="submission",
            writes=("check_note", "supplement_by"),
            lock_first=calls.lock_call_of,
        ),
        "check_again": Effect(
            operation=submissions.check_again,
            subject="submission",
            writes=("check_note",),
            lock_first=calls.lock_call_of,
        ),
    }
    writer = submissions.SubmissionWriter()
    owned = (
        OwnedFields(
            ("call", "organisation", "person"),
            _("Hồ sơ đã nộp nên không chuyển sang thông báo, tổ chức khác. Hãy lập hồ sơ mới."),
            where=submissions.handed_in,
            covers_empty=True,
        ),
        OwnedFields(
            _CONTENT,
            _(
                "Hồ sơ niêm phong đã nộp: khi bổ sung chỉ điền điều còn trống và thêm tệp, không sửa điều đã nộp."
            ),
            where=submissions.sealed_content,
        ),
        OwnedFields(
            _CONTENT,
            _("Hồ sơ đã kiểm tra xong nên không sửa được nữa."),
            where=submissions.settled_submissions,
            covers_empty=True,
        ),
        OwnedFields(
            (
                *("receipt", "submitted_at", "submitted_on", "is_late", "entered_from_paper"),
                *("handed_in_by", "check_note", "supplement_by"),
            ),
            _("Ghi bằng nút “Nộp hồ sơ” và các bước kiểm tra của Sở."),
            covers_empty=True,
            at_entry=True,
        ),
    )
