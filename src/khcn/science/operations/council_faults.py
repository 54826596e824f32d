"""In words: where decisions of councils and milestones of a task contradict each other, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilMeeting
from khcn.kernel.access.shown_names import name_to_acting, text_to_acting
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models.events import ACCEPTANCES
from khcn.science.operations.council_results import (
    NEEDS_HOST,
    contradictions,
    disagreements,
    unfounded_awards,
    why_not_of_kind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.science.models import ScienceTask
    from khcn.science.operations.council_results import (
        Contradiction,
        CouncilDecision,
        Disagreement,
        Result,
    )


def _in_words(decision: CouncilDecision) -> str:
    if decision.passed is None:
        words = _("chưa ghi được thông qua hay không")
    else:
        words = _("được thông qua") if decision.passed else _("không được thông qua")
    if decision.grade is not None:
        words = _("%(decided)s, xếp loại “%(grade)s”") % {"decided": words, "grade": decision.grade.label}
    return words


def why_not_result(found: Contradiction) -> str:
    """Why a milestone may not say what it would say."""
    result, decision = found
    named = {
        "day": format_date(decision.on),
        "meeting": text_to_acting(CouncilMeeting, decision.subject),
        "decided": _in_words(decision),
    }
    if not decision.is_decided:
        return (
            _(
                "Nhiệm vụ có trong chương trình cuộc họp nghiệm thu ngày %(day)s (“%(meeting)s”), chưa ghi kết quả, nên không nghiệm "
                "thu trước ngày đó. Cuộc họp trước đã nghiệm thu thì ghi cuộc họp đó và kết quả ở dòng của nhiệm vụ; nhiệm vụ "
                "không đưa ra cuộc họp này thì xóa dòng của nhiệm vụ ở đó; rồi làm lại."
            )
            % named
        )
    decided = (
        _("Cuộc họp hội đồng ngày %(day)s đã có kết luận về nhiệm vụ này: %(decided)s (“%(meeting)s”).")
        % named
    )
    return f"{decided} {_advice(result, decision)}"


def _advice(result: Result, decision: CouncilDecision) -> str:
    if result.kind in NEEDS_HOST:
        return _(
            "Chỉ ghi mốc này khi một cuộc họp sau đã chọn được tổ chức chủ trì: ghi cuộc họp đó và kết luận ở dòng của nhiệm vụ "
            "trước. Kết luận ghi nhầm thì sửa ở dòng của nhiệm vụ trong cuộc họp."
        )
    if decision.passed is False and decision.on < result.on:
        advice = _(
            "Kết quả lần sau ghi theo cuộc họp lần sau: ghi cuộc họp đó và kết luận ở dòng của nhiệm vụ, rồi bấm “Ghi kết quả "
            "cho các nhiệm vụ” ở trang cuộc họp."
        )
        if result.kind != MilestoneKind.ACCEPTED_NATIONAL:
            return advice
        return (
            advice
            + " "
            + _(
                "Nếu hội đồng của bộ nghiệm thu lại: ghi mốc nghiệm thu không đạt theo cuộc họp trên, mốc “Nộp hồ sơ nghiệm thu” lần "
                "sau, rồi ghi mốc này."
            )
        )
    return _(
        "Mốc theo kết luận đó ghi bằng nút “Ghi kết quả cho các nhiệm vụ” ở trang cuộc họp; kết luận ghi nhầm thì sửa ở "
        "dòng của nhiệm vụ trong cuộc họp, ngày họp ghi nhầm thì sửa ở trang cuộc họp."
    )


def why_not_both(found: Disagreement, task: ScienceTask) -> str:
    """Why councils may not have decided both: which two meetings, and where to look."""
    first, second = found
    return _(
        "Hai cuộc họp kết luận trái nhau về nhiệm vụ “%(task)s”: ngày %(first_day)s %(first)s (“%(first_meeting)s”); ngày "
        "%(second_day)s %(second)s (“%(second_meeting)s”). Chỉ giữ kết luận đúng: sửa hoặc xóa dòng ghi nhầm của nhiệm vụ trong "
        "cuộc họp, hoặc xem lại ngày họp. Cuộc họp đã có biên bản thì thay thế hay thu hồi biên bản đó trước."
    ) % {
        "task": name_to_acting(task),
        "first_day": format_date(first.on),
        "first": _in_words(first),
        "first_meeting": text_to_acting(CouncilMeeting, first.subject),
        "second_day": format_date(second.on),
        "second": _in_words(second),
        "second_meeting": text_to_acting(CouncilMeeting, second.subject),
    }


def why_not_decision(found: Contradiction, task: ScienceTask) -> str:
    """Why a meeting may not say what it would say about the task."""
    result, decision = found
    why = _(
        "Nhiệm vụ “%(task)s” đã có mốc “%(step)s” ngày %(day)s%(grade)s, khác kết quả ghi ở đây: cuộc họp ngày %(held_on)s, "
        "%(decided)s. Nếu mốc ghi nhầm thì bấm “Đính chính mốc” hoặc “Bỏ mốc ghi nhầm” ở trang của mốc rồi ghi lại ở đây; nếu "
        "mốc đúng thì xem lại ngày họp, kết quả và xếp loại."
    ) % {
        "task": name_to_acting(task),
        "step": MilestoneKind(result.kind).label,
        "day": format_date(result.on),
        "grade": _(" (xếp loại “%(grade)s”)") % {"grade": result.grade.label} if result.grade else "",
        "held_on": format_date(decision.on),
        "decided": _in_words(decision),
    }
    if result.kind in ACCEPTANCES or decision.on <= result.on:
        return why
    advice = _("Nếu mốc đã ghi theo một cuộc họp trước thì ghi cuộc họp đó và kết luận trước.")
    return f"{why} {advice}"


def why_not_awarded_again(again: Result, task: ScienceTask) -> str:
    """Why an award may not follow another one."""
    return _(
        "Nhiệm vụ “%(task)s”: mốc “%(step)s” ngày %(day)s ghi lần nữa thì phải có căn cứ. Nếu tổ chức trúng tuyển lần trước thôi "
        "không làm thì ghi cuộc họp hội đồng chọn lại và kết luận ở dòng của nhiệm vụ, hoặc ghi văn bản, số quyết định ở mốc này. "
        "Nếu mốc đã ghi sai ngày thì bấm “Đính chính mốc” ở trang của mốc đó."
    ) % {"task": name_to_acting(task), "step": MilestoneKind(again.kind).label, "day": format_date(again.on)}


# ------------------------------------------------------------------------------------ all that is wrong


def faults(decisions: Sequence[CouncilDecision], results: Sequence[Result], task: ScienceTask) -> list[str]:
    """In words, where decisions are none of their council, or contradict each other or the milestones."""
    return [
        *(why for each in decisions if (why := why_not_of_kind(each))),
        *(why_not_both(each, task) for each in disagreements(decisions)),
        *(why_not_decision(each, task) for each in contradictions(decisions, results)),
        *(why_not_awarded_again(each, task) for each in unfounded_awards(decisions, results)),
    ]


def why_not_results(
    decisions: Sequence[CouncilDecision], before: Sequence[Result], after: Sequence[Result], task: ScienceTask
) -> str:
    """Why the milestones may not be these: a council decided otherwise. What was so ``before`` is not their fault."""
    known = contradictions(decisions, before)
    new = [each for each in contradictions(decisions, after) if each not in known]
    if not new:
        unfounded = unfounded_awards(decisions, before)
        found = [each for each in unfounded_awards(decisions, after) if each not in unfounded]
        return why_not_awarded_again(found[0], task) if found else ""
    # Where two meetings disagree, every milestone is against one of them: they are corrected first.
    both = next((each for each in disagreements(decisions) if new[0].decision in each), None)
    return why_not_both(both, task) if both is not None else why_not_result(new[0])


def why_not_minuted(decisions: Sequence[CouncilDecision], meeting: object, task: ScienceTask) -> str:
    """Why minutes may not print what this meeting decided about the task: another meeting decided otherwise."""
    own = [each for each in decisions if each.meeting == meeting]
    found = [each for each in disagreements(decisions) if each.first in own or each.second in own]
    reasons = [*map(why_not_of_kind, own), *(why_not_both(each, task) for each in found)]
    return next(filter(None, reasons), "")
