"""GS1's own vectors for identifiers, Digital Links and element strings, and other people's where GS1 agrees."""

import pytest

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import canonical, digital_link, element_string, epc, scan
from khcn.epcis.ids.ai_table import TABLE
from khcn.epcis.ids.linters import LINTERS
from tests.epcis.corpora import vectors

# These need GS1's list of company prefixes, which is not public; the engine's tests feed it a stand-in list or none.
NEEDS_PREFIX_LIST = {"GS1_LINTER_INVALID_GCP_PREFIX", "GS1_LINTER_GCP_DATASOURCE_OFFLINE"}


def verdict(call):
    """Whether a call goes through, and what it gives or why not."""
    try:
        return True, call()
    except IdentifierError as error:
        return False, error.code


def test_linters(shared_dir):
    wrong = []
    for case in vectors(shared_dir, "gs1-syntax/syntax-dictionary_linters"):
        if case.get("error") in NEEDS_PREFIX_LIST:
            continue
        fault = LINTERS[case["linter"]](case["input"])
        if (fault and f"GS1_LINTER_{fault}") != case.get("error"):
            wrong.append((case["linter"], case["input"], case.get("error"), fault))
    assert wrong == []


def ai_case(case):
    text = case["input"]
    if case["op"] == "parse_bracketed":
        return element_string.serialise_fnc1(element_string.parse(text))
    if case["op"] == "process_fnc1_string":
        return element_string.serialise_fnc1(element_string.parse_fnc1(text))
    if case["op"] == "lint_ai":
        return element_string.parse(text)
    faults = element_string.association_faults(element_string.parse(text, permit_unknown=True))
    if faults:
        raise faults[0]
    return None


def test_application_identifiers(shared_dir):
    wrong = []
    for case in vectors(shared_dir, "gs1-syntax/syntax-engine_ai"):
        valid, result = verdict(lambda case=case: ai_case(case))
        agrees = valid == case["valid"]
        if valid and "ai_data" in case:
            agrees = agrees and result == case["ai_data"]
        if not valid and "error" in case:
            agrees = agrees and f"GS1_LINTER_{result}" == case["error"]
        if not agrees:
            wrong.append((case, valid, result))
    assert wrong == []


def test_scan_data(shared_dir):
    wrong = []
    for case in vectors(shared_dir, "gs1-syntax/syntax-engine_scan-data"):
        if case["op"] == "process_scan":
            valid, result = verdict(lambda case=case: scan.read(case["input"]))
            got = (result.symbology, result.data) if valid else None
            wanted = (case["symbology"], case["data"]) if case["valid"] else None
        else:
            valid, result = verdict(lambda case=case: scan.write(case["symbology"], case["input"]))
            got, wanted = result if valid else None, case["expect"]
        if got != wanted:
            wrong.append((case, got))
    assert wrong == []


def link_options(case):
    options = case.get("options", {})
    return digital_link.LinkOptions(
        short_names=options.get("permit_convenience_alphas", False),
        zero_suppressed_gtin=options.get("permit_zero_suppressed_gtin", False),
        unknown_attributes=options.get("unknown_ai_allowed_as_dl_attribute", False),
    )


def test_digital_link_parse(shared_dir):
    wrong = []
    for case in vectors(shared_dir, "digital-link/syntax-engine_parse-uri"):
        valid, link = verdict(lambda case=case: digital_link.parse(case["input"], link_options(case)))
        data = element_string.serialise_fnc1(link.elements) if valid else None
        if (valid, data) != (case["valid"], case.get("ai_data")):
            wrong.append((case, valid, data))
    assert wrong == []


def test_digital_link_build(shared_dir):
    wrong = []
    for case in vectors(shared_dir, "digital-link/syntax-engine_generate-uri"):
        unknown = case.get("options", {}).get("permit_unknown_ais", False)
        elements = element_string.parse(case["input"], permit_unknown=unknown)
        valid, link = verdict(
            lambda case=case, elements=elements: digital_link.build(
                case["stem"], elements, link_options(case)
            )
        )
        uri = link.uri() if valid else None
        if (valid, uri) != (case["valid"], case.get("uri")):
            wrong.append((case, valid, uri))
    assert wrong == []


def test_percent_encoding(shared_dir):
    for case in vectors(shared_dir, "digital-link/syntax-engine_percent-encoding"):
        call = digital_link.escape if case["op"] == "uri_escape" else digital_link.unescape
        assert (call(case["input"]), call(case["input"], query=True)) == (case["path"], case["query"]), case


@pytest.mark.parametrize(
    "name", ["openepcis_identifier-validation", "openepcis_urn-dl-translation", "digital-link-js"]
)
def test_gs1_engines_verdict_on_other_peoples_links(shared_dir, name):
    """README, 3: vendors' tests accept wrong check digits and illegal characters; GS1's engine was asked instead."""
    judged = [
        (case[field], case[f"gs1_engine_accepts_{field}"])
        for case in vectors(shared_dir, f"digital-link/{name}")
        for field in ("input", "expect")
        if f"gs1_engine_accepts_{field}" in case
    ]
    assert len(judged) > 15
    differing = [
        uri for uri, accepted in judged if verdict(lambda uri=uri: digital_link.parse(uri))[0] != accepted
    ]
    assert differing == []


