"""Word templates: what a genuine file holds is taken, and no way to carry more into an issued paper is."""

import io
import re
import subprocess
import zipfile
from dataclasses import replace

import pytest
from docx import Document

from khcn.kernel.documents.docx import render_docx
from khcn.kernel.documents.model import Paragraph, Run
from khcn.kernel.papers.docx_package_check import LARGEST, check_package
from khcn.kernel.papers.docx_template import fill_docx_template
from khcn.kernel.papers.template_language import TemplateRefused
from tests.kernel.documents_sample import ASSIGNED, WITH_ANNEX, tool
from tests.kernel.docx_given import with_part, word

GOOD = word("Tên {{ title }}")
RELATIONS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "[Content_Types].xml"


def replaced(name, old, new):
    """The good file with a text of one part replaced."""

    def change(text):
        assert old in text
        return text.replace(old, new, 1)

    return with_part(GOOD, name, b"", instead=change)


def related(relation):
    return replaced(RELATIONS, b"</Relationships>", relation.encode() + b"</Relationships>")


def relation(kind, target, more='TargetMode="External"', name="rId90"):
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}" {more}/>'


def with_type(name, kind, body, link):
    """The good file with a part of this content type, which the text is related to."""
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    typed = with_part(GOOD, TYPES, b"", instead=lambda text: text.replace(b"</Types>", override))
    linked = link.encode() + b"</Relationships>"
    changed = with_part(typed, RELATIONS, b"", instead=lambda text: text.replace(b"</Relationships>", linked))
    return with_part(changed, name, body)


def in_text(xml):
    return replaced("word/document.xml", b"<w:body>", b"<w:body>" + xml.encode())


def field(*runs):
    """A field whose code is in several runs."""
    codes = "".join(f'<w:r><w:instrText xml:space="preserve">{run}</w:instrText></w:r>' for run in runs)
    begin, middle, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    return f"{begin}{codes}{middle}<w:r><w:t>1</w:t></w:r>{end}"


def paragraph(xml):
    return in_text(f"<w:p>{xml}</w:p>")


def in_utf16(text):
    return (
        text.decode()
        .replace('encoding="UTF-8"', 'encoding="UTF-16"')
        .replace("encoding='UTF-8'", "")
        .encode("utf-16")
    )


