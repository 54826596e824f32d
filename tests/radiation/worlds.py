"""Small worlds for the figures of a rule, of licences and of devices (tests/conformance), and what they count in them."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT
from tests.factories import radiation, reference

# The figure adds up the value; in this world it is 1, as each record of the others counts.
# name: (codes, value of the rule, first day, day after the last)
RENEWAL_RULES = {
    "in force": ("BX-12", 1, date(2021, 2, 1), NEXT),
    "of before": ("", 60, date(2010, 1, 1), date(2021, 2, 1)),
    "of before, on record without an end": ("", 60, date(2015, 1, 1), None),
    "of the day after": ("", 30, NEXT, None),
}


def build_rules():
    """Make the versions of the rule about renewals; returns names by primary key."""
    return {
        reference.RuleParameterFactory(
            code="radiation.renewal_days", value=value, unit="day_before", valid_from=first, valid_to=end
        ).pk: name
        for name, (_codes, value, first, end) in RENEWAL_RULES.items()
    }


ISSUED = date(2021, 3, 1)
# name: (codes, day of issue, last day, day on which it was replaced, day on which it ended)
LICENCES = {
    "in force on its last day": ("BX-13", ISSUED, LAST, None, None),
    "issued on the last day of the window": ("BX-13", LAST, date(2026, 9, 14), None, None),
    "replaced the day after": ("BX-13", ISSUED, date(2024, 3, 1), NEXT, None),
    "expired the day before": ("", ISSUED, date(2023, 9, 13), None, None),
    "replaced": ("", ISSUED, date(2024, 3, 1), LAST, None),
    "ended": ("", ISSUED, date(2024, 3, 1), None, LAST),
    "of the day after": ("", NEXT, date(2026, 9, 15), None, None),
}
# name: (codes, what was notified of it and when)
DEVICES = {
    "notified on the last day": ("BX-14", [("possession", LAST)]),
    "at work again": ("BX-14", [("possession", ISSUED), ("stopped", date(2022, 3, 1)), ("resumed", LAST)]),
    "stopped the day after": ("BX-14", [("possession", ISSUED), ("stopped", NEXT)]),
    "stopped": ("", [("possession", ISSUED), ("stopped", LAST)]),
    "disposed of": ("", [("possession", ISSUED), ("disposed", date(2022, 3, 1))]),
    "not notified": ("", []),
    "notified the day after": ("", [("possession", NEXT)]),
}


def build_licences():
    """Make the licences; returns names by primary key."""
    return {
        radiation.RadiationLicenceFactory(
            issued_on=issued, expires_on=expires, replaced_on=replaced, ended_on=ended
        ).pk: name
        for name, (_codes, issued, expires, replaced, ended) in LICENCES.items()
    }


def build_devices():
    """Make the devices with their notifications; returns names by primary key."""
    names = {}
    for name, (_codes, notified) in DEVICES.items():
        device = radiation.RadiationDeviceFactory(acquired_on=date(2020, 5, 10))
        for kind, on in notified:
            radiation.RadiationNotificationFactory(kind=kind, device=device, received_on=on)
        names[device.pk] = name
    return names


def _codes_of(world):
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


WORLDS = {
    "reference.ruleparameter": (build_rules, _codes_of(RENEWAL_RULES)),
    "radiation.radiationlicence": (build_licences, _codes_of(LICENCES)),
    "radiation.radiationdevice": (build_devices, _codes_of(DEVICES)),
}
