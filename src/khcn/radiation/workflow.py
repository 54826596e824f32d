"""The way of an application for a licence, and the states of a device or source, replayed from what was notified of it."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.radiation.rules import radiation_head, radiation_staff

ANSWER_TERM: Final = "radiation.answer"
RECEIVED, COMPLETE, APPRAISED = "received", "complete", "appraised"
GRANTED, RETURNED, WITHDRAWN = "granted", "returned", "withdrawn"
UNDECIDED: Final = (RECEIVED, COMPLETE, APPRAISED)

Step = partial(Transition, who=radiation_staff)

APPLICATION_FLOW = Workflow(
    "radiation_application",
    _("Hồ sơ đề nghị cấp giấy phép bức xạ"),
    states=(
        State(RECEIVED, _("đã tiếp nhận"), Category.PREPARING, initial=True),
        State(COMPLETE, _("hồ sơ hợp lệ, đang thẩm định"), Category.OPEN),
        State(APPRAISED, _("đã thẩm định, chờ cấp"), Category.OPEN),
        State(GRANTED, _("đã cấp giấy phép"), Category.DONE),
        State(RETURNED, _("đã trả lại hồ sơ"), Category.ENDED_EARLY, final=True),
        State(WITHDRAWN, _("đã rút hồ sơ"), Category.ENDED_EARLY, final=True),
    ),
    transitions=(
        Step(
            "complete",
            _("Xác nhận hồ sơ hợp lệ"),
            (RECEIVED,),
            COMPLETE,
            inputs=(Section(_("Hồ sơ hợp lệ"), "completed_on"),),
            fields={
                "completed_on": models.DateField(
                    _("ngày hồ sơ hợp lệ"),
                    help_text=_("Ngày đủ hồ sơ và phí: thời hạn trả lời tính từ ngày này."),
                )
            },
            needs=("completed_on",),
            dated_by="completed_on",
            starts=ANSWER_TERM,
            importable=True,
            icon="clipboard-check",
        ),
        Step(
            "appraise",
            _("Ghi kết quả thẩm định"),
            (COMPLETE,),
            APPRAISED,
            inputs=(Section(_("Kết quả thẩm định"), "appraised_on", "appraisal"),),
            inputs_model="radiation.RadiationLicenceApplication",
            fields={"appraised_on": models.DateField(_("ngày thẩm định"))},
            needs=("appraised_on",),
            dated_by="appraised_on",
            icon="zoom-check",
        ),
        # By the issue of the licence's paper.
        Step("grant", _("Cấp giấy phép"), (APPRAISED,), GRANTED, ends=ANSWER_TERM, offered=False),
        Transition(
            "record_licence",
            _("Ghi giấy phép đã cấp trên giấy"),
            UNDECIDED,
            GRANTED,
            who=radiation_head,
            inputs=(Section(_("Giấy phép đã ký"), "number", "issued_on", "expires_on"),),
            inputs_model="radiation.RadiationLicence",
            dated_by="issued_on",
            ends=ANSWER_TERM,
            importable=True,
            icon="file-check",
        ),
        Step(
            "return",
            _("Trả lại hồ sơ"),
            UNDECIDED,
            RETURNED,
            inputs=(Section(_("Trả lại"), "decided_on"),),
            inputs_model="radiation.RadiationLicenceApplication",
            needs=("decided_on", "note"),
            dated_by="decided_on",
            ends=ANSWER_TERM,
            importable=True,
            icon="arrow-back-up",
        ),
        Step(
            "withdraw",
            _("Rút hồ sơ theo đề nghị"),
            UNDECIDED,
            WITHDRAWN,
            needs=("note",),
            ends=ANSWER_TERM,
            icon="x",
        ),
        # The licence that was issued for it has been withdrawn.
        Step(
            "reopen",
            _("Mở lại hồ sơ"),
            (GRANTED,),
            APPRAISED,
            needs=("note",),
            reopens=ANSWER_TERM,
            offered=False,
        ),
    ),
)

NOT_NOTIFIED, IN_USE, OUT_OF_USE, DISPOSED = "not_notified", "in_use", "out_of_use", "disposed"

# The steps are kinds of notification: what a facility may notify in which state.
ITEM_FLOW = Workflow(
    "radiation_item",
    _("Thiết bị, nguồn bức xạ"),
    replayed=True,
    states=(
        State(NOT_NOTIFIED, _("chưa khai báo"), Category.PREPARING, initial=True),
        State(IN_USE, _("đang sử dụng"), Category.OPEN),
        State(OUT_OF_USE, _("dừng hoạt động"), Category.SUSPENDED),
        State(DISPOSED, _("đã chấm dứt, thanh lý"), Category.ENDED_EARLY, final=True),
    ),
    transitions=(
        Step("possession", _("Khai báo có thiết bị, nguồn"), (NOT_NOTIFIED,), IN_USE),
        # Devices from before the register may be stopped without a notification of their possession on record.
        Step("stopped", _("Khai báo dừng hoạt động"), (NOT_NOTIFIED, IN_USE), OUT_OF_USE),
        Step("resumed", _("Khai báo hoạt động trở lại"), (OUT_OF_USE,), IN_USE),
        Step("disposed", _("Khai báo chấm dứt, thanh lý"), (NOT_NOTIFIED, IN_USE, OUT_OF_USE), DISPOSED),
    ),
)
TARGETS: Final = {step.name: step.target for step in ITEM_FLOW.transitions}
STATES: Final = tuple(ITEM_FLOW.choices())
