"""The resolver against the entries and the linkset of GS1's own resolver (../shared/corpora/resolver), by requests to the address of
each.

GS1's resolver stores links that others enter; this one has its own pages, in Vietnamese and English, and its default link is the page
itself. What of the entries it therefore does not do stands in `NOT_DONE`, each with a test of what it does in its place.
"""

import json

import pytest

from khcn.trace.views import linkset, resolver
from khcn.trace.views.linkset import Level, LinksetEntry, short_type
from tests.trace.public_given import commissioned, confirm, lot, observed, parties, send, serial, visitor
from tests.trace.rest_given import GROWER

__all__ = ["parties", "visitor"]  # fixtures

ROOT = "http://testserver"
COMPANY = "9506000"
ENTRIES = {
    "data_entry_v3_format.json": {"/01/09506000134376"},
    "test_01_09506000134352.json": {"/01/09506000134352"},
    "test_8004_095060001343.json": {"/8004/095060001343"},
    "test_8004_0950600013430000001.json": {"/8004/0950600013430000001"},
}
LINKSET = "linkset.json"
LANGUAGES = {"vi", "en"}
NOT_DONE = {
    "defaultLinktype": "the default link is the page of the code itself",
    "context": "links have no contexts; the parameter is taken and changes nothing",
    "hreflang": "pages are in Vietnamese and English; who asks in another language is led to the first of them that there is",
    "qualifiers": "each lot and object that events name has a page: no entry holds places for its number",
    "{1}": "the beginning of an asset's number stands for nothing but itself",
}


@pytest.fixture
def vectors(shared_dir):
    """Each file of the corpus by its name; an entry is a list of one there too."""
    found = {}
    for path in (shared_dir / "corpora" / "resolver").iterdir():
        value = json.loads(path.read_text(encoding="utf-8"))
        found[path.name] = value if isinstance(value, list) else [value]
    return found


@pytest.fixture
def entries(vectors):
    return {name: value for name, value in vectors.items() if name != LINKSET}


@pytest.fixture
def known(parties, vectors):
    """Events about everything that the vectors have an address of, by the company of their prefix."""
    confirm(parties.grower, COMPANY)
    [of_linkset] = vectors[LINKSET]
    assert of_linkset["qualifiers"] == [{"10": "LOT_123"}, {"21": "SERIAL_456"}]
    classes = [lot("09506000134376", "LOT_123"), lot("09506000134352", "A")]
    assets = [f"https://id.gs1.org{path}" for paths in ENTRIES.values() for path in paths if "/8004/" in path]
    objects = [serial("SERIAL_456").replace("09521234000037", "09506000134376")]
    send(
        parties.grower,
        *(commissioned(number, 1, each, GROWER) for number, each in enumerate(classes, 1)),
        observed(3, 2, "storing", GROWER, epcList=objects),
        *(observed(number, 2, "storing", GROWER, epcList=[each]) for number, each in enumerate(assets, 4)),
    )


def faults_of(document):
    """What in a linkset is not as in RFC 9264 (4.2) and in the Resolver Standard: no anchor, a type of no GS1 vocabulary, a target
    without address or title, more than one default link, a default for several that no other link is.
    """
    found = []
    for context in document["linkset"]:
        types = {name: links for name, links in context.items() if name not in {"anchor", "itemDescription"}}
        if not context.get("anchor", "").startswith("http"):
            found.append("anchor")
        found += [name for name in types if short_type(name) == name]
        for name, links in types.items():
            found += [
                (name, link)
                for link in links
                if not {"href", "title"} <= set(link) <= {"href", "title", "type", "hreflang", "context"}
                or not isinstance(link.get("hreflang", []), list)
            ]
        by_type = {short_type(name): links for name, links in types.items()}
        if [set(link) for link in by_type.get("defaultLink", [])] != [{"href", "title"}]:
            found.append("defaultLink")
        others = {link["href"] for name, links in by_type.items() if "default" not in name for link in links}
        found += [link["href"] for link in by_type.get("defaultLinkMulti", []) if link["href"] not in others]
    return found


def test_every_file_of_the_corpus_is_read(vectors):
    assert vectors.keys() == {*ENTRIES, LINKSET}
    assert {name: {each["anchor"] for each in vectors[name]} for name in ENTRIES} == ENTRIES
    names = {name for value in vectors.values() for each in value for name in names_in(each)}
    assert {each for each in NOT_DONE if each != "{1}"} < names
    assert names - NOT_DONE.keys() == {
        "_id", "anchor", "itemDescription", "links", "linkset", "linktype", "href", "title", "type", "10", "21",
        *(f"https://gs1.org/voc/{each}" for each in ("defaultLink", "defaultLinkMulti", "epil", "pip")),
    }  # fmt: skip


