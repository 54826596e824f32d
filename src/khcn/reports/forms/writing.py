"""Definitions of reports as TOML text; what `khcn.reports.forms.definition` reads."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import tomlkit

from khcn.reports.forms.definition import SumCheck

if TYPE_CHECKING:
    from khcn.reports.forms.definition import Form, Letterhead, SectionDefinition
    from khcn.reports.texts.own_words import OwnWord


def dump_form(form: Form) -> str:
    """The TOML text of a definition; `parse_form` gives an equal one back."""
    document = tomlkit.document()
    for name in ("code", "title", "version", "valid_from", "regime"):
        document.add(name, getattr(form, name))
    document.add("period_kind", form.period_kind.value)
    if form.wording_of:
        document.add("wording_of", form.wording_of)
    document.add("letterhead", _table(form.letterhead))
    for name, items in (("word", form.words), ("section", form.sections), ("check", form.checks)):
        if items:
            array = tomlkit.aot()
            for item in items:
                array.append(_table(item))
            document.add(name, array)
    return tomlkit.dumps(document)


def _table(value: Letterhead | SectionDefinition | SumCheck | OwnWord) -> Any:
    table = tomlkit.table()
    if isinstance(value, SumCheck):
        table.add("kind", "sum")
    for each in fields(value):
        content = getattr(value, each.name)
        if content == each.default:
            continue
        if isinstance(content, tuple):
            table.add(each.name, list(content))
        elif isinstance(content, str) and "\n" in content:
            table.add(each.name, tomlkit.string(content, multiline=True))
        else:
            table.add(each.name, content)
    return table
