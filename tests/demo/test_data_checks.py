"""The demonstration year holds nothing that cannot be right, on its own day and years later."""

from datetime import UTC, datetime

import pytest

from khcn.kernel.integrity.running import ask_all
from khcn.kernel.integrity_rules import IntegrityLevel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("year", [2023, 2026])
def test_no_rule_of_integrity_finds_an_error(demo_year, year):
    found = ask_all(datetime(year, 9, 20, 5, tzinfo=UTC))
    errors = [each for each in found if each.fault or (each.count and each.level == IntegrityLevel.ERROR)]
    assert errors == []
