"""Entries of the change log as lines of the service's log, for another machine: each once sealed, in order, without values."""

import json
import logging

import pytest

from khcn.config.logging import JsonLines
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit import forwarding, jobs
from khcn.kernel.audit.forwarding import forward_sealed_entries
from khcn.kernel.audit.models import ChainLink, ChangeEntry, ForwardedLog
from khcn.kernel.audit.sealer import seal_log
from tests.factories.parties import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """The lines of the service's log since then, as programs read them."""
    found = []

    class Found(logging.Handler):
        def emit(self, record):
            found.append(json.loads(JsonLines().format(record)))

    handler, log = Found(), logging.getLogger("khcn.change_log")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


def written(*names):
    with acting(SYSTEM, "lý do bí mật"):
        for name in names:
            OrganisationFactory(name=name)
    seal_log()


def test_each_sealed_entry_is_a_line_once_and_in_order(lines):
    written("Tên bí mật", "Tên khác")
    assert forward_sealed_entries() == ChainLink.objects.count()
    links = list(ChainLink.objects.order_by("position"))
    assert [(each["position"], each["seal"]) for each in lines] == [
        (each.position, each.seal) for each in links
    ]
    entry = ChangeEntry.objects.get(pk=links[0].entry)
    first = lines[0]
    assert {name: first[name] for name in ("at", "action", "model", "record", "batch")} == {
        "at": entry.at.isoformat(),
        "action": entry.action,
        "model": entry.model,
        "record": entry.object_id,
        "batch": entry.batch.hex,
    }
    assert "bí mật" not in json.dumps(lines, ensure_ascii=False)
    assert forward_sealed_entries() == 0
    count = len(lines)
    written("Thêm")
    assert forward_sealed_entries() == len(lines) - count > 0


def test_so_many_at_once_and_the_rest_the_next_time(lines, monkeypatch):
    monkeypatch.setattr(forwarding, "AT_ONCE", 2)
    written("A", "B", "C")
    whole = ChainLink.objects.count()
    counts = []
    while count := forward_sealed_entries():
        counts.append(count)
    assert (sum(counts), max(counts), len(lines)) == (whole, 2, whole)


def test_an_entry_that_somebody_deleted_is_named(lines):
    written("A")
    ChangeEntry.objects.filter(pk=ChainLink.objects.latest("position").entry).delete()
    forward_sealed_entries()
    assert lines[-1]["level"] == "WARNING"
    assert (
        lines[-1]["message"]
        == f"entry {ChainLink.objects.latest('position').position} of the change log is gone"
    )


def test_it_is_done_where_the_installation_wants_it(lines, settings):
    written("A")
    settings.LOG_CHANGES = False
    jobs.forward_entries()
    assert (lines, ForwardedLog.objects.count()) == ([], 0)
    settings.LOG_CHANGES = True
    jobs.forward_entries()
    assert len(lines) == ChainLink.objects.count()
