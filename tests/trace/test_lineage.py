"""The graph of goods: cases made by hand, each with the question it answers."""

import random
import time
from itertools import permutations

import pytest

from khcn.epcis import QueryError
from khcn.trace.queries import (
    WholeGraphRefused,
    downstream,
    lineage_step_back,
    lineage_step_forward,
    upstream,
)
from khcn.trace.queries.answers.trace_graph import TraceThing
from khcn.trace.queries.graph import lineage_edges
from khcn.trace.queries.walks import traversal
from khcn.trace.store.visibility import EVERYTHING, Viewer
from tests.trace.lineage_cases import belongs, clear, made, packed, plain, slow, store, unpacked

pytestmark = pytest.mark.django_db


def things(found):
    return {thing.id for thing in found.things}


def up(thing):
    return things(upstream(thing, EVERYTHING)) - {thing}


def down(thing):
    return things(downstream(thing, EVERYTHING)) - {thing}


def test_a_thing_that_nobody_reported_of_is_alone():
    found = upstream("nothing", EVERYTHING)
    assert (found.things, found.edges) == ((TraceThing("nothing", 0),), ())
    assert downstream("nothing", EVERYTHING) == found


def test_all_of_several_inputs_are_there_and_no_output_that_was_not_asked_for():
    store([made(1, ["a", "b", "c"], ["x", "y"]), made(2, ["x", "d"], ["z"])])
    assert up("z") == {"x", "d", "a", "b", "c"}
    assert up("x") == {"a", "b", "c"}
    assert down("b") == {"x", "y", "z"}
    (edge,) = upstream("x", EVERYTHING).edges
    assert (edge.sources, edge.products) == (("a", "b", "c"), ("x",))


def test_one_source_by_two_ways_is_there_once_with_the_shorter_distance():
    store([made(1, ["a"], ["b"]), made(2, ["a"], ["c"]), made(3, ["c"], ["d"]), made(4, ["b", "d"], ["e"])])
    steps = {each.id: each.steps for each in upstream("e", EVERYTHING).things}
    assert steps == {"e": 0, "b": 1, "d": 1, "a": 2, "c": 2}
    assert [each.id for each in upstream("e", EVERYTHING).things] == ["e", "b", "d", "a", "c"]


def test_a_crate_used_again_does_not_join_the_lots_of_two_seasons():
    reported = [
        packed(10, ["lot 2025"], "crate"),
        unpacked(20, ["lot 2025"], "crate"),
        made(21, ["lot 2025"], ["flour 2025"]),
        packed(110, ["lot 2026"], "crate"),
        packed(115, ["crate"], "van"),
        unpacked(120, [], "crate"),
        made(121, ["lot 2026"], ["flour 2026"]),
    ]
    store(reported)
    assert down("lot 2025") == {"crate", "flour 2025"}
    assert down("lot 2026") == {"crate", "van", "flour 2026"}
    assert up("flour 2025") == {"lot 2025"}
    assert up("van") == {"crate", "lot 2026"}
    assert up("crate") == {"lot 2025", "lot 2026"}  # of the crate as such both seasons are asked


def test_a_crate_that_is_emptied_and_filled_in_one_minute_does_not_join_them_either():
    store(
        [
            packed(10, ["a"], "crate"),
            unpacked(20, [], "crate"),
            packed(20, ["b"], "crate"),
            packed(25, ["crate"], "van"),
        ]
    )
    assert up("van") == {"crate", "b"}
    assert down("a") == {"crate"}


def test_packed_and_unpacked_on_the_same_day_was_there():
    store([packed(10, ["a"], "box"), unpacked(10, ["a"], "box"), packed(10, ["box"], "van")])
    assert up("van") == {"box", "a"}
    assert down("a") == {"box", "van"}


def test_what_only_shared_a_pallet_is_not_downstream_but_all_of_a_pallet_is():
    store([packed(10, ["good", "bad"], "pallet"), made(20, ["good"], ["x"]), made(20, ["bad"], ["y"])])
    assert down("bad") == {"pallet", "y"}
    assert down("pallet") == {"good", "bad", "x", "y"}
    assert up("pallet") == {"good", "bad"}


def test_goods_are_in_all_containers_round_them_while_they_are_in():
    reported = [
        packed(10, ["bag"], "box"),
        packed(20, ["box"], "pallet"),
        packed(30, ["pallet"], "truck"),
        unpacked(40, ["pallet"], "truck"),
        packed(50, ["other pallet"], "truck"),
        packed(55, ["truck"], "ferry"),
        unpacked(56, ["truck"], "ferry"),
        unpacked(60, ["bag"], "box"),
        packed(70, ["pallet"], "truck"),
        packed(80, ["truck"], "second ferry"),
    ]
    store(reported)
    assert down("bag") == {"box", "pallet", "truck"}  # neither a ferry nor the second ride
    assert up("ferry") == {"truck", "other pallet"}
    assert up("second ferry") == {"truck", "other pallet", "pallet", "box"}


