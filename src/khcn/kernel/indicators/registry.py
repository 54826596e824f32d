"""All figures of the program by code. Areas declare them in their registers; reports ask for them by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.indicators.figures import Indicator


class DuplicateIndicatorError(ValueError):
    """Two indicators claim one code."""


class UnknownIndicatorError(KeyError):
    """No indicator has this code."""


class IndicatorRegistry:
    """Codes to indicators; refuses duplicates. Tests make their own instance."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_code: dict[str, Indicator] = {}

    def add(self, indicator: Indicator) -> None:
        """Register one; raises :class:`DuplicateIndicatorError` when the code is taken by another."""
        if self._by_code.setdefault(indicator.code, indicator) is not indicator:
            raise DuplicateIndicatorError(indicator.code)

    def __getitem__(self, code: str) -> Indicator:
        """The indicator with this code; raises :class:`UnknownIndicatorError`."""
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownIndicatorError(code) from None

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Indicator]:
        return iter(sorted(self._by_code.values(), key=lambda each: each.code))

    def __len__(self) -> int:
        return len(self._by_code)


registry = IndicatorRegistry()
