"""Templates: what may stand in them, what is refused with its name, and what a hostile file cannot do."""

import io
import zipfile

import pytest
from docx import Document

from khcn.kernel.papers.kinds import COMMON, PaperKindError, TemplateVariable, sample_of
from khcn.kernel.papers.template_language import TemplateEnvironment, TemplateRefused, fill_template
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.papers.word_template import LARGEST, check_package, fill_word_file

WORDS = (
    TemplateVariable("title", "Tên"),
    TemplateVariable("grade", "Xếp loại"),
    TemplateVariable(
        "members", "Thành viên", rows=(TemplateVariable("name", "Tên"), TemplateVariable("role", "Vai trò"))
    ),
    *COMMON,
)
DATA = {**sample_of(WORDS), "title": "Cây hồi <&> {{ grade }}", "grade": "", "symbol": "X"}
DATA["reason"] = "**không đậm** \x01vẫn không"
DATA["members"] = [{"name": "An & Bình", "role": "Thư ký"}, {"name": "Cường", "role": "Ủy viên"}]
LAYOUT = """
kind = "GIẤY"
subject = "{{ title }}"
governing_body = "UBND"
issuing_body = "SỞ"
place = "Bắc Kạn"
[[block]]
text = "**Tên:** {{ title }}"
[[block]]
text = "Xếp loại {{ grade }}"
when = "grade"
[[block]]
text = "{{ row.index }}. {{ row.name }}"
each = "members"
[[block]]
table = "members"
columns = [{ title = "Tên", width = 40, text = "{{ row.name }}" }]
"""


def word(*paragraphs):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    result = io.BytesIO()
    document.save(result)
    return result.getvalue()


