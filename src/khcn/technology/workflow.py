"""The way of a request for an opinion, and of the registration of a contract by which technology is transferred."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.technology.rules import technology_head, technology_staff

RECEIVED, ANSWERED, CLOSED = "received", "answered", "closed"
REGISTERED, ENDED = "registered", "ended"

_Step = partial(Transition, who=technology_staff)
_OfOpinion = partial(_Step, inputs_model="technology.TechnologyOpinion")
_OfContract = partial(_Step, inputs_model="technology.TransferContract")
# By the issue or withdrawal of a paper.
_ByPaper = partial(_Step, offered=False)
_TakenBack = partial(Transition, who=technology_head, needs=("note",), icon="arrow-back-up")

OPINION_FLOW: Final = Workflow(
    "technology_opinion",
    _("Ý kiến về công nghệ"),
    states=(
        State(RECEIVED, _("đã nhận, chờ trả lời"), Category.OPEN, initial=True),
        State(ANSWERED, _("đã trả lời"), Category.DONE),
        State(CLOSED, _("không cho ý kiến"), Category.ENDED_EARLY),
    ),
    transitions=(
        _ByPaper("answer", _("Ban hành văn bản trả lời"), (RECEIVED,), ANSWERED),
        _OfOpinion(
            "record_answer",
            _("Ghi văn bản trả lời đã ký"),
            (RECEIVED,),
            ANSWERED,
            inputs=(Section(_("Văn bản trả lời"), "answer_number", "answered_on"),),
            needs=("answer_number", "answered_on"),
            dated_by="answered_on",
            importable=True,
            icon="file-check",
        ),
        _OfOpinion(
            "close",
            _("Không cho ý kiến"),
            (RECEIVED,),
            CLOSED,
            inputs=(Section(_("Không cho ý kiến"), "closed_on"),),
            needs=("closed_on", "note"),
            dated_by="closed_on",
            icon="x",
        ),
        _ByPaper("withdraw_answer", _("Thu hồi văn bản trả lời"), (ANSWERED,), RECEIVED, needs=("note",)),
        _TakenBack("take_back_answer", _("Bỏ ghi văn bản trả lời"), (ANSWERED,), RECEIVED),
        _TakenBack("take_up_again", _("Nhận lại đề nghị"), (CLOSED,), RECEIVED),
    ),
)

CONTRACT_FLOW: Final = Workflow(
    "technology_transfer_contract",
    _("Đăng ký hợp đồng chuyển giao công nghệ"),
    states=(
        State(RECEIVED, _("đã nhận hồ sơ"), Category.OPEN, initial=True),
        State(REGISTERED, _("đã cấp giấy chứng nhận"), Category.DONE),
        State(CLOSED, _("từ chối, trả lại hồ sơ"), Category.ENDED_EARLY),
        State(ENDED, _("giấy chứng nhận đã hết hiệu lực"), Category.DONE),
    ),
    transitions=(
        _ByPaper("register", _("Cấp giấy chứng nhận"), (RECEIVED,), REGISTERED),
        _OfContract(
            "record_registration",
            _("Ghi giấy chứng nhận đã ký"),
            (RECEIVED,),
            REGISTERED,
            inputs=(Section(_("Giấy chứng nhận"), "certificate_number", "registered_on"),),
            needs=("certificate_number", "registered_on"),
            dated_by="registered_on",
            importable=True,
            icon="file-certificate",
        ),
        _OfContract(
            "close",
            _("Từ chối, trả lại hồ sơ"),
            (RECEIVED,),
            CLOSED,
            inputs=(Section(_("Từ chối, trả lại"), "closed_on"),),
            needs=("closed_on", "note"),
            dated_by="closed_on",
            icon="x",
        ),
        _OfContract(
            "end",
            _("Ghi hết hiệu lực"),
            (REGISTERED,),
            ENDED,
            inputs=(Section(_("Hết hiệu lực"), "ended_on"),),
            needs=("ended_on", "note"),
            dated_by="ended_on",
            icon="circle-x",
        ),
        _ByPaper(
            "withdraw_registration", _("Thu hồi giấy chứng nhận"), (REGISTERED,), RECEIVED, needs=("note",)
        ),
        _TakenBack("take_back_registration", _("Bỏ ghi giấy chứng nhận"), (REGISTERED,), RECEIVED),
        _TakenBack("take_up_again", _("Nhận lại hồ sơ"), (CLOSED,), RECEIVED),
        _TakenBack("take_back_end", _("Bỏ ghi hết hiệu lực"), (ENDED,), REGISTERED),
    ),
)
