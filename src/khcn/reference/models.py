"""What changes by law and by year, each with the days it is in force: places, documents, code lists, regimes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import Dated, DatedQuerySet, Succession
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.registers.records import Record, RecordQuerySet


class DatedRecordQuerySet(DatedQuerySet, RecordQuerySet):
    """Records in force for some days only."""


class DocumentKind(models.TextChoices):
    """Kinds of document, in the order of their legal force."""

    LAW = "law", _("Luật")
    RESOLUTION = "resolution", _("Nghị quyết")
    DECREE = "decree", _("Nghị định")
    CIRCULAR = "circular", _("Thông tư")
    DIRECTIVE = "directive", _("Chỉ thị")
    DECISION = "decision", _("Quyết định")
    REGULATION = "regulation", _("Quy định")
    PLAN = "plan", _("Kế hoạch")
    PROGRAMME = "programme", _("Chương trình")
    GUIDELINE = "guideline", _("Hướng dẫn")
    REPORT = "report", _("Báo cáo")
    SUBMISSION = "submission", _("Tờ trình")
    LETTER = "letter", _("Công văn")
    NOTICE = "notice", _("Thông báo")
    MINUTES = "minutes", _("Biên bản")
    CONTRACT = "contract", _("Hợp đồng")
    LICENCE = "licence", _("Giấy phép")
    CERTIFICATE = "certificate", _("Giấy chứng nhận")
    STANDARD = "standard", _("Tiêu chuẩn")
    OTHER = "other", _("Văn bản khác")


class LegalDocument(Record):
    """A document that a record stands on. Numbers can be alike (731 and 713), so the subject is always shown."""

    searched = ("number", "subject", "issuer")

    number = models.CharField(_("số, ký hiệu"), max_length=60, db_index=True)
    kind = models.CharField(_("loại văn bản"), max_length=20, choices=DocumentKind.choices)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    subject = models.CharField(_("trích yếu"), max_length=500)
    is_normative = models.BooleanField(_("là văn bản quy phạm pháp luật"), default=False)
    effective_on = models.DateField(_("ngày có hiệu lực"), null=True, blank=True)
    ended_on = models.DateField(_("ngày hết hiệu lực"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("thay thế văn bản")
    )
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number", "issued_on", "issuer"],
                name="legal_document_key",
                violation_error_message=_("Đã có văn bản cùng số, ngày và cơ quan ban hành."),
            ),
            # SQLite has no NULLS NOT DISTINCT, so that a missing day needs its own index.
            models.UniqueConstraint(
                fields=["province", "number", "issuer"],
                condition=models.Q(issued_on__isnull=True),
                name="legal_document_without_day_key",
                violation_error_message=_("Đã có văn bản cùng số và cơ quan ban hành chưa ghi ngày."),
            ),
        ]

    def __str__(self) -> str:
        day = f" ngày {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        return f"{self.get_kind_display()} số {self.number}{day}"

    def clean(self) -> None:
        """A document cannot end before it takes effect."""
        if self.effective_on and self.ended_on and self.ended_on < self.effective_on:
            raise ValidationError({"ended_on": _("Ngày hết hiệu lực đứng trước ngày có hiệu lực. Hãy xem lại hai ngày.")})


class AdminLevel(models.TextChoices):
    """Levels of administrative unit; the middle one ended on 01/7/2025."""

    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")


class AdminUnit(Dated, Record):
    """A province, district or commune for the days it existed. Codes and names are reused: the key is code and day."""

    searched = ("full_name",)

    code = models.CharField(_("mã"), max_length=8)
    name = models.CharField(_("tên"), max_length=100)
    full_name = models.CharField(_("tên đầy đủ"), max_length=200, help_text=_("Ví dụ: Xã Nam Cường, Huyện Chợ Đồn."))
    level = models.CharField(_("cấp"), max_length=10, choices=AdminLevel.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )

    objects = DatedRecordQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("đơn vị hành chính")
        verbose_name_plural = _("đơn vị hành chính")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["level", "code", "valid_from"],
                name="admin_unit_key",
                violation_error_message=_("Đã có đơn vị hành chính cùng mã và cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class AdminUnitSuccession(Succession, Record):
    """Which unit took over which on which day: Nông Hạ (02107) → Thanh Thịnh (02107)."""

    predecessor = models.ForeignKey(AdminUnit, models.PROTECT, related_name="successions", verbose_name=_("đơn vị cũ"))
    successor = models.ForeignKey(AdminUnit, models.PROTECT, null=True, blank=True, related_name="origins", verbose_name=_("đơn vị mới"))
    legal_document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("văn bản")
    )

    class Meta(Succession.Meta):
        verbose_name = _("kế thừa đơn vị hành chính")
        verbose_name_plural = _("kế thừa đơn vị hành chính")
        constraints: ClassVar = [
            *Succession.Meta.constraints,
            models.UniqueConstraint(fields=["predecessor", "successor"], name="admin_unit_succession_key"),
            models.UniqueConstraint(
                fields=["predecessor"], condition=models.Q(successor__isnull=True), name="admin_unit_abolition_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class CodeList(models.TextChoices):
    """Code lists that regulations set and change."""

    ACCEPTANCE_GRADE = "acceptance_grade", _("Xếp loại nghiệm thu")
    FIELD_GROUP = "field_group", _("Nhóm lĩnh vực (báo cáo)")
    RESEARCH_FIELD = "research_field", _("Lĩnh vực nghiên cứu (thống kê)")
    PROGRAMME = "programme", _("Chương trình KH&CN")


class CodeListItem(Dated, Record):
    """One value of a code list for the days it is in force, with the rule that says so."""

    searched = ("label",)

    code_list = models.CharField(_("danh mục"), max_length=30, choices=CodeList.choices)
    code = models.CharField(_("mã"), max_length=40)
    label = models.CharField(_("tên"), max_length=200)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    legal_document = models.ForeignKey(LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("căn cứ"))

    objects = DatedRecordQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("mục danh mục")
        verbose_name_plural = _("danh mục dùng chung")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code_list", "code", "valid_from"],
                name="code_list_item_key",
                violation_error_message=_("Danh mục đã có mã này với cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RuleUnit(models.TextChoices):
    """What the number of a rule counts. Terms in days are counted by the calendar, terms in working days by its table."""

    DAY = "day", _("ngày")
    WORKING_DAY = "working_day", _("ngày làm việc")
    MONTH = "month", _("tháng")
    YEAR = "year", _("năm")
    PERSON = "person", _("người")
    PERCENT = "percent", _("%")
    OTHER = "other", _("đơn vị khác")


class RuleParameter(Dated, Record):
    """A number that a rule sets: a term, a lead time, a quorum. Never a constant in the code."""

    searched = ("label", "code")

    code = models.CharField(_("mã"), max_length=60)
    label = models.CharField(_("nội dung quy định"), max_length=300)
    value = models.IntegerField(_("giá trị"))
    unit = models.CharField(_("đơn vị tính"), max_length=12, choices=RuleUnit.choices)
    legal_document = models.ForeignKey(LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("căn cứ"))

    objects = DatedRecordQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("tham số quy định")
        verbose_name_plural = _("tham số quy định")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code", "valid_from"],
                name="rule_parameter_key",
                violation_error_message=_("Tham số này đã có giá trị với cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ReportingRegime(Record):
    """A duty to report: who set it, and through its windows which days a period counts."""

    searched = ("name", "code")

    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên chế độ báo cáo"), max_length=300)
    legal_document = models.ForeignKey(LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("căn cứ"))

    class Meta:
        verbose_name = _("chế độ báo cáo")
        verbose_name_plural = _("chế độ báo cáo")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province", "code"], name="reporting_regime_key")
        ]

    def __str__(self) -> str:
        return self.name

    def period(self, kind: PeriodKind, year: int, number: int = 1) -> Period:
        """The window of a period under this regime.

        Raises :class:`RegimeWindow.DoesNotExist` when the regime has no such period in that year.
        """
        day = date(year, 6, 30)
        return self.windows.valid(on=day).get(kind=kind.value, number=number).period(year)


class RegimeWindow(Dated, Record):
    """First and last day of one kind of period, e.g. 15/12 of the year before to 14/9 (NĐ 09/2019, art. 12)."""

    regime = models.ForeignKey(
        ReportingRegime, models.PROTECT, related_name="windows", verbose_name=_("chế độ báo cáo")
    )
    kind = models.CharField(
        _("kỳ báo cáo"), max_length=12, choices=[(kind.value, kind.label) for kind in PeriodKind]
    )
    number = models.PositiveSmallIntegerField(_("kỳ thứ"), default=1)
    start_day = models.PositiveSmallIntegerField(_("từ ngày"))
    start_month = models.PositiveSmallIntegerField(_("từ tháng"))
    starts_year_before = models.BooleanField(_("bắt đầu từ năm trước"), default=False)
    end_day = models.PositiveSmallIntegerField(_("đến hết ngày"))
    end_month = models.PositiveSmallIntegerField(_("đến hết tháng"))
    due_working_days = models.PositiveSmallIntegerField(_("gửi trong số ngày làm việc sau ngày chốt"), default=2)

    objects = DatedRecordQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("kỳ chốt số liệu")
        verbose_name_plural = _("kỳ chốt số liệu")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["regime", "kind", "number", "valid_from"],
                name="regime_window_key",
                violation_error_message=_("Chế độ báo cáo đã có kỳ này với cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}: {self.start_day}/{self.start_month}–{self.end_day}/{self.end_month}"

    def period(self, year: int) -> Period:
        """The window in one reporting year."""
        start = date(year - 1 if self.starts_year_before else year, self.start_month, self.start_day)
        end = date(year, self.end_month, self.end_day) + timedelta(days=1)
        return Period(start, end, year, PeriodKind(self.kind), self.number)

    def clean(self) -> None:
        """Both ends must be days of the calendar, in order."""
        try:
            self.period(2023)
        except ValueError:
            raise ValidationError(
                _("Ngày đầu và ngày cuối kỳ không tạo thành một khoảng thời gian. Hãy xem lại ngày và tháng.")
            ) from None



SHARED_CALENDAR = "chung"
"""Code of the calendar that all units share; a unit's own rows are laid over it."""


