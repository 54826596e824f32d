"""``/epcis/trace/…``: events captured through the interface, the graph asked for by several parties."""

import pytest

from tests.trace.rest_given import GROWER, OTHER, PROVINCE, SHOP, Speaker, document, lot, party, problem_of

pytestmark = pytest.mark.django_db

ROOTS, STARCH, NOODLES, BOX = lot("CU"), lot("BOT"), lot("MIEN"), "https://id.gs1.org/00/095212340000000012"


@pytest.fixture
def chain():
    """Roots become starch at the grower's, starch becomes noodles and goes into a box, which a shop opens."""
    grower, shop = Speaker(party(GROWER)), Speaker(party(SHOP, "Cửa hàng"))

    def reported(number, kind, time, **fields):
        return {
            "type": kind,
            "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
            "eventTime": f"2026-10-{time:02d}T08:00:00.000+07:00",
            "eventTimeZoneOffset": "+07:00",
            **fields,
        }

    def of(name):
        return [{"epcClass": name, "quantity": 10, "uom": "KGM"}]

    assert grower.captured(
        document(
            reported(1, "TransformationEvent", 1, inputQuantityList=of(ROOTS), outputQuantityList=of(STARCH)),
            reported(
                2, "TransformationEvent", 2, inputQuantityList=of(STARCH), outputQuantityList=of(NOODLES)
            ),
            reported(3, "AggregationEvent", 3, action="ADD", parentID=BOX, childQuantityList=of(NOODLES)),
            reported(
                9,
                "ObjectEvent",
                4,
                action="OBSERVE",
                epcList=[BOX],
                destinationList=[
                    {"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SHOP}"}
                ],
            ),
        )
    )["success"]
    assert shop.captured(
        document(
            reported(4, "AggregationEvent", 5, action="DELETE", parentID=BOX, childQuantityList=of(NOODLES))
        )
    )["success"]
    return grower, shop


def graph(speaker, what, epc):
    answer = speaker.get(f"/trace/{what}?epc={epc}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_authority_sees_the_whole_graph(chain):
    province = Speaker(party(PROVINCE, "Chi cục", authority=True))
    found = graph(province, "upstream", BOX)
    assert found == {
        "epc": BOX,
        "things": [
            {"id": BOX, "steps": 0},
            {"id": NOODLES, "steps": 1},
            {"id": STARCH, "steps": 2},
            {"id": ROOTS, "steps": 3},
        ],
        "passages": [
            {
                "kind": kind,
                "sources": [source],
                "products": [product],
                "events": [
                    {
                        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
                        "eventTime": f"2026-10-0{number}T01:00:00Z",
                        "party": GROWER,
                        "confirmed": True,
                    }
                ],
            }
            for number, kind, source, product in (
                (1, "transformation", ROOTS, STARCH),
                (2, "transformation", STARCH, NOODLES),
                (3, "containment", NOODLES, BOX),
            )
        ],
    }
    assert [each["id"] for each in graph(province, "downstream", ROOTS)["things"]] == [
        ROOTS,
        STARCH,
        NOODLES,
        BOX,
    ]


def test_a_party_sees_a_step_of_what_it_may_see(chain):
    grower, shop = chain
    stranger = Speaker(party(OTHER, "Người lạ"))
    assert {each["id"] for each in graph(grower, "step-back", NOODLES)["things"]} == {NOODLES, STARCH}
    assert {each["id"] for each in graph(grower, "step-forward", NOODLES)["things"]} == {NOODLES, BOX}
    assert {each["id"] for each in graph(shop, "step-back", BOX)["things"]} == {BOX, NOODLES}
    assert graph(stranger, "step-back", NOODLES) == {
        "epc": NOODLES,
        "things": [{"id": NOODLES, "steps": 0}],
        "passages": [],
    }


@pytest.mark.parametrize("what", ["upstream", "downstream"])
def test_the_whole_graph_is_refused_to_a_party(chain, what):
    grower, _shop = chain
    reported = problem_of(grower.get(f"/trace/{what}?epc={NOODLES}"), 403, "SecurityException")
    assert "step-back" in reported["detail"]


def test_any_spelling_is_understood(chain):
    grower, _shop = chain
    wanted = graph(grower, "step-back", NOODLES)
    for spelling in (
        "urn:epc:class:lgtin:9521234.022031.MIEN",
        "https%3A%2F%2Fexample.org%2Fgtin%2F9521234220312%2Flot%2FMIEN",
    ):
        assert graph(grower, "step-back", spelling) == wanted


@pytest.mark.parametrize(
    "query", ["", "?epc=", "?epc=a&epc=b", "?epc=a&x=1", "?epcs=a", "?epc=%00", "?epc=" + "9" * 2001]
)
def test_a_question_that_cannot_be_asked(chain, query):
    grower, _shop = chain
    reported = problem_of(grower.get(f"/trace/step-back{query}"), 400, "QueryParameterException")
    assert reported["parameter"] == "epc"


def test_it_is_an_endpoint_like_the_others(chain):
    grower, _shop = chain
    assert grower.ask("OPTIONS", "/trace/step-back")["Allow"] == "OPTIONS, GET"
    assert grower.post("/trace/step-back?epc=a", b"{}").status_code == 405
    problem_of(grower.client.get("/epcis/trace/step-back?epc=a"), 401, "SecurityException")
    problem_of(grower.get("/trace/sideways?epc=a"), 404, "NoSuchNameException")
