"""Every figure of the demonstration year equals a statement that a database expert wrote from its definition."""

import pytest
from django.db import connection

from bench.handwritten import STATEMENTS, names_of
from khcn.kernel.indicators import registry


def test_every_figure_has_its_statement():
    assert {each.code for each in registry} == set(STATEMENTS)


@pytest.mark.django_db
def test_figures_equal_the_statements_written_by_hand(demo_year):
    found = {}
    with connection.cursor() as cursor:
        for code, statement in STATEMENTS.items():
            cursor.execute(statement, names_of(demo_year.period))
            found[code] = cursor.fetchone()[0]
    assert found == {each.code: each.value(demo_year.period) for each in registry}
    assert sum(1 for value in found.values() if value) > 50
