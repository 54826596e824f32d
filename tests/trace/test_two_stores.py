"""The walk over the stores of two provinces gives exactly what one store with the events of both gives (docs/adr/0033)."""

import json
import os
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import InternalError, connections
from django.db.models import QuerySet
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from django.urls import reverse

from khcn.config.provinces import alias_of
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.ids import digital_link
from khcn.epcis.ids.check import check_digit
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.reference.models import AdminLevel, AdminUnit
from khcn.trace.models import CaptureJob, TraceParty
from khcn.trace.queries import downstream, lineage_step_back, lineage_step_forward, upstream
from khcn.trace.queries.graph.lineage_edges import edges_of, near_ends
from khcn.trace.queries.graph.traversal_terms import DOWNSTREAM, GOODS_EDGES, UPSTREAM
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers, trusted_edges
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls.recall_terms import RecallScope
from khcn.trace.queries.walks.lineage_trust import NearEnds
from khcn.trace.queries.walks.traversal import GraphTooLarge, reached_things
from khcn.trace.store import EVERYTHING, store_counts, viewer_of, visible_events
from khcn.trace.store.database.stores import all_stores, ask_stores
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.store.store_counts import counts_of_stores
from khcn.trace.views.lineage import as_json
from tests.trace.border_chains import (
    MEMBERS,
    Chain,
    RecalledPallet,
    RepackedPallet,
    WronglyUnpacked,
    batches,
)
from tests.trace.rest_given import AT, Speaker, document, event, key_of
from tests.trace.two_stores import HERE, THERE, Servers
from tests.web.conftest import account

pytestmark = pytest.mark.xdist_group("two stores")  # the servers are started once

CHAINS = int(os.environ.get("KHCN_CHAINS", "200"))
SINGLY = 8
"""So many of them are asked about one by one, as people do."""
VISIBLE = 200
"""Of so many events it is asked which a party may see."""


@pytest.fixture(scope="module")
def servers(django_db_blocker):
    with ExitStack() as stack, django_db_blocker.unblock():
        yield Servers(stack)


def test_a_store_whose_rows_may_have_our_keys_is_not_asked(servers):
    """Party 7 there would be taken for party 7 here, whose recalls count."""

    def asked_with_slot(slot):
        with psycopg.connect(servers.here.others[THERE], autocommit=True) as there:
            there.execute("UPDATE kernel_id_slots_idslot SET slot = %s", [slot])
        with servers.here.running(), all_stores() as asked:
            return ask_stores(lambda alias: [alias]), asked.not_asked

    try:
        assert asked_with_slot(0) == (["default"], (THERE,))
    finally:
        assert asked_with_slot(1) == (["default", alias_of(THERE)], ())


@pytest.fixture(scope="module")
def chains(servers):
    """The chains, captured in the installations of their parties, and all of them in the one store."""
    number = CHAINS + 3 - CHAINS % 3  # of the code that is confirmed here
    given = [RepackedPallet(number + 3), RecalledPallet(number), WronglyUnpacked(CHAINS)]
    made = [*map(Chain, range(CHAINS)), *given]
    captured = batches(made)
    for installation, province in ((servers.here, HERE), (servers.there, THERE), (servers.merged, None)):
        members = [one for one in MEMBERS if province in {None, one.province}]
        installation.register([one.row() for one in members])
        installation.capture(
            [(place, member.pk, events) for place, member, events in captured if member in members]
        )
    return made


def asks_in(province):
    """The party that asks at the installation of a province: its shop."""
    member = next(one for one in MEMBERS if one.province == province and one.name.startswith("Cửa hàng"))
    return viewer_of(party=member.pk, gln=member.gln, sees_all=False)


def walks(chains, viewers):
    """The walks from a thing of each chain in both directions, all chains at once: rows, edges, and what is trusted of them."""
    found = {}
    for name, direction, place in (("upstream", UPSTREAM, 0), ("downstream", DOWNSTREAM, 1)):
        starts = [chain.starts[place] for chain in chains]
        reached = reached_things(starts, direction)
        edges = edges_of(reached, direction)
        authorities = all_authorities()
        makers = first_makers(creations_of({one.thing for one in reached}, authorities))
        events = sorted({(event, time) for edge in edges.values() for event, time in edge.times.items()})
        found[name] = {
            "rows": sorted(set(reached), key=repr),
            "edges": {key: asdict(edge) for key, edge in edges.items()},
            "confirmed": NearEnds(near_ends(reached, direction)).confirmed(),
            "makers": makers,
            "trusted": set(trusted_edges(edges, makers, authorities)),
            "visible": [visible_events(viewer, events[:VISIBLE]) for viewer in viewers],
        }
    return found


