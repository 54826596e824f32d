"""Imported workbooks, and the decisions of people about names that matched no stored record."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.department_only import VisibleQuerySet
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.intake.import_plan import Answer, AnswerAction, FileChanged
from khcn.kernel.intake.workflow import BATCH
from khcn.kernel.province import province_key
from khcn.kernel.workflow import FINAL, Category

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from khcn.kernel.actors import Actor

log = logging.getLogger(__name__)

_UNDECIDED = tuple(
    state.value for state in BATCH.states if state.category in {Category.PREPARING, Category.OPEN}
)
_ENDED = tuple(state.value for state in BATCH.states if state.category in FINAL)


class BatchQuerySet(AuditedQuerySet["Batch"], VisibleQuerySet["Batch"]):
    """Workbooks."""

    def visible_to(self, actor: Actor) -> Self:
        """All for staff; for who has rights in registers alone, the files that the person sent."""
        if actor.is_of_department and not actor.is_staff_of_department:
            return self.filter(uploaded_by_id=actor.user_id)
        return super().visible_to(actor)

    def newest(self) -> Self:
        """Last sent first."""
        return self.order_by("-uploaded_at", "-pk")

    def of_unit(self, code: str) -> Self:
        """Sent by a division."""
        return self.filter(unit_code=code)

    def open(self) -> Self:
        """Still to be settled, written or rejected."""
        return self.exclude(state__in=_ENDED)

    def undecided(self) -> Self:
        """Neither written nor rejected."""
        return self.filter(state__in=_UNDECIDED)

    def files(self) -> Self:
        """Those that somebody sent, without what was typed on a page."""
        return self.filter(typed_page__isnull=True)

    def typed(self) -> Self:
        """Those that were typed on a page, with what is known of that page."""
        return self.filter(typed_page__isnull=False).select_related("typed_page")


class Batch(Audited):
    """One workbook on its way into the registers."""

    province = models.CharField(max_length=8, editable=False, default=province_key)
    name = models.CharField(_("tên tệp"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("dung lượng (byte)"))
    file = models.FileField(_("tệp"), upload_to="intake", max_length=300)
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_by_label = models.CharField(_("người gửi"), max_length=150)
    unit_code = models.CharField(_("phòng, đơn vị"), max_length=20, blank=True, db_index=True)
    uploaded_on = models.DateField(_("ngày gửi"), db_index=True)
    uploaded_at = models.DateTimeField(_("gửi lúc"), auto_now_add=True)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=BATCH.choices(), default=BATCH.initial.value, db_index=True
    )
    taken_over = models.BooleanField(_("chuyển từ hồ sơ giấy"), default=False)
    # What people chose for this file alone: rows, answers about rows, corrected cells (khcn.kernel.intake.layouts.sheet_layouts).
    row_choices = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(_("kết quả theo trang tính"), default=list, blank=True)
    act = models.UUIDField(null=True, editable=False)
    committed_on = models.DateField(_("ngày ghi vào sổ"), null=True, blank=True)
    undone_on = models.DateField(_("ngày hoàn tác"), null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp nhập dữ liệu")
        verbose_name_plural = _("tệp nhập dữ liệu")
        ordering: ClassVar = ["-uploaded_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "sha256", "uploaded_by_id"],
                condition=~models.Q(state__in=_ENDED),
                name="intake_batch_open_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def content(self) -> bytes:
        """The bytes as they were received. Raises :class:`~.import_plan.FileChanged` when others lie on disk, or none."""
        try:
            with self.file.open("rb") as stream:
                content: bytes = stream.read()
        except OSError:
            content = b""  # gone, or not to be read: no workbook is empty
        if hashlib.sha256(content).hexdigest() != self.sha256:
            log.error("import file %s is not what was received", self.pk)
            raise FileChanged(
                gettext(
                    "Tệp “%(name)s” trên máy chủ không còn đúng như khi tải lên nên không đọc tiếp. Hủy tệp này rồi tải lên lại, và "
                    "báo quản trị hệ thống chạy kiểm tra nhật ký."
                )
                % {"name": self.name},
                code="file_changed",
            )
        return content

    @property
    def is_ended(self) -> bool:
        """Written, taken back or put aside: nothing is open any more."""
        return self.state in _ENDED

    def _total(self, name: str) -> int:
        return sum(int(sheet.get(name, 0)) for sheet in self.counts)

    @property
    def problems_total(self) -> int:
        """Errors found when the file was last looked at."""
        return self._total("errors")

    @property
    def questions_total(self) -> int:
        """Questions open when the file was last looked at."""
        return self._total("questions")

    @property
    def records_total(self) -> int:
        """Records that the file adds or changes."""
        return self._total("create") + self._total("change")

    @property
    def has_actions(self) -> bool:
        """Were rows of the file actions on records?"""
        return any(sheet.get("do") and sheet.get("change") for sheet in self.counts)


class TypedPage(models.Model):
    """The page on which the rows of a batch were typed, and until somebody has decided about them what was typed there."""

    BULK_CHANGE, GRID = "change-many", "change-grid"  # as the names of their addresses end

    batch = models.OneToOneField(Batch, models.CASCADE, related_name="typed_page")
    way = models.CharField(max_length=12, choices=[(each, each) for each in (BULK_CHANGE, GRID)])
    register = models.CharField(max_length=100)
    conditions = models.TextField(blank=True)  # filter and ticks of the list that led there, as in an address
    sent = models.TextField(blank=True)  # the form, as it was sent
    row_names = models.JSONField(default=list, blank=True)  # what the page calls each row, in their order
    cells = models.JSONField(default=list, blank=True)  # which cells were typed, record and field
    replaced_by = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "typed page"

    def __str__(self) -> str:
        return f"{self.batch_id}, {self.way}"


class StoredPlan(models.Model):
    """What a long file would do, made in the background for one reader (khcn.kernel.intake.plans.stored_plans)."""

    WAITING, WORKING, DONE, REFUSED = "waiting", "working", "done", "refused"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="stored_plans")
    user_id = models.BigIntegerField()
    state = models.CharField(
        max_length=8, choices=[(each, each) for each in (WAITING, WORKING, DONE, REFUSED)], default=WAITING
    )
    step = models.PositiveSmallIntegerField(default=0)  # of the work, while it lasts
    on = models.DateField()  # the day that rules and rights are judged by
    asked_at = models.DateTimeField(auto_now_add=True)
    depends_on = models.CharField(max_length=64)  # digest of file, choices and rights
    last_entry = models.BigIntegerField(default=0)  # newest row of the log when the work began
    made_from = models.JSONField(default=list)  # whose records the plan was made from
    head = models.BinaryField(null=True)  # all but the rows

    class Meta:
        verbose_name = "stored plan"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "user_id"], name="intake_stored_plan_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch}, {self.user_id}"


class StoredRows(models.Model):
    """One page of the rows of a stored plan."""

    plan = models.ForeignKey(StoredPlan, models.CASCADE, related_name="pages")
    sheet = models.PositiveSmallIntegerField()
    page = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = "stored rows"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "sheet", "page"], name="intake_stored_rows_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}, {self.sheet}, {self.page}"


class CarriedOutRow(models.Model):
    """A row of a written file that was an action: known again when a file asks for the same once more."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="carried_out")
    fingerprint = models.CharField(max_length=64, db_index=True)  # of action, record and inputs
    row = models.PositiveIntegerField()
    result_model = models.CharField(max_length=80, blank=True)  # of what the action made, if anything
    result_pk = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "carried out row"

    def __str__(self) -> str:
        return f"{self.batch}, {self.row}"


