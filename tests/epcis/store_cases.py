"""What every event store must answer: cases for the store in memory and for those on a database.

`EVENTS` are captured in order; a case names the places of the events that must come back.
"""

import json
from dataclasses import replace

from khcn.epcis import Time, load
from tests.epcis.corpora import GOLDEN

DOCUMENT = load((GOLDEN / "mien_dong.json").read_bytes())
PREFIXES = {"vidu": "https://example.org/truy-xuat/"}
CAPTURED_AT = Time("2026-10-09T10:00:00Z")


def _extended():
    tree = json.loads((GOLDEN / "mien_dong.json").read_text(encoding="utf-8"))
    tree["epcisBody"]["eventList"] = [
        {
            "type": "vidu:KiemDinh",
            "eventTime": "2026-10-08T08:30:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "vidu:ketQua": "đạt",
            "vidu:diem": 9.5,
            "vidu:luc": "2026-10-08T08:00:00+07:00",
        }
    ]
    return load(json.dumps(tree)).events[0]


# With a context of their own, since a store keeps no documents: a prefix that only the document declares would be lost.
EVENTS = tuple(replace(event, context=json.dumps([PREFIXES])) for event in (*DOCUMENT.events, _extended()))
# 0 commissioning of a lot · 1 transformation · 2 packing · 3 shipping · 4 sensors · 5 declared wrong · 6 own type

