"""The events that the bench sends are sound, are the same in every format, and hold the chains that it asks about."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import chain

import pytest
from django.utils import timezone

from bench.trace import events, recalls, stores, xml_1_2
from bench.trace.delivery import Delivery
from bench.trace.party import SENDER, party
from bench.trace.spellings import Urns
from khcn.epcis import check, event_hash, load
from khcn.trace.models import CaptureJob

TRADE = events.Trade(seed=7, start=datetime.fromisoformat("2026-01-01T00:00:00+07:00"))
URNS = replace(TRADE, spelling=Urns())


@pytest.mark.parametrize(
    "trade", [TRADE, URNS, replace(TRADE, named=False)], ids=["links", "urns", "unnamed"]
)
def test_every_event_is_sound_and_itself(trade):
    found = list(trade.world(events.CHAPTER, 2 * events.CHAPTER))
    assert len(found) == 2 * events.CHAPTER
    document = events.document(found, trade.start)
    assert check(document) == []
    assert len({event_hash(event) for event in load(document).events}) == len(found)


def test_the_spellings_and_formats_tell_the_same_events():
    trees = list(URNS.events(0, 200))
    mine = load(events.document(trees, URNS.start)).events
    assert load(xml_1_2.document(trees, URNS.start)).events == mine
    assert check(xml_1_2.document(trees, URNS.start)) == []
    linked = load(events.document(list(TRADE.events(0, 200)), TRADE.start)).events
    assert [event_hash(event) for event in linked] == [event_hash(event) for event in mine]


def test_the_same_number_gives_the_same_event():
    assert list(TRADE.world(500, 500)) == list(TRADE.world(0, 1500))[500:1000]
    times = [event["eventTime"] for event in TRADE.world(0, 1000)]
    assert times == sorted(times)
    assert len({event["eventID"] for event in TRADE.world(0, 1000)}) == 1000


def test_documents_hold_all_events_in_order():
    found = [json.loads(text)["epcisBody"]["eventList"] for text in events.documents(TRADE, 250, 100)]
    assert [len(each) for each in found] == [100, 100, 50]
    assert list(chain.from_iterable(found)) == list(TRADE.events(0, 250))


def test_a_chain_leads_back_fifty_steps():
    made = {}
    for event in TRADE.world(1000, 500):
        if event["type"] == "TransformationEvent" and "outputQuantityList" in event:
            (output,) = event["outputQuantityList"]
            inputs = [each["epcClass"] for each in event["inputQuantityList"]]
            made[output["epcClass"]] = [*event.get("inputEPCList", []), *inputs]
        elif "childQuantityList" in event:
            made[event["parentID"]] = [each["epcClass"] for each in event["childQuantityList"]]
    thing, steps = TRADE.last_of_chain(2), 0
    while thing in made:
        thing, steps = made[thing][0], steps + 1
    assert steps == events.STEPS


def test_an_item_of_a_chapter_has_four_events():
    item = f'"{TRADE.item_of_chapter(3)}"'
    assert sum(item in json.dumps(event) for event in TRADE.world(3 * events.CHAPTER, events.CHAPTER)) == 4


@pytest.mark.django_db
def test_a_recall_of_an_ingredient_finds_each_kilogram_and_the_bench_sees_what_is_missing():
    now, owner = timezone.now(), party(SENDER)
    job = CaptureJob.objects.create(party=owner, created_at=now, finished_at=now)
    stores._write(TRADE, 0, 2 * events.CHAPTER, owner, job)
    ask, is_right = recalls.asking(TRADE)
    found = ask(0)
    assert (is_right(0, found), len(found.lots), is_right(1, ask(1))) == (True, 16, True)
    whole = {lot.thing: lot for lot in found.lots}[Delivery(TRADE, 0).made[1]]
    assert (whole.whole.remaining, whole.on_the_way) == (80 - 50 + 48 - 20 - 30, 2)
    found.lots[0].by_party[SENDER].used -= 1
    assert not is_right(0, found)
    assert not is_right(1, ask(0))
