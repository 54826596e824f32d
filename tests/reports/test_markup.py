import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.reports.texts.markup import (
    LONGEST_SECTION,
    Aspect,
    Figure,
    MarkupProblem,
    Note,
    NoteMark,
    Paragraph,
    RecordTable,
    Text,
    TypedTable,
    Variable,
    codes_in,
    parse,
    parse_section,
    unparse,
)
from khcn.reports.texts.period_words import VARIABLES

CODES = st.from_regex(r"[A-ZĐ]{2,3}-[0-9]{2}", fullmatch=True)
KEYS = st.from_regex(r"[A-Za-z0-9]{1,3}", fullmatch=True)
INNER = st.text(
    st.one_of(
        st.sampled_from("aăđ *[]{}|\\-+:^–\u00a09,;.\"'"),
        st.characters(exclude_categories=["C", "M", "Z"]).filter(
            lambda c: c == __import__("unicodedata").normalize("NFC", c)
        ),
    ),
    min_size=1,
    max_size=12,
)
LOOKS = st.booleans()


def _texts():
    return st.builds(Text, INNER, LOOKS, LOOKS)


def _canonical(items):
    """Neighbouring texts of one look are one text; the ends of a line carry no bare spaces."""
    merged = []
    for item in items:
        last = merged[-1] if merged else None
        if (
            isinstance(item, Text)
            and isinstance(last, Text)
            and (item.bold, item.italic) == (last.bold, last.italic)
        ):
            merged[-1] = Text(last.text + item.text, last.bold, last.italic)
        else:
            merged.append(item)
    for end in (0, -1):
        if merged and isinstance(merged[end], Text) and not (merged[end].bold or merged[end].italic):
            text = merged[end].text.strip()
            merged[end] = Text(text) if text else Figure("NV-01")
    return tuple(merged)


INLINES = (
    st.lists(
        st.one_of(
            _texts(),
            st.builds(
                Figure, CODES, st.sampled_from([a for a in Aspect if a is not Aspect.TABLE]), LOOKS, LOOKS
            ),
            st.builds(Variable, st.sampled_from(sorted(VARIABLES)), LOOKS, LOOKS),
            st.builds(NoteMark, KEYS),
        ),
        min_size=1,
        max_size=6,
    )
    .map(_canonical)
    .map(_canonical)
)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 3))
    row = st.tuples(*[st.one_of(st.just(()), INLINES)] * width)
    return TypedTable(draw(row), tuple(draw(st.lists(row, max_size=3))))


BLOCKS = st.lists(
    st.one_of(
        st.builds(Paragraph, INLINES, st.sampled_from(["", "-", "+"])),
        st.builds(RecordTable, CODES),
        st.builds(Note, KEYS, INLINES),
        tables(),
    ),
    max_size=5,
).map(tuple)


@given(BLOCKS)
def test_what_is_written_reads_back_the_same(blocks):
    assert parse(unparse(blocks)) == blocks


@given(st.one_of(st.text(max_size=80), st.text(st.sampled_from("*[]{}|\\^-+: \nNV01aký"), max_size=60)))
def test_hostile_text_raises_nothing_but_a_problem_with_its_place(text):
    blocks, problem = _read(text)
    if problem:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= problem.line <= len(lines)
        assert problem.column >= 1
        assert str(problem).startswith(f"Dòng {problem.line}, ký tự {problem.column}: ")
    else:
        assert parse(unparse(blocks)) == blocks


def _read(text):
    try:
        return parse_section(text), None
    except MarkupProblem as problem:
        return (), problem


def test_a_section_of_the_real_report():
    text = (
        "Năm {{nam}}, Sở quản lý [NV-01] nhiệm vụ ([NV-02] nhiệm vụ chuyển tiếp[^1]).\n\n"
        "  - Nghiệm thu [NT-01] đề tài (*[NT-01:ten]*)\n"
        "+ *Ganoderma lucidum*, **quan trọng**: [TC-02:chu]; 5 \\* 3\n"
        "[NG-01:bang]\n"
        "| TT | Nội dung |\n|---|---|\n| 1 | a \\| b |\n"
        "[^1]: Trong đó: [NV-04:so] nhiệm vụ cấp tỉnh"
    )
    assert parse_section(text) == (
        Paragraph((
            Text("Năm "), Variable("nam"), Text(", Sở quản lý "), Figure("NV-01"), Text(" nhiệm vụ ("),
            Figure("NV-02"), Text(" nhiệm vụ chuyển tiếp"), NoteMark("1"), Text(")."),
        )),
        Paragraph((
            Text("Nghiệm thu "), Figure("NT-01"), Text(" đề tài ("),
            Figure("NT-01", Aspect.NAMES, italic=True), Text(")"),
        ), "-"),
        Paragraph((
            Text("Ganoderma lucidum", italic=True), Text(", "), Text("quan trọng", bold=True), Text(": "),
            Figure("TC-02", Aspect.WORDS), Text("; 5 * 3"),
        ), "+"),
        RecordTable("NG-01"),
        TypedTable(((Text("TT"),), (Text("Nội dung"),)), (((Text("1"),), (Text("a | b"),)),)),
        Note("1", (Text("Trong đó: "), Figure("NV-04", Aspect.PLAIN), Text(" nhiệm vụ cấp tỉnh"))),
    )  # fmt: skip
    assert list(codes_in(parse(text))) == [
        ("NV-01", Aspect.VALUE), ("NV-02", Aspect.VALUE), ("NT-01", Aspect.VALUE), ("NT-01", Aspect.NAMES),
        ("TC-02", Aspect.WORDS), ("NG-01", Aspect.TABLE), ("NV-04", Aspect.PLAIN),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a\nb [NV-1", "open_figure", 2, 3),
        ("  x [nv-01]", "bracket", 1, 5),
        ("[NV-01:abc]", "aspect", 1, 1),
        ("xem [NG-01:bang] này", "table_inside", 1, 5),
        ("{{thang}}", "unknown_variable", 1, 1),
        ("a {{ky", "open_variable", 1, 3),
        ("a *b", "open_style", 1, 3),
        ("****", "stars", 1, 1),
        ("| a | b", "open_row", 1, 7),
        ("| a |\n| b | c |", "cells", 2, 1),
        ("[^1]:", "empty_note", 1, 1),
        ("a[^1]", "notes", 1, 2),
        ("a\n[^2]: b", "notes", 2, 1),
        ("a[^1] b[^1]\n[^1]: c", "notes", 1, 2),
        ("a[^1]\n[^1]: b[^2]\n[^2]: c", "notes", 2, 8),
    ],
)
def test_problems_say_where(text, code, line, column):
    with pytest.raises(MarkupProblem) as caught:
        parse_section(text)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


def test_all_words_that_may_stand_there_are_named():
    with pytest.raises(MarkupProblem) as caught:
        parse_section("{{thang}}")
    assert str(caught.value).endswith(
        "{{ky}}, {{ky_con_lai}}, {{nam}}, {{nam_sau}}, {{nam_truoc}}, {{tu_ngay}}, {{den_ngay}}, "
        "{{tinh}}, {{ten_tinh}}, {{tinh_in_hoa}}, {{dia_phuong}}."
    )


def test_a_section_longer_than_a_report_is_refused_where_it_becomes_too_long():
    text = "a" * 99 + "\n"
    with pytest.raises(MarkupProblem) as refused:
        parse_section(text * (LONGEST_SECTION // 100) + "b")
    assert (refused.value.code, refused.value.line, refused.value.column) == ("too_long", 2001, 1)
    assert len(parse_section(text * (LONGEST_SECTION // 100))) == 2000
