"""Filters of a list under a name: keep the present one, open, rename and remove those that are saved."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.registers.models import SavedFilter
from khcn.kernel.screens.filter_operations import (
    FilterRefused,
    may_change_filter,
    remove_filter,
    rename_filter,
    save_filter,
)
from khcn.kernel.screens.list_filters import SEARCH, apply_filters, controls, filterset_class
from khcn.kernel.screens.requested_record import register_or_404, requested_day
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from khcn.kernel.registers.spec import Register


class FilterForm(forms.Form):
    """The name of a filter, and who sees it."""

    use_required_attribute = False
    name = OneLineField(
        label=gettext_lazy("Tên bộ lọc"),
        max_length=80,
        help_text=gettext_lazy("Ngắn gọn, ví dụ: Đề tài quá hạn của phòng."),
        error_messages={"required": gettext_lazy("Ghi tên bộ lọc.")},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Cả phòng, đơn vị của tôi cùng dùng"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


@dataclass(frozen=True, slots=True)
class FilterLine:
    """A saved filter in words."""

    saved: SavedFilter
    conditions: tuple[str, ...]
    problems: tuple[str, ...]  # conditions that the list does not have any more, or cannot read
    may_change: bool


def list_conditions(register: Register, data: Mapping[str, Any]) -> dict[str, str]:
    """The part of an address that says which rows, in a stable order and without empty values."""
    names = (SEARCH, *filterset_class(register).base_filters, "sort")
    return {name: data[name] for name in names if data.get(name)}


def in_words(
    request: Request, register: Register, conditions: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a filter asks for, and what of it does not hold any more."""
    narrowing = {name: value for name, value in conditions.items() if name not in {SEARCH, "sort"}}
    known = filterset_class(register).base_filters
    found = apply_filters(register, register.rows(request.actor, requested_day(request, register)), narrowing)
    labels = {each.name: each.label for each in controls(register)}
    shown = [f"{chip.label}: {chip.text}" for chip in found.chips]
    if text := conditions.get(SEARCH):
        shown.insert(0, _("Có chữ “%(text)s”") % {"text": text})
    lost = [
        _("danh sách không còn điều kiện “%(name)s”") % {"name": name}
        for name in narrowing
        if name not in known
    ]
    unread = [f"{labels.get(name, name)}: {' '.join(texts)}" for name, texts in found.errors.items()]
    return tuple(shown), (*lost, *unread)


def _lines(request: Request, register: Register) -> Iterable[FilterLine]:
    for saved in SavedFilter.objects.shown_to(request.actor, register.name):
        yield FilterLine(
            saved, *in_words(request, register, saved.conditions), may_change_filter(saved, request.actor)
        )


@require_http_methods(["GET", "HEAD", "POST"])
def filters(request: Request, area: str, slug: str) -> HttpResponse:
    """The saved filters of a list, and a form for the one that its address has; their links alone for the page of the list."""
    deny_unless(request.actor.keeps_own_records)
    register = register_or_404(request, area, slug)
    conditions = list_conditions(register, request.GET)
    if request.htmx and request.method != "POST":
        shown = list(SavedFilter.objects.shown_to(request.actor, register.name))
        context = {"register": register, "saved_filters": shown, "conditions": conditions}
        return render(request, "registers/filter_links.html", context)
    form = FilterForm(request.POST or None)
    if form.is_valid():
        try:
            saved = save_filter(
                register=register.name,
                name=form.cleaned_data["name"],
                conditions=conditions,
                shared=form.cleaned_data["shared"],
                actor=request.actor,
            )
        except FilterRefused as refusal:
            form.add_error("name" if "name" in refusal.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lưu bộ lọc “%(name)s”.") % {"name": saved.name})
            return see_other(reverse("register-filter", args=[area, slug, saved.pk]))
    if not request.actor.unit_code:
        del form.fields["shared"]
    context = {
        "register": register,
        "form": form,
        "conditions": in_words(request, register, conditions)[0],
        "may_save": bool(conditions),
        "lines": list(_lines(request, register)),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "registers/filters.html", context, status=status)


@read_only
def open_filter(request: Request, area: str, slug: str, saved: int) -> HttpResponse:
    """The list as a saved filter narrows it; conditions that hold no more are named and left out."""
    register = register_or_404(request, area, slug)
    found = get_object_or_404(SavedFilter.objects.shown_to(request.actor, register.name), pk=saved)
    problems = in_words(request, register, found.conditions)[1]
    if problems:
        messages.error(
            request,
            _(
                "Bộ lọc “%(name)s” không còn dùng được nguyên vẹn: %(problems)s. Hãy lọc lại rồi lưu thành bộ lọc mới."
            )
            % {"name": found.name, "problems": "; ".join(problems)},
        )
    return see_other(f"{register.list_url()}?{urlencode(list_conditions(register, found.conditions))}")


@require_POST
def change_filter(request: Request, area: str, slug: str, saved: int) -> HttpResponse:
    """Rename a saved filter or remove it."""
    register = register_or_404(request, area, slug)
    found = get_object_or_404(SavedFilter.objects.shown_to(request.actor, register.name), pk=saved)
    try:
        words = _carry_out(request, found)
    except FilterRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return see_other(reverse("register-filters", args=[area, slug]))


def _carry_out(request: Request, found: SavedFilter) -> str:
    if request.POST.get("do") == "remove":
        remove_filter(saved=found, actor=request.actor)
        return _("Đã xóa bộ lọc “%(name)s”.") % {"name": found.name}
    form = FilterForm(request.POST)
    if not form.is_valid():
        raise FilterRefused(" ".join(str(each) for each in form.errors["name"]))
    rename_filter(saved=found, name=form.cleaned_data["name"], actor=request.actor)
    return _("Đã đổi tên bộ lọc thành “%(name)s”.") % {"name": found.name}
