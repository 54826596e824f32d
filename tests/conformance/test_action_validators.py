"""What the fields of actions declare to refuse is refused in the dialog, over JSON and by whatever else runs the action."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator

from khcn.kernel.actions.running import _call
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.api.actions import _read_inputs
from khcn.kernel.api.request_body import ApiProblem
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import registers
from khcn.kernel.screens.action_forms import action_form

DECLARED = [
    (register, action, name, validator)
    for register in registers()
    for action in register.actions
    for name, kind in action.kinds().items()
    for validator in kind.field._validators
]
every_validator = pytest.mark.parametrize(
    ("register", "action", "name", "validator"),
    DECLARED,
    ids=[f"{register}:{action.name}:{name}" for register, action, name, _validator in DECLARED],
)
TEXTS = ("không hợp lệ", "0000000000000", "x" * 9, "[NV-00]", "\\")


def refused_value(field, validator):
    """A value that the column holds and the validator refuses."""
    step = Decimal(1).scaleb(-field.decimal_places) if hasattr(field, "decimal_places") else 1
    found = TEXTS
    if isinstance(validator, MinValueValidator | MaxValueValidator):
        found = (validator.limit_value + (step if isinstance(validator, MaxValueValidator) else -step),)
    elif isinstance(validator, BaseValidator):
        found = ("x" * (int(validator.limit_value) + 1),)
    return next(value for value in found if sentences(validator, value))


def sentences(validator, value):
    try:
        validator(value)
    except ValidationError as refused:
        return refused.messages
    return []


def conditions(action, name):
    """What the inputs hold that the section of this one depends on."""
    return {
        section.when[0]: section.when[1][0]
        for section in action.inputs
        if section.when and name in section.fields
    }


def test_there_are_some():
    of_packages = {(str(register), action.name, name) for register, action, name, _each in DECLARED}
    assert {("goods.lot", "pack", "count"), ("goods.lot", "pack", "amount")} <= of_packages


@every_validator
def test_a_value_that_a_validator_refuses_is_refused_in_its_words(register, action, name, validator, db):
    kind = action.kinds()[name]
    value = refused_value(kind.field, validator)
    wanted = sentences(validator, value)
    typed = {name: kind.from_json(str(kind.to_json(value))), **conditions(action, name)}
    with acting(SYSTEM):
        form = action_form(action)(typed)
        assert form.errors[name] == wanted

    sent = {name: kind.to_json(value), **conditions(action, name)}
    with acting(SYSTEM), pytest.raises(ApiProblem) as problem:
        _read_inputs(action, sent, {})
    assert problem.value.body["errors"][name] == wanted

    with pytest.raises(Refused) as refused:
        _call(action, register, None, {name: value}, actor=SYSTEM, on=date(2023, 1, 1))
    assert refused.value.fields == {name: tuple(wanted)}
