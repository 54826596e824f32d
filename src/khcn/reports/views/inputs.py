"""What people type into the report screens, except texts and definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.form_fields import OneLineField, VietnameseDateField, VietnameseIntegerField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.reports.checking.findings import Finding

_WAIVER = "waiver_"


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
    variant_label = OneLineField(
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
    """Day and name on the paper; a reason for each contradiction that remains."""

    signed_on = VietnameseDateField(label=_("Ngày ký"))
    signer_name = OneLineField(
        label=_("Người ký"),
        max_length=150,
        widget=_line(),
        error_messages={"required": _("Ghi họ và tên người ký báo cáo.")},
    )
    with_signature = forms.BooleanField(
        label=_("Ký số bản PDF bằng chứng thư của Sở"),
        required=False,
        help_text=_(
            "Ký ngay sau khi in xong. Bỏ chọn nếu báo cáo ký tay trên giấy hoặc ký bằng phần mềm khác."
        ),
    )

    def __init__(
        self, data: Any, *, day: date, name: str, contradictions: Sequence[Finding], may_have_signature: bool
    ) -> None:
        super().__init__(data, initial={"signed_on": day, "signer_name": name, "with_signature": True})
        if not may_have_signature:
            del self.fields["with_signature"]
        self.fields["signed_on"].widget.attrs["class"] = "form-control"
        for number, finding in enumerate(contradictions, start=1):
            self.fields[_WAIVER + finding.key] = forms.CharField(
                label=_("Lý do vẫn duyệt, mâu thuẫn %(number)d") % {"number": number},
                max_length=500,
                widget=_text(2),
                help_text=f"{finding.place_1}: {finding.message}",
                error_messages={"required": _("Sửa mâu thuẫn này, hoặc ghi lý do vẫn duyệt.")},
            )

    def waiver_fields(self) -> list[forms.BoundField]:
        """The reasons, in the order of the contradictions."""
        return [self[name] for name in self.fields if name.startswith(_WAIVER)]

    def waivers(self) -> dict[str, str]:
        """The reason of each contradiction by its key."""
        given = self.cleaned_data
        return {name.removeprefix(_WAIVER): given[name] for name in given if name.startswith(_WAIVER)}

    def of_the_paper(self) -> dict[str, Any]:
        """What is no reason: day, name, and whether the department signs."""
        return {name: given for name, given in self.cleaned_data.items() if not name.startswith(_WAIVER)}


class OverrideForm(_Form):
    """A typed value, list of names or table cells in the place of computed ones, and why."""

    value = OneLineField(label=_("Số ghi trong báo cáo"), max_length=40, required=False, widget=_line())
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
