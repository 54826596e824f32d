"""Numbers that an installation may change, each by its variable."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any, ClassVar, Self

from django.core.exceptions import ImproperlyConfigured


class EnvironmentNumbers:
    """Base of a dataclass of numbers. The variable of ``head_seconds`` is the prefix and ``HEAD_SECONDS``."""

    __slots__ = ()
    prefix: ClassVar[str]

    @classmethod
    def from_environment(cls) -> Self:
        """The class's own numbers, or those of the environment. Raises ImproperlyConfigured on a text that is no number."""
        given: dict[str, Any] = {}
        for field in fields(cls):  # type: ignore[arg-type]  # its subclasses are dataclasses
            name = f"{cls.prefix}{field.name.upper()}"
            if text := os.environ.get(name):
                try:
                    given[field.name] = int(text) if field.type == "int" else float(text)
                except ValueError:
                    message = f"{name} must be a number, not {text!r}"
                    raise ImproperlyConfigured(message) from None
        return cls(**given)
