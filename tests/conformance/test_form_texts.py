"""Every text of one line that a form takes refuses characters that show another text than the one that is stored."""

import importlib
import pkgutil

import pytest
from django import forms
from django.core.exceptions import ValidationError

import khcn

MULTI_LINE_OR_SECRET = (forms.Textarea, forms.PasswordInput, forms.HiddenInput)
NOT_STORED = {
    ("AboutForm", "who"),  # looked for
    ("SignInForm", "username"),  # looked for
    ("AccountForm", "username"),  # has a stricter rule of its own, set when the form is made
}


def form_classes():
    for module in pkgutil.walk_packages(khcn.__path__, "khcn."):
        if "views" in module.name or "forms" in module.name or "screens" in module.name:
            importlib.import_module(module.name)
    waiting = [forms.BaseForm]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.startswith("khcn."):
            yield found


def texts():
    for form in form_classes():
        for name, field in form.base_fields.items():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, MULTI_LINE_OR_SECRET):
                yield form.__name__, name, field


def test_each_text_of_one_line_refuses_characters_that_are_not_seen():
    found = {(form, name): field for form, name, field in texts()}
    assert found.keys() >= NOT_STORED
    for key in found.keys() - NOT_STORED:
        for text in ("Trần\u202eLãnh đạo", "Trần\u0007"):
            with pytest.raises(ValidationError):
                found[key].run_validators(text)
    assert len(found) > len(NOT_STORED) + 8
