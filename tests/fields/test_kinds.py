"""Every kind of field, one and all: what is typed, stored, exported, given out as JSON and logged comes back the same.

A kind brings its own sample (``FieldKind.sample``); a new kind is tested by being there.
"""

import io
import json
from datetime import date, datetime, time

import django_filters
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.audit.logged_values import snapshot
from khcn.kernel.fields.field_kind import FieldKind, by_column, recognising
from khcn.kernel.fields.kinds.quantity import QuantityField
from khcn.kernel.fields.kinds.short_text import ShortText
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.fields.workbook_cells import LONGEST, CellProblem, workbook_cell_text
from khcn.kernel.text.dates import ParsedDate
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.workbooks.workbook_sheet import SheetFormats, new_workbook
from khcn.parties.models import OrgUnit
from tests.factories.parties import OrgUnitFactory

KINDS = sorted({*by_column.values(), *recognising} - {None}, key=lambda kind: kind.__name__)
SAMPLED = [kind for kind in KINDS if kind.sample is not None]
TYPED = [kind for kind in SAMPLED if kind.sample[0].editable]


def model_with(kind):
    """A model, never stored, with the kind's sample field under the name "value"."""
    field = kind.sample[0].clone()
    for name in ("unit", "precision"):
        if hasattr(kind.sample[0], name):
            setattr(field, name, getattr(kind.sample[0], name))
    field.__class__ = type(kind.sample[0])
    meta = type("Meta", (), {"app_label": "field_kinds", "managed": False})
    return type(
        f"{kind.__name__}Sample", (models.Model,), {"__module__": __name__, "value": field, "Meta": meta}
    )


MODELS = {kind: model_with(kind) for kind in SAMPLED}
CASES = [
    pytest.param(kind, value, id=f"{kind.__name__}-{number}")
    for kind in SAMPLED
    for number, value in enumerate(kind.sample[1])
]
TYPED_CASES = [case for case in CASES if case.values[0] in TYPED]


def bound(kind):
    return field_kind_of(MODELS[kind]._meta.get_field("value"))


def typed(field, text):
    """What a form field makes of a text; yes and no come from a box that is ticked or not."""
    return field.clean(text if text != "on" else True)


def shown(field, value):
    """What a form shows of a stored value, as a browser sends it back."""
    prepared = field.prepare_value(value)
    return "on" if prepared is True else "" if prepared in (None, False) else str(prepared)


def given_out(found, value):
    """What stands for a value where people or programs have it: the value, or the mask of one that is masked."""
    return found.text(value) if found.is_masked else value


def test_every_kind_has_a_sample_or_needs_records():
    assert [kind.__name__ for kind in KINDS if kind.sample is None] == ["InventedColumns", "Reference"]


@pytest.mark.parametrize("kind", SAMPLED, ids=lambda kind: kind.__name__)
def test_the_field_of_a_sample_is_of_its_kind(kind):
    assert type(bound(kind)) is kind


@pytest.mark.parametrize(("kind", "value"), TYPED_CASES)
def test_a_form_reads_what_it_shows(kind, value):
    field = bound(kind).form_field()
    assert typed(field, shown(field, value)) == value


@pytest.mark.parametrize(("kind", "value"), TYPED_CASES)
def test_json_comes_back_through_the_form(kind, value):
    found = bound(kind)
    sent = json.loads(json.dumps(found.to_json(value)))
    text = "on" if sent is True else "" if sent is False else found.from_json(str(sent))
    assert typed(found.form_field(), text) == given_out(found, value)


@pytest.mark.parametrize("kind", SAMPLED, ids=lambda kind: kind.__name__)
def test_json_of_another_type_than_the_schema_says_is_not_taken(kind):
    found = bound(kind)
    values = {
        "string": "x",
        "integer": 0,
        "boolean": False,
        "number": 1.5,
        "array": [],
        "object": {},
        "null": None,
    }
    taken = [name for name, value in values.items() if found.takes_json(value)]
    assert taken == [found.json_schema()["type"]]
    assert all(found.takes_json(found.to_json(value)) for value in kind.sample[1])