@pytest.mark.parametrize("province", [HERE, THERE])
def test_two_stores_give_the_walks_of_one_store(servers, chains, province):
    """Half of the chains are asked about here, the others there."""
    half = chains[::2] if province == HERE else chains[1::2]
    viewers = [asks_in(HERE), asks_in(THERE)]
    with servers.merged.running():
        expected = walks(half, viewers)
    installation = servers.here if province == HERE else servers.there
    with installation.running(), all_stores() as stores:
        found = walks(half, viewers)
        assert stores.not_asked == ()
    for direction, parts in expected.items():
        for name, part in parts.items():
            assert found[direction][name] == part, (direction, name)
    unpacked = chains[-1]
    if unpacked in half:
        reached = {one.thing for one in expected["downstream"]["rows"]} & set(unpacked.things)
        assert reached == {unpacked.lots[0], *unpacked.boxes[:2]}
    for parts in expected.values():  # there is something of everything
        owners = {owner % 64 for edge in parts["edges"].values() for owner in edge["owners"]}
        assert owners == {0, 1}
        assert {edge["kind"] for edge in parts["edges"].values()} == set(GOODS_EDGES)
        assert set() < parts["confirmed"] < parts["edges"].keys() | parts["confirmed"]
        assert set() < parts["trusted"] < parts["edges"].keys()
        assert all(parts["visible"])


def asked(chain, viewer):
    """What an authority, a party and the public get to know of a chain, by what they ask."""
    thing, other = chain.starts
    return {
        f"upstream {thing}": asdict(upstream(thing, EVERYTHING)),
        f"downstream {other}": asdict(downstream(other, EVERYTHING)),
        f"step back {thing}": asdict(lineage_step_back(thing, viewer)),
        f"step forward {other}": asdict(lineage_step_forward(other, viewer)),
        **{f"page {label}": public_goods(digital_link.parse(label)) for label in chain.recalled()},
    }


def test_two_stores_give_the_answers_of_one_store(servers, chains):
    repacked = chains[-3]
    some = [repacked, chains[-2], *[chain for chain in chains if chain.recalled()][:SINGLY]]
    half = {HERE: some[::2], THERE: some[1::2]}
    viewers = {HERE: asks_in(HERE), THERE: asks_in(THERE)}
    with servers.merged.running():
        expected = {chain.number: asked(chain, viewers[one]) for one in half for chain in half[one]}
    found = {}
    for province, installation in ((HERE, servers.here), (THERE, servers.there)):
        with installation.running():
            for chain in half[province]:
                with all_stores() as stores:
                    found[chain.number] = asked(chain, viewers[province])
                    assert stores.not_asked == ()
    for number, answers in expected.items():
        for question, answer in answers.items():
            assert found[number][question] == answer, (number, question)
    pages = [answer for each in expected.values() for name, answer in each.items() if name.startswith("page")]
    assert any(page and Notice.RECALLED in page.notices for page in pages)
    scopes = {recall.scope for page in pages if page for recall in page.recalls}
    assert scopes >= {RecallScope.OBJECT, RecallScope.PRODUCT, RecallScope.PACKAGE}
    assert any(page and page.producer and page.steps for page in pages)
    used = expected[repacked.number][f"page {repacked.lots[0]}"].recalled_inputs
    assert (used.here, used.is_whole) == ({repacked.objects[0]}, True)
    walk = expected[repacked.number][f"upstream {repacked.objects[0]}"]["recalls"]
    assert [(one["named"], one["scope"]) for one in walk] == [(repacked.boxes[1], RecallScope.PACKAGE)]


# ------------------------------------------------------------------------------------------------ over HTTP

GTIN = "0952123499999" + check_digit("0952123499999")
OTHER_GTIN = "0952123488888" + check_digit("0952123488888")
GOODS = f"https://id.gs1.org/01/{GTIN}/21/X1"
GLN_OF_MINISTRY = "952999900099" + check_digit("952999900099")
NOT_ASKED = (
    "Chưa hỏi được kho truy xuất của tỉnh Bắc Ninh. Ở đây có thể còn thiếu những bước ghi tại đó, kể cả thông báo thu hồi. "
    "Hãy hỏi lại sau ít phút."
)


