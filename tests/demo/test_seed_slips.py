"""The contradictions of the department's own report, in the report as it was sent: bound to registers, and with every figure typed."""

import re
from dataclasses import replace

import pytest
from django.conf import settings

from khcn.kernel.indicators import registry
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.report_parts import RecordRows, ReportLine
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.texts.markup import unparse
from khcn.reports.texts.nodes import Note, NoteMark, Paragraph, Text, TypedTable
from tests.reports.printed_given import resolved, written

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

# By the number of the analysis: what is found in the bound report, and in the typed one. None: no check finds it there.
SUM = ("22 + 06 + 02 = 30", "A.III.2.a", "A.III.2.a")
PLAN = "Tham mưu cho UBND tỉnh ban hành Kế hoạch"
SAME = {
    16: [("share", "46 hồ sơ TTHC, số", "A.III.6", "A.III.6")],
    17: [
        ("rate_without_denominator", "100%", "A.III.6", ""),
        ("share", "100% hồ sơ giải quyết TTHC đúng hạn", "A.III.6", "A.III.6"),
    ],
    37: [("other_kind", "02 dự án KH&CN cấp", "A.III.7", "A.III.7")],
    40: [("duplicate_entry", "4. Dự án xây dựng công trình xưởng tuyển", "A.III.3", "A.III.3")],
    43: [("other_period", "6 THÁNG CUỐI NĂM 2023", "C", "")],
    44: [("other_period", "trong tháng", "B.1", "")],
    46: [("lunar_year", "Quý sửu năm 2023", "A.III.3", "")],
    47: [
        ("named_twice", PLAN, "A.III.4.b", "A.III.4.b"),
        ("standard", "TCVN ISO 9001:2015", "A.III.4.b", "A.III.4.b"),
    ],
}
BOUND = SAME | {
    1: [("two_values", "10", "A.III.2.a", "C.1")],
    3: [("sum", *SUM)],
    9: [("list_count", "05", "C.1", "C.1")],
    11: [("two_values", "Nấm Linh chi và Vân chi", "A.III.2.a", "B.2")],
    33: [("late_not_said", "Đã hoàn thành (Quyết định số 713/QĐ-UBND", "A.I", "A.I")],
}
TYPED = SAME | {
    1: [("twice_stated", "10 nhiệm vụ thực hiện", "A.III.2.a", "C.1")],
    3: [("typed_sum", *SUM)],
    9: [("typed_count", "05 đề tài, dự án", "C.1", "C.1")],
}
PAGE = settings.ROOT / "docs" / "report-checks.md"
ROWS = 57
# Words of the head of the report and of a part that stands in the form: no line of a section has them
IN_OTHER_LINES = {49: "Thông tư số 13/2021/TT-BKHCHN; Khối VHXXH thi đua, Khối VHXH, Khối VHXH."}


def inlines(line):
    return tuple(
        NoteMark(each.note) if each.kind == "note" else Text(each.text, each.bold, each.italic)
        for each in line.pieces
        if each.kind == "note" or each.text
    )


def typed_text(section):
    """What a section prints, as somebody types it who has no registers."""
    blocks = []
    for block in section.blocks:
        match block:
            case ReportLine():
                blocks.append(Paragraph(inlines(block), block.bullet))
            case RecordRows():
                head = tuple((Text(str(each.heading)),) for each in block.columns)
                rows = tuple(
                    tuple((Text(cell or "-"),) for cell in row) for row in block.occurrence.printed.rows
                )
                blocks.append(TypedTable(head, rows))
            case _:
                blocks.append(
                    TypedTable(
                        tuple(map(inlines, block.head)), tuple(tuple(map(inlines, row)) for row in block.rows)
                    )
                )
    blocks += [Note(key, inlines(note)) for key, note in section.notes.items()]
    return unparse(blocks)


def typed_out(instance):
    source = source_of(instance)
    sections = tuple(
        replace(
            each.source, text=typed_text(each), title=each.heading.text if each.heading else "", typed=True
        )
        for each in resolve(source).sections
    )
    return replace(source, sections=sections, overrides={})


def found_in(source):
    return [
        (each.code, each.value_1[:40], each.section_1, each.section_2)
        for each in run_checks(resolve(source))
        if each.code not in {"not_handed_in", "typed_over_data", "untouched"}
    ]


def every(found):
    return sorted(each for row in found.values() for each in row)


