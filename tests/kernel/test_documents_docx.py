"""The Word file, read back with python-docx and, where it is installed, LibreOffice."""

import datetime as dt
import io
import re
import subprocess
import time
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from lxml import etree

from khcn.kernel.documents.docx import render_docx
from khcn.kernel.documents.model import Paragraph, Run
from tests.kernel.documents_sample import (
    ASSIGNED,
    SEED,
    WITH_ANNEX,
    documents,
    hostile_texts,
    long_document,
    text,
    tool,
)


def opened(document):
    return docx.Document(io.BytesIO(render_docx(document)))


def part(document, name):
    with zipfile.ZipFile(io.BytesIO(render_docx(document))) as package:
        return etree.fromstring(package.read(name))


def test_page_is_a4_with_the_margins_of_the_decree():
    (section,) = opened(SEED).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm, 1) for margin in margins] == [20, 20, 30, 20]


def test_page_number_is_centred_on_top_and_not_on_the_first_page():
    (section,) = opened(SEED).sections
    assert section.different_first_page_header_footer
    (paragraph,) = section.header.paragraphs
    assert "".join(node.text for node in paragraph._p.iter(qn("w:instrText"))) == " PAGE "
    assert paragraph.style.paragraph_format.alignment == 1
    assert paragraph.style.font.size == Pt(13)
    assert [item.text for item in section.first_page_header.paragraphs] == [""]


def test_body_is_times_14_justified_with_first_line_and_gap():
    document = opened(SEED)
    fonts = document.styles.element.find(f".//{qn('w:rFonts')}")
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "Times New Roman"
    }
    style = document.styles["Body Text"]
    assert style.font.size == Pt(14)
    assert style.paragraph_format.alignment == 3
    assert round(style.paragraph_format.first_line_indent.cm, 2) == 1.27
    assert style.paragraph_format.space_after == Pt(6)
    assert 1.0 <= style.paragraph_format.line_spacing <= 1.5


def test_heading_looks_follow_the_report():
    styles = opened(SEED).styles
    looks = [
        (styles[f"Heading {level}"].font.bold, styles[f"Heading {level}"].font.italic)
        for level in range(1, 6)
    ]
    assert looks == [(True, None), (True, None), (True, None), (True, True), (None, True)]
    assert [styles[f"Heading {level}"].font.size for level in range(1, 6)] == [Pt(14)] * 5
    assert all(styles[f"Heading {level}"].paragraph_format.keep_with_next for level in range(1, 6))


def test_order_of_the_blocks():
    document = opened(SEED)
    order = [
        (child.pPr.pStyle.val if child.tag == qn("w:p") else "table")
        for child in document.element.body
        if child.tag != qn("w:sectPr")
    ]
    assert order == [
        "table", "Title", "Subtitle", "Normal", "Addressee", "BodyText", "BodyText",
        "Heading1", "Heading2", "table", "AfterTable", "Heading2", "BodyText", "Heading2", "Heading3", "BodyText",
        "Heading3", "Heading4", "BodyText", "BodyText", "Heading4", "Heading5", "AfterTable",
        "Heading1", "BodyText", "BodyText", "table", "AfterTable",
    ]  # fmt: skip


def test_letterhead_has_two_columns_without_borders_and_three_rules_of_the_right_length():
    head = opened(SEED).tables[0]
    assert [[cell.text.strip() for cell in row.cells] for row in head.rows] == [
        [
            "UBND TỈNH BẮC KẠN\nSỞ KHOA HỌC VÀ CÔNG NGHỆ",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
        ],
        [
            "Số: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-SKHCN",
            "Bắc Kạn, ngày \u00a0\u00a0\u00a0 tháng 9 năm 2023",
        ],
    ]
    assert head._tbl.tblPr.find(qn("w:tblBorders")) is None
    lengths = []
    for cell, name in zip(head.rows[0].cells, (64.5, 56.1), strict=True):
        rule = cell.paragraphs[2]
        assert rule._p.find(f".//{qn('w:pBdr')}/{qn('w:top')}").get(qn("w:val")) == "single"
        length = cell.width - rule.paragraph_format.left_indent - rule.paragraph_format.right_indent
        lengths.append(round(length / Mm(1) / name, 2))
    assert 1 / 3 <= lengths[0] <= 1 / 2
    assert lengths[1] == pytest.approx(1, abs=0.03)


