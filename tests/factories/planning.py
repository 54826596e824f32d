from datetime import date

import factory

from khcn.planning import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrgUnitFactory


class PlannedWorkFactory(RecordFactory):
    class Meta:
        model = models.PlannedWork

    code = factory.Sequence(lambda n: f"KH{n}")
    kind = "other"
    title = factory.Sequence(lambda n: f"Tổ chức hội thảo {n}")
    unit = factory.SubFactory(OrgUnitFactory)
    planned_on = date(2019, 5, 10)
    due_on = date(2023, 12, 29)


class PlannedWorkPostponementFactory(RecordFactory):
    """The last one of its work, which has the day to which it was put off."""

    class Meta:
        model = models.PlannedWorkPostponement

    work = factory.SubFactory(PlannedWorkFactory, due_on=factory.SelfAttribute("..new_due_on"))
    decided_on = date(2023, 5, 10)
    old_due_on = date(2023, 8, 31)
    new_due_on = date(2023, 12, 29)
    reason = "Chờ hướng dẫn"


class AssessmentFactory(RecordFactory):
    class Meta:
        model = models.Assessment

    code = factory.Sequence(lambda n: f"ĐG{n}")
    kind = "shortcoming"
    unit = factory.SubFactory(OrgUnitFactory)
    statement = factory.Sequence(lambda n: f"Cập nhật dữ liệu còn chậm {n}")
    cause = "nhiều nội dung chưa thống nhất"
    noted_on = date(2023, 5, 10)
