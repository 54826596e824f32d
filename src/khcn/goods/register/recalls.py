"""Recalls and their drills: the department's, with what each party learns of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods import rules
from khcn.goods.deadlines import PAUSE_DEADLINES
from khcn.goods.models import GoodsRecall, RecallNotice, RecallNoticeLot, RecallStock
from khcn.goods.operations import recall_decisions, recall_notices, recalls
from khcn.goods.register.base import DepartmentActs, GoodsRegister
from khcn.goods.workflow import NOTICE_FLOW, RECALL_FLOW
from khcn.kernel.access.scopes import ACT, READING, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope

_BEGINNING = ("is_drill", "begins_with", "lot", "location", "item", "identifier", "since_on", "until_on")


@register
class Recalls(GoodsRegister):
    model = GoodsRecall
    slug = "recalls"
    icon = "alert-triangle"
    scope: ClassVar[Scope] = Department(write=rules.editors)
    columns = (
        Column("code", look="link"),
        "title",
        "is_drill",
        "begins_with",
        "opened_on",
        Column("state", look="badge"),
        Column("recalled_on", hidden=True),
        Column("ended_on", hidden=True),
    )
    filters = {
        "is_drill": ["exact"],
        "begins_with": ["exact"],
        "state": ["exact"],
        "lot": ["exact"],
        "location": ["exact"],
        "item": ["exact"],
        "since_on": ["gte", "lt"],
        "until_on": ["gte", "lt"],
        "opened_on": ["gte", "lt"],
        "recalled_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    form = (
        Section(_("Đợt thu hồi"), "code", "title", "is_drill", "reason", "opened_on"),
        Section(_("Truy từ đâu"), "begins_with"),
        Section(_("Lô hàng"), "lot", when=("begins_with", ("lot",))),
        Section(_("Địa điểm"), "location", when=("begins_with", ("place",))),
        Section(_("Sản phẩm"), "item", when=("begins_with", ("item",))),
        Section(_("Những ngày"), "since_on", "until_on", when=("begins_with", ("place", "item"))),
        Section(_("Mã truy xuất"), "identifier", when=("begins_with", ("code",))),
    )
    outcome = Section(
        _("Diễn biến"),
        "scoped_on",
        "paused_on",
        "pause_reason",
        "pause_approved_by",
        "pause_approved_on",
        *recall_decisions.DECISION,
        "submitted_by",
        "submitted_on",
        "approved_by",
        "recalled_on",
        *recall_decisions.LIFTING,
        "lifted_by",
        "ended_on",
        "balance",
        "gaps",
        "timing",
    )
    panel_of = (
        Panel("lot", _("Đợt thu hồi"), position=40),
        Panel("location", _("Đợt thu hồi"), position=40),
        Panel("item", _("Đợt thu hồi"), position=40),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-opened_on", "-code")
    date_field = "opened_on"
    happened = ("opened_on",)
    deadlines = PAUSE_DEADLINES
    detail_template = "goods/recall.html"
    writer = recalls.RecallWriter()
    owned = (
        OwnedFields(
            _BEGINNING,
            _("Phạm vi đã chốt nên chỗ bắt đầu không đổi. Hãy lập đợt khác."),
            where=recalls.scoped_recalls,
            covers_empty=True,
        ),
    )
    workflow = RECALL_FLOW
    effects = {
        "scope": Effect(operation=recalls.scope_recall, subject="recall"),
        "lift": Effect(operation=recalls.lift_recall, subject="recall"),
    }
    actions = (
        Action(
            name="pause",
            label=_("Tạm giữ hàng"),
            operation=recall_decisions.pause_recall,
            subject="recall",
            who=rules.editors & rules.of_real_recall,
            guard=recall_decisions.why_not_paused,
            asks_reason=_("Vì sao phải giữ hàng ngay"),
            icon="player-pause",
            danger=True,
            takes_person=True,
            help_text=_(
                "Từ hôm nay các lô trong phạm vi không giao, bán, dùng, in nhãn được; trang công khai chưa nói gì. Lãnh đạo phòng hoặc "
                "lãnh đạo Sở duyệt việc tạm giữ trong hạn đã quy định."
            ),
        ),
        Action(
            name="approve-pause",
            label=_("Duyệt tạm giữ hàng"),
            operation=recall_decisions.approve_pause,
            subject="recall",
            who=rules.approvers & rules.of_real_recall,
            guard=recall_decisions.why_pause_not_approved,
            icon="check",
            takes_person=True,
            shows_record=True,
        ),
        Action(
            name="submit",
            label=_("Trình quyết định thu hồi"),
            operation=recall_decisions.submit_decision,
            subject="recall",
            who=rules.editors & rules.of_real_recall,
            guard=recall_decisions.why_not_submitted,
            source=GoodsRecall,
            inputs=(Section(_("Quyết định thu hồi"), *recall_decisions.DECISION),),
            required=recall_decisions.DECISION,
            initial=recall_decisions.decision_to_begin_with,
            icon="file-check",
            takes_person=True,
            help_text=_(
                "Ghi đúng quyết định đã ký. Lãnh đạo phòng hoặc lãnh đạo Sở xem rồi duyệt; lúc đó mới phát thông báo và trang công khai mới "
                "báo thu hồi, nêu số, ngày và người ký quyết định."
            ),
        ),
        Action(
            name="recall",
            label=_("Duyệt, phát thông báo thu hồi"),
            operation=recalls.issue_recall,
            subject="recall",
            who=rules.approvers & rules.of_real_recall,
            guard=recalls.why_not_recalled,
            icon="send",
            danger=True,
            takes_person=True,
            shows_record=True,
            help_text=_(
                "Mỗi bên đã giữ hàng nhận một thông báo; trang công khai của các lô báo thu hồi ngay, theo quyết định đã trình."
            ),
        ),
        Action(
            name="drill",
            label=_("Phát thông báo diễn tập"),
            operation=recalls.issue_drill,
            subject="recall",
            who=rules.editors,
            guard=recalls.why_no_drill,
            icon="send",
            takes_person=True,
            shows_record=True,
            help_text=_(
                "Mỗi bên đã giữ hàng nhận một thông báo ghi rõ là diễn tập; không giữ hàng, không lên trang công khai."
            ),
        ),
        Action(
            name="lift-recall",
            label=_("Duyệt chấm dứt thu hồi"),
            operation=recalls.lift_by_decision,
            subject="recall",
            who=rules.approvers & rules.of_real_recall,
            guard=recalls.why_not_lifted,
            source=GoodsRecall,
            inputs=(Section(_("Quyết định chấm dứt thu hồi"), *recall_decisions.LIFTING),),
            required=recall_decisions.LIFTING,
            asks_reason=_("Vì sao hàng dùng được"),
            icon="arrow-back-up",
            danger=True,
            takes_person=True,
            shows_record=True,
            help_text=_(
                "Hàng được giao, bán, dùng lại ngay; trang công khai thôi báo thu hồi và các bên đã được báo nhận tin kết thúc."
            ),
        ),
        Action(
            name="close",
            label=_("Kết thúc thu hồi"),
            operation=recalls.close_recall,
            subject="recall",
            who=rules.editors,
            guard=recalls.why_not_closed,
            icon="circle-check",
            takes_person=True,
            shows_record=True,
        ),
        Action(
            name="review",
            label=_("Rà lại phạm vi"),
            operation=recalls.review_recall,
            subject="recall",
            who=rules.editors,
            guard=recalls.why_not_reviewed,
            icon="refresh",
            help_text=_(
                "Truy lại theo sự kiện mới; chỗ khác lần trước được ghi thêm, lần đã chốt giữ nguyên."
            ),
        ),
    )


@register
class RecallStocks(GoodsRegister):
    """Rows come with the scope of a recall alone, and never change."""

    model = RecallStock
    slug = "recall-scope"
    icon = "list-details"
    scope: ClassVar[Scope] = Department()
    columns = (
        Column("holder", look="link"),
        "recall",
        "run",
        "lot_name",
        "lot_number",
        "steps",
        "made",
        "received",
        "sent",
        "used",
        "sold",
        "destroyed",
        "remaining",
        "unit",
        "is_gap",
        "contact",
        "difference",
    )
    filters = {"recall": ["exact"], "party": ["exact"], "is_gap": ["exact"], "run": ["exact"]}
    search = ("recall",)
    outcome = Section(
        _("Lượng hàng"),
        "recall",
        "run",
        "lot_name",
        "lot_number",
        "lot_path",
        "steps",
        "party",
        "holder",
        "gln",
        "contact",
        "unit",
        "made",
        "received",
        "sent",
        "used",
        "sold",
        "destroyed",
        "remaining",
        "is_gap",
        "difference",
    )
    panel_of = (Panel("recall", _("Phạm vi thu hồi"), position=10),)
    natural_key = ("recall", "run", "lot_path", "gln")
    order = ("run", "steps", "lot_path", "sort_key")
    in_menu = False


@register
class RecallNotices(GoodsRegister):
    """Rows come with a recall alone; who is informed answers, the department calls where mail fails."""

    model = RecallNotice
    slug = "recall-notices"
    icon = "message-2"
    scope: ClassVar[Scope] = (
        Department()
        | DepartmentActs(rules.editors)
        | OwnOrganisation("organisation", READING | {ACT}, hide=("recall", "parent"))
    )
    columns = (
        Column("code", look="link"),
        "recall",
        "is_drill",
        "party",
        "tier",
        "goods",
        Column("state", look="badge"),
        "delivery",
        "issued_on",
        "answer_by",
        Column("answered_on", hidden=True),
        Column("ended_on", hidden=True),
        Column("ending_delivery", hidden=True),
    )
    filters = {
        "recall": ["exact"],
        "party": ["exact"],
        "is_drill": ["exact"],
        "state": ["exact"],
        "issued_on": ["gte", "lt"],
        "answered_on": ["gte", "lt"],
        "ended_on": ["gte", "lt", "isnull"],
    }
    search = ("party",)
    outcome = Section(
        _("Thông báo"),
        "code",
        "recall",
        "parent",
        "is_drill",
        "party",
        "tier",
        "reason",
        "goods",
        "issued_on",
        "answer_by",
        "email",
        "phone",
        "delivery",
        "letter_number",
        "answer",
        "answered_on",
        "ended_on",
        "ending",
        "ending_delivery",
        "ending_letter",
    )
    panel_of = (Panel("recall", _("Thông báo đến các bên"), position=20),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-issued_on", "tier", "code")
    detail_template = "goods/recall_notice.html"
    date_field = "issued_on"
    workflow = NOTICE_FLOW
    effects = {
        "call": Effect(operation=recall_notices.called, subject="notice"),
        "answer": Effect(
            operation=recall_notices.answered, subject="notice", initial=recall_notices.counts_to_begin_with
        ),
    }


@register
class RecallNoticeLots(GoodsRegister):
    """Rows come with a notice alone; what is counted is written by the answer to it."""

    model = RecallNoticeLot
    slug = "recall-notice-lots"
    icon = "list-details"
    scope: ClassVar[Scope] = Department() | OwnOrganisation("notice__organisation", READING | {ACT})
    columns = (
        Column("lot_name", look="link"),
        "lot_number",
        "notice",
        "expected",
        "counted",
        "unit",
    )
    filters = {"notice": ["exact"]}
    search = ("notice",)
    outcome = Section(
        _("Lô hàng"), "notice", "lot_name", "lot_number", "lot_path", "expected", "counted", "unit"
    )
    panel_of = (Panel("notice", _("Các lô trong thông báo"), position=10),)
    natural_key = ("notice", "lot_path")
    order = ("notice", "sort_key", "lot_path")
    in_menu = False
