"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import radiation


def notified(kind, **fields):
    return lambda on: radiation.RadiationNotificationFactory(kind=kind, received_on=on, **fields)


def notified_source(kind):
    def make(on):
        return notified(kind, device=None, source=radiation.RadioactiveSourceFactory())(on)

    return make


def licence(kind, issuer="province"):
    return lambda on: radiation.RadiationLicenceFactory(
        kind=kind, issuer=issuer, issued_on=on, expires_on=on.replace(year=on.year + 3)
    )


def decided(state):
    return lambda on: radiation.RadiationLicenceApplicationFactory(
        state=state, decided_on=on, received_on=on.replace(year=2019), return_reason="thiếu hồ sơ"
    )


def training(on):
    return radiation.RadiationTrainingFactory(held_on=on)


def letter(on):
    return radiation.GuidanceLetterFactory(issued_on=on)


def radiation_check(subject):
    return lambda on: radiation.RadiationCheckFactory(subject=subject, checked_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "BX-01": (notified("possession"), [notified("stopped"), notified_source("possession")]),
    "BX-02": (
        lambda on: radiation.RadiationStaffCertificateFactory(issued_on=on),
        [lambda on: radiation.RadiationWorkerFactory(since_on=on)],
    ),
    "BX-03": (
        licence("new"),
        [licence("renewal"), licence("amendment"), licence("reissue"), licence("new", "central")],
    ),
    "BX-04": (licence("renewal"), [licence("new"), licence("reissue"), licence("renewal", "central")]),
    "BX-05": (decided("returned"), [decided("withdrawn"), decided("received")]),
    "BX-06": (radiation_check("source"), [radiation_check("xray")]),
    "BX-07": (
        notified("stopped"),
        [notified("possession"), notified("disposed"), notified_source("stopped")],
    ),
    "BX-08": (training, [letter]),
    "BX-09": (radiation_check("xray"), [radiation_check("source")]),
    "BX-10": (letter, [training]),
    "BX-11": (licence("new", "central"), [licence("new")]),
}
