"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import directives


def advised(kind):
    return lambda on: directives.AdvisedDocumentFactory(kind=kind, advised_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "VB-01": (advised("normative"), [advised("plan"), advised("decision")]),
    "VB-02": (advised("plan"), [advised("normative"), advised("programme")]),
}
