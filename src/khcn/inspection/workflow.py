"""The steps of an inspection, of an administrative violation, and of a complaint or denunciation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import PetitionKind
from khcn.inspection.rules import inspectors
from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow

if TYPE_CHECKING:
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor

PLANNED, DECIDED, BEGUN, FINISHED = "planned", "decided", "begun", "finished"
REPORTED, CONCLUDED, POSTPONED = "reported", "concluded", "postponed"

_Step = partial(Transition, who=inspectors)
_OfInspection = partial(_Step, inputs_model="inspection.Inspection")
_Unoffered = partial(_Step, offered=False)
# By one action, whichever step it was (`khcn.inspection.operations.steps_back`).
_TakenBack = partial(_Unoffered, needs=("note",))
_TAKE_BACK = _("Bỏ bước ghi nhầm")

INSPECTION_FLOW = Workflow(
    "inspection",
    _("Cuộc thanh tra, kiểm tra"),
    states=(
        State(PLANNED, _("chưa ban hành quyết định"), Category.PREPARING, initial=True),
        State(DECIDED, _("đã ban hành quyết định"), Category.OPEN),
        State(BEGUN, _("đang tiến hành"), Category.OPEN),
        State(FINISHED, _("kết thúc trực tiếp, chờ báo cáo"), Category.OPEN),
        State(REPORTED, _("đã báo cáo, chờ kết luận"), Category.OPEN),
        State(CONCLUDED, _("đã kết luận"), Category.DONE),
        State(POSTPONED, _("tạm dừng, chuyển năm sau"), Category.ENDED_EARLY),
    ),
    transitions=(
        _Unoffered("decide", _("Ban hành quyết định"), (PLANNED,), DECIDED),
        _OfInspection(
            "record_decision",
            _("Ghi quyết định đã ký"),
            (PLANNED,),
            DECIDED,
            inputs=(Section(_("Quyết định"), "decision_number", "decided_on"),),
            needs=("decision_number", "decided_on"),
            dated_by="decided_on",
            icon="file-check",
        ),
        _Unoffered("withdraw_decision", _("Thu hồi quyết định"), (DECIDED,), PLANNED, needs=("note",)),
        _OfInspection(
            "begin",
            _("Ghi công bố quyết định"),
            (DECIDED,),
            BEGUN,
            inputs=(Section(_("Công bố quyết định"), "begun_on"),),
            needs=("begun_on",),
            dated_by="begun_on",
            icon="flag",
        ),
        _OfInspection(
            "finish",
            _("Ghi kết thúc trực tiếp"),
            (BEGUN,),
            FINISHED,
            inputs=(Section(_("Kết thúc tại nơi được thanh tra"), "finished_on"),),
            needs=("finished_on",),
            dated_by="finished_on",
            icon="clipboard-check",
        ),
        _OfInspection(
            "report",
            _("Ghi báo cáo kết quả"),
            (FINISHED,),
            REPORTED,
            inputs=(Section(_("Báo cáo của trưởng đoàn"), "reported_on", "result"),),
            needs=("reported_on", "result"),
            dated_by="reported_on",
            icon="send",
        ),
        _Unoffered("conclude", _("Ban hành kết luận"), (REPORTED,), CONCLUDED),
        _OfInspection(
            "record_conclusion",
            _("Ghi kết luận đã ký"),
            (REPORTED,),
            CONCLUDED,
            inputs=(Section(_("Kết luận"), "conclusion_number", "concluded_on"),),
            needs=("conclusion_number", "concluded_on"),
            dated_by="concluded_on",
            icon="file-check",
        ),
        _Unoffered("withdraw_conclusion", _("Thu hồi kết luận"), (CONCLUDED,), REPORTED, needs=("note",)),
        _OfInspection(
            "record_concluded",
            _("Ghi cuộc đã kết luận trên giấy"),
            (PLANNED,),
            CONCLUDED,
            inputs=(
                Section(_("Quyết định"), "decision_number", "decided_on", "begun_on"),
                Section(_("Báo cáo của trưởng đoàn"), "finished_on", "reported_on", "result"),
                Section(_("Kết luận"), "conclusion_number", "concluded_on"),
            ),
            needs=(
                *("decision_number", "decided_on", "begun_on", "finished_on"),
                *("reported_on", "result", "conclusion_number", "concluded_on"),
            ),
            dated_by="concluded_on",
            importable=True,
            icon="files",
        ),
        _OfInspection(
            "postpone",
            _("Tạm dừng, chuyển năm sau"),
            (PLANNED, DECIDED),
            POSTPONED,
            inputs=(Section(_("Tạm dừng, chuyển năm sau"), "postponed_on"),),
            needs=("postponed_on", "note"),
            dated_by="postponed_on",
            importable=True,
            icon="arrow-forward-up",
        ),
        _TakenBack("take_back_decision", _TAKE_BACK, (DECIDED,), PLANNED),
        _TakenBack("take_back_begin", _TAKE_BACK, (BEGUN,), DECIDED),
        _TakenBack("take_back_finish", _TAKE_BACK, (FINISHED,), BEGUN),
        _TakenBack("take_back_report", _TAKE_BACK, (REPORTED,), FINISHED),
        _TakenBack("take_back_conclusion", _TAKE_BACK, (CONCLUDED,), REPORTED),
        _TakenBack("take_back_postponement", _TAKE_BACK, (POSTPONED,), PLANNED),
        _TakenBack("take_back_postponement_of_decided", _TAKE_BACK, (POSTPONED,), DECIDED),
    ),
)

RECORDED, SANCTIONED, EXECUTED, CLOSED = "recorded", "sanctioned", "executed", "closed"
_OfViolation = partial(_Step, inputs_model="inspection.AdministrativeViolation")

VIOLATION_FLOW = Workflow(
    "administrative_violation",
    _("Vụ việc vi phạm hành chính"),
    states=(
        State(RECORDED, _("đã lập biên bản"), Category.OPEN, initial=True),
        State(SANCTIONED, _("đã có quyết định xử phạt"), Category.OPEN),
        State(EXECUTED, _("đã chấp hành xong"), Category.DONE),
        State(CLOSED, _("không ra quyết định xử phạt"), Category.ENDED_EARLY),
    ),
    transitions=(
        _Unoffered("sanction", _("Ban hành quyết định xử phạt"), (RECORDED,), SANCTIONED),
        _OfViolation(
            "record_sanction",
            _("Ghi quyết định xử phạt đã ký"),
            (RECORDED,),
            SANCTIONED,
            inputs=(Section(_("Quyết định xử phạt"), "decision_number", "decided_on", "delivered_on"),),
            needs=("decision_number", "decided_on"),
            dated_by="decided_on",
            importable=True,
            icon="file-check",
        ),
        _Unoffered("withdraw_sanction", _("Thu hồi quyết định"), (SANCTIONED,), RECORDED, needs=("note",)),
        _OfViolation(
            "execute",
            _("Ghi chấp hành xong"),
            (SANCTIONED,),
            EXECUTED,
            inputs=(Section(_("Chấp hành"), "executed_on", "paid"),),
            needs=("executed_on", "paid"),
            dated_by="executed_on",
            icon="check",
        ),
        _OfViolation(
            "close",
            _("Không xử phạt"),
            (RECORDED,),
            CLOSED,
            inputs=(Section(_("Không xử phạt"), "closed_on"),),
            needs=("closed_on", "note"),
            dated_by="closed_on",
            icon="x",
        ),
        _TakenBack("take_back_sanction", _TAKE_BACK, (SANCTIONED,), RECORDED),
        _TakenBack("take_back_execution", _TAKE_BACK, (EXECUTED,), SANCTIONED),
        _TakenBack("take_back_closing", _TAKE_BACK, (CLOSED,), RECORDED),
    ),
)

RECEIVED, ACCEPTED, RESOLVED = "received", "accepted", "resolved"
FORWARDED, REFUSED, STOPPED = "forwarded", "refused", "stopped"


def _why_not_resolved(petition: Any, *, actor: Actor, on: date) -> StrOrPromise:
    """A complaint or denunciation is taken up first; a suggestion is answered at once."""
    if petition.state == RECEIVED and petition.kind != PetitionKind.SUGGESTION:
        return _("Đơn chưa thụ lý. Bấm “Ghi thụ lý” trước, rồi ghi kết quả giải quyết.")
    return ""


_OfPetition = partial(_Step, inputs_model="inspection.Petition")

PETITION_FLOW = Workflow(
    "petition",
    _("Đơn khiếu nại, tố cáo, kiến nghị"),
    states=(
        State(RECEIVED, _("đã nhận, chờ xử lý"), Category.OPEN, initial=True),
        State(ACCEPTED, _("đã thụ lý"), Category.OPEN),
        State(RESOLVED, _("đã giải quyết"), Category.DONE),
        State(FORWARDED, _("đã chuyển nơi có thẩm quyền"), Category.ENDED_EARLY),
        State(REFUSED, _("không thụ lý"), Category.ENDED_EARLY),
        State(STOPPED, _("đã đình chỉ hoặc người gửi rút đơn"), Category.ENDED_EARLY),
    ),
    transitions=(
        _OfPetition(
            "accept",
            _("Ghi thụ lý"),
            (RECEIVED,),
            ACCEPTED,
            inputs=(Section(_("Thụ lý"), "accepted_on"),),
            needs=("accepted_on",),
            dated_by="accepted_on",
            importable=True,
            icon="clipboard-check",
        ),
        _OfPetition(
            "resolve",
            _("Ghi kết quả giải quyết"),
            (RECEIVED, ACCEPTED),
            RESOLVED,
            guard=_why_not_resolved,
            inputs=(Section(_("Kết quả giải quyết"), "ended_on", "outcome"),),
            needs=("ended_on", "outcome"),
            dated_by="ended_on",
            importable=True,
            icon="check",
        ),
        _OfPetition(
            "forward",
            _("Chuyển nơi có thẩm quyền"),
            (RECEIVED, ACCEPTED),
            FORWARDED,
            inputs=(Section(_("Chuyển đơn"), "ended_on", "outcome"),),
            needs=("ended_on", "outcome"),
            dated_by="ended_on",
            icon="arrow-forward-up",
        ),
        _OfPetition(
            "refuse",
            _("Không thụ lý"),
            (RECEIVED,),
            REFUSED,
            inputs=(Section(_("Không thụ lý"), "ended_on"),),
            needs=("ended_on", "note"),
            dated_by="ended_on",
            icon="x",
        ),
        _OfPetition(
            "stop",
            _("Ghi đình chỉ, rút đơn"),
            (RECEIVED, ACCEPTED),
            STOPPED,
            inputs=(Section(_("Đình chỉ, rút đơn"), "ended_on"),),
            needs=("ended_on", "note"),
            dated_by="ended_on",
            icon="x",
        ),
        _TakenBack("take_back_acceptance", _TAKE_BACK, (ACCEPTED,), RECEIVED),
        _TakenBack("take_back_end", _TAKE_BACK, (RESOLVED, FORWARDED, REFUSED, STOPPED), RECEIVED),
        _TakenBack(
            "take_back_end_of_accepted", _TAKE_BACK, (RESOLVED, FORWARDED, REFUSED, STOPPED), ACCEPTED
        ),
    ),
)
