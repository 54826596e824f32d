"""The resolver against the GS1-Conformant Resolver Standard, and against what users of its reference complain of."""

import json

import pytest

from khcn.epcis.ids.label_paths import KEY_NAMES, PRIMARY_KEYS
from tests.epcis.corpora import vectors
from tests.trace.public_given import (
    BOX,
    GROWER,
    NOODLES,
    NOODLES_GTIN,
    master,
    named,
    noodles,
    observed,
    of,
    parties,
    place,
    send,
    visitor,
    with_master_data,
)

__all__ = ["parties", "visitor"]  # fixtures

KIND = f"/01/{NOODLES_GTIN}"
LOT = f"{KIND}/10/MIEN-1"
PACKET = f"{LOT}/21/A1"
ROOT = "http://testserver"
VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"


@pytest.fixture
def known(parties):
    noodles(parties)
    return parties


def links(answer):
    """The targets of the ``Link`` header by relation."""
    return {
        part.partition('rel="')[2].partition('"')[0]: part.removeprefix("<").partition(">")[0]
        for part in answer["Link"].split(", <")
    }


# ------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        (f"/gtin/{NOODLES_GTIN}", KIND),
        (f"/gtin/{NOODLES_GTIN}/lot/MIEN-1/ser/A1", PACKET),
        (f"/01/{NOODLES_GTIN[1:]}/10/MIEN-1", LOT),
        (f"{KIND}/21/A1/10/MIEN-1", PACKET),
        (f"{KIND}/21/A1/22/2A/10/MIEN-1", f"{KIND}/22/2A/10/MIEN-1/21/A1"),
        (f"{KIND}?10=MIEN-1", LOT),
        (f"{LOT}?21=A1&17=270910&linkType=gs1:pip", f"{PACKET}?17=270910&linkType=gs1:pip"),
        (f"{LOT}/", LOT),
        (f"{KIND}/10/A/B", f"{KIND}/10/A/B"),
        (f"{KIND}/10/A%2FB/21/C", f"{KIND}/10/A%2FB/21/C"),
        ("/gln/9521234000006", "/414/9521234000006"),
        ("/party/9521234000006", "/417/9521234000006"),
        ("/sscc/095212340000000013", "/00/095212340000000013"),
    ],
)
def test_other_spellings_are_sent_to_the_canonical_one(visitor, asked, canonical):
    answer = visitor.get(asked)
    if asked == canonical:
        assert answer.status_code == 404  # well written, and known to nobody
        return
    assert (answer.status_code, answer["Location"]) == (301, canonical)
    assert visitor.get(canonical.partition("?")[0]).status_code in {200, 404}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/01/09521234000031", "Số kiểm tra"),
        ("/01/09521234000", "thiếu ký tự"),
        ("/01/095212340000377", "thừa ký tự"),
        ("/01/0952123400003X", "phải toàn chữ số"),
        ("/01/", "thiếu"),
        (f"{KIND}/10/", "Địa chỉ thiếu số lô"),
        (f"{KIND}/10/A/21", "Địa chỉ thiếu số sê-ri"),
        (f"{KIND}/17/270910", "không đứng sau"),
        (f"{KIND}/10/LÔ-1", "không đúng quy tắc"),
        (f"{KIND}/10/{'9' * 21}", "thừa ký tự"),
        (f"{KIND}/10/A/235/B", "không đi cùng nhau"),
        (f"{KIND}?17=271399", "Phần sau dấu ?"),
        (f"{KIND}?10=A&10=B", "hai lần"),
        ("/00/095212340000000011", "Số kiểm tra"),
        ("/414/9521234000007", "Số kiểm tra"),
        ("/01/%00", "ký tự lạ"),
        (f"{KIND}/10/" + "A/" * 1500, "quá dài"),
    ],
)
def test_a_wrong_code_is_reported_what_is_wrong_with_it(visitor, path, shown):
    answer = visitor.get(path)
    html = answer.content.decode()
    assert answer.status_code == 400, html
    assert shown in html
    assert "Mã không đúng" in html
    data = visitor.get(path, headers={"Accept": "application/json"})
    assert (data.status_code, data["Content-Type"]) == (400, "application/problem+json")
    assert shown in data.json()["detail"]


