"""Fields whose name is not enough have one line of help on every form; which these are follows from their kind."""

import pytest
from django.db import models
from django.utils import translation

from khcn.kernel.fields.help_lines import help_of
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.registry import registers
from khcn.kernel.screens.record_forms import form_class

CODES = {"code", "number", "minutes_number", "tax_code", "gln"}
PERIOD = {
    "valid_from",
    "valid_to",
}  # of dated rows: the first says itself what it is, the second is explained
LONGEST = 170  # letters: one line of a form on a wide screen


def dates_of(register):
    fields = [register.model._meta.get_field(name) for name in register.form_fields()]
    return [each.name for each in fields if isinstance(each, models.DateField) and each.name not in PERIOD]


def is_unclear(register, field):
    """Terms of law to choose from, marks to set, codes, amounts, years, and dates that have another one beside them."""
    if isinstance(field, models.DateField):
        return len(dates_of(register)) > 1 and field.name in dates_of(register)
    return (
        field.name in CODES
        or bool(field.choices)
        or isinstance(field, models.BooleanField | MoneyField | YearField)
    )


def unclear():
    for register in registers():
        for name in register.form_fields():
            field = register.model._meta.get_field(name)
            if is_unclear(register, field):
                yield register, field


def test_each_unclear_field_has_a_line_of_help():
    assert [f"{register.name}.{field.name}" for register, field in unclear() if not help_of(field)] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_line_is_short_whole_and_more_than_the_name(language):
    with translation.override(language):
        lines = {(register.name, field.name): str(help_of(field)) for register, field in unclear()}
        wrong = {
            key: line for key, line in lines.items() if len(line) > LONGEST or not line.endswith((".", "…"))
        }
    assert wrong == {}


def test_the_lines_are_on_the_form_and_no_two_fields_of_a_form_share_one():
    for register in registers():
        if not register.form:
            continue
        lines = [
            str(field.help_text) for field in form_class(register).base_fields.values() if field.help_text
        ]
        assert len(lines) == len(set(lines)), register.name
        for name in register.form_fields():
            if (line := help_of(register.model._meta.get_field(name))) and name in form_class(
                register
            ).base_fields:
                assert str(form_class(register).base_fields[name].help_text) == str(line)
