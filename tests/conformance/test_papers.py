"""Every kind of paper: its data are the words it declares, and it is printed for an empty, a full and a very long record."""

import io
import re

import pytest
from django.db import models
from pypdf import PdfReader

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.documents.layout import (
    BREAK,
    column_widths_mm,
    inner_mm,
    measures_of,
    with_breaks,
)
from khcn.kernel.documents.model import A5, Table, is_letter
from khcn.kernel.documents.serialization import fingerprint
from khcn.kernel.papers.kinds import PaperKind, all_paper_kinds
from khcn.kernel.papers.models import TemplateFormat
from khcn.kernel.papers.printing import print_files
from khcn.kernel.papers.template_versions import format_of, try_template
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.papers.workflow import may_issue
from khcn.kernel.text.in_sentence import in_sentence
from tests.conformance.given import DAY, business_fields, fill
from tests.conformance.shapes import covering
from tests.factories.base import OUTSIDER
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory

KINDS = all_paper_kinds()
every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.code for kind in KINDS])
OF_THE_PAPER = {
    "number": "05/X-SKHCN", "issued_on": "14/09/2023", "day": "14", "month": "9", "year": "2023", "symbol": "X-SKHCN",
    "signer_name": "Nguyễn Văn Ký", "signer_capacity": "GIÁM ĐỐC", "earlier": "", "earlier_kind": "", "reason": "",
    "province": "tỉnh Bắc Kạn", "province_name": "Bắc Kạn", "province_capitals": "TỈNH BẮC KẠN",
}  # fmt: skip


def record_for(kind: PaperKind):
    """A notice goes with any record."""
    return factory_of(kind.model)() if kind.model else ScienceTaskFactory()


