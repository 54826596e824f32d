"""Every register, regardless of who wrote it: filters, keys and words; tests/conformance/test_register_rows.py has their rows."""

import csv
import re
from pathlib import Path

import pytest
from django.db import connection, models, transaction

from khcn.kernel.actors import SYSTEM
from khcn.kernel.dated.models import Succession
from khcn.kernel.registers.list_pages import Keyset, all_columns
from khcn.kernel.registers.registry import has_register, register_of
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
