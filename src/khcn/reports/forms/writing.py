"""Definitions of reports as TOML text; what `khcn.reports.forms.definition` reads."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import tomlkit

from khcn.reports.forms.definition import SumCheck

if TYPE_CHECKING:
    from khcn.reports.forms.definition import Form, Letterhead, SectionDefinition
    from khcn.reports.forms.tables import CellRule, FormColumn, FormRow, FormTable
    from khcn.reports.texts.own_words import OwnWord

    _Written: TypeAlias = (
        Letterhead | SectionDefinition | SumCheck | OwnWord | FormTable | FormColumn | FormRow | CellRule
    )

_PARTS: Final = {"columns": "column", "rows": "row"}  # of a table, by what the text calls them


def dump_form(form: Form) -> str:
    """The TOML text of a definition; `parse_form` gives an equal one back."""
    document = tomlkit.document()
    for name in ("code", "title", "version", "valid_from", "regime"):
        document.add(name, getattr(form, name))
    document.add("period_kind", form.period_kind.value)
    if form.wording_of:
        document.add("wording_of", form.wording_of)
    if form.confirm:
        document.add("confirm", form.confirm)
    document.add("letterhead", _table(form.letterhead))
    for name, items in (
        ("word", form.words),
        ("section", form.sections),
        ("check", form.checks),
        ("table", form.tables),
        ("rule", form.rules),
    ):
        if items:
            array = tomlkit.aot()
            for item in items:
                array.append(_table(item))
            document.add(name, array)
    return tomlkit.dumps(document)


def _table(value: _Written) -> Any:
    table = tomlkit.table()
    if isinstance(value, SumCheck):
        table.add("kind", "sum")
    for each in fields(value):
        content = getattr(value, each.name)
        if content == each.default:
            continue
        if each.name == "where":
            conditions = tomlkit.inline_table()
            conditions.update(dict(content))
            table.add(each.name, conditions)
        elif each.name in _PARTS:
            parts = tomlkit.aot()
            for part in content:
                parts.append(_table(part))
            table.add(_PARTS[each.name], parts)
        elif isinstance(content, tuple):
            table.add(each.name, list(content))
        elif isinstance(content, str) and "\n" in content:
            table.add(each.name, tomlkit.string(content, multiline=True))
        else:
            table.add(each.name, content)
    return table
