"""Rows that name a record of any model in two columns: the label of the model, and the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet


def without_named_record(
    rows: QuerySet[Any], *, model: str = "model", key: str = "object_id"
) -> QuerySet[Any]:
    """Rows whose record is gone, or whose model this program does not know; asks first which models are named."""
    found = Q(pk__in=())
    for label in rows.order_by().values_list(model, flat=True).distinct():
        named = _model_of(label)
        if named is None:
            found |= Q(**{model: label})
        else:
            found |= Q(~Exists(named._base_manager.filter(pk=OuterRef(key))), **{model: label})
    return rows.filter(found)


def _model_of(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
