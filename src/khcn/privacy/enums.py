"""The words of the law: on what ground data are processed, what a person may ask for, how a consent was given."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalGround(models.TextChoices):
    """Why the department may have the data."""

    LAW = "law", _("thực hiện nhiệm vụ, quyền hạn theo quy định của pháp luật")
    CONTRACT = "contract", _("thực hiện hợp đồng với chính người đó")
    CONSENT = "consent", _("người đó đã đồng ý")


class RequestKind(models.TextChoices):
    """What a person asks for."""

    ACCESS = "access", _("xem, cung cấp dữ liệu")
    CORRECT = "correct", _("chỉnh sửa dữ liệu")
    ERASE = "erase", _("xóa dữ liệu")
    RESTRICT = "restrict", _("hạn chế xử lý dữ liệu")
    OBJECT = "object", _("phản đối xử lý dữ liệu")
    WITHDRAW = "withdraw", _("rút lại sự đồng ý")
    OTHER = "other", _("yêu cầu khác")


class ConsentManner(models.TextChoices):
    """How it can be shown that somebody consented. Silence is none of these."""

    PAPER = "paper", _("văn bản có chữ ký")
    MAIL = "mail", _("thư điện tử của chính người đó")
    FORM = "form", _("biểu mẫu điện tử người đó tự điền")
    RECORDING = "recording", _("ghi âm cuộc gọi")
