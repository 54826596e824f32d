import json
from dataclasses import replace
from datetime import date

import pytest

from khcn.kernel.documents.model import Heading, Mark, Paragraph, Table, figures, iter_runs
from khcn.kernel.documents.serialization import from_dict
from khcn.reports.composing.compose import compose
from khcn.reports.composing.figure_chips import chips
from khcn.reports.composing.rendering import preview_section, render
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.composing.tables import figure_rows
from khcn.reports.texts.markup import MarkupProblem
from tests.reports.conftest import a_province
from tests.reports.forms_given import with_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(form, figures, regime, seed_data):
    return source_from_form(form, regime.period(form.period_kind, 2023))


def text(runs):
    return "".join(run.text for run in runs)


def test_the_document_says_what_the_form_and_the_data_say(source):
    document = compose(resolve(source))
    assert document.subject == "Kết quả thực hiện nhiệm vụ 9 tháng đầu năm 2023"
    assert [text(base) for base in document.bases] == [
        "Thực hiện Quyết định số 19/2019/QĐ-UBND.",
        "Sở báo cáo kết quả 9 tháng đầu năm 2023 như sau:",
    ]
    assert [
        (block.level, block.label, text(block.runs))
        for block in document.blocks
        if isinstance(block, Heading)
    ] == [
        (1, "A.", "Kết quả thực hiện"),
        (4, "a)", "Quản lý các nhiệm vụ"),
        (1, "B.", "Đánh giá chung"),
        (1, "C.", "Phương hướng, nhiệm vụ 3 tháng cuối năm 2023"),
    ]
    assert [(block.bullet, text(block.runs)) for block in document.blocks if isinstance(block, Paragraph)] == [
        ("", "Sở quản lý 31 nhiệm vụ chuyển tiếp."),
        ("-", "Gia hạn thời gian thực hiện dự án Nấm Linh chi và Vân chi."),
        ("-", "Hội đồng xác định được 10 nhiệm vụ thực hiện từ năm 2024."),
        ("", "Trong 9 tháng đầu năm 2023, các nhiệm vụ cơ bản hoàn thành. Đã giải quyết đúng hạn 40/46 hồ sơ (86,96 %)."),
        ("-", "Nghiệm thu cấp tỉnh 04 đề tài, dự án: Chuối tây; Tuyển chọn chủng vi sinh vật gốc; Tuyên giáo cơ sở; Hệ thống TTHTX."),
        ("-", "Nhiệm vụ thực hiện từ năm 2024 (10 nhiệm vụ)."),
        ("-", "Gia hạn: Nấm Linh chi và Vân chi."),
    ]  # fmt: skip
    notes = [text(run.note.runs) for run in iter_runs(document) if run.note]
    assert notes == [
        "Trong đó: 22 nhiệm vụ cấp tỉnh, 06 nhiệm vụ NTMN, 02 nhiệm vụ cấp quốc gia, 01 nhiệm vụ sở hữu trí tuệ"
    ]
    assert figures(document) == (
        ("NV-02", "31"), ("NV-04", "22"), ("NV-05", "06"), ("NV-07", "02"), ("NV-08", "01"),
        ("DC-02", "Nấm Linh chi và Vân chi"), ("NV-14", "10"), ("NT-06", "04"),
        ("NT-06", "Chuối tây; Tuyển chọn chủng vi sinh vật gốc; Tuyên giáo cơ sở; Hệ thống TTHTX"),
        ("NV-14", "10"), ("DC-02", "Nấm Linh chi và Vân chi"),
    )  # fmt: skip


def test_a_table_of_records_and_marks_of_typed_text(source):
    document = compose(resolve(source))
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert [(column.title, column.width_mm, column.align) for column in table.columns] == [
        ("TT", 10, "center"), ("Nội dung", 90, "left"), ("Kết quả thực hiện", 60, "left"),
    ]  # fmt: skip
    assert [[text(cell) for cell in row] for row in table.rows] == [
        ["1", "Sửa đổi Quyết định số 731/QĐ-UBND", "Đã hoàn thành, chậm 24 ngày"],
        ["2", "Xây dựng hệ thống truy xuất nguồn gốc", "Đang thực hiện"],
    ]
    assert [run.text for run in iter_runs(document) if run.mark is Mark.TYPED] == [
        "Trong ",
        ", các nhiệm vụ cơ bản hoàn thành. Đã giải quyết đúng hạn 40/46 hồ sơ (86,96 %).",
    ]


def test_each_figure_is_read_once(source, django_assert_num_queries):
    a_province()
    # nine printed figures, and the name of the province on two days; the tenth figure, TC-01, is bound without being printed
    with django_assert_num_queries(11):
        compose(resolve(source))


