"""What tests of papers start from: a task that may have its certificate, and who issues it."""

from datetime import date

from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper
from khcn.science.documents import CERTIFICATE
from khcn.science.enums import MilestoneKind
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TeamMemberFactory

DAY = date(2023, 9, 14)
OFFICER = an_actor()


def accepted_task(**values):
    task = ScienceTaskFactory(**values)
    TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, number="05/HĐ-SKHCN")
    TaskMilestoneFactory(task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, on=date(2023, 6, 1))
    TeamMemberFactory(task=task)
    return task


def draft(task, *, on=DAY, kind=CERTIFICATE, actor=OFFICER, **values):
    return draft_paper(kind=kind, record=task, actor=actor, on=on, signer_name="Nguyễn Văn Ký", **values)


def issue(paper, *, on=DAY, actor=OFFICER):
    return issue_paper(paper=paper, actor=actor, on=on)
