"""Warnings at the head of a record's page that no field of the record says: areas provide them when they start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import Model

_providers: dict[type[Model], Callable[[Any, date], str]] = {}


def provide_record_warning(model: type[Model], provider: Callable[[Any, date], str]) -> None:
    """Have pages of a model's records begin with what the provider says of each on a day; "" is no warning."""
    _providers[model] = provider


def warning_on_record(record: Model, on: date) -> str:
    """What the page of a record begins with on a day; "" where nothing warns."""
    provider = _providers.get(type(record))
    return provider(record, on) if provider is not None else ""
