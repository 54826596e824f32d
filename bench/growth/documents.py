"""EPCIS documents of any size. Each function takes how much there is of one thing, and gives a document with that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from khcn.epcis import load, to_xml

if TYPE_CHECKING:
    from collections.abc import Callable

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
OWN = "https://example.org/truy-xuat/"
GLN = "9521234000006"
DEEPEST = 30


def lot(number: int) -> str:
    return f"https://id.gs1.org/01/09521234220312/10/L{number}"


def item(number: int) -> str:
    return f"https://id.gs1.org/01/09521234220312/21/{number}"


def event(number: Any = 0, **fields: Any) -> dict[str, Any]:
    """One sound event; None leaves a field out."""
    usual = {
        "type": "ObjectEvent",
        "eventTime": "2026-10-08T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": [item(number)],
    }
    return {name: value for name, value in {**usual, **fields}.items() if value is not None}


def document(*events: Any, **fields: Any) -> bytes:
    """A document of these events as JSON."""
    return json.dumps(
        {
            "@context": [CONTEXT, {"vidu": OWN}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-10-09T08:30:00.000+07:00",
            "epcisBody": {"eventList": list(events)},
            **fields,
        },
        ensure_ascii=False,
    ).encode()


def query_document(*events: Any) -> bytes:
    """The same as the answer to a query."""
    results = {"queryName": "thu", "resultsBody": {"eventList": list(events)}}
    return document(type="EPCISQueryDocument", epcisBody={"queryResults": results})


def _prefixes(count: int) -> dict[str, str]:
    return {f"p{each}": f"https://example.org/{each}/" for each in range(count)}


def _master_data(elements: int, attributes: int, children: int = 0) -> dict[str, Any]:
    found = [
        {
            "id": f"https://id.gs1.org/414/{GLN}/254/{number}",
            "attributes": [
                {"id": f"urn:epcglobal:cbv:mda:a{each}", "attribute": "Thôn 1"} for each in range(attributes)
            ],
            **({"children": [f"urn:x:{each}" for each in range(children)]} if children else {}),
        }
        for number in range(elements)
    ]
    kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
    return {"epcisMasterData": {"vocabularyList": [{"type": kind, "vocabularyElementList": found}]}}


def _quantities(count: int) -> list[dict[str, Any]]:
    return [{"epcClass": lot(each), "quantity": each + 0.5, "uom": "KGM"} for each in range(count)]


def _sensors(elements: int, reports: int) -> list[dict[str, Any]]:
    report = {"type": "Temperature", "value": 4.5, "uom": "CEL", "time": "2026-10-08T08:00:00.000+07:00"}
    return [
        {
            "sensorMetadata": {"time": "2026-10-08T08:00:00.000+07:00", "deviceID": f"urn:x:{number}"},
            "sensorReport": [{**report, "value": each} for each in range(reports)],
        }
        for number in range(elements)
    ]


def _parties(count: int, kind: str) -> list[dict[str, Any]]:
    return [{"type": "owning_party", kind: f"https://id.gs1.org/417/{GLN}?x={each}"} for each in range(count)]


def _nested(depth: int, width: int) -> Any:
    inner: Any = ["a"] * width
    for _each in range(depth):
        inner = {"vidu:trong": inner}
    return inner


JSON_DOCUMENTS: dict[str, Callable[[int], bytes]] = {
    "sự kiện": lambda n: document(*map(event, range(n))),
    "kết quả truy vấn": lambda n: query_document(*map(event, range(n))),
    "sự kiện trùng mã": lambda n: document(*(event() for _each in range(n))),
    "sự kiện sai": lambda n: document(*(event(each, action="PACK", epcList="x") for each in range(n))),
    "sự kiện không mã": lambda n: document(*(event(each, eventID=None) for each in range(n))),
    "danh sách mã": lambda n: document(event(epcList=[item(each) for each in range(n)])),
    "mã EPC URN": lambda n: document(
        event(epcList=[f"urn:epc:id:sgtin:9521234.022031.{each}" for each in range(n)])
    ),
    "mã không phải GS1": lambda n: document(event(epcList=[f"urn:x:{each}" for each in range(n)])),
    "mã con": lambda n: document(
        event(
            type="AggregationEvent", parentID=lot(0), epcList=None, childEPCs=[item(each) for each in range(n)]
        )
    ),
    "vào và ra": lambda n: document(
        event(
            type="TransformationEvent",
            action=None,
            epcList=None,
            inputEPCList=[item(each) for each in range(n)],
            outputEPCList=[item(each + n) for each in range(n)],
            inputQuantityList=_quantities(n),
            outputQuantityList=_quantities(n),
        )
    ),
    "số lượng": lambda n: document(event(quantityList=_quantities(n))),
    "giao dịch": lambda n: document(
        event(bizTransactionList=[{"type": "po", "bizTransaction": f"urn:x:{each}"} for each in range(n)])
    ),
    "bên gửi, nhận": lambda n: document(
        event(sourceList=_parties(n, "source"), destinationList=_parties(n, "destination"))
    ),
    "phần tử cảm biến": lambda n: document(event(sensorElementList=_sensors(n, 1))),
    "số đo cảm biến": lambda n: document(event(sensorElementList=_sensors(1, n))),
    "trường mở rộng khác tên": lambda n: document(event(**{f"vidu:t{each}": "x" for each in range(n)})),
    "trường mở rộng là dãy": lambda n: document(event(**{"vidu:t": [f"x{each}" for each in range(n)]})),
    "trường ILMD": lambda n: document(event(action="ADD", ilmd={f"vidu:t{each}": each for each in range(n)})),
    "mở rộng lồng sâu": lambda n: document(event(**{"vidu:t": _nested(DEEPEST, n)})),
    "nhiều mở rộng lồng sâu": lambda n: document(
        event(**{f"vidu:t{each}": _nested(DEEPEST, 1) for each in range(n)})
    ),
    "giá trị mở rộng giống CURIE": lambda n: document(
        event(**{"vidu:t": [f"vidu:x{each}" for each in range(n)]})
    ),
    "tiền tố không dùng": lambda n: document(event(), **{"@context": [CONTEXT, _prefixes(n)]}),
    "tiền tố, mỗi cái một trường": lambda n: document(
        event(**{f"p{each}:t": "x" for each in range(n)}), **{"@context": [CONTEXT, _prefixes(n)]}
    ),
    "tiền tố, mỗi sự kiện một cái": lambda n: document(
        *(event(each, **{f"p{each}:t": "x"}) for each in range(n)), **{"@context": [CONTEXT, _prefixes(n)]}
    ),
    "nhiều tiền tố và nhiều sự kiện": lambda n: document(
        *(event(each, **{"p0:t": "x"}) for each in range(n)), **{"@context": [CONTEXT, _prefixes(n)]}
    ),
    "phần của @context": lambda n: document(event(), **{"@context": [CONTEXT, *({f"p{each}": OWN} for each in range(n))]}),
    "@context của từng sự kiện": lambda n: document(
        *(event(each, **{"@context": [{f"p{each}": OWN}], f"p{each}:t": "x"}) for each in range(n))
    ),
    "@context lớn của một sự kiện": lambda n: document(
        event(**{"@context": [_prefixes(n)]}, **{f"p{each}:t": "x" for each in range(n)})
    ),
    "phần tử dữ liệu chủ": lambda n: document(epcisHeader=_master_data(n, 1)),
    "thuộc tính dữ liệu chủ": lambda n: document(epcisHeader=_master_data(1, n)),
    "con của dữ liệu chủ": lambda n: document(epcisHeader=_master_data(1, 1, n)),
    "khai báo sai sót": lambda n: document(
        event(
            errorDeclaration={
                "declarationTime": "2026-10-08T08:00:00.000+07:00",
                "correctiveEventIDs": [f"urn:x:{each}" for each in range(n)],
            }
        )
    ),
    "mã rất dài": lambda n: document(event(epcList=[item(0) + "a" * n])),
    "mã rất dài nhiều gạch chéo": lambda n: document(event(epcList=[item(0) + "/a" * n])),
    "mã rất dài nhiều ký tự mã hóa": lambda n: document(event(epcList=[item(0) + "%20" * n])),
    "URN rất dài": lambda n: document(event(epcList=["urn:epc:id:sgtin:" + "1." * n])),
    "từ rất dài": lambda n: document(event(bizStep="a" * n, disposition="a:" * n)),
    "thời điểm rất dài": lambda n: document(event(eventTime="2026-10-08T08:00:00." + "0" * n + "+07:00")),
    "chữ mở rộng rất dài": lambda n: document(event(**{"vidu:t": "  a \n" * n})),
    "tên mở rộng rất dài": lambda n: document(event(**{"vidu:" + "t" * n: "x"})),
    "không gian tên rất dài": lambda n: document(
        event(**{"p:t": "x"}), **{"@context": [CONTEXT, {"p": OWN + "a/" * n}]}
    ),
    "trường lạ của tài liệu": lambda n: document(**{f"vidu:t{each}": "x" for each in range(n)}),
    "tên trùng nhau": lambda n: b'{"type": "EPCISDocument", ' + b", ".join(b'"a": 1' for _each in range(n)) + b"}",
    "khoảng trắng": lambda n: b"{" + b" \n" * n + b"}",
    "ngoặc không đóng": lambda n: b"[" * n,
    "chuỗi không đóng": lambda n: b'{"a": "' + b"\\u0061" * n,
    "số rất dài": lambda n: b'{"a": ' + b"1" * n + b"}",
    "nhiều số": lambda n: b"[" + b"1," * n + b"1]",
    "phần tử giống nhau": lambda n: document(event(epcList=[item(0)] * n)),
    "vật trong danh sách không trùng": lambda n: document(
        event(quantityList=[{"epcClass": lot(each), f"vidu:{each}": {"a": [each]}} for each in range(n)])
    ),
}  # fmt: skip


def _sbdh(partners: int, identifications: int, scopes: int) -> str:
    partner = "<sbdh:Sender><sbdh:Identifier Authority='x'>urn:x:{}</sbdh:Identifier></sbdh:Sender>"
    scope = "<sbdh:Scope><sbdh:Type>x</sbdh:Type><sbdh:InstanceIdentifier>{}</sbdh:InstanceIdentifier></sbdh:Scope>"
    name = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    return (
        f"<EPCISHeader><sbdh:StandardBusinessDocumentHeader xmlns:sbdh='{name}'><sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>"
        + "".join(map(partner.format, range(partners)))
        + "<sbdh:DocumentIdentification>"
        + "".join(
            f"<sbdh:InstanceIdentifier>{each}</sbdh:InstanceIdentifier>" for each in range(identifications)
        )
        + "</sbdh:DocumentIdentification><sbdh:BusinessScope>"
        + "".join(map(scope.format, range(scopes)))
        + "</sbdh:BusinessScope></sbdh:StandardBusinessDocumentHeader></EPCISHeader>"
    )


def _xml(inside: str = "", *, header: str = "", root: str = "") -> bytes:
    """An XML document with one event, which holds what is given."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" '
        f'xmlns:vidu="{OWN}" schemaVersion="2.0" creationDate="2026-10-09T08:30:00.000+07:00"{root}>{header}<EPCISBody>'
        "<EventList><ObjectEvent><eventTime>2026-10-08T08:00:00.000+07:00</eventTime><eventTimeZoneOffset>+07:00"
        f"</eventTimeZoneOffset><epcList><epc>{item(0)}</epc></epcList><action>OBSERVE</action>{inside}</ObjectEvent>"
        "</EventList></EPCISBody></epcis:EPCISDocument>"
    ).encode()


