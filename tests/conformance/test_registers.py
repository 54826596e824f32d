"""Every register, regardless of who wrote it: lists, filters, search, keys and words."""

import csv
import re
from pathlib import Path

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.dated.models import Succession
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers.list_pages import Keyset, all_columns, list_page
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.screens.list_filters import apply_filters
from khcn.kernel.search.search_words import read_words
from khcn.kernel.text.fold import fold
from tests.conformance.given import DAY, NAMES, REGISTERS, TECHNICAL, business_fields, some_records, value_at
from tests.factories.registry import derived_factory
from tests.kernel.search_rule import occur_in

ROOT = Path(__file__).resolve().parents[2]
every_register = pytest.mark.parametrize("register", REGISTERS, ids=NAMES)


def pks(records):
    return sorted(record.pk for record in records)


def queries_of_list(register):
    with CaptureQueriesContext(connection) as asked:
        list_page(register, register.rows(SYSTEM, DAY), columns=all_columns(register))
    return len(asked)


@every_register
@pytest.mark.django_db
def test_list_costs_the_same_for_one_and_three_rows(register):
    some_records(register, plain=0, full=1)
    one = queries_of_list(register)
    some_records(register, plain=0, full=2)
    assert queries_of_list(register) == one <= 3


@every_register
@pytest.mark.django_db
def test_list_shows_every_row_in_words(register):
    made = some_records(register)
    shown = list_page(register, register.rows(SYSTEM, DAY), columns=all_columns(register))
    assert sorted(row.pk for row in shown.rows if row.pk in pks(made)) == pks(made)
    texts = [cell.text for row in shown.rows for cell in row.cells]
    assert all(type(text) is str for text in texts)
    assert not [text for text in texts if re.search(r"None|True|False|<|__|datetime", text)]


@every_register
@pytest.mark.django_db
def test_walking_a_list_one_row_at_a_time_meets_every_row_once(register):
    some_records(register, plain=2, full=2)
    rows = register.rows(SYSTEM, DAY)
    whole = set(rows.values_list("pk", flat=True))
    keys = ["pk", *(field.name for field in business_fields(register.model) if not field.related_model)]
    for order in (register.order, *((sign + key,) for key in keys for sign in ("", "-"))):
        there = walked(register, rows, order, limit=len(whole))
        assert sorted(there) == sorted(whole), order
        assert walked(register, rows, order, limit=len(whole), back=True) == there[::-1], order


def walked(register, rows, order, *, limit, back=False):
    """Primary keys met on pages of one row, from the first page on, or back from the last one."""
    columns = all_columns(register)[:1]
    met = []
    part = list_page(register, rows, columns=columns, order=order, size=1)
    while True:
        met += [row.pk for row in part.rows]
        assert len(met) <= limit, (order, met)
        if not part.older:
            break
        part = list_page(register, rows, columns=columns, order=order, after=part.older, size=1)
    if not back:
        return met
    met = [row.pk for row in part.rows]
    while part.newer:
        part = list_page(register, rows, columns=columns, order=order, before=part.newer, size=1)
        met += [row.pk for row in part.rows]
        assert len(met) <= limit, (order, met)
    return met


# ------------------------------------------------------------------------------------------- filters


@every_register
def test_each_relation_and_date_has_a_filter(register):
    wanted = {
        field.name
        for field in business_fields(register.model)
        if isinstance(field, models.DateField) or (field.related_model and has_register(field.related_model))
    }
    assert wanted - set(register.filters) == set()
    ranged = {name for name in wanted if isinstance(register.model._meta.get_field(name), models.DateField)}
    assert {name for name in ranged if not {"gte", "lt"} <= set(register.filters[name])} == set()


def typed(kind, value):
    """A filter's value as the address carries it: what is chosen by its key, all else as pages show it."""
    if kind.filter_choices():
        return {True: "1", False: "0"}.get(value, str(value))
    return f"#{value.pk}" if kind.target else kind.text(value)


_TESTS = {
    "exact": lambda value, bound: value == bound,
    "gte": lambda value, bound: value is not None and value >= bound,
    "lt": lambda value, bound: value is not None and value < bound,
}


@every_register
@pytest.mark.django_db
def test_each_filter_keeps_exactly_the_rows_it_says(register):
    some_records(register)
    everything = list(register.model.objects.all())
    tried = 0
    for path, lookups in register.filters.items():
        kind = kind_at(register.model, path)
        for bound in {value_at(record, path) for record in everything} - {None, ""}:
            for lookup in lookups:
                name = path if lookup == "exact" else f"{path}__{lookup}"
                with acting(SYSTEM):  # who asks decides which records a filter may name
                    found = apply_filters(register, register.rows(SYSTEM, DAY), {name: typed(kind, bound)})
                expected = [each for each in everything if _TESTS[lookup](value_at(each, path), bound)]
                assert found.errors == {}, name
                assert pks(found.records) == pks(expected), (name, bound)
                tried += 1
    assert tried >= sum(map(len, register.filters.values()))


