"""A report in the place of a signed one. Replacements form a line, of which only the newest counts."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.text.fold import fold
from khcn.kernel.workflow.engine import fire
from khcn.reports import rules
from khcn.reports.guards import allow
from khcn.reports.models import Override, ReportInstance, ReportSection
from khcn.reports.refusals import ReportRefused
from khcn.reports.workflow import SECTION_FLOW

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor

# Part of the name of the report, which is Vietnamese in whatever language the screen is.
_LABEL: Final = "bản thay thế"
_LONGEST_SLUG, _LONGEST_LABEL = 20, 70  # of the label before it
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


def open_replacements(*, whole_lines: bool) -> dict[int, int]:
    """Replacements that are not signed yet: the key of each by that of the report that it is to replace, and with
    ``whole_lines`` by those of the reports before that one too.
    """
    found: dict[int, int] = dict(replacements().filter(frozen__isnull=True).values_list("replaces_id", "pk"))
    last = found if whole_lines else {}
    while last:
        earlier = ReportInstance.objects.filter(pk__in=last, replaces__isnull=False)
        last = {before: last[pk] for pk, before in earlier.values_list("pk", "replaces_id")}
        found = found | last
    return found


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
            given=stored.given,
        )
        made.save()
        _copy_sections(stored, made, actor, on)
    return made


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
