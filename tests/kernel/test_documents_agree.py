"""Word, PDF and HTML say the same, letter by letter, in the same order."""

import io
import re
import subprocess
import zipfile
from dataclasses import replace

import pytest
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from lxml import etree, html

from khcn.kernel.documents.docx import render_docx
from khcn.kernel.documents.html import render_html
from khcn.kernel.documents.model import DocumentColumn, Paragraph, Run, Table, figures, iter_runs
from khcn.kernel.documents.pdf import render_pdf
from tests.kernel.documents_sample import (
    ASSIGNED,
    DECISION,
    LETTER,
    MINUTES,
    SEED,
    WITH_ANNEX,
    documents,
    fonts,
    hostile_texts,
    long_document,
    tool,
    vietnamese_texts,
)


def bare(content):
    """Text without any space: where lines break, and how, differs by right."""
    return re.sub(r"\s+", "", content)


TEXT = (qn("w:t"), qn("w:noBreakHyphen"))


def printed(node):
    """What Word prints for an element of a run: a hyphen that no line ends with is an element of its own."""
    return "-" if node.tag == qn("w:noBreakHyphen") else node.text


def word_text(document):
    with zipfile.ZipFile(io.BytesIO(render_docx(document))) as package:
        body = etree.fromstring(package.read("word/document.xml"))
        notes = etree.fromstring(package.read("word/footnotes.xml"))
    notes_by_id = {note.get(qn("w:id")): "".join(map(printed, note.iter(*TEXT))) for note in notes}
    parts = []
    for node in body.iter(*TEXT, qn("w:footnoteReference")):
        number = node.get(qn("w:id"))
        parts.append(printed(node) if number is None else f"⁅{number}⁆{notes_by_id[number]}")
    return bare("".join(parts))


def html_text(document):
    article = html.fragment_fromstring(render_html(document, None, standalone=False))
    notes_by_id = {
        note.get("id"): note.find("span") for note in article.xpath("//section[@class='doc-notes']/ol/li")
    }
    for hidden in article.xpath("//*[@class='visually-hidden' or @class='doc-notes']"):
        hidden.drop_tree()
    for mark in article.xpath("//sup[@class='doc-note-mark']/a"):
        note = notes_by_id[mark.get("href")[1:]]
        for hidden in note.xpath(".//*[@class='visually-hidden']"):
            hidden.drop_tree()
        mark.text = f"⁅{mark.text}⁆{note.text_content()}"
    return bare(article.text_content())


def pdf_text(document):
    """Text of the structure tree: page numbers and repeated table heads are no part of it, notes stand at their mark."""
    data = render_pdf(document, fonts())
    command = [tool("pdfinfo"), "-struct-text", "-enc", "UTF-8", "-"]
    tree = subprocess.run(command, input=data, check=True, capture_output=True, timeout=120).stdout.decode(
        errors="replace"
    )
    tree = re.sub(
        r"^( *)Note .*\n *Lbl.*\n *Link.*\n *Span.*\n(?: */.*\n)* *\"(\d+)\"$",
        r'\1"⁅\2⁆"',
        tree,
        flags=re.MULTILINE,
    )
    tree = re.sub(r"^ *Lbl.*\n *Link.*\n *Span.*\n(?: */.*\n)* *\"\d+\"$", "", tree, flags=re.MULTILINE)
    return bare("".join(re.findall(r'^ *"(.*)"$', tree, re.MULTILINE)))


LONG_TABLE = replace(SEED, blocks=(*SEED.blocks, replace(ASSIGNED, rows=ASSIGNED.rows * 12)))


@pytest.mark.parametrize(
    "document",
    [
        SEED,
        WITH_ANNEX,
        MINUTES,
        DECISION,
        LETTER,
        replace(SEED, is_draft=True),
        LONG_TABLE,
        long_document(60),
    ],
)
def test_the_three_forms_say_the_same(document):
    in_word = word_text(document)
    assert html_text(document) == in_word
    assert pdf_text(document) == in_word


def test_a_decision_has_who_decides_above_its_bases_and_that_it_decides_below_them():
    """NĐ 30/2020/NĐ-CP, Phụ lục III, mẫu 1.2."""
    in_word = word_text(DECISION)
    first, *_, last = (bare("".join(run.text for run in base)) for base in DECISION.bases)
    parts = ["QUYẾTĐỊNHVềviệckiểmtrađolường", bare(DECISION.authority), first, last, "QUYẾTĐỊNH:"]
    places = [in_word.index(part) for part in parts[:-1]] + [in_word.rindex(parts[-1])]
    assert places == sorted(places)
    assert in_word[places[-2] + len(last) : places[-1]] == ""


def test_the_subject_of_a_letter_is_below_its_number_and_its_kind_is_nowhere():
    """NĐ 30/2020/NĐ-CP, Phụ lục III, mẫu 1.5."""
    in_word = word_text(LETTER)
    assert "Số:07/BC-SKHCNV/vbáocáokếtquảhoạtđộng" in in_word
    assert in_word.count("báocáokếtquảhoạtđộng") == 1
    assert "CÔNGVĂN" not in in_word.upper()


@pytest.mark.parametrize("document", [SEED, WITH_ANNEX])
def test_every_figure_and_every_run_is_in_the_printed_text_in_its_order(document):
    in_word = word_text(document)
    place = 0
    for run in iter_runs(document):
        content = bare(run.text).rstrip(".")
        found = in_word.lower().find(content.lower(), place)
        assert found >= 0, run.text
        place = found + len(content)
    assert len(figures(document)) == 7


@settings(max_examples=60, deadline=None)
@given(documents(hostile_texts))
def test_word_and_html_agree_for_any_text(document):
    assert html_text(document) == word_text(document)


def words(cell):
    """A document of one table whose first column is too narrow for what it holds."""
    columns = (DocumentColumn("Hàm lượng", 1, "right"), DocumentColumn("", 1), DocumentColumn("", 124))
    return replace(SEED, blocks=(Table(columns, ((cell, (), ()),)), Paragraph(cell, indent=4)))


@settings(max_examples=15, deadline=None)
@example(words((Run("", bold=True), Run("123456"), Run("7" * 17, italic=True))))
@example(words((Run("Ă" * 200),)))
@given(documents(vietnamese_texts))
def test_pdf_agrees_on_whatever_the_font_can_show(document):
    assert pdf_text(document) == word_text(document)
