"""What an event leaves in the tables: links, flows, values, identities; and what a declaration takes back."""

import itertools
import re
import string

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from khcn.trace.models import Event, EventObject, Identity, KnownValue, LineageEdgeEnd, PartyObject
from khcn.trace.store import class_of, thing_of, write_events
from khcn.trace.store.database import postgres
from khcn.trace.store.encoding import classes_and_lots, lineage_graph, rows
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.encoding.identities import identity_key
from khcn.trace.store.encoding.rows import rows_of
from khcn.trace.stored_codes import EdgeKind, EdgeSide, EventRole, Listing
from tests.factories.trace import TracePartyFactory
from tests.trace.store_given import (
    AT,
    GTIN,
    OTHER_GTIN,
    asked,
    capture,
    crate,
    declared,
    document,
    event,
    ids,
    item,
    kind,
    lot,
    party,
    place,
    quantities,
)

ADD = {"action": "ADD"}


@pytest.mark.parametrize(
    ("thing", "its_class"),
    [
        (item(1), kind()),
        (lot("L"), kind()),
        (kind(), kind()),
        (f"{kind()}/235/x", kind()),
        ("https://id.gs1.org/8006/095212342203120102/21/9", "https://id.gs1.org/8006/095212342203120102"),
        ("https://id.gs1.org/8003/09521234123453400", "https://id.gs1.org/8003/09521234123453"),
        ("https://id.gs1.org/8010/9521234AB/8011/5", "https://id.gs1.org/8010/9521234AB"),
        ("https://id.gs1.org/253/9521234000013ME-7", "https://id.gs1.org/253/9521234000013"),
        (crate(17), None),
        (place(), None),
        ("https://example.org/01/09521234220312/21/1", None),
        ("urn:epc:id:sgtin:9521234.22031.1", None),
        ("lô 7", None),
    ],
)
def test_the_class_of_a_thing(thing, its_class):
    assert class_of(thing) == its_class
    assert is_lot(thing) is ("/10/" in thing)


@given(
    st.sampled_from(
        [kind(), kind("0952123422031x"), "https://id.gs1.org/8006/095212342203120102", crate(17), "lô"]
    ),
    st.sampled_from(["/21/", "/10/", "/235/", "/21", "/"]),
    st.text("aA1/?#é", max_size=21),
)
def test_the_class_of_a_piece_is_that_of_reading_it_whole(start, between, end):
    thing = start + between + end
    assert class_of(thing) == classes_and_lots._class_of(thing)


@given(st.text(string.ascii_letters + string.digits, min_size=1, max_size=21))
def test_a_plain_lot_number_names_the_lot_that_any_spelling_names(number):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classes_and_lots, "_PLAIN_LOT", re.compile("(?!)"))
        any_spelling = classes_and_lots._numbered_lot(kind(), number)
    assert classes_and_lots._numbered_lot(kind(), number) == any_spelling


def links(one):
    found = rows_of([one], ["urn:a"], owner=3, at=AT)[0].event_objects(7)
    assert {link[2:] for link in found} <= {(7, rows.microseconds(one.event_time), 3)}
    assert len(found) == len(set(found))
    return {(thing, EventRole(role)) for thing, role, *_ in found}


def test_an_object_event_touches_its_objects_lots_and_partners():
    one = event(
        **ADD,
        epcList=["urn:epc:id:sgtin:9521234.022031.1", item(1), item(2, OTHER_GTIN)],
        quantityList=quantities(lot("L"), kind()),
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:example:po"}],
        sourceList=[{"type": "owning_party", "source": party()}],
        destinationList=[{"type": "location", "destination": "urn:epc:id:sgln:9521234.02203.0"}],
    )
    assert links(one) == {
        (item(1), EventRole.EPC),
        (item(2, OTHER_GTIN), EventRole.EPC),
        (f" class {kind()}", EventRole.CLASS),
        (f" class {kind(OTHER_GTIN)}", EventRole.CLASS),
        (lot("L"), EventRole.QUANTITY),
        (lot("L"), EventRole.CREATED_LOT),
        (kind(), EventRole.QUANTITY),
        (" transaction urn:example:po", EventRole.TRANSACTION),
        (f" party {party()}", EventRole.SOURCE),
        (f" party {place()}", EventRole.DESTINATION),
    }


