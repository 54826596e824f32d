"""Slips in reports from the forms that come with the program, over the demonstration data of other years, with sentences of the
department's own report as the words of the divisions: found with both places, both values and the records.
"""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from khcn.kernel.indicators import PeriodKind, registry
from khcn.kernel.text.numbers import two_digits
from khcn.reference.models import ReportingRegime
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.texts.period_words import period_words

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

YEARS = (2021, 2022, 2024, 2025)
TWO_YEARS = YEARS[1:3]  # in which slips are made: what finds them does not know the year
NUMBERS = {PeriodKind.MONTH: 5, PeriodKind.QUARTER: 3, PeriodKind.HALF: 1, PeriodKind.YEAR: 1}
# Facts of 2023, or words that ask for something the other forms do not have
OF_ITS_YEAR = re.compile(r"20\d\d|\d/\d|\{\{|\[|Nghị định|nghị định|Biểu|Phụ lục|đúng tiến độ|[|]")
# Sections that a division writes, by their titles: here without the figures that the forms have there
OF_DIVISIONS = {
    "Quản lý công nghệ và chuyên ngành",
    "Quản lý tiêu chuẩn, đo lường, chất lượng",
    "Công tác thanh tra, kiểm tra, pháp chế",
    "Ứng dụng khoa học và công nghệ, dịch vụ kỹ thuật",
    "Công tác Văn phòng",
}
LIST = "Tổ chức 03 lớp tập huấn: lớp đo lường; lớp tiêu chuẩn; lớp sở hữu trí tuệ."
TWICE = "Hướng dẫn 06 cơ sở xin cấp lại giấy chứng nhận và đăng ký mã số mã vạch."


@pytest.fixture(scope="module")
def words_of_divisions():
    """The sentences of the report of 2023 that hold in any year, by division."""
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    found = {}
    for section in form.sections:
        if section.typed and section.key.startswith("A."):
            lines = [each for each in section.text.splitlines() if not OF_ITS_YEAR.search(each)]
            found.setdefault(section.owner, []).extend(each for each in lines if each.startswith("- "))
    found["TDC"].append(f"- {TWICE}")  # the form itself has the figure there
    return {owner: "\n".join(lines) for owner, lines in found.items()}


@pytest.fixture(scope="module")
def reports(demo_year, words_of_divisions):
    """Right reports of four kinds of period in four years, each with its readings."""
    regime = ReportingRegime.objects.get(code="BC-DINH-KY")
    made = {}
    for body in shipped_bodies().values():
        form = parse_form(body)
        if form.wording_of or form.tables:
            continue
        for year in YEARS:
            period = regime.period(form.period_kind, year, NUMBERS[form.period_kind])
            source = source_from_form(replace(form, valid_from=period.start), period)
            written = _written(source)
            sections = tuple(
                replace(each, text=words_of_divisions[each.owner], typed=True)
                if each.key in written
                else each
                for each in source.sections
            )
            source = replace(source, sections=sections)
            made[form.code, year] = source, resolve(source).readings
    return made


def found_in(source, readings):
    return [each for each in run_checks(resolve(source, registry, readings)) if each.severity != "note"]


def added(source, key, text):
    sections = tuple(
        replace(each, text=f"{each.text}\n- {text}") if each.key == key else each for each in source.sections
    )
    return replace(source, sections=sections)


def plain_slips(source):
    """A sentence with what is found of it: code, first value, second place, second value."""
    period = source.period
    of_period, after = "Kỳ báo cáo", period.last_day + timedelta(days=9)
    window = f"{period.start.day:02d}/{period.start.month:02d}/{period.start.year} - {period.last_day.day:02d}/{period.last_day.month:02d}/{period.last_day.year}"
    here = f"Mục {last_typed(source)}"
    yield (
        LIST.replace("03", "04"),
        ("typed_count", "04 lớp tập huấn", here, "3 mục: lớp đo lường; lớp tiêu chuẩn; lớp sở hữu trí tuệ."),
    )
    yield "Kiểm tra 12 cơ sở (đạt 10, không đạt 3).", ("typed_sum", "10 + 03 = 13", here, "12 cơ sở")
    yield (
        "Thu 12 triệu đồng, gồm: lệ phí 5 triệu đồng; phí 8 triệu đồng.",
        ("typed_sum", "5 + 8 = 13 triệu", here, "12 triệu đồng"),
    )
    yield (
        f"Năm {period.year - 2}, Sở duy trì trang thông tin điện tử.",
        ("other_year", f"Năm {period.year - 2}", of_period, period_words(period)),
    )
    yield (
        f"Ngày {after.day}/{after.month}/{after.year}, tổ chức hội nghị.",
        ("day_outside", f"{after.day}/{after.month}/{after.year}", of_period, window),
    )
    if period.kind is not PeriodKind.YEAR:  # which has every day of the calendar
        yield (
            f"Ngày {after.day}/{after.month}, tổ chức hội nghị.",
            ("day_outside", f"{after.day}/{after.month}", of_period, window),
        )
    yield (
        "Chi tiết tại Phụ lục 3 kèm theo.",
        ("missing_annex", "Phụ lục 3", "Các đề mục của báo cáo", "không có"),
    )
    yield (
        "Báo cáo gửi Sở Nội vụ tổng hợp.",
        (
            "missing_recipient",
            "Báo cáo gửi Sở Nội vụ",
            "Nơi nhận",
            "; ".join(source.form.letterhead.recipients),
        ),
    )
    yield TWICE.replace("06", "07"), ("twice_stated", "06 cơ sở xin cấp", here, "07 cơ sở xin cấp")
    yield "Giải quyết đúng hạn 40/46 hồ sơ (90 %).", ("share", "40/46 hồ sơ (90 %", here, "87 %")


