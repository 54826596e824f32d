"""Words for nothing beside a stretch of text: printed while its figures are 0, and nothing of the kind where they count."""

import re
from datetime import date

import pytest

from khcn.kernel.documents.html import render_html
from khcn.kernel.indicators import Period, registry
from khcn.reports.checking.checks import run_checks
from khcn.reports.checking.printed import printed_report
from khcn.reports.checking.untrue_words import done_of_nothing
from khcn.reports.composing.compose import compose
from khcn.reports.composing.readings import Readings
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import (
    OverrideAspect,
    ReportSource,
    SectionSource,
    TypedValue,
    source_from_form,
)
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.texts.markup import MarkupProblem, parse, parse_inline, parse_section, unparse
from khcn.reports.views.anchors import with_anchors
from tests.reports.conftest import HEAD_TOML, a_province
from tests.reports.forms_given import with_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province(db):
    a_province()


TEXT = (
    "Trong {{ky}}: {{neu_co}}cấp [NT-05] giấy, *[NT-01] đề tài*{{neu_khong}}năm {{nam}} không cấp giấy nào{{het}}"
    "{{neu_co}}; gia hạn [DC-02] lượt{{neu_khong}}{{het}}."
)
PERIOD = Period(date(2023, 12, 15), date(2024, 9, 15), 2024)
# of texts: a 0 in a cell of a table is no lonely one
EVERY_FORM = {name: form for name, body in shipped_bodies().items() if not (form := parse_form(body)).tables}


def report(values, text=TEXT, overrides=None, form=None, period=PERIOD):
    found = Readings(period)
    for code in form.codes() if form else ("NT-05", "NT-01", "DC-02"):
        value = values.get(code, 0)
        found._values[code], found._records[code], found._printed[code] = value, [], ()
    section = '\n[[section]]\nkey = "A"\nlabel = "A."\nlevel = 1\ntitle = "Kết quả"\nowner = "VP"\n'
    source = (
        source_from_form(form, period)
        if form
        else ReportSource(
            parse_form(HEAD_TOML + section),
            period,
            (SectionSource("A", "A.", 1, "Kết quả", "VP", text),),
            overrides or {},
        )
    )
    return resolve(source, registry, found)


def printed(*values, **more):
    given = dict(zip(("NT-05", "NT-01", "DC-02"), values, strict=True))
    return (
        report(given, **more)
        .lines[1]
        .text.removeprefix("Trong 9 tháng đầu năm 2024: ")
        .removeprefix("Trong năm 2024: ")
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((2, 1, 3), "cấp 02 giấy, 01 đề tài; gia hạn 03 lượt."),
        ((0, 1, 0), "cấp 0 giấy, 01 đề tài."),
        ((0, 0, 3), "năm 2024 không cấp giấy nào; gia hạn 03 lượt."),
        ((0, 0, 0), "năm 2024 không cấp giấy nào."),
    ],
)
def test_words_for_nothing_are_printed_while_all_figures_are_0(values, words):
    assert printed(*values) == words


def test_a_number_typed_over_a_figure_that_is_left_out_is_printed():
    typed = {("A", "DC-02", 1, OverrideAspect.VALUE): TypedValue(OverrideAspect.VALUE, "Sổ thiếu", value=5)}
    assert printed(0, 0, 0, overrides=typed) == "năm 2024 không cấp giấy nào; gia hạn 05 lượt."


def test_what_is_left_out_stays_among_the_figures_and_has_no_place_to_jump_to():
    found = report({})
    assert [(each.code, each.text, each.is_left_out) for each in found.occurrences] == [
        ("NT-05", "0", False),
        ("NT-01", "0", True),
        ("DC-02", "0", True),
    ]
    html = with_anchors(render_html(compose(found), lambda code: f"/{code}/", standalone=False), found)
    assert re.findall(r'<a class="figure"[^>]*>([^<]*)</a>', html) == ["năm 2024 không cấp giấy nào"]
    assert re.findall(r'id="so-([^"]*)"', html) == ["A-NT-05-value-1"]


@pytest.mark.parametrize(
    "text",
    [
        "{{neu_co}}cấp [NT-05] giấy",
        "{{neu_co}}cấp [NT-05] giấy{{het}}",
        "{{neu_co}}cấp giấy{{neu_khong}}không cấp{{het}}",
        "{{neu_khong}}không cấp{{het}}",
        "{{neu_co}}[NT-05] giấy{{neu_khong}}[NT-01] đề tài{{het}}",
        "{{neu_co}}[NT-05] giấy{{neu_khong}}không[^1]{{het}}\n[^1]: a",
        "{{neu_co}}[NT-05]{{neu_co}}[NT-01]{{neu_khong}}không{{het}}{{neu_khong}}không{{het}}",
    ],
)
def test_marks_that_do_not_belong_together_are_refused(text):
    with pytest.raises(MarkupProblem, match="Lời thay nhau gõ đủ ba dấu"):
        parse_section(text)


def test_a_heading_has_no_words_for_nothing():
    with pytest.raises(MarkupProblem, match="Đề mục không có lời thay nhau"):
        parse_inline("{{neu_co}}[NT-05] giấy{{neu_khong}}không{{het}}")


def test_the_marks_are_written_back_as_they_were():
    assert parse(unparse(parse(TEXT))) == parse(TEXT)
    assert unparse(parse(TEXT)) == TEXT


@pytest.mark.parametrize("name", EVERY_FORM)
def test_an_empty_period_prints_no_lonely_0_and_no_untruth(name):
    form = EVERY_FORM[name]
    period = Period(date(2023, 12, 15), date(2024, 9, 15), 2024, form.period_kind)
    empty = report({}, form=form, period=period)
    # numbers of a stock of tasks are parts of a sum and stay
    stock = {"NV-01", "NV-02", "NV-04", "NV-05", "NV-06", "NV-07", "NV-08"}
    zeros = {
        each.occurrence.code
        for line in empty.lines
        for each in line.pieces
        if each.kind == "figure" and each.text == "0"
    }
    assert zeros - stock == set()
    assert [each.value_1 for each in done_of_nothing(printed_report(empty))] == []
    lines = [
        line.text for line in empty.lines if line.pieces and any(each.occurrence for each in line.pieces)
    ]
    assert sum("hông phát sinh" in each for each in lines) >= 4
    assert [each for each in lines if re.search(r"[;,:]\s*[.;,]|  |\(\)", each)] == []


@pytest.mark.parametrize("name", [each for each in EVERY_FORM if each != "bao-cao-9-thang"])
def test_nothing_contradicts_an_empty_period(name):
    form = EVERY_FORM[name]
    period = Period(date(2023, 12, 15), date(2024, 9, 15), 2024, form.period_kind)
    found = run_checks(report({}, form=form, period=period))
    assert [(each.code, each.section_1, each.value_1) for each in found] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Hoàn thành 09 cuộc kiểm tra nhà nước về đo lường.", "DL-01"),
        ("Hỗ trợ 99 tổ chức, cá nhân về truy xuất nguồn gốc.", "TX-01"),
    ],
)
def test_another_number_typed_beside_the_figures_of_the_year_is_found(typed, code):
    form = EVERY_FORM["bao-cao-nam"]
    changed = with_section(form, "A.6", text=f"{form.section('A.6').text}\n- {typed}")
    found = run_checks(report({"DL-01": 4, "TX-01": 14}, form=changed))
    assert [(each.code, each.codes) for each in found] == [("typed_figure", (code,))]