def test_the_other_events_touch_in_their_own_ways():
    packed = event(
        "AggregationEvent", parentID=crate(17), childEPCs=[item(1)], childQuantityList=quantities(lot("L"))
    )
    assert links(packed) == {
        (crate(17), EventRole.PARENT),
        (item(1), EventRole.CHILD),
        (lot("L"), EventRole.CHILD_QUANTITY),
        (f" class {kind()}", EventRole.CLASS),
    }
    made = event(
        "TransformationEvent",
        inputEPCList=[item(1)],
        outputEPCList=[item(2)],
        inputQuantityList=quantities(lot("A")),
        outputQuantityList=quantities(lot("B"), kind()),
        transformationID="urn:example:me",
    )
    assert links(made) == {
        (item(1), EventRole.INPUT),
        (item(2), EventRole.OUTPUT),
        (lot("A"), EventRole.INPUT_QUANTITY),
        (lot("B"), EventRole.OUTPUT_QUANTITY),
        (lot("B"), EventRole.CREATED_LOT),
        (kind(), EventRole.OUTPUT_QUANTITY),
        (f" class {kind()}", EventRole.CLASS),
        (" transformation urn:example:me", EventRole.TRANSFORMATION),
    }
    traded = event("TransactionEvent", parentID=crate(17), epcList=[item(1)],
                   bizTransactionList=[{"bizTransaction": "urn:example:po"}])  # fmt: skip
    assert links(traded) == {
        (crate(17), EventRole.PARENT),
        (item(1), EventRole.EPC),
        (f" class {kind()}", EventRole.CLASS),
        (" transaction urn:example:po", EventRole.TRANSACTION),
    }
    assert links(event(type="https://example.org/KiemDinh", action=None)) == set()


def test_rows_made_together_are_those_made_one_by_one():
    some = [
        event(**ADD, epcList=[item(1)], quantityList=quantities(lot("L")), bizStep="commissioning"),
        event("AggregationEvent", **ADD, parentID=crate(17), childEPCs=[item(1)], readPoint={"id": place()}),
        event("TransformationEvent", inputEPCList=[item(1)], outputQuantityList=quantities(lot("B"))),
        event(type="https://example.org/KiemDinh", action=None, bizLocation={"id": place()}),
    ]
    names = [f"urn:{letter}" for letter in "abcd"]
    apart = [rows_of([one], [name], owner=3, at=AT)[0] for one, name in zip(some, names, strict=True)]
    assert rows_of(some, names, owner=3, at=AT) == apart
    assert [one.columns[1] for one in apart] == names
    assert [len(one.objects) for one in apart] == [4, 3, 4, 0]
    assert rows_of([], [], owner=3, at=AT) == []


@given(
    st.lists(st.tuples(st.text("aĐ\\\t\n\r%\0 '"), st.integers(), st.text("n\\\t")), min_size=1, max_size=4)
)
def test_lines_for_copy_say_what_the_rows_say(some):
    signs = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    read = [
        tuple(re.sub(r"\\.", lambda found: signs[found[0]], field) for field in line.split("\t"))
        for line in postgres._lines(some, 3).split("\n")
    ]
    assert read == [tuple(map(str, row)) for row in some]


def flows(one):
    """Goods as the graph has them: for each part, from what to what and how."""
    found = rows_of([one], ["urn:a"], owner=3, at=AT)[0].lineage(7)
    found = [flow for flow in found if flow[3] != EdgeSide.AMOUNT]
    assert {(flow[0], *flow[5:]) for flow in found} <= {(7, rows.microseconds(one.event_time), 3, 0, False)}
    reported = set()
    for (part, edge), group in itertools.groupby(
        sorted(found, key=lambda flow: (flow[1], flow[4])), lambda flow: (flow[1], flow[4])
    ):
        places = list(group)
        sides = [
            {flow[2] for flow in places if flow[3] == side} for side in (EdgeSide.SOURCE, EdgeSide.PRODUCT)
        ]
        reported.add((part, EdgeKind(edge), *map(frozenset, sides)))
    return reported


def reported(edge, sources, products, part=0):
    return part, edge, frozenset(sources), frozenset(products)


