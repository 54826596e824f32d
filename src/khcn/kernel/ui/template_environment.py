"""The one template engine of our pages: Jinja2 with the names every page may use."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import json_script
from django.utils.text import capfirst
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_money, format_number, two_digits
from khcn.kernel.text.times import format_time
from khcn.kernel.ui.compiled_templates import CompiledTemplates

if TYPE_CHECKING:
    from datetime import date, datetime


@lru_cache(maxsize=8192)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Address of a named page; worked out once, as addresses do not change while the program runs."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _query_global(**values: Any) -> str:
    """The part of an address after the question mark; empty values are left out."""
    given = {name: value for name, value in values.items() if value not in {None, ""}}
    return f"?{urlencode(given)}" if given else ""


@lru_cache(maxsize=1024)
def icon(name: str, look: str = "") -> Markup:
    """An icon that screen readers pass over; ``look`` adds a class."""
    return Markup(
        '<svg class="icon {look}" aria-hidden="true" focusable="false"><use href="{sprite}#{name}"></use></svg>'
    ).format(look=look, sprite=static("ui/icons.svg"), name=name)


def csrf_field(request: Any) -> Markup:
    """The hidden field every posted form carries; masked once for a page and not once for each of its forms."""
    field: Markup | None = getattr(request, "_csrf_field", None)
    if field is None:
        field = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(
            get_token(request)
        )
        request._csrf_field = field  # noqa: SLF001 -- ours
    return field


def _moment_filter(value: datetime | None) -> str:
    """An instant as "14:05 14/09/2023" of the local day."""
    return timezone.localtime(value).strftime("%H:%M %d/%m/%Y") if value else ""


def _day_filter(value: date | None) -> str:
    """A day as dd/mm/yyyy; nothing for an empty one."""
    return format_date(value) if value else ""


@lru_cache(maxsize=8192)
def _in_language(_language: str | None, text: str) -> Markup:
    """Looked up once: a page says forty of them, and catalogues do not change while the program runs."""
    return Markup(translation.gettext(text))  # noqa: S704 -- our own text


def translated(text: str, /, **values: Any) -> Markup:
    """A text of ours in the language of the request, with values put in escaped; ``%%`` is a per cent sign."""
    found = _in_language(translation.get_language(), text)
    return found % values if values or "%" in found else found


def environment(**options: Any) -> Environment:
    """Build the environment: autoescaping on, an unknown name is an error, texts are translated."""
    options.setdefault("undefined", StrictUndefined)
    found = Environment(  # noqa: S701 -- autoescape is among the options below
        **{
            **options,
            "autoescape": True,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "auto_reload": settings.DEBUG,
            "bytecode_cache": CompiledTemplates(__file__),
            "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
        }
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    found.globals.update(
        gettext=translated,  # in the place of the one just installed, which takes four times as long; a page says 60 things
        _=translated,
        static=lru_cache(maxsize=256)(static),  # the names of a release do not change while it runs
        url=url,
        query=_query_global,
        icon=icon,
        csrf_field=csrf_field,
        json_script=json_script,
        language=translation.get_language,
        messages_of=get_messages,
    )
    found.filters.update(
        vn_date=_day_filter,
        vn_time=format_time,
        vn_number=format_number,
        vn_money=format_money,
        vn_moment=_moment_filter,
        two_digits=two_digits,
        capitalize_first=lambda text: str(capfirst(str(text))),
    )
    return found