@pytest.fixture
def sold(servers):
    """One object, made here, sent to a shop there, which reports that it has come."""
    members = {one.name: one for one in MEMBERS}
    maker, shop, authority = members["Cơ sở A"], members["Cửa hàng B"], members["Sở A"]

    def on(day, **fields):
        tree = {
            "type": "ObjectEvent",
            "eventTime": f"2026-10-{day:02}T08:00:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "eventID": f"urn:example:sold:{day}",
            "epcList": [GOODS],
            **fields,
        }
        return decode_event(tree, Names({}))

    made = on(1, action="ADD", bizStep="commissioning")
    destination = [{"type": "possessing_party", "destination": shop.place}]
    sent = on(2, action="OBSERVE", bizStep="shipping", destinationList=destination)
    come = on(3, action="OBSERVE", bizStep="receiving")
    servers.here.capture([(400, maker.pk, [made, sent])])
    servers.there.capture([(401, shop.pk, [come])])
    with servers.here.running():
        unit = AdminUnit(
            code=THERE,
            level=AdminLevel.PROVINCE,
            name="Bắc Ninh",
            full_name="Tỉnh Bắc Ninh",
            valid_from=date(2025, 7, 1),
            created_at=AT,
            updated_at=AT,
        )
        QuerySet(AdminUnit).bulk_create([unit])
        return key_of(TraceParty.objects.get(pk=authority.pk))


def test_the_numbers_of_each_store_stand_side_by_side(servers, chains, monkeypatch):
    with servers.here.running(), all_stores():
        here, there = counts_of_stores()
    assert [(one.code, one.parties, one.authorities, one.with_codes) for one in (here, there)] == [
        (HERE, 4, 1, 1),
        (THERE, 4, 1, 1),
    ]
    with servers.merged.running():
        [all_of_them] = counts_of_stores()
        monkeypatch.setattr(store_counts, "MOST_COUNTED", 0)
        [about] = counts_of_stores()
        assert (about.is_about, about.events > 0) == (True, True)
    assert (here.events + there.events, here.events > 0, there.events > 0) == (all_of_them.events, True, True)


@pytest.mark.parametrize("most", [1, 6])
def test_a_graph_that_is_too_large_is_refused_over_two_stores_too(servers, chains, most):
    """Whether one step has far more edges than the answer may have things, or the things become too many."""
    lot, member = "https://id.gs1.org/01/09521239777772/10/L", MEMBERS[4]
    with servers.here.running(), all_stores():
        is_new = len(reached_things([lot], DOWNSTREAM)) == 1
    if is_new:
        made = [
            decode_event(
                {
                    "type": "TransformationEvent",
                    "eventTime": "2026-10-01T08:00:00+07:00",
                    "eventTimeZoneOffset": "+07:00",
                    "eventID": f"urn:example:many:{number}",
                    "inputQuantityList": [{"epcClass": lot, "quantity": 1, "uom": "KGM"}],
                    "outputQuantityList": [{"epcClass": f"{lot}{number}", "quantity": 1, "uom": "KGM"}],
                },
                Names({}),
            )
            for number in range(9)
        ]
        servers.there.capture([(402, member.pk, made)])
    with servers.here.running(), all_stores():
        assert len(reached_things([lot], DOWNSTREAM, most=10)) == 10
        with pytest.raises(GraphTooLarge) as refused:
            reached_things([lot], DOWNSTREAM, most=most)
    assert len(refused.value.reached) == most + 1


def test_a_store_that_is_slow_is_waited_for_once(servers, chains, caplog):
    thing = chains[0].lots[0]
    with (
        servers.here.running(),
        override_settings(PROVINCE_SECONDS=0.05),
        psycopg.connect(servers.there.address) as lock,
    ):
        lock.execute("LOCK TABLE trace_lineageedgeend IN ACCESS EXCLUSIVE MODE")
        with all_stores() as stores:
            upstream(thing, EVERYTHING)
            downstream(thing, EVERYTHING)
            assert stores.not_asked == (THERE,)
        with all_stores() as stores:
            assert stores.not_asked == (THERE,)
        lock.rollback()
    assert len([each for each in caplog.messages if "province 24 was not asked" in each]) == 1


