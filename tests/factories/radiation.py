from datetime import date

import factory

from khcn.radiation import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import CodeListItemFactory


class DeviceKindFactory(CodeListItemFactory):
    code_list = "radiation_device"
    code = factory.Sequence(lambda n: f"device{n}")
    label = factory.Sequence(lambda n: f"X-quang loại {n}")


class PracticeFactory(CodeListItemFactory):
    code_list = "radiation_practice"
    code = factory.Sequence(lambda n: f"practice{n}")
    label = factory.Sequence(lambda n: f"Sử dụng thiết bị X-quang {n}")


class RadiationFacilityFactory(RecordFactory):
    class Meta:
        model = models.RadiationFacility

    code = factory.Sequence(lambda n: f"CS{n}")
    name = factory.Sequence(lambda n: f"Phòng khám đa khoa {n}")
    organisation = factory.SubFactory(OrganisationFactory)


class RadiationDeviceFactory(RecordFactory):
    class Meta:
        model = models.RadiationDevice

    code = factory.Sequence(lambda n: f"TB{n}")
    facility = factory.SubFactory(RadiationFacilityFactory)
    kind = factory.SubFactory(DeviceKindFactory)
    name = factory.Sequence(lambda n: f"X-quang tổng hợp {n}")
    acquired_on = date(2022, 5, 10)


class RadioactiveSourceFactory(RecordFactory):
    class Meta:
        model = models.RadioactiveSource

    code = factory.Sequence(lambda n: f"N{n}")
    facility = factory.SubFactory(RadiationFacilityFactory)
    name = factory.Sequence(lambda n: f"Cs-137 máy đo {n}")
    acquired_on = date(2022, 5, 10)


class RadiationNotificationFactory(RecordFactory):
    class Meta:
        model = models.RadiationNotification

    code = factory.Sequence(lambda n: f"KB{n}")
    kind = "possession"
    device = factory.SubFactory(RadiationDeviceFactory)
    happened_on = factory.SelfAttribute("received_on")
    received_on = date(2023, 5, 10)


class RadiationLicenceFactory(RecordFactory):
    class Meta:
        model = models.RadiationLicence

    number = factory.Sequence(lambda n: f"{n}/GP-SKHCN")
    facility = factory.SubFactory(RadiationFacilityFactory)
    practice = factory.SubFactory(PracticeFactory)
    kind = "new"
    issued_on = date(2023, 5, 10)
    expires_on = date(2026, 5, 10)


class RadiationLicenceItemFactory(RecordFactory):
    class Meta:
        model = models.RadiationLicenceItem

    licence = factory.SubFactory(RadiationLicenceFactory)
    ordinal = factory.Sequence(lambda n: n % 30_000 + 1)
    device = factory.SubFactory(RadiationDeviceFactory, facility=factory.SelfAttribute("..licence.facility"))


class RadiationLicenceApplicationFactory(RecordFactory):
    class Meta:
        model = models.RadiationLicenceApplication

    code = factory.Sequence(lambda n: f"HS{n}")
    kind = "new"
    facility = factory.SubFactory(RadiationFacilityFactory)
    practice = factory.SubFactory(PracticeFactory)
    received_on = date(2023, 5, 10)


class RadiationApplicationItemFactory(RecordFactory):
    class Meta:
        model = models.RadiationApplicationItem

    application = factory.SubFactory(RadiationLicenceApplicationFactory)
    ordinal = factory.Sequence(lambda n: n % 30_000 + 1)
    device = factory.SubFactory(
        RadiationDeviceFactory, facility=factory.SelfAttribute("..application.facility")
    )


class RadiationWorkerFactory(RecordFactory):
    class Meta:
        model = models.RadiationWorker

    code = factory.Sequence(lambda n: f"NVBX{n}")
    person = factory.SubFactory(PersonFactory)
    facility = factory.SubFactory(RadiationFacilityFactory)
    since_on = date(2022, 5, 10)


class RadiationStaffCertificateFactory(RecordFactory):
    class Meta:
        model = models.RadiationStaffCertificate

    number = factory.Sequence(lambda n: f"{n}/CCNVBX-SKHCN")
    worker = factory.SubFactory(RadiationWorkerFactory)
    issued_on = date(2023, 5, 10)


class RadiationCheckFactory(RecordFactory):
    class Meta:
        model = models.RadiationCheck

    facility = factory.SubFactory(RadiationFacilityFactory)
    subject = "xray"
    checked_on = date(2023, 5, 10)


class DoseRecordFactory(RecordFactory):
    class Meta:
        model = models.DoseRecord

    worker = factory.SubFactory(RadiationWorkerFactory)
    year = 2023
    quarter = 1
    read_on = date(2023, 5, 10)
    dose_msv = "0.120"


class RadiationTrainingFactory(RecordFactory):
    class Meta:
        model = models.RadiationTraining

    code = factory.Sequence(lambda n: f"TH{n}")
    title = factory.Sequence(lambda n: f"Ứng phó sự cố bức xạ {n}")
    held_on = date(2023, 5, 10)


class GuidanceLetterFactory(RecordFactory):
    class Meta:
        model = models.GuidanceLetter

    code = factory.Sequence(lambda n: f"VBBX{n}")
    subject = factory.Sequence(lambda n: f"Nộp hồ sơ gia hạn giấy phép {n}")
    addressees = "Các cơ sở bức xạ"
    issued_on = date(2023, 5, 10)


class EmergencyPlanFactory(RecordFactory):
    class Meta:
        model = models.EmergencyPlan

    facility = factory.SubFactory(RadiationFacilityFactory)
    submitted_on = date(2023, 5, 10)
