"""Numbers on the home page and in the dictionary open exactly the records they count."""

import io
import re
from datetime import date, datetime

import openpyxl
import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.indicators import PeriodKind
from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.text.fold import fold
from khcn.web.reporting import PeriodChoice
from khcn.web.views.home import shown_value
from tests.conformance.shapes import covering
from tests.factories.reference import RegimeWindowFactory
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory
from tests.kernel.test_export import printed_head
from tests.science.test_execution_terms import running
from tests.web.conftest import tree, words
from tests.web.test_lists import reader_of

Q = {"year": "2023", "kind": "nine_months"}
CHOICE = PeriodChoice(2023, PeriodKind.NINE_MONTHS)


def number(text):
    return int(re.sub(r"\D", "", text))


def features_of_figures(indicator):
    """What its page and its workbook depend on: whose columns they have, what is added to them, and how it is measured.
    What each figure counts is asked in conformance/test_indicators.
    """
    yield "columns", indicator.model, indicator.measure.column, indicator.terms
    yield "measured", type(indicator), type(indicator.measure), indicator.basis


CHOSEN = [each.code for each in covering([*indicators], features_of_figures)]


@pytest.mark.django_db
@pytest.mark.parametrize("code", CHOSEN)
def test_value_records_page_and_export_agree(sign_in, code):
    indicator = indicators[code]
    officer = sign_in(*reader_of(register_of(indicator.model)))
    for _each in range(2):
        factory_of(indicator.model)()
    records = indicator.records(CHOICE.period())
    page = officer.get(f"/figures/{code}/", Q)
    assert page.status_code == 200
    found = tree(page)
    value = indicator.value(CHOICE.period())
    assert found.xpath("string(//span[@id='figure-value'])") == shown_value(value)
    assert len(found.xpath("//main//table/tbody/tr")) == records.count()
    address = found.xpath("//main//a[contains(@href,'/export/')]/@href")[0]
    answer = officer.get(address)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) - 1 == records.count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("period", "words_of_period"),
    [
        ({"year": "2026", "kind": "month", "number": "1"}, "Tháng 1 năm 2026"),
        ({"year": "2026", "kind": "month:11"}, "Tháng 11 năm 2026"),
        ({"year": "2023", "kind": "quarter", "number": "3"}, "Quý III năm 2023"),
        ({"year": "2023", "kind": "year"}, "Năm 2023"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_exported_list_says_which_figure_of_which_period_it_has(
    officer, period, words_of_period, language
):
    officer.post("/language/", {"language": language})
    sent = officer.get("/figures/NV-01/export/", period)
    assert (
        sent["Content-Disposition"]
        == f"attachment; filename*=UTF-8''NV-01-{fold(words_of_period).replace(' ', '-')}.xlsx"
    )
    today = f"xuất ngày {timezone.localdate():%d/%m/%Y}"
    label = str(indicators["NV-01"].label).replace("&", "&&")
    assert printed_head(sent.content) == f"&LNV-01: {label}; {words_of_period}; {today}"


@pytest.mark.django_db
def test_a_tile_opens_the_list_with_the_same_rows(officer):
    for year in (2022, 2022, 2023):
        ScienceTaskFactory(start_year=year)
    ScienceTaskFactory(start_year=2023, managing_side="host", level="grassroots")
    officer.post("/period/", Q)
    home = tree(officer.get("/"))
    tile = next(
        each for each in home.xpath("//section[h2]") if "Nhiệm vụ KH&CN" in each.find("h2").text_content()
    )
    assert tile.xpath("string(.//a[@class='tile'])") == "03"
    assert [
        " ".join(each.text_content().split()) for each in tile.xpath(".//ul[@class='tile-parts']/li/a")
    ] == [
        "chuyển tiếp: 02",
        "mới: 01",
    ]
    for link in tile.xpath(".//a/@href"):
        page = tree(officer.get(link))
        assert len(page.xpath("//main//table/tbody/tr")) == number(
            page.xpath("string(//span[@id='figure-value'])")
        )


@pytest.mark.django_db
def test_every_tile_names_an_indicator_and_opens(officer):
    codes = [
        code
        for each in registers()
        for tile in each.tiles
        for code in (tile.code, *(c for _l, c in tile.parts))
    ]
    assert codes
    assert {code: officer.get(f"/figures/{code}/", Q).status_code for code in codes} == dict.fromkeys(
        codes, 200
    )


@pytest.mark.django_db
def test_the_window_of_the_regime_decides(officer):
    RegimeWindowFactory(
        kind="nine_months",
        number=1,
        start_day=15,
        start_month=12,
        starts_year_before=True,
        end_day=14,
        end_month=9,
    )
    text = words(officer.get("/figures/NV-01/", Q))
    assert "từ 15/12/2022 đến 14/09/2023" in text


@pytest.mark.django_db
def test_dictionary_says_what_each_figure_counts(sign_in):
    text = words(sign_in(Role.LEADER, "BGD").get("/figures/"))
    for each in indicators:
        assert each.code in text
        assert " ".join(str(each.definition).split()) in text


@pytest.mark.django_db
def test_unknown_figure_is_not_found(officer):
    assert officer.get("/figures/XX-99/").status_code == 404


@pytest.mark.django_db
def test_a_list_of_late_records_shows_the_term_as_it_stood_on_the_last_day_of_the_period(officer):
    task = running(planned_dossier_on=date(2026, 7, 30))
    period = {"year": "2026", "kind": "month:9"}
    last_day = PeriodChoice(2026, PeriodKind.MONTH, 9).period().last_day
    TaskAmendmentFactory(
        task=task,
        kind="extend_submission",
        decided_on=date(2026, 10, 5),
        old_end_on=None,
        new_end_on=date(2026, 12, 31),
    )
    found = tree(officer.get("/figures/NT-07/", period))
    heading = f"Nộp hồ sơ nghiệm thu, tính đến {last_day:%d/%m/%Y}"
    assert found.xpath("//main//table//th")[-1].text_content() == heading
    days = (last_day - date(2026, 7, 30)).days
    assert [each.text_content() for each in found.xpath("//main//tbody/tr/td[last()]")] == [
        f"30/07/2026, quá hạn {days} ngày"
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(officer.get("/figures/NT-07/export/", period).content)).active
    row = {head.value: cell.value for head, cell in zip(*list(sheet.iter_rows()), strict=True)}
    assert row[f"{heading} (chỉ để xem)"] == datetime(2026, 7, 30)
    assert row["Số ngày quá hạn (chỉ để xem)"] == days
    assert "Số ngày quá hạn (chỉ để xem)" not in headings_of_export(officer, "NV-01", period)


def headings_of_export(client, code, period):
    content = client.get(f"/figures/{code}/export/", period).content
    return [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active[1]]


@pytest.mark.django_db
def test_the_workbook_of_late_records_is_read_back_without_a_change_or_a_question(officer):
    for name in ("Một", "Hai"):
        running(planned_dossier_on=date(2026, 7, 30), title=f"Nhiệm vụ {name}", budget_total=1_000_000_000)
    period = {"year": "2026", "kind": "month:9"}
    content = officer.get("/figures/NT-07/export/", period).content
    plan = make_plan(content, "x.xlsx", actor=SYSTEM, on=date(2026, 11, 5))
    assert (plan.problems, plan.questions, plan.columns_not_read) == ([], [], [])
    assert (plan.counts.same, plan.is_empty) == (2, True)