def last_typed(source):
    return _written(source)[-1]


def _written(source):
    """Keys of the sections that the divisions write, the first of each title: parts of plans follow."""
    keys = {}
    for each in source.sections:
        if each.title in OF_DIVISIONS:
            keys.setdefault(each.title, each.key)
    return list(keys.values())


def test_reports_of_six_years_raise_no_alarm(demo_year):
    regime = ReportingRegime.objects.get(code="BC-DINH-KY")
    numbers = {PeriodKind.MONTH: (5,), PeriodKind.QUARTER: (3,), PeriodKind.HALF: (1, 2)}
    forms = [parse_form(body) for body in shipped_bodies().values()]
    forms = [form for form in forms if not form.tables]  # of those: test_table_forms.py
    periods = [
        (form, regime.period(form.period_kind, year, number))
        for form in forms
        for year in (
            range(max(2021, form.valid_from.year), 2027) if not form.wording_of else [form.wording_of]
        )
        for number in numbers.get(form.period_kind, (1,))
    ]
    found = {
        (form.code, period.year, period.number): [
            (each.code, each.value_1, each.value_2, each.records)
            for each in run_checks(resolve(source_from_form(form, period)))
            if each.severity != "note"
        ]
        for form, period in periods
    }
    assert len(found) == 25
    # a form is no report: the annex is left to the division
    blank = ("blank_row", "hàng 1", "TT | Nhiệm vụ, giải pháp | Kết quả thực hiện | Ghi chú", ())
    assert {key: alarms for key, alarms in found.items() if alarms} == {("bao-cao-9-thang", 2023, 1): [blank]}


def test_right_reports_of_other_years_raise_no_alarm(reports):
    assert len(reports) == 16
    found = {
        key: [(each.code, each.value_1, each.value_2) for each in found_in(*report)]
        for key, report in reports.items()
    }
    assert {key: each for key, each in found.items() if each} == {}


TOGETHER = 10
"""So many wrong sentences are put into a report at once; where they are not found one by one as they should be, each is alone in it."""


def test_typed_figures_of_other_years_are_found_with_their_records(reports):
    """The label of each printed figure with a number that is one too high."""
    made, wrong = 0, []
    for key, (source, readings) in reports.items():
        if key[1] not in TWO_YEARS:
            continue
        section = last_typed(source)
        slips = list(typed_slips(source, readings, section))
        made += len(slips)
        for first in range(0, len(slips), TOGETHER):
            several = slips[first : first + TOGETHER]
            if typed_found(source, readings, section, several) == {wanted for _sentence, wanted in several}:
                continue
            alone = [(slip, typed_found(source, readings, section, [slip])) for slip in several]
            wrong += [(key, *slip, found) for slip, found in alone if found != {slip[1]}]
    assert made >= 150
    assert wrong == []


def typed_slips(source, readings, section):
    """A sentence with what is to be found of it."""
    for code in printed_codes(source):
        label, value = str(registry[code].label), readings.value(code)
        if not label.startswith("Số "):
            continue  # an area of models, which is no count
        words = label.removeprefix("Số ")
        yield (
            f"{label} là {value + 1}.",
            (
                "typed_figure",
                f"Mục {section}",
                f"{two_digits(value + 1)} {' '.join(words.split()[:4])}".strip(" ,"),
                f"{two_digits(value)} ({code})",
                (code,),
                tuple(readings.lines(code)),
            ),
        )


def typed_found(source, readings, section, slips):
    text = "\n- ".join(sentence for sentence, _wanted in slips)
    found = [
        (each.code, each.place_1, each.value_1, each.value_2, each.codes, tuple(each.records))
        for each in found_in(added(source, section, text), readings)
        if each.place_2
    ]
    return set(found) if len(set(found)) == len(found) else found


def test_slips_in_words_of_other_years_are_found_with_both_places(reports):
    made, wrong = 0, []
    for key, (source, readings) in reports.items():
        if key[1] not in TWO_YEARS:
            continue
        for sentence, wanted in plain_slips(source):
            made += 1
            section = last_typed(source)
            found = [
                (each.code, each.value_1, each.place_2, each.value_2)
                for each in found_in(added(source, section, sentence), readings)
            ]
            if found != [wanted]:
                wrong.append((key, sentence, found))
    assert made == 78
    assert wrong == []


def printed_codes(source):
    """Figures whose value the report prints, in the order of the text."""
    found = re.findall(r"\[([A-Z]+-\d+)\]", "\n".join(each.text for each in source.sections))
    return list(dict.fromkeys(found))
