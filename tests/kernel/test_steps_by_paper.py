"""What a step asks of its day is asked as well when a paper brings it about: its day of issue may lie before today."""

from datetime import date

import pytest

from khcn.inspection.operations import conclude, sanction
from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import Refused
from khcn.office.operations import decide
from khcn.quality.operations import accept
from khcn.technology.operations import answer
from khcn.technology.operations import register as register_contract
from tests.factories.inspection import AdministrativeViolationFactory, InspectionFactory
from tests.factories.office import PersonnelEventFactory
from tests.factories.quality import ConformityDeclarationFactory
from tests.factories.technology import TechnologyOpinionFactory, TransferContractFactory

pytestmark = pytest.mark.django_db
FIRST, BEFORE = date(2023, 5, 12), date(2023, 5, 11)


@pytest.mark.parametrize(
    ("step", "subject", "make"),
    [
        (accept, "declaration", lambda: ConformityDeclarationFactory(received_on=FIRST)),
        (answer, "opinion", lambda: TechnologyOpinionFactory(received_on=FIRST, conclusion="agreed")),
        (register_contract, "contract", lambda: TransferContractFactory(received_on=FIRST)),
        (decide, "event", lambda: PersonnelEventFactory(noticed_on=FIRST)),
        (sanction, "violation", lambda: AdministrativeViolationFactory(recorded_on=FIRST, fine=0)),
        (
            conclude,
            "inspection",
            lambda: InspectionFactory(
                state="reported", decided_on=FIRST, begun_on=FIRST, finished_on=FIRST, reported_on=FIRST
            ),
        ),
    ],
)
def test_no_paper_is_issued_before_what_came_first(step, subject, make):
    record = make()
    with pytest.raises(Refused, match="đứng trước"):
        step(**{subject: record}, number="5/KHCN", actor=SYSTEM, on=BEFORE)
    step(**{subject: record}, number="5/KHCN", actor=SYSTEM, on=FIRST)
