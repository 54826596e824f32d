"""Who sees and writes what, for every register, with rows that could leak."""

import pytest

from khcn.kernel.actors import SYSTEM
from khcn.kernel.registers.list_pages import all_columns, list_page
from tests.conformance.access_given import ROLES, UNITS
from tests.conformance.given import DAY, NAMES, REGISTERS, some_records
from tests.factories.base import OUTSIDER, an_actor
from tests.of_areas import merged

every_register = pytest.mark.parametrize("register", REGISTERS, ids=NAMES)

# Written out, so that a change of the rules has to be made in two places by somebody who means it.
WRITERS, READERS = merged("rights", "WRITERS"), merged("rights", "READERS")


@every_register
def test_each_role_of_each_unit_may_write_exactly_what_the_matrix_says(register):
    expected = WRITERS.get(register.name) or WRITERS[register.area]
    allowed = {
        (role, unit)
        for role in ROLES
        for unit in UNITS
        if register.may("change", an_actor(role, unit, unit_id=1 + UNITS.index(unit)))
    }
    assert allowed == expected
    assert register.may("change", SYSTEM)
    assert not register.may("change", OUTSIDER)


@every_register
@pytest.mark.django_db
def test_staff_see_every_row_and_others_none(register):
    """But for registers about persons, which only those read who have to do with them."""
    made = {record.pk for record in some_records(register)}
    readers = READERS.get(register.name, {(role, "TTRA") for role in ROLES})
    for role, unit in {(role, "TTRA") for role in ROLES} | readers:
        actor, reads = an_actor(role, unit), (role, unit) in readers
        assert register.may("read", actor) == reads
        seen = set(register.rows(actor, DAY).values_list("pk", flat=True))
        assert made & seen == (made if reads else set())
    assert not register.may("read", OUTSIDER)
    assert list(register.rows(OUTSIDER, DAY)) == []
    shown = list_page(register, register.rows(OUTSIDER, DAY), columns=all_columns(register))
    assert (shown.rows, shown.count) == ((), 0)


@every_register
@pytest.mark.django_db
def test_rows_read_once_are_read_anew_the_next_time(register):
    some_records(register, plain=1, full=0)
    before = len(register.rows(SYSTEM, DAY))
    some_records(register, plain=1, full=0)
    assert len(register.rows(SYSTEM, DAY)) > before


@every_register
def test_register_says_who_answers_for_it(register):
    assert register.owner in UNITS
    assert {indicator.owner for indicator in register.indicators} <= set(UNITS)
