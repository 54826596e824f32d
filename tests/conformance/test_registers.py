"""Every register, regardless of who wrote it: filters, keys and words; tests/conformance/test_register_rows.py has their rows."""

import csv
import inspect
import re
from pathlib import Path

import pytest
from django.db import connection, models, transaction

from khcn.kernel.actors import SYSTEM
from khcn.kernel.dated.models import Succession
from khcn.kernel.registers.list_pages import Keyset, all_columns
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.registers.writing import RowWriter
from tests.conformance.given import DAY, REGISTERS, TECHNICAL, business_fields
from tests.factories.registry import derived_factory

ROOT = Path(__file__).resolve().parents[2]


# ------------------------------------------------------------------------------------------- filters


def test_each_relation_and_date_has_a_filter():
    for register in REGISTERS:
        wanted = {
            field.name
            for field in business_fields(register.model)
            if isinstance(field, models.DateField)
            or (field.related_model and has_register(field.related_model))
        }
        assert wanted - set(register.filters) == set(), register.name
        ranged = {
            name for name in wanted if isinstance(register.model._meta.get_field(name), models.DateField)
        }
        without = {name for name in ranged if not {"gte", "lt"} <= set(register.filters[name])}
        assert without == set(), register.name


# -------------------------------------------------------------------------------------------- keys


def test_natural_key_is_unique_in_the_database():
    for register in REGISTERS:
        keys = [
            set(constraint.fields) - {"province"}
            for constraint in register.model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
        ]
        assert set(register.natural_key) in keys, register.name


def test_form_has_every_field_people_fill_in():
    for register in REGISTERS:
        fields = {field.name for field in business_fields(register.model)}
        assert set(register.form_fields()) == fields, register.name


def test_records_named_by_other_registers_can_be_looked_up():
    for register in REGISTERS:
        targets = {
            field.related_model
            for field in business_fields(register.model)
            if field.related_model and has_register(field.related_model)
        }
        assert {target for target in targets if not register_of(target).lookup} == set(), register.name


# ------------------------------------------------------------------------------------------- words


def test_every_field_has_a_vietnamese_label():
    for register in REGISTERS:
        for field in business_fields(register.model):
            place = register.name, field.name
            assert str(field.verbose_name) != field.name.replace("_", " "), place
            assert "_" not in str(field.verbose_name), place
        for name in (register.title, register.singular):
            assert str(name).strip(), register.name
            assert str(name) not in {
                register.model.__name__.lower(),
                register.model._meta.model_name + "s",
            }
        headings = [str(column.heading) for column in all_columns(register)]
        assert len(set(headings)) == len(headings), register.name


def test_model_names_are_in_the_glossary():
    with (ROOT / "docs/glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["identifier_en"] for row in csv.DictReader(file)}
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", each.model.__name__).lower() for each in REGISTERS}
    assert names - terms == set()


# A succession ties two optional fields together (abolished: no successor), which no derived factory can guess.
# What has no form is written by actions, from what no derived factory can guess.
PLAIN = [each for each in REGISTERS if each.form and not issubclass(each.model, Succession)]


@pytest.mark.django_db
def test_a_factory_that_nobody_wrote_would_do():
    for register in PLAIN:
        with transaction.atomic():
            first, second = derived_factory(register.model).create_batch(2)
            assert first.pk != second.pk, register.name
            transaction.set_rollback(True)


def test_technical_fields_are_never_asked_for():
    assert not {name for register in REGISTERS for name in register.form_fields()} & TECHNICAL


LONG = [each for each in REGISTERS if each.may_be_long]


@pytest.mark.parametrize("register", LONG, ids=str)
@pytest.mark.django_db
def test_the_order_of_a_long_list_comes_from_an_index(register):
    keys = Keyset(register, register.order).apply(register.rows(SYSTEM, DAY), backwards=False)
    first = keys.values_list("pk", "_key0")[:50]
    if connection.vendor == "sqlite":
        plan = first.explain()
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
        return
    with connection.cursor() as cursor:  # the planner of a small table rightly prefers to sort
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = first.explain().replace("Incremental Sort", "")  # among equal values of the index
    assert "Sort  (" not in plan, plan


def asked_of(writer):
    """The methods of a writer that a write leads to, by the hooks that every writer has."""
    lines = writer.__mro__[:-1]
    hooks = [name for name, each in vars(RowWriter).items() if inspect.isfunction(each)]
    waiting, asked = [(name, 0) for name in hooks], set()
    while waiting:
        name, first = waiting.pop()
        at = next((n for n in range(first, len(lines)) if name in vars(lines[n])), None)
        if at is None or (lines[at], name) in asked:
            continue
        asked.add((lines[at], name))
        source = inspect.getsource(vars(lines[at])[name]) if callable(vars(lines[at])[name]) else ""
        waiting += [(each, 0) for each in re.findall(r"\bself\.(\w+)\b", source)]
        waiting += [(each, at + 1) for each in re.findall(r"\bsuper\(\)\.(\w+)\b", source)]
    return asked


def never_asked(writer):
    """Rules of a writer that no write leads to."""
    names = {
        name for each in writer.__mro__[:-1] for name in vars(each) if name.startswith(("refuse", "_refuse"))
    }
    effective = {(next(each for each in writer.__mro__ if name in vars(each)), name) for name in names}
    return sorted(f"{each.__name__}.{name}" for each, name in effective - asked_of(writer))


def test_each_rule_of_a_writer_is_asked():
    """One on a writer whose base never calls it refuses nothing, and a test that calls it passes."""
    writers = {type(register.writer) for register in REGISTERS}
    assert len(writers) > 50
    assert sorted({name for each in writers for name in never_asked(each)}) == []


def test_a_rule_that_is_never_asked_is_found():
    class Writer(RowWriter):
        def refuse(self, write, context):
            raise AssertionError

    assert never_asked(Writer) == ["Writer.refuse"]
