"""The steps of a state check, of a conformity declaration, and of the support of a party with traceability."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.quality.enums import CheckOutcome
from khcn.quality.rules import quality_staff

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

PLANNED, DECIDED, FINISHED, REPORTED, CANCELLED = "planned", "decided", "finished", "reported", "cancelled"

_Step = partial(Transition, who=quality_staff)
_Unoffered = partial(_Step, offered=False)
# By one action, whichever step it was (`khcn.quality.operations.steps_back`).
_TakenBack = partial(_Unoffered, needs=("note",))
_TAKE_BACK = _("Bỏ bước ghi nhầm")
_NAMED: Final = 5  # places in a message


def why_not_checked(check: Any, *, actor: Actor, on: date) -> str:
    """Why a check is not over: nobody was checked, or it is not known what was found."""
    if not check.subjects.exists():
        return gettext("Cuộc kiểm tra chưa ghi cơ sở nào. Bổ sung cơ sở được kiểm tra.")
    open_subjects = check.subjects.filter(checked_on__isnull=True).count()
    if open_subjects:
        return gettext("Còn %(count)d cơ sở chưa ghi ngày và kết quả kiểm tra.") % {"count": open_subjects}
    return ""


def why_not_reported(check: Any, *, actor: Actor, on: date) -> str:
    """Why a check is not reported: besides, results of samples are waited for, and what a place is said to be agrees with them."""
    if why := why_not_checked(check, actor=actor, on=on):
        return why
    waiting = check.subjects.filter(samples__pk__isnull=False, samples__result_on__isnull=True).count()
    if waiting:
        return gettext("Còn %(count)d mẫu chưa có kết quả thử nghiệm.") % {"count": waiting}
    failed = Q(findings__failed__gt=0) | Q(samples__conforms=False)
    unlike = check.subjects.exclude(outcome=CheckOutcome.VIOLATION).filter(failed).distinct().count()
    if unlike:
        return gettext(
            "Có %(count)d cơ sở có phương tiện đo, hàng hóa hoặc mẫu không đạt mà kết luận không phải “Có vi phạm”. Sửa kết luận "
            "của cơ sở."
        ) % {"count": unlike}
    return _why_violation_unsaid(check, failed)


def _why_violation_unsaid(check: Any, failed: Q) -> str:
    """Why a check is not reported: the notice would say of a place "violation" and not which."""
    violating = check.subjects.filter(outcome=CheckOutcome.VIOLATION, handlings__isnull=True)
    unsaid = violating.exclude(pk__in=check.subjects.filter(failed).values("pk")).order_by("code")
    codes = [*unsaid.values_list("code", flat=True)[:_NAMED]]
    if not codes:
        return ""
    return gettext(
        "Kết luận “Có vi phạm” mà chưa ghi vi phạm gì: %(codes)s. Ghi phương tiện đo, hàng hóa, mẫu không đạt hoặc việc xử lý của cơ sở."
    ) % {"codes": ", ".join(codes)}


def why_not_cancelled(check: Any, *, actor: Actor, on: date) -> str:
    """Why a check that was decided is not given up: it has taken place, at least in part."""
    checked = check.subjects.filter(outcome__in=(CheckOutcome.CONFORMING, CheckOutcome.VIOLATION)).count()
    if checked:
        return gettext("Cuộc kiểm tra đã ghi kết quả ở %(count)d cơ sở nên không phải là không kiểm tra.") % {
            "count": checked
        }
    return ""


_OfCheck = partial(_Step, inputs_model="quality.StateCheck")
CHECK_FLOW = Workflow(
    "state_check",
    _("Cuộc kiểm tra"),
    states=(
        State(PLANNED, _("chưa ban hành quyết định"), Category.PREPARING, initial=True),
        State(DECIDED, _("đang kiểm tra"), Category.OPEN),
        State(FINISHED, _("đã kiểm tra, chờ báo cáo"), Category.OPEN),
        State(REPORTED, _("đã báo cáo kết quả"), Category.DONE),
        State(CANCELLED, _("không kiểm tra"), Category.ENDED_EARLY),
    ),
    transitions=(
        # By the issue of the decision.
        _Unoffered("decide", _("Ban hành quyết định"), (PLANNED,), DECIDED),
        _OfCheck(
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
        _OfCheck(
            "finish",
            _("Ghi kiểm tra xong"),
            (DECIDED,),
            FINISHED,
            guard=why_not_checked,
            inputs=(Section(_("Kiểm tra tại cơ sở"), "begun_on", "finished_on"),),
            needs=("begun_on", "finished_on"),
            dated_by="finished_on",
            icon="clipboard-check",
        ),
        _OfCheck(
            "report",
            _("Ghi báo cáo kết quả"),
            (FINISHED,),
            REPORTED,
            guard=why_not_reported,
            inputs=(Section(_("Báo cáo của trưởng đoàn"), "reported_on", "result"),),
            needs=("reported_on", "result"),
            dated_by="reported_on",
            icon="send",
        ),
        _OfCheck(
            "record_carried_out",
            _("Ghi cuộc đã kiểm tra trên giấy"),
            (PLANNED,),
            REPORTED,
            guard=why_not_reported,
            inputs=(
                Section(_("Quyết định"), "decision_number", "decided_on"),
                Section(_("Kiểm tra tại cơ sở"), "begun_on", "finished_on"),
                Section(_("Báo cáo của trưởng đoàn"), "reported_on", "result"),
            ),
            needs=("decision_number", "decided_on", "begun_on", "finished_on", "reported_on", "result"),
            dated_by="reported_on",
            importable=True,
            icon="files",
        ),
        _OfCheck(
            "cancel",
            _("Không kiểm tra nữa"),
            (PLANNED, DECIDED),
            CANCELLED,
            guard=why_not_cancelled,
            inputs=(Section(_("Không kiểm tra nữa"), "cancelled_on"),),
            needs=("cancelled_on", "note"),
            dated_by="cancelled_on",
            icon="circle-x",
        ),
        _TakenBack("take_back_decision", _TAKE_BACK, (DECIDED,), PLANNED),
        _TakenBack("take_back_finish", _TAKE_BACK, (FINISHED,), DECIDED),
        _TakenBack("take_back_report", _TAKE_BACK, (REPORTED,), FINISHED),
        _TakenBack("take_back_cancellation", _TAKE_BACK, (CANCELLED,), PLANNED),
        _TakenBack("take_back_cancellation_of_decided", _TAKE_BACK, (CANCELLED,), DECIDED),
    ),
)

RECEIVED, ACCEPTED, RETURNED = "received", "accepted", "returned"
_OfDeclaration = partial(_Step, inputs_model="quality.ConformityDeclaration")
DECLARATION_FLOW = Workflow(
    "conformity_declaration",
    _("Hồ sơ công bố hợp chuẩn, hợp quy"),
    states=(
        State(RECEIVED, _("đã nhận hồ sơ"), Category.OPEN, initial=True),
        State(ACCEPTED, _("đã thông báo tiếp nhận"), Category.DONE),
        State(RETURNED, _("đã trả lại hồ sơ"), Category.ENDED_EARLY),
    ),
    transitions=(
        # By the issue of the notice.
        _Unoffered("accept", _("Ban hành thông báo tiếp nhận"), (RECEIVED,), ACCEPTED),
        _OfDeclaration(
            "record_notice",
            _("Ghi thông báo tiếp nhận đã ký"),
            (RECEIVED,),
            ACCEPTED,
            inputs=(Section(_("Thông báo tiếp nhận"), "notice_number", "notified_on"),),
            needs=("notice_number", "notified_on"),
            dated_by="notified_on",
            importable=True,
            icon="file-check",
        ),
        _OfDeclaration(
            "return",
            _("Trả lại hồ sơ"),
            (RECEIVED,),
            RETURNED,
            inputs=(Section(_("Trả lại hồ sơ"), "returned_on"),),
            needs=("returned_on", "note"),
            dated_by="returned_on",
            importable=True,
            icon="arrow-back-up",
        ),
        _Unoffered("withdraw_notice", _("Thu hồi thông báo"), (ACCEPTED,), RECEIVED, needs=("note",)),
        _TakenBack("take_back_notice", _TAKE_BACK, (ACCEPTED,), RECEIVED),
        _TakenBack("take_back_return", _TAKE_BACK, (RETURNED,), RECEIVED),
    ),
)

REGISTERED, CONTRACTED, SURVEYED, ENTERED = "registered", "contracted", "surveyed", "entered"
TRAINED, PUBLISHED, STOPPED = "trained", "published", "stopped"
UNDER_WAY = (REGISTERED, CONTRACTED, SURVEYED, ENTERED, TRAINED)
_OfSupport = partial(_Step, inputs_model="quality.TraceabilitySupport", importable=True)
SUPPORT_FLOW = Workflow(
    "traceability_support",
    _("Hỗ trợ truy xuất nguồn gốc"),
    states=(
        State(REGISTERED, _("đã đăng ký hỗ trợ"), Category.PREPARING, initial=True),
        State(CONTRACTED, _("đã ký hợp đồng tư vấn"), Category.OPEN),
        State(SURVEYED, _("đã khảo sát"), Category.OPEN),
        State(ENTERED, _("đã cập nhật dữ liệu"), Category.OPEN),
        State(TRAINED, _("đã tập huấn"), Category.OPEN),
        State(PUBLISHED, _("đã công bố dữ liệu"), Category.DONE),
        State(STOPPED, _("dừng hỗ trợ"), Category.ENDED_EARLY),
    ),
    transitions=(
        _OfSupport(
            "sign_contract",
            _("Ghi hợp đồng tư vấn"),
            (REGISTERED,),
            CONTRACTED,
            inputs=(Section(_("Hợp đồng tư vấn"), "contract_number", "contracted_on", "consultant"),),
            needs=("contracted_on", "consultant"),
            dated_by="contracted_on",
            icon="file-check",
        ),
        _OfSupport(
            "survey",
            _("Ghi khảo sát"),
            (CONTRACTED,),
            SURVEYED,
            inputs=(Section(_("Khảo sát"), "surveyed_on"),),
            needs=("surveyed_on",),
            dated_by="surveyed_on",
            icon="binoculars",
        ),
        _OfSupport(
            "enter_data",
            _("Ghi cập nhật dữ liệu"),
            (SURVEYED,),
            ENTERED,
            inputs=(Section(_("Dữ liệu truy xuất"), "entered_on", "data_elements"),),
            needs=("entered_on", "data_elements"),
            dated_by="entered_on",
            icon="database",
        ),
        _OfSupport(
            "train",
            _("Ghi tập huấn"),
            (ENTERED,),
            TRAINED,
            inputs=(Section(_("Tập huấn"), "trained_on"),),
            needs=("trained_on",),
            dated_by="trained_on",
            icon="presentation",
        ),
        _OfSupport(
            "publish",
            _("Ghi công bố dữ liệu"),
            (TRAINED,),
            PUBLISHED,
            inputs=(Section(_("Công bố dữ liệu"), "published_on", "data_elements"),),
            needs=("published_on",),
            dated_by="published_on",
            icon="circle-check",
        ),
        _OfSupport(
            "stop",
            _("Dừng hỗ trợ"),
            UNDER_WAY,
            STOPPED,
            inputs=(Section(_("Dừng hỗ trợ"), "stopped_on"),),
            needs=("stopped_on", "note"),
            dated_by="stopped_on",
            icon="circle-x",
        ),
        _TakenBack("take_back_contract", _TAKE_BACK, (CONTRACTED,), REGISTERED),
        _TakenBack("take_back_survey", _TAKE_BACK, (SURVEYED,), CONTRACTED),
        _TakenBack("take_back_data", _TAKE_BACK, (ENTERED,), SURVEYED),
        _TakenBack("take_back_training", _TAKE_BACK, (TRAINED,), ENTERED),
        _TakenBack("take_back_publication", _TAKE_BACK, (PUBLISHED,), TRAINED),
        *(_TakenBack(f"take_back_stop_of_{state}", _TAKE_BACK, (STOPPED,), state) for state in UNDER_WAY),
    ),
)
