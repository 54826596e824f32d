"""Report definitions as they are stored, by version."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.department_only import VisibleQuerySet
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.province import own_first, province_key
from khcn.reports.forms.definition import Form, parse_form

if TYPE_CHECKING:
    from datetime import date


@functools.lru_cache(maxsize=64)
def _parsed(body: str) -> Form:
    """Forms are frozen values, and a list of reports asks for the same few again and again."""
    return parse_form(body)


class FormVersionQuerySet(AuditedQuerySet["FormVersion"], VisibleQuerySet["FormVersion"]):
    """Versions of report definitions."""

    def latest_of(self, code: str) -> FormVersion | None:
        """The newest version of a definition."""
        return self.filter(code=code).order_by(own_first(), "-version").first()

    def in_force(self, code: str, *, on: date) -> FormVersion | None:
        """The newest version that is valid on a day."""
        found = self.filter(code=code, valid_from__lte=on)
        return found.order_by(own_first(), "-valid_from", "-version").first()


class FormVersion(Audited):
    """One version of a report's definition. A change makes a new version; old ones stay as they were."""

    province = models.CharField(max_length=8, editable=False, default=province_key)
    code = models.CharField(_("mã"), max_length=60)
    version = models.PositiveIntegerField(_("phiên bản"))
    title = models.CharField(_("tên mẫu báo cáo"), max_length=300)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    body = models.TextField(_("nội dung định nghĩa"))
    sha256 = models.CharField(max_length=64, editable=False)
    shipped = models.BooleanField(_("đi kèm phần mềm"), default=False, editable=False)
    note = models.CharField(_("nội dung thay đổi"), max_length=300, blank=True)

    objects: ClassVar[FormVersionQuerySet] = FormVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("phiên bản mẫu báo cáo")
        verbose_name_plural = _("mẫu báo cáo")
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code", "version"],
                name="report_form_version_key",
                violation_error_message=_("Mẫu báo cáo đã có phiên bản này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"

    def derive(self) -> None:
        """The hash follows from the body."""
        self.sha256 = hashlib.sha256(self.body.encode()).hexdigest()

    def form(self) -> Form:
        """The definition as a value; raises :class:`khcn.reports.forms.definition.FormProblem` when the body is damaged."""
        return _parsed(self.body)