def test_goods_of_a_pallet_stay_affected_when_they_have_left_it():
    store([packed(10, ["sack"], "pallet"), unpacked(20, ["sack"], "pallet"), made(30, ["sack"], ["bread"])])
    assert down("pallet") == {"sack", "bread"}


def test_what_was_done_with_goods_before_they_came_into_the_pallet_is_not_downstream_of_it():
    store([packed(5, ["sack"], "crate"), unpacked(6, ["sack"], "crate"), packed(10, ["sack"], "pallet")])
    assert down("pallet") == {"sack"}


def test_an_instance_has_the_past_of_its_lot_and_a_lot_the_future_of_its_instances():
    store(
        [
            made(1, ["roots"], ["lot"]),
            belongs(2, "lot", ["bag 1", "bag 2"]),
            packed(3, ["bag 1"], "box"),
        ]
    )
    assert up("box") == {"bag 1", "lot", "roots"}
    assert down("roots") == {"lot", "bag 1", "bag 2", "box"}
    assert down("bag 2") == set()


def test_instances_of_two_lots_reported_by_one_event_keep_apart():
    store([belongs(2, "lot a", ["1", "2"], part=1)])
    store([belongs(2, "lot b", ["3"], part=2)], first=2)
    assert up("1") == {"lot a"}
    assert up("3") == {"lot b"}


def test_a_transformation_reported_by_several_events_is_one_edge():
    node = lineage_edges.TRANSFORMATION_NODE + "1 https://id.gs1.org/253/9521234000013ME-7"
    store(
        [
            made(1, ["a", node], [node]),
            made(2, ["b", node], [node]),
            made(5, [node], ["x", node]),
            made(6, ["c", node], ["y", node]),
        ]
    )
    assert up("x") == {"a", "b", "c"}
    assert down("a") == {"x", "y"}
    for found in (upstream("x", EVERYTHING), lineage_step_back("x", EVERYTHING)):
        (edge,) = found.edges
        assert (edge.sources, edge.products) == (("a", "b", "c"), ("x",))
        assert edge.transformation == "https://id.gs1.org/253/9521234000013ME-7"
        assert [event.event_time for event in edge.events] == [1, 2, 5, 6]
        assert {each.id: each.steps for each in found.things} == {"x": 0, "a": 1, "b": 1, "c": 1}
    assert things(lineage_step_forward("b", EVERYTHING)) == {"b", "x", "y"}


def test_an_unfinished_transformation_is_reported_without_products():
    node = lineage_edges.TRANSFORMATION_NODE + "1 T"
    store([made(1, ["a", node], [node])])
    (edge,) = downstream("a", EVERYTHING).edges
    assert (edge.sources, edge.products, edge.transformation) == (("a",), (), "T")


def test_circles_end():
    store([made(1, ["a", "b"], ["b"]), made(2, ["b"], ["a"]), packed(3, ["a"], "b"), packed(4, ["b"], "a")])
    assert up("a") == {"b"}
    assert down("b") == {"a"}


def test_events_declared_wrong_carry_nothing():
    store([made(1, ["wrong"], ["x"], voided=True), made(2, ["right"], ["x"])])
    assert up("x") == {"right"}
    assert down("wrong") == set()


def test_a_removal_declared_wrong_ends_nothing():
    store(
        [packed(1, ["a"], "box"), unpacked(2, ["a"], "box", voided=True), packed(3, ["box"], "van")],
    )
    assert up("van") == {"box", "a"}


def test_goods_named_by_their_kind_alone_are_shown_and_lead_no_further():
    salt = "https://id.gs1.org/01/09521234000013"
    store([made(1, ["sea"], [salt]), made(2, ["flour", salt], ["noodles"]), made(3, [salt], ["pickles"])])
    assert up("noodles") == {"flour", salt}
    assert down("sea") == {salt}
    assert down(salt) == {"noodles", "pickles"}  # asked for by itself it is answered


def test_one_step_is_one_edge():
    store([made(1, ["a"], ["b"]), made(2, ["b"], ["c"]), packed(3, ["c"], "box"), belongs(2, "b", ["b1"])])
    assert things(lineage_step_back("c", EVERYTHING)) == {"c", "b"}
    assert things(lineage_step_back("box", EVERYTHING)) == {"box", "c"}
    assert things(lineage_step_forward("b", EVERYTHING)) == {"b", "b1", "c"}
    assert things(lineage_step_forward("c", EVERYTHING)) == {"c", "box"}


