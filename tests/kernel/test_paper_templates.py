"""Templates: what may stand in them, and what is refused with its name."""

import io
from datetime import date

import pytest
from docx import Document

from khcn.kernel.papers.docx_template import fill_docx_template
from khcn.kernel.papers.kinds import (
    COMMON,
    PaperKindError,
    TemplateVariable,
    names_of_variables,
    sample_of_kind,
)
from khcn.kernel.papers.template_language import TemplateEnvironment, TemplateRefused, fill_template
from khcn.kernel.papers.toml_template import bases_to_compare, compose_document, read_layout
from tests.kernel.docx_given import word

WORDS = (
    TemplateVariable("title", "Tên"),
    TemplateVariable("grade", "Xếp loại"),
    TemplateVariable(
        "members", "Thành viên", rows=(TemplateVariable("name", "Tên"), TemplateVariable("role", "Vai trò"))
    ),
    *COMMON,
)
NAMES = names_of_variables(WORDS)
DATA = {**sample_of_kind(WORDS), "title": "Cây hồi <&> {{ grade }}", "grade": "", "symbol": "X"}
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


def texts(content):
    return [each.text for each in Document(io.BytesIO(content)).paragraphs]


def test_a_word_template_is_filled():
    template = word(
        "Số: {{ number }}", "Tên: {{ title }}", "{%p for row in members %}", "{{ loop.index }}. {{ row.name }}",
        "{%p endfor %}", "{%p if grade %}", "Loại {{ grade }}", "{%p endif %}",
    )  # fmt: skip
    filled = fill_docx_template(template, NAMES, DATA)
    assert texts(filled) == [
        "Số: 05/GCN-SKHCN",
        "Tên: Cây hồi <&> {{ grade }}",  # data are text, whatever they look like
        "1. An & Bình",
        "2. Cường",
    ]
    assert fill_docx_template(template, NAMES, DATA) == filled


def test_only_the_template_makes_bold():
    layout = LAYOUT.replace("**Tên:** {{ title }}", "{% if reason %}**Lý do:** {% endif %}{{ reason }}")
    first = compose_document(read_layout(layout.encode()), NAMES, DATA).blocks[0]
    assert [(run.text, run.bold) for run in first.runs] == [
        ("Lý do:", True),
        (" **không đậm** vẫn không", False),
    ]


def test_a_layout_is_filled():
    document = compose_document(read_layout(LAYOUT.encode()), NAMES, DATA)
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
        fill_template(text, TemplateEnvironment(NAMES), DATA)
    with pytest.raises(TemplateRefused, match=named.replace("…", ".")):
        fill_docx_template(word(text), NAMES, DATA)


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
        fill_template(text, TemplateEnvironment(NAMES), DATA)
    with pytest.raises(TemplateRefused):
        fill_docx_template(word("Tên {{ title }}", text), NAMES, DATA)
    layout = {**read_layout(LAYOUT.encode()), "issuing_body": text}
    with pytest.raises(TemplateRefused):
        compose_document(layout, NAMES, DATA)


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
        compose_document(read_layout(LAYOUT.replace(*change).encode()), NAMES, DATA)


def test_a_dated_basis_is_printed_while_it_is_in_force():
    dated = """bases = [
  "Luật cũ",
  { text = "Thông tư A", until = 2023-08-10 },
  { text = "Thông tư A, sửa đổi", from = 2023-08-10 },
]
"""
    layout = read_layout((dated + LAYOUT).encode())
    found = {}
    for day, month in (("9", "8"), ("10", "8")):
        document = compose_document(layout, NAMES, {**DATA, "day": day, "month": month, "year": "2023"})
        found[day] = [base[0].text for base in document.bases]
    assert found == {"9": ["Luật cũ", "Thông tư A"], "10": ["Luật cũ", "Thông tư A, sửa đổi"]}
    with pytest.raises(TemplateRefused, match="bases"):
        read_layout((dated.replace("2023-08-10", '"10/8/2023"') + LAYOUT).encode())


def test_a_basis_that_nobody_has_compared_since_the_law_changed_is_printed_and_named():
    dated = """bases = [
  "Luật cũ",
  { text = "Thông tư A;", until = 2026-01-01, check_from = 2025-10-14 },
  { text = "Nghị định B.", from = 2026-01-01, check_from = 2026-03-01 },
]
"""
    layout = read_layout((dated + LAYOUT).encode())
    found = {
        day: bases_to_compare(layout, day)
        for day in (date(2025, 10, 13), date(2025, 10, 14), date(2026, 1, 1), date(2026, 3, 1))
    }
    assert found == {
        date(2025, 10, 13): [],
        date(2025, 10, 14): [("Thông tư A", date(2025, 10, 14))],
        date(2026, 1, 1): [],
        date(2026, 3, 1): [("Nghị định B", date(2026, 3, 1))],
    }
    document = compose_document(layout, NAMES, {**DATA, "day": "14", "month": "10", "year": "2025"})
    assert [base[0].text for base in document.bases] == ["Luật cũ", "Thông tư A;"]


@pytest.mark.parametrize("name", ["items", "keys", "_x", "a b", "copy"])
def test_words_that_a_template_would_read_otherwise_are_not_declared(name):
    with pytest.raises(PaperKindError):
        TemplateVariable(name, "x")


def test_lines_that_were_typed_are_paragraphs():
    layout = read_layout(
        LAYOUT.encode().replace(b"**T\xc3\xaan:** {{ title }}", b"- **{{ title }}** {{ grade }}")
    )
    data = {**DATA, "title": "1. Một\r\n2. Hai\n\n", "grade": "ba\nbốn"}
    found = compose_document(layout, NAMES, data).blocks[:3]
    assert ["".join(run.text for run in each.runs) for each in found] == ["- 1. Một", "2. Hai", " ba"]