def test_a_compressed_link_is_an_unknown_address(visitor, shared_dir):
    for case in vectors(shared_dir, "digital-link/gs1-toolkit_compression"):
        compressed = case.get("compressed") or ""
        if compressed.startswith(case["stem"] + "/") and "?" not in compressed:
            path = compressed.removeprefix(case["stem"])
            if path.count("/") == 1:  # nothing of the key is left as it was
                assert visitor.get(path).status_code == 404, path


def test_a_code_in_english(visitor):
    answer = visitor.get("/01/09521234000031?lang=en")
    assert (answer.status_code, answer["Content-Language"]) == (400, "en")


@pytest.mark.parametrize("key", KEY_NAMES)
def test_every_primary_key_is_taken(visitor, key):
    """No address of a key falls through to another page of the application."""
    answer = visitor.get(f"/{key}/x")
    assert answer.status_code == 400
    assert "Mã không đúng" in answer.content.decode()


LENIENT = {
    # told by GS1's engine to be wrong, and sent on to the right spelling here
    "https://example.com/01/09520123456788?10=ABC123",
    "https://a/01/416000336108",
    "https://a/01/02345673",
    "https://a/8004/9520614141234567?01=02345673",
    "https://a/8004/9520614141234567?01=2112345678900",
    # wrong in its host alone
    "https://[fe80::1%25lo]/01/12312312312333",
}


def test_links_are_judged_as_by_gs1(visitor, shared_dir):
    """GS1's own vectors, as addresses at our server: a valid one is known or not, an invalid one is refused."""
    wrong = []
    count = 0
    text = (shared_dir / "corpora/digital-link/syntax-engine_parse-uri.jsonl").read_text("utf-8")
    for case in map(json.loads, text.splitlines()):
        path = case["input"].partition("://")[2].partition("/")[2]
        if path.partition("/")[0] not in PRIMARY_KEYS or case.get("options") or "/faux/" in path:
            continue  # at another place than the root, or by rules that have to be switched on
        count += 1
        status = visitor.get("/" + path).status_code
        if (status in {200, 301, 404}) != (case["valid"] or case["input"] in LENIENT):
            wrong.append((case["input"], status))
    assert count > 25
    assert wrong == []


# ------------------------------------------------------------------------------------------- people and machines


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("image/avif,image/webp,*/*;q=0.5", "text/html"),
        ("application/pdf", "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, application/ld+json", "application/ld+json"),
        (LINKSET, LINKSET),
    ],
)
def test_everybody_is_answered_in_their_own_way(known, visitor, accept, content_type):
    headers = {} if accept is None else {"Accept": accept}
    answer = visitor.get(PACKET, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].partition(";")[0] == content_type


