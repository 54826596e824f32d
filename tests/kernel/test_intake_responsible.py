"""Whose workbooks an account may write, cancel and undo beside its own."""

import pytest

from khcn.kernel.actors import EVERYTHING, Role
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import own_or_responsible
from tests.factories.base import an_actor

OFFICER = an_actor(Role.OFFICER, "QLKH", user_id=1)


def file_of(*registers):
    return Batch(uploaded_by_id=5, unit_code="QLKH", counts=[{"register": each} for each in registers])


def acting_for(role, *delegated):
    return an_actor(role, "QLKH", user_id=1, delegated=delegated, own=OFFICER)


SCIENCE, MIXED = file_of("science.sciencetask"), file_of("science.sciencetask", "parties.organisation")


@pytest.mark.parametrize("role", [Role.HEAD, Role.OFFICE, Role.ADMIN])
@pytest.mark.parametrize(
    ("delegated", "file", "expected"),
    [
        (("science",), SCIENCE, True),
        (("science.sciencetask",), SCIENCE, True),
        (("science",), MIXED, False),
        (("parties",), SCIENCE, False),
        (("science",), file_of(), False),  # not read yet: nobody can tell what it is about
        ((EVERYTHING,), MIXED, True),
        ((EVERYTHING,), file_of(), True),
    ],
)
def test_a_delegation_makes_responsible_for_files_of_its_registers_alone(role, delegated, file, expected):
    assert own_or_responsible.test(acting_for(role, *delegated), file) is expected


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (OFFICER, False),
        (an_actor(Role.OFFICER, "QLKH", user_id=5), True),
        (an_actor(Role.HEAD, "QLKH", user_id=2), True),
        (an_actor(Role.HEAD, "TĐC", user_id=2), False),
        (an_actor(Role.OFFICE, "VP", user_id=2), True),
        (an_actor(Role.LEADER, user_id=2), False),
        (an_actor(Role.OFFICER, "QLKH", user_id=5, delegated=("parties",), own=OFFICER), True),
    ],
)
def test_in_ones_own_name_the_sender_the_head_of_the_division_and_the_office(actor, expected):
    assert own_or_responsible.test(actor, MIXED) is expected