class DayKind(models.TextChoices):
    """What an exceptional day is."""

    HOLIDAY = "holiday", _("Nghỉ")
    WORKING = "working", _("Làm việc")


class WorkingDayExceptionQuerySet(RecordQuerySet["WorkingDayException"]):
    """Exceptional days."""

    def of_calendar(self, code: str) -> WorkingDayExceptionQuerySet:
        """Rows of one calendar alone."""
        return self.filter(calendar=code)

    def of_year(self, year: int) -> WorkingDayExceptionQuerySet:
        """Rows of one year."""
        return self.filter(on__year=year)


class WorkingDayException(Record):
    """One day that is off although it is a weekday, or worked although it is a Saturday or Sunday.

    A row of kind "làm việc" on a weekday takes back a holiday; deleting a row that the library knows would bring it
    back at the next pre-fill. Law: Bộ luật Lao động 2019 art. 112 and the yearly announcements of swapped days.
    """

    searched = ("name", "source")

    calendar = models.CharField(_("lịch"), max_length=30, default=SHARED_CALENDAR)
    on = models.DateField(_("ngày"))
    kind = models.CharField(_("loại ngày"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("tên ngày nghỉ, lý do"), max_length=200)
    source = models.CharField(
        _("căn cứ"), max_length=300, help_text=_("Văn bản quyết định ngày nghỉ, ngày làm bù.")
    )
    prefilled_as = models.CharField(max_length=520, blank=True, editable=False, default="")

    objects = WorkingDayExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        verbose_name_plural = _("ngày nghỉ, ngày làm bù")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "calendar", "on"],
                name="working_day_exception_key",
                violation_error_message=_("Lịch này đã có ngày đó. Mở dòng đã có để sửa."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.name}"

    @property
    def signature(self) -> str:
        """What pre-filling leaves as its mark; whoever edits the row afterwards makes the two differ."""
        return f"{self.kind}|{self.name}|{self.source}"

    @property
    def is_hand_made(self) -> bool:
        """Entered or changed by a person, on whatever screen or import."""
        return self.prefilled_as != self.signature
