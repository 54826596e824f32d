"""The PDF, set by Typst; read with poppler where it is installed."""

import json
import re
import subprocess
from dataclasses import replace

import pytest
import typst
from hypothesis import given, settings

from khcn.kernel.documents import layout, pdf
from khcn.kernel.documents.layout import BREAK
from khcn.kernel.documents.model import Annex, DocumentColumn, Heading, PageBreak, Paragraph, Run, Table
from khcn.kernel.documents.pdf import FontMissingError, render_pdf
from tests.kernel.documents_sample import (
    ASSIGNED,
    HOSTILE,
    SEED,
    WITH_ANNEX,
    documents,
    fonts,
    hostile_texts,
    long_document,
    text,
    tool,
)


def pages(document):
    """Text of each page, as laid out."""
    reader = tool("pdftotext")
    data = render_pdf(document, fonts())
    done = subprocess.run(
        [reader, "-layout", "-", "-"], input=data, check=True, capture_output=True, timeout=120
    )
    return done.stdout.decode().removesuffix("\f").split("\f")


def info(document, *options):
    data = render_pdf(document, fonts())
    done = subprocess.run(
        [tool("pdfinfo"), *options, "-"], input=data, check=True, capture_output=True, timeout=120
    )
    return done.stdout.decode(errors="replace")


def test_it_is_tagged_titled_a4_and_in_vietnamese():
    about = dict(re.findall(r"^([^:]+): +(.*)$", info(SEED), re.MULTILINE))
    assert about["Tagged"] == "yes"
    assert about["Title"].startswith("BÁO CÁO Kết quả thực hiện Quyết định số 2519/QĐ-UBND")
    assert about["Author"] == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    assert about["Page size"].endswith("(A4)")
    assert about["JavaScript"] == "no"
    assert b"/Lang(vi-VN)" in render_pdf(SEED, fonts())


def test_headings_tables_and_notes_are_tagged_as_such():
    structure = info(SEED, "-struct")
    tags = re.findall(r"^ *(H\d|Table|THead|TH|Note)\b", structure, re.MULTILINE)
    assert [tag for tag in tags if tag[0] == "H"] == [
        "H1",
        "H2",
        "H3",
        "H3",
        "H3",
        "H4",
        "H4",
        "H5",
        "H6",
        "H2",
    ]
    assert (tags.count("Table"), tags.count("TH"), tags.count("Note")) == (1, 4, 2)


def test_only_the_font_of_the_package_is_used():
    listed = subprocess.run(
        [tool("pdffonts"), "-"], input=render_pdf(WITH_ANNEX, fonts()), check=True, capture_output=True
    )
    names = {line.split()[0].partition("+")[2] for line in listed.stdout.decode().splitlines()[2:]}
    assert names == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}


def test_page_numbers_stand_on_top_from_page_two():
    first, *rest = pages(long_document(40))
    assert first.split()[:2] == ["UBND", "TỈNH"]
    assert len(rest) > 5
    assert [page.split()[0] for page in rest] == [str(number) for number in range(2, len(rest) + 2)]


def test_annex_pages_are_numbered_from_one_again():
    tall = replace(WITH_ANNEX.annexes[0], blocks=(replace(ASSIGNED, rows=ASSIGNED.rows * 6),))
    found = pages(replace(WITH_ANNEX, annexes=(tall, WITH_ANNEX.annexes[0])))
    assert [page.split()[0] for page in found] == ["UBND", "2", "3", "Phụ", "2", "3", "Phụ"]


def test_a_table_repeats_its_head_on_every_page():
    found = pages(replace(SEED, blocks=(replace(ASSIGNED, rows=ASSIGNED.rows * 12),)))
    with_rows = [page for page in found if "sáng kiến, đề tài nghiên cứu khoa học" in page]
    assert len(with_rows) >= 3
    assert all("Tiến độ theo kế" in page for page in with_rows)


def test_a_cell_longer_than_a_page_loses_no_word():
    words = [f"w{number}" for number in range(3000)]
    row = (text("1"), text(" ".join(words)), text(""), text(""))
    found = " ".join(pages(replace(SEED, blocks=(replace(ASSIGNED, rows=(row,)),)))).split()
    assert [word for word in found if re.fullmatch(r"w\d+", word)] == words


@pytest.mark.parametrize("lines", range(14, 26))
def test_the_signature_never_stands_alone_on_a_page(lines):
    body = tuple(Paragraph(text("Một dòng.")) for _ in range(lines))
    *_, last = pages(replace(SEED, bases=(), blocks=body))
    assert "Nguyễn Đình Điệp" in last
    assert "Trên đây là Báo cáo" in last
    assert "Nơi nhận:" in last


@pytest.mark.parametrize("lines", range(20, 25))
def test_a_point_stands_on_the_page_of_the_points_below_it(lines):
    filled = [Paragraph((Run(f"Đoạn {number}"),)) for number in range(lines)]
    points = (Paragraph((Run("Điểm trên"),), "-"), Paragraph((Run("Điểm dưới"),), "+"))
    found = [
        {word for word in ("trên", "dưới") if f"Điểm {word}" in page}
        for page in pages(replace(SEED, bases=(), blocks=(*filled, *points, *filled)))
    ]
    assert [each for each in found if each] == [{"trên", "dưới"}]


def test_equal_documents_have_equal_bytes():
    assert render_pdf(replace(WITH_ANNEX), fonts()) == render_pdf(WITH_ANNEX, fonts())
    assert render_pdf(replace(WITH_ANNEX, signer_name="Người khác"), fonts()) != render_pdf(
        WITH_ANNEX, fonts()
    )


