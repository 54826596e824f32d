"""Random events of every type, with odd identifiers, extensions, ILMD and sensors; the same for the same seed.

Each event is the tree of a JSON-LD document's event. `respelled` writes an event in another way that means the same.
"""

import copy
import random

from khcn.epcis import cbv
from khcn.epcis.ids import epc

PREFIXES = {
    "vidu": "https://example.org/truy-xuat/",
    "khac": "urn:example:khac",
    "thang": "https://example.org/ns#",
}
DOCUMENT = {
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", PREFIXES],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-10-09T08:30:00+07:00",
}
SERIAL = "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz"
COMPONENT = "0123456789ABCXYZ-#/"
# Texts that some reader might take for a number, a name, a word or an identifier.
TEXTS = (
    "lô hàng",
    " a ",
    "a\tb",
    "<&>",
    "vidu:abc",
    "cbv:abc",
    "khac:x",
    "12",
    "1.50",
    "1e3",
    "+5",
    "true",
    "",
    "]]>",
    "Đ/đ",
    "urn:epc:id:sgtin:9521234.022031.1",
    "https://id.gs1.org/01/09521234220312/21/A%27B",
    "2026-10-09T08:30:00Z",
    "gs1:x",
    "0x1",
    "-0",
    "00.10",
    "1_000",
    "nan",
    "Infinity",
)


def document(*events, **more):
    return {**DOCUMENT, "epcisBody": {"eventList": list(events)}, **more}


class Ids:
    """Identifiers, as EPC URN and as Digital Link."""

    def __init__(self, rng):
        self.rng = rng

    def text(self, signs, least, most):
        return "".join(self.rng.choice(signs) for _ in range(self.rng.randint(least, most)))

    def digits(self, count):
        return self.text("0123456789", count, count)

    def split(self, digits):
        """Company prefix and reference."""
        prefix = self.digits(self.rng.randint(6, 12))
        return prefix, self.digits(digits - len(prefix))

    def escaped(self, text):
        return "".join(epc.ESCAPES.get(sign, sign) for sign in text)

    def instance(self):  # noqa: PLR0911 -- one for each group of schemes
        """The URN of a single object."""
        name = self.rng.choice(
            ("sgtin",) * 6
            + (
                "sscc",
                "sscc",
                "grai",
                "giai",
                "gdti",
                "cpi",
                "sgcn",
                "itip",
                "upui",
                "gsrn",
                "gsrnp",
                "sgln",
                "pgln",
                "ginc",
                "gsin",
            )
        )
        serial = self.escaped(self.text(SERIAL, 1, 16))
        if name in {"sgtin", "upui"}:
            return f"urn:epc:id:{name}:{'.'.join(self.split(13))}.{serial}"
        if name == "itip":
            prefix, reference = self.split(13)
            return f"urn:epc:id:itip:{prefix}.{reference}.01.02.{serial}"
        if name in {"sscc", "gsin", "gsrn", "gsrnp", "pgln"}:
            digits = {"sscc": 17, "gsin": 16, "pgln": 12}.get(name, 17)
            return f"urn:epc:id:{name}:{'.'.join(self.split(digits))}"
        if name in {"grai", "gdti", "sgln"}:
            return f"urn:epc:id:{name}:{'.'.join(self.split(12))}.{serial}"
        if name == "sgcn":
            return f"urn:epc:id:sgcn:{'.'.join(self.split(12))}.{self.digits(self.rng.randint(1, 12))}"
        prefix = self.digits(self.rng.randint(6, 12))
        if name == "cpi":
            reference = self.escaped(self.text(COMPONENT, 1, 12))
            return f"urn:epc:id:cpi:{prefix}.{reference}.{self.rng.randrange(10**12)}"
        return f"urn:epc:id:{name}:{prefix}.{serial}"

    def of_class(self):
        """The URN of a lot or a class."""
        kind = self.rng.choice(("lgtin",) * 4 + ("sgtin", "grai", "gdti", "sgcn", "itip", "upui"))
        lot = self.escaped(self.text(SERIAL, 1, 20))
        if kind == "lgtin":
            return f"urn:epc:class:lgtin:{'.'.join(self.split(13))}.{lot}"
        if kind == "itip":
            prefix, reference = self.split(13)
            return f"urn:epc:idpat:itip:{prefix}.{reference}.01.02.*"
        digits = 13 if kind in {"sgtin", "upui"} else 12
        return f"urn:epc:idpat:{kind}:{'.'.join(self.split(digits))}.*"

    def place(self):
        extension = self.rng.choice(("0", "0", self.escaped(self.text(SERIAL, 1, 20))))
        return f"urn:epc:id:sgln:{'.'.join(self.split(12))}.{extension}"

    def link(self, urn):
        """A Digital Link of the same identifier, in one of its spellings."""
        parsed = epc.parse(urn).link()
        stem = self.rng.choice(
            (
                "https://id.gs1.org",
                "HTTPS://ID.GS1.ORG",
                "http://Truyxuat.Example.VN",
                "https://example.org/some/path",
            )
        )
        path = ""
        for element in (parsed.key, *parsed.qualifiers):
            path += f"/{element.ai}/" + "".join(map(self.encoded, element.value))
        return stem + path

    def encoded(self, sign):
        """A character of a path, percent-encoded where it must be and sometimes where it need not be."""
        code = f"%{ord(sign):02X}"
        code = self.rng.choice((code, code.lower()))
        if sign in '"%/<>?#&':
            return code
        return self.rng.choice((sign, sign, sign, code))

    def either(self, urn):
        return urn if self.rng.random() < 0.5 else self.link(urn)


