"""The HTML: structure, links to the records, marks, and nothing that a strict content policy refuses."""

import base64
import hashlib
from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given, settings
from lxml import etree, html

from khcn.kernel.documents.html import render_html
from khcn.kernel.documents.model import Mark, Paragraph, Run, figures
from tests.kernel.documents_sample import HOSTILE, SEED, WITH_ANNEX, documents, hostile_texts, text


def address(code):
    return f"/so-lieu/{code}/?ky=2023-9&den=<14>"


def fragment(document, figure_href=address):
    return html.fragment_fromstring(render_html(document, figure_href, standalone=False))


def classes(element, name):
    return element.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def test_the_outline_is_made_of_headings():
    article = fragment(SEED)
    assert (article.tag, article.get("lang")) == ("article", "vi")
    outline = [
        (item.tag, item.text_content()[:6]) for item in article.iter("h1", "h2", "h3", "h4", "h5", "h6")
    ]
    assert outline == [
        ("h1", "BÁO CÁ"), ("h2", "A. KẾT"), ("h3", "I. Kết"), ("h3", "II. Kế"), ("h3", "III. K"), ("h4", "1. Tha"),
        ("h4", "2. Côn"), ("h5", "a) Quả"), ("h5", "b) Kho"), ("h6", "Công t"), ("h2", "B. ĐÁN"),
    ]  # fmt: skip


def test_every_figure_leads_to_its_records():
    links = classes(fragment(SEED), "figure")
    assert [(link.tag, link.get("data-code"), link.get("href")) for link in links if link.text] == [
        ("a", code, address(code)) for code in (
            "normative_documents", "tasks.managed", "tasks.carried_over", "tasks.new", "tasks.central",
            "carried_over.province", "carried_over.rural",
        )
    ]  # fmt: skip
    assert sorted((link.get("data-code"), link.text) for link in links) == sorted(figures(SEED))


def test_without_addresses_figures_are_named_but_not_linked():
    found = classes(fragment(SEED, None), "figure")
    assert {item.tag for item in found} == {"span"}
    assert len(found) == 7


def test_table_heads_have_a_scope():
    (table,) = fragment(SEED).iter("table")
    assert [cell.get("scope") for cell in table.findall("thead/tr/th")] == ["col"] * 4
    assert len(table.findall("tbody/tr")) == 2


def test_footnotes_are_an_ordered_list_and_lead_back():
    article = fragment(SEED)
    notes = article.xpath("//section[@class='doc-notes']/ol/li")
    assert [note.get("id") for note in notes] == ["note-1", "note-2"]
    for number, note in enumerate(notes, start=1):
        (mark,) = article.xpath(f"//sup/a[@href='#note-{number}']")
        (back,) = note.xpath("a[@class='doc-back']")
        assert mark.text == str(number)
        assert back.get("href") == f"#{mark.get('id')}"
        assert back.get("aria-label") == f"Về chỗ có chú thích {number}"


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (Mark.TYPED, "số nhập tay"),
        (Mark.OVERRIDE, "số sửa tay, thay cho số tính từ dữ liệu"),
        (Mark.ILLUSTRATIVE, "dữ liệu minh họa"),
    ],
)
def test_marks_are_seen_and_read(mark, words):
    with translation.override("vi"):
        article = fragment(replace(SEED, blocks=(Paragraph((Run("03", mark=mark),)),)))
    (found,) = classes(article, "mark")
    assert found.get("class") == f"mark mark-{mark.value}"
    assert found.get("title") == words
    assert found.text == "03"
    assert found.find("span[@class='visually-hidden']").text == f" ({words})"


def test_no_address_of_another_host_and_no_inline_code():
    for standalone in (False, True):
        page = html.document_fromstring(render_html(WITH_ANNEX, address, standalone=standalone))
        for element in page.iter(etree.Element):
            assert element.tag not in {"script", "link", "img", "iframe", "object"}
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert [link.get("href") for link in page.iter("a") if "//" in link.get("href")] == [
            "https://example.org/van-ban?so=1&nam=2023"
        ]
    assert not list(fragment(SEED).iter("style"))


def test_the_standalone_file_allows_its_own_style_sheet_and_nothing_else():
    page = html.document_fromstring(render_html(SEED, None, standalone=True))
    (style,) = page.iter("style")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.get("lang") == "vi"
    assert page.findtext("head/title").startswith("BÁO CÁO Kết quả thực hiện")
    assert "@media print" in style.text


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_text_stays_text(content):
    plain, hostile = (
        fragment(replace(SEED, blocks=(Paragraph((Run(item, figure=item, bold=True),)),), signer_name=item))
        for item in ("a", content)
    )
    lines = content.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    tags = [element.tag for element in hostile.iter() if element.tag != "br"]
    assert tags == [element.tag for element in plain.iter()]
    assert len(list(hostile.iter("br"))) == 2 * lines


@settings(max_examples=60, deadline=None)
@given(documents(hostile_texts))
def test_it_is_well_formed_for_any_text(document):
    page = render_html(document, None, standalone=True)
    assert page == render_html(document, None, standalone=True)
    etree.fromstring(
        page.removeprefix("<!DOCTYPE html>")
        .replace("<br>", "<br/>")
        .replace('">\n<meta', '"/>\n<meta')
        .replace('">\n<title', '"/>\n<title')
        .encode()
    )


def test_line_feeds_are_line_breaks():
    article = fragment(
        replace(SEED, issuing_body="SỞ KHOA HỌC\nVÀ CÔNG NGHỆ", blocks=(Paragraph(text("a\nb")),))
    )
    assert len(list(article.iter("br"))) == 2
