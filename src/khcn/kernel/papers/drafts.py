"""Drafts of papers: made from the record as it is, made anew from it when it has changed, and thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked, locked_all
from khcn.kernel.papers.differences import differing_words
from khcn.kernel.papers.models import Paper, PaperRefused
from khcn.kernel.papers.permissions import require_right
from khcn.kernel.papers.printed_facts import printed_context
from khcn.kernel.papers.template_versions import current_template
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import vietnamese
from khcn.kernel.workflow.engine import TransitionRefused

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind


def draft_paper(  # noqa: PLR0913 -- what a draft consists of
    *,
    kind: PaperKind,
    record: Model,
    actor: Actor,
    on: date,
    signer_name: str = "",
    signer_capacity: str = "",
    replaces: Paper | None = None,
    withdraws: Paper | None = None,
    reason: str = "",
) -> Paper:
    """Put down what would be printed for a record today. A draft has no number and may be thrown away.

    Raises:
        NotPermitted: the actor may not issue papers of this kind.
        PaperRefused: the record has not what the paper needs.
        TemplateRefused: the template cannot be used.
    """
    paper = Paper(
        kind=kind.code,
        model=record._meta.label_lower,
        object_id=record.pk,
        title=vietnamese(record)[:300],
        data={},
        signer_name=signer_name.strip(),
        signer_capacity=signer_capacity.strip() or kind.signer_capacity,
        replaces=replaces,
        withdraws=withdraws,
        reason=reason.strip(),
        drafted_on=on,
    )
    require_right(paper, actor)
    if why_not := missing_for(paper, kind, record, on):
        raise PaperRefused(f"{why_not} {_advice()}" if replaces else why_not, code="missing")
    paper.data = printed_context(paper, record, on)
    with acting(actor), transaction.atomic():
        _refuse_second_draft(paper)
        paper.template = current_template(kind)
        paper.save()
    return paper


def _refuse_second_draft(paper: Paper) -> None:
    """Of two drafts that replace one paper, withdraw it, or are the first of their kind for a record, only one could be issued."""
    if paper.replaces is None and paper.withdraws is None:
        model = apps.get_model(paper.model)
        locked(
            model, paper.object_id
        )  # of two requests at the same moment the second sees the draft of the first
        drafts = Paper.objects.filter(state=PAPER_FLOW.initial.value, replaces=None, withdraws=None)
        drafts = drafts.filter(kind=paper.kind, model=paper.model, object_id=paper.object_id)
        if (first := drafts.order_by("pk").first()) is not None:
            raise PaperRefused(
                _(
                    "Hồ sơ này đã có “%(draft)s” lập ngày %(day)s, chưa cấp số. Cấp số cho dự thảo đó, hoặc bỏ đi rồi lập lại."
                )
                % {"draft": first.draft_label, "day": format_date(first.drafted_day)},
                code="draft_open",
            )
    for name, earlier in (("replaces", paper.replaces), ("withdraws", paper.withdraws)):
        if earlier is None:
            continue
        locked(Paper, earlier.pk)  # of two requests at the same moment the second sees the draft of the first
        if Paper.objects.filter(state=PAPER_FLOW.initial.value, **{name: earlier}).exists():
            raise PaperRefused(
                _(
                    "“%(paper)s” đã có dự thảo cùng mục đích chưa cấp số. Cấp số cho dự thảo đó, hoặc bỏ đi rồi lập lại."
                )
                % {"paper": earlier},
                code="draft_open",
            )


def renew_draft(*, paper: Paper, actor: Actor, on: date) -> Paper:
    """Fill a draft anew from the record as it is now, with the template of today; signer and reason stay.

    Raises :class:`PaperRefused` when the record has not what the paper needs or the draft is gone, and
    :class:`TransitionRefused` when it was issued in the meantime.
    """
    require_right(paper, actor)
    with acting(actor, _("lấy lại nội dung dự thảo từ hồ sơ")), transaction.atomic():
        draft = locked_draft(paper.pk)
        record = locked(apps.get_model(draft.model), draft.object_id)
        if why_not := missing_for(draft, draft.spec, record, on):
            raise PaperRefused(why_not, code="missing")
        draft.title = vietnamese(record)[:300]
        draft.data, draft.drafted_on = printed_context(draft, record, on), on
        draft.template = current_template(draft.spec)
        draft.save()
    return draft


def discard_draft(*, paper: Paper, actor: Actor, on: date) -> None:
    """Throw a draft away.

    Raises :class:`PaperRefused` for a paper that has its number, when the draft is gone already, and when the record,
    which this draft has opened, no longer says what the paper in force says.
    """
    require_right(paper, actor)
    with acting(actor, _("bỏ dự thảo")), transaction.atomic():
        draft = _stored(paper.pk)
        # Every writer of the record locks it as well: what is compared here is not changed before the draft is gone.
        locked_all(apps.get_model(draft.model), [draft.object_id])
        if draft.is_draft:
            _refuse_to_close_a_changed_record(draft)
        draft.delete()


def _refuse_to_close_a_changed_record(draft: Paper) -> None:
    earlier = draft.replaces or draft.withdraws
    if earlier is None:
        return
    others = Paper.objects.filter(state=PAPER_FLOW.initial.value).exclude(pk=draft.pk)
    if others.filter(Q(replaces=earlier) | Q(withdraws=earlier)).exists():
        return
    if differing := differing_words(earlier):
        raise PaperRefused(
            _(
                "Chưa bỏ được dự thảo: hồ sơ đã khác với “%(paper)s” đang có hiệu lực ở: %(words)s. Trả hồ sơ về như giấy rồi bỏ "
                "dự thảo, hoặc lấy lại nội dung dự thảo từ hồ sơ rồi cấp số."
            )
            % {"paper": earlier, "words": "; ".join(differing)},
            code="record_differs",
        )


def locked_draft(key: int) -> Paper:
    """A draft as it is now, until the transaction ends.

    Raises :class:`PaperRefused` when it is gone, and :class:`TransitionRefused` when it was issued.
    """
    found = _stored(key)
    if not found.is_draft:
        text = _(
            "Dự thảo này đã được cấp số %(number)s từ trước, không lấy thêm số nào. Mở giấy đã cấp để xem."
        )
        raise TransitionRefused(text % {"number": found.number_text})
    return found


def _stored(key: int) -> Paper:
    found: Paper | None = next(iter(locked_all(Paper, [key])), None)
    if found is None:
        raise PaperRefused(_("Dự thảo này đã được bỏ."), code="gone")
    return found


def missing_for(paper: Paper, kind: PaperKind, record: Model, on: date, *, at_issue: bool = False) -> str:
    """What the record lacks, and what other papers say against it. That it has such a paper stops only the first one."""
    if paper.withdraws:
        return ""
    had = "" if paper.replaces else kind.had_already(record, on)
    return (
        had
        or kind.missing(record, on)
        or kind.contradicted(paper=paper, record=record, on=on, at_issue=at_issue)
    )


def _advice() -> str:
    """What to do where a paper in force keeps the record from being completed."""
    return _(
        "Nếu hồ sơ không sửa được vì giấy đang có hiệu lực đã in thì thu hồi giấy đó, sửa hồ sơ rồi lập giấy mới."
    )
