"""The steps of a budget estimate, of the settlement of a year, of an asset of a task, and of a reminder."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.finance.rules import contract_staff, finance_staff
from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow

DRAFTED, SUBMITTED, ASSIGNED = "drafted", "submitted", "assigned"
APPROVED, RETURNED = "approved", "returned"
SENT: Final = "sent"
IN_USE, PROPOSED, DECIDED, HANDED_OVER = "in_use", "proposed", "decided", "handed_over"

_Step = partial(Transition, who=finance_staff)
# By one action, whichever step it was (`khcn.finance.operations.steps_back`).
_TAKE_BACK: Final = _("Bỏ bước ghi nhầm")
_TakenBack = partial(_Step, offered=False, needs=("note",))

_OfEstimate = partial(_Step, inputs_model="finance.BudgetEstimate")
ESTIMATE_FLOW: Final = Workflow(
    "budget_estimate",
    _("Dự toán kinh phí"),
    states=(
        State(DRAFTED, _("đang lập"), Category.PREPARING, initial=True),
        State(SUBMITTED, _("đã trình"), Category.OPEN),
        State(ASSIGNED, _("đã giao dự toán"), Category.DONE),
    ),
    transitions=(
        _OfEstimate(
            "submit",
            _("Ghi trình dự toán"),
            (DRAFTED,),
            SUBMITTED,
            inputs=(Section(_("Trình dự toán"), "submitted_on"),),
            needs=("submitted_on",),
            dated_by="submitted_on",
            importable=True,
            icon="send",
        ),
        _OfEstimate(
            "assign",
            _("Ghi quyết định giao dự toán"),
            (DRAFTED, SUBMITTED),
            ASSIGNED,
            inputs=(
                Section(_("Quyết định giao dự toán"), "decision_number", "assigned_on", "assigned_amount"),
            ),
            needs=("decision_number", "assigned_on", "assigned_amount"),
            dated_by="assigned_on",
            importable=True,
            icon="file-check",
        ),
        _TakenBack("take_back_submission", _TAKE_BACK, (SUBMITTED,), DRAFTED),
        _TakenBack("take_back_assignment", _TAKE_BACK, (ASSIGNED,), DRAFTED),
        _TakenBack("take_back_assignment_of_submitted", _TAKE_BACK, (ASSIGNED,), SUBMITTED),
    ),
)

_OfSettlement = partial(_Step, inputs_model="finance.YearSettlement")
SETTLEMENT_FLOW: Final = Workflow(
    "year_settlement",
    _("Quyết toán năm của nhiệm vụ"),
    states=(
        State(SUBMITTED, _("đã nộp, chờ thẩm định"), Category.OPEN, initial=True),
        State(APPROVED, _("đã thẩm định, phê duyệt"), Category.DONE),
        State(RETURNED, _("đã trả lại"), Category.ENDED_EARLY),
    ),
    transitions=(
        _OfSettlement(
            "approve",
            _("Ghi phê duyệt quyết toán"),
            (SUBMITTED,),
            APPROVED,
            inputs=(Section(_("Phê duyệt quyết toán"), "approved_on", "approved_amount", "document_number"),),
            needs=("approved_on", "approved_amount"),
            dated_by="approved_on",
            importable=True,
            icon="file-check",
        ),
        _OfSettlement(
            "return",
            _("Trả lại hồ sơ"),
            (SUBMITTED,),
            RETURNED,
            inputs=(Section(_("Trả lại hồ sơ"), "returned_on"),),
            needs=("returned_on", "note"),
            dated_by="returned_on",
            icon="arrow-back-up",
        ),
        _TakenBack("take_back_approval", _TAKE_BACK, (APPROVED,), SUBMITTED),
        _TakenBack("take_back_return", _TAKE_BACK, (RETURNED,), SUBMITTED),
    ),
)

_OfAsset = partial(Transition, who=contract_staff, inputs_model="finance.TaskAsset")
_AssetBack = partial(_TakenBack, who=contract_staff)
_AssetByPaper = partial(Transition, who=contract_staff, offered=False)
ASSET_FLOW: Final = Workflow(
    "task_asset",
    _("Tài sản của nhiệm vụ KH&CN"),
    states=(
        State(IN_USE, _("đang quản lý, sử dụng"), Category.OPEN, initial=True),
        State(PROPOSED, _("đã có phương án xử lý"), Category.OPEN),
        State(DECIDED, _("đã có quyết định xử lý"), Category.OPEN),
        State(HANDED_OVER, _("đã xử lý xong"), Category.DONE),
    ),
    transitions=(
        _OfAsset(
            "propose",
            _("Ghi phương án xử lý"),
            (IN_USE,),
            PROPOSED,
            inputs=(Section(_("Phương án xử lý"), "proposed_on"),),
            needs=("proposed_on",),
            dated_by="proposed_on",
            importable=True,
            icon="send",
        ),
        _OfAsset(
            "decide",
            _("Ghi quyết định xử lý"),
            (IN_USE, PROPOSED),
            DECIDED,
            inputs=(
                Section(_("Quyết định xử lý"), "decision_number", "decided_on", "handling_form", "receiver"),
            ),
            needs=("decision_number", "decided_on", "handling_form"),
            dated_by="decided_on",
            importable=True,
            icon="gavel",
        ),
        _OfAsset(
            "hand_over",
            _("Ghi bàn giao, xử lý xong"),
            (DECIDED,),
            HANDED_OVER,
            inputs=(Section(_("Bàn giao, xử lý xong"), "handed_over_on"),),
            needs=("handed_over_on",),
            dated_by="handed_over_on",
            importable=True,
            icon="circle-check",
        ),
        # By the issue or withdrawal of the minutes.
        _AssetByPaper("hand_over_by_minutes", _("Lập biên bản bàn giao"), (DECIDED,), HANDED_OVER),
        _AssetByPaper(
            "withdraw_minutes", _("Thu hồi biên bản bàn giao"), (HANDED_OVER,), DECIDED, needs=("note",)
        ),
        _AssetBack("take_back_proposal", _TAKE_BACK, (PROPOSED,), IN_USE),
        _AssetBack("take_back_decision", _TAKE_BACK, (DECIDED,), IN_USE),
        _AssetBack("take_back_decision_of_proposed", _TAKE_BACK, (DECIDED,), PROPOSED),
        _AssetBack("take_back_hand_over", _TAKE_BACK, (HANDED_OVER,), DECIDED),
    ),
)

REMINDER_FLOW: Final = Workflow(
    "advance_reminder",
    _("Đôn đốc thanh toán tạm ứng"),
    states=(
        State(DRAFTED, _("đang lập"), Category.PREPARING, initial=True),
        State(SENT, _("đã gửi"), Category.DONE),
    ),
    transitions=(
        _Step(
            "send", _("Gửi công văn đôn đốc"), (DRAFTED,), SENT, offered=False
        ),  # by the issue of the letter
        _Step(
            "record_sent",
            _("Ghi công văn đã ký"),
            (DRAFTED,),
            SENT,
            inputs=(Section(_("Công văn đôn đốc"), "document_number", "sent_on"),),
            inputs_model="finance.AdvanceReminder",
            needs=("document_number", "sent_on"),
            dated_by="sent_on",
            importable=True,
            icon="send",
        ),
        _TakenBack("withdraw_sending", _("Thu hồi công văn đôn đốc"), (SENT,), DRAFTED),
        _TakenBack("take_back_sending", _TAKE_BACK, (SENT,), DRAFTED),
    ),
)