def test_a_transformation_carries_all_inputs_into_all_outputs():
    made = event(
        "TransformationEvent",
        inputEPCList=[item(1), "urn:epc:id:sgtin:9521234.022031.1"],
        inputQuantityList=quantities(lot("A")),
        outputEPCList=[item(2)],
        outputQuantityList=quantities(lot("B")),
    )
    assert flows(made) == {reported(EdgeKind.TRANSFORMATION, [item(1), lot("A")], [item(2), lot("B")])}


def test_a_transformation_reported_by_several_events_goes_through_its_id():
    node = "transformation 3 https://id.gs1.org/253/9521234000013ME-7"
    identified = {"transformationID": "urn:epc:id:gdti:9521234.00001.ME-7"}
    put_in = event("TransformationEvent", inputQuantityList=quantities(lot("A")), **identified)
    came_out = event("TransformationEvent", outputQuantityList=quantities(lot("B")), **identified)
    assert flows(put_in) == {reported(EdgeKind.TRANSFORMATION, [lot("A"), node], [node])}
    assert flows(came_out) == {reported(EdgeKind.TRANSFORMATION, [node], [node, lot("B")])}
    assert lineage_graph.transformation_node("https://id.gs1.org/253/9521234000013ME-7", 3) == node


@pytest.mark.parametrize("kind_of_event", ["AggregationEvent", "AssociationEvent"])
def test_packing_and_unpacking(kind_of_event):
    goods = {"parentID": crate(17), "childEPCs": [item(1)], "childQuantityList": quantities(lot("L"))}
    assert flows(event(kind_of_event, **{**goods, **ADD})) == {
        reported(EdgeKind.CONTAINMENT, [item(1), lot("L")], [crate(17)])
    }
    taken_out = event(kind_of_event, **{**goods, "action": "DELETE"})
    assert flows(taken_out) == {
        reported(EdgeKind.REMOVAL, [item(1)], [crate(17)]),
        reported(EdgeKind.PART_REMOVAL, [lot("L")], []),
    }
    without_quantity = [{"epcClass": lot("L")}]
    assert flows(
        event(kind_of_event, **{**goods, "action": "DELETE", "childQuantityList": without_quantity})
    ) == {reported(EdgeKind.REMOVAL, [item(1), lot("L")], [crate(17)])}
    some = event(kind_of_event, parentID=crate(17), action="DELETE", childQuantityList=quantities(lot("L")))
    assert flows(some) == {reported(EdgeKind.PART_REMOVAL, [lot("L")], [crate(17)])}
    amounts = [row[2:5] + row[7:] for row in rows_of([some], ["urn:a"], owner=3, at=AT)[0].lineage(7)]
    name = lineage_graph.amount_name(lot("L"), crate(17), "MGM")  # a kilogram, in the smallest unit
    assert amounts[2:] == [(name, EdgeSide.AMOUNT, EdgeKind.PART_REMOVAL, 1e6, 0)]
    assert flows(event(kind_of_event, parentID=crate(17), action="DELETE")) == {
        reported(EdgeKind.EMPTYING, [], [crate(17)])
    }
    assert flows(event(kind_of_event, **goods)) == set()  # OBSERVE
    assert flows(event(kind_of_event, childEPCs=[item(1)])) == set()


def test_instances_commissioned_with_a_lot_number_belong_to_the_lot_of_their_own_gtin():
    ilmd = {"cbvmda:lotNumber": "LÔ-1 A".replace("Ô", "O").replace(" ", "")}
    one = event(**ADD, epcList=[item(1), item(2), item(3, OTHER_GTIN), crate(17)], ilmd=ilmd)
    assert flows(one) == {
        reported(EdgeKind.MEMBERSHIP, [lot("LO-1A")], [item(1), item(2)], part=1),
        reported(EdgeKind.MEMBERSHIP, [lot("LO-1A", OTHER_GTIN)], [item(3, OTHER_GTIN)], part=2),
    }
    assert flows(event(epcList=[item(1)], ilmd=ilmd)) == set()  # OBSERVE commissions nothing


