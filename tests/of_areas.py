"""What the tests that are the same for every area find of each one: files with names that they know in ``tests/<area>/``."""

from importlib import import_module
from pathlib import Path

from django.apps import apps

TESTS = Path(__file__).resolve().parent


def of_areas(name):
    """The modules ``tests/<area>/<name>.py`` by label of the area, in the order of the areas."""
    return {
        config.label: import_module(f"tests.{config.label}.{name}")
        for config in apps.get_app_configs()
        if config.name.startswith("khcn.") and (TESTS / config.label / f"{name}.py").exists()
    }


def merged(name, attribute):
    """The dictionaries of one name in these modules, as one. No key may stand in two."""
    found = {}
    for module in of_areas(name).values():
        own = getattr(module, attribute, {})
        assert not found.keys() & own.keys(), f"{module.__name__}: {sorted(found.keys() & own.keys())}"
        found |= own
    return found