REMOTE_PICTURE = relation("image", "http://ke.xau/a.png")
DOCTYPE = b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'
HIDDEN_DOCTYPE = b"<?xml version='1.0' encoding='UTF-16'?>" + DOCTYPE + b"<a/>"
CASES = {
    "no zip": (b"PK\x03\x04" + b"x" * 100, "bị hỏng"),
    "cut": (with_part(word(), "x", b"y")[:-40], "bị hỏng"),
    "size": (b"PK\x03\x04" + b"0" * LARGEST, "lớn hơn 4 MB"),
    # what is large is made when it is asked for: each process of a run collects these
    "unpacked size": (lambda: with_part(GOOD, "word/media/to.xml", b"0" * (41 * 1024 * 1024)), "quá lớn"),
    "long part": (lambda: in_text("<w:p/>" * 700_000), "dài quá 4 MB"),
    "no Word file": (with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"x"), "không phải văn bản Word"),
    "no list of types": (
        with_part(GOOD, TYPES, b"", instead=lambda text: b"<Types xmlns='x'><Default/></Types>"), "nhúng hoặc chương trình",
    ),
    "macro": (with_part(GOOD, "word/vbaProject.bin", b"x"), "nhúng hoặc chương trình"),
    "embedded": (with_part(GOOD, "word/embeddings/oleObject1.bin", b"x"), "nhúng hoặc chương trình"),
    "macro type": (
        replaced(TYPES, b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"),
        "nhúng hoặc chương trình",
    ),
    "macro by another name": (
        with_type("word/zz.dat", "application/vnd.ms-office.vbaProject", b"x", relation("image", "zz.dat", "")),
        "zz.dat",
    ),
    "macro called a picture": (
        with_type(
            "word/zz.png", "image/png", b"x",
            '<Relationship Id="r" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="zz.png"/>',
        ),
        "vbaProject",
    ),
    "HTML part": (with_type("word/a.htm", "text/html", b"<p/>", relation("aFChunk", "a.htm", "")), "a.htm"),
    "HTML called XML": (with_type("word/a.xml", "application/xml", b"<p/>", relation("aFChunk", "a.xml", "")), "a.xml"),
    "two parts of one name": (with_part(GOOD, "WORD/document.xml", b"<a/>"), "bị hỏng"),
    "strange name": (with_part(GOOD, "word\\document2.xml", b"<a/>"), "nhúng hoặc chương trình"),
    "relations by another ending": (with_part(GOOD, "word/_rels/document2.xml.xml", b"<a/>"), "nhúng hoặc chương trình"),
    "remote": (related(REMOTE_PICTURE), "từ nơi khác"),
    "remote, coded letter": (related(REMOTE_PICTURE.replace('"External', '"&#69;xternal')), "từ nơi khác"),
    "remote, prefix": (
        related(
            REMOTE_PICTURE.replace(
                "<Relationship ", '<p:Relationship xmlns:p="http://schemas.openxmlformats.org/package/2006/relationships" '
            )
        ),
        "từ nơi khác",
    ),
    "remote, UTF-16": (
        with_part(related(REMOTE_PICTURE), RELATIONS, b"", instead=in_utf16), "từ nơi khác",
    ),
    "remote, named like a link": (
        related(relation("image", "http://ke.xau/relationships/hyperlink", name="/relationships/hyperlink")), "từ nơi khác",
    ),
    "remote template, named like a link": (
        related(relation("attachedTemplate", "http://ke.xau/a.dotm", name="/relationships/hyperlink")), "attachedTemplate",
    ),
    "remote, without a mode": (related(relation("image", "http://ke.xau/a.png", "")), "từ nơi khác"),
    "remote, strange mode": (related(relation("image", "media/a.png", 'TargetMode="external"')), "từ nơi khác"),
    "out of the package": (related(relation("image", "../../../a.png", "")), "từ nơi khác"),
    "link to a file": (related(relation("hyperlink", "file:///c:/a.exe")), "từ nơi khác"),
    "link to a share": (related(relation("hyperlink", "\\\\ke.xau\\a")), "từ nơi khác"),
    "link that runs": (related(relation("hyperlink", "javascript:alert(1)")), "từ nơi khác"),
    "picture by address": (
        in_text('<w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://ke.xau/a.png"/></w:pict>'),
        "từ nơi khác",
    ),
    "mail merge": (
        replaced("word/settings.xml", b"</w:settings>", b"<w:mailMerge><w:connectString/></w:mailMerge></w:settings>"),
        "mailMerge",
    ),
    "control": (in_text('<w:p><w:r><w:object><w:control w:name="x"/></w:object></w:r></w:p>'), "control"),
    "entity": (replaced("word/document.xml", b"<w:document", b'<!DOCTYPE a [<!ENTITY b "c">]><w:document'), "khai báo lạ"),
    "document type, UTF-16": (
        with_part(GOOD, "docProps/app.xml", b"", instead=lambda text: HIDDEN_DOCTYPE.decode().encode("utf-16")),
        "khai báo lạ",
    ),
    "no XML": (with_part(GOOD, "docProps/app.xml", b"", instead=lambda text: b"<a>"), "docProps/app.xml của mẫu bị hỏng"),
    "field that includes": (paragraph(field('INCLUDETEXT "http://ke.xau/a.docx"')), "INCLUDETEXT"),
    "field that runs": (paragraph(field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe")), "DDEAUTO"),
    "field in pieces": (paragraph(field(" include", "text ", '"http://ke.xau"')), "includetext"),
    "field without result": (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE x</w:instrText></w:r>'), "DDE x",
    ),
    "code outside a field": (paragraph("<w:r><w:instrText>DDE x</w:instrText></w:r>"), "DDE x"),
    "deleted code": (paragraph(field("").replace("instrText", "delInstrText").replace("></w:del", ">DDE</w:del")), "DDE"),
    "simple field": (in_text('<w:p><w:fldSimple w:instr="INCLUDEPICTURE &quot;http://ke.xau&quot;"/></w:p>'), "INCLUDEPICTURE"),
    "field within a code": (paragraph(field("", "</w:instrText></w:r>" + field("SEQ x") + "<w:r><w:instrText> PAGE")), "{} PAGE"),
    "link field to a file": (paragraph(field('HYPERLINK "file:///c:/a.exe"')), "HYPERLINK"),
    "link field with two addresses": (paragraph(field('HYPERLINK "https://a.vn" "file:///c:/a.exe"')), "HYPERLINK"),
    "code to be filled in": (paragraph(field("{{ title }}")), "title"),
    "field in another part": (
        with_type(
            "word/header9.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
            f'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p>{field("DDE x")}</w:p></w:hdr>'.encode(),
            relation("header", "header9.xml", ""),
        ),
        "header9.xml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_package_with_more_than_text_is_refused(case):
    content, words = CASES[case]
    content = content() if callable(content) else content
    with pytest.raises(TemplateRefused, match=re.escape(words)):
        check_package(content)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        related(relation("hyperlink", "https://backan.gov.vn/a?b=1")),
        related(relation("hyperlink", "mailto:vanthu@backan.gov.vn")),
        paragraph(field(" PA", "GE ") + field("TOC \\o &quot;1-3&quot;") + field('HYPERLINK "https://a.vn" \\o "Trang"')),
        paragraph(field('HYPERLINK \\l "muc1"') + '<w:fldSimple w:instr=" NUMPAGES "/>'),
        render_docx(WITH_ANNEX),
    ],
    ids=["python-docx", "link", "mail", "fields", "inner link", "our own writer"],
)  # fmt: skip
def test_what_a_genuine_file_holds_is_taken(content):
    check_package(content)


def test_what_is_filled_is_looked_at_again():
    """Conditions of the template can take away what made a code harmless."""
    begin, instr, separate, end = re.findall(
        r"<w:r>.*?</w:r>", field("DDE x").replace("<w:r><w:t>1</w:t></w:r>", "")
    )
    first = f"<w:r><w:t>{{%r if grade %}}</w:t></w:r>{begin}{instr.replace('DDE x', 'PAGE ')}<w:r><w:t>{{%r endif %}}</w:t></w:r>"
    template = paragraph(first + instr + separate + end)
    check_package(template)
    words = {"title": None, "grade": None}
    assert fill_docx_template(template, words, {"title": "", "grade": "Đạt"})
    with pytest.raises(TemplateRefused, match="DDE"):
        fill_docx_template(template, words, {"title": "", "grade": ""})


@pytest.mark.libreoffice
def test_a_template_that_libreoffice_saved_is_filled(tmp_path):
    body = (Paragraph((Run("Tên {{ title }}"), Run("trang web", href="https://backan.gov.vn/"))), ASSIGNED)
    source = tmp_path / "mau.docx"
    source.write_bytes(render_docx(replace(WITH_ANNEX, blocks=body)))
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [tool("soffice"), profile, "--headless", "--convert-to", "docx", "--outdir", saved, source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    content = (saved / "mau.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"LibreOffice" in package.read("docProps/app.xml")
        assert b"https://backan.gov.vn/" in package.read(RELATIONS)
    filled = fill_docx_template(content, {"title": None}, {"title": "Cây hồi"})
    assert "Tên Cây hồi" in "\n".join(each.text for each in Document(io.BytesIO(filled)).paragraphs)
