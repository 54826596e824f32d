"""Events for the tests of the store, and what is found of them."""

from django.db import transaction

from khcn.epcis import Time, load, parse_query
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.store import Captured
from khcn.trace.store import EVERYTHING, DjangoEventStore, Viewer, write_events, write_master_data

AT = Time("2026-10-09T10:00:00Z")
GTIN, OTHER_GTIN = "09521234220312", "09521234111115"
GLN, OTHER_GLN = "9521234022039", "9521234000006"


def item(serial, gtin=GTIN):
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


def lot(number, gtin=GTIN):
    return f"https://id.gs1.org/01/{gtin}/10/{number}"


def kind(gtin=GTIN):
    return f"https://id.gs1.org/01/{gtin}"


def place(gln=GLN):
    return f"https://id.gs1.org/414/{gln}"


def party(gln=GLN):
    return f"https://id.gs1.org/417/{gln}"


def crate(number):
    return f"https://id.gs1.org/00/{number:018}"


def quantities(*classes):
    return [{"epcClass": each, "quantity": 1, "uom": "KGM"} for each in classes]


_named = iter(range(10**9))


def event(type="ObjectEvent", time="2026-10-01T06:30:00+07:00", **fields):  # noqa: A002 -- its name in EPCIS
    """An event with an id of its own unless `eventID` is None."""
    tree = {
        "type": type,
        "eventTime": time,
        "eventTimeZoneOffset": "+07:00",
        "eventID": f"urn:example:{next(_named)}",
        **({} if type == "TransformationEvent" else {"action": "OBSERVE"}),
        **fields,
    }
    return decode_event({name: value for name, value in tree.items() if value is not None}, Names({}))


def on(day, **fields):
    """An event of a day of October 2026."""
    return event(time=f"2026-10-{day:02}T08:00:00+07:00", **fields)


def declared(about, **repeats):
    """That an event was wrong."""
    return event(
        time=about.event_time.text,
        eventID=about.event_id,
        errorDeclaration={"declarationTime": "2026-10-20T08:00:00+07:00"},
        **repeats,
    )


class WritableStore(DjangoEventStore):
    """Stores events for one party without a capture job: the writing half of `khcn.epcis.EventStore`."""

    def __init__(self, viewer=EVERYTHING, *, owner=1):
        super().__init__(viewer)
        self.owner = owner

    def capture(self, events, *, at):
        with transaction.atomic():
            written = write_events(events, at=at, owner=self.owner, job=0)
        return Captured(written.accepted, written.duplicates, written.conflicts)

    def capture_master_data(self, vocabularies):
        write_master_data(vocabularies, owner=self.owner, at=AT.to_datetime())


def capture(*events, owner=1, at=AT):
    return WritableStore(owner=owner).capture(events, at=at)


def viewer(owner, *places):
    return Viewer(owner, False, places)


def asked(viewer=None, **parameters):
    """The ids that come as the answer, through all pages."""
    store = DjangoEventStore(viewer) if viewer else DjangoEventStore()
    found, token = [], None
    while True:
        page = store.query(parse_query({**parameters, **({"nextPageToken": token} if token else {})}))
        found += [one.event_id for one in page.events]
        token = page.next_page_token
        if token is None:
            return found


def ids(*events):
    return [one.event_id for one in events]


def document(events, context=()):
    """A document read from JSON."""
    import json

    return load(
        json.dumps(
            {
                "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", *context],
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": "2026-10-09T17:00:00.000+07:00",
                "epcisBody": {"eventList": events},
            }
        )
    )
