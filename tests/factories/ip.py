from datetime import date

import factory

from khcn.ip import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory, PersonFactory


class InitiativeRoundFactory(RecordFactory):
    class Meta:
        model = models.InitiativeRound

    code = factory.Sequence(lambda n: f"DX{n}")
    name = factory.Sequence(lambda n: f"Đợt xét {n}")
    level = "province"
    year = 2023
    considered_on = date(2023, 5, 10)


class InitiativeFactory(RecordFactory):
    class Meta:
        model = models.Initiative

    code = factory.Sequence(lambda n: f"SK{n}")
    round = factory.SubFactory(InitiativeRoundFactory)
    title = factory.Sequence(lambda n: f"Giải pháp tưới tiết kiệm {n}")
    received_on = date(2023, 4, 10)


class InitiativeAuthorFactory(RecordFactory):
    class Meta:
        model = models.InitiativeAuthor

    initiative = factory.SubFactory(InitiativeFactory)
    ordinal = factory.Sequence(lambda n: n % 30_000 + 1)
    person = factory.SubFactory(PersonFactory)
    share = 100


class IpAssetFactory(RecordFactory):
    class Meta:
        model = models.IpAsset

    code = factory.Sequence(lambda n: f"TS{n}")
    kind = "indication"
    name = factory.Sequence(lambda n: f"Bí xanh thơm {n}")
    owner = factory.SubFactory(OrganisationFactory)


class IpAssetUserFactory(RecordFactory):
    class Meta:
        model = models.IpAssetUser

    asset = factory.SubFactory(IpAssetFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    authorised_on = date(2023, 5, 10)


class IpAssetControlFactory(RecordFactory):
    class Meta:
        model = models.IpAssetControl

    asset = factory.SubFactory(IpAssetFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    controlled_on = date(2023, 5, 10)


class IpGuidanceFactory(RecordFactory):
    class Meta:
        model = models.IpGuidance

    code = factory.Sequence(lambda n: f"HD{n}")
    purpose = "protection"
    kind = "trademark"
    organisation = factory.SubFactory(OrganisationFactory)
    guided_on = date(2023, 5, 10)


class IpEventFactory(RecordFactory):
    class Meta:
        model = models.IpEvent

    code = factory.Sequence(lambda n: f"HT{n}")
    kind = "workshop"
    title = factory.Sequence(lambda n: f"Khởi nghiệp đổi mới sáng tạo {n}")
    took_place_on = date(2023, 5, 10)


class ContestEditionFactory(RecordFactory):
    class Meta:
        model = models.ContestEdition

    code = factory.Sequence(lambda n: f"KN{n}")
    kind = "startup"
    name = factory.Sequence(lambda n: f"Cuộc thi khởi nghiệp {n}")
    ordinal = 1
    year = factory.Sequence(lambda n: 2030 + n % 50)


class ContestCriterionFactory(RecordFactory):
    class Meta:
        model = models.ContestCriterion

    code = factory.Sequence(lambda n: f"TC{n}")
    edition = factory.SubFactory(ContestEditionFactory)
    name = factory.Sequence(lambda n: f"Tính mới {n}")
    maximum = 40


class ContestJurorFactory(RecordFactory):
    class Meta:
        model = models.ContestJuror

    code = factory.Sequence(lambda n: f"GK{n}")
    edition = factory.SubFactory(ContestEditionFactory)
    person = factory.SubFactory(PersonFactory)


class ContestEntryFactory(RecordFactory):
    class Meta:
        model = models.ContestEntry

    code = factory.Sequence(lambda n: f"BT{n}")
    edition = factory.SubFactory(ContestEditionFactory)
    title = factory.Sequence(lambda n: f"Miến dong hữu cơ {n}")
    person = factory.SubFactory(PersonFactory)
    received_on = date(2023, 5, 10)


class ContestScoreFactory(RecordFactory):
    class Meta:
        model = models.ContestScore

    entry = factory.SubFactory(ContestEntryFactory, state="admitted")
    juror = factory.SubFactory(ContestJurorFactory, edition=factory.SelfAttribute("..entry.edition"))
    criterion = factory.SubFactory(ContestCriterionFactory, edition=factory.SelfAttribute("..entry.edition"))
    points = 30
    scored_on = date(2023, 6, 10)
