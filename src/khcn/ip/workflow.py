"""The way of an initiative to its recognition, and of an entry of a contest to its prize."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.ip.rules import ip_head, ip_staff
from khcn.kernel.fields.sections import Section
from khcn.kernel.text.numbers import format_amount
from khcn.kernel.workflow import Category, State, Transition, Workflow

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from khcn.kernel.actors import Actor

RECEIVED, ACCEPTED, PROPOSED = "received", "accepted", "proposed"
RECOGNISED, REFUSED, WITHDRAWN = "recognised", "refused", "withdrawn"
UNDECIDED: Final = (RECEIVED, ACCEPTED, PROPOSED)
WHOLE: Final = 100  # the shares of the authors of one initiative


def share_text(share: Decimal) -> str:
    """A share in per cent as people write it, "40" and "33,5", whatever the database says of its decimals."""
    return format_amount(share)


Step = partial(Transition, who=ip_staff)


def why_council_has_not_met(initiative: Any, *, actor: Actor, on: date) -> str:
    """Why a decision cannot be entered: the day of the meeting is gone from the round."""
    if initiative.round.considered_on is None:
        return gettext("Đợt xét chưa ghi ngày Hội đồng họp. Ghi ở trang của đợt xét trước.")
    return ""


def why_not_proposed(initiative: Any, *, actor: Actor, on: date) -> str:
    """Why the council's conclusion cannot be entered: it has not met, or it is not known who made the initiative."""
    if why := why_council_has_not_met(initiative, actor=actor, on=on):
        return why
    total = initiative.authors.aggregate(total=Sum("share"))["total"]
    if total is None:
        return gettext("Sáng kiến chưa ghi tác giả nào. Bấm “Sửa” và ghi tác giả, tỷ lệ đóng góp trước.")
    if total == WHOLE:
        return ""
    return gettext(
        "Tỷ lệ đóng góp của các tác giả cộng lại là %(total)s %%, phải bằng 100 %%. Bấm “Sửa” và xem lại các tác giả trước."
    ) % {"total": share_text(total)}


INITIATIVE_FLOW = Workflow(
    "initiative",
    _("Sáng kiến"),
    states=(
        State(RECEIVED, _("đã nhận đơn"), Category.PREPARING, initial=True),
        State(ACCEPTED, _("đơn hợp lệ, chờ Hội đồng xét"), Category.OPEN),
        State(PROPOSED, _("Hội đồng đề nghị công nhận"), Category.OPEN),
        State(RECOGNISED, _("đã công nhận"), Category.DONE),
        State(REFUSED, _("không công nhận"), Category.ENDED_EARLY),
        State(WITHDRAWN, _("đã rút đơn"), Category.ENDED_EARLY),
    ),
    transitions=(
        Step(
            "accept",
            _("Chấp nhận đơn"),
            (RECEIVED,),
            ACCEPTED,
            inputs=(Section(_("Thẩm định hình thức"), "accepted_on"),),
            inputs_model="ip.Initiative",
            needs=("accepted_on",),
            dated_by="accepted_on",
            importable=True,
            icon="clipboard-check",
        ),
        Step(
            "propose",
            _("Ghi kết luận của Hội đồng"),
            (ACCEPTED,),
            PROPOSED,
            guard=why_not_proposed,
            inputs=(Section(_("Hội đồng đề nghị công nhận"), "proposed_on", "conclusion"),),
            inputs_model="ip.Initiative",
            fields={"proposed_on": models.DateField(_("ngày Hội đồng kết luận"))},
            needs=("proposed_on",),
            dated_by="proposed_on",
            importable=True,
            icon="gavel",
        ),
        # By the issue of the decision.
        Step("recognise", _("Công nhận"), (PROPOSED,), RECOGNISED, offered=False),
        Step(
            "record_recognition",
            _("Ghi quyết định công nhận"),
            (PROPOSED,),
            RECOGNISED,
            guard=why_council_has_not_met,
            inputs=(Section(_("Quyết định công nhận"), "decision_number", "decided_on"),),
            inputs_model="ip.Initiative",
            needs=("decision_number", "decided_on"),
            dated_by="decided_on",
            importable=True,
            icon="file-check",
        ),
        Step(
            "refuse",
            _("Không công nhận"),
            UNDECIDED,
            REFUSED,
            inputs=(Section(_("Không công nhận"), "decided_on"),),
            inputs_model="ip.Initiative",
            needs=("decided_on", "note"),
            dated_by="decided_on",
            importable=True,
            icon="circle-x",
        ),
        Step("withdraw", _("Rút đơn theo đề nghị"), UNDECIDED, WITHDRAWN, needs=("note",), icon="x"),
        # The decision has been withdrawn.
        Step("reopen", _("Mở lại sáng kiến"), (RECOGNISED,), PROPOSED, needs=("note",), offered=False),
        Transition(
            "take_back",
            _("Bỏ ghi quyết định công nhận"),
            (RECOGNISED,),
            PROPOSED,
            who=ip_head,
            needs=("note",),
            offered=False,
        ),
        Transition(
            "take_back_conclusion",
            _("Bỏ ghi kết luận của Hội đồng"),
            (PROPOSED,),
            ACCEPTED,
            who=ip_head,
            needs=("note",),
            offered=False,
        ),
        # From its beginning: each step is entered again with its day.
        Transition(
            "take_up_again",
            _("Mở lại đơn"),
            (REFUSED, WITHDRAWN),
            RECEIVED,
            who=ip_head,
            needs=("note",),
            offered=False,
        ),
    ),
)

