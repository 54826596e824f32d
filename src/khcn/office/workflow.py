"""The way of a decision about a member of staff, and of a title that is proposed."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.office.rules import office_staff

_Step = partial(Transition, who=office_staff)
_Unoffered = partial(_Step, offered=False)
_TAKE_BACK: Final = _("Bỏ bước ghi nhầm")

PREPARED, DECIDED, DROPPED = "prepared", "decided", "dropped"
_OfEvent = partial(_Step, inputs_model="office.PersonnelEvent")

PERSONNEL_FLOW = Workflow(
    "personnel_event",
    _("Biến động nhân sự"),
    states=(
        State(PREPARED, _("đang làm quy trình"), Category.PREPARING, initial=True),
        State(DECIDED, _("đã có quyết định"), Category.DONE),
        State(DROPPED, _("không thực hiện"), Category.ENDED_EARLY),
    ),
    transitions=(
        _Unoffered("decide", _("Ban hành quyết định"), (PREPARED,), DECIDED),
        _OfEvent(
            "record_decision",
            _("Ghi quyết định đã ký"),
            (PREPARED,),
            DECIDED,
            inputs=(Section(_("Quyết định"), "decision_number", "decided_on"),),
            needs=("decision_number", "decided_on"),
            dated_by="decided_on",
            importable=True,
            icon="file-check",
        ),
        _Step("drop", _("Không thực hiện"), (PREPARED,), DROPPED, needs=("note",), icon="x"),
        _Unoffered("withdraw_decision", _("Thu hồi quyết định"), (DECIDED,), PREPARED, needs=("note",)),
        _Unoffered("take_back_decision", _TAKE_BACK, (DECIDED,), PREPARED, needs=("note",)),
        _Unoffered("take_back_drop", _TAKE_BACK, (DROPPED,), PREPARED, needs=("note",)),
    ),
)

PROPOSED, AWARDED, REFUSED = "proposed", "awarded", "refused"
_OfNomination = partial(_Step, inputs_model="office.EmulationNomination")

NOMINATION_FLOW = Workflow(
    "emulation_nomination",
    _("Đề nghị danh hiệu thi đua, khen thưởng"),
    states=(
        State(PROPOSED, _("đã đề nghị"), Category.OPEN, initial=True),
        State(AWARDED, _("đã được tặng, công nhận"), Category.DONE),
        State(REFUSED, _("không được tặng"), Category.ENDED_EARLY),
    ),
    transitions=(
        _OfNomination(
            "award",
            _("Ghi quyết định khen thưởng"),
            (PROPOSED,),
            AWARDED,
            inputs=(Section(_("Quyết định khen thưởng"), "decision_number", "decided_on"),),
            needs=("decision_number", "decided_on"),
            dated_by="decided_on",
            importable=True,
            icon="medal",
        ),
        _OfNomination(
            "refuse",
            _("Ghi không được tặng"),
            (PROPOSED,),
            REFUSED,
            inputs=(Section(_("Không được tặng"), "decided_on"),),
            needs=("decided_on", "note"),
            dated_by="decided_on",
            icon="circle-x",
        ),
        _Unoffered("take_back_award", _TAKE_BACK, (AWARDED,), PROPOSED, needs=("note",)),
        _Unoffered("take_back_refusal", _TAKE_BACK, (REFUSED,), PROPOSED, needs=("note",)),
    ),
)
