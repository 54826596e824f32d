"""Files attached to records of any register, their letters, and filters of lists that are kept under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.files.previews import may_be_previewed
from khcn.kernel.files.search_notes import search_note
from khcn.kernel.pdf_signatures.findings import SignatureFinding
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor


class AttachmentQuerySet(AuditedQuerySet["Attachment"]):
    """Files on records."""

    def numbers(self, model: type[models.Model], keys: Sequence[int]) -> dict[int, int]:
        """How many files there are on each of the records with these keys that has any."""
        found: dict[int, int] = {}
        for part in chunks(keys):
            rows = self.filter(model=model._meta.label_lower, object_id__in=part)
            found.update(rows.values_list("object_id").annotate(Count("pk")))
        return found


class Attachment(Audited):
    """A file on a record, under the name it came with."""

    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    file = models.ForeignKey("kernel_files.StoredFile", models.PROTECT, related_name="attachments")
    name = models.CharField(_("tên tệp"), max_length=150)
    # Logged with the row, so that the stored file cannot be exchanged under it. Empty for files from before this column.
    sha256 = models.CharField(max_length=64, editable=False, blank=True, default="")
    # What was found of the signatures of a PDF when it was attached.
    signatures = models.JSONField(default=list, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp đính kèm")
        verbose_name_plural = _("tệp đính kèm")
        indexes: ClassVar = [models.Index(fields=["model", "object_id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def signature_findings(self) -> list[SignatureFinding]:
        """What was found of the signatures of the file on the day on which it was attached."""
        return [SignatureFinding.from_json(each) for each in self.signatures]

    @property
    def is_previewable(self) -> bool:
        """Whether a page can show what is in the file."""
        return may_be_previewed(self.name)

    @property
    def search_note(self) -> str:
        """Why search does not find the file by its letters, in a sentence; "" where it does."""
        return search_note(self.file, self.name)

    def is_as_attached(self) -> bool:
        """Whether the bytes on disk are those that were attached, by the hash that the log has."""
        try:
            return self.file.is_intact_as(self.sha256)
        except OSError:
            return False  # gone, or not to be read


class AttachmentText(models.Model):
    """The letters of an attached PDF or Word file, by which search finds it; without any where they could not be read."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="letters")
    name = models.CharField(max_length=150)  # of the file
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("chữ trong tệp đính kèm")
        verbose_name_plural = _("chữ trong tệp đính kèm")

    def __str__(self) -> str:
        return self.name


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Filters of lists."""

    def shown_to(self, actor: Actor, register: str) -> SavedFilterQuerySet:
        """The actor's own filters of a register, and those that somebody shared with the division, by name."""
        mine = models.Q(owner=actor.user_id)
        if actor.unit_code:
            mine |= models.Q(unit=actor.unit_code)
        return self.filter(mine, register=register).order_by("name", "pk")


class SavedFilter(models.Model):
    """The filter of a list under a name, for its owner alone or for the owner's division."""

    register = models.CharField(max_length=80)
    name = models.CharField(_("tên bộ lọc"), max_length=80)
    conditions = models.JSONField(default=dict)  # as in the address of the list: name to value
    owner = models.BigIntegerField()  # number of the account
    owner_label = models.CharField(max_length=150)
    unit = models.CharField(
        max_length=50, blank=True
    )  # code of the division that sees it; "" for the owner alone

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("bộ lọc đã lưu")
        verbose_name_plural = _("bộ lọc đã lưu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "owner", "name"], name="kernel_registers_one_filter_a_name"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["register", "unit"])]

    def __str__(self) -> str:
        return self.name
