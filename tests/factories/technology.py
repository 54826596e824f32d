from datetime import date, timedelta

import factory

from khcn.technology import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory


class InvestmentProjectFactory(RecordFactory):
    class Meta:
        model = models.InvestmentProject

    code = factory.Sequence(lambda n: f"DA{n}")
    name = factory.Sequence(lambda n: f"Nhà máy chế biến gỗ {n}")


class TechnologyOpinionFactory(RecordFactory):
    class Meta:
        model = models.TechnologyOpinion

    code = factory.Sequence(lambda n: f"YK{n}")
    project = factory.SubFactory(InvestmentProjectFactory)
    stage = "project"
    asked_by = factory.SubFactory(OrganisationFactory)
    requested_on = factory.LazyAttribute(lambda opinion: opinion.received_on - timedelta(days=1))
    received_on = date(2023, 5, 10)
    conclusion = "agreed"


class TransferContractFactory(RecordFactory):
    class Meta:
        model = models.TransferContract

    code = factory.Sequence(lambda n: f"CG{n}")
    technology = factory.Sequence(lambda n: f"Sấy gỗ bằng hơi nước {n}")
    direction = "domestic"
    transferor = factory.SubFactory(OrganisationFactory)
    transferee = factory.SubFactory(OrganisationFactory)
    signed_on = date(2023, 4, 10)
    received_on = date(2023, 5, 10)


class EnterpriseCertificateFactory(RecordFactory):
    class Meta:
        model = models.EnterpriseCertificate

    number = factory.Sequence(lambda n: f"{n}/DNKHCN")
    ending_reason = factory.LazyAttribute(lambda made: "Cấp lại" if made.ended_on else "")
    ended_on = None
    kind = "new"
    enterprise = factory.SubFactory(OrganisationFactory)
    issued_on = date(2023, 5, 10)


class MediaPlanFactory(RecordFactory):
    class Meta:
        model = models.MediaPlan

    code = factory.Sequence(lambda n: f"KHTT{n}")
    name = factory.Sequence(lambda n: f"Chuyên mục KH&CN {n}")
    kind = "broadcast"
    year = 2023
    planned = 48
    agreed_on = date(2023, 1, 10)


class MediaItemFactory(RecordFactory):
    class Meta:
        model = models.MediaItem

    code = factory.Sequence(lambda n: f"TB{n}")
    kind = "broadcast"
    title = factory.Sequence(lambda n: f"Khoa học và đời sống, số {n}")
    topic = "local_results"
    published_on = date(2023, 5, 10)


class PublicationFactory(RecordFactory):
    class Meta:
        model = models.Publication

    code = factory.Sequence(lambda n: f"AP{n}")
    title = factory.Sequence(lambda n: f"Nông lịch {n}")
    kind = "farm_calendar"
    year = 2023
    copies = 5000


class PublicationDistributionFactory(RecordFactory):
    class Meta:
        model = models.PublicationDistribution

    code = factory.Sequence(lambda n: f"CP{n}")
    publication = factory.SubFactory(PublicationFactory)
    recipients = factory.Sequence(lambda n: f"UBND xã {n}")
    copies = 1
    handed_out_on = date(2023, 5, 10)


class StatisticsReportFactory(RecordFactory):
    class Meta:
        model = models.StatisticsReport

    code = factory.Sequence(lambda n: f"TK{n}")
    kind = "report"
    name = factory.Sequence(lambda n: f"Báo cáo thống kê {n}")
    year = 2022
