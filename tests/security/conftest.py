"""Fixtures of the attacks: the world, and what a report definition needs."""

import logging

import pytest

from tests.reports.conftest import form, regime, version
from tests.security.world import build
from tests.web.conftest import catalogues, nothing_kept

__all__ = ["catalogues", "form", "nothing_kept", "regime", "version"]


@pytest.fixture
def world(regime, version, settings):
    """One of everything."""
    return build(version)


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals are what these tests are about; a failure shows its own words, not the server's log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
