"""Issuing, replacing and withdrawing papers; drafts themselves are made in `drafts`.

Issuing is done in three steps, so that nobody waits while a file is being made and a killed program leaves nothing half
done:

1. One short transaction takes the number, keeps the data as they are printed, puts the paper into the state *issuing*
   and records what follows from the issue. Until it is committed nothing has happened.
2. The files are made from what was kept, without any lock, and written under their hash.
3. One short transaction puts the files to the paper and its state to *issued*.

When the program is killed after the first step, `printing.finish_waiting` does the other two: they depend on nothing but what
the first has kept, so they come to the same bytes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.numbering.operations import allocate
from khcn.kernel.papers.differences import shown_parts, words_between
from khcn.kernel.papers.drafts import draft_paper, locked_draft, missing_for
from khcn.kernel.papers.models import Paper, PaperRefused
from khcn.kernel.papers.permissions import require_right
from khcn.kernel.papers.printed_facts import printed_context
from khcn.kernel.papers.printing import finish_or_note_fault, print_files, printed_data
from khcn.kernel.papers.withdrawal_notice import NOTICE
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.refusals import Stale
from khcn.kernel.refusals.shown_content import refuse_unless_shown
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import vietnamese
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind

log = logging.getLogger(__name__)


def issue_paper(
    *, paper: Paper, actor: Actor, on: date, issued_on: date | None = None, shown: str | None = None
) -> Paper:
    """Take the number, and make the file when the transaction in progress, if there is one, is committed.

    ``shown`` is the digest that the page of the draft carried (:mod:`khcn.kernel.refusals.shown_content`).

    Raises:
        NotPermitted: the actor may not issue papers of this kind.
        PaperRefused: the record has not (any more) what the paper needs, or has a paper of this kind in force; or the draft
            was thrown away in the meantime.
        Stale: the draft is no longer as it was shown, or the record no longer as the draft has it.
        TransitionRefused: the draft was issued in the meantime.
        Refused: what the issue brings about is refused, such as a milestone out of order.
    """
    kind, day = paper.spec, issued_on or on
    require_right(paper, actor)
    _check_day(paper, day, on)
    # A trial before anything is taken: a template that cannot be filled must not cost a number.
    print_files(kind, paper.template.format, bytes(paper.template.content), printed_data(paper, day, ""))
    try:
        with acting(actor, paper.reason, on=on), transaction.atomic():
            _take_number(paper.pk, kind, actor=actor, on=on, day=day, shown=shown)
    except IntegrityError as clash:
        if "kernel_papers_one_in_force" not in str(clash) and "kernel_papers_paper.kind" not in str(clash):
            raise
        raise PaperRefused(
            _("Hồ sơ này đã có “%(kind)s” đang có hiệu lực. Hãy thay thế hoặc thu hồi giấy đó.")
            % {"kind": kind.label},
            code="in_force",
        ) from clash
    key = paper.pk
    transaction.on_commit(lambda: finish_or_note_fault(key), robust=True)
    paper.refresh_from_db()
    return paper


def _check_day(paper: Paper, day: date, on: date) -> None:
    if day > on:
        raise PaperRefused(
            _("Ngày cấp %(day)s sau ngày hôm nay. Xem lại ngày cấp.") % {"day": format_date(day)},
            fields={"issued_on": [_("Ngày cấp không được sau hôm nay.")]},
        )
    if day < paper.drafted_day:
        raise PaperRefused(
            _(
                "Ngày cấp %(day)s trước ngày lập dự thảo %(drafted)s: nội dung này lúc đó chưa có. Ghi ngày cấp từ ngày %(drafted)s. "
                "Văn bản đã ký trước khi có bản thảo thì ghi số đã cấp từ giấy: bỏ dự thảo, lãnh đạo phòng nhập mốc hoặc cuộc "
                "họp kèm số trên giấy từ tệp có đánh dấu “chuyển từ hồ sơ giấy”."
            )
            % {"day": format_date(day), "drafted": format_date(paper.drafted_day)},
            fields={"issued_on": [_("Ngày cấp không được trước ngày lập dự thảo.")]},
        )


def _take_number(key: int, kind: PaperKind, *, actor: Actor, on: date, day: date, shown: str | None) -> None:
    paper = locked_draft(key)
    refuse_unless_shown(shown_parts(paper), shown)
    _check_day(paper, day, on)  # again: it may have been filled anew in between
    record = locked(apps.get_model(paper.model), paper.object_id)
    kind.lock(record)
    if why_not := missing_for(paper, kind, record, day, at_issue=True):
        raise PaperRefused(why_not, code="missing")
    # On the day of issue, which may lie between the draft and today, the record said what the draft does.
    if (now := printed_context(paper, record, day)) != paper.data:
        raise Stale(
            _(
                "Hồ sơ đã thay đổi sau khi lập dự thảo ở: %(words)s. Bấm “Lấy lại nội dung từ hồ sơ” để in đúng số liệu mới."
            )
            % {"words": "; ".join(words_between(paper, now))},
            code="stale",
        )
    for earlier, step in ((paper.replaces, "replace"), (paper.withdraws, "withdraw")):
        if earlier is not None:
            fire(PAPER_FLOW, earlier, step, actor=actor, on=day, note=paper.reason)
    number = allocate(
        book=kind.book,
        unit_code=kind.unit_code,
        on=day,
        pattern=kind.pattern,
        given_to=f"{vietnamese(kind.label)}: {paper.title}",
        record=paper,
        actor=actor,
    )
    paper.number, paper.issued_on, paper.entered_on = number, day, on
    paper.data = printed_data(paper, day, number.text)
    paper.save()
    fire(PAPER_FLOW, paper, "issue", actor=actor, on=day, note=paper.reason)
    if paper.withdraws is not None:
        paper.withdraws.spec.on_withdraw(record=record, paper=paper.withdraws, actor=actor, on=day)
    else:
        kind.on_issue(record=record, paper=paper, actor=actor, on=day)


def replace_paper(
    *,
    paper: Paper,
    reason: str,
    actor: Actor,
    on: date,
    signer_name: str = "",
    signer_capacity: str = "",
) -> Paper:
    """A draft of the paper that takes this one's place; the old one stays in force until the draft is issued.

    Raises :class:`PaperRefused` without a reason, or when the paper is not in force.
    """
    require_right(paper, actor)
    _check_in_force(paper, reason)
    return draft_paper(
        kind=paper.spec,
        replaces=paper,
        reason=reason,
        actor=actor,
        on=on,
        **_carried_over(paper, signer_name, signer_capacity),
    )


def withdraw_paper(
    *,
    paper: Paper,
    reason: str,
    actor: Actor,
    on: date,
    signer_name: str = "",
    signer_capacity: str = "",
) -> Paper:
    """A draft of the notice that withdraws this paper; the paper stays in force until the notice is issued.

    Raises :class:`PaperRefused` without a reason, or when the paper is not in force.
    """
    require_right(paper, actor)
    _check_in_force(paper, reason)
    return draft_paper(
        kind=NOTICE,
        withdraws=paper,
        reason=reason,
        actor=actor,
        on=on,
        **_carried_over(paper, signer_name, signer_capacity),
    )


def _carried_over(paper: Paper, signer_name: str, signer_capacity: str) -> dict[str, Any]:
    """What a paper that follows another one has from it: the record, and the signer unless another one is named."""
    return {
        "record": paper.record(),
        "signer_name": signer_name or paper.signer_name,
        "signer_capacity": signer_capacity or paper.signer_capacity,
    }


def _check_in_force(paper: Paper, reason: str) -> None:
    if not reason.strip():
        raise PaperRefused(_("Chưa có lý do. Ghi lý do rồi làm lại."), fields={"reason": [_("Ghi lý do.")]})
    if paper.state != "issued":
        label = PAPER_FLOW.by_value[paper.state].label
        raise PaperRefused(
            _("“%(paper)s” %(state)s nên không thay thế, thu hồi được.") % {"paper": paper, "state": label}
        )
