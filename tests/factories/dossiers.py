from datetime import date

import factory

from khcn.dossiers import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrgUnitFactory


class ProcedureFactory(RecordFactory):
    class Meta:
        model = models.Procedure

    valid_from = date(2016, 1, 1)
    code = factory.Sequence(lambda n: f"2.{n:06d}.H03")
    name = factory.Sequence(lambda n: f"Thủ tục cấp giấy phép thứ {n}")
    field = "radiation"
    unit = factory.SubFactory(OrgUnitFactory)
    term_amount = 10
    term_unit = "working_day"


class ProcedureComponentFactory(RecordFactory):
    class Meta:
        model = models.ProcedureComponent

    procedure = factory.SubFactory(ProcedureFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Đơn đề nghị theo mẫu số {n}")


class ProcedureStepFactory(RecordFactory):
    class Meta:
        model = models.ProcedureStep

    procedure = factory.SubFactory(ProcedureFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Thẩm định lần {n}")
    unit = factory.SubFactory(OrgUnitFactory)
    share = 3


class ProcedureChangeFactory(RecordFactory):
    class Meta:
        model = models.ProcedureChange

    procedure = factory.SubFactory(ProcedureFactory)
    kind = "rules_cut"
    decided_on = date(2023, 5, 10)


class DossierCodePatternFactory(RecordFactory):
    class Meta:
        model = models.DossierCodePattern

    valid_from = factory.Sequence(lambda n: date(1990 + n % 30, 1 + n // 30 % 12, 1))
    pattern = factory.Sequence(lambda n: f"000.00.{n:02d}.H03-{{yymmdd}}-{{number}}")


class DossierFactory(RecordFactory):
    class Meta:
        model = models.Dossier

    code = factory.Sequence(lambda n: f"000.00.15.H03-230306-{n:04d}")
    procedure = factory.SubFactory(ProcedureFactory)
    applicant = factory.Sequence(lambda n: f"Phòng khám thứ {n}")
    received_on = date(2023, 3, 6)
    unit = factory.SelfAttribute("procedure.unit")


class SupplementRequestFactory(RecordFactory):
    class Meta:
        model = models.SupplementRequest

    dossier = factory.SubFactory(DossierFactory)
    asked_on = factory.Sequence(lambda n: date(2023, 3, 7 + n % 20))
    content = "Bổ sung giấy kiểm định thiết bị"


class DossierHandoverFactory(RecordFactory):
    class Meta:
        model = models.DossierHandover

    dossier = factory.SubFactory(DossierFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    unit = factory.SubFactory(OrgUnitFactory)
    received_on = date(2023, 3, 7)
