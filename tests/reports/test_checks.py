"""The slips of the real report (domain notes, section 6), each on the seed's own words."""

from dataclasses import replace

import pytest

from khcn.kernel.documents.model import Mark, iter_runs
from khcn.kernel.indicators import PeriodKind
from khcn.reference.models import LegalDocument
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import read_override, source_from_form
from khcn.reports.models import OverrideAspect

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(form, figures, regime, seed_data):
    return source_from_form(form, regime.period(form.period_kind, 2023))


def changed(source, key, **changes):
    sections = tuple(replace(each, **changes) if each.key == key else each for each in source.sections)
    return replace(source, sections=sections)


def typed(source, section, code, aspect, content, nth=1):
    data = {aspect: content}
    more = {(section, code, nth, OverrideAspect(aspect)): read_override(aspect, data, "Theo báo cáo đã gửi")}
    return replace(source, overrides={**source.overrides, **more})


def findings(source, *codes):
    return [each for each in run_checks(resolve(source)) if not codes or each.code in codes]


def sides(found):
    return [(each.place_1, each.value_1, each.place_2, each.value_2) for each in found]


def test_the_computed_report_contradicts_itself_nowhere(source):
    assert findings(source) == []


def test_row_1_one_figure_with_two_values(source):
    found = findings(typed(source, "C", "NV-14", "value", 9), "two_values")
    assert sides(found) == [("Mục A.III.2.a", "10", "Mục C", "09")]
    assert found[0].message == (
        "Cùng một số liệu nhưng hai nơi ghi khác nhau: Nhiệm vụ năm sau được Hội đồng xác định (NV-14)."
    )


def test_row_3_a_footnote_that_does_not_add_up(source):
    text = (
        "Sở quản lý [NV-02] nhiệm vụ chuyển tiếp[^1].\n"
        "[^1]: Trong đó: [NV-04] nhiệm vụ cấp tỉnh, [NV-05] nhiệm vụ NTMN, [NV-07] nhiệm vụ cấp quốc gia"
    )
    found = findings(changed(source, "A.III.2.a", text=text))
    assert sides(found) == [("Mục A.III.2.a, chú thích 1", "22 + 06 + 02 = 30", "Mục A.III.2.a", "31")]
    assert found[0].message == (
        "Chú thích không cộng đủ số nhiệm vụ chuyển tiếp. Ở đây 22 + 06 + 02 = 30, số tổng là 31. "
        "Chưa ghi: Chuyển tiếp tài sản trí tuệ (NV-08): 01."
    )
    assert found[0].remedy == "Ghi thêm nhiệm vụ sở hữu trí tuệ."
    assert found[0].codes == ("NV-02", "NV-04", "NV-05", "NV-07", "NV-08")
    assert found[0].records == (str(LegalDocument.objects.get(number="NV-08/1")),)


def test_a_typed_part_counts_as_it_is_printed(source):
    found = findings(typed(source, "A.III.2.a", "NV-04", "value", 21), "sum")
    assert sides(found) == [("Mục A.III.2.a, chú thích 1", "21 + 06 + 02 + 01 = 30", "Mục A.III.2.a", "31")]


def test_row_9_a_count_that_differs_from_its_list(source):
    found = findings(typed(source, "C", "NT-06", "value", "05"), "list_count")
    assert sides(found) == [
        (
            "Mục C", "05", "Mục C",
            "4 tên: Chuối tây; Tuyển chọn chủng vi sinh vật gốc; Tuyên giáo cơ sở; Hệ thống TTHTX",
        )
    ]  # fmt: skip


def test_row_11_two_lists_of_one_figure(source):
    names = ["Vịt bầu cổ xanh", "Nấm Linh chi, Vân chi", "chủng vi sinh vật gốc", "tuyên giáo cơ sở"]
    found = findings(typed(source, "C", "DC-02", "names", names), "two_values")
    assert sides(found) == [("Mục A.III.2.a", "Nấm Linh chi và Vân chi", "Mục C", "; ".join(names))]


def test_one_list_spelled_in_two_ways_is_one_list(source):
    assert findings(typed(source, "C", "DC-02", "names", ["Nấm Linh Chi, Vân Chi"]), "two_values") == []


def test_row_33_done_late_reported_as_done(source):
    text = "Đã hoàn thành (Quyết định số 713/QĐ-UBND ngày 24/4/2023)"
    found = findings(typed(source, "A", "NG-01", "cells", {"1": text}), "late_not_said")
    assert sides(found) == [("Mục A", text, "Sổ theo dõi", "Đã hoàn thành, chậm 24 ngày")]


def test_a_list_of_names_must_say_it_too_unless_the_words_around_it_do(source):
    silent = changed(source, "B", text="Đã hoàn thành: [NG-01:ten].")
    assert sides(findings(silent)) == [("Mục B", "Sửa đổi Quyết định số 731/QĐ-UBND", "Sổ theo dõi", "chậm")]
    assert findings(changed(source, "B", text="Hoàn thành chậm: [NG-01:ten].")) == []


def test_row_43_a_heading_of_another_period(source):
    found = findings(changed(source, "C", title="PHƯƠNG HƯỚNG, NHIỆM VỤ 6 THÁNG CUỐI NĂM 2023"))
    assert sides(found) == [
        ("Mục C", "6 THÁNG CUỐI NĂM 2023", "Kỳ báo cáo", "9 tháng đầu năm 2023; 3 tháng cuối năm 2023")
    ]
    assert [each.severity for each in found] == ["error"]