QUERIES = [
    # everything, and by kind
    ({}, [0, 1, 2, 3, 4, 5, 6]),
    ({"eventType": ["ObjectEvent", "TransactionEvent"]}, [0, 3, 5]),
    ({"eventType": ["vidu:KiemDinh"]}, [6]),
    ({"eventType": ["https://example.org/truy-xuat/KiemDinh"]}, [6]),
    ({"EQ_action": ["ADD"]}, [0, 2, 3, 4]),
    ({"EQ_action": ["OBSERVE", "DELETE"]}, [5]),
    ({"EQ_bizStep": ["packing", "shipping"]}, [2, 3]),
    ({"EQ_bizStep": ["urn:epcglobal:cbv:bizstep:packing"]}, [2]),
    ({"EQ_bizStep": ["https://example.org/buoc/kiem-tra"]}, [5]),
    ({"EQ_disposition": ["active"]}, [0]),
    ({"EQ_persistentDisposition_set": ["completeness_verified"]}, [5]),
    ({"EQ_persistentDisposition_unset": ["completeness_verified"]}, []),
    ({"EQ_persistentDisposition_unset": ["completeness_inferred"]}, [5]),
    # times: from, up to but not including
    ({"GE_eventTime": "2026-10-05T15:00:00+07:00"}, [2, 3, 4, 5, 6]),
    ({"LT_eventTime": "2026-10-05T15:00:00+07:00"}, [0, 1]),
    (
        {"GE_eventTime": "2026-10-03T14:00:00.5+07:00", "LT_eventTime": "2026-10-03T14:00:00.500001+07:00"},
        [1],
    ),
    ({"GE_recordTime": "2026-10-09T10:00:00Z"}, [0, 1, 2, 3, 4, 5, 6]),
    ({"LT_recordTime": "2026-10-09T10:00:00Z"}, []),
    # places
    ({"EQ_readPoint": ["https://id.gs1.org/414/9521234022039"]}, [0, 1, 2]),
    ({"EQ_readPoint": ["urn:epc:id:sgln:9521234.02203.0"]}, [0, 1, 2]),
    ({"WD_readPoint": ["https://id.gs1.org/414/9521234000006"]}, [0, 1, 2]),  # also those in another spelling
    ({"EQ_readPoint": ["https://id.gs1.org/414/9521234000006"]}, []),
    ({"EQ_bizLocation": ["https://id.gs1.org/414/9521234000006"]}, [0]),
    ({"WD_bizLocation": ["https://id.gs1.org/414/9521234022039"]}, []),
    ({"HASATTR_bizLocation": ["urn:epcglobal:cbv:mda:name"]}, [0]),
    ({"HASATTR_bizLocation": ["urn:epcglobal:cbv:mda:city"]}, []),
    (
        {"EQ_ATTR_bizLocation_urn:epcglobal:cbv:mda:name": ["Hợp tác xã miến dong (dữ liệu minh họa)"]},
        [0],
    ),
    # transactions and parties
    ({"EQ_bizTransaction_po": ["urn:epcglobal:cbv:bt:9521234022039:77"]}, [3]),
    ({"EQ_bizTransaction_inv": ["urn:epcglobal:cbv:bt:9521234022039:77"]}, []),
    ({"EQ_source_possessing_party": ["urn:epc:id:pgln:9521234.00000"]}, [3]),
    ({"EQ_destination_possessing_party": ["urn:epc:id:pgln:9521234.00000"]}, []),
    ({"EQ_destination_possessing_party": ["urn:epc:id:pgln:9529999.00001"]}, [3]),
    ({"EQ_transformationID": ["urn:epc:id:gdti:9521234.00001.ME-7"]}, [1]),
    # identifiers, in any spelling, and patterns
    ({"MATCH_epc": ["urn:epc:id:sgtin:9521234.022031.1"]}, [2]),
    ({"MATCH_epc": ["https://hn.example.vn/01/09521234220312/21/1"]}, [2]),
    ({"MATCH_epc": ["urn:epc:idpat:sgtin:9521234.022031.*"]}, [2]),
    ({"MATCH_epc": ["urn:epc:idpat:sgtin:9521234.*.*"]}, [2]),
    ({"MATCH_epc": ["urn:epc:idpat:sgtin:*.*.*"]}, [2]),
    ({"MATCH_epc": ["urn:epc:idpat:sgtin:952123.*.*"]}, []),
    ({"MATCH_epc": ["urn:epc:id:sscc:9521234.0000000017"]}, [3]),
    ({"MATCH_parentID": ["urn:epc:id:sscc:9521234.0000000017"]}, [2]),
    ({"MATCH_anyEPC": ["urn:epc:id:sscc:9521234.0000000017"]}, [2, 3]),
    ({"MATCH_inputEPC": ["urn:epc:id:sscc:9521234.0000000017"]}, []),
    ({"MATCH_outputEPC": ["urn:epc:id:sgtin:9521234.022031.1"]}, []),
    ({"MATCH_epcClass": ["urn:epc:class:lgtin:9521234.011111.DONG-0110"]}, [0]),
    ({"MATCH_inputEPCClass": ["urn:epc:class:lgtin:9521234.011111.DONG-0110"]}, [1]),
    ({"MATCH_outputEPCClass": ["urn:epc:class:lgtin:9521234.022031.BOT-0310"]}, [1]),
    ({"MATCH_anyEPCClass": ["https://id.gs1.org/01/09521234111115/10/DONG-0110"]}, [0, 1]),
    ({"MATCH_epc": ["urn:epc:id:sgtin:9521234.022031.1"], "MATCH_parentID": ["urn:x:y"]}, []),
    # quantities
    ({"EQ_quantity": 180}, [1]),
    ({"GE_quantity": 180, "LE_quantity": 180}, [1]),
    ({"GT_quantity": 1250.4}, [0, 1]),
    ({"GT_quantity": 1250.5}, []),
    ({"LT_quantity": 180.1}, [1]),
    ({"GE_quantity_KGM": 1}, [0, 1]),
    ({"GE_quantity_TNE": 1}, []),
    # ids and declarations of errors
    ({"EQ_eventID": ["urn:uuid:0d6c3a52-7d0e-4b8f-9a53-8f27f0c7a002"]}, [5]),
    ({"EXISTS_errorDeclaration": True}, [5]),
    ({"EXISTS_errorDeclaration": False}, [0, 1, 2, 3, 4, 5, 6]),
    ({"GE_errorDeclarationTime": "2026-10-08T02:00:00Z"}, [5]),
    ({"LT_errorDeclarationTime": "2026-10-08T02:00:00Z"}, []),
    ({"EQ_errorReason": ["incorrect_data"]}, [5]),
    ({"EQ_errorReason": ["did_not_occur"]}, []),
    ({"EQ_correctiveEventID": ["urn:uuid:0d6c3a52-7d0e-4b8f-9a53-8f27f0c7a003"]}, [5]),
    # sensors
    ({"EXISTS_sensorElementList": True}, [4]),
    ({"EQ_type": ["Temperature"]}, [4]),
    ({"EQ_type": ["gs1:Pressure"]}, []),
    ({"EQ_deviceID": ["https://id.gs1.org/8004/9521234CAM-BIEN-1"]}, [4]),
    ({"GE_value_CEL": 26}, [4]),
    ({"GE_value_CEL": 27}, []),
    ({"LT_value_A93": 56}, [4]),
    ({"EQ_value_CEL": [25, 26]}, [4]),
    ({"EQ_booleanValue": True}, [4]),
    ({"EQ_booleanValue": False}, []),
    ({"GE_time": "2026-10-06T02:00:00Z", "LT_time": "2026-10-06T02:00:01Z"}, [4]),
    ({"GE_startTime": "2000-01-01T00:00:00Z"}, []),
    # fields of one's own
    ({"EQ_vidu:ketQua": ["đạt", "không đạt"]}, [6]),
    ({"EQ_https://example.org/truy-xuat/ketQua": ["đạt"]}, [6]),
    ({"EQ_vidu:ketQua": ["không đạt"]}, []),
    ({"GT_vidu:diem": 9}, [6]),
    ({"GE_vidu:diem": 9.5}, [6]),
    ({"LT_vidu:diem": 9.5}, []),
    ({"GE_vidu:luc": "2026-10-08T01:00:00Z"}, [6]),
    ({"LT_vidu:luc": "2026-10-08T01:00:00Z"}, []),
    ({"EXISTS_vidu:may": True}, [1]),
    ({"EQ_INNER_vidu:congSuat": 75}, [1]),
    ({"EQ_vidu:congSuat": 75}, []),
    ({"GT_INNER_vidu:congSuat": 74, "LT_INNER_vidu:congSuat": 76}, [1]),
    ({"EQ_ILMD_vidu:giong": ["dong riềng đỏ"]}, [0]),
    ({"EQ_vidu:giong": ["dong riềng đỏ"]}, []),
    ({"EQ_ILMD_cbvmda:countryOfOrigin": ["VN"]}, [0]),
    ({"EXISTS_ILMD_cbvmda:countryOfOrigin": True}, [0]),
    ({"EQ_SENSORREPORT_vidu:lan": ["1"]}, [4]),
    ({"EQ_SENSORMETADATA_vidu:lan": ["1"]}, []),
    ({"EQ_SENSORELEMENT_vidu:lan": ["1"]}, []),
    ({"EQ_readPoint_vidu:ban": ["2"]}, [2]),
    ({"EQ_bizLocation_vidu:ban": ["2"]}, []),
    ({"EQ_ERROR_DECLARATION_vidu:lyDo": ["x"]}, []),
]

