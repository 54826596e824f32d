"""What the page of approval shows of a report: the document that is signed, section by section, and the figures in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.documents.serialization import to_dict
from khcn.kernel.refusals.shown_content import ShownPart
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workflow.models import WorkflowStep
from khcn.reports.composing.compose import section_blocks
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from khcn.kernel.documents.model import OfficialDocument
    from khcn.reports.composing.resolve import Report
    from khcn.reports.models import ReportInstance

# Not shown before they are there: who approves enters them, or the approval itself gives them.
GIVEN_BY_APPROVAL: Final = frozenset(
    {
        *("number", "signed_on", "year", "month", "signer_name", "page_foot", "is_draft"),
        *(
            "governing_body",
            "place",
        ),  # of the day of approval: the province may have become another one since the period
    }
)


@in_vietnamese
def shown_parts(instance: ReportInstance, report: Report, document: OfficialDocument) -> dict[str, ShownPart]:
    """Every part of the document that was composed from the report, with the values behind its figures.

    A report that was taken back and submitted again is another one, whatever it says.
    """
    steps = WorkflowStep.objects.filter(workflow=REPORT_FLOW.name, object_id=instance.pk).order_by("-pk")
    submission = steps.values_list("pk", flat=True).first()
    parts = {"submission": ShownPart(_("lần trình duyệt"), submission)}
    # the line above an annex names the number and day that the approval gives
    annexes = tuple(replace(each, reference="") for each in document.annexes)
    around = to_dict(replace(document, blocks=(), annexes=annexes))
    around = {name: content for name, content in around.items() if name not in GIVEN_BY_APPROVAL}
    parts["letterhead"] = ShownPart(_("phần đầu, phần cuối và phụ lục"), around)
    typed = report.source.overrides
    for section in report.sections:
        key = section.source.key
        printed = to_dict(replace(document, blocks=tuple(section_blocks(section))))["blocks"]
        over = [[*each[1:], typed[each]] for each in sorted(typed) if each[0] == key]
        parts[f"section {key}"] = ShownPart(report.place(key), [printed, over])
    readings = report.readings
    for code in report.codes:
        lines = readings.lines(code) if code in readings.with_records else ()
        label = f"{readings.indicator(code).label} ({code})"
        parts[f"figure {code}"] = ShownPart(label, [readings.value(code), lines])
    return parts
