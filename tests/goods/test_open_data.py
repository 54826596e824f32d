"""Open data make a round trip: what is downloaded, read by the published description of its columns, is what is on record."""

import csv
import io
import json
import re
from datetime import date, datetime

import pytest

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.models import Lot, ProductCertificate
from khcn.goods.queries.open_data import LICENCE, TABLES
from khcn.kernel.actors import SYSTEM, acting
from tests.factories.goods import LocationFactory, LotFactory, ProductCertificateFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.public_given import PICTURE, complete, made_lot, publish, put
from tests.goods.test_diary import MADE, of, write
from tests.goods.test_recall_scope import LATER, reported
from tests.trace.public_given import visitor

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db

HOSTILE = (
    '=HYPERLINK("http://x")', "+84 912", "-1", "@SUM(A1)", "'=1", "''-2", "'quoted", "\t=1", "\r=2", 'a "b", c', "two\nlines\r\nthree\r", " space ", ",", "Chè <b> ; é̂ 茶",
)  # fmt: skip

READERS = {
    "string": lambda text: text,
    "anyURI": lambda text: text,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


def as_described(rows, columns):
    """Rows of texts as the description of their columns says; what is empty is nothing, and of texts the empty one."""
    kinds = {each["name"]: each["datatype"] for each in columns}
    return [
        {
            name: READERS[kinds[name]](text) if text else "" if kinds[name] == "string" else None
            for name, text in row.items()
        }
        for row in rows
    ]


def read_csv(visitor, name):
    """A table by its CSV file and the description that W3C's standard looks for beside it."""
    answer = visitor.get(f"/public/data/{name}.csv")
    target = re.search(r'<([^>]+)>; rel="describedby"', answer["Link"])[1]
    assert target == f"/public/data/{name}.csv-metadata.json"
    described = visitor.get(target)
    assert described["Content-Type"] == "application/csvm+json"
    metadata = json.loads(described.content)
    assert metadata["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "vi"}]
    assert (metadata["url"], metadata["dc:license"]) == (f"{name}.csv", {"@id": LICENCE})
    columns = metadata["tableSchema"]["columns"]
    file = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    header, *lines = csv.reader(file, delimiter=metadata["dialect"]["delimiter"], strict=True)
    assert header == [each["titles"] for each in columns] == [each["name"] for each in columns]
    plain = [
        [text[1:] if re.match(r"'+[=+\-@\t\r]", text) else text for text in line] for line in lines
    ]  # the one apostrophe that the description names
    assert all(not re.match(r"[=+\-@\t\r]", text) for line in lines for text in line)
    found = as_described([dict(zip(header, line, strict=True)) for line in plain], columns)
    if key := metadata["tableSchema"].get("primaryKey"):
        assert len({tuple(row[column] for column in key) for row in found}) == len(found)
    return found


def read_json(visitor, name):
    given = json.loads(visitor.get(f"/public/data/{name}.json").content)
    assert [each["name"] for each in given["columns"]] == list(TABLES[name].columns)
    assert all(each["description"] for each in given["columns"])
    logical = {each["name"] for each in given["columns"] if each["datatype"] == "boolean"}
    rows = given["rows"]
    assert {type(row.pop(name)) for row in json.loads(json.dumps(rows)) for name in logical} <= {bool}
    texts = [
        {name: str(value).lower() if name in logical else value for name, value in row.items()}
        for row in rows
    ]
    return as_described(texts, given["columns"])


@pytest.fixture
def lots():
    """Published lots of one producer, each of a product with another text that files may spoil; one of them recalled."""
    first = made_lot(name="Chè Nương Cao")
    complete(first)
    party = first.item.organisation.trace_parties.get()
    found = [first]
    for number, text in enumerate(HOSTILE):
        lot = made_lot(
            organisation=first.item.organisation,
            group=first.item.group,
            name=text,
            brand=text,
            standards=text,
        )
        ProductCertificateFactory(
            organisation=first.item.organisation, item=lot.item, number=text, issuer=text,
            valid_until=None if number % 2 else date(2024, 2, 29),
        )  # fmt: skip
        write(
            lot,
            LocationFactory(organisation=first.item.organisation),
            "harvest",
            10,
            of(first.item.organisation),
        )
        put(lot.item, PICTURE, "san-pham.png")
        found.append(lot)
    with acting(SYSTEM):
        party.confirmed_codes = ", ".join(lot.item.number for lot in found)
        party.save()
    for lot in found:
        publish(lot)
    LotFactory(item=first.item, number="CHUA-CONG-BO", made_on=MADE)
    reported(
        first, "ObjectEvent", party=TracePartyFactory(is_authority=True, name='=Sở; "KH"'), action="OBSERVE", disposition="recalled",
        quantityList=[{"epcClass": CANONICAL_STEM + first.public_path}], **{"gs1:recallReason": '-dị vật, "sạn"'},
    )  # fmt: skip
    return found


def on_record():
    """What the tables are of, read from the records without them."""
    lots = list(
        Lot.objects.filter(published_on__isnull=False).select_related("item__organisation", "item__group")
    )
    items = {lot.item_id: lot.item for lot in lots}
    return {
        "products": [
            {
                "gtin": item.gtin.zfill(14), "is_internal": item.has_internal_number, "name": item.name, "net_content": item.net_content,
                "group": item.group.code, "brand": item.brand, "producer": item.organisation.name, "standards": item.standards,
                "page": f"/01/{item.gtin.zfill(14)}", "is_illustrative": bool(item.illustrative),
            }
            for item in items.values()
        ],
        "lots": [
            {
                "gtin": lot.item.gtin.zfill(14), "lot": lot.number, "made_on": lot.made_on, "expires_on": lot.last_day(),
                "published_on": lot.published_on, "page": lot.public_path, "is_illustrative": bool(lot.illustrative),
            }
            for lot in lots
        ],
        "certificates": [
            {
                "producer": each.organisation.name, "gtin": each.item.gtin.zfill(14), "kind": each.kind, "number": each.number,
                "issuer": each.issuer, "issued_on": each.issued_on, "valid_until": each.valid_until,
                "is_checked": each.checked_on is not None, "is_illustrative": bool(each.illustrative),
            }
            for each in ProductCertificate.objects.select_related("organisation", "item")
        ],
    }  # fmt: skip


def in_order(rows):
    return sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def test_what_is_downloaded_is_what_is_on_record(lots, visitor):
    expected = on_record()
    first = lots[0]
    expected["recalls"] = [
        {
            "gtin": first.item.number, "lot": first.number, "since": datetime.fromisoformat(LATER), "recalled_by": '=Sở; "KH"',
            "reason": '-dị vật, "sạn"', "id": CANONICAL_STEM + first.public_path, "page": first.public_path,
        }
    ]  # fmt: skip
    assert expected.keys() == TABLES.keys()
    for name, rows in expected.items():
        assert in_order(read_csv(visitor, name)) == in_order(rows), name
        assert in_order(read_json(visitor, name)) == in_order(rows), name
    assert len(expected["products"]) == len(lots) == len(HOSTILE) + 1


def test_an_empty_table_has_its_columns(visitor):
    for name in TABLES:
        assert read_csv(visitor, name) == read_json(visitor, name) == []


def test_what_is_no_table(visitor):
    for path in ("accounts.json", "lots.xlsx", "accounts.csv-metadata.json", "lots.json-metadata.json"):
        assert visitor.get(f"/public/data/{path}").status_code == 404


def test_descriptions_are_in_the_language_of_the_request(visitor):
    metadata = json.loads(visitor.get("/public/data/lots.csv-metadata.json?lang=en").content)
    assert metadata["@context"][1] == {"@language": "en"}
    assert metadata["dc:title"] == "Published lots"
