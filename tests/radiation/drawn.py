"""Of each chart of this area records, of which its window leaves some out (tests/conformance/test_breakdowns.py)."""

from datetime import date

from tests.factories.radiation import RadiationLicenceFactory


def licences():
    today = date.today()
    for months in (0, 1, 1, 11, 14):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        RadiationLicenceFactory(issued_on=date(2020, 1, 2), expires_on=date(year, month + 1, 28))
    RadiationLicenceFactory(
        issued_on=date(2020, 1, 2), expires_on=date(today.year + 1, 1, 28), ended_on=date(2021, 1, 1)
    )
    return 4


# name of the register: makes records, and returns how many of them the chart has
DRAWN = {"radiation.radiationlicence": licences}
