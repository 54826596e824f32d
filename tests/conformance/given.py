"""What every conformance test is given: the registers, and records with and without their optional values."""

from datetime import date, timedelta

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.registry import registers
from tests.factories.registry import WHEN_FULL, factory_of, value_of

DAY = date(2023, 9, 14)
REGISTERS = registers()
NAMES = [register.name for register in REGISTERS]
# After every date that factories give, so that an end never stands before its beginning.
LATE = date(2031, 1, 1)
TECHNICAL = {
    "id",
    "province",
    "sort_key",
    "illustrative",
    "taken_over",
    "corrected",
    "created_at",
    "updated_at",
}


def business_fields(model):
    """Fields of a model that mean something to people."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and field.name not in TECHNICAL and not field.primary_key
    ]


def fill(record, number):
    """Give every empty optional field of a saved record a value of its own."""
    for name, value in WHEN_FULL.get(record._meta.label_lower, {}).items():
        setattr(record, name, value)
    for place, field in enumerate(business_fields(type(record))):
        if getattr(record, field.attname) not in {None, ""}:
            continue
        if field.related_model:
            value = factory_of(field.related_model)()
        elif field.choices:
            value = field.choices[number % len(field.choices)][0]
        else:
            value = value_of(field, number, day=LATE + timedelta(days=100 * place + number))
        setattr(record, field.name, value)
    with acting(SYSTEM):
        record.save()
    return record


def some_records(register, *, plain=1, full=2):
    """Records of a register: ``plain`` ones without optional values, then ``full`` ones with all of them."""
    factory = factory_of(register.model)
    made = [factory() for _each in range(plain)]
    return [*made, *(fill(factory(), number + 1) for number in range(full))]


def value_at(record, path):
    """The value of an ORM path, followed in Python."""
    for step in path.split("__"):
        if record is None:
            return None
        record = getattr(record, step)
    return record
