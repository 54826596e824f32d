"""Load the demonstration year through the pages that people use: upload, preview, confirm; create, edit, override."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.config.demo.accounts import move_accounts
from khcn.config.demo.later_years.books import later_books
from khcn.config.national_lists import enter_national_lists
from khcn.config.register_files import import_workbook, read_registers, workbook
from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import User
from khcn.reference.operations import enter_shipped_rules
from khcn.reports import operations as reports
from khcn.reports.models import FormVersion, ReportInstance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from khcn.config.demo.workbooks import DivisionFile
    from khcn.config.register_files import Rows

FORM = "bao-cao-9-thang"
YEAR = 2023
COMPUTED, AS_SENT = "tu-du-lieu", "nhu-da-gui"
VARIANTS: Final = {COMPUTED: "từ dữ liệu", AS_SENT: "như đã gửi"}
LATER = "nam-sau"
CALENDAR_YEARS = range(2020, 2028)  # that the demonstration touches


def import_division(*, folder: Path, division: DivisionFile, output: Path, on: date) -> int:
    """Write the division's workbook to ``output`` and import it. Returns how many records it holds.

    Raises :class:`~khcn.config.register_files.RegisterFilesError` when the preview has errors or open questions.
    """
    return sum(_import(division, read_registers(folder, division.registers), output=output, on=on))


def import_later_years(*, folder: Path, output: Path, on: date) -> tuple[int, int]:
    """Write the divisions' workbooks of the years after the demonstration year and import them. Returns how many records they hold, and
    how many of these are new or changed.
    """
    records = written = 0
    for division, rows in later_books(folder):
        book = replace(division, name=f"{LATER}-{division.name}")
        new, same = _import(book, rows, output=output, on=on)
        records, written = records + new + same, written + new
    move_accounts(folder, on=on)
    return records, written


def _import(division: DivisionFile, rows: Mapping[str, Rows], *, output: Path, on: date) -> tuple[int, int]:
    """One workbook: how many records it made or changed, and how many stood as it says."""
    content = workbook(rows)
    output.mkdir(parents=True, exist_ok=True)
    (output / division.name).write_bytes(content)
    account = User.objects.filter(username=division.username).first()
    actor = account.actor if account else SYSTEM
    counts = import_workbook(
        content=content, name=division.name, actor=actor, on=on, taken_over=division.taken_over
    ).counts
    return counts.create + counts.change, counts.same


def enter_shared_lists(*, folder: Path, division: DivisionFile, output: Path, on: date) -> int:
    """What all others name: the national lists, the workbook of the division that keeps the shared ones, and the shipped rules of which
    it has none. Returns how many records the lists hold.
    """
    records = enter_national_lists(on=on)
    records += import_division(folder=folder, division=division, output=output, on=on)
    enter_shipped_rules(actor=SYSTEM)
    return records


def create_reports(
    *, folder: Path, on: date, variants: Iterable[str] = tuple(VARIANTS)
) -> list[ReportInstance]:
    """The instances of the nine-month report: computed from data, and as it was sent."""
    made = []
    with acting(SYSTEM, "Báo cáo dùng thử"):
        reports.sync_shipped_forms(actor=SYSTEM, on=on)
        form = FormVersion.objects.latest_of(FORM)
        assert form is not None  # noqa: S101 -- shipped, and just put into the database
        for variant in variants:
            instance = ReportInstance.objects.find(FORM, YEAR, variant)
            if instance is None:
                instance = reports.create_report(
                    form_version=form,
                    year=YEAR,
                    variant=variant,
                    variant_label=VARIANTS[variant],
                    actor=SYSTEM,
                    on=on,
                )
                text = (folder / "reports" / f"{variant}.toml").read_text("utf-8")
                reports.load_instance_file(instance=instance, text=text, actor=SYSTEM, on=on)
                for section in instance.sections.all():
                    reports.hand_in_section(section=section, actor=SYSTEM, on=on)
                    reports.accept_section(section=section, actor=SYSTEM, on=on)
            made.append(instance)
    return made
