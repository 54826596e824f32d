from datetime import date

import factory

from khcn.councils import models
from tests.factories.base import RecordFactory
from tests.factories.parties import PersonFactory


class CouncilFactory(RecordFactory):
    class Meta:
        model = models.Council

    code = factory.Sequence(lambda n: f"HD{n}")
    kind = models.CouncilKind.ACCEPTANCE
    name = factory.Sequence(lambda n: f"Hội đồng tư vấn nghiệm thu số {n}")
    established_on = date(2023, 2, 1)


class CouncilMemberFactory(RecordFactory):
    class Meta:
        model = models.CouncilMember

    council = factory.SubFactory(CouncilFactory)
    person = factory.SubFactory(PersonFactory)
    role = models.CouncilRole.MEMBER
    from_on = date(2023, 2, 1)


class CouncilMeetingFactory(RecordFactory):
    class Meta:
        model = models.CouncilMeeting

    code = factory.Sequence(lambda n: f"CH{n}")
    council = factory.SubFactory(CouncilFactory)
    kind = models.CouncilKind.ACCEPTANCE
    subject = factory.Sequence(lambda n: f"Nghiệm thu đề tài số {n}")
    held_on = date(2023, 6, 1)
    for_year = 2023


class SeatedMeetingFactory(CouncilMeetingFactory):
    """A meeting of a council that has its chair: minutes may be made and results recorded of it."""

    class Meta:
        model = models.CouncilMeeting
        skip_postgeneration_save = True

    council = factory.SubFactory(
        CouncilFactory, kind=factory.SelfAttribute("..kind"), established_on=date(2021, 1, 1)
    )

    @factory.post_generation
    def chair(self, create, extracted, **values):
        CouncilMemberFactory(
            council=self.council, role=models.CouncilRole.CHAIR, from_on=date(2021, 1, 1), **values
        )