def test_table_repeats_its_head_and_keeps_rows_whole():
    table = opened(SEED).tables[1]
    assert [cell.text for cell in table.rows[0].cells] == [column.title for column in ASSIGNED.columns]
    assert [cell.text for cell in table.rows[2].cells] == [cell[0].text for cell in ASSIGNED.rows[1]]
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows]
    assert heads == [True, False, False]
    assert whole == [True, True, True]
    assert [round(cell.width.mm) for cell in table.rows[0].cells] == [10, 70, 32, 48]


def test_a_row_taller_than_a_page_may_split():
    row = (text("1"), text("chữ " * 3000), text(""), text(""))
    table = opened(replace(SEED, blocks=(replace(ASSIGNED, rows=(row,)),))).tables[1]
    assert table.rows[1]._tr.find(f".//{qn('w:cantSplit')}") is None


def test_footnotes_are_real():
    notes = part(SEED, "word/footnotes.xml")
    kinds = [(note.get(qn("w:id")), note.get(qn("w:type"))) for note in notes]
    assert kinds == [("-1", "separator"), ("0", "continuationSeparator"), ("1", None), ("2", None)]
    texts = ["".join(node.text for node in note.iter(qn("w:t"))).strip() for note in notes[2:]]
    assert texts[0].startswith("Trong đó: 22 nhiệm vụ cấp tỉnh, 06 nhiệm vụ NTMN")
    assert texts[1].endswith("áp suất thường (JEVA).")
    for note in notes[2:]:
        assert note.find(f".//{qn('w:pStyle')}").get(qn("w:val")) == "FootnoteText"
        assert len(list(note.iter(qn("w:footnoteRef")))) == 1
    marks = part(SEED, "word/document.xml").iter(qn("w:footnoteReference"))
    assert [mark.get(qn("w:id")) for mark in marks] == ["1", "2"]
    assert len(part(SEED, "word/settings.xml").findall(f".//{qn('w:footnotePr')}/{qn('w:footnote')}")) == 2


def test_a_line_before_a_line_break_is_not_stretched():
    justified = part(SEED, "word/styles.xml").findall(f".//{qn('w:jc')}[@{qn('w:val')}='both']")
    assert justified != []
    assert (
        part(SEED, "word/settings.xml").find(f"{qn('w:compat')}/{qn('w:doNotExpandShiftReturn')}") is not None
    )


def test_the_whole_address_is_a_link_and_the_one_within_the_application_is_not():
    with zipfile.ZipFile(io.BytesIO(render_docx(SEED))) as package:
        relations = package.read("word/_rels/document.xml.rels").decode()
    assert re.findall('Target="([^"]*)" TargetMode="External"', relations) == [
        "https://example.org/van-ban?so=1&amp;nam=2023"
    ]


