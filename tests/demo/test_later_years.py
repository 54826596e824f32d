"""The years after the demonstration year: 2024, and 2025 with the mergers of the department and of the province.

They are loaded once, on top of the demonstration year, and taken back after this module.
"""

from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction

from khcn.config.demo.later_years.books import later_rows
from khcn.config.demo.later_years.made_rows import INVENTED
from khcn.config.demo.loading import import_later_years
from khcn.config.register_files import sheet_kind_of
from khcn.dossiers.models import Dossier
from khcn.inspection.enums import InspectionKind
from khcn.inspection.models import Inspection
from khcn.kernel.actors import Actor, ActorKind, Role
from khcn.kernel.indicators import PeriodKind
from khcn.parties.models import OrgUnit
from khcn.parties.queries import answering_units
from khcn.reference.models import AdminLevel, ReportingRegime
from khcn.reports import operations as op
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form, source_of
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.models import FormVersion
from khcn.science.models import WorkingSession
from khcn.web.progress import progress_charts
from khcn.web.reporting import PeriodChoice
from tests.demo.windows import disagreements, read
from tests.reports.conftest import OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
ENTERED = date(2025, 12, 15)
FORMS = {code: parse_form(body) for code, body in shipped_bodies().items()}
PERIODIC = {form.period_kind: code for code, form in FORMS.items() if code.startswith("bao-cao-")}
# The last window of each kind of 2025, all of it or its end after the merger of the provinces
AFTER_MERGER = {
    PeriodKind.MONTH: 9,
    PeriodKind.QUARTER: 4,
    PeriodKind.HALF: 2,
    PeriodKind.NINE_MONTHS: 1,
    PeriodKind.YEAR: 1,
}


@pytest.fixture(scope="module")
def later_years(demo_year, django_db_blocker, tmp_path_factory):
    """The workbooks of the later years, imported after those of the demonstration year."""
    where = {"folder": settings.DEMO, "output": tmp_path_factory.mktemp("later"), "on": ENTERED}
    with django_db_blocker.unblock(), transaction.atomic():
        records, written = import_later_years(**where)
        yield SimpleNamespace(records=records, written=written, where=where)
        transaction.set_rollback(True)


def resolved(code, year, number=1):
    form = FORMS[code]
    regime = ReportingRegime.objects.get(code=form.regime)
    return resolve(source_from_form(form, regime.period(form.period_kind, year, number)))


def printed(report):
    return "\n".join(line.text for line in report.lines)


def test_the_same_rows_are_made_each_time_and_all_say_that_they_are_invented(demo_rows):
    rows = later_rows(settings.DEMO)
    assert rows == later_rows(settings.DEMO)
    for name, (heading, *made) in rows.items():
        first = [] if sheet_kind_of(name).action else demo_rows.get(name, [])
        for row in made:
            values = dict(zip(heading, row, strict=True))
            assert sheet_kind_of(name).action or values[INVENTED] == "tất cả" or values in first


def test_the_workbooks_of_the_later_years_are_taken_whole(later_years):
    assert later_years.records >= later_years.written > 1500


@pytest.mark.parametrize("code", FORMS)
def test_a_report_of_each_form_before_and_after_the_mergers(later_years, code):
    kind = FORMS[code].period_kind
    for year, number, province in ((2024, 1, "BẮC KẠN"), (2025, AFTER_MERGER.get(kind, 1), "THÁI NGUYÊN")):
        report = resolved(code, year, number)
        document = compose(report)
        assert document.governing_body == f"UBND TỈNH {province}"
        assert document.place.upper() == province
        assert "{{" not in printed(report)


def test_what_is_called_by_its_name_of_the_day(later_years):
    before, after = (printed(resolved("bao-cao-quy", year, 4)) for year in (2024, 2025))
    assert "huyện, thành phố" in before
    assert "xã, phường" not in before
    assert "xã, phường" in after
    assert "huyện, thành phố" not in after
    assert "Phòng Kinh tế - Hạ tầng" not in after
    assert "kiểm tra chuyên ngành" in after


def test_documents_of_the_former_province_stay_those_of_the_former_province(later_years):
    document = compose(resolved("bao-cao-nam", 2025))
    bases = " ".join(run.text for base in document.bases for run in base)
    assert "19/2019/QĐ-UBND ngày 14/10/2019 của UBND tỉnh Bắc Kạn" in bases
    assert "tỉnh Thái Nguyên" not in bases


def test_records_of_each_side_of_a_merger_have_the_units_and_places_of_their_day(later_years):
    merger = date(2025, 7, 1)
    sessions = WorkingSession.objects.filter(held_on__year=2025, admin_unit__isnull=False)
    levels = {(each.held_on >= merger, each.admin_unit.level) for each in sessions}
    assert levels == {(False, AdminLevel.DISTRICT), (True, AdminLevel.COMMUNE)}
    assert all(each.admin_unit.is_valid(on=each.held_on) for each in sessions)
    for dossier in Dossier.objects.filter(received_on__year__gte=2024).select_related("unit"):
        assert dossier.unit.is_valid(on=dossier.received_on)
        assert ("H55" in dossier.code) is (dossier.received_on >= merger)
    begun = Inspection.objects.filter(begun_on__gte=merger).values_list("kind", flat=True)
    assert set(begun) == {InspectionKind.SPECIALISED_CHECK}


def test_the_office_has_the_sections_of_the_inspectorate_after_it_ended(later_years):
    assert answering_units(on=date(2025, 6, 30)) == {}
    assert answering_units(on=date(2025, 7, 1)) == {"TTRA": "VP"}
    owners = {}
    for year in (2024, 2025):
        report = op.create_report(
            form_version=FormVersion.objects.latest_of("bao-cao-quy"),
            year=year,
            kind=PeriodKind.QUARTER,
            number=4,
            actor=OFFICE,
            on=date(year, 12, 15),
        )
        owners[year] = {each.owner_code for each in report.sections.all()}
        names = set(OrgUnit.objects.valid(on=report.period().last_day).values_list("code", flat=True))
        assert owners[year] <= names
    section = next(each for each in source_of(report).sections if each.form_owner == "TTRA")
    assert (section.owner, section.answers_for("TTRA"), section.answers_for("TDC")) == ("VP", True, False)
    assert owners[2024] - owners[2025] == {"TTRA"}


def test_the_windows_of_2024_add_up(later_years):
    assert disagreements(read(2024)) == []


def test_figures_of_a_year_after_the_mergers_stand_beside_those_of_the_year_before(later_years):
    charts = progress_charts(
        Actor(1, "Lãnh đạo Sở", Role.LEADER, kind=ActorKind.STAFF), PeriodChoice(2025, PeriodKind.YEAR, 1)
    )
    bars = [pair for chart in charts for _name, *pair in chart.quarters]
    assert {(this.year, last.year) for this, last in bars} == {(2025, 2024)}
    assert sum(this.value != "00" and last.value != "00" for this, last in bars) > len(bars) / 2


def test_the_report_of_2024_contradicts_nothing(later_years):
    found = [(each.code, each.section_1, each.codes) for each in run_checks(resolved("bao-cao-nam", 2024))]
    assert found == []


def test_a_second_load_changes_nothing(later_years):
    assert import_later_years(**later_years.where) == (later_years.records, 0)
