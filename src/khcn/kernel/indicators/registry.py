"""All figures of the program by code. Areas declare them in their registers; reports ask for them by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.indicators.slices import SEPARATOR, SliceError, base_of, sliced

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
        """The indicator with this code, or the part of one that it names; raises :class:`UnknownIndicatorError`."""
        try:
            whole = self._by_code[base_of(code)]
            return sliced(whole, code) if SEPARATOR in code else whole
        except (KeyError, SliceError):
            raise UnknownIndicatorError(code) from None

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str) or SEPARATOR not in code:
            return code in self._by_code
        try:
            return bool(self[code])
        except UnknownIndicatorError:
            return False

    def __iter__(self) -> Iterator[Indicator]:
        return iter(sorted(self._by_code.values(), key=lambda each: each.code))

    def __len__(self) -> int:
        return len(self._by_code)


registry = IndicatorRegistry()
