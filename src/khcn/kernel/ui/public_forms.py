"""Forms for people without an account: their look and words, pages that nobody stores, and how often one network sends one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.request_quotas import NetworkQuota
    from khcn.kernel.ui.http import Request

WRONG, TOO_MANY = 422, 429
_LOOKS: Final[dict[type[forms.Widget], str]] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
}


class PublicForm(forms.Form):
    """What somebody without an account fills in, in the look of the pages."""

    use_required_attribute = False
    required_words: ClassVar[
        dict[str, StrOrPromise]
    ] = {}  # by field, where its label does not make a sentence

    def __init__(self, *args: Any, **options: Any) -> None:
        """In the language of the request."""
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = next(
                (look for kind, look in _LOOKS.items() if isinstance(field.widget, kind)), "form-control"
            )
            words = self.required_words.get(name) or _("Hãy nhập “%(label)s”.") % {"label": field.label}
            field.error_messages["required"] = words


def public_page(
    request: Request, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page that shows what somebody typed or asked for: in no store of a browser or proxy, in no search engine."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def seconds_to_wait(request: HttpRequest, quota: NetworkQuota) -> float:
    """Take one of the quota of the network that sends the request; how long it has to wait where it has none, else 0."""
    return quota.take(request.META["REMOTE_ADDR"])


def in_minutes(seconds: float) -> int:
    """A time to wait in whole minutes, at least one, for a text."""
    return max(1, math.ceil(seconds / 60))


def refused_for_now(response: HttpResponse, seconds: float) -> HttpResponse:
    """The answer to who has to wait (RFC 9110, 10.2.3)."""
    response["Retry-After"] = str(math.ceil(seconds))
    return response