def test_nothing_can_be_written_in_the_other_store(servers):
    with servers.here.running(), pytest.raises(InternalError, match="read-only"):
        QuerySet(TraceParty, using=alias_of(THERE)).update(name="x")
    connections[alias_of(THERE)].close()


def test_a_ministry_sees_the_chains_and_numbers_of_both_and_nobody_there_writes(servers, chains):
    some = chains[:SINGLY]
    viewers = [asks_in(HERE), asks_in(THERE)]
    with servers.merged.running():
        expected = walks(some, viewers)
        answers = [asked(chain, viewers[0]) for chain in some]
        with all_stores():
            whole = as_json(upstream(some[0].starts[0], EVERYTHING))
    with servers.here.running(), all_stores():
        numbers = counts_of_stores()
    with servers.ministry.running(), override_settings(VIEWING_ONLY=True):
        with all_stores() as stores:
            assert walks(some, viewers) == expected
            assert stores.not_asked == ()
        found = []
        for chain in some:
            with all_stores():
                found.append(asked(chain, viewers[0]))
        assert found == answers
        client = Client(raise_request_exception=False)
        client.force_login(account(Role.LEADER, "BGD"))
        page = client.get(reverse("trace-provinces")).content.decode()
        assert [f">{one.events:,}</td>".replace(",", ".") in page for one in numbers] == [True, True]
        assert page.count('<td class="lead">') == 2  # its own store, which takes no events, is none of them
        refused = client.post(reverse("account-new"), {"username": "x"})
        assert (refused.status_code, "chỉ để xem" in refused.content.decode()) == (403, True)
        with acting(SYSTEM):
            ministry = TraceParty(name="Bộ Khoa học và Công nghệ", gln=GLN_OF_MINISTRY, is_authority=True)
            ministry.save()
        speaker = Speaker(ministry)
        walked = speaker.get(f"/trace/upstream?epc={quote(some[0].starts[0], safe='')}")
        assert (walked.status_code, walked.json()) == (200, whole)
        sent = speaker.post("/capture", document(event(1)))
        assert (sent.status_code, sent["Content-Type"]) == (403, "application/problem+json")
        assert "chỉ để xem" in sent.json()["detail"]
        assert CaptureJob.objects.count() == 0


def test_a_label_shows_the_steps_of_the_other_province_or_which_one_was_not_asked(servers, chains, sold):
    with servers.here.running():
        served = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
        served.start()
        served.is_ready.wait()
        assert served.error is None

        def get(path, **headers):
            request = Request(
                f"http://127.0.0.1:{served.port}{path}", headers={"Accept-Language": "vi", **headers}
            )
            with urlopen(request) as answer:
                return answer.headers, answer.read().decode()

        label, trace = f"/01/{GTIN}/21/X1", f"/epcis/trace/downstream?epc={GOODS}"
        key = {"Authorization": f"Bearer {sold}"}
        try:
            headers, page = get(label)
            assert "Cửa hàng B" in page
            assert (NOT_ASKED in page, headers["Cache-Control"]) == (False, "private, max-age=2")
            assert "problems" not in json.loads(get(trace, **key)[1])
            servers.stop_there()
            headers, page = get(label)
            assert ("Cơ sở A" in page, "Cửa hàng B" in page, NOT_ASKED in page) == (True, False, True)
            assert (headers["Cache-Control"], headers["Warning"]) == (
                "no-store",
                '199 - "Provinces not asked: 24"',
            )
            data = json.loads(get(label, Accept="application/ld+json")[1])
            assert data["rdfs:comment"] == [NOT_ASKED]
            found = json.loads(get(trace, **key)[1])
            assert found["problems"] == [
                {
                    "type": "urn:khcn:trace:province-not-asked",
                    "title": "Chưa hỏi được kho của tỉnh khác",
                    "detail": NOT_ASKED,
                    "provinces": [THERE],
                }
            ]
            with pytest.raises(HTTPError) as unknown:
                get(f"/01/{OTHER_GTIN}")
            assert unknown.value.code == 503  # who was not asked may know it
            assert NOT_ASKED in unknown.value.read().decode()
        finally:
            served.terminate()
            served.join()