def with_part(content, name, body, *, instead=None):
    """The same package with one part added or changed."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.namelist():
            text = source.read(entry)
            target.writestr(entry, instead(text) if entry == name and instead else text)
        if not instead:
            target.writestr(name, body)
    return result.getvalue()


def texts(content):
    return [each.text for each in Document(io.BytesIO(content)).paragraphs]


def test_a_word_template_is_filled():
    template = word(
        "Số: {{ number }}", "Tên: {{ title }}", "{%p for row in members %}", "{{ loop.index }}. {{ row.name }}",
        "{%p endfor %}", "{%p if grade %}", "Loại {{ grade }}", "{%p endif %}",
    )  # fmt: skip
    filled = fill_word_file(template, WORDS, DATA)
    assert texts(filled) == [
        "Số: 05/GCN-SKHCN",
        "Tên: Cây hồi <&> {{ grade }}",  # data are text, whatever they look like
        "1. An & Bình",
        "2. Cường",
    ]
    assert fill_word_file(template, WORDS, DATA) == filled


def test_only_the_template_makes_bold():
    layout = LAYOUT.replace("**Tên:** {{ title }}", "{% if reason %}**Lý do:** {% endif %}{{ reason }}")
    first = compose_document(read_layout(layout.encode()), WORDS, DATA).blocks[0]
    assert [(run.text, run.bold) for run in first.runs] == [
        ("Lý do:", True),
        (" **không đậm** vẫn không", False),
    ]


def test_a_layout_is_filled():
    document = compose_document(read_layout(LAYOUT.encode()), WORDS, DATA)
    assert document.subject == "Cây hồi <&> {{ grade }}"
    first, one, two, table = document.blocks
    assert [(run.text, run.bold) for run in first.runs] == [
        ("Tên:", True),
        (" Cây hồi <&> {{ grade }}", False),
    ]
    assert [each.runs[0].text for each in (one, two)] == ["1. An & Bình", "2. Cường"]
    assert [row[0][0].text for row in table.rows] == ["An & Bình", "Cường"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ ten }} và {{ tuoi }}", "ten, tuoi"),
        ("{% for row in members %}{{ row.age }}{% endfor %}", "row.age"),
        ("{% for row in nguoi %}{{ row.name }}{% endfor %}", "for … in nguoi"),
        ("{{ members }}", "members"),
        ("{{ title.name }}", "title.name"),
    ],
)
def test_unknown_words_are_named(text, named):
    with pytest.raises(TemplateRefused, match=named.replace("…", ".")):
        fill_template(text, TemplateEnvironment(WORDS), DATA)
    with pytest.raises(TemplateRefused, match=named.replace("…", ".")):
        fill_word_file(word(text), WORDS, DATA)


HOSTILE = (
    "{{ ''.__class__.__mro__ }}",
    "{{ title.__class__ }}",
    "{{ title['__class__'] }}",
    "{{ title|attr('__class__') }}",
    "{{ title|upper }}",
    "{{ range(10) }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'a' * 999999999 }}",
    "{{ lipsum.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ title.format(title) }}",
    "{% for i in range(999999999) %}x{% endfor %}",
    "{% for a in members %}{% for b in members %}{% for c in members %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in members recursive %}{{ loop(a) }}{% endfor %}",
    "{% for a in members if a.name %}x{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{% set title = 'khác' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% block a %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{{ title",
    "{% for a in %}",
    "{{ loop.cycle('a') }}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_template_cannot_do_more_than_fill_in(text):
    with pytest.raises(TemplateRefused):
        fill_template(text, TemplateEnvironment(WORDS), DATA)
    with pytest.raises(TemplateRefused):
        fill_word_file(word("Tên {{ title }}", text), WORDS, DATA)
    layout = {**read_layout(LAYOUT.encode()), "issuing_body": text}
    with pytest.raises(TemplateRefused):
        compose_document(layout, WORDS, DATA)


GOOD = word("Tên {{ title }}")
RELATION = (
    b'<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    b'Target="http://ke.xau/a.png" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"x" * 100, "bị hỏng"),
        (with_part(GOOD, "word/vbaProject.bin", b"x"), "nhúng hoặc chương trình"),
        (with_part(GOOD, "word/embeddings/oleObject1.bin", b"x"), "nhúng hoặc chương trình"),
        (
            with_part(
                GOOD,
                "[Content_Types].xml",
                b"",
                instead=lambda text: text.replace(
                    b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
                ),
            ),
            "nhúng hoặc chương trình",
        ),
        (
            with_part(
                GOOD,
                "word/_rels/document.xml.rels",
                b"",
                instead=lambda text: text.replace(b"</Relationships>", RELATION),
            ),
            "từ nơi khác",
        ),
        (
            with_part(
                GOOD,
                "word/document.xml",
                b"",
                instead=lambda text: text.replace(
                    b"<w:document", b'<!DOCTYPE a [<!ENTITY b "c">]><w:document', 1
                ),
            ),
            "khai báo lạ",
        ),
        (with_part(GOOD, "word/media/to.xml", b"0" * (41 * 1024 * 1024)), "quá lớn"),
        (with_part(word(), "x", b"y")[:-40], "bị hỏng"),
        (b"PK\x03\x04" + b"0" * LARGEST, "lớn hơn 4 MB"),
    ],
    # the bytes hold the time at which the file was made: as part of a name they differ between two processes
    ids=["no zip", "macro", "embedded", "macro type", "remote", "entity", "unpacked size", "cut", "size"],
)
def test_a_package_with_more_than_text_is_refused(content, words):
    with pytest.raises(TemplateRefused, match=words):
        check_package(content)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("kind = ", "loai = "), "kind"),
        (('place = "Bắc Kạn"', "place = 5"), "place"),
        (('when = "grade"', 'khi = "grade"'), "khi"),
        (('each = "members"', 'each = "members"\nheading = "x"'), r"text \| heading \| table"),
        (("width = 40", 'width = "40"'), "columns"),
        (('table = "members"', 'table = "title"'), "không phải là danh sách"),
        (('when = "grade"', 'when = "diem"'), "diem"),
        (("width = 40", "width = -1"), "độ rộng"),
        (("[[block]]", "[[block"), "không đọc được"),
    ],
)
def test_a_layout_says_what_is_wrong_with_it(change, named):
    with pytest.raises(TemplateRefused, match=named):
        compose_document(read_layout(LAYOUT.replace(*change).encode()), WORDS, DATA)


@pytest.mark.parametrize("name", ["items", "keys", "_x", "a b", "copy"])
def test_words_that_a_template_would_read_otherwise_are_not_declared(name):
    with pytest.raises(PaperKindError):
        TemplateVariable(name, "x")
