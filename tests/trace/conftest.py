"""Every statement that a test of the store carries out is looked at (`tests.trace.statements`)."""

import pytest
from django.db import connection

from tests.trace.public_given import made_parties
from tests.trace.statements import faults_of

__all__ = ["made_parties"]  # of the fixture `parties`


@pytest.fixture(autouse=True)
def statements_can_be_spread(request):
    """Only of tests that use the database: a wrapper says nothing of the others."""
    if not request.path.name.startswith("test_store"):
        yield
        return
    found = set()

    def look(execute, statement, values, many, context):
        found.add(statement)
        return execute(statement, values, many, context)

    with connection.execute_wrapper(look):
        yield
    assert {statement: faults for statement in found if (faults := faults_of(str(statement)))} == {}
