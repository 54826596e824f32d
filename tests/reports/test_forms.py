from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.indicators.registry import IndicatorRegistry
from khcn.reports.checking.system_checks import check_forms
from khcn.reports.forms.definition import FormProblem, parse_form, shipped_bodies, unknown_codes
from khcn.reports.forms.writing import dump_form
from khcn.reports.texts.period_words import period_words, rest_words, variables
from tests.reports.conftest import FIGURES, FORM_TOML
from tests.reports.forms_given import with_section


def test_a_form_reads_and_writes_back(form):
    assert form.period_kind is PeriodKind.NINE_MONTHS
    assert form.codes() == (
        "NG-01", "NV-02", "DC-02", "NV-14", "NV-04", "NV-05", "NV-07", "NV-08", "NT-06", "TC-01"
    )  # fmt: skip
    assert parse_form(dump_form(form)) == form


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_title_and_text_survives_the_file(text):
    form = parse_form(FORM_TOML)
    escaped = "".join(f"\\{sign}" if sign in "\\*[{|" else sign for sign in text.replace("\r", ""))
    lines = "\n".join("x" + line for line in escaped.split("\n")).strip()
    changed = with_section(form, "B", text=lines)
    assert parse_form(dump_form(changed)) == changed


def test_all_faults_are_reported_at_once():
    body = (
        FORM_TOML.replace('owner = "VP"', 'owner = "phòng 1"', 1)
        .replace("[NV-14] nhiệm vụ thực", "[NV-14 nhiệm vụ thực")
        .replace('parts = ["NV-04"', 'parts = ["NV-99"')
        .replace("level = 4", "level = 7")
        .replace('place = "Bắc Kạn"', 'plaice = "Bắc Kạn"')
    )
    with pytest.raises(FormProblem) as caught:
        parse_form(body)
    assert caught.value.problems == (
        "Phần thể thức [letterhead]: không có khóa “plaice”. Hãy xem lại chính tả.",
        "Phần thể thức [letterhead]: thiếu “place”.",
        "Mục A: mã đơn vị “phòng 1” không đúng mẫu, ví dụ QLKH.",
        "Mục A.III.2.a: bậc “level” từ 1 đến 4.",
        "Mục A.III.2.a: Dòng 3, ký tự 26: Dấu [ mở một số liệu mà chưa đóng. Gõ ví dụ [NV-01], hoặc \\[ nếu cần in dấu [.",
    )


def test_relations_are_checked_when_the_parts_are_sound():
    body = FORM_TOML.replace('"NV-08"]', '"NV-99"]').replace('key = "C"', 'key = "B"')
    with pytest.raises(FormProblem) as caught:
        parse_form(body)
    assert caught.value.problems == (
        "Mục B xuất hiện hai lần. Hãy đổi khóa của một mục.",
        "Phép kiểm tại “A.III.2.a^1”: số liệu NV-99 không có trong báo cáo.",
    )


@pytest.mark.parametrize(
    "body", ["", "code = 1", "code", "[[section]]\nkey=1", "section = [1]", "letterhead = 3"]
)
def test_any_broken_file_is_a_form_problem(body):
    with pytest.raises(FormProblem):
        parse_form(body)


def test_system_check_names_what_is_wrong(form):
    known = IndicatorRegistry()
    for each in FIGURES[:-1]:
        known.add(each)
    assert unknown_codes(form, known) == ("TC-01",)
    found = check_forms({"thu-9-thang": FORM_TOML, "khac": FORM_TOML, "hong": "x"}, known)
    assert [(each.obj, each.id) for each in found if each.id != "reports.E004"] == [
        ("thu-9-thang", "reports.E003"),
        ("khac", "reports.E002"),
        ("khac", "reports.E003"),
        ("hong", "reports.E001"),
    ]


def test_shipped_forms_parse_and_bear_their_file_names():
    bodies = shipped_bodies()
    assert {"bao-cao-6-thang", "bao-cao-nam"} <= set(bodies)
    assert [parse_form(body).code for body in bodies.values()] == list(bodies)


def _period(kind, number=1):
    return Period(date(2022, 12, 15), date(2023, 9, 15), 2023, kind, number)


@pytest.mark.parametrize(
    ("kind", "number", "own", "rest"),
    [
        (PeriodKind.MONTH, 9, "tháng 9 năm 2023", "tháng 10 năm 2023"),
        (PeriodKind.MONTH, 12, "tháng 12 năm 2023", "tháng 1 năm 2024"),
        (PeriodKind.QUARTER, 3, "quý III năm 2023", "quý IV năm 2023"),
        (PeriodKind.QUARTER, 4, "quý IV năm 2023", "quý I năm 2024"),
        (PeriodKind.HALF, 1, "6 tháng đầu năm 2023", "6 tháng cuối năm 2023"),
        (PeriodKind.HALF, 2, "6 tháng cuối năm 2023", "năm 2024"),
        (PeriodKind.NINE_MONTHS, 1, "9 tháng đầu năm 2023", "3 tháng cuối năm 2023"),
        (PeriodKind.YEAR, 1, "năm 2023", "năm 2024"),
    ],
)
def test_words_of_a_period(kind, number, own, rest):
    period = _period(kind, number)
    assert (period_words(period), rest_words(period)) == (own, rest)


def test_variables_and_impossible_numbers():
    assert variables(_period(PeriodKind.NINE_MONTHS)) == {
        "ky": "9 tháng đầu năm 2023",
        "ky_con_lai": "3 tháng cuối năm 2023",
        "nam": "2023",
        "nam_sau": "2024",
        "nam_truoc": "2022",
        "tu_ngay": "15/12/2022",
        "den_ngay": "14/9/2023",
    }
    with pytest.raises(ValueError, match="quarter number 5"):
        period_words(_period(PeriodKind.QUARTER, 5))
