"""Violations of the rules about radiation safety."""

from datetime import date

from khcn.radiation.workflow import APPLICATION_FLOW
from tests.factories.radiation import (
    DeviceKindFactory,
    PracticeFactory,
    RadiationApplicationItemFactory,
    RadiationDeviceFactory,
    RadiationLicenceApplicationFactory,
    RadiationLicenceFactory,
    RadiationLicenceItemFactory,
    RadiationNotificationFactory,
    RadiationStaffCertificateFactory,
    RadiationWorkerFactory,
    RadioactiveSourceFactory,
)
from tests.integrity.given import TOMORROW, breaks, put, step


def granted(**values):
    """An application that was granted, with its licence and its steps."""
    application = RadiationLicenceApplicationFactory()
    step(APPLICATION_FLOW, application, "received", "granted")
    licence = RadiationLicenceFactory(facility=application.facility, practice=application.practice)
    return put(
        application, **{"state": "granted", "granted": licence, "decided_on": licence.issued_on, **values}
    )


def returned(**values):
    """An application that was returned, with its steps."""
    application = RadiationLicenceApplicationFactory()
    step(APPLICATION_FLOW, application, "received", "returned")
    return put(
        application,
        **{"state": "returned", "decided_on": date(2023, 6, 1), "return_reason": "thiếu", **values},
    )


def renewal(**values):
    licence = RadiationLicenceFactory()
    return put(
        RadiationLicenceApplicationFactory(facility=licence.facility),
        **{"kind": "renewal", "licence": licence, **values},
    )


@breaks("radiation.granted_without_licence")
def _():
    return granted(granted=None)


@breaks("radiation.granted_without_licence")
def _():
    application = granted()
    step(APPLICATION_FLOW, application, "granted", "appraised")
    return put(application, state="appraised", decided_on=None)


@breaks("radiation.decided_without_day")
def _():
    return returned(decided_on=None)


@breaks("radiation.decided_without_day")
def _():
    return put(RadiationLicenceApplicationFactory(), decided_on=date(2023, 6, 1))


@breaks("radiation.decided_before_received")
def _():
    return returned(decided_on=date(2023, 5, 9))


@breaks("radiation.returned_without_reason")
def _():
    return returned(return_reason="")


@breaks("radiation.application_of_licence")
def _():
    return renewal(licence=None)


@breaks("radiation.application_of_licence")
def _():
    return renewal(kind="new")


@breaks("radiation.application_of_licence")
def _():
    return renewal(licence=RadiationLicenceFactory())


@breaks("radiation.licence_of_application")
def _():
    application = granted()
    put(application.granted, kind="amendment")
    return application


@breaks("radiation.licence_of_application")
def _():
    application = granted()
    put(application.granted, practice=PracticeFactory())
    return application


@breaks("radiation.replaced_licence")
def _():
    return put(RadiationLicenceFactory(), replaced_on=date(2023, 6, 1))


@breaks("radiation.replaced_licence")
def _():
    earlier = RadiationLicenceFactory(issued_on=date(2020, 5, 10), expires_on=date(2023, 5, 10))
    RadiationLicenceFactory(facility=earlier.facility, supersedes=earlier)
    return earlier


@breaks("radiation.replaces_other")
def _():
    earlier = RadiationLicenceFactory(issued_on=date(2020, 5, 10), expires_on=date(2023, 5, 10))
    later = put(RadiationLicenceFactory(), supersedes=earlier)
    put(earlier, replaced_on=later.issued_on)
    return later


@breaks("radiation.ended_before_issued")
def _():
    return put(RadiationLicenceFactory(), ended_on=date(2023, 5, 9))


@breaks("radiation.licence_list")
def _():
    return put(RadiationLicenceFactory(), practice=DeviceKindFactory())


@breaks("radiation.device_list")
def _():
    return put(RadiationDeviceFactory(), kind=PracticeFactory())


@breaks("radiation.item_of_other_facility")
def _():
    return put(RadiationLicenceItemFactory(), device=RadiationDeviceFactory())


@breaks("radiation.item_of_other_facility")
def _():
    return put(RadiationLicenceItemFactory(), device=None, source=RadioactiveSourceFactory())


@breaks("radiation.asked_of_other_facility")
def _():
    return put(RadiationApplicationItemFactory(), device=RadiationDeviceFactory())


@breaks("radiation.notified_twice")
def _():
    first = RadiationNotificationFactory()
    return RadiationNotificationFactory(device=first.device)


@breaks("radiation.notified_after_disposal")
def _():
    disposed = RadiationNotificationFactory(kind="disposed", received_on=date(2023, 6, 1))
    return RadiationNotificationFactory(device=disposed.device, kind="stopped", received_on=date(2023, 6, 2))


@breaks("radiation.notified_in_future")
def _():
    return put(RadiationNotificationFactory(), received_on=TOMORROW)


@breaks("radiation.acquired_after_notification")
def _():
    return put(RadiationNotificationFactory().device, acquired_on=date(2023, 5, 11))


@breaks("radiation.certificate_after_leaving")
def _():
    certificate = RadiationStaffCertificateFactory()
    put(certificate.worker, left_on=date(2023, 5, 9))
    return certificate


@breaks("radiation.same_person_twice")
def _():
    first = RadiationWorkerFactory()
    return RadiationWorkerFactory(person=first.person, facility=first.facility)


@breaks("radiation.notification_about_one")
def _():
    return put(RadiationNotificationFactory(), device=None)


@breaks("radiation.notification_about_one")
def _():
    return put(RadiationNotificationFactory(), source=RadioactiveSourceFactory())


@breaks("radiation.licence_item_of_one")
def _():
    return put(RadiationLicenceItemFactory(), device=None)


@breaks("radiation.application_item_of_one")
def _():
    item = RadiationApplicationItemFactory()
    return put(item, source=RadioactiveSourceFactory(facility=item.application.facility))