def stretch(record):
    """Every text as long as its column takes."""
    for field in business_fields(type(record)):
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            size = field.max_length or 20_000
            setattr(
                record, field.name, ("Nghiên cứu ứng dụng <&> {{ }} “đặc biệt” " * (size // 20 + 1))[:size]
            )
    with acting(SYSTEM):
        record.save()
    return record


@every_kind
def test_the_declaration_holds_together(kind):
    assert str(kind.label)
    assert not kind.who.test(OUTSIDER, None)
    assert kind.who.test(SYSTEM, None)
    assert "{number}" in kind.pattern
    assert may_issue.test(SYSTEM, None)


@every_kind
@pytest.mark.django_db
def test_the_data_are_the_words_that_are_declared(kind):
    record = fill(record_for(kind), 1)
    data = kind.context(record, DAY)
    assert set(data) == {each.name for each in kind.variables}
    for each in kind.variables:
        if each.rows:
            assert isinstance(data[each.name], list)
            assert all(set(row) == {word.name for word in each.rows} for row in data[each.name])
        else:
            assert isinstance(data[each.name], str), each.name
            of_text, _word, rest = each.name.partition("_in_sentence")
            assert rest or of_text == each.name or in_sentence(data[of_text]).endswith(data[each.name])


@every_kind
@pytest.mark.django_db
@pytest.mark.parametrize(
    "make", [lambda record: record, lambda record: fill(record, 1), stretch], ids=["empty", "full", "long"]
)
def test_the_shipped_template_takes_any_record(kind, make):
    """Files are made of the document, whatever the kind of paper; a DOCX is filled in as it is."""
    data, content = words_for(kind, make), kind.template.read_bytes()
    if format_of(content) != TemplateFormat.TOML:
        assert print_files(kind, format_of(content), content, data).docx.startswith(b"PK")
        return
    document = compose_document(read_layout(content), kind.variable_names, data)
    assert (document.number, document.symbol) == ("05", "X-SKHCN")
    assert fingerprint(document) == fingerprint(
        compose_document(read_layout(content), kind.variable_names, data)
    )


def words_for(kind, make):
    data = {**kind.context(make(record_for(kind)), DAY), **OF_THE_PAPER}
    for each in kind.variables:
        if each.rows and make is stretch:  # more than a page of them
            data[each.name] = [{word.name: "Dài " * 30 for word in each.rows}] * 80
    return data


def features_of_papers(kind):
    """What the files of a paper depend on: the format of its template, and which parts its document has."""
    content = kind.template.read_bytes()
    yield format_of(content), any(each.rows for each in kind.variables)
    if format_of(content) == TemplateFormat.TOML:
        layout = read_layout(content)
        yield from layout
        yield "is a letter", layout["kind"] == "CÔNG VĂN"
        yield from (("block", name) for block in layout["block"] for name in block)


WITH_ALL_PARTS = covering(KINDS, features_of_papers)


@pytest.mark.parametrize("kind", WITH_ALL_PARTS, ids=[kind.code for kind in WITH_ALL_PARTS])
@pytest.mark.django_db
def test_papers_with_any_part_are_printed_with_equal_bytes_and_over_pages(kind):
    content = kind.template.read_bytes()
    for make in (lambda record: fill(record, 1), stretch):
        data = words_for(kind, make)
        printed = print_files(kind, format_of(content), content, data)
        if make is not stretch:
            assert print_files(kind, format_of(content), content, data) == printed
        assert printed.docx.startswith(b"PK")
        assert format_of(content) != TemplateFormat.TOML or printed.pdf.startswith(b"%PDF")


# Of which NĐ 30/2020/NĐ-CP says that "./." ends them, and not those that are forms.
ENDED = {"QUYẾT ĐỊNH", "THÔNG BÁO", "TỜ TRÌNH", "KẾT LUẬN", "BIÊN BẢN", "CÔNG VĂN", "BÁO CÁO"}


@every_kind
def test_the_shipped_template_has_the_form_of_its_kind(kind):
    content = kind.template.read_bytes()
    if format_of(content) != TemplateFormat.TOML:
        return
    layout = read_layout(content)
    assert bool(layout.get("authority")) == (layout["kind"] == "QUYẾT ĐỊNH")
    assert bool(layout.get("closing")) or layout["kind"] not in ENDED


LAYOUTS = {
    kind.code: read_layout(content)
    for kind in KINDS
    if format_of(content := kind.template.read_bytes()) == TemplateFormat.TOML
}
every_layout = pytest.mark.parametrize(
    "kind", [each for each in KINDS if each.code in LAYOUTS], ids=list(LAYOUTS)
)


def sample_document(kind):
    data = {**kind.sample(), **OF_THE_PAPER}
    return compose_document(LAYOUTS[kind.code], kind.variable_names, data)


@every_layout
def test_no_day_or_word_is_cut_within_its_column(kind):
    """Of the samples, which are as long as what is printed: a day has ten signs."""
    cut, document = [], sample_document(kind)
    measures = measures_of(document.paper)
    for table in (each for each in document.blocks if isinstance(each, Table)):
        widths = column_widths_mm(table.columns, measures.text_mm)
        titles = tuple(((each.title, True),) for each in table.columns)
        cells = (tuple((run.text, run.bold) for run in cell) for row in table.rows for cell in row)
        for width, texts in zip(widths * (len(table.rows) + 1), (*titles, *cells), strict=True):
            cut += [each for each in with_breaks(texts, measures.table_pt, inner_mm(width)) if BREAK in each]
    assert cut == []


ON_A5 = [each for each in KINDS if LAYOUTS.get(each.code, {}).get("paper") == A5]


@pytest.mark.parametrize("kind", ON_A5, ids=[each.code for each in ON_A5])
def test_a_slip_is_one_page_of_the_samples(kind):
    data = {**kind.sample(), **OF_THE_PAPER}
    printed = print_files(kind, TemplateFormat.TOML, kind.template.read_bytes(), data)
    assert len(PdfReader(io.BytesIO(printed.pdf)).pages) == 1


@every_layout
def test_ordinals_are_centred_in_their_column(kind):
    tables = [each for each in sample_document(kind).blocks if isinstance(each, Table)]
    ordinals = [column for table in tables for column in table.columns if column.title == "TT"]
    assert {each.align for each in ordinals} <= {"center"}


@every_layout
def test_the_subject_begins_as_its_kind_of_paper_has_it(kind):
    document = sample_document(kind)
    assert document.subject[0].islower() == is_letter(document)


@every_layout
def test_a_basis_names_the_number_and_the_day_of_the_law(kind):
    """NĐ 30/2020/NĐ-CP, Phụ lục I: of the first mention of a document."""
    bases = [base if isinstance(base, str) else base["text"] for base in LAYOUTS[kind.code].get("bases", [])]
    of_law = [each for each in bases if re.match("Căn cứ (Luật|Pháp lệnh|Nghị định|Thông tư) ", each)]
    assert [each for each in of_law if not re.search(r" ngày \d", each)] == []


@every_layout
def test_nobody_receives_the_paper_twice(kind):
    """Also where the words that name them are the same."""
    data = {each.name: "Đơn vị" for each in kind.words if not each.rows}
    data = {**kind.sample(), **data, **OF_THE_PAPER}
    recipients = compose_document(LAYOUTS[kind.code], kind.variable_names, data).recipients
    assert len(recipients) == len(set(recipients))


@every_layout
def test_a_count_in_a_sentence_has_two_digits(kind):
    single = {each.name for each in kind.words if re.fullmatch(r"\d", each.sample) and each.name == "count"}
    texts = [each["text"] for each in LAYOUTS[kind.code]["block"] if "text" in each]
    assert [text for text in texts for name in single if f"{{{{ {name} }}}}" in text] == []


@every_kind
def test_the_trial_print_needs_no_record(kind):
    assert try_template(kind, kind.template.read_bytes()).docx
