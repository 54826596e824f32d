"""Violations of the rules about reports."""

from datetime import date, timedelta

from khcn.kernel.actors import SYSTEM, acting
from khcn.reference.models import ReportingRegime
from khcn.reports.models import FormVersion, FrozenFigure, FrozenReport, ReportInstance, ReportSection
from khcn.reports.operations import sync_shipped_forms
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW
from tests.factories.reference import ReportingRegimeFactory
from tests.integrity.given import AT, TODAY, YESTERDAY, breaks, made, put, removed, step
from tests.integrity.kernel_seeds import a_number

_years = iter(range(1950, 2023))
WAY = ("drafting", "compiled", "submitted", "printing", "approved")
HASH = "0" * 64


def a_form():
    if not FormVersion.objects.exists():
        with acting(SYSTEM):
            sync_shipped_forms(actor=SYSTEM, on=TODAY)
    return FormVersion.objects.order_by("pk").first()


def a_report(state="drafting"):
    regime = ReportingRegime.objects.first() or ReportingRegimeFactory()
    year = next(_years)
    report = made(
        ReportInstance, form_version=a_form(), regime=regime, kind="year", year=year, start_on=date(year, 1, 1),
        end_on=date(year + 1, 1, 1),
    )  # fmt: skip
    states = WAY[: WAY.index(state) + 1]
    step(REPORT_FLOW, report, *states)
    put(report, state=state)
    if state in {"printing", "approved"}:
        line = a_number(report)
        put(report, issued_number=line, doc_number=line.text, signed_on=TODAY, signer_name="Giám đốc")
        frozen(report, printed=state == "approved")
    return report


def frozen(report, *, printed=True):
    form = report.form_version
    row = made(
        FrozenReport, instance=report, document={}, form_version_number=form.version, form_sha256=form.sha256,
        fingerprint=HASH, seal=HASH,
    )  # fmt: skip
    files = {
        "docx": b"x",
        "pdf": b"x",
        "html": "x",
        "sha256_docx": HASH,
        "sha256_pdf": HASH,
        "sha256_html": HASH,
    }
    return put(row, created_at=AT, updated_at=AT, **(files if printed else {}))


def a_section(state="drafting", report=None, **values):
    row = made(
        ReportSection, **{
            "instance": report or a_report(), "position": 1, "key": "A", "level": 1, "owner_code": "QLKH", "state": state,
            **values,
        },
    )  # fmt: skip
    if state != "drafting":
        step(SECTION_FLOW, row, "drafting", state)
    return row


@breaks("reports.steps")
def _():
    report = a_report()
    step(REPORT_FLOW, report, "drafting", "compiled")
    return report


@breaks("reports.section_steps")
def _():
    return put(a_section(), state="returned")


@breaks("reports.approved_unfrozen")
def _():
    report = a_report("approved")
    removed(report.frozen)
    return report


@breaks("reports.frozen_unapproved")
def _():
    report = a_report("approved")
    step(REPORT_FLOW, report, "approved", "drafting")
    return put(report, state="drafting")


@breaks("reports.number")
def _():
    return put(a_report("approved"), doc_number="x")


@breaks("reports.number")
def _():
    return put(a_report("approved"), signed_on=YESTERDAY)


@breaks("reports.number_of_other")
def _():
    report = a_report("approved")
    put(report.issued_number, object_id=a_report("approved").pk)
    return report


@breaks("reports.approved_unsigned")
def _():
    return put(a_report("approved"), signer_name="")


@breaks("reports.section_open")
def _():
    return a_section(report=a_report("approved"))


@breaks("reports.section_without_day")
def _():
    return a_section("handed_in", handed_in_at=AT)


@breaks("reports.not_printed")
def _():
    report = a_report("printing")
    put(report.frozen, created_at=AT - timedelta(hours=2))
    return report


@breaks("reports.printed_state")
def _():
    report = a_report("printing")
    step(REPORT_FLOW, report, "printing", "approved")
    return put(report, state="approved")


@breaks("reports.form_changed")
def _():
    report = a_report("approved")
    put(report.frozen, form_sha256="1" * 64)
    return report


@breaks("reports.form_hash")
def _():
    form = a_form()
    other = made(
        FormVersion, code="khac", version=1, title="x", valid_from=TODAY, body=form.body, note="x",
    )  # fmt: skip
    put(other, body=form.body + "\n")
    return "khac v1"


@breaks("reports.figure_lists")
def _():
    report = a_report("approved")
    row = made(
        FrozenFigure, report=report.frozen, code="NV-01", label="x", unit="x", value="2", model="science.sciencetask",
        ids=[1, 2], lines=["a", "b"],
    )  # fmt: skip
    return put(row, ids=[1, 2, 3])


@breaks("reports.signed_early")
def _():
    report = a_report("approved")
    return put(report, end_on=TODAY + timedelta(days=2))
