"""Queries, and the store in memory against what every store must do."""

import json
from urllib.parse import quote

import pytest

from khcn.epcis import InMemoryStore, MasterData, QueryError, matches, parse_query, parse_query_string
from khcn.epcis.query.parameters import FIXED, SETTINGS
from khcn.epcis.store import thing_of
from tests.epcis.store_cases import DOCUMENT, EVENTS, PREFIXES, QUERIES, REFUSED, places
from tests.epcis.store_contract import StoreContract


def query_string(parameters):
    """The parameters as a URL has them: lists with commas, everything percent-encoded."""
    pairs = []
    for name, value in parameters.items():
        values = value if isinstance(value, list) else [value]
        texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
        pairs.append(f"{quote(name, safe='')}={','.join(quote(text, safe='') for text in texts)}")
    return "&".join(pairs)


class TestInMemoryStore(StoreContract):
    @pytest.fixture
    def empty(self):
        return InMemoryStore()

    @pytest.mark.parametrize(("parameters", "wanted"), QUERIES, ids=str)
    def test_the_same_from_a_query_string(self, store, parameters, wanted):
        query = parse_query_string(query_string(parameters), PREFIXES)
        assert places(store.query(query).events) == wanted


@pytest.mark.parametrize(("parameters", "named"), REFUSED, ids=str)
def test_queries_that_cannot_be_asked(parameters, named):
    with pytest.raises(QueryError) as caught:
        parse_query(parameters, PREFIXES)
    assert (caught.value.kind, caught.value.parameter) == ("QueryParameterException", named)
    assert caught.value.message_vi


def test_every_parameter_of_the_openapi_document(shared_dir):
    """All 55 parameters of GET /events are known, and their values are checked."""
    path = shared_dir / "corpora" / "epcis-artefacts" / "REST_Bindings" / "openapi.json"
    api = json.loads(path.read_text(encoding="utf-8"))
    parameters = [
        api["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in api["paths"]["/events"]["get"]["parameters"]
    ]
    wanted = {one["name"] for one in parameters if one["in"] == "query"}
    assert len(wanted) == 55
    assert wanted <= {*FIXED, *SETTINGS}


def test_every_family_of_the_query_schema(shared_dir):
    """Each pattern of the official query schema has a parameter of ours; fixed names too."""
    path = shared_dir / "corpora" / "epcis-artefacts" / "REST_Bindings" / "query-schema.json"
    definition = json.loads(path.read_text(encoding="utf-8"))["definitions"]["EPCIS-Query"]
    assert set(definition["properties"]) - {"@context"} <= {*FIXED, *SETTINGS}
    asked = 0
    for pattern in definition["patternProperties"]:
        name = pattern.strip("^$").replace(r"[a-z][a-zA-Z0-9]*\\:\\w+", "vidu:truong")
        name = name.replace("[A-Z0-9]{2,4}", "CEL").replace("[a-z][a-zA-Z0-9_]+", "po")
        name = name.replace(r"EQ_ATTR_\\w+_\\w+", "EQ_ATTR_readPoint_vidu")
        value = 1 if name.startswith(("GT", "GE", "LT", "LE", "EXISTS")) else ["urn:a:b"]
        if name.endswith("_CEL"):
            value = [1] if name.startswith("EQ") else 1
        parse_query({name: value}, PREFIXES)
        asked += 1
    assert asked > 100


def test_circles_of_master_data_do_no_harm():
    circle = MasterData(DOCUMENT.master_data)
    circle._children["https://id.gs1.org/414/9521234022039"] = {"https://id.gs1.org/414/9521234000006"}
    query = parse_query({"WD_readPoint": ["https://id.gs1.org/414/9521234000006"]})
    assert matches(EVENTS[0], query, circle)


@pytest.mark.parametrize(
    ("spelling", "thing"),
    [
        ("urn:epc:id:sgtin:9521234.022031.1", "https://id.gs1.org/01/09521234220312/21/1"),
        (
            "https://a.example/gtin/9521234220312/lot/L/ser/1?exp=1",
            "https://id.gs1.org/01/09521234220312/21/1",
        ),
        ("urn:epc:idpat:sgtin:9521234.022031.*", "https://id.gs1.org/01/09521234220312"),
        ("https://a.example/01/09521234220312/21/a(b", "https://id.gs1.org/01/09521234220312/21/a%28b"),
        ("https://a.example/01/09521234220312/21/a%28b", "https://id.gs1.org/01/09521234220312/21/a%28b"),
        ("urn:epc:id:sgtin:9521234.22031.1", "urn:epc:id:sgtin:9521234.22031.1"),
        ("https://example.org/lo/7", "https://example.org/lo/7"),
        ("lô hàng 7", "lô hàng 7"),
    ],
)
def test_a_thing_has_one_name(spelling, thing):
    assert thing_of(spelling) == thing
    assert thing_of(thing) == thing


@pytest.mark.parametrize("value", [[], {}, [[]], [{}], [None], [["a"]], {"a": 1}])
def test_what_is_no_value_is_refused_whatever_the_parameter(value):
    """A query document may hold any JSON."""
    families = (
        "EQ_vidu:f",
        "EXISTS_vidu:f",
        "EQ_INNER_vidu:f",
        "EQATTR_readPoint_a",
        "HASATTR_readPoint",
        "EQ_source_owning_party",
    )
    for name in (*FIXED, *SETTINGS, *families):
        with pytest.raises(QueryError):
            parse_query({name: value}, PREFIXES)