def names_in(value):
    if isinstance(value, dict):
        return value.keys() | {name for each in value.values() for name in names_in(each)}
    return {name for each in value for name in names_in(each)} if isinstance(value, list) else set()


def test_the_address_of_each_entry_is_answered_with_a_linkset_of_the_same_form(known, vectors, visitor):
    [given] = vectors[LINKSET]
    assert faults_of(given) == []
    for path in sorted(set().union(*ENTRIES.values())):
        page = visitor.get(path)
        assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8"), path
        answer = visitor.get(path, headers={"Accept": linkset.LINKSET_JSON})
        assert (answer.status_code, answer["Content-Type"]) == (200, linkset.LINKSET_JSON)
        assert faults_of(answer.json()) == []
        assert [each["anchor"] for each in answer.json()["linkset"]] == [ROOT + path]
        for media in (linkset.JSON_LD, "application/json"):
            answer = visitor.get(path, headers={"Accept": media})
            assert (answer.status_code, answer["Content-Type"]) == (200, media)


def test_an_object_of_the_linkset_has_its_own_links_and_those_of_its_product(known, vectors, visitor):
    [given] = vectors[LINKSET]
    path = given["_id"] + "".join(
        f"/{ai}/{value}" for each in given["qualifiers"] for ai, value in each.items()
    )
    found = visitor.get(path + "?linkType=linkset").json()
    assert faults_of(found) == []
    assert [each["anchor"] for each in found["linkset"]] == [ROOT + path, ROOT + given["_id"]]
    anchored = given["linkset"][0]["anchor"].partition("/01/")[2]
    assert f"/01/{anchored}" == given["_id"]
    asked = {short_type(name) for name in given["linkset"][0] if name.startswith("http")}
    for name in sorted(asked):
        answers = [
            visitor.get(f"{path}?linkType={start}{name}") for start in ("https://gs1.org/voc/", "gs1:")
        ]
        wanted = {"defaultLink": 200, "pip": 307, "defaultLinkMulti": 307, "epil": 404}[name]
        assert [answer.status_code for answer in answers] == [wanted, wanted], name
    up = visitor.get(path + "?linkType=gs1:pip")["Location"]
    assert up == f"{ROOT}{given['_id']}?lang=vi"  # of the product: the object has no such link


def levels_of(entry):
    """The links of an entry as those of a code."""
    links = tuple(
        LinksetEntry(
            short_type(link["linktype"]), link["href"], link["type"], link["hreflang"][0].partition("-")[0]
        )
        for link in entry["links"]
    )
    return [Level(ROOT + entry["anchor"], links)]


def test_each_link_of_an_entry_is_redirected_to_by_type_and_language(known, entries, visitor, monkeypatch):
    asked = 0
    for [*_more, entry] in entries.values():
        monkeypatch.setattr(resolver.linkset, "levels", lambda *_a, _of=entry, **_more: levels_of(_of))
        for kind in dict.fromkeys(link["linktype"] for link in entry["links"]):
            links = [link for link in entry["links"] if link["linktype"] == kind]
            by_language = {}
            for link in links:
                by_language.setdefault(link["hreflang"][0].partition("-")[0], link["href"])
            for language in ("vi", "en", "en-US", "es", "ja"):
                answer = visitor.get(
                    f"{entry['anchor']}?linkType={kind}", headers={"Accept-Language": language}
                )
                own = language.partition("-")[0]
                wanted = by_language.get(own if own in LANGUAGES else "vi", links[0]["href"])
                assert (answer.status_code, answer["Location"]) == (307, wanted), (kind, language)
                asked += 1
        absent = visitor.get(f"{entry['anchor']}?linkType=gs1:allergenInfo")
        assert absent.status_code == 404
    assert asked == 40


def test_the_query_string_goes_with_the_redirect_but_for_what_is_the_resolvers_own(
    known, entries, visitor, monkeypatch
):
    [entry] = entries["test_01_09506000134352.json"]
    monkeypatch.setattr(resolver.linkset, "levels", lambda *_given, **_more: levels_of(entry))
    for context in ("", "&context=marketing"):
        answer = visitor.get(f"{entry['anchor']}?linkType=gs1:pip&lang=en&17=290101&utm=x{context}")
        target = "https://dalgiardino.com/risotto-rice-with-mushrooms/?test_lt=gs1:pip&test_lang=en-US"
        assert answer["Location"] == f"{target}&17=290101&utm=x"


def test_the_beginning_of_an_asset_s_number_is_another_asset(known, entries, visitor):
    [entry] = entries["test_8004_095060001343.json"]
    assert "{1}" in entry["links"][0]["href"]
    assert visitor.get(entry["anchor"]).status_code == 200
    assert visitor.get(entry["anchor"] + "9999999").status_code == 404
