"""The document as a value: figures, wording of the fixed lines, JSON form."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given

from khcn.kernel.documents import layout, printed_text
from khcn.kernel.documents.model import (
    DocumentColumn,
    Footnote,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Table,
    UnprintableDocumentError,
    figures,
    iter_runs,
)
from khcn.kernel.documents.printed_text import capacity_lines
from khcn.kernel.documents.serialization import FORMAT, fingerprint, from_dict, to_dict
from tests.kernel.documents_sample import ASSIGNED, SEED, WITH_ANNEX, documents, hostile_texts, text


def test_figures_come_in_reading_order_with_those_of_footnotes_at_their_mark():
    assert figures(SEED) == (
        ("normative_documents", "01"),
        ("tasks.managed", "40"),
        ("tasks.carried_over", "31"),
        ("carried_over.province", "22"),
        ("carried_over.rural", "06"),
        ("tasks.new", "09"),
        ("tasks.central", "04"),
    )


def test_figures_are_found_in_every_part():
    def one(code):
        return (Run(code, figure=code),)

    table = Table((DocumentColumn("a", 10),), ((one("cell"),),))
    annex = replace(WITH_ANNEX.annexes[0], blocks=(Paragraph(one("annex")),))
    document = replace(
        SEED,
        bases=(one("base"),),
        blocks=(Heading(1, "A.", one("heading"), one("tail")), table, PageBreak()),
        closing=one("closing"),
        annexes=(annex,),
    )
    found = ("base", "heading", "tail", "cell", "closing", "annex")
    assert figures(document) == tuple((code, code) for code in found)


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("", "Số: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-SKHCN"),
        ("5", "Số: 05/BC-SKHCN"),
        ("05", "Số: 05/BC-SKHCN"),
        ("123", "Số: 123/BC-SKHCN"),
        ("12a", "Số: 12a/BC-SKHCN"),
    ],
)
def test_number_line(number, printed):
    assert printed_text.number_line(replace(SEED, number=number)) == printed


@pytest.mark.parametrize(
    ("signed_on", "month", "printed"),
    [
        (None, 9, "Bắc Kạn, ngày \u00a0\u00a0\u00a0 tháng 9 năm 2023"),
        (None, 2, "Bắc Kạn, ngày \u00a0\u00a0\u00a0 tháng 02 năm 2023"),
        (dt.date(2023, 9, 14), 9, "Bắc Kạn, ngày 14 tháng 9 năm 2023"),
        (dt.date(2024, 1, 3), 12, "Bắc Kạn, ngày 03 tháng 01 năm 2024"),
        (dt.date(2024, 10, 3), 9, "Bắc Kạn, ngày 03 tháng 10 năm 2024"),
    ],
)
def test_date_line(signed_on, month, printed):
    assert printed_text.date_line(replace(SEED, signed_on=signed_on, month=month)) == printed


def test_addressees_and_recipients_are_punctuated_once():
    one = replace(SEED, addressees=("Sở Kế hoạch và Đầu tư.",), recipients=("- Như trên;", "Lưu: VT."))
    assert printed_text.address_lines(one) == ("Kính gửi: Sở Kế hoạch và Đầu tư.",)
    assert printed_text.recipient_lines(one) == ("- Như trên;", "- Lưu: VT.")
    several = replace(SEED, addressees=("UBND tỉnh", "Sở Tài chính"))
    assert printed_text.address_lines(several) == ("Kính gửi:", "- UBND tỉnh;", "- Sở Tài chính.")
    assert printed_text.address_lines(replace(SEED, addressees=())) == ()


@pytest.mark.parametrize("typed", ["của Sở", "của Sở.", "của Sở./.", "của Sở ./. "])
def test_the_last_sentence_ends_with_the_sign_of_the_end_once(typed):
    runs = printed_text.closing_runs(replace(SEED, closing=text(typed)))
    assert "".join(run.text for run in runs) == "của Sở./."


def test_headings_of_the_first_level_are_capitals_and_the_others_stay():
    label = text("Kết quả, đạt 10 ha")
    assert (
        "".join(run.text for run in printed_text.heading_runs(Heading(1, "A.", label)))
        == "A. KẾT QUẢ, ĐẠT 10 HA"
    )
    assert (
        "".join(run.text for run in printed_text.heading_runs(Heading(2, "I.", label)))
        == "I. Kết quả, đạt 10 ha"
    )


def test_printable_keeps_text_and_drops_what_xml_or_the_eye_cannot_bear():
    assert printed_text.printable("a\x00b\x1fc\ufffed\u202ee\ud800f") == "abcdef"
    assert printed_text.printable("một\thai\r\nba\rbốn") == "một hai\nba\nbốn"
    assert printed_text.printable("Vie\u0323\u0302t \U0001f33e\u00a0<&>") == "Việt \U0001f33e\u00a0<&>"


def test_a_table_wider_than_the_text_is_narrowed_and_a_narrow_one_is_not():
    wide = [DocumentColumn("", 200), DocumentColumn("", 120)]
    assert layout.column_widths_mm(wide, 160) == (100, 60)
    assert layout.column_widths_mm(ASSIGNED.columns, 160) == (10, 70, 32, 48)


def test_only_rows_that_may_outgrow_the_page_may_split():
    long_row = (text("1"), text("chữ " * 2000), text(""), text(""))
    table = replace(ASSIGNED, rows=(*ASSIGNED.rows, long_row))
    assert layout.rows_that_may_split(table, 160) == (False, False, True)


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: Run("a", href="javascript:alert(1)"), "https://"),
        (lambda: Run("a", href="//example.org/x"), "https://"),
        (lambda: Footnote((Run("a", note=Footnote(text("b"))),)), "chú thích khác"),
        (lambda: Heading(6, "x)", ()), "từ 1 đến 5"),
        (lambda: Paragraph((), indent=5), "từ 0 đến 4"),
        (lambda: Table((), (), "Biểu 1"), "không có cột nào"),
        (lambda: Table((DocumentColumn("TT", 0),), ()), "lớn hơn 0"),
        (
            lambda: replace(ASSIGNED, caption="Biểu 1", rows=((text("1"),),)),
            "dòng 1 có 1 ô trong khi bảng có 4 cột",
        ),
        (lambda: replace(SEED, month=13), "tháng 13 năm 2023"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_reason(build, reason):
    with pytest.raises(UnprintableDocumentError) as refusal:
        build()
    assert reason in str(refusal.value)


@given(documents(hostile_texts))
def test_json_gives_an_equal_document_back(document):
    stored = json.dumps(to_dict(document))
    again = from_dict(json.loads(stored))
    assert again == document
    assert json.dumps(to_dict(again)) == stored
    assert fingerprint(again) == fingerprint(document)
    assert figures(again) == figures(document)


def test_the_fingerprint_changes_with_any_text_and_only_then():
    runs = list(iter_runs(SEED))
    assert len(runs) > 30
    assert fingerprint(replace(SEED)) == fingerprint(SEED)
    assert fingerprint(replace(SEED, signer_name="Nguyễn Đình Điệp ")) != fingerprint(SEED)


def test_the_stored_form_leaves_defaults_out_so_that_new_fields_change_no_old_report():
    stored = to_dict(replace(SEED, blocks=(Paragraph(text("a")), PageBreak())))
    assert stored["format"] == FORMAT
    assert stored["blocks"] == [{"block": "paragraph", "runs": [{"text": "a"}]}, {"block": "page_break"}]
    assert "signed_on" not in stored
    assert "annexes" not in stored


@pytest.mark.parametrize(
    "damage",
    [
        {"format": 2},
        {"format": FORMAT, "signed_on": "14/9/2023"},
        {"format": FORMAT, "blocks": [{"block": "poem"}]},
        {"format": FORMAT, "blocks": [{"block": "paragraph", "runs": [{"txt": "a"}]}]},
        {"format": FORMAT, "unknown": 1},
    ],
)
def test_damaged_or_foreign_data_are_refused(damage):
    with pytest.raises(UnprintableDocumentError):
        from_dict(to_dict(SEED) | damage)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("GIÁM ĐỐC", ("GIÁM ĐỐC",)),
        ("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ("KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ("TL. GIÁM ĐỐC / TRƯỞNG PHÒNG", ("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG")),
        ("PHÓ GIÁM ĐỐC", ("PHÓ GIÁM ĐỐC",)),
        (" ", ()),
    ],
)
def test_who_signs_for_another_has_two_lines(typed, lines):
    assert capacity_lines(typed) == lines
    assert tuple(line for each in lines for line in capacity_lines(each)) == lines
