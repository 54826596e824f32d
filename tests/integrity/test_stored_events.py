"""Rules that read the texts of events: they find nothing in whatever was captured, and all that was changed, in any batch."""

import pytest
from django.utils import timezone

from khcn.epcis import DocumentError
from khcn.kernel.integrity.running import ask
from khcn.kernel.integrity_rules import rules
from khcn.trace.integrity import rows_by_batch
from khcn.trace.models import ErrorBehaviour, Event, EventObject, MasterRecord
from khcn.trace.operations.capture import accept_document
from khcn.trace.store import write_events
from khcn.trace.stored_codes import EventRole
from tests.epcis import corpora
from tests.factories.trace import TracePartyFactory
from tests.integrity.given import NOW
from tests.trace.store_given import AT as CAPTURED
from tests.trace.store_given import event, item

pytestmark = pytest.mark.django_db
SLOW = [each for each in rules if each.is_slow]


def test_what_was_captured_of_the_corpora_breaks_none(shared_dir):
    party = TracePartyFactory()
    for case in corpora.cases(shared_dir):
        if case.is_valid:
            try:
                accept_document(
                    party=party, body=case.data, behaviour=ErrorBehaviour.PROCEED, at=timezone.now()
                )
            except DocumentError:
                continue
    assert Event.objects.count() > 150
    assert Event.objects.filter(declared=True).exists()
    assert Event.objects.filter(event_id__startswith="ni:").exists()
    assert MasterRecord.objects.exists()
    assert {each.name: ask(each, NOW).keys for each in SLOW} == {each.name: [] for each in SLOW}


def test_each_batch_is_read_to_its_end(monkeypatch):
    monkeypatch.setattr(rows_by_batch, "_BATCH", 2)
    write_events([event(epcList=[item(str(each))]) for each in range(5)], at=CAPTURED, owner=1, job=1)
    first, *_between, last = Event.objects.order_by("pk")
    for each in (first, last):
        EventObject.objects.filter(event=each.pk, role=EventRole.EPC.value).delete()
    assert ask(rules.find("trace.event_rows"), NOW).keys == [
        f"Sự kiện số {each.pk}, mã {each.event_id}" for each in (first, last)
    ]


def test_what_is_written_meanwhile_is_looked_at_once_more():
    seen = []

    def half_written(events):
        seen.append([each.pk for each in events])
        return seen[0][:1] if len(seen) == 1 else []

    write_events([event(epcList=[item(str(each))]) for each in range(2)], at=CAPTURED, owner=1, job=1)
    assert list(rows_by_batch.rows_named_twice(Event, half_written)) == []
    assert seen[1] == seen[0][:1]
