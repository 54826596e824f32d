"""Identity numbers of persons, what they consented to, and what they ask of the department about their data."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import Dated
from khcn.kernel.fields.kinds.identity_number import LENGTH, IdentityNumberField
from khcn.kernel.registers.record_model import Record
from khcn.privacy.enums import ConsentManner, LegalGround, RequestKind
from khcn.privacy.workflow import DATA_REQUEST_FLOW
from khcn.reference.models import DatedRecordQuerySet


class PersonIdentity(Record):
    """The identity number of a person, in a register of its own: fewer people read it than read persons."""

    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="identities", verbose_name=_("cá nhân")
    )
    number = IdentityNumberField(
        _("số định danh cá nhân"),
        max_length=LENGTH,
        help_text=_("12 chữ số. Mọi trang và tệp chỉ nêu ba số cuối."),
    )
    ground = models.CharField(_("căn cứ xử lý"), max_length=10, choices=LegalGround.choices)
    purpose = models.CharField(_("mục đích"), max_length=300)

    masked: ClassVar[tuple[str, ...]] = ("number",)

    class Meta:
        verbose_name = _("số định danh cá nhân")
        verbose_name_plural = _("số định danh cá nhân")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                name="person_identity_key",
                violation_error_message=_("Người này đã có số định danh."),
            ),
            models.UniqueConstraint(
                fields=["province", "number"],
                name="person_identity_number_key",
                violation_error_message=_("Số định danh này đã ghi cho người khác."),
            ),
            models.CheckConstraint(
                condition=~models.Q(number__startswith="•"),
                name="person_identity_is_no_mask",
                violation_error_message=_("Số định danh che không phải là số. Gõ đủ 12 chữ số."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class ConsentText(Dated, Record):
    """A text by which persons consent, for the days on which it was handed out. What was signed stays what it was."""

    searched = ("title", "code")

    code = models.CharField(_("mã"), max_length=40)
    title = models.CharField(_("tên văn bản xin đồng ý"), max_length=200)
    purpose = models.CharField(_("mục đích xử lý"), max_length=300)
    body = models.TextField(_("nội dung"))

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("nội dung xin đồng ý")
        verbose_name_plural = _("nội dung xin đồng ý")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code", "valid_from"],
                name="consent_text_key",
                violation_error_message=_("Đã có nội dung cùng mã và cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Consent(Record):
    """That a person consented: when, how, to which version of which text; and when that was withdrawn."""

    in_force_on: ClassVar[dict[str, str]] = {"text": "given_on"}

    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="consents", verbose_name=_("cá nhân")
    )
    text = models.ForeignKey(
        ConsentText, models.PROTECT, related_name="consents", verbose_name=_("nội dung đã đồng ý")
    )
    given_on = models.DateField(_("ngày đồng ý"))
    manner = models.CharField(_("cách đồng ý"), max_length=10, choices=ConsentManner.choices)
    evidence = models.CharField(
        _("bằng chứng"),
        max_length=300,
        help_text=_("Nơi giữ văn bản, thư hoặc tệp ghi âm. Đính kèm bản chụp ở trang của bản ghi này."),
    )
    withdrawn_on = models.DateField(_("ngày rút đồng ý"), null=True, editable=False)

    class Meta:
        verbose_name = _("sự đồng ý")
        verbose_name_plural = _("sự đồng ý của chủ thể dữ liệu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "text", "given_on"],
                name="consent_key",
                violation_error_message=_("Đã ghi sự đồng ý này của người này trong ngày này."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="consent_withdrawn_after_given",
                violation_error_message=_("Ngày rút đứng trước ngày đồng ý. Xem lại ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.text}"


class DataRequest(Record):
    """What a person asks of the department about their data, with the days that the law sets for it."""

    searched = ("code", "requester_name")

    code = models.CharField(_("số hồ sơ yêu cầu"), max_length=40)
    kind = models.CharField(_("loại yêu cầu"), max_length=10, choices=RequestKind.choices)
    received_on = models.DateField(_("ngày nhận"))
    requester_name = models.CharField(_("họ tên người yêu cầu"), max_length=150)
    requester_identity = IdentityNumberField(
        _("số định danh người yêu cầu"), max_length=LENGTH, blank=True, help_text=_("Để xác định đúng người.")
    )
    requester_contact = models.CharField(_("địa chỉ trả lời"), max_length=300, blank=True)
    person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name=_("cá nhân trong hệ thống"),
    )
    content = models.TextField(_("nội dung yêu cầu"))
    third_party = models.BooleanField(
        _("phải yêu cầu bên xử lý hoặc bên thứ ba thực hiện"),
        default=False,
        help_text=_("Đánh dấu khi dữ liệu đã chuyển cho nơi khác; thời hạn thực hiện dài hơn."),
    )
    answered_on = models.DateField(_("ngày trả lời"), null=True, editable=False)
    answer = models.TextField(_("nội dung trả lời"), blank=True, editable=False)
    extended_to = models.DateField(_("gia hạn đến ngày"), null=True, editable=False)
    closed_on = models.DateField(_("ngày kết thúc"), null=True, editable=False)
    result = models.TextField(_("kết quả thực hiện"), blank=True, editable=False)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=DATA_REQUEST_FLOW.choices(),
        default=DATA_REQUEST_FLOW.initial.value,
        editable=False,
        db_index=True,
    )

    masked: ClassVar[tuple[str, ...]] = ("requester_identity",)

    class Meta:
        verbose_name = _("yêu cầu của chủ thể dữ liệu")
        verbose_name_plural = _("yêu cầu của chủ thể dữ liệu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="data_request_key",
                violation_error_message=_("Đã có yêu cầu cùng số hồ sơ."),
            ),
            models.CheckConstraint(
                condition=~models.Q(requester_identity__startswith="•"),
                name="data_request_identity_is_no_mask",
                violation_error_message=_("Số định danh che không phải là số. Gõ đủ 12 chữ số."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"
