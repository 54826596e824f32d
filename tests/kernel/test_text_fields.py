"""Forms under the Vietnamese locale: Django's own localized fields and ours."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.db import models
from django.utils import translation
from django.utils.formats import date_format, number_format

from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.text.form_fields import (
    VietnameseDateField,
    VietnameseDecimalField,
    VietnameseIntegerField,
    VietnameseMoneyField,
)


class Plain(forms.Form):
    """What Django and third-party forms use: only the formats module stands behind it."""

    on = forms.DateField(localize=True)
    count = forms.IntegerField(localize=True)
    share = forms.DecimalField(localize=True)


class Ours(forms.Form):
    on = VietnameseDateField(label="Ngày")
    count = VietnameseIntegerField(label="Số lượng", min_value=0, max_value=10_000_000)
    share = VietnameseDecimalField(label="Tỷ lệ", decimal_places=2, required=False)
    cost = VietnameseMoneyField(label="Kinh phí", required=False)


GOOD = {
    "on": "09/10/2026",
    "count": "1.234.567",
    "share": "86,96",
    "cost": "45.998.409 đồng",
}


@pytest.fixture(autouse=True, params=["vi", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("09/10/2026", date(2026, 10, 9)),
        ("25/12/2026", date(2026, 12, 25)),
        ("25-12-2026", date(2026, 12, 25)),
        ("25.12.2026", date(2026, 12, 25)),
        ("2026-12-25", date(2026, 12, 25)),
    ],
)
def test_djangos_own_fields_read_the_day_first(typed, day):
    form = Plain({"on": typed, "count": "1.234.567", "share": "1.152,5"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"on": day, "count": 1234567, "share": Decimal("1152.5")}


def test_month_first_is_refused_by_djangos_own_fields():
    assert not Plain({"on": "12/25/2026", "count": "1", "share": "1"}).is_valid()


def test_django_writes_dates_and_numbers_our_way():
    assert date_format(date(2026, 10, 9)) == "09/10/2026"
    assert date_format(date(2026, 10, 9), "SHORT_DATE_FORMAT") == "09/10/2026"
    assert number_format(45998409, use_l10n=True, force_grouping=True) == "45.998.409"
    assert number_format(Decimal("86.96"), use_l10n=True) == "86,96"


def test_our_fields_read_what_importers_read():
    form = Ours(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "on": date(2026, 10, 9),
        "count": 1234567,
        "share": Decimal("86.96"),
        "cost": 45998409,
    }
    assert type(form.cleaned_data["cost"]) is int


def test_blank_optional_fields_are_none():
    form = Ours({"on": "9/10/2026", "count": "0", "share": "", "cost": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "on": date(2026, 10, 9),
        "count": 0,
        "share": None,
        "cost": None,
    }


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("on", "", "required"),
        ("on", "31/2/2026", "no_such_day"),
        ("on", "14/9/26", "two_digit_year"),
        ("on", "10/2026", "not_a_day"),
        ("count", "", "required"),
        ("count", "1,5", "not_whole"),
        ("count", "1,152", "not_whole"),
        ("count", "1.5", "ambiguous_dot"),
        ("count", "-1", "too_small"),
        ("count", "10.000.001", "too_great"),
        ("share", "86,965", "too_many_decimals"),
        ("share", "abc", "unreadable"),
        ("cost", "-1", "too_small"),
        ("cost", "1,5 đồng", "not_whole"),
    ],
)
def test_refusals_keep_what_was_typed(field, typed, code):
    form = Ours({**GOOD, field: typed})
    assert not form.is_valid()
    assert [(name, error.code) for name, errors in form.errors.as_data().items() for error in errors] == [
        (field, code)
    ]
    assert form[field].value() == typed
    if typed:
        assert f'value="{typed}"' in str(form[field])


def test_stored_values_are_shown_as_they_would_be_typed():
    form = Ours(
        initial={
            "on": date(2026, 10, 9),
            "count": 1234567,
            "share": Decimal("86.96"),
            "cost": 45998409,
        }
    )
    assert [form[name].value() for name in form.fields] == [
        "09/10/2026",
        "1.234.567",
        "86,96",
        "45.998.409",
    ]
    assert 'inputmode="numeric"' in str(form["cost"])


def test_the_same_value_typed_otherwise_is_no_change():
    stored = {"on": date(2026, 10, 9), "count": 1152, "share": Decimal("1.50"), "cost": 5}
    same = Ours({"on": "9.10.2026", "count": "1 152", "share": "1,5", "cost": "5 đồng"}, initial=stored)
    assert same.changed_data == []
    other = Ours({"on": "10.9.2026", "count": "abc", "share": "1,5", "cost": ""}, initial=stored)
    assert other.changed_data == ["on", "count", "cost"]


def test_messages_avoid_the_words_that_help_nobody():
    bad = {"on": "x", "count": "x", "share": "x", "cost": "x"}
    for data in (bad, {}, {**bad, "count": "-1", "cost": "1,5"}):
        text = " ".join(str(error) for errors in Ours(data).errors.values() for error in errors).casefold()
        assert text
        for word in ("không hợp lệ", "vui lòng", "lỗi hệ thống", "trường này bắt buộc"):
            assert word not in text


class Sheet(models.Model):
    """Never stored: only the shape of a model, for the callback."""

    on = models.DateField("Ngày", help_text="minh họa")
    at = models.DateTimeField("Lúc", null=True, blank=True)
    count = models.PositiveIntegerField("Số lượng")
    cost = models.BigIntegerField("Kinh phí", null=True, blank=True)
    share = models.DecimalField("Tỷ lệ", max_digits=5, decimal_places=2)
    kind = models.IntegerField("Loại", choices=[(1, "một")])
    name = models.CharField("Tên", max_length=20)

    class Meta:
        app_label = "text_fields"
        managed = False


def ours(field, **_options):
    return field_kind_of(field).form_field()


def sheet_form(data):
    return forms.modelform_factory(Sheet, exclude=["id"], formfield_callback=ours)(data)


def test_model_forms_take_our_fields_and_leave_the_others():
    fields = sheet_form({}).fields
    assert {name: type(field) for name, field in fields.items()} == {
        "on": VietnameseDateField,
        "at": forms.DateTimeField,
        "count": VietnameseIntegerField,
        "cost": VietnameseIntegerField,
        "share": VietnameseDecimalField,
        "kind": forms.TypedChoiceField,
        "name": forms.CharField,
    }
    assert (fields["on"].label, fields["on"].help_text, fields["cost"].required) == (
        "Ngày",
        "minh họa",
        False,
    )


def test_a_model_form_reads_what_officials_type():
    form = sheet_form(
        {
            "on": "09/10/2026",
            "count": "1.152",
            "cost": "45.998.409 đồng",
            "share": "86,96 %",
            "kind": "1",
            "name": "a",
        }
    )
    assert form.is_valid(), form.errors
    sheet = form.save(commit=False)
    assert (sheet.on, sheet.count, sheet.cost, sheet.share) == (
        date(2026, 10, 9),
        1152,
        45998409,
        Decimal("86.96"),
    )


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("count", "-1.152", "“-1.152” nhỏ quá: số ở đây ít nhất là 0. Xem lại số đã gõ."),
        ("share", "1.000", "“1.000” lớn quá: số ở đây nhiều nhất là 999,99. Xem lại số đã gõ."),
        (
            "cost",
            "9.223.372.036.854.775.808",
            "“9.223.372.036.854.775.808” lớn quá. Xem lại số đã gõ, và đơn vị của ô này.",
        ),
    ],
)
def test_bounds_of_the_model_are_explained_in_words(field, typed, sentence):
    good = {"on": "09/10/2026", "count": "1", "share": "1", "kind": "1", "name": "a"}
    with translation.override("vi"):
        assert sheet_form({**good, field: typed}).errors == {field: [sentence]}