@every_register
@pytest.mark.django_db
def test_each_derived_filter_divides_the_rows(register):
    some_records(register)
    rows = register.rows(SYSTEM, DAY)
    for name, (_label, choices) in register.derived_filters.items():
        found = [
            record
            for value, _text in choices
            for record in apply_filters(register, rows, {name: value}).records
        ]
        assert pks(found) == pks(rows)
        assert {getattr(record, name) for record in found} <= {value for value, _text in choices}


@every_register
@pytest.mark.django_db
def test_search_finds_by_every_searched_column_without_marks(register):
    some_records(register)
    everything = list(register.model.objects.all())
    own = getattr(register.model, "searched", ())
    linked = [
        f"{link}__{name}"
        for link in register.search
        for name in field_at(register.model, link).related_model.searched
    ]
    paths = [*own, *linked]
    tried = 0
    for path in paths:
        for record in everything:
            words = fold(str(value_at(record, path) or "")).split()
            if not words:
                continue
            word = max(words, key=len)
            expected = [
                each
                for each in everything
                if occur_in(fold(" ".join(str(value_at(each, p) or "") for p in paths)), read_words(word))
            ]
            assert pks(
                apply_filters(register, register.rows(SYSTEM, DAY), {"q": word.upper()}).records
            ) == pks(expected)
            tried += 1
    assert tried >= len(register.search)
    assert list(apply_filters(register, register.rows(SYSTEM, DAY), {"q": "khôngcóởđâucả"}).records) == []


# -------------------------------------------------------------------------------------------- keys


@every_register
def test_natural_key_is_unique_in_the_database(register):
    keys = [
        set(constraint.fields) - {"province"}
        for constraint in register.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    ]
    assert set(register.natural_key) in keys


@every_register
def test_form_has_every_field_people_fill_in(register):
    assert set(register.form_fields()) == {field.name for field in business_fields(register.model)}


@every_register
def test_records_named_by_other_registers_can_be_looked_up(register):
    targets = {
        field.related_model
        for field in business_fields(register.model)
        if field.related_model and has_register(field.related_model)
    }
    assert {target for target in targets if not register_of(target).lookup} == set()


# ------------------------------------------------------------------------------------------- words


@every_register
def test_every_field_has_a_vietnamese_label(register):
    for field in business_fields(register.model):
        assert str(field.verbose_name) != field.name.replace("_", " "), field.name
        assert "_" not in str(field.verbose_name), field.name
    for name in (register.title, register.singular):
        assert str(name).strip()
        assert str(name) not in {register.model.__name__.lower(), register.model._meta.model_name + "s"}
    headings = [str(column.heading) for column in all_columns(register)]
    assert len(set(headings)) == len(headings)


@every_register
def test_model_name_is_in_the_glossary(register):
    with (ROOT / "docs/glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["identifier_en"] for row in csv.DictReader(file)}
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", register.model.__name__).lower()
    assert snake in terms


@every_register
@pytest.mark.django_db
def test_records_name_themselves(register):
    for record in some_records(register):
        assert str(record).strip()
        assert "None" not in str(record)


# A succession ties two optional fields together (abolished: no successor), which no derived factory can guess.
PLAIN = [each for each in REGISTERS if not issubclass(each.model, Succession)]


@pytest.mark.parametrize("register", PLAIN, ids=str)
@pytest.mark.django_db
def test_a_factory_that_nobody_wrote_would_do(register):
    first, second = derived_factory(register.model).create_batch(2)
    assert first.pk != second.pk


def test_technical_fields_are_never_asked_for():
    assert not {name for register in REGISTERS for name in register.form_fields()} & TECHNICAL


BIG = [
    each
    for each in REGISTERS
    if each.name.startswith(("science.sciencetask", "science.taskproposal", "science.task"))
]


@pytest.mark.parametrize("register", [each for each in BIG if "__" not in each.order[0]], ids=str)
@pytest.mark.django_db
def test_the_order_of_a_long_list_comes_from_an_index(register):
    if connection.vendor != "sqlite":
        pytest.skip("the planner of a small PostgreSQL table rightly prefers to sort")
    keys = Keyset(register, register.order).apply(register.rows(SYSTEM, DAY), backwards=False)
    plan = keys.values_list("pk", "_key0")[:50].explain()
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
