"""Forms made of sections: what an action or a record asks for, and sections that apply only sometimes."""

from datetime import date

import pytest
from django.db import models
from lxml import html

from khcn.kernel.fields.forms import form_for
from khcn.kernel.fields.sections import Section
from khcn.science.models import TaskAmendment

SECTIONS = (
    Section("Điều chỉnh", "kind", "reason"),
    Section("Thời hạn", "until", when=("kind", ("extend_duration", "extend_submission"))),
    Section("Nội dung", "share", "is_final", when=("kind", ("amend_outline",))),
)
INPUTS = {
    "until": models.DateField("đến ngày", null=True, blank=True),
    "share": models.DecimalField("tỷ lệ", max_digits=5, decimal_places=2, null=True, blank=True),
    "is_final": models.BooleanField("lần cuối", default=False),
}


def form(**typed):
    return form_for(SECTIONS, model=TaskAmendment, inputs=INPUTS)(typed or None)


def test_a_form_holds_what_its_sections_name_as_model_fields_would():
    good = form(kind="extend_duration", reason="dịch bệnh", until="9/10/2026")
    assert good.is_valid(), good.errors
    assert good.cleaned_data == {
        "kind": "extend_duration",
        "reason": "dịch bệnh",
        "until": date(2026, 10, 9),
        "share": None,
        "is_final": False,
    }


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"kind": "amend_outline", "until": "9/10/2026"}, ["until"]),
        ({"kind": "amend_outline", "until": "không phải ngày"}, ["until"]),
        ({"kind": "extend_duration", "share": "12,5", "is_final": "on"}, ["share", "is_final"]),
        ({"kind": "no such kind", "until": "9/10/2026"}, ["kind"]),
        ({"until": "32/1/2026"}, ["kind", "until"]),
    ],
)
def test_a_value_of_a_section_that_does_not_apply_is_refused_at_its_field(typed, wrong):
    refused = form(**typed)
    assert list(refused.errors) == wrong
    if "kind" not in wrong:
        assert "Chỉ dùng khi “Loại điều chỉnh” là: " in refused.errors[wrong[0]][0]


def test_a_section_says_when_it_applies():
    shown = {section.title: section for section in form().sections()}
    assert (shown["Điều chỉnh"].control, shown["Điều chỉnh"].note) == ("", "")
    assert (shown["Thời hạn"].control, shown["Thời hạn"].values) == (
        "kind",
        "extend_duration extend_submission",
    )
    assert shown["Thời hạn"].note == (
        "Chỉ dùng khi “Loại điều chỉnh” là: Gia hạn thời gian thực hiện; Gia hạn thời gian nộp hồ sơ nghiệm thu."
    )


def test_inputs_are_drawn_like_fields_of_a_record():
    page = html.fromstring("".join(str(bound) for part in form().sections() for bound, _wide in part.fields))
    classes = {each.get("name"): each.get("class") for each in page.xpath("//*[@name]")}
    assert classes == {
        "kind": "form-select",
        "reason": "form-control",
        "until": "form-control",
        "share": "form-control",
        "is_final": "form-check-input",
    }