class Maker:
    """Makes events."""

    def __init__(self, seed):
        self.rng = rng = random.Random(seed)
        self.ids = Ids(rng)

    def maybe(self, make, chance=0.4):
        return make() if self.rng.random() < chance else None

    def some(self, make, least=0, most=3):
        return [make() for _ in range(self.rng.randint(least, most))]

    def moment(self):
        rng = self.rng
        fraction = rng.choice(("", ".5", ".123", ".9996", ".000", ".1234567"))
        offset = rng.choice(("Z", "+07:00", "-03:30"))
        return f"20{rng.randint(10, 25)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}{fraction}{offset}"

    def number(self):
        return self.rng.choice((0, 1, 12, -3, 2.5, 0.1, 1000000, 1e21, 1.50, -0.25, 12345678901234567))

    def word(self, vocabulary, own="https://example.org/tu/rieng"):
        rng = self.rng
        bare = rng.choice(sorted(vocabulary.words))
        curie = vocabulary.web.replace(cbv.CBV, "cbv:").replace(cbv.VOC, "gs1:") + bare
        return rng.choice((bare, bare, bare, curie, own, "vidu:buoc"))

    def quantity(self):
        made = {"epcClass": self.ids.either(self.ids.of_class())}
        if self.rng.random() < 0.8:
            made["quantity"] = self.number()
            if self.rng.random() < 0.6:
                made["uom"] = self.rng.choice(("KGM", "LTR", "EA"))
        return made

    def instances(self, most=4):
        return self.some(lambda: self.ids.either(self.ids.instance()), 0, most)

    def scalar(self):
        return self.rng.choice(
            (*TEXTS, *TEXTS, True, False, None, 0, 5, -2.5, 1e21, 0.1, 12345678901234567890)
        )

    def name(self):
        return self.rng.choice(
            (
                "vidu:giong",
                "vidu:ngay",
                "khac:loai",
                "thang:muc",
                "https://example.net/la/truong",
                "cbvmda:lotNumber",
                "gs1:productName",
                "vidu:a.b-c",
            )
        )

    def value(self, depth=0):
        kind = self.rng.random()
        if depth < 3 and kind < 0.2:
            return self.extensions(depth + 1)
        if depth < 3 and kind < 0.35:  # XML has no lists in lists
            return self.some(lambda: self.extensions(3) if self.rng.random() < 0.3 else self.scalar())
        if kind < 0.4:
            return {
                "#text": self.rng.choice(("x", "12", "vidu:abc")),
                "@vidu:loai": self.rng.choice(("a", "1", "vidu:y")),
            }
        return self.scalar()

    def extensions(self, depth=0, least=0):
        return {self.name(): self.value(depth) for _ in range(self.rng.randint(least, 3))}

    def party(self, name):
        return {
            "type": self.word(cbv.SOURCE_DESTINATION_TYPE),
            name: self.ids.either(
                self.rng.choice((self.ids.place, lambda: f"urn:epc:id:pgln:{'.'.join(self.ids.split(12))}"))()
            ),
        }

    def transaction(self):
        made = {
            "bizTransaction": self.rng.choice(
                (
                    "urn:epcglobal:cbv:bt:9521234000006:HD/7",
                    "urn:epc:id:gdti:9521234.00001.7",
                    "https://example.org/hd/7",
                )
            )
        }
        if self.rng.random() < 0.8:
            made["type"] = self.word(cbv.BIZ_TRANSACTION_TYPE)
        return made

    def attributes(self):
        """Extension fields of a sensor report: in XML attributes, so texts only."""
        return {self.name(): self.rng.choice(TEXTS[:13]) for _ in range(self.rng.randint(0, 2))}

    def report(self):
        rng = self.rng
        made = {"type": self.word(cbv.MEASUREMENT_TYPE, "https://example.org/do/am")}
        if rng.random() < 0.2:
            made = {"exception": self.word(cbv.SENSOR_ALERT), "type": "Temperature"}
        for name, make in (
            ("value", self.number), ("uom", lambda: "CEL"), ("time", self.moment), ("minValue", self.number), ("sDev", self.number),
            ("stringValue", lambda: rng.choice(("x", "vidu:abc", "1.50"))), ("booleanValue", lambda: rng.random() < 0.5),
            ("hexBinaryValue", lambda: "F0a1"), ("uriValue", lambda: rng.choice(("urn:a:b", "vidu:abc"))),
            ("component", lambda: self.word(cbv.COMPONENT)), ("deviceID", lambda: self.ids.either(self.ids.instance())),
            ("dataProcessingMethod", lambda: "vidu:cach"), ("bizRules", lambda: "https://example.org/quy-tac"),
            ("chemicalSubstance", lambda: "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N"), ("percRank", self.number),
            ("coordinateReferenceSystem", lambda: "urn:ogc:def:crs:EPSG:6.6:4326"),
        ):  # fmt: skip
            if rng.random() < 0.2:
                made[name] = make()
        return {**made, **self.attributes()}

    def sensor(self):
        made = {"sensorReport": self.some(self.report, 1, 2)}
        if self.rng.random() < 0.6:
            made["sensorMetadata"] = {
                **(
                    {"time": self.moment()}
                    if self.rng.random() < 0.6
                    else {"startTime": self.moment(), "endTime": self.moment()}
                ),
                "deviceID": self.ids.either(self.ids.instance()),
                "rawData": "https://example.org/tho/1",
                **self.attributes(),
            }
        return {**made, **(self.extensions() if self.rng.random() < 0.3 else {})}

    def event(self):
        rng = self.rng
        kind = rng.choice((*cbv.EVENT_TYPES, "ObjectEvent"))
        made = {
            "type": kind,
            "eventTime": self.moment(),
            "eventTimeZoneOffset": rng.choice(("+07:00", "-03:30", "+00:00")),
        }
        getattr(self, kind)(made)
        for name, make, chance in (
            ("bizStep", lambda: self.word(cbv.BIZ_STEP), 0.8),
            ("disposition", lambda: self.word(cbv.DISPOSITION), 0.6),
            ("persistentDisposition", lambda: {"set": [self.word(cbv.DISPOSITION)], "unset": rng.sample(("recalled", "in_transit", "damaged"), 2)}, 0.2),
            ("readPoint", lambda: {"id": self.ids.either(self.ids.place()), **(self.extensions() if rng.random() < 0.3 else {})}, 0.6),
            ("bizLocation", lambda: {"id": self.ids.either(self.ids.place())}, 0.4),
            ("bizTransactionList", lambda: self.some(self.transaction, 1, 2), 0.3),
            ("sourceList", lambda: self.some(lambda: self.party("source"), 1, 2), 0.3),
            ("destinationList", lambda: self.some(lambda: self.party("destination"), 1, 2), 0.3),
            ("sensorElementList", lambda: self.some(self.sensor, 1, 2), 0.3),
            ("certificationInfo", lambda: rng.choice(("https://example.org/cn/1", ["vidu:cn2"])), 0.3),
        ):  # fmt: skip
            if rng.random() < chance:
                made[name] = make()
        if kind in {
            "AggregationEvent",
            "AssociationEvent",
            "TransactionEvent",
        }:  # the schema has it for the other types
            made.pop("persistentDisposition", None)
        has_ilmd = kind == "TransformationEvent" or (kind == "ObjectEvent" and made["action"] == "ADD")
        if has_ilmd and rng.random() < 0.5:
            made["ilmd"] = self.extensions(least=1)
        return {**made, **(self.extensions() if rng.random() < 0.6 else {})}

    def ObjectEvent(self, made):  # noqa: N802 -- the event type
        made["action"] = self.rng.choice(("ADD", "OBSERVE", "DELETE"))
        made["epcList"] = self.instances()
        made["quantityList"] = self.some(self.quantity)

    def AggregationEvent(self, made):  # noqa: N802 -- the event type
        made["action"] = self.rng.choice(("ADD", "OBSERVE", "DELETE"))
        made["parentID"] = self.ids.either(self.ids.instance())
        made["childEPCs"] = [self.ids.either(self.ids.instance()), *self.instances()]
        made["childQuantityList"] = self.some(self.quantity)

    AssociationEvent = AggregationEvent

    def TransactionEvent(self, made):  # noqa: N802 -- the event type
        made["action"] = self.rng.choice(("ADD", "OBSERVE", "DELETE"))
        made["bizTransactionList"] = [self.transaction()]
        made["epcList"] = self.instances()
        made["quantityList"] = self.some(self.quantity)

    def TransformationEvent(self, made):  # noqa: N802 -- the event type
        made["inputEPCList"] = self.some(lambda: self.ids.either(self.ids.instance()), 1, 3)
        made["outputEPCList"] = self.some(lambda: self.ids.either(self.ids.instance()), 1, 2)
        made["inputQuantityList"] = self.some(self.quantity)
        made["outputQuantityList"] = self.some(self.quantity)
        if self.rng.random() < 0.4:
            made["transformationID"] = self.rng.choice(
                ("urn:epc:id:gdti:9521234.00001.9", "https://example.org/che-bien/9")
            )


def events(count, seed):
    maker = Maker(seed)
    for _ in range(count):
        yield maker.event()


LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def respelled(tree, rng):
    """The same event with its identifiers in other spellings, its lists in another order, and a prefix that it does not need."""
    ids = Ids(rng)

    def other(identifier):
        return (
            ids.link(identifier)
            if identifier.startswith("urn:epc:") and ":gdti:" not in identifier
            else identifier
        )

    made = copy.deepcopy(tree)
    for name in LISTS:
        if name in made:
            made[name] = [other(one) for one in made[name]]
            rng.shuffle(made[name])
    for name in QUANTITIES:
        for one in made.get(name, ()):
            one["epcClass"] = other(one["epcClass"])
    for name in ("readPoint", "bizLocation"):
        if name in made:
            made[name]["id"] = other(made[name]["id"])
    if "parentID" in made:
        made["parentID"] = other(made["parentID"])
    made["@context"] = [
        rng.choice(
            ({"thua": "https://example.org/khong-dung/"}, {"cbv": cbv.CBV}, {"gs1": cbv.VOC}, PREFIXES)
        )
    ]
    return dict(rng.sample(sorted(made.items(), key=lambda pair: pair[0]), len(made)))
