"""Fixtures of the attacks: the world, and what a report definition needs."""

import copy
import logging

import pytest
from django.db import transaction

from khcn.reports.forms.definition import parse_form
from tests.reports.conftest import FORM_TOML, a_regime, a_version
from tests.security.routes import all_routes
from tests.security.world import build
from tests.web.conftest import catalogues, empty_cache

__all__ = ["catalogues", "empty_cache"]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """One of everything, made once for a module and taken back after it: making it costs more than most attacks."""
    with django_db_blocker.unblock(), transaction.atomic():
        a_regime()
        yield build(a_version(parse_form(FORM_TOML)))
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    """The world as it was made: what a test changes in its rows or its objects, the next one does not see."""
    return copy.deepcopy(built)


@pytest.fixture(scope="module")
def table(built, django_db_blocker):
    """All routes, made once: some of what is sent is worked out from the rows, and no test changes the table."""
    with django_db_blocker.unblock():
        return all_routes(built)


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals are what these tests are about; a failure shows its own words, not the server's log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
