"""Table forms: cells by categories and by records, their sums and rules, and the way to the signed workbook."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.documents.model import Paragraph, Table
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.indicators.registry import UnknownIndicatorError
from khcn.kernel.indicators.slices import slice_code
from khcn.kernel.registers import list_pages
from khcn.reference.models import LegalDocument, RuleParameter
from khcn.reports import operations
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form, source_of
from khcn.reports.forms.definition import FormProblem, parse_form
from khcn.reports.forms.writing import dump_form
from khcn.reports.models import FormVersion, Override, ReportInstance
from khcn.reports.views.drafts import draft_of
from khcn.reports.views.figures import figures_workbook
from tests.reports.approval_given import approve_on_page
from tests.reports.conftest import OFFICE
from tests.reports.tables_given import TABLE_FORM_TOML, a_table_form

pytest_plugins = ["tests.reports.views_given"]
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023, PeriodKind.NINE_MONTHS)


def written_as(records, **fields):
    with acting(SYSTEM):
        for each in records:
            for name, value in fields.items():
                setattr(each, name, value)
            each.save()


@pytest.fixture
def documents(figures, make):
    """Three decisions, one of them a rule of law, and two plans; four of another figure."""
    written_as(make("NV-04", 1), is_normative=True)
    make("NV-05", 2)
    written_as(make("NV-07", 2), kind="plan")
    make("NV-14", ["Việc một", "Việc hai"])


def filled(form, period=PERIOD):
    return resolve(source_from_form(form, period))


def texts(block):
    return [["".join(run.text for run in cell) for cell in row] for row in block.rows]


def annex_table(document, number=0):
    return next(each for each in document.annexes[number].blocks if isinstance(each, Table))


def test_a_table_form_reads_and_writes_back():
    form = a_table_form()
    assert parse_form(dump_form(form)) == form
    assert form.codes()[:3] == ("NV-02", "NV-02;is_normative=1", "NV-02;is_normative=0")
    assert "NV-02;is_normative=1;kind=plan" in form.codes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('sum = ["qd", "kh"]', 'sum = ["qd", "xx"]'), "“tong” cộng phần “xx”"),
        (('section = "II"\nrecords', 'section = "IX"\nrecords'), "không có mục “IX”"),
        (('right = "I/tong.tong"', 'right = "I/tong.ngoai"'), "không có ô “I/tong.ngoai”"),
        (('right = "I/tong.tong"', 'right = "tong"'), "không phải địa chỉ ô"),
        (('relation = "at_most"', 'relation = "more"'), "“relation” là một trong"),
        (('where = { kind = "decision" }', 'where = { kind = "x\' or 1" }'), "điều kiện “kind”"),
        (('where = { kind = "plan" }', 'where = { is_normative = "1" }'), "hai điều kiện của cùng một trường"),
        (('label = "Kế hoạch"', 'label = "Kế hoạch"\nfigure = "NV-04"'), "có hai số liệu"),
        (('title = "Ngày"\nfield = "issued_on"', 'title = "Ngày"'), "cột “ngay” ghi “field”"),
        (('records = "NV-14"\n', ""), "hoặc khai các dòng"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_reported(change, words):
    with pytest.raises(FormProblem, match=words):
        a_table_form(change)


def test_cells_count_their_category_and_blank_cells_say_why(documents):
    form = a_table_form()
    report = filled(form)
    document = compose(report)
    table = annex_table(document)
    assert [each.title for each in table.columns] == [
        "TT",
        "Loại",
        "Tổng số",
        "Quy phạm",
        "Văn bản khác",
        "Nữ",
    ]
    assert texts(table) == [
        ["", "Tổng số", "5", "1", "4", "không có trong sổ"],
        ["1", "Quyết định", "3", "1", "2", "không có trong sổ"],
        ["2", "Kế hoạch", "2", "0", "2", "không có trong sổ"],
    ]
    assert [each.align for each in table.columns] == ["center", "left", "right", "right", "right", "left"]
    assert document.annexes[0].landscape
    notes = [each for each in document.annexes[0].blocks if isinstance(each, Paragraph)]
    assert [run.text for each in notes for run in each.runs] == [
        "Không có trong sổ: “Nữ”. Sổ không ghi giới tính."
    ]
    code = table.rows[1][4][0].figure
    assert code == "NV-02;is_normative=0;kind=decision"
    assert len(report.readings.records(code)) == 2


def test_rows_by_records_print_their_fields(documents):
    table = annex_table(compose(filled(a_table_form())), 1)
    assert texts(table) == [
        ["1", "NV-14/1", "10/05/2023", "không có trong sổ"],
        ["2", "NV-14/2", "10/05/2023", "không có trong sổ"],
    ]


def test_a_total_of_records_is_the_sum_of_their_fields(figures, db):
    with acting(SYSTEM):
        for value in (1200, 300):
            RuleParameter(
                code=f"a{value}",
                label=f"Khoản {value}",
                value=value,
                unit="dong",
                valid_from=date(2023, 3, 1),
            ).save()
    form = a_table_form(
        ('records = "NV-14"', 'records = "TC-01"'),
        ('field = "number"', 'field = "label"'),
        ('field = "issued_on"', 'field = "value"\ntotal = true'),
    )
    report = filled(form)
    table = annex_table(compose(report), 1)
    assert [row[1:3] for row in texts(table)] == [
        ["Khoản 1200", "1.200"], ["Khoản 300", "300"], ["Tổng cộng", "1.500"],
    ]  # fmt: skip
    assert "TC-01;sum=value" in report.codes
    assert not [each for each in run_checks(report) if each.code == "table_sum"]


def found(report, code):
    return [each for each in run_checks(report) if each.code == code]


def test_a_record_that_no_category_has_makes_the_sum_fail(documents, make):
    form = a_table_form()
    assert not found(filled(form), "table_sum")
    written_as(make("NV-08", ["Tờ trình lạc loại"]), kind="submission")
    wrong = found(filled(form), "table_sum")
    assert [(each.value_1, each.value_2, each.records) for each in wrong] == [
        ("3 + 2 = 5", "6", ("Tờ trình số NV-08/1 ngày 10/05/2023",)),
        ("2 + 2 = 4", "5", ("Tờ trình số NV-08/1 ngày 10/05/2023",)),
    ]
    assert "dòng “Tổng số”, cột “Văn bản khác”" in wrong[1].place_1


def test_a_rule_between_two_forms_fires_where_one_was_typed_over(documents, regime):
    with acting(SYSTEM):
        for code in ("bieu-thu", "bieu-hai"):
            FormVersion(
                code=code, version=1, title=code, valid_from=date(2023, 1, 1),
                body=TABLE_FORM_TOML.replace('"bieu-thu"', f'"{code}"'),
            ).save()  # fmt: skip
    form = a_table_form(('right = "I/tong.tong"', 'right = "bieu-hai:I/qd.tong"'), ("at_most", "equal"))
    assert not found(filled(form), "cell_rule")
    other = operations.create_report(
        form_version=FormVersion.objects.latest_of("bieu-hai"), year=2023, actor=OFFICE, on=date(2023, 9, 15)
    )
    operations.set_override(
        section=other.sections.get(key="I"), code="NV-02;kind=decision", aspect="value", data={"value": "9"},
        reason="Hồ sơ giấy", actor=OFFICE, on=date(2023, 9, 15),
    )  # fmt: skip
    wrong = found(filled(form), "cell_rule")
    assert [(each.value_1, each.place_2, each.value_2) for each in wrong] == [
        ("3", "Biểu bieu-hai, ô I/qd.tong", "9")
    ]
    assert Override.objects.get().section.instance == other
    sums = [each.value_1 for each in found(resolve(source_of(other)), "table_sum")]
    assert sums == ["9 + 2 = 11", "1 + 2 = 3"]


def test_figures_can_be_cut_by_closed_lists_only(figures):
    assert "NV-02;kind=decision" in figures
    assert str(figures["NV-02;kind=decision,plan"].label) == (
        "Nhiệm vụ chuyển tiếp; loại văn bản: Quyết định, Kế hoạch"
    )
    for code in (
        "NV-02;subject=a", "NV-02;kind=unknown", "NV-02;kind__in=decision", "NV-02;sum=kind", "NV-02;sum=subject",
        "NV-02;replaces__subject=x", "NV-02;note=", "NV-02;kind=plan;kind=decision", "NV-99;kind=plan",
    ):  # fmt: skip
        assert code not in figures
        with pytest.raises(UnknownIndicatorError):
            figures[code]
    assert slice_code("NV-02", {"kind": "plan", "is_normative": "1"}, "value") == (
        "NV-02;is_normative=1;kind=plan;sum=value"
    )


def test_the_workbook_has_a_sheet_for_each_table_with_numbers(documents):
    report = filled(a_table_form())
    content = figures_workbook((), {}, compose(report))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Biểu 01", "Biểu 02", "Số liệu", "Bản ghi"]
    sheet = book["Biểu 01"]
    assert [[cell.value for cell in row] for row in sheet["B4:F5"]] == [
        ["Loại", "Tổng số", "Quy phạm", "Văn bản khác", "Nữ"],
        ["Tổng số", 5, 1, 4, "không có trong sổ"],
    ]
    assert sheet["A1"].value.startswith("Biểu 01. Nhiệm vụ theo loại")
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$4:$4"


def test_a_table_form_is_made_opened_signed_and_downloaded(documents, regime, sign_in):
    with acting(SYSTEM):
        version = FormVersion(
            code="bieu-thu", version=1, title="Biểu thử", valid_from=date(2023, 1, 1), body=TABLE_FORM_TOML
        )
        version.save()
    office = sign_in("office")
    made = office.get("/reports/new/?form=bieu-thu&year=2023").content.decode()
    assert "chưa đối chiếu với nguyên văn" in made
    asked = {"form": "bieu-thu", "year": "2023", "window": "nine_months:1", "variant_label": ""}
    answer = office.post("/reports/new/", asked)
    report = ReportInstance.objects.get(form_version=version)
    assert answer["Location"] == f"/reports/{report.pk}/"
    for place in ("", "check/", "board/", "files/xlsx/", "files/docx/", "files/pdf/"):
        assert office.get(f"/reports/{report.pk}/{place}").status_code == 200, place
    assert "chưa đối chiếu" in office.get("/reports/forms/bieu-thu/1/").content.decode()
    page = office.get(f"/reports/{report.pk}/preview/").content.decode()
    link = "/figures/NV-02;is_normative=0;kind=decision/?year=2023&amp;kind=nine_months&amp;regime=BC-DINH-KY"
    assert f'href="{link}"' in page
    listed = office.get(link.replace("&amp;", "&")).content.decode()
    assert "Nhiệm vụ chuyển tiếp; là văn bản quy phạm pháp luật: Không; loại văn bản: Quyết định" in listed
    assert "NV-05/1" in listed
    assert "NV-04/1" not in listed
    exported = office.get(link.replace("&amp;", "&").replace("/?", "/export/?"))
    assert "NV-02-0-decision-9-thang" in exported["Content-Disposition"]
    assert office.get("/figures/NV-02;subject=a/").status_code == 404
    section = office.get(f"/reports/{report.pk}/sections/I/").content.decode()
    assert "NV-02;is_normative=1;kind=plan" in section
    for each in report.sections.all():
        operations.hand_in_section(section=each, actor=OFFICE, on=date(2023, 9, 15))
    operations.compile_report(instance=report, actor=OFFICE, on=date(2023, 9, 15))
    report.refresh_from_db()
    operations.submit_report(instance=report, actor=OFFICE, on=date(2023, 9, 15))
    approve_on_page(sign_in("leader"), report)
    stored = {each.code: each for each in report.frozen.figures.all()}
    assert Decimal(stored["NV-02;is_normative=0;kind=decision"].value) == 2
    with acting(SYSTEM):
        for each in LegalDocument.objects.filter(number__startswith="NV-05/"):
            each.kind = "plan"
            each.save()
    signed = openpyxl.load_workbook(io.BytesIO(office.get(f"/reports/{report.pk}/files/xlsx/").content))
    assert [cell.value for cell in signed["Biểu 01"][6]][:5] == ["1", "Quyết định", 3, 1, 2]
    assert office.get(f"/reports/{report.pk}/files/docx/").content[:2] == b"PK"


def test_the_definition_keeps_its_tables_when_its_words_are_edited(figures, db):
    form = a_table_form()
    again = draft_of(form).form(code=form.code, version=1, valid_from=form.valid_from, base=form)
    assert again == replace(form, sections=again.sections)
    assert again.tables == form.tables


def test_part_of_a_figure_by_a_field_that_is_not_shown_is_refused(documents, regime, sign_in, monkeypatch):
    office = sign_in("office")
    address = "/figures/NV-02;kind=decision/?year=2023&kind=nine_months&regime=BC-DINH-KY"
    assert office.get(address).status_code == 200
    shown = list_pages.all_columns
    monkeypatch.setattr(
        list_pages,
        "all_columns",
        lambda register: tuple(each for each in shown(register) if each.path != "kind"),
    )
    assert office.get(address).status_code == 403