def test_short_names(shared_dir):
    """OpenEPCIS replaces words in any URI; what is no Digital Link by GS1 is refused here."""
    read, refused = [], []
    for case in vectors(shared_dir, "digital-link/openepcis_normalise-short-names"):
        valid, link = verdict(
            lambda case=case: digital_link.parse(case["input"], digital_link.LinkOptions(short_names=True))
        )
        if valid:
            read.append((link.uri(), case["expect"]))
        else:
            refused.append((case["input"], link))
    assert [uri for uri, expected in read if uri != expected] == []
    assert (len(read), [code for _uri, code in refused]) == (2, ["NO_KEY", "NOT_AN_ATTRIBUTE", "TOO_SHORT"])


def test_canonical_form_for_the_hash(shared_dir):
    for case in vectors(shared_dir, "digital-link/ralphtro_canonicalise-for-hash"):
        if isinstance(case["input"], str):  # the one that is a number cannot be asked in typed code
            assert canonical.canonical(case["input"]) == case["expect"], case


# One vendor's opinion of URNs, where GS1's engine has no say. The Tag Data Standard (tables A-1, G-1) has these
# characters escaped in a URN; the vendor's tests take them as they are.
URN_WITH_RAW_CHARACTERS = {
    "urn:epc:id:cpi:6282274.234748947/.94304",
    "urn:epc:idpat:cpi:858588503943.4/38.*",
    "urn:epc:id:ginc:48493047.38473!\"%/%&'()*+,-.:=",
    "urn:epc:id:grai:123456789012..!\"%&'()*+,-.",
    "urn:epc:id:itip:467348.6589384.38.44.!\"%&'()*+,-./1:;<=>=",
    "urn:epc:class:lgtin:4384738478.734.8484892%",
    "urn:epc:class:lgtin:2345678901.123.!\"%&'()*+,-./19:;<=>",
    "urn:epc:id:sgln:437473647364..\"%&'()*+,-./19:;<=>?",
    "urn:epc:id:sgtin:234567.1890123./19:;<=>?AZ_az",
    "urn:epc:id:upui:857458457485.7.!\"%&'()*+,-./",
}


def test_epc_urns(shared_dir):
    differing = {
        case["input"]
        for case in vectors(shared_dir, "digital-link/openepcis_identifier-validation")
        if case["input"].startswith("urn")
        and verdict(lambda case=case: epc.parse(case["input"]))[0] != case["valid"]
    }
    assert differing == URN_WITH_RAW_CHARACTERS


def translated(case):
    if case["op"].endswith("urn_to_dl"):
        return epc.parse(case["input"]).link().uri()
    return epc.to_urn(digital_link.parse(case["input"]), case["gcp_length"])


def same_link(one, other):
    """Equal as identifiers, however they are percent-encoded."""
    if one.startswith("urn") or other.startswith("urn"):
        return one == other
    return digital_link.parse(one).elements == digital_link.parse(other).elements


def test_urn_and_digital_link(shared_dir):
    """Translations both ways. Left out: what GS1's engine refuses, and links whose prefix length nobody gives."""
    asked, wrong = 0, set()
    for case in vectors(shared_dir, "digital-link/openepcis_urn-dl-translation"):
        refused = False in {case.get("gs1_engine_accepts_input"), case.get("gs1_engine_accepts_expect")}
        to_urn = case["op"].endswith("dl_to_urn")
        if (to_urn and "gcp_length" not in case) or ("expect" in case and refused):
            continue
        asked += 1
        valid, result = verdict(lambda case=case: translated(case))
        if valid != ("expect" in case) or (valid and not same_link(result, case["expect"])):
            wrong.add(case["input"])
    assert asked > 190
    assert wrong == {
        "https://id.gs1.org/8010/123457-57578",  # prefix of "12 digits" that are not digits
        "urn:epc:class:lgtin:4384738478.734.8484892%",  # a raw percent sign, see above
    }


def test_table_is_the_dictionary(shared_dir):
    """Our table says the same as GS1's file, entry by entry."""
    lines = []
    text = (shared_dir / "corpora" / "gs1-syntax" / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        body, _, title = line.partition("#")
        words = body.split()
        if not words:
            continue
        code, flags = words.pop(0), ""
        if words and not words[0][0].isalnum() and not words[0].startswith("["):
            flags = words.pop(0)
        parts = [word for word in words if word.lstrip("[")[0] in "NXYZ"]
        rest = [word for word in words if word not in parts]
        lines.append("|".join((code, flags, " ".join(parts), " ".join(rest), title.strip())))
    assert TABLE.splitlines() == lines


# One is no valid link: GS1's dictionary has no company prefix of eight zeros.
NOT_LINKS = {"https://example.com/01/00000001234565/"}


def test_compressed_links_are_not_read(shared_dir):
    """Compression is not built (README, "Not here"). What GS1's toolkit has compressed is refused and never read as something else;
    what it has unpacked again without a fault (corpora/README, 4) is the link that was read here before it was compressed.
    """
    cases = vectors(shared_dir, "digital-link/gs1-toolkit_compression")
    links = [case["input"] for case in cases]
    compressed = [
        text for case in cases for name, text in case.items() if name.startswith("compressed") and text
    ]
    assert (len(links), len(compressed)) == (53, 150)
    assert {link for link in links if not can_be_read(link)} == NOT_LINKS
    assert {link for link in compressed if can_be_read(link)} == set()
    unpacked = [case for case in cases if case.get("round_trip_equal")]
    assert len(unpacked) == 26
    for case in unpacked:
        link = digital_link.parse(case["input"])
        assert link == digital_link.parse(case["decompressed"])
        assert set(link.elements) == set(element_string.parse(case["element_string"], permit_unknown=True))


def can_be_read(link):
    return verdict(lambda: digital_link.parse(link, digital_link.LENIENT))[0]
