"""Compiled templates are stored for other processes, and never taken for another text."""

import shutil
import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from khcn.kernel.ui import template_environment
from khcn.kernel.ui.compiled_templates import CompiledTemplates

COMPILE = Environment.compile


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A copy of the module with the options, whose compiled templates lie in a folder of the test."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "__pycache__").mkdir()
    return Path(shutil.copy(template_environment.__file__, tmp_path))


@pytest.fixture
def compiled(monkeypatch):
    """The templates that were compiled, by name."""
    names = []

    def note(self, source, name=None, *more, **options):
        names.append(name)
        return COMPILE(self, source, name, *more, **options)

    monkeypatch.setattr(Environment, "compile", note)
    return names


def page(module, text):
    """What a new process shows that finds this text of the template."""
    loader = DictLoader({"page.html": text})
    return (
        Environment(loader=loader, bytecode_cache=CompiledTemplates(str(module)))
        .get_template("page.html")
        .render()
    )


def stored(module):
    return sorted((module.parent / "__pycache__").iterdir())


def test_a_template_is_compiled_once_for_each_text_and_each_set_of_options(module, compiled):
    assert [page(module, text) for text in ("{{ 1 + 1 }}", "{{ 1 + 1 }}", "{{ 1 + 2 }}")] == ["2", "2", "3"]
    assert len(compiled) == 2
    with module.open("a") as file:
        file.write("# other options")
    assert page(module, "{{ 1 + 2 }}") == "3"
    assert len(compiled) == 3


@pytest.mark.parametrize("part", [0, 2, 20, 40, -1])
def test_a_damaged_file_is_as_good_as_none(module, compiled, part):
    page(module, "{{ 1 + 1 }}")
    (file,) = stored(module)
    file.write_bytes(file.read_bytes()[:part])
    assert page(module, "{{ 1 + 1 }}") == "2"
    assert len(compiled) == 2


def test_nothing_is_stored_where_python_stores_nothing(module, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert page(module, "{{ 1 + 1 }}") == "2"
    assert stored(module) == []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (module.parent / "__pycache__").rmdir()
    assert page(module, "{{ 1 + 1 }}") == "2"


def test_the_pages_of_the_program_are_stored():
    assert isinstance(template_environment.environment().bytecode_cache, CompiledTemplates)