def test_the_text_is_data_and_never_markup():
    blocks = tuple(Paragraph(text(item)) for item in HOSTILE)
    (*_, last) = found = pages(replace(SEED, blocks=(*blocks, PageBreak(), Paragraph(text("cuối")))))
    flat = " ".join(" ".join(found).split())
    for sentence in (
        '#import "@preview/cetz:0.3.0": *',
        "#panic() $x$ *đậm* _nghiêng_ @nhãn <nhãn> `mã` \\",
        "Tiếng Việt",
    ):
        assert sentence in flat
    assert "cuối" in last


def test_the_layout_loads_no_package_and_reads_no_file():
    source = pdf._TEMPLATE.read_text("utf-8")
    code = re.sub(r"//[^\n]*", "", source)
    assert not re.search(r"@preview|@local|#?\b(import|include|read|image|plugin|eval)\b", code)


def test_a_missing_font_is_named_with_its_folder(tmp_path):
    with pytest.raises(FontMissingError, match="Tinos") as refusal:
        render_pdf(SEED, tmp_path)
    assert str(tmp_path) in str(refusal.value)


@settings(max_examples=40, deadline=None)
@given(documents(hostile_texts))
def test_no_text_breaks_the_file(document):
    assert render_pdf(document, fonts()).startswith(b"%PDF-1.7")


def test_a_link_that_cannot_be_tagged_is_printed_without_tags(caplog):
    """Typst itself fails on it; a program that reads the paper aloud then has no structure to go by."""
    unseen = Heading(1, "", (), (Run("\xad", href="https://example.org/"),))
    annex = Annex(label="", title="", reference="", blocks=(Heading(1, "", ()), unseen))
    assert render_pdf(replace(SEED, annexes=(annex,)), fonts()).startswith(b"%PDF-1.7")
    assert "printed without tags" in caplog.text


def measured(texts, weight, style="normal"):
    """Widths in mm of lines of 12 points in the document's own font."""
    source = (
        f'#context [#metadata(json(bytes(sys.inputs.texts)).map(line => measure(text(font: "{pdf.FONT_FAMILY}", '
        f'size: 12pt, weight: "{weight}", style: "{style}", line)).width.mm())) <w>]'
    )
    compiler = typst.Compiler(
        source.encode(),
        font_paths=[fonts()],
        ignore_system_fonts=True,
        sys_inputs={"texts": json.dumps(texts)},
    )
    return json.loads(compiler.query("<w>", field="value", one=True))


def test_widths_of_rules_agree_with_the_font():
    lines = ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Độc lập - Tự do - Hạnh phúc", "Kết quả thực hiện, đợt 2"]
    assert [layout.bold_width_mm(line, 12) for line in lines] == pytest.approx(
        measured(lines, "bold"), rel=0.02
    )


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("style", ["normal", "italic"])
def test_words_are_as_wide_as_they_are_taken_to_be(weight, style):
    """At most a tenth wider, which is the letters with horns and a few signs in italics, and at most half narrower."""
    words = "Nghiên cứu ứng dụng NGƯỜI ĐƯỜNG 0123456789 &@#$%*_<>+\\/:;'\" jJWMilf 2519/QĐ-UBND".split()
    for word, wide in zip(words, measured(words, weight, style), strict=True):
        assumed = (
            sum(layout._units(letter, bold=weight == "bold") for letter in word)
            / 1000
            * 12
            * layout.MM_PER_PT
        )
        assert wide / 1.1 < assumed < wide * 1.5, word


TEN = "7" * 10  # ten digits of 12 points are 21.2 mm wide


@pytest.mark.parametrize(
    ("texts", "room_mm", "expected"),
    [
        ([(TEN, False)], 21.3, [TEN]),
        ([(TEN, False)], 21.0, [BREAK.join(TEN)]),
        ([("7" * 5, True), ("7" * 5, False)], 21.0, [BREAK.join("7" * 5) + BREAK, BREAK.join("7" * 5)]),
        ([("77777 ", True), ("7" * 5, False)], 21.0, ["77777 ", "7" * 5]),
        ([("hợp-đồng", False)], 10.0, ["hợp-đồng"]),
        ([("hợp-đồng", False)], 5.0, [f"{BREAK.join('hợp-')}{BREAK.join('đồng')}"]),
        ([("a\u00a0b", False)], 5.0, [BREAK.join("a\u00a0b")]),
        ([("e\u0302\u0323x\u0300", False)], 1.0, [f"e\u0302\u0323{BREAK}x\u0300"]),
        ([("ab", False), ("", False)], -3.8, [f"a{BREAK}b", ""]),
        ([], 10.0, []),
    ],
)
def test_only_words_wider_than_their_line_may_break_in_themselves(texts, room_mm, expected):
    assert layout.with_breaks(texts, 12, room_mm) == tuple(expected)


def test_a_place_to_break_leaves_no_letter_in_the_printed_text():
    columns = (DocumentColumn("Hàm lượng", 15), DocumentColumn("", 100))
    table = Table(columns, ((text(f"0123456789{BREAK}abcdefghij"), text("đ")),))
    printed = "".join(pages(replace(SEED, blocks=(table,))))
    assert BREAK not in printed
    assert re.sub(r"\s", "", printed).count("abcdefghij") == 1


def test_a_unit_with_a_stroke_is_not_broken_at_the_end_of_a_line():
    blocks = tuple(Paragraph(text(f"{'a' * n} " + "công suất 300 m³/năm " * 12)) for n in range(1, 20))
    lines = "\n".join(pages(replace(SEED, blocks=blocks))).splitlines()
    assert [line for line in lines if line.rstrip().endswith("m³/")] == []
    assert "".join(lines).replace("\u2060", "").count("m³/năm") == 12 * len(blocks)