@pytest.mark.parametrize(
    ("number", "thing"),
    [
        ("A/B", lot("A%2FB")),
        ("A.B_C-1", lot("A.B_C-1")),
        ("100%", lot("100%25")),
        ("a b", None),
        ("Lô", None),
        ("x" * 21, None),
        ("", None),
    ],
)
def test_a_lot_number_is_written_as_a_lot_is_elsewhere(number, thing):
    [one] = document(
        [
            {
                "type": "ObjectEvent",
                "eventTime": "2026-10-01T06:30:00+07:00",
                "eventTimeZoneOffset": "+07:00",
                "action": "ADD",
                "epcList": [item(1)],
                "ilmd": {"urn:epcglobal:cbv:mda:lotNumber": number},
            }
        ]
    ).events
    assert flows(one) == ({reported(EdgeKind.MEMBERSHIP, [thing], [item(1)], part=1)} if thing else set())
    if thing:
        assert thing_of(thing) == thing


@pytest.mark.parametrize(
    "written",
    [
        f"https://truyxuat.example/01/{GTIN}/10/L-1/21/1",
        f"https://truyxuat.example/gtin/{GTIN[1:]}/lot/L-1/ser/1?17=270101",
        f"https://id.gs1.org/01/{GTIN}/22/v/10/L-1/21/1",
    ],
)
def test_a_link_with_lot_and_serial_says_to_which_lot_an_instance_belongs(written):
    assert flows(event(epcList=[written])) == {
        reported(EdgeKind.MEMBERSHIP, [lot("L-1")], [item(1)], part=-1)
    }
    assert flows(event(**ADD, epcList=[written], ilmd={"cbvmda:lotNumber": "OTHER"})) == {
        reported(EdgeKind.MEMBERSHIP, [lot("L-1")], [item(1)], part=1)
    }
    packed = event("AggregationEvent", **ADD, parentID=crate(17), childEPCs=[written])
    assert flows(packed) == {
        reported(EdgeKind.CONTAINMENT, [item(1)], [crate(17)]),
        reported(EdgeKind.MEMBERSHIP, [lot("L-1")], [item(1)], part=-1),
    }


def test_a_declaration_touches_things_and_carries_nothing():
    wrong = event(
        "TransformationEvent",
        inputQuantityList=quantities(lot("A")),
        outputQuantityList=quantities(lot("B")),
        errorDeclaration={"declarationTime": "2026-10-20T08:00:00Z"},
    )
    assert flows(wrong) == set()
    assert (lot("B"), EventRole.OUTPUT_QUANTITY) in links(wrong)


# ------------------------------------------------------------------------------------------ in the tables


def valid_flows():
    return sorted(LineageEdgeEnd.objects.filter(voided=False).values_list("thing", "side"))


def transformed(**more):
    return event(
        "TransformationEvent",
        inputQuantityList=quantities(lot("A")),
        outputQuantityList=quantities(lot("B")),
        **more,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["after", "before", "together", "together, before"])
def test_flows_of_an_event_that_was_declared_wrong_are_void(order):
    made, other = transformed(), transformed()
    if order == "after":
        capture(made)
        capture(declared(made))
    elif order == "before":
        capture(declared(made))
        capture(made)
    else:
        capture(*([made, declared(made)] if order == "together" else [declared(made), made]))
    assert valid_flows() == []
    assert LineageEdgeEnd.objects.count() == 2
    capture(other)
    assert valid_flows() == [(lot("A"), EdgeSide.SOURCE), (lot("B"), EdgeSide.PRODUCT)]


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["event", "declaration"])
@pytest.mark.parametrize(("is_authority", "is_void"), [(False, False), (True, True)])
def test_of_another_party_only_an_authority_can_declare_an_event_wrong(first, is_authority, is_void):
    other = TracePartyFactory(is_authority=is_authority).pk
    made = transformed()
    steps = [lambda: capture(made, owner=other + 1), lambda: capture(declared(made), owner=other)]
    for step in steps if first == "event" else steps[::-1]:
        step()
    assert valid_flows() == ([] if is_void else [(lot("A"), EdgeSide.SOURCE), (lot("B"), EdgeSide.PRODUCT)])
    assert asked(EQ_eventID=[made.event_id]) == [made.event_id] * 2