def test_any_spelling_of_an_identifier_finds_it():
    lot = "https://id.gs1.org/01/09521234220312/10/LO-7"
    store([made(1, ["roots"], [lot])])
    for spelling in (
        lot,
        "urn:epc:class:lgtin:9521234.022031.LO-7",
        "https://truyxuat.example.vn/gtin/9521234220312/lot/LO-7",
    ):
        found = upstream(spelling, EVERYTHING)
        assert (found.thing, things(found)) == (lot, {lot, "roots"})


@pytest.mark.once  # test_lineage_agrees asks both databases in orders of its own
def test_the_order_of_capture_changes_nothing():
    reported = [
        packed(10, ["a"], "crate"),
        unpacked(20, ["a"], "crate"),
        packed(30, ["b"], "crate"),
        made(40, ["b"], ["c"]),
        belongs(41, "c", ["c1"]),
    ]
    found = set()
    for first, order in enumerate(permutations(reported)):
        store(order, first=1000 * first + 1)
        found.add((upstream("c1", EVERYTHING), downstream("a", EVERYTHING), upstream("crate", EVERYTHING)))
        clear()
    assert len(found) == 1


def test_a_party_that_is_no_authority_is_refused_the_whole_graph():
    for whole in (upstream, downstream):
        with pytest.raises(WholeGraphRefused):
            whole("b", Viewer(1, False, ()))


def test_a_graph_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(traversal, "MAX_EDGE_ENDS", 3)
    store([made(1, ["a", "b"], ["x"]), made(2, ["x"], ["y"])])
    assert up("x") == {"a", "b"}
    with pytest.raises(QueryError) as refused:
        upstream("y", EVERYTHING)
    assert refused.value.kind == "QueryTooLargeException"


def test_the_limit_stops_the_walk_and_not_only_its_answer(monkeypatch):
    count = 100
    store(
        [
            made(
                level,
                [f"{level} {one}" for one in range(count)],
                [f"{level + 1} {one}" for one in range(count)],
            )
            for level in range(100)
        ]
    )
    started = time.perf_counter()
    assert len(upstream("100 0", EVERYTHING).things) == 100 * count + 1
    whole = time.perf_counter() - started
    monkeypatch.setattr(traversal, "MAX_EDGE_ENDS", 50)
    taken = []
    for _each in range(10):  # what else the machine does may delay some of them
        started = time.perf_counter()
        with pytest.raises(QueryError):
            upstream("100 0", EVERYTHING)
        taken.append(time.perf_counter() - started)
    assert min(taken) < whole / 4  # broken off, not thrown away


def test_a_large_batch_costs_the_sum_of_its_sides_and_not_their_product():
    inputs, outputs = [f"in {one}" for one in range(200)], [f"out {one}" for one in range(5000)]
    store([made(1, inputs, outputs), packed(2, outputs, "hall")])
    assert len(upstream("hall", EVERYTHING).things) == 5201
    assert len(downstream("in 7", EVERYTHING).things) == 5002


def test_thousands_of_removals_are_no_burden():
    """One by one from a shelf; of one lot from many boxes; of many lots from one crate. Quadratic walks take minutes."""
    count = 4000
    lot = "https://id.gs1.org/01/09521234000013/10/L"
    items, boxes = [f"item {one}" for one in range(count)], [f"box {one}" for one in range(count)]
    reported = [packed(0, items, "shelf"), packed(1, ["shelf"], "shop")]
    reported += [unpacked(10 + place, [item], "shelf") for place, item in enumerate(items)]
    reported += [packed(1 + place, [lot], box) for place, box in enumerate(boxes)]
    reported += [unpacked(9_000_000 - place, [lot], box) for place, box in enumerate(boxes)]
    for season in range(count):
        reported.append(packed(10 * season, [f"{lot}{season}"], "crate"))
        reported.append(unpacked(10 * season + 5, [], "crate"))
    store(reported)
    assert len(upstream("shop", EVERYTHING).things) == count + 2
    assert len(downstream(lot, EVERYTHING).things) == count + 1
    assert len(upstream("crate", EVERYTHING).things) == count + 1
    assert down(f"{lot}7") == {"crate"}


def test_the_hand_made_reference_agrees_on_a_long_chain():
    numbers = random.Random(7)
    reported = []
    for level in range(40):
        reported.append(
            made(
                10 * level, [f"{level}.{one}" for one in range(3)], [f"{level + 1}.{one}" for one in range(3)]
            )
        )
        reported.append(packed(10 * level + 1, [f"{level + 1}.0"], "crate"))
        reported.append(unpacked(10 * level + 1 + numbers.randrange(8), [f"{level + 1}.0"], "crate"))
    store(reported)
    for thing in ("40.1", "0.2", "20.0", "crate"):
        assert plain(upstream(thing, EVERYTHING)) == slow(reported, thing, upstream=True)
        assert plain(downstream(thing, EVERYTHING)) == slow(reported, thing, upstream=False)