def test_a_run_in_heading_an_empty_list_and_money(source, make):
    form = with_section(
        source.form, "B", title="Tổng hợp:", text="Thu [TC-01:chu]; [TC-01:so].\n- a", typed=False
    )
    document = compose(resolve(source_from_form(form, source.period)))
    heading = next(block for block in document.blocks if isinstance(block, Heading) and block.tail)
    assert (text(heading.runs), text(heading.tail)) == ("Tổng hợp:", "Thu 0 đồng (Không đồng); 0.")
    early = with_section(source.form, "B", text="Gồm [NT-06:ten].", typed=False)
    period = type(source.period)(
        source.period.start.replace(year=2020), source.period.end.replace(year=2021), 2021
    )
    blocks = compose(resolve(source_from_form(early, period))).blocks
    assert "Gồm không phát sinh." in [text(block.runs) for block in blocks if isinstance(block, Paragraph)]


def test_one_document_four_files(source):
    document = compose(resolve(source))
    assert from_dict(json.loads(render(document, "json"))) == document
    assert render(document, "docx")[:2] == b"PK"
    assert render(document, "pdf")[:5] == b"%PDF-"
    assert "31</a>" not in (page := render(document, "html").decode())
    assert "Nghiệm thu cấp tỉnh" in page


def test_a_preview_stores_nothing_and_says_where_a_mark_is_wrong(source):
    document = preview_section(source, "C", "Nghiệm thu [NT-06] đề tài.", title="Thử {{nam}}")
    assert [text(block.runs) for block in document.blocks] == ["Thử 2023", "Nghiệm thu 04 đề tài."]
    with pytest.raises(MarkupProblem) as caught:
        preview_section(source, "C", "a\nNghiệm thu [NT-06 đề tài.")
    assert (caught.value.line, caught.value.column) == (2, 12)


def test_chips_name_what_is_bound(source):
    found = chips("[NV-02] [NV-02] [NT-06:ten] {{ky}} x[^1] [XX-01]\n[NG-01:bang]\n[^1]: a", source.period)
    assert [(chip.kind, chip.source, chip.label, chip.shown) for chip in found] == [
        ("figure", "[NV-02]", "Nhiệm vụ chuyển tiếp", ""),
        ("figure", "[NT-06:ten]", "Đến hạn nghiệm thu", ""),
        ("variable", "{{ky}}", "kỳ báo cáo", "9 tháng đầu năm 2023"),
        ("note", "[^1]", "Chú thích 1", ""),
        ("figure", "[XX-01]", "Mã XX-01 chưa có trong sổ nào", ""),
        ("figure", "[NG-01:bang]", "Nhiệm vụ được giao", ""),
    ]


def test_a_statement_is_one_row_and_equals_its_records(source):
    rows = figure_rows(resolve(source))
    assert [(row.figure_id, row.code, row.value, row.records) for row in rows] == [
        ("F008", "NV-02", "31", 31), ("F010", "NV-04", "22", 22), ("F011", "NV-04", "22", 22),
        ("F012", "NV-05", "6", 6), ("F046", "NV-14", "10", 10), ("", "NG-01", "2", 2), ("", "NV-07", "2", 2),
        ("", "NV-08", "1", 1), ("", "DC-02", "1", 1), ("", "NT-06", "4", 4), ("", "TC-01", "0", 0),
    ]  # fmt: skip
    assert all(len(row.ids) == row.records for row in rows)


def test_one_record_more_moves_exactly_the_figures_that_count_it(source, make):
    before = {row.code: row.value for row in figure_rows(resolve(source))}
    make("NV-05", 1, start=7)
    after = {row.code: row.value for row in figure_rows(resolve(source))}
    assert {code: (before[code], after[code]) for code in before if before[code] != after[code]} == {
        "NV-02": ("31", "32"),
        "NV-05": ("6", "7"),
    }


def test_an_annex_names_the_report_by_number_and_day(form, figures, regime, seed_data):
    head = replace(form.letterhead, issuer="Sở Khoa học và Công nghệ")
    annexed = replace(form, letterhead=head, sections=(replace(form.sections[-1], annex=True),))
    draft = source_from_form(annexed, regime.period(form.period_kind, 2023))
    signed = replace(draft, doc_number="5/BC-SKHCN", signed_on=date(2023, 9, 14))
    printed = [each.reference for source in (draft, signed) for each in compose(resolve(source)).annexes]
    assert [" ".join(each.split()) for each in printed] == [
        "(Kèm theo Báo cáo số /BC-SKHCN ngày tháng 9 năm 2023 của Sở Khoa học và Công nghệ)",
        "(Kèm theo Báo cáo số 05/BC-SKHCN ngày 14 tháng 9 năm 2023 của Sở Khoa học và Công nghệ)",
    ]


def test_columns_of_a_typed_table_are_as_wide_as_their_text_asks(form, figures, regime, seed_data):
    rows = f"| TT | Nội dung | Kết quả |\n| -- | -- | -- |\n| 1 | {'chữ' * 16} | {'chữ' * 4} |"
    typed = replace(form, sections=(replace(form.sections[-1], text=rows),))
    (table,) = (
        each
        for each in compose(resolve(source_from_form(typed, regime.period(form.period_kind, 2023)))).blocks
        if isinstance(each, Table)
    )
    assert [(round(each.width_mm), each.align) for each in table.columns] == [
        (15, "center"),
        (100, "left"),
        (50, "left"),
    ]
