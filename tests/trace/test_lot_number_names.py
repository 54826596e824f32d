"""The lot number of created objects under other names than that of the CBV: a recall of the lot reaches them in JSON and XML."""

import pytest

from khcn.trace.models import CaptureJob
from tests.trace.public_given import commissioned, lot, observed, of, send
from tests.trace.rest_given import CONTEXT, GROWER, document
from tests.trace.test_lot_numbers_in_ilmd import XML
from tests.trace.test_whose_package import SET, parties, recalled

__all__ = ["parties"]
GTIN = "09521234000044"
OTHER_CONTEXT = [
    CONTEXT,
    {
        "vidu": "https://example.org/truy-xuat/",
        "cbvmda": "http://example.com/cbvmda/",
        "gs1": "https://ref.gs1.org/voc/",
    },
]
STANDARD = [
    {"cbvmda:lotNumber": "L1"},
    {"urn:epcglobal:cbv:mda:lotNumber": "L1"},
    {"urn:epcglobal:cbv:mda#lotNumber": "L1"},
]
OTHERS = {
    "cbvmda:lotnumber": "lotnumber",
    "cbvmda:LotNumber": "LotNumber",
    "vidu:lotNumber": "lotNumber",
    "vidu:lot_number": "lot_number",
    "vidu:batchNumber": "batchNumber",
    "chua-khai:lotNumber": "lotNumber",
    "https://ref.gs1.org/voc/hasBatchLotNumber": "hasBatchLotNumber",
}


def made(number, ilmd):
    thing = f"https://id.gs1.org/01/{GTIN}/21/A{number}"
    return commissioned(number, 1, None, GROWER, quantityList=None, epcList=[thing], ilmd=ilmd)


def recalled_by_lot(parties, serials, name="L1"):
    send(parties.province, observed(99, 20, "holding", GROWER, quantityList=of(lot(GTIN, name)), **SET))
    return recalled(*(f"/01/{GTIN}/21/{one}" for one in serials))


def warned(job):
    return [(one["code"], one["path"]) for one in job.get("warnings") or ()]


def test_a_recall_reaches_objects_under_every_name_of_the_number(parties):
    for number, ilmd in enumerate(STANDARD, start=10):
        assert warned(send(parties.grower, made(number, ilmd))) == []
    for number, name in enumerate(OTHERS, start=30):
        job = send(parties.grower, made(number, {name: "L1"}))
        assert warned(job) == [("LOT_NUMBER_NAME", "/epcisBody/eventList/0/ilmd")], name
        assert f"“{OTHERS[name]}”" in job["warnings"][0]["detail"]
    job = send(parties.grower, made(50, {"cbvmda:lotNumber": "L1", "gs1:hasBatchLotNumber": "L1"}))
    job = send(parties.grower, made(51, {"cbvmda:lotNumber": "L1"}), **{"@context": OTHER_CONTEXT})
    assert warned(job) == [("LOT_NUMBER_NAME", "/epcisBody/eventList/0/ilmd")]
    serials = [f"A{number}" for number in (*range(10, 13), *range(30, 30 + len(OTHERS)), 50, 51)]
    assert recalled_by_lot(parties, serials) == [True] * len(serials)


def test_the_attribute_of_the_cbv_decides_where_it_gives_a_number(parties):
    """A field of the sender's own may mean something else, such as the number of a field of land."""
    jobs = [
        send(parties.grower, made(10, {"cbvmda:lotNumber": "L0", "vidu:lotNumber": "L1"})),
        send(parties.grower, made(11, {"cbvmda:lotNumber": "L 1", "vidu:lotNumber": "L1"})),
        send(parties.grower, made(12, {"vidu:lotNumber": "Lô đất 1"})),
        send(parties.grower, made(13, {"vidu:soThua": "L1", "vidu:plotNumber": "L1"})),
    ]
    assert [[code for code, _path in warned(job)] for job in jobs] == [
        [],
        ["LOT_NUMBER", "LOT_NUMBER_NAME"],
        ["LOT_NUMBER"],
        [],
    ]
    assert recalled_by_lot(parties, ["A10", "A11", "A12", "A13"]) == [False, True, False, False]


@pytest.mark.parametrize(
    "written",
    [
        "<cbvmda:lotNumber>L1</cbvmda:lotNumber>",
        "<cbvmda:lotnumber>L1</cbvmda:lotnumber>",
        '<lotnumber xmlns="https://fastnt.net/epcis">L1</lotnumber>',
        '<n:lotNumber xmlns:n="http://example.com/cbvmda/"> L1 </n:lotNumber>',
        '<gs1:hasBatchLotNumber xmlns:gs1="https://ref.gs1.org/voc/">L1</gs1:hasBatchLotNumber>',
        '<m:lotNumber xmlns:m="urn:epcglobal:cbv:mda:">L1</m:lotNumber>',
    ],
)
@pytest.mark.parametrize("version", ["2", "1"])
def test_the_same_is_so_in_xml(parties, written, version):
    body = XML.format(written)
    if version == "1":
        body = body.replace("xsd:2", "xsd:1").replace('schemaVersion="2.0"', 'schemaVersion="1.2"')
        body = body.replace("<ilmd>", "<extension><ilmd>").replace("</ilmd>", "</ilmd></extension>")
    answer = parties.grower.post("/capture", body, "application/xml")
    assert answer.status_code == 202, answer.content
    job = CaptureJob.objects.get(name=answer["Location"].rpartition("/")[2])
    is_standard = written.startswith(("<cbvmda:lotNumber", "<m:lotNumber"))
    assert (job.success, [one["code"] for one in job.warnings]) == (
        True,
        [] if is_standard else ["LOT_NUMBER_NAME"],
    )
    assert recalled_by_lot(parties, ["B1"]) == [True]


def test_more_than_ten_under_another_name_are_refused_too(parties):
    many = {"vidu:lotNumber": [f"L{place}" for place in range(11)]}
    job = parties.grower.captured(document(made(10, many)))
    assert (job["success"], [one["code"] for one in job["errors"]]) == (False, ["LOT_NUMBERS"])
