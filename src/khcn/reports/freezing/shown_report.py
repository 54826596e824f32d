"""What the page of approval shows of a report: its sections with what was typed over figures, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workflow.models import WorkflowStep
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from khcn.reports.composing.resolve import Report
    from khcn.reports.models import ReportInstance


@in_vietnamese
def shown_parts(instance: ReportInstance, report: Report) -> dict[str, object]:
    """Every part by its name. A report that was taken back and submitted again is another one, whatever it says."""
    steps = WorkflowStep.objects.filter(workflow=REPORT_FLOW.name, object_id=instance.pk).order_by("-pk")
    parts: dict[str, object] = {_("lần trình duyệt"): steps.values_list("pk", flat=True).first()}
    typed = report.source.overrides
    for source in report.source.sections:
        over = [[*key[1:], typed[key]] for key in sorted(typed) if key[0] == source.key]
        parts[report.place(source.key)] = [source.title, source.text, over]
    readings = report.readings
    for code in report.codes:
        printed = readings.lines(code) if code in readings.with_records else ()
        parts[f"{readings.indicator(code).label} ({code})"] = [readings.value(code), printed]
    return parts
