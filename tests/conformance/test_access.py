"""Who writes in every register, and who answers for it; test_register_rows.py asks who sees its rows."""

from khcn.kernel.actors import SYSTEM
from tests.conformance.access_given import ROLES, UNITS
from tests.conformance.given import REGISTERS
from tests.factories.base import OUTSIDER, an_actor
from tests.of_areas import merged

# Written out, so that a change of the rules has to be made in two places by somebody who means it.
WRITERS = merged("rights", "WRITERS")


def test_each_role_of_each_unit_may_write_exactly_what_the_matrix_says():
    actors = {
        (role, unit): an_actor(role, unit, unit_id=1 + UNITS.index(unit)) for role in ROLES for unit in UNITS
    }
    for register in REGISTERS:
        expected = WRITERS[register.name if register.name in WRITERS else register.area]
        allowed = {place for place, actor in actors.items() if register.may("change", actor)}
        assert allowed == expected, register.name
        assert register.may("change", SYSTEM) == bool(expected), register.name
        assert not register.may("change", OUTSIDER), register.name


def test_registers_say_who_answers_for_them():
    for register in REGISTERS:
        assert register.owner in UNITS, register.name
        assert {indicator.owner for indicator in register.indicators} <= set(UNITS), register.name