class DecisionQuerySet(AuditedQuerySet["Decision"], VisibleQuerySet["Decision"]):
    """Decisions."""

    def remembered(self, columns: Iterable[str]) -> dict[str, Answer]:
        """Answers given before for these columns, by the key of the question; never one that leaves rows out."""
        answers = (AnswerAction.USE, AnswerAction.CREATE)
        rows = self.filter(column__in=list(columns), action__in=answers).order_by("pk")
        return {
            key: Answer(AnswerAction(action), target)
            for key, action, target in rows.values_list("key", "action", "target")
        }

    def confirmed(self, columns: Iterable[str]) -> dict[str, str]:
        """Why unlikely values in these columns are right, by the key of the doubt."""
        rows = self.filter(column__in=list(columns), action=CONFIRMED, province=province_key())
        return dict(rows.values_list("key", "target"))


CONFIRMED = "keep"  # of a decision: an unlikely value is right; the target is the reason


class Decision(Audited):
    """What a word in a column means, or why an unlikely value is right: decided once, and used for every later file until it
    is revised.
    """

    province = models.CharField(max_length=8, editable=False, default=province_key)
    column = models.CharField(max_length=120)
    heading = models.CharField(_("cột"), max_length=200)
    key = models.CharField(max_length=16)  # khcn.kernel.intake.import_plan.Question.key_of of column and word
    value_text = models.TextField(_("giá trị trong tệp"))
    action = models.CharField(
        _("cách xử lý"), max_length=8, choices=[*AnswerAction.choices, (CONFIRMED, _("Giá trị đúng, vì"))]
    )
    target = models.TextField(blank=True)
    target_label = models.TextField(_("dùng thay bằng"), blank=True)
    decided_by_label = models.CharField(_("người quyết định"), max_length=150)
    decided_on = models.DateField(_("ngày quyết định"))

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("lựa chọn khi nhập dữ liệu")
        verbose_name_plural = _("lựa chọn khi nhập dữ liệu")
        ordering: ClassVar = ["column", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province", "key"], name="intake_decision_key")
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.value_text}"


class SheetLayoutQuerySet(AuditedQuerySet["SheetLayout"], VisibleQuerySet["SheetLayout"]):
    """Layouts."""

    def of_division(self, unit_code: str) -> Self:
        """Of one division; "" are those of accounts without one."""
        return self.filter(province=province_key(), unit_code=unit_code)


class SheetLayout(Audited):
    """How a division's own sheet is read, chosen once and used for every later file with the same headings.

    ``columns`` has one entry for each of ``headings``: ``field`` ("" for a column that is left out on purpose) and
    ``unit`` (how many đồng an amount of 1 is; 0 for what is no amount).
    """

    province = models.CharField(max_length=8, editable=False, default=province_key)
    unit_code = models.CharField(_("phòng, đơn vị"), max_length=20, blank=True)
    fingerprint = models.CharField(max_length=64)  # of the folded headings, in their order
    sheet_name = models.CharField(_("trang tính"), max_length=100)
    headings = models.JSONField(_("tên cột"), default=list)
    kind = models.CharField(_("sổ"), max_length=100)  # khcn.kernel.intake.sheet_kinds.SheetKind.key
    columns = models.JSONField(_("cột ghi vào trường"), default=list)
    section_field = models.CharField(_("dòng đầu mục ghi vào trường"), max_length=100, blank=True)
    fixed = models.JSONField(_("giá trị chung của mọi dòng"), default=dict)  # stored value by field
    decided_by_label = models.CharField(_("người chọn"), max_length=150)
    decided_on = models.DateField(_("ngày chọn"))

    objects = SheetLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("cách đọc trang tính")
        verbose_name_plural = _("cách đọc trang tính")
        ordering: ClassVar = ["unit_code", "sheet_name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "unit_code", "fingerprint"], name="intake_layout_once"
            )
        ]

    def __str__(self) -> str:
        return self.sheet_name
