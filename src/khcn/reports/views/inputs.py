"""What people type into the report screens, except texts and definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.form_fields import VietnameseDateField, VietnameseIntegerField

if TYPE_CHECKING:
    from datetime import date


def _text(lines: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lines, "class": "form-control"})


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})


class _Form(forms.Form):
    """Answers with our words, not the browser's."""

    use_required_attribute = False


class CreateForm(_Form):
    """Which period, and whether it is the ordinary report or another one beside it."""

    window = forms.CharField(
        label=_("Kỳ báo cáo"),
        widget=forms.HiddenInput,
        error_messages={"required": _("Chọn một kỳ báo cáo.")},
    )
    year = VietnameseIntegerField(label=_("Năm báo cáo"), min_value=2000, max_value=2100)
    variant_label = forms.CharField(
        label=_("Tên bản (nếu lập thêm một bản khác)"),
        required=False,
        max_length=40,
        widget=_line(),
        help_text=_("Để trống với báo cáo thường lệ. Ví dụ: bản rà soát, bản gửi Bộ."),
    )


class NoteForm(_Form):
    """The reason of a step that needs one."""

    note = forms.CharField(
        label=_("Lý do"),
        max_length=1000,
        widget=_text(),
        error_messages={"required": _("Ghi lý do để người nhận biết cần sửa gì.")},
    )


class ApproveForm(_Form):
    """Day and name on the paper; a reason when contradictions remain."""

    signed_on = VietnameseDateField(label=_("Ngày ký"))
    signer_name = forms.CharField(
        label=_("Người ký"),
        max_length=150,
        widget=_line(),
        error_messages={"required": _("Ghi họ và tên người ký báo cáo.")},
    )
    waiver = forms.CharField(
        label=_("Lý do duyệt khi còn mâu thuẫn"),
        required=False,
        max_length=2000,
        widget=_text(),
        help_text=_("Lý do được lưu cùng báo cáo đã chốt."),
    )

    with_signature = forms.BooleanField(
        label=_("Ký số bản PDF bằng chứng thư của Sở"),
        required=False,
        help_text=_(
            "Ký ngay sau khi in xong. Bỏ chọn nếu báo cáo ký tay trên giấy hoặc ký bằng phần mềm khác."
        ),
    )

    def __init__(
        self, data: Any, *, day: date, name: str, contradictions: int, may_have_signature: bool
    ) -> None:
        super().__init__(data, initial={"signed_on": day, "signer_name": name, "with_signature": True})
        if not may_have_signature:
            del self.fields["with_signature"]
        self.fields["signed_on"].widget.attrs["class"] = "form-control"
        if contradictions:
            self.fields["waiver"].required = True
            self.fields["waiver"].error_messages["required"] = _(
                "Báo cáo còn mâu thuẫn: sửa hết mâu thuẫn, hoặc ghi lý do vẫn duyệt."
            )
        else:
            del self.fields["waiver"]


class OverrideForm(_Form):
    """A typed value, list of names or table cells in the place of computed ones, and why."""

    value = forms.CharField(label=_("Số ghi trong báo cáo"), max_length=40, required=False, widget=_line())
    names = forms.CharField(
        label=_("Danh sách ghi trong báo cáo, mỗi tên một dòng"), required=False, widget=_text(8)
    )
    reason = forms.CharField(
        label=_("Lý do ghi khác số tính từ dữ liệu"),
        max_length=500,
        widget=_text(2),
        error_messages={"required": _("Ghi lý do: người duyệt và người xem lại sau này cần biết vì sao.")},
    )

    def __init__(self, *args: Any, aspect: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("value", "names"):
            if name != aspect:
                del self.fields[name]
        if aspect in self.fields:
            self.fields[aspect].required = True
        if aspect == "value":
            self.fields["value"].error_messages["required"] = _(
                "Ghi số sẽ in trong báo cáo, ví dụ 09 hoặc 1.152."
            )
        if aspect == "names":
            self.fields["names"].error_messages["required"] = _("Ghi ít nhất một tên, mỗi tên một dòng.")
