"""The program does not start with a definition that cannot be printed."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from khcn.kernel.fields.registry import kind_at
from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.kernel.registers.registry import has_register
from khcn.reports.forms.definition import FormProblem, parse_form, shipped_bodies, unknown_codes


def check_shipped_forms(**options: Any) -> list[CheckMessage]:
    """Every shipped form parses, its file bears its code, and each of its figures exists with a register behind it."""
    return check_forms(shipped_bodies(), registry)


def check_forms(bodies: dict[str, str], known: IndicatorRegistry) -> list[CheckMessage]:
    """The same for any set of forms by file name."""
    found: list[CheckMessage] = []
    for name, body in bodies.items():
        try:
            form = parse_form(body)
        except FormProblem as problem:
            found += [Error(each, obj=name, id="reports.E001") for each in problem.problems]
            continue
        if form.code != name:
            found.append(
                Error(f"the form in {name}.toml calls itself {form.code}", obj=name, id="reports.E002")
            )
        missing = unknown_codes(form, known)
        found += [
            Error(f"no register declares the figure {code}", obj=name, id="reports.E003") for code in missing
        ]
        found += [
            Error(f"the records of figure {code} have no register to open", obj=name, id="reports.E004")
            for code in form.codes()
            if code not in missing and not has_register(known[code].model)
        ]
        found += [
            Error(f"the records of figure {code} have no field {path}", obj=name, id="reports.E005")
            for table in form.tables
            if table.records and (code := table.records_code) in known
            for path in (each.field for each in table.columns if each.field)
            if kind_at(known[code].model, path) is None
        ]
    return found
