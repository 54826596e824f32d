"""Verbs of what is typed over a printed figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.reports.composing.report_parts import KINDS
from khcn.reports.composing.sources import read_override
from khcn.reports.models import Override, OverrideAspect, ReportSection
from khcn.reports.operations.sections import check_open
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts import markup

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def set_override(
    *,
    section: ReportSection,
    code: str,
    aspect: str,
    data: dict[str, Any],
    reason: str,
    actor: Actor,
    on: date,
    nth: int = 1,
) -> Override:
    """Type a value, a list of names or table cells over the ``nth`` place of a figure in a section.

    Raises:
        ReportRefused: no reason, no such place in the text, content of another shape, or the actor may not.
    """
    check_open(section, actor)
    if not reason.strip():
        raise ReportRefused(_("Ghi lý do gõ thay số liệu %(code)s.") % {"code": code})
    kind = OverrideAspect(aspect)
    try:
        read_override(aspect, data)
    except ValueError as problem:
        message = _("Nội dung gõ thay của %(code)s chưa đọc được: %(problem)s")
        raise ReportRefused(message % {"code": code, "problem": problem}) from None
    places = [each for each, printed in _bound(section) if (each, KINDS[printed]) == (code, kind)]
    if not 1 <= nth <= len(places):
        message = _("Mục %(key)s có %(count)d chỗ in %(aspect)s của %(code)s, không có chỗ thứ %(nth)d.")
        values = {"key": section.key, "count": len(places), "aspect": kind.label, "code": code, "nth": nth}
        raise ReportRefused(message % values)
    with acting(actor, reason), transaction.atomic():
        row = Override.objects.filter(section=section, code=code, nth=nth, aspect=aspect).first()
        row = row or Override(section=section, code=code, nth=nth, aspect=aspect)
        row.data, row.reason, row.actor_label = data, reason.strip(), actor.label
        row.save()
    return row


def _bound(section: ReportSection) -> list[tuple[str, markup.Aspect]]:
    headed = [
        (each.code, each.aspect)
        for each in markup.parse_inline(section.title)
        if isinstance(each, markup.Figure)
    ]
    table = section.instance.form.table(section.key)
    in_cells = ((code, markup.Aspect.PLAIN) for code in table.codes()) if table else ()
    return [*headed, *markup.codes_in(markup.parse_section(section.text)), *in_cells]


def clear_override(*, override: Override, actor: Actor, on: date) -> None:
    """Let the computed value stand again. Raises ReportRefused."""
    check_open(override.section, actor)
    with acting(actor):
        override.delete()
