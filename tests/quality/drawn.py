"""Of each chart of this area records, of which its window leaves some out (tests/conformance/test_breakdowns.py)."""

from tests.factories.parties import OrganisationFactory
from tests.factories.quality import CheckedPlaceFactory
from tests.factories.reference import AdminUnitFactory


def places():
    commune = AdminUnitFactory(name="Xã Minh Họa")
    near = OrganisationFactory(admin_unit=commune)
    CheckedPlaceFactory.create_batch(2, organisation=near)
    CheckedPlaceFactory(organisation=near, outcome="conforming")
    CheckedPlaceFactory(organisation=OrganisationFactory(admin_unit=None))
    return 4


# name of the register: makes records, and returns how many of them the chart has
DRAWN = {"quality.checkedplace": places}
