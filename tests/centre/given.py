"""What the tests of this area have in common: entering rows, taking steps, and what follows from them."""

from datetime import date

from khcn.centre.models import InstrumentVerification, ServiceResult
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.indicators import Period, registry
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from tests.factories.base import an_actor
from tests.factories.centre import (
    ServiceResultFactory,
    StandardCalibrationFactory,
)

OFFICER, HEAD = an_actor(Role.OFFICER, "TTUD"), an_actor(Role.HEAD, "TTUD")
TODAY = date(2023, 9, 14)
YEAR = Period(date(2023, 1, 1), date(2024, 1, 1), 2023)


def enter(record, actor=OFFICER):
    save_row(register_of(type(record)), record, actor=actor, on=TODAY)
    return record


def take(record, name, actor=OFFICER, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=TODAY)
    record.refresh_from_db()
    return record


def counted(code):
    return registry[code].records(YEAR).count()


def due(record):
    row = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk).first()
    return row and row.due_on


def verify(instrument, method="verification", day=date(2023, 6, 1), **values):
    standard = StandardCalibrationFactory().standard
    return enter(
        InstrumentVerification(instrument=instrument, standard=standard, method=method, done_on=day, **values)
    )


def met(record):
    return Deadline.objects.get(subject_model=record._meta.label_lower, subject_id=record.pk).met_on


def finished():
    item = ServiceResultFactory().item
    take(item.order, "finish", finished_on=date(2023, 5, 11))
    return ServiceResult.objects.get(item=item)
