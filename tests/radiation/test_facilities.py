"""Devices and sources by what is notified of them, and the terms of devices, workers and plans."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.radiation.models import RadiationDevice, RadiationDeviceVerification, RadiationNotification
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.radiation import (
    DoseRecordFactory,
    EmergencyPlanFactory,
    RadiationDeviceFactory,
    RadiationNotificationFactory,
    RadiationWorkerFactory,
    RadioactiveSourceFactory,
)

pytestmark = pytest.mark.django_db
OFFICER, TODAY = an_actor(Role.OFFICER, "QLCN"), date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def notify(kind, day, **about):
    made = RadiationNotificationFactory.build(
        **{"device": None, "source": None, **about}, kind=kind, happened_on=day, received_on=day
    )
    save_row(register_of(RadiationNotification), made, actor=OFFICER, on=TODAY)
    return made


def state(device, on):
    return RadiationDevice.objects.with_state(on=on).get(pk=device.pk).state


def terms(record):
    rows = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk)
    return {each.kind: (each.due_on, each.met_on) for each in rows}


def test_a_device_is_on_each_day_what_was_notified_of_it_by_then():
    device = RadiationDeviceFactory()
    notify("possession", date(2023, 1, 10), device=device)
    notify("stopped", date(2023, 3, 10), device=device)
    notify("resumed", date(2023, 5, 10), device=device)
    notify("disposed", date(2023, 7, 10), device=device)
    assert [state(device, date(2023, month, 10)) for month in (3, 5, 7)] == [
        "out_of_use",
        "in_use",
        "disposed",
    ]
    assert state(device, date(2023, 1, 9)) == "not_notified"


def test_what_does_not_follow_is_refused():
    device, source = RadiationDeviceFactory(), RadioactiveSourceFactory()
    first = notify("possession", date(2023, 1, 10), device=device)
    for kind, day, about in (
        ("possession", date(2023, 2, 10), {"device": device}),
        ("resumed", date(2023, 2, 10), {"device": device}),
        ("stopped", date(2023, 9, 15), {"device": device}),
        ("resumed", date(2023, 2, 10), {"source": source}),
    ):
        with pytest.raises(Refused):
            notify(kind, day, **about)
    notify("stopped", date(2023, 2, 10), device=device)
    notify("resumed", date(2023, 3, 10), device=device)
    notify("stopped", date(2023, 2, 10), source=source)
    with pytest.raises(Refused, match="xóa khai báo sau trước"):
        remove_row(
            register_of(RadiationNotification),
            RadiationNotification.objects.get(device=device, kind="stopped"),
            actor=OFFICER,
            on=TODAY,
        )
    assert RadiationNotification.objects.filter(pk=first.pk).exists()


def test_a_device_is_notified_within_seven_working_days_and_verified_while_in_use():
    """From Thursday 27/04/2023 over the days off of 29/04 to 01/05 the program has none announced here: Monday 08/05."""
    device = RadiationDeviceFactory(acquired_on=date(2023, 4, 27))
    assert terms(device)["radiation.notification"][1] is None
    assert set(terms(device)) == {"radiation.notification"}
    notify("possession", date(2023, 5, 9), device=device)
    assert terms(device) == {
        "radiation.notification": (date(2023, 5, 8), date(2023, 5, 9)),
        "radiation.verification": (date(2025, 4, 28), None),  # 24 months after; 27/04/2025 is a Sunday
    }
    done = RadiationDeviceVerification(
        device=device, verified_on=date(2023, 6, 1), valid_until=date(2024, 6, 1)
    )
    save_row(register_of(RadiationDeviceVerification), done, actor=OFFICER, on=TODAY)
    assert terms(device)["radiation.verification"] == (date(2024, 6, 1), None)
    notify("stopped", date(2023, 8, 1), device=device)
    assert set(terms(device)) == {"radiation.notification"}


def test_dosimeters_are_read_each_quarter_while_somebody_works():
    worker = RadiationWorkerFactory(since_on=date(2023, 1, 1))
    assert terms(worker) == {"radiation.dosimetry": (date(2023, 4, 3), None)}  # 01/04/2023 is a Saturday
    DoseRecordFactory(worker=worker, year=2023, quarter=1, read_on=date(2023, 4, 20))
    assert terms(worker) == {"radiation.dosimetry": (date(2023, 6, 30), None)}
    worker.left_on = date(2023, 5, 1)
    save_row(register_of(type(worker)), worker, actor=OFFICER, on=TODAY)
    assert terms(worker) == {}


def test_a_plan_is_approved_within_ten_working_days():
    """From Thursday 31/08/2023 without the days off of the year: Thursday 14/09."""
    plan = EmergencyPlanFactory(submitted_on=date(2023, 8, 31))
    assert terms(plan) == {"radiation.plan": (date(2023, 9, 14), None)}
    plan.approved_on = date(2023, 9, 8)
    save_row(register_of(type(plan)), plan, actor=OFFICER, on=TODAY)
    assert terms(plan) == {"radiation.plan": (date(2023, 9, 14), date(2023, 9, 8))}
