"""A report in the place of a signed one. Replacements form a line, of which only the newest counts."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.audit.row_locks import locked, locked_all
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workflow import Category
from khcn.kernel.workflow.engine import fire
from khcn.reports import rules
from khcn.reports.freezing.differences import DifferenceCause, differences
from khcn.reports.guards import allow
from khcn.reports.models import FrozenFigure, Override, ReportInstance, ReportSection
from khcn.reports.refusals import ReportRefused
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import Model, QuerySet

    from khcn.kernel.actors import Actor

# Part of the name of the report, which is Vietnamese in whatever language the screen is.
_LABEL: Final = "bản thay thế"
_LONGEST_SLUG, _LONGEST_LABEL = 20, 70  # of the label before it
_NAMED = 5
_OF_SIGNED_RECORDS: Final = frozenset({DifferenceCause.CORRECTED, DifferenceCause.WITHDRAWN})
_SIGNED_COLUMNS: Final = (
    "position", "key", "label", "level", "title", "text", "owner_code", "typed", "handed_in_at", "handed_in_by",
)  # fmt: skip
_TYPED_COLUMNS: Final = ("code", "nth", "aspect", "data", "reason", "actor_label")


def replacements() -> QuerySet[ReportInstance]:
    """Reports that are in the place of a signed one, or are being prepared for it."""
    return ReportInstance.objects.filter(replaces__isnull=False).exclude(state="cancelled")


def replacement_of(report: ReportInstance) -> ReportInstance | None:
    """The report in the place of this one, approved or not; it may have been replaced itself."""
    return replacements().filter(replaces=report).select_related("form_version", "regime").first()


def replace_report(*, signed: ReportInstance, actor: Actor, on: date) -> ReportInstance:
    """Make a report in the place of a signed one: of the same period, by the same form, with what was signed in it.

    Only the figures are worked out anew.

    Raises:
        ReportRefused: the actor may not, the report is not frozen, or there is a replacement of it already.
    """
    allow(rules.office, actor)
    with acting(actor, _("lập bản thay thế")), transaction.atomic():
        stored = locked(ReportInstance, signed.pk)
        if not stored.is_frozen:
            raise ReportRefused(_("Báo cáo chưa chốt thì sửa ngay ở các mục, không cần bản thay thế."))
        if other := replacement_of(stored):
            raise ReportRefused(_("Đã có “%(report)s”. Hãy mở bản đó.") % {"report": other})
        label, variant = _free_name(stored)
        made = ReportInstance(
            form_version=stored.form_version,
            regime=stored.regime,
            kind=stored.kind,
            year=stored.year,
            number=stored.number,
            start_on=stored.start_on,
            end_on=stored.end_on,
            variant=variant,
            variant_label=label,
            replaces=stored,
            differed=sorted(_differing(stored)),
        )
        made.save()
        _copy_sections(stored, made, actor, on)
    return made


def refuse_cancelling_after_corrections(made: ReportInstance) -> None:
    """Raise :class:`ReportRefused` for a replacement when records that it opened are no longer as the signed report has them,
    otherwise than when it was made: also where another record was corrected, of which the report prints something.

    With the replacement gone the signed report would be in force and say something else than the corrected records.
    """
    if made.replaces is None:
        return
    known = set(made.differed)
    if corrected := [line for key, line in _differing(made.replaces).items() if key not in known]:
        message = _(
            "Từ khi lập bản thay thế, bản ghi trong sổ đã khác báo cáo đã ký: %(records)s. Duyệt bản thay thế, hoặc sửa bản ghi "
            "về như báo cáo đã ký rồi hủy."
        )
        named = list(dict.fromkeys(corrected))[:_NAMED]
        raise ReportRefused(message % {"records": "; ".join(named)}, code="record_differs")


@in_vietnamese
def _differing(signed: ReportInstance) -> dict[str, str]:
    """How records differ now from what was signed of them: a hash of each difference, with the line of the record."""
    found = {}
    for figure in differences(signed.frozen):
        for each in figure.changes:
            if each.cause in _OF_SIGNED_RECORDS:
                value = json.dumps([figure.code, each.cause.value, each.record_id, each.line, each.amount])
                found[hashlib.sha256(value.encode()).hexdigest()] = each.line
    return found


def lock_openings(records: Sequence[Model]) -> None:
    """Keep the replacements that open these records for correction from being cancelled until this transaction ends."""
    keys: dict[str, set[int]] = {}
    for record in records:
        keys.setdefault(record._meta.label_lower, set()).add(record.pk)
    open_ones = replacements().exclude(state__in=REPORT_FLOW.values(Category.DONE))
    figures = FrozenFigure.objects.filter(model__in=keys, report__instance__in=open_ones.values("replaces"))
    counted = figures.values_list("report__instance_id", "model", "ids")
    signed = {pk for pk, model, ids in counted if not keys[model].isdisjoint(ids)}
    locked_all(ReportInstance, open_ones.filter(replaces__in=signed).values_list("pk", flat=True))


def _copy_sections(signed: ReportInstance, made: ReportInstance, actor: Actor, on: date) -> None:
    """The signed sections with what was typed over their figures; nobody has to write them or hand them in again."""
    sections = {
        each.pk: ReportSection(instance=made, **{name: getattr(each, name) for name in _SIGNED_COLUMNS})
        for each in signed.sections.all()
    }
    bulk_insert(list(sections.values()))
    typed = [
        Override(section=sections[each.section_id], **{name: getattr(each, name) for name in _TYPED_COLUMNS})
        for each in signed.overrides
    ]
    bulk_insert(typed)
    for section in sections.values():
        fire(SECTION_FLOW, section, "take_over", actor=actor, on=on)


def _free_name(signed: ReportInstance) -> tuple[str, str]:
    """Label and slug of the next replacement in a line, which no report of the period has."""
    first = signed
    while first.replaces is not None:
        first = first.replaces
    base = (first.variant_label or first.variant)[:_LONGEST_LABEL]
    of_period = ReportInstance.objects.filter(
        form_version__code=signed.form_version.code, kind=signed.kind, year=signed.year, number=signed.number
    )
    taken = set(of_period.exclude(state="cancelled").values_list("variant", flat=True))
    for number in count(1):
        label = _LABEL if number == 1 else f"{_LABEL} {number}"
        variant = "-".join(
            filter(None, (slugify(fold(base))[:_LONGEST_SLUG].strip("-"), slugify(fold(label))))
        )
        if variant not in taken:
            break
    return ", ".join(filter(None, (base, label))), variant
