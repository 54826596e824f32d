"""Data that comes with the program, each file beside the code that it belongs to: ``<app>/data/<name>`` of any installed app.

So an area brings its rules and its rows about personal data itself, and no list names the areas.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Iterator


def shipped_data(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Label of the app and content of each TOML file of this name, in the order of ``INSTALLED_APPS``.

    Raises:
        tomllib.TOMLDecodeError: a file cannot be read.
    """
    for config in apps.get_app_configs():
        if config.name.startswith("khcn."):
            file = resources.files(config.name).joinpath("data", name)
            if file.is_file():
                yield config.label, tomllib.loads(file.read_text("utf-8"))