REFUSED = [
    ({"GE_eventDate": "2026-01-01T00:00:00+07:00"}, "GE_eventDate"),
    ({"GE_eventTime": "not-a-date"}, "GE_eventTime"),
    ({"GE_eventTime": "2026-10-09"}, "GE_eventTime"),
    ({"EQ_action": ["SHIPPED"]}, "EQ_action"),
    ({"EQ_action": []}, "EQ_action"),
    ({"orderDirection": "SIDEWAYS"}, "orderDirection"),
    ({"eventType": ["KhongCo"]}, "eventType"),
    ({"EQ_bizStep": ["giao_hang"]}, "EQ_bizStep"),
    ({"MATCH_epc": ["lô hàng 7"]}, "MATCH_epc"),
    ({"MATCH_epc": [7]}, "MATCH_epc"),
    ({"GE_quantity": "nhiều"}, "GE_quantity"),
    ({"GE_quantity": True}, "GE_quantity"),
    ({"GE_quantity": "NaN"}, "GE_quantity"),
    ({"GE_quantity_kg": 1}, "GE_quantity_kg"),
    ({"EQ_truong": ["x"]}, "EQ_truong"),
    ({"GT_readPoint_vidu:ban": 1}, "GT_readPoint_vidu:ban"),
    ({"EXISTS_errorDeclaration": "có"}, "EXISTS_errorDeclaration"),
    ({"eventCountLimit": 1}, "eventCountLimit"),
    ({"eventCountLimit": 1, "maxEventCount": 1, "orderBy": "eventTime"}, "eventCountLimit"),
    ({"maxEventCount": 0}, "maxEventCount"),
    ({"perPage": "1.5"}, "perPage"),
    ({"orderBy": "quantity"}, "orderBy"),
    ({"SELECT": "*"}, "SELECT"),
]


def places(events):
    """Places in `EVENTS` of events that came out of a store, which gave them an id and a record time."""
    plain = [replace(event, event_id=None, record_time=None) for event in EVENTS]
    return [plain.index(replace(event, event_id=None, record_time=None)) for event in events]
