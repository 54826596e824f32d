from datetime import date

import factory

from khcn.kernel.dated.models import SuccessionKind
from khcn.parties import models
from tests.factories.base import RecordFactory


class OrgUnitFactory(RecordFactory):
    class Meta:
        model = models.OrgUnit

    code = factory.Sequence(lambda n: f"DV{n}")
    name = factory.Sequence(lambda n: f"Phòng số {n}")
    kind = models.UnitKind.DIVISION
    valid_from = date(2010, 1, 1)


class OrgUnitSuccessionFactory(RecordFactory):
    class Meta:
        model = models.OrgUnitSuccession

    predecessor = factory.SubFactory(OrgUnitFactory)
    successor = factory.SubFactory(OrgUnitFactory, valid_from=date(2021, 1, 1))
    kind = SuccessionKind.RENAME
    effective_on = date(2021, 1, 1)


class OrganisationFactory(RecordFactory):
    class Meta:
        model = models.Organisation

    name = factory.Sequence(lambda n: f"Trung tâm Dịch vụ nông nghiệp số {n}")


class ProducerFactory(OrganisationFactory):
    """An organisation that takes part in traceability."""

    class Meta:
        skip_postgeneration_save = True

    kind = "cooperative"

    @factory.post_generation
    def party(self, create, extracted, **more):
        from tests.factories.trace import TracePartyFactory  # local: imports this module

        TracePartyFactory(organisation=self, name=self.name)


class PersonFactory(RecordFactory):
    class Meta:
        model = models.Person

    full_name = factory.Sequence(lambda n: f"Người Minh Họa {n}")
    organisation = factory.SubFactory(OrganisationFactory)
