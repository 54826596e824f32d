from datetime import date

import factory

from khcn.kernel.dated.models import SuccessionKind
from khcn.reference import models
from tests.factories.base import RecordFactory


class LegalDocumentFactory(RecordFactory):
    class Meta:
        model = models.LegalDocument

    number = factory.Sequence(lambda n: f"{n + 1}/QĐ-UBND")
    kind = models.DocumentKind.DECISION
    issued_on = date(2022, 12, 23)
    issuer = "UBND tỉnh"
    subject = factory.Sequence(lambda n: f"Về việc thứ {n + 1}")


class AdminUnitFactory(RecordFactory):
    class Meta:
        model = models.AdminUnit

    code = factory.Sequence(lambda n: f"{n:05d}")
    name = factory.Sequence(lambda n: f"Chợ Đồn {n}")
    full_name = factory.LazyAttribute(lambda unit: f"Huyện {unit.name}")
    level = models.AdminLevel.DISTRICT
    valid_from = date(2000, 1, 1)


class AdminUnitSuccessionFactory(RecordFactory):
    class Meta:
        model = models.AdminUnitSuccession

    predecessor = factory.SubFactory(AdminUnitFactory)
    successor = factory.SubFactory(AdminUnitFactory, valid_from=date(2025, 7, 1))
    kind = SuccessionKind.MERGE
    effective_on = date(2025, 7, 1)


class CodeListItemFactory(RecordFactory):
    class Meta:
        model = models.CodeListItem

    code_list = models.CodeList.FIELD_GROUP
    code = factory.Sequence(lambda n: f"code_{n}")
    label = factory.Sequence(lambda n: f"Mục {n}")
    valid_from = date(2014, 1, 1)


class FieldGroupFactory(CodeListItemFactory):
    """The same model: one field group of a given code."""

    class Meta:
        model = models.CodeListItem
        django_get_or_create = ("code_list", "code")

    code = "agriculture"
    label = "Khoa học nông nghiệp"


class ProgrammeFactory(CodeListItemFactory):
    class Meta:
        model = models.CodeListItem
        django_get_or_create = ("code_list", "code")

    code_list = models.CodeList.PROGRAMME
    code = "rural_mountain"
    label = "Nông thôn miền núi"


class GradeFactory(CodeListItemFactory):
    class Meta:
        model = models.CodeListItem
        django_get_or_create = ("code_list", "code")

    code_list = models.CodeList.ACCEPTANCE_GRADE
    code = "good"
    label = "Khá"


class RuleParameterFactory(RecordFactory):
    class Meta:
        model = models.RuleParameter

    code = factory.Sequence(lambda n: f"rule_{n}")
    label = factory.Sequence(lambda n: f"Thời hạn thứ {n}")
    value = 30
    unit = models.RuleUnit.DAY
    valid_from = date(2014, 1, 1)


class ReportingRegimeFactory(RecordFactory):
    class Meta:
        model = models.ReportingRegime

    code = factory.Sequence(lambda n: f"CDBC-{n}")
    name = factory.Sequence(lambda n: f"Chế độ báo cáo thứ {n}")


class RegimeWindowFactory(RecordFactory):
    class Meta:
        model = models.RegimeWindow

    regime = factory.SubFactory(ReportingRegimeFactory)
    kind = "year"
    number = 1
    start_day = 15
    start_month = 12
    starts_year_before = True
    end_day = 14
    end_month = 12
    valid_from = date(2019, 1, 1)


class WorkingDayExceptionFactory(RecordFactory):
    class Meta:
        model = models.WorkingDayException

    on = factory.Sequence(lambda n: date.fromordinal(date(2023, 1, 2).toordinal() + n))
    kind = models.DayKind.HOLIDAY
    name = factory.Sequence(lambda n: f"Ngày nghỉ thứ {n}")
    source = "Thông báo lịch nghỉ"
