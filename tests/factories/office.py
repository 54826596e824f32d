from datetime import date

import factory

from khcn.office import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrgUnitFactory, PersonFactory


class PostQuotaFactory(RecordFactory):
    class Meta:
        model = models.PostQuota

    unit = factory.SubFactory(OrgUnitFactory)
    year = 2023
    staff_kind = "civil_servant"
    posts = 1
    decided_on = date(2022, 12, 1)


class PersonnelEventFactory(RecordFactory):
    class Meta:
        model = models.PersonnelEvent

    code = factory.Sequence(lambda n: f"NS{n}")
    kind = "appointment"
    person = factory.SubFactory(PersonFactory)
    staff_kind = "civil_servant"
    unit = factory.SubFactory(OrgUnitFactory)
    position = "deputy_head"
    post_name = "Phó Trưởng phòng"
    level = "department"
    effective_on = date(2023, 5, 10)


class TrainingAssignmentFactory(RecordFactory):
    class Meta:
        model = models.TrainingAssignment

    code = factory.Sequence(lambda n: f"ĐT{n}")
    person = factory.SubFactory(PersonFactory)
    unit = factory.SubFactory(OrgUnitFactory)
    kind = "profession"
    course = factory.Sequence(lambda n: f"Lớp soạn thảo văn bản {n}")
    decided_on = date(2023, 5, 10)


class EmulationRoundFactory(RecordFactory):
    class Meta:
        model = models.EmulationRound

    code = factory.Sequence(lambda n: f"TĐ{n}")
    kind = "thematic"
    name = factory.Sequence(lambda n: f"Phong trào {n}")
    year = 2023


class EmulationNominationFactory(RecordFactory):
    class Meta:
        model = models.EmulationNomination

    code = factory.Sequence(lambda n: f"ĐN{n}")
    round = factory.SubFactory(EmulationRoundFactory)
    title = "merit"
    level = "province"
    person = factory.SubFactory(PersonFactory)


class ParPlanFactory(RecordFactory):
    class Meta:
        model = models.ParPlan

    number = factory.Sequence(lambda n: f"{n}/KH-SKHCN")
    kind = "reform"
    title = factory.Sequence(lambda n: f"Cải cách hành chính {n}")
    year = 2023
    issued_on = date(2019, 1, 10)


class ParPlanTaskFactory(RecordFactory):
    class Meta:
        model = models.ParPlanTask

    code = factory.Sequence(lambda n: f"CC{n}")
    plan = factory.SubFactory(ParPlanFactory)
    title = factory.Sequence(lambda n: f"Rà soát thủ tục {n}")
    unit = factory.SubFactory(OrgUnitFactory)
    due_on = date(2023, 6, 30)


class IndexRankingFactory(RecordFactory):
    class Meta:
        model = models.IndexRanking

    kind = "par"
    year = factory.Sequence(lambda n: 2030 + n % 60)
    rank = 1
    population = 19
    published_on = date(2023, 5, 10)


class IsoReviewFactory(RecordFactory):
    class Meta:
        model = models.IsoReview

    code = factory.Sequence(lambda n: f"ISO{n}")
    kind = "internal"
    took_place_on = date(2023, 5, 10)


class CorrespondenceCountFactory(RecordFactory):
    class Meta:
        model = models.CorrespondenceCount

    way = "incoming"
    kind = "letter"
    year = factory.Sequence(lambda n: 1950 + n // 12 % 60)
    month = factory.Sequence(lambda n: n % 12 + 1)
    documents = 1
