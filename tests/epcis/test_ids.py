"""Identifiers without the corpora: examples one can follow, and properties that must hold for all."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn.epcis import store, translate
from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import canonical, check, digital_link, element_string, epc, scan
from khcn.epcis.ids.dictionary import APPLICATION_IDENTIFIERS, find
from khcn.epcis.ids.element_string import Element
from khcn.epcis.rules import identifiers

digits = st.text(string.digits, min_size=1, max_size=17)
serials = st.text(check.CSET82, min_size=1, max_size=20)


@given(digits)
def test_a_check_digit_makes_the_weighted_sum_a_multiple_of_ten(body):
    number = body + check.check_digit(body)
    weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(number)))
    assert weighted % 10 == 0
    assert check.has_right_check_digit(number)


@given(digits, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(body, place, digit):
    number = body + check.check_digit(body)
    changed = number[: place % len(number)] + digit + number[place % len(number) + 1 :]
    assert check.has_right_check_digit(changed) == (changed == number)


@pytest.mark.parametrize("text", ["", "12a", "١٢٣", " 12"])
def test_a_check_digit_needs_digits(text):
    with pytest.raises(ValueError, match="digits only"):
        check.check_digit(text)


def test_check_pair_of_gs1s_example():
    assert check.check_pair("1987654Ad4X4bL5ttr2310c") == "2K"


@given(st.text(check.CSET82, max_size=97))
def test_a_check_pair_is_two_characters_of_its_set(body):
    pair = check.check_pair(body)
    assert len(pair) == 2
    assert set(pair) <= set(check.CSET32)


@st.composite
def elements(draw):
    """A GTIN with some of: variant, lot, serial."""
    body = draw(st.text(string.digits, min_size=13, max_size=13))
    parts = [Element("01", body + check.check_digit(body))]
    parts += [Element(ai, draw(serials)) for ai in ("22", "10", "21") if draw(st.booleans())]
    return tuple(parts)


@given(elements())
def test_element_strings_come_back(parts):
    assert element_string.parse(element_string.serialise(parts)) == parts
    assert element_string.parse_fnc1(element_string.serialise_fnc1(parts)) == parts
    sent = scan.write("DM", element_string.serialise_fnc1(parts))
    assert scan.read(sent) == scan.Scan("DM", element_string.serialise_fnc1(parts))


@given(elements(), st.sampled_from(["https://id.gs1.org", "http://a.example:8080/x/y"]))
def test_digital_links_come_back(parts, stem):
    link = digital_link.build(stem, parts)
    again = digital_link.parse(link.uri())
    assert again == link
    assert set(again.elements) == set(parts)
    assert digital_link.parse(again.canonical().uri()).canonical() == again.canonical()


SCHEMES = (
    "sgtin",
    "lgtin",
    "sscc",
    "sgln",
    "grai",
    "giai",
    "gsrn",
    "gsrnp",
    "gdti",
    "sgcn",
    "gsin",
    "pgln",
    "upui",
)
LENGTHS = {"sgtin": 13, "lgtin": 13, "upui": 13, "sscc": 17, "gsrn": 17, "gsrnp": 17, "gsin": 16}


@st.composite
def urns(draw):
    """An EPC URN of any of the schemes, with its company prefix length."""
    scheme = draw(st.sampled_from(SCHEMES))
    length = draw(st.integers(6, 12))
    prefix = draw(st.text(string.digits, min_size=length, max_size=length))
    tail = draw(st.text("0123456789abcXYZ-_.!", min_size=1, max_size=12))
    if scheme == "giai":
        return f"urn:epc:id:giai:{prefix}.{tail}", length
    rest = LENGTHS.get(scheme, 12) - length
    reference = draw(st.text(string.digits, min_size=rest, max_size=rest))
    kind = "class" if scheme == "lgtin" else "id"
    urn = f"urn:epc:{kind}:{scheme}:{prefix}.{reference}"
    if scheme == "sgcn":
        return f"{urn}.{draw(st.text(string.digits, min_size=1, max_size=12))}", length
    return (urn if scheme in {"sscc", "gsrn", "gsrnp", "gsin", "pgln"} else f"{urn}.{tail}"), length


@given(urns())
def test_urn_to_digital_link_and_back(case):
    urn, length = case
    link = epc.parse(urn).link()
    assert epc.to_urn(digital_link.parse(link.uri()), length) == urn


@given(urns())
def test_urn_and_link_have_one_canonical_form(case):
    urn, _ = case
    form = canonical.canonical(urn)
    assert form == canonical._of_any_urn(urn)
    assert canonical.canonical(epc.parse(urn).link("https://truyxuat.example.vn/x").uri()) in {
        form,
        None,
    } or (
        digital_link.unescape(canonical.canonical(epc.parse(urn).link().uri())) == digital_link.unescape(form)
    )
    assert canonical.canonical(form) == form


@pytest.mark.parametrize(
    ("urn", "uri"),
    [
        ("urn:epc:id:sgtin:9521234.022031.7", "https://id.gs1.org/01/09521234220312/21/7"),
        ("urn:epc:class:lgtin:9521234.022031.LO-7", "https://id.gs1.org/01/09521234220312/10/LO-7"),
        ("urn:epc:id:sgln:9521234.02203.0", "https://id.gs1.org/414/9521234022039"),
        ("urn:epc:id:sgln:9521234.02203.KHO-1", "https://id.gs1.org/414/9521234022039/254/KHO-1"),
        ("urn:epc:id:sscc:9521234.0000000017", "https://id.gs1.org/00/095212340000000174"),
        ("urn:epc:idpat:sgtin:9521234.022031.*", "https://id.gs1.org/01/09521234220312"),
        ("urn:epc:id:cpi:0614141.A%23%2F1.12", "https://id.gs1.org/8010/0614141A%23%2F1/8011/12"),
        ("urn:epc:id:itip:234567.1890123.02.07.1111", "https://id.gs1.org/8006/123456789012310207/21/1111"),
    ],
)
def test_urns_and_their_links(urn, uri):
    assert epc.parse(urn).link().uri() == uri


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:sgtin:95212.022031.7",  # prefix too short
        "urn:epc:id:sgtin:9521234.22031.7",  # not 13 digits
        "urn:epc:id:sgtin:9521234.022031",  # no serial
        "urn:epc:id:sgtin:9521234.022031.a/b",  # raw slash
        "urn:epc:id:sscc:9521234.0000000017.1",  # a part too many
        "urn:epc:id:lgtin:9521234.022031.1",  # lots are classes
        "urn:epc:idpat:sgtin:9521234.022031.7",  # a pattern ends in an asterisk
        "urn:epc:idpat:giai:9521234.*",  # no class of assets without a type
        "urn:epc:id:khong:9521234.1.1",
        "",
    ],
)
def test_what_is_no_epc(urn):
    with pytest.raises(IdentifierError):
        epc.parse(urn)


@pytest.mark.parametrize(
    ("length", "uri"), [(5, "/00/095212340000000170"), (13, "/00/095212340000000170"), (7, "/8004/X1")]
)
def test_a_urn_needs_the_length_of_the_prefix(length, uri):
    link = digital_link.DigitalLink("https://id.gs1.org", Element(*uri.strip("/").split("/")))
    with pytest.raises(IdentifierError):
        epc.to_urn(link, length)


@pytest.mark.parametrize(
    ("uri", "form"),
    [
        ("https://brand.example.vn/gtin/9521234220312/lot/L1/ser/9?exp=270101#x", "/01/09521234220312/21/9"),
        ("https://brand.example.vn/01/09521234220312/22/A/10/L1", "/01/09521234220312/10/L1"),
        ("https://brand.example.vn/01/09521234220312/21/a%2Fb", "/01/09521234220312/21/a%2Fb"),
        ("urn:epc:id:grai:123456789012..4", "/8003/012345678901284"),
        ("https://brand.example.vn/99/123", None),
        ("https://brand.example.vn/01/09521234220312/99/1", None),
        ("Hợp tác xã", None),
        ("", None),
    ],
)
def test_canonical_forms(uri, form):
    assert canonical.canonical(uri) == (form and f"https://id.gs1.org{form}")


KINDS = [
    "https://id.gs1.org/01/09521234220312",
    "http://truyxuat.example.vn/a/gtin/9521234220312",
    "https://id.gs1.org/01/09521234220313",  # a wrong check digit
    "https://id.gs1.org/01/9521234220312",
    "https://id.gs1.org/01/09521234220312/22/V",
    "https://id.gs1.org/01/09521234220312/10/LO-7",
    "https://id.gs1.org/01/09521234220312/235/x",
    "https://id.gs1.org/01/09521234220312/21/x",
    "https://id.gs1.org/01/09521234220312/",
    "https://id.gs1.org/01/09521234220312?17=270101",
    "https://id.gs1.org/01/09521234220312#a",
    "https://id.gs1.org/8006/095212342203120102",
    "https://id.gs1.org/00/095212340000000173",
    "https://id.gs1.org/414/9521234022039",
    "https://id.gs1.org/8010/9521234AB",
    "https://id.gs1.org/01",
    "https://example.org/lo",
    "https:/",
    "urn:example:01",
]


@settings(max_examples=400)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(["/21/", "/ser/", "/21", "/21//"]),
    st.text(string.ascii_letters + string.digits, max_size=21) | serials,
)
def test_a_piece_of_a_known_class_is_judged_as_if_it_were_read_whole(kind, name, serial):
    uri = kind + name + digital_link.escape(serial)
    assert identifiers.fault_of(uri) == identifiers._fault_of(uri)
    assert canonical.canonical(uri) == canonical._canonical_of(uri)
    assert store.thing_of(uri) == store._thing_of(uri)


def test_faults_have_gs1s_names():
    gtin = find("01")
    assert gtin.fault("09521234220312") is None
    assert gtin.fault("09521234220313") == "INCORRECT_CHECK_DIGIT"
    assert gtin.fault("0952123422031") == "TOO_SHORT"
    assert gtin.fault("095212342203122") == "TOO_LONG"
    assert find("11").fault("261301") == "ILLEGAL_MONTH"
    assert find("11").fault("260230") == "ILLEGAL_DAY"
    assert find("12345") is None


def test_associations_are_all_reported():
    parts = element_string.parse("(02)09521234220312(21)A(21)B(3100)000100(3101)000100")
    assert sorted(error.code for error in element_string.association_faults(parts)) == [
        "EXCLUDED",
        "EXCLUDED",
        "REPEATED",
        "REQUIRED",
        "REQUIRED",
    ]


def test_the_whole_dictionary_is_there():
    assert len(APPLICATION_IDENTIFIERS) > 500
    assert {code for code, entry in APPLICATION_IDENTIFIERS.items() if entry.is_key} == set(
        "00 01 253 255 401 402 414 415 417 8003 8004 8006 8010 8013 8017 8018".split()
    )


@pytest.mark.parametrize(("serial", "is_sound"), [("0", True), ("10", True), ("0123", False), ("00", False)])
def test_the_serial_of_a_component_does_not_begin_with_zero(serial, is_sound):
    """The rule of AI 8011 (``nozeroprefix``) holds for the URN as for the Digital Link."""
    spellings = (
        f"urn:epc:id:cpi:0614141.123ABC.{serial}",
        f"https://id.gs1.org/8010/0614141123ABC/8011/{serial}",
    )
    for read, text in zip((epc.parse, digital_link.parse), spellings, strict=True):
        try:
            read(text)
        except IdentifierError:
            assert not is_sound
        else:
            assert is_sound


@pytest.mark.parametrize("start", ["URN:EPC:", "urn:EPC:", "Urn:epc:"])
@pytest.mark.parametrize(
    "rest", ["class:lgtin:9521234.022031.LO-7", "id:sscc:9521234.0000000001", "idpat:sgtin:9521234.022031.*"]
)
def test_the_first_two_parts_of_an_epc_urn_are_of_any_case(start, rest):
    usual, other = f"urn:epc:{rest}", f"{start}{rest}"
    assert canonical.canonical(usual) is not None
    assert canonical.canonical(other) == canonical.canonical(usual)
    assert translate.digital_link(other) == translate.digital_link(usual)
    assert identifiers.fault_of(other) == identifiers.fault_of(usual)
    assert canonical.canonical(f"{start}{rest.upper()}") is None  # what follows them is written in one way


@pytest.mark.parametrize(
    ("uri", "ai"),
    [
        ("https://id.gs1.org/01/09521234220312?10=L", "10"),
        ("https://id.gs1.org/01/09521234220312/?10=L", "10"),
        ("HTTPS://Shop.example.vn/x/gtin/9521234220312?linkType=all&lot=L#a", "10"),
        ("https://id.gs1.org/01/09521234220312?17=270101;%31%30=", "10"),
        ("https://id.gs1.org/01/09521234220312?21=S", "21"),
        ("https://id.gs1.org/01/09521234220312?cpv=2A", "22"),
        ("https://id.gs1.org/01/09521234220312/10/L?ser=S", "21"),
        ("https://id.gs1.org/01/09521234220312/22/2A?10=L", "10"),
        ("https://id.gs1.org/414/9521234022039?254=K", "254"),
        ("https://id.gs1.org/8006/095212342203120102?10=L", "10"),
        # what names the same without it, or is no qualifier of the key
        ("https://id.gs1.org/01/09521234220312/21/S?10=L&22=2A", None),
        ("https://id.gs1.org/01/09521234220312/235/S?10=L", None),
        ("https://id.gs1.org/01/09521234220312/10/L?22=2A&10=M", None),
        ("https://id.gs1.org/01/09521234220312?17=270101&3103=000195", None),
        ("https://id.gs1.org/00/095212340000000013?10=L", None),
        ("https://id.gs1.org/01/09521234220312#?10=L", None),
        ("https://example.org/x?10=L", None),
        ("urn:epc:id:sgtin:9521234.022031.1?10=L", None),
        ("", None),
    ],
)
def test_key_qualifiers_in_the_query_string(uri, ai):
    assert canonical.misplaced_qualifier(uri) == ai


@pytest.mark.parametrize(
    "path",
    ["8018/123456789012345675/8019/123", "414/9521234022039/7040/1ABC", "01/09521234220312/10/L/235/A"],
)
def test_what_an_epc_cannot_say_has_no_urn(path):
    """The number of a service relation fell away: the URN named all relations with that person."""
    uri = f"https://id.gs1.org/{path}"
    with pytest.raises(IdentifierError):
        epc.to_urn(digital_link.DigitalLink("https://id.gs1.org", *_elements_of(path)), 7)
    assert translate.epc_urn(uri, lambda _digits: 7) == uri


def _elements_of(path):
    parts = path.split("/")
    key, *qualifiers = [Element(ai, value) for ai, value in zip(parts[::2], parts[1::2], strict=True)]
    return key, tuple(qualifiers)


@pytest.mark.parametrize("path", ["01/09521234220312/10/L/21/1", "01/09521234220312/22/V/21/1"])
def test_beside_a_serial_number_lot_and_variant_name_nothing(path):
    link = digital_link.DigitalLink("https://id.gs1.org", *_elements_of(path))
    assert epc.to_urn(link, 7) == "urn:epc:id:sgtin:9521234.022031.1"


@pytest.mark.parametrize("text", ["^34561245^899(", "^180^081", "(3456)1"])
def test_data_of_pre_defined_length_have_it_even_if_the_identifier_is_unknown(text):
    """Nothing separates them from what follows, so shorter ones were written without a separator and read as others."""
    read = element_string.parse_fnc1 if text.startswith("^") else element_string.parse
    with pytest.raises(IdentifierError):
        read(text, permit_unknown=True)


@pytest.mark.parametrize("data", ["%C2%88", "%88", "a%20b", "x" * 91, ""])
def test_an_unknown_attribute_holds_data_of_gs1_and_nothing_else(data):
    """A byte beyond ASCII was read as one character and written as two bytes."""
    options = digital_link.LinkOptions(unknown_attributes=True)
    uri = "https://id.gs1.org/01/09521234220312?2599="
    assert digital_link.parse(uri + "a%2Fb", options).attributes == (Element("2599", "a/b"),)
    with pytest.raises(IdentifierError):
        digital_link.parse(uri + data, options)


@pytest.mark.parametrize(
    ("code", "path", "of_lot"),
    [
        (
            "/01/09521234000013/10/CS%2F01/21/7?17=250101",
            "/01/09521234000013/10/CS%2F01/21/7",
            "/01/09521234000013/10/CS%2F01",
        ),
        ("/01/09521234000013/21/7", "/01/09521234000013/21/7", "/01/09521234000013"),
        ("/00/195212345678901232", "/00/195212345678901232", "/00/195212345678901232"),
    ],
)
def test_a_link_has_a_path_and_names_its_lot(code, path, of_lot):
    link = digital_link.parse(f"https://vi.du/tra-cuu{code}", digital_link.LENIENT)
    assert (link.path, link.of_lot().path, link.of_lot().uri()) == (path, of_lot, link.stem + of_lot)
