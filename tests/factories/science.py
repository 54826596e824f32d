from datetime import UTC, date, datetime

import factory

from khcn.science import enums, models
from tests.factories.base import RecordFactory
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import AdminUnitFactory, FieldGroupFactory, ProgrammeFactory


class ScienceTaskFactory(RecordFactory):
    class Meta:
        model = models.ScienceTask

    code = factory.Sequence(lambda n: f"NV{n}")
    title = factory.Sequence(lambda n: f"Nghiên cứu trồng thử nghiệm giống số {n}")
    task_type = enums.TaskType.RESEARCH_TOPIC
    level = enums.TaskLevel.PROVINCE
    managing_side = enums.ManagingSide.PROVINCE
    start_year = 2022
    host = factory.SubFactory(OrganisationFactory)
    principal_investigator = factory.SubFactory(PersonFactory)
    planned_start_on = date(2022, 3, 1)
    planned_end_on = date(2023, 8, 31)


class TaskMilestoneFactory(RecordFactory):
    class Meta:
        model = models.TaskMilestone

    task = factory.SubFactory(ScienceTaskFactory)
    kind = enums.MilestoneKind.CONTRACT_SIGNED
    on = date(2022, 3, 1)


class TaskAmendmentFactory(RecordFactory):
    class Meta:
        model = models.TaskAmendment

    task = factory.SubFactory(ScienceTaskFactory)
    kind = enums.AmendmentKind.EXTEND_DURATION
    decided_on = date(2023, 4, 1)
    old_end_on = date(2023, 8, 31)
    new_end_on = date(2023, 12, 31)


class AmendmentRequestFactory(RecordFactory):
    class Meta:
        model = models.AmendmentRequest

    task = factory.SubFactory(ScienceTaskFactory)
    kind = enums.AmendmentKind.EXTEND_DURATION
    requested_on = date(2023, 3, 1)
    new_end_on = date(2023, 12, 31)


class TaskPartnerFactory(RecordFactory):
    class Meta:
        model = models.TaskPartner

    task = factory.SubFactory(ScienceTaskFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = enums.PartnerRole.COOPERATING


class TeamMemberFactory(RecordFactory):
    class Meta:
        model = models.TeamMember

    task = factory.SubFactory(ScienceTaskFactory)
    person = factory.SubFactory(PersonFactory)
    role = enums.TeamRole.MEMBER


class TaskProposalFactory(RecordFactory):
    class Meta:
        model = models.TaskProposal

    code = factory.Sequence(lambda n: f"DX{n}")
    title = factory.Sequence(lambda n: f"Đề xuất trồng cây số {n}")
    proposer = factory.SubFactory(OrganisationFactory)
    for_year = 2024
    field_group = factory.SubFactory(FieldGroupFactory)
    received_on = date(2023, 4, 1)


class ProgrammeNominationFactory(RecordFactory):
    class Meta:
        model = models.ProgrammeNomination

    code = factory.Sequence(lambda n: f"CT{n}")
    title = factory.Sequence(lambda n: f"Dự án nông thôn mới số {n}")
    programme = factory.SubFactory(ProgrammeFactory, code="new_rural", label="KH&CN xây dựng NTM")
    nominated_to = factory.SubFactory(OrganisationFactory)
    nominated_on = date(2023, 3, 1)


class NominationProvinceFactory(RecordFactory):
    class Meta:
        model = models.NominationProvince

    nomination = factory.SubFactory(ProgrammeNominationFactory)
    admin_unit = factory.SubFactory(AdminUnitFactory, level="province")


class MeetingItemFactory(RecordFactory):
    class Meta:
        model = models.MeetingItem

    meeting = factory.SubFactory(SeatedMeetingFactory)
    task = factory.SubFactory(ScienceTaskFactory)
    passed = True


class ProgressCheckFactory(RecordFactory):
    class Meta:
        model = models.ProgressCheck

    task = factory.SubFactory(ScienceTaskFactory)
    kind = enums.CheckKind.PERIODIC
    checked_on = date(2023, 5, 5)


class TaskWorkshopFactory(RecordFactory):
    class Meta:
        model = models.TaskWorkshop

    task = factory.SubFactory(ScienceTaskFactory)
    title = factory.Sequence(lambda n: f"Hội thảo đầu bờ số {n}")
    held_on = date(2023, 7, 7)


class PilotModelFactory(RecordFactory):
    class Meta:
        model = models.PilotModel

    task = factory.SubFactory(ScienceTaskFactory)
    name = factory.Sequence(lambda n: f"Mô hình Cà gai leo số {n}")
    area_ha = 10
    urged_on = date(2023, 5, 20)


class WorkingSessionFactory(RecordFactory):
    class Meta:
        model = models.WorkingSession

    code = factory.Sequence(lambda n: f"LV{n}")
    kind = enums.SessionKind.DISTRICT
    held_on = date(2023, 5, 15)
    admin_unit = factory.SubFactory(AdminUnitFactory)
    topic = factory.Sequence(lambda n: f"Khoa học và công nghệ cơ sở, buổi {n}")


class EvaluationCampaignFactory(RecordFactory):
    class Meta:
        model = models.EvaluationCampaign

    code = factory.Sequence(lambda n: f"DG{n}")
    name = factory.Sequence(lambda n: f"Đánh giá sau nghiệm thu đợt {n}")
    from_year = 2016
    to_year = 2022
    issued_on = date(2023, 3, 3)


class OperationCertificateFactory(RecordFactory):
    class Meta:
        model = models.OperationCertificate

    number = factory.Sequence(lambda n: f"{n:02d}/ĐK-KH&CN")
    kind = enums.CertificateKind.BRANCH
    holder = factory.SubFactory(OrganisationFactory)
    issued_on = date(2023, 6, 6)


class ProposalCallFactory(RecordFactory):
    """A draft that takes in nothing yet; `open_call` publishes it."""

    class Meta:
        model = models.ProposalCall

    code = factory.Sequence(lambda n: f"TB{n}")
    kind = enums.CallKind.PROPOSALS
    title = factory.Sequence(lambda n: f"Thông báo nhận đề xuất số {n}")
    for_year = 2024
    content = "Nộp qua tài khoản của tổ chức hoặc bản giấy tại Sở."
    contact = "Phòng Quản lý khoa học"
    opens_on = date(2023, 4, 1)
    closes_on = date(2023, 5, 31)


class SubmissionFactory(RecordFactory):
    class Meta:
        model = models.Submission

    call = factory.SubFactory(
        ProposalCallFactory, state="published", is_sealed=False, closes_on=date(2023, 12, 31)
    )
    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Đề xuất chế biến dược liệu số {n}")
    receipt = factory.Sequence(lambda n: f"HS-2023-{n}")
    submitted_at = datetime(2023, 4, 20, 3, tzinfo=UTC)
    submitted_on = date(2023, 4, 20)
    state = "submitted"
