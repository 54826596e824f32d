"""Fixtures of the tests about personal data."""

from datetime import UTC, datetime

import pytest
import time_machine

from khcn.kernel.actors import SYSTEM
from khcn.reference.operations import enter_shipped_rules
from tests.web.conftest import catalogues, empty_cache, sign_in

__all__ = ["catalogues", "empty_cache", "sign_in"]
NOON = datetime(2026, 11, 30, 5, tzinfo=UTC)  # a Monday


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


@pytest.fixture
def rules(db):
    """The rules that come with the program."""
    return enter_shipped_rules(actor=SYSTEM)