def test_the_bound_report_holds_these_slips_and_no_other(demo_year):
    assert sorted(found_in(source_of(demo_year.as_sent))) == every(BOUND)


def test_the_typed_report_holds_these_slips_and_no_other(demo_year):
    assert sorted(found_in(typed_out(demo_year.as_sent))) == every(TYPED)


def test_the_corrected_report_holds_none(demo_year):
    assert found_in(source_of(demo_year.computed)) == []
    assert found_in(typed_out(demo_year.computed)) == []


def test_letters_of_an_office_with_one_too_many():
    """They stand in the head of the report, which the form gives, and in its recipients."""
    report = replace(written("nine months", 2023), texts={"A.3": IN_OTHER_LINES[49]}, carried={})
    found = [
        (each.value_1, each.value_2) for each in run_checks(resolved(report)) if each.code == "abbreviation"
    ]
    assert found == [("BKHCHN", "BKHCN"), ("VHXXH", "VHXH")]


def test_the_page_states_each_slip_and_what_finds_it():
    rows = re.findall(r"^\| (\d+) \| [CALTO] \| [^|]+ \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, _by in rows] == list(range(1, ROWS + 1))
    named = {int(number): set(re.findall(r"`(\w+)`", by)) for number, by in rows}
    for report in (BOUND, TYPED):
        missing = {
            number: {code for code, *_rest in found} - named[number] for number, found in report.items()
        }
        assert {number: codes for number, codes in missing.items() if codes} == {}
    unfound = [
        number for number, by in rows if int(number) not in BOUND | TYPED | IN_OTHER_LINES and "–" not in by
    ]
    assert unfound == []


# A change in the text of the corrected report, and what is found: code, first value, second place and its value
PERIOD = "Kỳ báo cáo"
APPRAISED = (
    "{{neu_co}}Tổ chức thẩm định giá mua sắm đối với [KHTC-02] dự án: "
    "[KHTC-02:ten].{{neu_khong}}Thẩm định giá mua sắm của đề tài, dự án: không phát sinh.{{het}}"
)
CHANGES = {
    ("A.III.3", "[^7]: [BX-03:ten].", "[^7]: Phòng khám đa khoa Hoàng Gia; Bệnh viện đa khoa tỉnh."): (
        "typed_count", "03 giấy phép tiến hành", "Mục {key}, chú thích 7", "2 mục: Phòng khám đa khoa Hoàng Gia",
    ),
    ("A.III.3", "[^8]: [BX-04:ten].", "[^8]: Trung tâm Y tế huyện Ngân Sơn; Bệnh viện đa khoa tỉnh; Bệnh xá Công an tỉnh."): (
        "typed_count", "06 giấy phép", "Mục {key}, chú thích 8", "3 mục: Trung tâm Y tế huyện Ngân Sơn;",
    ),
    ("A.III.3", "Quý Mão năm 2023", "Giáp Thìn năm 2023"): (
        "lunar_year", "Giáp Thìn năm 2023", PERIOD, "2023: Quý Mão",
    ),
    (
        "A.III.4.a",
        (
            "{{neu_co}}Hoàn thành [DL-01] cuộc kiểm tra nhà nước về đo lường cụ thể:"
            "{{neu_khong}}Kiểm tra nhà nước về đo lường: không có cuộc nào hoàn thành.{{het}}"
        ),
        "Hoàn thành 05 cuộc kiểm tra nhà nước về đo lường cụ thể:",
    ): (
        "typed_count", "05 cuộc kiểm tra nhà", "Mục {key}", "4 mục: Kiểm tra việc chấp hành",
    ),
    ("A.III.4.d", "Cử công chức tham gia cùng Đội", "Cử 03 công chức (Nguyễn Văn An; Lê Thị Bình) tham gia cùng Đội"): (
        "typed_count", "03 công chức", "Mục {key}", "2 mục: Nguyễn Văn An; Lê Thị Bình",
    ),
    (
        "A.III.4.b",
        (
            "{{neu_co}}Tư vấn hướng dẫn, hỗ trợ [TX-01] tổ chức, cá nhân cập nhật dữ liệu phù hợp các tiêu chuẩn Việt Nam về truy xuất "
            "nguồn gốc trên địa bàn tỉnh (xây dựng áp dụng và quản lý hệ thống truy xuất nguồn gốc)"
            "{{neu_khong}}Hỗ trợ tổ chức, cá nhân về truy xuất nguồn gốc: không phát sinh{{het}}"
        ),
        (
            "Tư vấn hướng dẫn, hỗ trợ 15 tổ chức, cá nhân cập nhật dữ liệu phù hợp các tiêu chuẩn Việt Nam về truy xuất nguồn gốc trên "
            "địa bàn tỉnh (xây dựng áp dụng và quản lý hệ thống truy xuất nguồn gốc)"
        ),
    ): (
        "typed_beside_bound", "15 tổ chức, cá nhân", "Mục {key}", "14 (TX-02)",
    ),
    ("A.III.4.b", "Tiêu chuẩn quốc gia TCVN ISO 9001", "Tiêu chuẩn quốc gia TCVN 9001"): (
        "standard", "TCVN ISO 9001:2015", "Mục {key}", "TCVN 9001:2015",
    ),
    (
        "A.III.5.a",
        (
            "{{neu_co}}Giảm trừ thanh toán số tiền là [TTR-07:chu]{{neu_khong}}Không phát sinh giảm trừ thanh toán{{het}}"
            "{{neu_co}}; kiến nghị thu hồi số tiền là [TTR-08:chu]{{neu_khong}}{{het}}"
        ),
        "Giảm trừ thanh toán số tiền là 45.998.490 đồng (Bốn mươi năm triệu, chín trăm chín mươi tám nghìn, bốn trăm linh chín đồng)",
    ): (
        "amount_in_words", "45.998.490", "Mục {key}", "Bốn mươi năm triệu, chín trăm chín mươi tám nghìn",
    ),
    ("A.III.6", APPRAISED, "Tổ chức thẩm định giá đối với 04 dự án: Chè shan tuyết Chợ Mới; ngô sinh khối; Thạch đen Na Rì."): (
        "typed_count", "04 dự án", "Mục {key}", "3 mục: Chè shan tuyết Chợ Mới; ngô sinh khối; Thạch đen Na Rì.",
    ),
    ("A.III.6", APPRAISED, "Tổ chức thẩm định giá đối với 03 dự án: ngô sinh khối; Thạch đen Na Rì."): (
        "typed_count", "03 dự án", "Mục {key}", "2 mục: ngô sinh khối; Thạch đen Na Rì.",
    ),
    (
        "A.III.7",
        "{{neu_co}}Kết quả thực hiện [UD-18] nhiệm vụ KH&CN cấp tỉnh: {{neu_khong}}Nhiệm vụ KH&CN cấp tỉnh: {{het}}",
        "Kết quả thực hiện 02 dự án KH&CN cấp tỉnh: ",
    ): (
        "other_kind", "02 dự án KH&CN cấp", "Mục {key}", "Đề tài: “Nghiên cứu tuyển chọn",
    ),
    ("A.II", "Biểu số 21", "Biểu số 22"): ("missing_annex", "Biểu số 22", "Các đề mục của báo cáo", "không có"),
    ("B.1", "trong kỳ", "trong tháng"): ("other_period", "trong tháng", PERIOD, "9 tháng đầu năm 2023"),
    ("B.1", "các nhiệm vụ cơ bản", "các nhiệm vụ cơ bản năm 2022"): (
        "other_year", "năm 2022", PERIOD, "9 tháng đầu năm 2023",
    ),
    ("C.3", "ngày 14/11/2022 có hiệu lực", "ngày 14/11/2021 có hiệu lực"): (
        "document_day", "Luật Thanh tra năm 2022 ngày", "Mục {key}", "14/11/2021",
    ),
}  # fmt: skip


def test_changes_of_the_corrected_report_are_found_in_both_places(demo_year):
    source = source_of(demo_year.computed)
    readings = resolve(source).readings
    wrong = []
    for (key, old, new), (code, value, place, other) in CHANGES.items():
        [section] = [each for each in source.sections if each.key == key]
        assert section.text.count(old) == 1, (key, old)
        text = section.text.replace(old, new)
        sections = tuple(replace(each, text=text) if each is section else each for each in source.sections)
        found = [
            (each.code, each.place_1, each.value_1, each.place_2, each.value_2[: len(other)])
            for each in run_checks(resolve(replace(source, sections=sections), registry, readings))
            if each.code not in {"not_handed_in", "typed_over_data"}
        ]
        if found != [(code, f"Mục {key}", value, place.format(key=key), other)]:
            wrong.append((key, old, found))
    assert wrong == []