def test_machines_get_what_is_public_as_json_ld(known, visitor):
    named(known)
    data = visitor.get(PACKET, headers={"Accept": "application/ld+json"}).json()
    events = data.pop("epcis:eventList")
    assert data == {
        "@context": {
            "gs1": VOC,
            "cbv": "https://ref.gs1.org/cbv/",
            "epcis": "https://ref.gs1.org/epcis/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": ROOT + PACKET,
        "@type": "gs1:Product",
        "gs1:gtin": NOODLES_GTIN,
        "gs1:hasBatchLotNumber": "MIEN-1",
        "gs1:hasSerialNumber": "A1",
        "gs1:productName": "Miến dong",
        "gs1:manufacturer": {
            "@type": "gs1:Organization",
            "gs1:organizationName": "Hợp tác xã Thử Nghiệm",
            "gs1:address": {"@type": "gs1:PostalAddress", "gs1:streetAddress": "Thôn 1, Na Rì"},
        },
        "gs1:countryOfOrigin": "VN",
        "gs1:productionDate": "2026-09-10",
        "gs1:expirationDate": "2027-09-10",
    }
    assert len(events) == 9
    assert events[1] == {
        "@type": "epcis:TransformationEvent",
        "rdfs:label": [
            {"@value": "Chế biến", "@language": "vi"},
            {"@value": "Processing", "@language": "en"},
        ],
        "epcis:eventTime": {"@type": "xsd:dateTime", "@value": "2026-09-05T08:00+07:00"},
        "epcis:bizStep": {"@id": "cbv:BizStep-commissioning"},
        "epcis:readPoint": {
            "@id": f"https://id.gs1.org/414/{GROWER}",
            "gs1:globalLocationNumber": GROWER,
            "rdfs:label": "Xưởng miến",
            "gs1:streetAddress": "Thôn 1, Na Rì",
        },
        "gs1:organizationName": "Hợp tác xã Thử Nghiệm",
        "epcis:inputQuantityList": [
            {"@type": "gs1:Product", "gs1:productName": "Củ dong riềng", "gs1:hasBatchLotNumber": "CU-1"}
        ],
        "epcis:quantityList": [
            {
                "@type": "gs1:Product",
                "gs1:productName": "Tinh bột dong riềng",
                "gs1:hasBatchLotNumber": "BOT-1",
            }
        ],
    }


# ------------------------------------------------------------------------------------------- links


def pages(kind, path):
    return {
        VOC + kind: [
            {
                "href": f"{ROOT}{path}?lang={language}",
                "title": TITLES[kind],
                "type": "text/html",
                "hreflang": [language],
            }
            for language in ("vi", "en")
        ]
    }


TITLES = {
    "pip": "Thông tin sản phẩm",
    "traceability": "Hành trình của hàng",
    "defaultLinkMulti": "Trang thông tin",
    "locationInfo": "Địa điểm",
    "recallStatus": "Thông báo thu hồi",
}


def test_the_linkset_has_the_links_of_every_level(known, visitor):
    answer = visitor.get(PACKET + "?linkType=linkset")
    assert answer["Content-Type"] == LINKSET
    packet = pages("traceability", PACKET)
    packet[f"{VOC}traceability"].append(
        {"href": ROOT + PACKET, "title": TITLES["traceability"], "type": "application/ld+json"}
    )
    assert answer.json() == {
        "linkset": [
            {
                "anchor": ROOT + PACKET,
                f"{VOC}defaultLink": [{"href": ROOT + PACKET, "title": "Trang thông tin"}],
                **pages("defaultLinkMulti", PACKET),
                **packet,
                f"{VOC}epcis": [
                    {
                        "href": f"{ROOT}/epcis/epcs/http%3A%2F%2Ftestserver{PACKET.replace('/', '%2F')}/events",
                        "title": "Sự kiện EPCIS (cần khóa truy cập)",
                        "type": "application/ld+json",
                    },
                    {
                        "href": f"{ROOT}{PACKET}?form=epcis",
                        "title": "Sự kiện EPCIS đã công bố",
                        "type": "application/ld+json",
                    },
                ],
                f"{VOC}dpp": [
                    {
                        "href": f"{ROOT}{PACKET}?form=passport",
                        "title": "Hộ chiếu số của sản phẩm",
                        "type": "application/json",
                    }
                ],
            },
            {
                "anchor": ROOT + KIND,
                f"{VOC}defaultLink": [{"href": ROOT + KIND, "title": "Trang thông tin"}],
                **pages("defaultLinkMulti", KIND),
                **pages("pip", KIND),
                f"{VOC}masterData": [
                    {
                        "href": ROOT + KIND,
                        "title": "Dữ liệu sản phẩm cho máy đọc",
                        "type": "application/ld+json",
                    }
                ],
            },
        ]
    }


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("?linkType=linkset", "*/*", LINKSET),
        ("?linkType=all", "*/*", LINKSET),
        ("?linktype=linkset", "*/*", LINKSET),
        ("", LINKSET, LINKSET),
        ("?linkType=linkset", "application/json", "application/json"),
        ("?linkType=linkset", "application/ld+json", "application/ld+json"),
        ("?linkType=linkset", "text/html,*/*;q=0.8", "text/html"),
    ],
)
def test_ways_to_ask_for_the_linkset(known, visitor, query, accept, content_type):
    answer = visitor.get(LOT + query, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"].partition(";")[0] == content_type
    if content_type == "text/html":
        assert f"{ROOT}{LOT}?lang=vi" in answer.content.decode()
        return
    found = answer.json()
    assert [context["anchor"] for context in found["linkset"]] == [ROOT + LOT, ROOT + KIND]
    context = "https://ref.gs1.org/standards/resolver/linkset-context"
    if content_type == "application/ld+json":
        assert found["@context"] == context
    else:
        assert links(answer)["http://www.w3.org/ns/json-ld#context"] == context


def test_the_linkset_follows_rfc_9264_and_the_resolver_standard(known, visitor):
    for path in (PACKET, LOT, KIND):
        for context in visitor.get(path + "?linkType=linkset").json()["linkset"]:
            assert context["anchor"].startswith(ROOT + KIND)
            defaults = context[f"{VOC}defaultLink"]
            assert [set(link) for link in defaults] == [{"href", "title"}]
            described = {
                link["href"]
                for kind, found in context.items()
                if kind != "anchor" and "default" not in kind
                for link in found
            }
            for kind, found in context.items():
                if kind == "anchor":
                    continue
                assert kind.startswith(VOC)
                for link in found:
                    assert link["href"].startswith(ROOT)
                    assert link["title"]
                    assert set(link) <= {"href", "title", "type", "hreflang"}
                    if "Multi" in kind:
                        assert link["href"] in described


def test_titles_in_english(known, visitor):
    answer = visitor.get(LOT + "?linkType=linkset", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("query", "headers", "target"),
    [
        ("?linkType=gs1:pip", {}, f"{KIND}?lang=vi"),
        ("?linkType=gs1:pip", {"Accept-Language": "en"}, f"{KIND}?lang=en"),
        ("?linkType=https://gs1.org/voc/pip&lang=en", {}, f"{KIND}?lang=en"),
        ("?linkType=https%3A%2F%2Fref.gs1.org%2Fvoc%2Fpip", {}, f"{KIND}?lang=vi"),
        ("?linkType=gs1:traceability", {}, f"{LOT}?lang=vi"),
        ("?linkType=gs1:traceability", {"Accept": "application/ld+json"}, LOT),
        ("?linkType=gs1:masterData", {}, KIND),
        ("?17=270910&linkType=gs1:pip&utm=x", {}, f"{KIND}?lang=vi&17=270910&utm=x"),
    ],
)
def test_a_link_of_one_type_is_redirected_to(known, visitor, query, headers, target):
    answer = visitor.get(LOT + query, headers=headers)
    assert (answer.status_code, answer["Location"]) == (307, ROOT + target)
    assert visitor.get(target, headers=headers).status_code == 200
    assert links(answer)["linkset"] == f"{ROOT}{LOT}?linkType=linkset"


def test_the_default_link_is_the_page_itself(known, visitor):
    for query in ("", "?linkType=gs1:defaultLink", "?linkType=", "?utm_source=x&flag"):
        answer = visitor.get(LOT + query)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert links(answer) == {
            f"{VOC}defaultLink": ROOT + LOT,
            "linkset": f"{ROOT}{LOT}?linkType=linkset",
        }


@pytest.mark.parametrize("kind", ["gs1:hasRetailers", "gs1:khongCo", "x", "gs1:recallStatus"])
def test_a_link_type_that_there_is_not_is_404_and_tells_which_there_are(known, visitor, kind):
    answer = visitor.get(f"{LOT}?linkType={kind}")
    assert answer.status_code == 404
    assert f"{ROOT}{LOT}?lang=vi" in answer.content.decode()


def test_a_recall_has_a_link_of_its_own(known, visitor):
    send(known.grower, observed(31, 21, "holding", GROWER, quantityList=of(NOODLES), disposition="recalled"))
    answer = visitor.get(LOT + "?linkType=gs1:recallStatus")
    assert (answer.status_code, answer["Location"]) == (307, f"{ROOT}{LOT}?lang=vi")


def test_the_epcis_link_leads_to_the_events_for_those_who_may_see_them(known, visitor):
    target = visitor.get(LOT + "?linkType=gs1:epcis")["Location"].removeprefix(ROOT)
    assert visitor.get(target).status_code == 401
    answer = known.grower.get(target.removeprefix("/epcis"))
    assert answer.status_code == 200
    assert len(answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1


def test_a_place_by_its_gln(known, visitor):
    assert known.grower.captured(
        with_master_data(master("BusinessLocation", place(GROWER), name="Xưởng miến", city="Na Rì"))
    )["success"]
    html = visitor.get(f"/414/{GROWER}").content.decode()
    assert "Xưởng miến" in html
    assert "Na Rì" in html
    assert "Thu hoạch" not in html  # what happens at a place is never shown to the public
    data = visitor.get(f"/414/{GROWER}", headers={"Accept": "application/ld+json"}).json()
    assert data["rdfs:label"] == "Xưởng miến"
    assert VOC + "locationInfo" in visitor.get(f"/414/{GROWER}?linkType=all").json()["linkset"][0]
    assert "Hợp tác xã Thử Nghiệm" in visitor.get(f"/417/{GROWER}").content.decode()
    assert visitor.get("/414/9529999000019").status_code == 404


def test_other_keys_are_known_or_not_and_people_are_never_reported_of(known, visitor):
    assert visitor.get(BOX.removeprefix("https://id.gs1.org")).status_code == 200
    assert visitor.get("/00/095212340000000020").status_code == 404
    patient = "/8018/952123400000000017"
    send(known.grower, observed(90, 1, "arriving", GROWER, epcList=["https://id.gs1.org" + patient]))
    assert visitor.get(patient).status_code == 404


# ------------------------------------------------------------------------------------------- HTTP


def test_methods_and_reading_by_pages_of_any_origin(known, visitor):
    answer = visitor.options(LOT, headers={"Origin": "https://example.org"})
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    head, get = visitor.head(LOT), visitor.get(LOT)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == get["Content-Length"]
    assert "Link" in get["Access-Control-Expose-Headers"]
    assert visitor.post(LOT).status_code == 405
    assert visitor.delete(LOT)["Allow"] == "GET, HEAD, OPTIONS"


def test_the_resolver_describes_itself(visitor):
    answer = visitor.get("/.well-known/gs1resolver")
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "name": "Truy xuất nguồn gốc",
        "resolverRoot": ROOT,
        "supportedPrimaryKeys": list(PRIMARY_KEYS),
        "supportedLinkType": [{"namespace": VOC, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": "https://ref.gs1.org/standards/resolver/linkset-context",
    }
    assert {"00", "01", "414", "417", "8003", "8004", "8006"} <= set(PRIMARY_KEYS)


def test_nobody_can_make_the_answer_point_elsewhere(known, visitor):
    answer = visitor.get(LOT, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    for query in ("?linkType=//evil.example", "?lang=//evil", "?linkType=gs1:pip&x=\r\nSet-Cookie: a=b"):
        answer = visitor.get(LOT + query)
        assert "evil" not in str(answer.headers)
        assert answer.cookies == {}