def test_where_a_value_may_be_missing_the_schema_says_so():
    for field in (models.CharField(null=True), models.CharField(null=True, choices=[("a", "A")])):
        kind = field_kind_of(field)
        assert kind.json_schema()["type"] == ["string", "null"]
        assert kind.takes_json(None)
    choices = [
        field_kind_of(models.CharField(choices=[("a", "A")], **options)) for options in ({}, {"blank": True})
    ]
    assert [each._schema()["enum"] for each in choices] == [["a"], ["a", ""]]


@pytest.mark.parametrize(("kind", "value"), TYPED_CASES)
def test_a_workbook_cell_comes_back(kind, value):
    found = bound(kind)
    stream, book = new_workbook()
    sheet, formats = book.add_worksheet(), SheetFormats(book)
    more = ("day",) if found.sibling else ()
    cell = found.sheet_values()(value, *more)
    found.write_cell(sheet, 0, 0, cell, formats)
    book.close()
    raw = openpyxl.load_workbook(io.BytesIO(stream.getvalue())).active["A1"].value
    raw = raw.date() if isinstance(raw, datetime) else raw
    read = found.read_cell(raw, workbook_cell_text(raw))
    assert found.is_same(value, read.first if isinstance(read, ParsedDate) else read)


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_the_change_log_gives_the_value_back_and_says_it_in_the_same_words(kind, value):
    found = bound(kind)
    logged = json.loads(json.dumps(snapshot(MODELS[kind](value=value), ("id",))["value"]))
    assert found.from_log(logged) == value
    assert found.log_text(logged) == found.text(value) == found.texts()(value)


@pytest.mark.parametrize(("kind", "value"), CASES)
@pytest.mark.django_db
def test_the_database_gives_the_value_back_and_has_none_below_the_lowest(kind, value):
    OrgUnitFactory()
    found = bound(kind)
    lowest = found.lowest()
    rows = OrgUnit.objects.annotate(
        stored=Value(value, output_field=found.field),
        low=lowest,
        same=Value(value, output_field=lowest.output_field),
    )
    row = rows.first()
    assert found.field.to_python(row.stored) == value
    assert rows.filter(same__gte=models.F("low")).exists()


def filtered(found, value, text, lookup):
    """How many records that hold a value a filter finds, or what it says against the text."""
    made = {"asked": found.filter(field_name="stored", lookup_expr=lookup)}
    rows = OrgUnit.objects.annotate(stored=Value(value, output_field=found.field))
    asked = type("Asked", (django_filters.FilterSet,), made)({"asked": text}, queryset=rows)
    return [*asked.form.errors.values()] or asked.qs.count()


@pytest.mark.parametrize(("kind", "value"), TYPED_CASES)
@pytest.mark.django_db
def test_a_filter_finds_what_is_typed_or_chosen(kind, value):
    OrgUnitFactory()
    found = bound(kind)
    offered = [key for key, _label in found.filter_choices()]
    typed_in = [shown(found.form_field(), value)]
    assert sum(filtered(found, value, text, "exact") for text in offered or typed_in) == 1


@pytest.mark.parametrize("lookup", ["exact", "gte", "lt"])
@pytest.mark.parametrize("kind", SAMPLED, ids=lambda kind: kind.__name__)
@pytest.mark.django_db
def test_a_filter_reads_any_text_or_says_what_is_wrong(kind, lookup):
    OrgUnitFactory()
    for text in ("abc", "=1+1", "\0", "9" * 400, "-", "1e9", "NaN", "31/2/2023", "25:61", "#1"):
        answer = filtered(bound(kind), kind.sample[1][0], text, lookup)
        assert answer in {0, 1} if isinstance(answer, int) else all(map(str, answer[0]))


