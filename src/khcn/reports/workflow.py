"""The way of a report from the first draft to the signed paper, and of each section from its division to the office."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.reports import rules

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def _why_not_moved(section: Any, *, actor: Actor, on: date) -> str:
    """A compiled report has every section in hand, until it is opened again."""
    state = section.instance.state
    if state == "drafting":
        return ""
    return gettext(
        "Báo cáo %(state)s nên các mục không chuyển được nữa. Mở lại báo cáo để soạn rồi làm lại."
    ) % {"state": REPORT_FLOW.by_value[state].label}


def _why_not_compiled(report: Any, *, actor: Actor, on: date) -> str:
    """Every section must be handed in."""
    owed = SECTION_FLOW.values(Category.PREPARING)
    waiting = [each.key for each in report.sections.all() if each.state in owed]
    if not waiting:
        return ""
    return gettext(
        "Còn mục chưa nộp: %(keys)s. Đôn đốc các đơn vị nộp, hoặc Văn phòng nộp thay, rồi tổng hợp."
    ) % {"keys": ", ".join(waiting)}


def _why_not_submitted(report: Any, *, actor: Actor, on: date) -> str:
    """A number of a document or a year that the form asks for is given for the period."""
    left = report.unfilled_words()
    if not left:
        return ""
    return gettext("Chưa ghi số văn bản, năm của kỳ: %(labels)s.") % {
        "labels": "; ".join(each.label for each in left)
    }


SectionStep = partial(Transition, guard=_why_not_moved)

SECTION_FLOW = Workflow(
    "report_section",
    _("Mục của báo cáo"),
    (
        State("drafting", _("đang soạn"), Category.PREPARING, initial=True),
        State("handed_in", _("đã nộp"), Category.OPEN),
        State("returned", _("bị trả lại"), Category.PREPARING),
        State("accepted", _("đã nhận"), Category.DONE),
        State("taken_over", _("lấy từ bản đã ký"), Category.DONE),  # only in replacements of signed reports
    ),
    (
        SectionStep("hand_in", _("Nộp Văn phòng"), ("drafting", "returned"), "handed_in", rules.can_hand_in),
        SectionStep(
            "take_back", _("Lấy lại để sửa"), ("handed_in", "taken_over"), "drafting", rules.can_hand_in
        ),
        SectionStep("accept", _("Nhận"), ("handed_in",), "accepted", rules.office),
        SectionStep(
            "return",
            _("Trả lại"),
            ("handed_in", "accepted", "taken_over"),
            "returned",
            rules.office,
            ("note",),
        ),
        SectionStep(
            "take_over", _("Lấy từ bản đã ký"), ("drafting",), "taken_over", rules.office, offered=False
        ),
    ),
)

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
        Transition(
            "compile", _("Tổng hợp"), ("drafting",), "compiled", rules.office, guard=_why_not_compiled
        ),
        Transition("reopen", _("Mở lại để soạn"), ("compiled",), "drafting", rules.office),
        Transition(
            "submit",
            _("Trình duyệt"),
            ("compiled",),
            "submitted",
            rules.office,
            guard=_why_not_submitted,
        ),
        Transition("withdraw", _("Rút lại"), ("submitted",), "compiled", rules.office),
        Transition("return", _("Trả lại"), ("submitted",), "drafting", rules.leader, ("note",)),
        Transition("approve", _("Duyệt"), ("submitted",), "printing", rules.leader),
        Transition("print", _("In xong"), ("printing",), "approved", rules.system),
        Transition(
            "cancel", _("Hủy báo cáo"), ("drafting", "compiled"), "cancelled", rules.office, ("note",)
        ),
    ),
)
