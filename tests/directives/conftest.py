"""A division that leads assigned work, and the people who act."""

import pytest

from khcn.kernel.actors import Role
from tests.factories.base import an_actor
from tests.factories.parties import OrgUnitFactory


@pytest.fixture
def unit():
    return OrgUnitFactory(code="QLCN")


@pytest.fixture
def officer(unit):
    return an_actor(Role.OFFICER, "QLCN", unit_id=unit.pk)


@pytest.fixture
def office():
    return an_actor(Role.OFFICE, "VP", unit_id=OrgUnitFactory(code="VP").pk, user_id=8)