def test_recipients_left_and_signature_right_stay_with_the_last_sentence():
    document = opened(replace(SEED, signer_capacity=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")))
    foot = document.tables[-1]
    left, right = foot.rows[0].cells
    assert left.text.split("\n")[:3] == ["Nơi nhận:", "Bản điện tử:", "- Như trên;"]
    assert left.text.endswith("- Lưu: VT.")
    assert right.text.split("\n") == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Đình Điệp"]
    head, listed = left.paragraphs[0].style, left.paragraphs[2].style
    assert (head.font.size, head.font.bold, head.font.italic) == (Pt(12), True, True)
    assert (listed.font.size, listed.font.bold, listed.font.italic) == (Pt(11), None, None)
    assert foot.rows[0]._tr.find(f".//{qn('w:cantSplit')}") is not None
    last = document.paragraphs[-2]
    assert last.text.endswith("của Sở Khoa học và Công nghệ./.")
    assert last.paragraph_format.keep_with_next
    assert last.paragraph_format.keep_together


def test_what_others_hang_on_stays_on_their_page():
    points = [("", "Lời dẫn:"), ("-", "Điểm trên"), ("+", "Điểm dưới"), ("+", "Điểm dưới"), ("", "Đoạn khác")]
    blocks = tuple(Paragraph((Run(text),), bullet) for bullet, text in points)
    body = opened(replace(SEED, blocks=blocks)).paragraphs
    sticky = [
        each.text for each in body if each.style.name == "Body Text" and each.paragraph_format.keep_with_next
    ]
    assert sticky[:2] == ["Lời dẫn:", "- Điểm trên"]
    assert not {"+ Điểm dưới", "Đoạn khác"} & {*sticky}


def test_an_annex_has_its_own_pages_numbered_from_one():
    body, annex = opened(WITH_ANNEX).sections
    assert body.page_width < body.page_height
    assert annex.page_width > annex.page_height
    assert annex._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert annex.different_first_page_header_footer


def test_a_draft_says_so_and_a_clean_copy_does_not():
    assert "DỰ THẢO" in opened(replace(SEED, is_draft=True)).tables[0].rows[1].cells[0].text
    assert "DỰ THẢO" not in opened(SEED).tables[0].rows[1].cells[0].text


def test_marks_stay_off_paper():
    with zipfile.ZipFile(io.BytesIO(render_docx(SEED))) as package:
        everything = "".join(package.read(name).decode() for name in package.namelist())
    for word in ("minh họa", "nhập tay", "override", "illustrative", "typed"):
        assert word not in everything


def test_properties_name_the_document_and_nothing_of_the_machine():
    properties = opened(WITH_ANNEX).core_properties
    assert properties.title.startswith("BÁO CÁO Kết quả thực hiện Quyết định số 2519/QĐ-UBND")
    assert (properties.author, properties.last_modified_by) == ("SỞ KHOA HỌC VÀ CÔNG NGHỆ",) * 2
    assert properties.language == "vi-VN"
    assert properties.created == properties.modified == dt.datetime(2023, 9, 14, tzinfo=dt.UTC)
    styles = part(SEED, "word/styles.xml")
    assert styles.find(f".//{qn('w:lang')}").get(qn("w:val")) == "vi-VN"


def test_equal_documents_have_equal_bytes(monkeypatch):
    first = render_docx(WITH_ANNEX)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    assert render_docx(replace(WITH_ANNEX)) == first
    assert render_docx(replace(WITH_ANNEX, signer_name="Người khác")) != first


@settings(max_examples=60, deadline=None)
@given(documents(hostile_texts))
def test_no_text_breaks_the_file(document):
    data = render_docx(document)
    assert render_docx(document) == data
    docx.Document(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            etree.fromstring(package.read(name))


def test_the_number_of_a_document_never_breaks_over_lines():
    words = "Theo Quyết định số 25/2017/QĐ-UBND và Chỉ thị số 24-CT/TU, giai đoạn 2021-2025, lần 3 - đợt 2"
    document = replace(WITH_ANNEX, blocks=(Paragraph((Run(words),)),), annexes=())
    data = render_docx(document)
    [paragraph] = [each for each in docx.Document(io.BytesIO(data)).paragraphs if "giai đoạn" in each.text]
    assert paragraph.text == words.replace("số 2", "số\u00a02")
    hyphens = paragraph._p.xpath(".//w:noBreakHyphen/preceding-sibling::w:t[1]/text()")
    assert [each.rpartition(" ")[2] for each in hyphens] == ["số\u00a025/2017/QĐ", "số\u00a024"]


def test_sixty_pages_in_three_seconds():
    document = long_document(300)
    started = time.process_time()
    data = render_docx(document)
    assert time.process_time() - started < 3
    assert len(docx.Document(io.BytesIO(data)).paragraphs) > 300


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_finds_the_same_pages_and_notes(tmp_path):
    office, reader = tool("soffice"), tool("pdftotext")
    document = replace(
        WITH_ANNEX,
        blocks=(
            *WITH_ANNEX.blocks,
            Paragraph((Run("R&D < 5 > 3 \x07 ]]> {{ }}"),)),
            replace(ASSIGNED, rows=ASSIGNED.rows * 8),
        ),
    )
    source = tmp_path / "bao-cao.docx"
    source.write_bytes(render_docx(document))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pages = subprocess.run(
        [reader, "-layout", tmp_path / "bao-cao.pdf", "-"], check=True, capture_output=True, timeout=120
    ).stdout.decode()
    first, *middle, annex = pages.strip("\f").split("\f")
    assert first.split()[:3] == ["UBND", "TỈNH", "BẮC"]
    assert [page.split()[0] for page in middle] == [str(number) for number in range(2, len(middle) + 2)]
    assert annex.split()[:3] == ["Phụ", "lục", "BIỂU"]
    flat = " ".join(pages.split())
    assert "R&D < 5 > 3 ]]> {{ }}" in flat
    with_rows = [page for page in (first, *middle, annex) if "sáng kiến" in page]
    assert len(with_rows) >= 4
    assert all("Tiến độ theo kế" in page for page in with_rows)
    assert "2 Ứng dụng tiến bộ KH&CN" in flat
