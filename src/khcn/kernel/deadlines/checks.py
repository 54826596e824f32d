"""The program does not start with a deadline whose rule is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error

from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law import law_source

if TYPE_CHECKING:
    from datetime import date


def check_deadlines(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Every rule that a kind asks for is among the rules that come with the program."""
    shipped = set(law_source().shipped_codes())
    return [
        Error(
            f"deadline {kind.code} asks for the rule {kind.rule}, which no shipped reference data has",
            id="khcn.deadlines.E001",
        )
        for kind in registry.kinds.values()
        if kind.rule and kind.rule not in shipped
    ]


def missing_rules(*, on: date) -> list[str]:
    """Codes of rules that deadlines ask for and this database does not have in force on a day."""
    codes = registry.rule_codes()
    law = law_source().law(codes)
    return sorted(code for code in codes if law.rule(code, on) is None)