ENTERED, ADMITTED, AWARDED, WITHOUT_PRIZE, REJECTED = (
    "entered",
    "admitted",
    "awarded",
    "without_prize",
    "rejected",
)
UNJUDGED: Final = (ENTERED, ADMITTED)
JUDGED: Final = (AWARDED, WITHOUT_PRIZE)


def why_not_judged(entry: Any, *, actor: Actor, on: date) -> str:
    """Why nothing can be decided about an entry: some juror has not scored it by some criterion, or the results are public."""
    edition = entry.edition
    if edition.published_on is not None:
        return gettext("Kết quả của cuộc thi đã công bố.")
    wanted = edition.jurors.count() * edition.criteria.count()
    if not wanted:
        return gettext("Cuộc thi chưa có giám khảo hoặc tiêu chí chấm điểm.")
    missing = wanted - entry.scores.filter(juror__edition=edition, criterion__edition=edition).count()
    if missing > 0:
        return gettext("Bài dự thi còn thiếu %(count)d điểm của giám khảo theo tiêu chí.") % {
            "count": missing
        }
    return ""


def why_not_taken_back(entry: Any, *, actor: Actor, on: date) -> str:
    """What was published stays."""
    return gettext("Kết quả của cuộc thi đã công bố.") if entry.edition.published_on is not None else ""


ENTRY_FLOW = Workflow(
    "contest_entry",
    _("Bài dự thi"),
    states=(
        State(ENTERED, _("đã nhận"), Category.PREPARING, initial=True),
        State(ADMITTED, _("hợp lệ, chờ chấm"), Category.OPEN),
        State(AWARDED, _("đạt giải"), Category.DONE),
        State(WITHOUT_PRIZE, _("không đạt giải"), Category.DONE),
        State(REJECTED, _("không hợp lệ"), Category.ENDED_EARLY),
    ),
    transitions=(
        Step(
            "admit",
            _("Xác nhận hợp lệ"),
            (ENTERED,),
            ADMITTED,
            several=True,
            importable=True,
            icon="clipboard-check",
        ),
        Step("reject", _("Loại bài không hợp lệ"), (ENTERED, ADMITTED), REJECTED, needs=("note",), icon="x"),
        Step(
            "award",
            _("Ghi giải thưởng"),
            (ADMITTED,),
            AWARDED,
            guard=why_not_judged,
            inputs=(Section(_("Giải thưởng"), "prize"),),
            inputs_model="ip.ContestEntry",
            needs=("prize",),
            importable=True,
            icon="trophy",
        ),
        Step(
            "close",
            _("Ghi không đạt giải"),
            (ADMITTED,),
            WITHOUT_PRIZE,
            guard=why_not_judged,
            several=True,
            importable=True,
            icon="circle-x",
        ),
        Transition(
            "take_back",
            _("Chấm lại"),
            JUDGED,
            ADMITTED,
            who=ip_head,
            guard=why_not_taken_back,
            needs=("note",),
            icon="arrow-back-up",
        ),
        Transition(
            "take_up_again",
            _("Nhận lại bài dự thi"),
            (REJECTED,),
            ENTERED,
            who=ip_head,
            guard=why_not_taken_back,
            needs=("note",),
            icon="arrow-back-up",
        ),
    ),
)
