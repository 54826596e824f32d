"""One line of help for a field, wherever it is filled in: form, action, workbook, JSON.

Lines of a whole area stand together in ``<area>/help_lines.py`` as ``HELP_LINES``: model to field to line. They are words for people and
no part of the table, so a better one needs no migration. A model's own ``help_text`` goes before them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

_lines: dict[str, Mapping[str, StrOrPromise]] = {}


def read_help_lines() -> None:
    """Those of all areas. Raises LookupError for a field that is not there."""
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "help_lines"):
            continue
        for name, lines in getattr(import_module(f"{config.name}.help_lines"), "HELP_LINES", {}).items():
            model = apps.get_model(name)
            if unknown := set(lines) - {each.name for each in model._meta.get_fields()}:
                message = f"{name}: {sorted(unknown)}"
                raise LookupError(message)
            _lines[name] = lines


def help_of(field: Any) -> StrOrPromise:
    """The line of a model field; "" where its name is enough."""
    if own := getattr(field, "help_text", ""):
        return own
    model = getattr(field, "model", None)
    return _lines.get(model._meta.label_lower, {}).get(field.name, "") if model is not None else ""
