"""All variables that this program reads: known by name, so that one that was mistyped is noticed, and with their defaults."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from khcn.config.account_limits import AccountLimits
from khcn.config.key_limits import KeyLimits
from khcn.config.server_limits import ServerLimits
from khcn.config.sign_in_limits import SignInLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.config.environment_numbers import EnvironmentNumbers

_NUMBERS: Final[tuple[type[EnvironmentNumbers], ...]] = (
    AccountLimits,
    SignInLimits,
    KeyLimits,
    ServerLimits,
)
_NAME: Final = re.compile(r"DATABASE_URL|KHCN_[A-Z0-9_]+")
# Read by the programs that start this one, and between our own processes.
_OF_THE_LAUNCHER: Final = {
    "KHCN_PYTHON": "",
    "KHCN_MOVING": "",
    "KHCN_RESTORING": "",
    "KHCN_SETTINGS": "/etc/khcn/khcn.env",
    "KHCN_CREDSTORE": "/etc/credstore",
}


def _of_numbers() -> Iterator[tuple[str, str]]:
    for each in _NUMBERS:
        for field in fields(each):  # type: ignore[arg-type]  # all are dataclasses
            yield (
                f"{each.prefix}{field.name.upper()}",
                f"{field.default:g}" if isinstance(field.default, float) else str(field.default),
            )


def _of_settings() -> Iterator[tuple[str, str]]:
    """Each call in the settings whose first argument is a variable, with the default beside it."""
    text = Path(__file__).with_name("settings.py").read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.args[0].value
            if isinstance(name, str) and _NAME.fullmatch(name):
                yield name, _default(node)


def _default(call: ast.Call) -> str:
    """In words of the environment; empty where there is none, or where it follows from another variable."""
    called = call.func.id if isinstance(call.func, ast.Name) else ""
    given = [*(each.value for each in call.keywords if each.arg == "default"), *call.args[1:]]
    if not given or not isinstance(given[0], ast.Constant):
        return ""
    value = given[0].value
    if called == "env_bool":
        return "1" if value else "0"
    return "" if value is None else str(value)


@cache
def defaults() -> dict[str, str]:
    """All variables with their defaults, as they would be written in the environment."""
    found: dict[str, str] = {}
    for name, default in (*_of_settings(), *_of_numbers(), *_OF_THE_LAUNCHER.items()):
        found[name] = found.get(name) or default
    return found


@cache
def known_variables() -> frozenset[str]:
    """The names of those that begin with ``KHCN_``."""
    return frozenset(name for name in defaults() if name.startswith("KHCN_"))
