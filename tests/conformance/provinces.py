"""The province of this installation and the one that took it over on 01/7/2025, as the national lists have them."""

from datetime import date

from khcn.kernel.province import province_key
from tests.factories.reference import AdminUnitFactory, AdminUnitSuccessionFactory

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def given_succession():
    """Rows for Bắc Kạn until 30/6/2025 and Thái Nguyên since; the code of the second one was in use before."""
    names = {"name": "Thái Nguyên", "level": "province"}
    AdminUnitFactory(code="19", valid_to=AFTER, full_name="Tỉnh Thái Nguyên (đến 30/6/2025)", **names)
    new = AdminUnitFactory(code="19", valid_from=AFTER, full_name="Tỉnh Thái Nguyên", **names)
    old = AdminUnitFactory(
        code=province_key(), level="province", name="Bắc Kạn", full_name="Tỉnh Bắc Kạn", valid_to=AFTER
    )
    return AdminUnitSuccessionFactory(predecessor=old, successor=new, effective_on=AFTER)
