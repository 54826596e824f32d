from datetime import date

import factory

from khcn.directives import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory


class AssignedTaskFactory(RecordFactory):
    class Meta:
        model = models.AssignedTask

    source_document = factory.SubFactory(LegalDocumentFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    content = factory.Sequence(lambda n: f"Tham mưu ban hành quy định thứ {n}")
    year = 2023
    lead_unit = factory.SubFactory(OrgUnitFactory)
    due_on = date(2023, 3, 31)
    due_precision = models.DuePrecision.MONTH


class AssignedTaskExtensionFactory(RecordFactory):
    """The last one of its work, which has the deadline that it gave."""

    class Meta:
        model = models.AssignedTaskExtension

    task = factory.SubFactory(
        AssignedTaskFactory,
        due_on=factory.SelfAttribute("..new_due_on"),
        due_precision=factory.SelfAttribute("..new_due_precision"),
    )
    document = factory.SubFactory(LegalDocumentFactory, issued_on=date(2023, 3, 15))
    old_due_on = date(2023, 3, 31)
    new_due_on = date(2023, 6, 30)
    new_due_precision = models.DuePrecision.DAY


class AssignedTaskUnitFactory(RecordFactory):
    class Meta:
        model = models.AssignedTaskUnit

    assigned_task = factory.SubFactory(AssignedTaskFactory)
    unit = factory.SubFactory(OrgUnitFactory)


class AdvisedDocumentFactory(RecordFactory):
    class Meta:
        model = models.AdvisedDocument

    code = factory.Sequence(lambda n: f"TM{n}")
    kind = models.AdvisedKind.NORMATIVE
    title = factory.Sequence(lambda n: f"Quyết định về phân cấp số {n}")
    lead_unit = factory.SubFactory(OrgUnitFactory)
    advised_on = date(2023, 5, 10)
