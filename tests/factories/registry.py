"""Finds the factory of a model. One that nobody wrote by hand is derived from the model's own fields, so that a new
register is tested before its author writes a test."""

from datetime import date, timedelta
from functools import cache

import factory
from django.db import models

from tests.factories import base, councils, directives, parties, reference, science, trace

_MODULES = (reference, parties, councils, directives, science, trace)


@cache
def all_factories():
    """Model to hand-written factory, over every module of this folder."""
    found = {}
    for module in _MODULES:
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
    if isinstance(field, models.DateField):
        return factory.Sequence(lambda n: date(2023, 5, 1) + timedelta(days=n % 100))
    if isinstance(field, models.IntegerField | models.DecimalField):
        return factory.Sequence(lambda n: n % 100 + 1)
    return factory.Sequence(lambda n: f"{field.verbose_name} {n}"[-(field.max_length or 200) :])
