from datetime import date

import factory

from khcn.quality import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory, PersonFactory


class CheckPlanFactory(RecordFactory):
    class Meta:
        model = models.CheckPlan

    number = factory.Sequence(lambda n: f"{n}/KH-KTr")
    title = factory.Sequence(lambda n: f"Kế hoạch kiểm tra {n}")
    year = 2023
    approved_on = date(2022, 12, 5)


class StateCheckFactory(RecordFactory):
    class Meta:
        model = models.StateCheck

    code = factory.Sequence(lambda n: f"KT{n}")
    subject = factory.Sequence(lambda n: f"Kiểm tra xăng dầu {n}")
    field = "quality"
    topic = "fuel"
    plan = factory.SubFactory(CheckPlanFactory)
    planned_on = factory.Sequence(lambda n: date(2023, 5, n % 28 + 1))


class CheckMemberFactory(RecordFactory):
    class Meta:
        model = models.CheckMember

    check_case = factory.SubFactory(StateCheckFactory)
    person = factory.SubFactory(PersonFactory)


class CheckedPlaceFactory(RecordFactory):
    class Meta:
        model = models.CheckedPlace

    code = factory.Sequence(lambda n: f"CS{n}")
    check_case = factory.SubFactory(StateCheckFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    checked_on = date(2023, 5, 10)
    outcome = "violation"


class CheckFindingFactory(RecordFactory):
    class Meta:
        model = models.CheckFinding

    code = factory.Sequence(lambda n: f"KQ{n}")
    subject = factory.SubFactory(CheckedPlaceFactory)
    kind = "instrument"
    item = factory.Sequence(lambda n: f"Cột đo xăng dầu {n}")
    checked = 4
    failed = 1
    finding = "Quá hạn kiểm định"


class CheckSampleFactory(RecordFactory):
    class Meta:
        model = models.CheckSample

    code = factory.Sequence(lambda n: f"M{n}")
    subject = factory.SubFactory(CheckedPlaceFactory)
    product = factory.Sequence(lambda n: f"Xăng RON 95 {n}")
    taken_on = date(2023, 5, 10)
    laboratory = factory.SubFactory(OrganisationFactory)


class CheckHandlingFactory(RecordFactory):
    class Meta:
        model = models.CheckHandling

    code = factory.Sequence(lambda n: f"XL{n}")
    subject = factory.SubFactory(CheckedPlaceFactory)
    kind = "remedy"
    content = factory.Sequence(lambda n: f"Kiểm định lại cột đo {n}")
    demanded_on = date(2023, 5, 12)


class StandardFactory(RecordFactory):
    class Meta:
        model = models.Standard

    number = factory.Sequence(lambda n: f"TCVN {n}:2015")
    title = factory.Sequence(lambda n: f"Yêu cầu kỹ thuật {n}")
    kind = "tcvn"
    published_on = date(2015, 12, 31)
    ended_on = date(2099, 12, 31)  # so that tests may say what replaces it


class StandardRequestFactory(RecordFactory):
    class Meta:
        model = models.StandardRequest

    code = factory.Sequence(lambda n: f"TC{n}")
    kind = "look_up"
    organisation = factory.SubFactory(OrganisationFactory)
    content = factory.Sequence(lambda n: f"Tra cứu tiêu chuẩn gạch {n}")
    received_on = date(2023, 5, 10)


class QualityGuidanceFactory(RecordFactory):
    class Meta:
        model = models.QualityGuidance

    code = factory.Sequence(lambda n: f"HDCL{n}")
    purpose = "barcode_new"
    organisation = factory.SubFactory(OrganisationFactory)
    product = factory.Sequence(lambda n: f"Miến dong {n}")
    guided_on = date(2023, 5, 10)


class ConformityDeclarationFactory(RecordFactory):
    class Meta:
        model = models.ConformityDeclaration

    code = factory.Sequence(lambda n: f"CB{n}")
    kind = "standard"
    organisation = factory.SubFactory(OrganisationFactory)
    product = factory.Sequence(lambda n: f"Gạch bê tông {n}")
    standard = factory.SubFactory(StandardFactory)
    basis = "self"
    received_on = date(2023, 5, 10)


class QualitySystemFactory(RecordFactory):
    class Meta:
        model = models.QualitySystem

    code = factory.Sequence(lambda n: f"ISO{n}")
    organisation = factory.SubFactory(OrganisationFactory)
    standard = factory.SubFactory(StandardFactory)
    declared_on = date(2019, 5, 10)


class InternalAuditFactory(RecordFactory):
    class Meta:
        model = models.InternalAudit

    system = factory.SubFactory(QualitySystemFactory)
    audited_on = date(2023, 5, 10)
    nonconformities = 1


class SystemDocumentFactory(RecordFactory):
    class Meta:
        model = models.SystemDocument

    system = factory.SubFactory(QualitySystemFactory)
    number = factory.Sequence(lambda n: f"QT.{n}")
    title = factory.Sequence(lambda n: f"Quy trình kiểm soát tài liệu {n}")
    issued_on = date(2023, 5, 10)


class ProductivityTrainingFactory(RecordFactory):
    class Meta:
        model = models.ProductivityTraining

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    course = factory.Sequence(lambda n: f"Chuyên gia năng suất {n}")
    began_on = date(2019, 5, 10)


class ProductivitySupportFactory(RecordFactory):
    class Meta:
        model = models.ProductivitySupport

    code = factory.Sequence(lambda n: f"NS{n}")
    organisation = factory.SubFactory(OrganisationFactory)
    content = factory.Sequence(lambda n: f"Áp dụng 5S {n}")
    selected_on = date(2023, 5, 10)


class TraceabilitySupportFactory(RecordFactory):
    class Meta:
        model = models.TraceabilitySupport

    code = factory.Sequence(lambda n: f"TXNG{n}")
    organisation = factory.SubFactory(OrganisationFactory)
    year = 2023
    products = factory.Sequence(lambda n: f"Chè Shan tuyết {n}")
    registered_on = factory.Sequence(lambda n: date(2023, 3, n % 28 + 1))
