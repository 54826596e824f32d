"""What is printed, exported, read from workbooks or kept in the log is Vietnamese, whatever language the screen has."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = "vi"  # the language of the strings in the code
P = ParamSpec("P")
R = TypeVar("R")


def in_vietnamese(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function with Vietnamese as the active language. Not for generators: they run later."""

    @wraps(function)
    def run(*args: P.args, **options: P.kwargs) -> R:
        if translation.get_language() == SOURCE:
            return function(*args, **options)
        with translation.override(SOURCE):
            return function(*args, **options)

    return run


@in_vietnamese
def vietnamese(value: object) -> str:
    """The text of a value in Vietnamese."""
    return str(value)
