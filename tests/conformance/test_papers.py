"""Every kind of paper: its data are the words it declares, and it is printed for an empty, a full and a very long record."""

import pytest
from django.db import models

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.documents.serialization import fingerprint
from khcn.kernel.papers.kinds import PaperKind, all_paper_kinds
from khcn.kernel.papers.models import TemplateFormat
from khcn.kernel.papers.printing import print_files
from khcn.kernel.papers.template_versions import format_of, try_template
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.papers.workflow import may_issue
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


@every_kind
def test_the_trial_print_needs_no_record(kind):
    assert try_template(kind, kind.template.read_bytes()).docx