@pytest.mark.django_db
def test_a_kind_that_says_nothing_of_its_filter_has_that_of_its_form():
    OrgUnitFactory()
    found, half_past_two = FieldKind(models.TimeField("giờ")), time(14, 30)
    assert filtered(found, half_past_two, "14:30", "exact") == 1
    assert isinstance(filtered(found, half_past_two, "abc", "gte"), list)


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
def test_nothing_is_a_value_like_any_other(kind):
    found = bound(kind)
    assert (found.text(None), found.log_text(None), found.to_json(None)) == ("", "", None)


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
@given(
    text=st.text(max_size=40)
    | st.sampled_from(["=1+1", "\0", "9" * 400, "-", "1e9", "NaN", "31/2/2023", "１２"])
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused_in_words(kind, text):
    found = bound(kind)
    messages = ["read"]
    try:
        typed(found.form_field(), text)
    except ValidationError as refused:
        messages += refused.messages
    if cell := workbook_cell_text(text):
        try:
            found.read_cell(text, cell)
        except (CellProblem, TextProblem, ValidationError) as refused:
            messages.append(str(refused))
    assert all(messages)


@pytest.mark.parametrize("kind", SAMPLED, ids=lambda kind: kind.__name__)
def test_the_longest_cell_is_read_or_refused_in_time_that_grows_with_its_length(kind):
    """A pattern that takes time with the square of the length would hold this test up for minutes."""
    messages = []
    for filler in (" ", "a ", ";", " ;", "(", "1", ".", "- ", "&", "\u0301\u0323", "@"):
        text = f"X{filler * LONGEST}"[: LONGEST - 1] + "Y"
        try:
            bound(kind).read_cell(text, workbook_cell_text(text))
        except (CellProblem, TextProblem, ValidationError) as refused:
            messages.append(str(refused))
    assert all(messages)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_says_what_pages_and_templates_ask_of_it(kind):
    assert kind.name
    assert kind.sheet_word
    assert kind.sheet_width > 0


def test_what_a_number_a_percentage_and_a_dash_are_to_each_kind():
    """What an import asks of a column: is it summed up, is the number of a cell what counts, is a dash an answer."""

    def those(asked):
        return {kind.__name__ for kind in KINDS if getattr(kind, asked)}

    amounts = {"Amount", "Decimal", "Integer", "Money", "Quantity", "UngroupedInteger"}
    assert those("is_amount") == amounts
    assert those("takes_number") == amounts | {"Date", "Instant", "PartialDate", "Percent", "Year", "YesNo"}
    assert those("reads_dash") == {"YesNo"}
    assert {kind.__name__: bound(kind).sheet_unit for kind in SAMPLED if bound(kind).sheet_unit} == {
        "Money": "đồng",
        "Quantity": "ha",
    }


@pytest.mark.parametrize(
    ("name", "unit", "found"),
    [
        ("diện tích (ha)", "ha", []),
        ("diện tích", "ha", ["khcn.fields.E001"]),
        ("diện tích (m²)", "ha", ["khcn.fields.E001"]),
        ("diện tích ()", "", ["khcn.fields.E001"]),
    ],
)
def test_the_name_of_a_quantity_tells_its_unit(name, unit, found):
    field = QuantityField(name, unit=unit, max_digits=8, decimal_places=2)
    field.set_attributes_from_name("area")
    assert [each.id for each in field.check(databases=())] == found


def test_a_day_and_a_moment_are_two_kinds():
    assert {
        type(field_kind_of(models.DateField())).__name__,
        type(field_kind_of(models.DateTimeField())).__name__,
    } == {
        "Date",
        "Instant",
    }
    assert field_kind_of(models.DateField()).text(date(2023, 9, 4)) == "04/09/2023"


ONE_LINE = [kind for kind in TYPED if issubclass(kind, ShortText)]


@pytest.mark.parametrize("kind", ONE_LINE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("sign", "\n\r\x07\x85\u2028\u202a\u202e\u2066\u2069", ids=ascii)
def test_a_text_of_one_line_holds_nothing_that_shows_another_text(kind, sign):
    found = bound(kind)
    for value in kind.sample[1]:
        with pytest.raises(ValidationError):
            typed(found.form_field(), f"{value[:20]}{sign}{value[:20]}")


@pytest.mark.parametrize("sign", "\u202e\u2066", ids=ascii)
def test_a_cell_of_one_line_is_refused_with_what_to_do(sign):
    found = bound(ShortText)
    with pytest.raises(CellProblem) as refused:
        found.read_cell(f"Giống{sign}ngô", f"Giống{sign}ngô")
    assert f"U+{ord(sign):04X}" in refused.value.message
    assert refused.value.remedy.startswith("Xóa đoạn đó")
    assert found.read_cell("Giống\nngô", "Giống\nngô") == "Giống ngô"  # as before: cells are broken to fit
