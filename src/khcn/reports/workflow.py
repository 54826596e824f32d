"""The way of a report from the first draft to the signed paper, and of each section from its division to the office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.reports import rules

REPORT_FLOW = Workflow(
    "report",
    _("Báo cáo"),
    (
        State("drafting", _("đang soạn"), Category.PREPARING, initial=True),
        State("compiled", _("đã tổng hợp"), Category.OPEN),
        State("submitted", _("đã trình"), Category.OPEN),
        State("printing", _("đã duyệt, đang in"), Category.OPEN),
        State("approved", _("đã duyệt, đã chốt"), Category.DONE, final=True),
        State("cancelled", _("đã hủy"), Category.ENDED_EARLY, final=True),
    ),
    (
        Transition("compile", _("Tổng hợp"), ("drafting",), "compiled", rules.office),
        Transition("reopen", _("Mở lại để soạn"), ("compiled",), "drafting", rules.office),
        Transition("submit", _("Trình duyệt"), ("compiled",), "submitted", rules.office),
        Transition("withdraw", _("Rút lại"), ("submitted",), "compiled", rules.office),
        Transition("return", _("Trả lại"), ("submitted",), "drafting", rules.leader, ("note",)),
        Transition("approve", _("Duyệt"), ("submitted",), "printing", rules.leader),
        Transition("print", _("In xong"), ("printing",), "approved", rules.system),
        Transition(
            "cancel", _("Hủy báo cáo"), ("drafting", "compiled"), "cancelled", rules.office, ("note",)
        ),
    ),
)

SECTION_FLOW = Workflow(
    "report_section",
    _("Mục của báo cáo"),
    (
        State("drafting", _("đang soạn"), Category.PREPARING, initial=True),
        State("handed_in", _("đã nộp"), Category.OPEN),
        State("returned", _("bị trả lại"), Category.PREPARING),
        State("accepted", _("đã nhận"), Category.DONE),
    ),
    (
        Transition("hand_in", _("Nộp Văn phòng"), ("drafting", "returned"), "handed_in", rules.can_hand_in),
        Transition("take_back", _("Lấy lại để sửa"), ("handed_in",), "drafting", rules.can_hand_in),
        Transition("accept", _("Nhận"), ("handed_in",), "accepted", rules.office),
        Transition("return", _("Trả lại"), ("handed_in", "accepted"), "returned", rules.office, ("note",)),
    ),
)
