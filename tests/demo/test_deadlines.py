"""In the demonstration all terms of tasks and of requests run, each with a day and none without its rule."""

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
    assert len(found) == 7
    assert all(found.values()), found
    undated = Deadline.objects.filter(due_on=None, stopped_since=None)
    assert list(undated.values_list("subject_label", "kind")) == []
    assert missing_rules(on=CUT_OFF) == []
