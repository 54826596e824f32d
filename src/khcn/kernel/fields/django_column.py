"""A model field class of ours that tells two kinds apart, for a column that is Django's own."""

from __future__ import annotations

from typing import Any

from django.db import models


class DjangoColumn(models.Field):  # type: ignore[type-arg]
    """Stands before the class of Django that it derives from; migrations see that class, because the column is the same."""

    def deconstruct(self) -> Any:
        """The field as the class of Django."""
        name, _path, args, kwargs = super().deconstruct()
        column = next(each for each in type(self).__mro__ if each.__module__.startswith("django."))
        return name, f"django.db.models.{column.__name__}", args, kwargs
