"""Report definitions by version, reports in the making, and what was signed."""

from khcn.reports.models.department_signatures import ReportSignature
from khcn.reports.models.form_versions import FormVersion
from khcn.reports.models.frozen import FrozenError, FrozenFigure, FrozenReport
from khcn.reports.models.relying_corrections import RelyingCorrection
from khcn.reports.models.reports import Override, OverrideAspect, ReportInstance, ReportSection
from khcn.reports.models.waived_contradictions import WaivedContradiction

__all__ = [
    "FormVersion",
    "FrozenError",
    "FrozenFigure",
    "FrozenReport",
    "Override",
    "OverrideAspect",
    "RelyingCorrection",
    "ReportInstance",
    "ReportSection",
    "ReportSignature",
    "WaivedContradiction",
]
