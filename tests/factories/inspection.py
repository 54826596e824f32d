from datetime import date

import factory

from khcn.inspection import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory, PersonFactory


class InspectionPlanFactory(RecordFactory):
    class Meta:
        model = models.InspectionPlan

    number = factory.Sequence(lambda n: f"{n}/KH-TTr")
    title = factory.Sequence(lambda n: f"Kế hoạch thanh tra {n}")
    year = 2023
    approved_on = date(2022, 12, 5)


class InspectionFactory(RecordFactory):
    class Meta:
        model = models.Inspection

    code = factory.Sequence(lambda n: f"TTR{n}")
    subject = factory.Sequence(lambda n: f"Việc sử dụng phương tiện đo {n}")
    kind = "inspection"
    field = factory.Iterator(["quality", "science_tasks", "radiation"])
    plan = factory.SubFactory(InspectionPlanFactory)
    planned_on = factory.Sequence(lambda n: date(2023, 5, n % 28 + 1))


class InspectionMemberFactory(RecordFactory):
    class Meta:
        model = models.InspectionMember

    inspection = factory.SubFactory(InspectionFactory)
    person = factory.SubFactory(PersonFactory)


class InspectionSubjectFactory(RecordFactory):
    class Meta:
        model = models.InspectionSubject

    code = factory.Sequence(lambda n: f"DTTT{n}")
    inspection = factory.SubFactory(InspectionFactory)
    kind = "organisation"
    organisation = factory.SubFactory(OrganisationFactory)


class InspectionFindingFactory(RecordFactory):
    class Meta:
        model = models.InspectionFinding

    code = factory.Sequence(lambda n: f"KN{n}")
    subject = factory.SubFactory(InspectionSubjectFactory)
    ordinal = factory.Sequence(lambda n: n % 30_000 + 1)
    finding = factory.Sequence(lambda n: f"Thanh toán sai định mức {n}")
    recommendation = "reduce_payment"
    amount = 1


class FindingExecutionFactory(RecordFactory):
    """Part of what a conclusion of before asks for."""

    class Meta:
        model = models.FindingExecution

    finding = factory.SubFactory(
        InspectionFindingFactory,
        subject__inspection=factory.SubFactory(
            InspectionFactory,
            state="concluded",
            decision_number=factory.Sequence(lambda n: f"{n}/QĐ-TTr"),
            conclusion_number=factory.Sequence(lambda n: f"{n}/KL-TTr"),
            **dict.fromkeys(
                ("decided_on", "begun_on", "finished_on", "reported_on", "concluded_on"), date(2023, 4, 3)
            ),
        ),
    )
    done_on = date(2023, 5, 10)
    amount = 1


class AdministrativeViolationFactory(RecordFactory):
    class Meta:
        model = models.AdministrativeViolation

    code = factory.Sequence(lambda n: f"VPHC{n}")
    recorded_on = date(2023, 5, 10)
    organisation = factory.SubFactory(OrganisationFactory)
    field = "quality"
    minutes_number = factory.Sequence(lambda n: f"{n}/BB-VPHC")
    provision = "khoản 1 Điều 9"
    fine = 0
    behaviour = factory.Sequence(lambda n: f"Dùng phương tiện đo quá hạn kiểm định {n}")


class PetitionFactory(RecordFactory):
    class Meta:
        model = models.Petition

    code = factory.Sequence(lambda n: f"DT{n}")
    kind = "complaint"
    received_on = factory.Sequence(lambda n: date(2023, 4, n % 28 + 1))
    sender = "Công dân A"
    content = factory.Sequence(lambda n: f"Khiếu nại kết quả kiểm định {n}")


class CitizenReceptionFactory(RecordFactory):
    class Meta:
        model = models.CitizenReception

    code = factory.Sequence(lambda n: f"TCD{n}")
    kind = "regular"
    received_on = date(2023, 5, 10)
    content = factory.Sequence(lambda n: f"Hỏi về thủ tục {n}")


class LegalPlanFactory(RecordFactory):
    class Meta:
        model = models.LegalPlan

    number = factory.Sequence(lambda n: f"{n}/KH-SKHCN")
    kind = "awareness"
    title = factory.Sequence(lambda n: f"Kế hoạch phổ biến, giáo dục pháp luật {n}")
    year = 2023
    issued_on = date(2023, 5, 10)
