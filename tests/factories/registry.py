"""Finds the factory of a model. One that nobody wrote by hand is derived from the model's own fields, so that a new
register is tested before its author writes a test."""

from datetime import date, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path

import factory

from khcn.kernel.fields.kinds.date import Date
from khcn.kernel.fields.kinds.decimal import Decimal
from khcn.kernel.fields.kinds.integer import Integer
from khcn.kernel.fields.kinds.long_text import LongText
from khcn.kernel.fields.kinds.short_text import ShortText
from khcn.kernel.fields.registry import field_kind_of
from tests.factories import base

FOLDER = Path(__file__).resolve().parent


# What a record that has all its optional values says otherwise than a plain one: a dossier with the day of its end has ended.
WHEN_FULL = {"dossiers.dossier": {"outcome": "resolved"}}


@cache
def all_factories():
    """Model to hand-written factory, over every module of this folder."""
    found = {}
    for module in (import_module(f"tests.factories.{path.stem}") for path in sorted(FOLDER.glob("*.py"))):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, base.RecordFactory)
                and not value._meta.abstract
                and value.__module__ == module.__name__
            ):
                found.setdefault(value._meta.model, value)  # the first one is the plain one
    return found


@cache
def factory_of(model):
    """The factory that makes records of ``model``."""
    return all_factories().get(model) or derived_factory(model)


def derived_factory(model):
    """A factory that fills what must be filled, each value plain and different from the last."""
    needed = {
        field.name: _value(field)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.null or field.blank or field.has_default() or not field.editable)
    }
    return factory.make_factory(model, FACTORY_CLASS=base.RecordFactory, **needed)


def _value(field):
    if field.choices:
        return field.flatchoices[0][0]
    if field.related_model:
        return factory.SubFactory(factory_of(field.related_model), **(field.get_limit_choices_to() or {}))
    return factory.Sequence(lambda n: value_of(field, n, day=date(2023, 5, 1) + timedelta(days=n % 100)))


def value_of(field, number, *, day):
    """A value for a field that neither links nor chooses. Days, numbers and free text have an order or a key to keep;
    of every other kind it is a value of the kind's own sample.
    """
    kind = field_kind_of(field)
    if isinstance(kind, Date):
        return day
    if isinstance(kind, Integer | Decimal):
        return number % 100 + 1
    if type(kind) in {ShortText, LongText}:
        return f"{field.verbose_name} {number}"[-(field.max_length or 200) :]
    return kind.sample[1][number % len(kind.sample[1])]