def _written(name: str) -> Callable[[int], bytes]:
    return lambda count: to_xml(load(JSON_DOCUMENTS[name](count)))


_SAME_IN_XML = (
    "sự kiện",
    "kết quả truy vấn",
    "danh sách mã",
    "vào và ra",
    "giao dịch",
    "bên gửi, nhận",
    "phần tử cảm biến",
    "số đo cảm biến",
    "trường mở rộng khác tên",
    "trường mở rộng là dãy",
    "trường ILMD",
    "mở rộng lồng sâu",
    "phần tử dữ liệu chủ",
    "thuộc tính dữ liệu chủ",
    "con của dữ liệu chủ",
    "chữ mở rộng rất dài",
)

XML_DOCUMENTS: dict[str, Callable[[int], bytes]] = {
    **{name: _written(name) for name in _SAME_IN_XML},
    "đối tác SBDH": lambda n: _xml(header=_sbdh(n, 1, 1)),
    "số tài liệu SBDH": lambda n: _xml(header=_sbdh(1, n, 1)),
    "phạm vi SBDH": lambda n: _xml(header=_sbdh(1, 1, n)),
    "không gian tên ở gốc": lambda n: _xml(
        root="".join(f' xmlns:p{each}="https://example.org/{each}/"' for each in range(n))
    ),
    "không gian tên ở gốc, đều dùng": lambda n: _xml(
        "".join(f"<p{each}:t>x</p{each}:t>" for each in range(n)),
        root="".join(f' xmlns:p{each}="https://example.org/{each}/"' for each in range(n)),
    ),
    "không gian tên ở từng trường": lambda n: _xml(
        "".join(f'<p:t xmlns:p="https://example.org/{each}/">x</p:t>' for each in range(n))
    ),
    "không gian tên mặc định ở từng trường": lambda n: _xml(
        "".join(f'<t xmlns="https://example.org/{each}/">x</t>' for each in range(n))
    ),
    "một không gian tên, nhiều tiền tố": lambda n: _xml(
        "".join(f'<p{each}:t xmlns:p{each}="{OWN}">x</p{each}:t>' for each in range(n))
    ),
    "thuộc tính của một trường": lambda n: _xml(
        "<vidu:t " + " ".join(f'a{each}="x"' for each in range(n)) + ">x</vidu:t>"
    ),
    "thuộc tính có không gian tên": lambda n: _xml(
        "".join(f'<vidu:t xmlns:p="https://example.org/{each}/" p:a="x">x</vidu:t>' for each in range(n))
    ),
    "trường cùng tên": lambda n: _xml("<vidu:t>x</vidu:t>" * n),
    "trường cùng tên, mỗi trường một con": lambda n: _xml("<vidu:t><vidu:c>x</vidu:c></vidu:t>" * n),
    "phần extension lồng": lambda n: _xml(
        "<extension>" * DEEPEST + "<vidu:t/>" * n + "</extension>" * DEEPEST
    ),
    "nhiều phần extension": lambda n: _xml("<extension/>" * n),
    "trường EPCIS lặp": lambda n: _xml("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>" * n),
    "trường lạ không có không gian tên": lambda n: _xml("".join(f"<t{each}/>" for each in range(n))),
    "chú thích": lambda n: _xml("<!-- x -->" * n),
    "lệnh xử lý": lambda n: _xml("<?x y?>" * n),
    "CDATA": lambda n: _xml("<vidu:t>" + "<![CDATA[x]]>" * n + "</vidu:t>"),
    "ký tự thay thế": lambda n: _xml("<vidu:t>" + "&#65;" * n + "</vidu:t>"),
    "chữ giữa các trường": lambda n: _xml("x<vidu:t/>" * n),
    "phần tử không đóng": lambda n: b"<a>" * n,
    "thuộc tính không đóng": lambda n: b"<a " + b"b='" * n,
    "DOCTYPE dài": lambda n: b"<!DOCTYPE " + b"a" * n,
    "mã rất dài": lambda n: _xml(f"<bizStep>{item(0)}{'a' * n}</bizStep>"),
    "nhiều tầng": lambda n: _xml("<vidu:t>" * DEEPEST + "x" * n + "</vidu:t>" * DEEPEST),
    "nhiều cây nhiều tầng": lambda n: _xml(("<vidu:t>" * DEEPEST + "x" + "</vidu:t>" * DEEPEST) * n),
}
