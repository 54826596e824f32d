"""In the demonstration all terms of tasks and of requests run, each with a day and none without its rule."""

from datetime import date

import pytest

from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.startup_checks import missing_rules
from tests.demo.conftest import CUT_OFF


@pytest.mark.django_db
def test_all_terms_run(demo_year):
    found = {
        kind: Deadline.objects.filter(kind=kind, due_on__isnull=False).count() for kind in registry.kinds
    }
    assert len(found) == 11
    # nobody asks about their own data in the year that the demonstration shows (tests/privacy has those terms)
    unused = {"privacy.answer", "privacy.provide", "privacy.carry_out", "privacy.carry_out_elsewhere"}
    assert {kind for kind, count in found.items() if not count} == unused
    undated = Deadline.objects.filter(due_on=None, stopped_since=None)
    assert list(undated.values_list("subject_label", "kind")) == []
    # the law on personal data is in force since 2026
    assert [code for code in missing_rules(on=CUT_OFF) if not code.startswith("privacy.")] == []
    assert missing_rules(on=date(2026, 7, 1)) == []
