"""A signed report as rows, for areas whose records it counts."""

from datetime import date

from khcn.kernel.actors import SYSTEM, acting
from khcn.reports.forms.definition import parse_form
from khcn.reports.models import FrozenFigure, FrozenReport, ReportInstance
from tests.reports.conftest import FORM_TOML, a_regime, a_version


def a_signed_report(code, *records, also=()):
    """The nine-month report of 2023, of which one figure counted these records; ``also``: others, each with code, model and
    records.
    """
    version, regime = a_version(parse_form(FORM_TOML)), a_regime()
    with acting(SYSTEM):
        report = ReportInstance(
            form_version=version, regime=regime, kind="nine_months", year=2023, state="approved",
            start_on=date(2022, 12, 15), end_on=date(2023, 9, 15),
        )  # fmt: skip
        report.save()
        frozen = FrozenReport(
            instance=report, document={}, form_version_number=1, form_sha256="0" * 64, fingerprint="0" * 64,
            seal="0" * 64,
        )  # fmt: skip
        frozen.save()
        for name, model, counted in ((code, type(records[0]), records), *also):
            FrozenFigure(
                report=frozen, code=name, label=name, unit="nhiệm vụ", value=str(len(counted)),
                model=model._meta.label_lower, ids=[each.pk for each in counted],
                lines=[str(each) for each in counted],
            ).save()  # fmt: skip
    return report