def test_row_44_words_of_a_monthly_report(source):
    found = findings(
        changed(source, "B", text="Vì vậy, trong tháng, các nhiệm vụ cơ bản hoàn thành đúng tiến độ.")
    )
    assert [(each.code, each.place_1, each.value_1) for each in found] == [
        ("other_period", "Mục B", "trong tháng")
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Trong 9 tháng đầu năm 2023 và 3 tháng cuối năm",
        "trong tháng 9 năm 2023, trong quý III/2023; tháng 10/2023 công bố",
        "phải chấp hành quy định, trong quy định mới; chào mừng xuân Quý Mão năm 2023",
        "Thực hiện từ năm 2024; giai đoạn 2021-2025",
    ],
)
def test_words_that_belong_here(source, words):
    assert findings(changed(source, "B", text=words)) == []


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Kết quả 9 tháng đầu năm 2022 rất tốt", "9 tháng đầu năm 2022"),
        ("so với sáu tháng đầu năm", "sáu tháng đầu năm"),
        ("Trong quý, đã làm", "Trong quý"),
    ],
)
def test_words_that_do_not(source, words, value):
    assert [each.value_1 for each in findings(changed(source, "B", text=words))] == [value]


def test_a_monthly_report_speaks_of_its_month(source):
    period = replace(source.period, kind=PeriodKind.MONTH, number=9)
    text = "Vì vậy, trong tháng, đã làm xong; trong quý, chưa xong."
    month = replace(changed(source, "B", text=text), period=period)
    assert [each.value_1 for each in findings(month, "other_period")] == ["trong quý"]


def test_a_typed_value_stands_at_its_own_place_only(source):
    twice = changed(source, "B", text="[NT-06] đề tài; [NT-06] đề tài")
    report = resolve(typed(twice, "B", "NT-06", "value", 5, nth=2))
    assert [each.text for each in report.occurrences_of("B")] == ["04", "05"]


def test_a_typed_value_is_reported_with_its_reason_and_marked(source):
    over = typed(source, "C", "NT-06", "value", 5)
    found = findings(over, "typed_over_data")
    assert [(each.severity, *side) for each, side in zip(found, sides(found), strict=True)] == [
        ("note", "Mục C", "05", "Sổ theo dõi", "04")
    ]
    assert found[0].message.endswith("Lý do: Theo báo cáo đã gửi")
    marked = [
        (run.figure, run.text) for run in iter_runs(compose(resolve(over))) if run.mark is Mark.OVERRIDE
    ]
    assert marked == [("NT-06", "05")]
    assert findings(typed(source, "C", "NT-06", "value", 4)) == []


def test_a_typed_value_without_its_place(source):
    found = findings(typed(source, "C", "NT-06", "value", 5, nth=3))
    assert [(each.code, each.value_1) for each in found] == [("override_unused", "NT-06, giá trị, 3")]


def test_a_typed_number_beside_a_bound_one(source):
    text = "Sở quản lý [NV-02] nhiệm vụ (09 nhiệm vụ mới, 12 phòng). Năm 2023 có 3 nhiệm vụ khác."
    found = findings(changed(source, "A.III.2.a", text=text))
    assert [(each.code, each.value_1, each.value_2) for each in found] == [
        ("typed_beside_bound", "09 nhiệm vụ", "31 (NV-02)")
    ]


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("100% hồ sơ giải quyết TTHC đúng hạn, trước hạn.", ["100%"]),
        ("Đúng hạn 86,96 %; đã giải quyết 40/46 hồ sơ.", ["86,96 %"]),
        ("Đúng hạn 40/46 (86,96 %).", []),
        ("Theo Quyết định số 25/2017 đạt 7 %.", ["7 %"]),
        ("Kiểm định 4.850 phương tiện, tăng 12% so với cùng kỳ năm 2022 (4.330).", []),
        ("Kiểm định 4.850 phương tiện, tăng 12% so với cùng kỳ năm 2022.", ["12%"]),
        ("Sản xuất 2.050/4.000 kg, đạt 51,25 %.", []),
    ],
)
def test_a_rate_says_of_how_many(source, text, rates):
    assert [each.value_1 for each in findings(changed(source, "B", text=text))] == rates


def test_row_40_an_entry_twice_in_a_footnote(source):
    text = (
        "Cho ý kiến với 15 dự án[^1].\n[^1]: Dự án Macca xen cây dược liệu; Dự án xưởng tuyển quặng ô xít chì, kẽm; "
        "dự án xưởng tuyển quặng ô xít chì - kẽm; Dự án mỏ Nà Ôn 1; Dự án mỏ Nà Ôn 2; Dự án xưởng tuyển quăng ô xít chì, kẽm"
    )
    found = findings(changed(source, "B", text=text), "duplicate_entry")
    assert [(each.value_1.partition(".")[0], each.value_2.partition(".")[0]) for each in found] == [
        ("2", "3"),
        ("2", "6"),
    ]


def test_near_entries_of_a_list_and_names_printed_twice(source, make):
    make("NT-06", ["Chuối Tây", "Tuyên giáo cơ sơ"], start=5)
    found = findings(source, "duplicate_entry")
    assert [(each.value_1, each.value_2) for each in found] == [
        ("1. Chuối tây", "5. Chuối Tây"),
        ("3. Tuyên giáo cơ sở", "6. Tuyên giáo cơ sơ"),
    ]


def test_sections_that_are_not_handed_in(source):
    waiting = changed(changed(source, "C", state="drafting"), "B", state="handed_in")
    assert [(each.code, each.place_1) for each in findings(waiting)] == [("not_handed_in", "Mục C")]
