"""Finds the factory of a model; a register whose author forgot it fails here with a clear message."""

import pytest

from tests.factories import base, councils, directives, parties, reference, science

_MODULES = (reference, parties, councils, directives, science)


def all_factories():
    """Model to factory, over every module of this folder."""
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


def factory_of(model):
    """The factory that makes records of ``model``; fails the test when there is none."""
    try:
        return all_factories()[model]
    except KeyError:
        area = model._meta.app_label
        pytest.fail(
            f"{model._meta.label} has a register but no factory: add a RecordFactory for it to "
            f"tests/factories/{area}.py (and the module to tests/factories/registry.py, if it is new)"
        )