@pytest.mark.django_db
def test_rows_of_a_document():
    sent = [
        event(epcList=[item(1)], bizStep="shipping", disposition="in_transit", readPoint={"id": place()}),
        event(epcList=[item(1)], bizStep="shipping", bizLocation={"id": "urn:epc:id:sgln:9521234.02203.0"}),
        event(epcList=[item(1)], eventID=None),
    ]
    with transaction.atomic():
        written = write_events([*sent, sent[0]], at=AT, owner=5, job=6)
        again = write_events([sent[1], *sent, event()], at=AT, owner=5, job=8)
    assert written.accepted[:2] == tuple(ids(*sent[:2]))
    assert written.accepted[2].startswith("ni:///sha-256;")
    assert written.duplicates == (sent[0].event_id,)
    assert again.duplicates == (sent[1].event_id, *written.accepted)
    assert len(again.accepted) == 1
    stored = Event.objects.order_by("id")
    assert [(one.owner, one.job) for one in stored] == [(5, 6)] * 3 + [(5, 8)]
    assert (written.first, written.last) == (stored[0].id, stored[2].id)
    assert (again.first, again.last) == (stored[3].id, stored[3].id)
    assert {(one.listing, one.value, one.owner) for one in KnownValue.objects.all()} == {
        (Listing.EVENT_TYPE, "ObjectEvent", 5),
        (Listing.BIZ_STEP, "shipping", 5),
        (Listing.DISPOSITION, "in_transit", 5),
        (Listing.READ_POINT, place(), 5),
        (Listing.BIZ_LOCATION, place(), 5),
    }
    assert {(bytes(one.key), one.owner, one.event, one.event_time) for one in Identity.objects.all()} == {
        (identity_key(one.event_id), 5, one.id, one.event_time) for one in stored
    }
    assert set(EventObject.objects.values_list("event", flat=True)) == {one.id for one in stored[:3]}


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_nothing_and_can_be_stored_later():
    one = transformed(bizStep="shipping")
    with transaction.atomic():
        capture(one)
        transaction.set_rollback(True)
    for model in (Event, Identity, EventObject, PartyObject, LineageEdgeEnd, KnownValue):
        assert not model.objects.exists()
    assert capture(one).accepted == (one.event_id,)
    assert KnownValue.objects.filter(listing=Listing.BIZ_STEP, value="shipping").exists()


@pytest.mark.django_db
def test_a_document_larger_than_a_slice(monkeypatch):
    monkeypatch.setattr("khcn.trace.store.event_writing._BATCH_SIZE", 3)
    sent = [transformed() for _ in range(10)]
    written = capture(*sent, *map(declared, sent[:2]))
    assert written.accepted == tuple(ids(*sent, *sent[:2]))
    assert asked() == ids(*sent, *sent[:2])
    assert LineageEdgeEnd.objects.filter(voided=False).count() == 16


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "tab\tline\nreturn\rbackslash\\ \\N \\.",
        "nháy ' \" % %s {} \x01 😀",
        "\\",
        "\N{REPLACEMENT CHARACTER}" * 4000,
    ],
)
def test_any_text_comes_back(text):
    one = event(epcList=[item(1)], **{"https://example.org/ns/truong": text})
    capture(one)
    assert asked(**{"EQ_https://example.org/ns/truong": [text]}) == [one.event_id]


@pytest.mark.django_db
def test_no_event_is_there_twice_whatever_writes():
    capture(event(eventID="urn:a"))
    key = identity_key("urn:a")
    again = "INSERT INTO trace_identity (key, owner, event, event_time) VALUES (%s, %s, 1, 1)"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(again, [key, 1])
    with connection.cursor() as cursor:
        cursor.execute(again, [key, 2])


@pytest.mark.django_db
def test_events_are_the_same_after_the_code_of_the_province_has_changed(settings):
    settings.PROVINCE = "06"
    one, other = transformed(), event(eventID=None, epcList=[item(1)])
    capture(one, other)
    settings.PROVINCE = "19"
    again = capture(one, other)
    assert (again.accepted, len(again.duplicates)) == ((), 2)
    assert asked(EQ_eventID=[one.event_id]) == [one.event_id]
    capture(declared(one))
    assert not LineageEdgeEnd.objects.filter(voided=False).exists()
