"""A counter with its calendar, its rules and one procedure of ten working days."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.reference.operations import enter_shipped_rules, prefill_year
from tests.factories.base import an_actor
from tests.factories.dossiers import DossierCodePatternFactory, ProcedureFactory
from tests.factories.parties import OrgUnitFactory


@pytest.fixture
def calendar(db):
    """Days off of 2022–2026 and the shipped rules."""
    with acting(SYSTEM, "test"):
        for year in range(2022, 2027):
            prefill_year(year=year, actor=SYSTEM)
        enter_shipped_rules(actor=SYSTEM)


@pytest.fixture
def counter(calendar):
    """The officer at the counter."""
    unit = OrgUnitFactory(code="VP", name="Văn phòng")
    return an_actor(Role.OFFICE, "VP", unit_id=unit.pk)


@pytest.fixture
def division(calendar):
    return OrgUnitFactory(code="QLCN", name="Phòng Quản lý công nghệ")


@pytest.fixture
def officer(division):
    return an_actor(Role.OFFICER, "QLCN", unit_id=division.pk)


@pytest.fixture
def procedure(division):
    DossierCodePatternFactory(valid_from=date(2018, 11, 23), pattern="000.00.15.H03-{yymmdd}-{number}")
    return ProcedureFactory(unit=division, name="Gia hạn giấy phép bức xạ", code="2.002379.H03")
