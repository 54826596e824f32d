"""The diary on telephones as a web app that can be installed: its page, its manifest, and the worker that answers without a signal.

They have no data of an account and are the same for all accounts: a telephone stores them. Who it is and what can be chosen comes from
`phone_sync`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request

_WORKER: Final = Path(__file__).parents[1] / "static" / "goods" / "phone-worker.js"
_LOADED: Final = ("goods/phone-diary.css", "goods/phone-diary.js", "goods/phone-192.png")
_IMPORTED: Final = (
    "phone-store.js",
    "phone-lots.js",
    "phone-send.js",
    "phone-scan.js",
    "phone-amounts.js",
    "phone-clock.js",
    "phone-old-browsers.js",
)
_ICONS: Final = (("goods/phone-192.png", "192x192"), ("goods/phone-512.png", "512x512"))


@login_not_required
@open_to_outside_accounts
@read_only
def page(request: Request) -> HttpResponse:
    """The one page of the app."""
    return HttpResponse(_page(request))


@login_not_required
@open_to_outside_accounts
@read_only
def manifest(request: Request) -> HttpResponse:
    """What a telephone needs to install it (W3C Web Application Manifest)."""
    scope = reverse("phone-diary")
    content = {
        "id": scope,
        "name": _("Nhật ký lô hàng"),
        "short_name": _("Nhật ký"),
        "description": _("Ghi việc đã làm với lô hàng ngay tại nương, xưởng, cả khi không có sóng."),
        "lang": get_language(),
        "start_url": scope,
        "scope": scope,
        "display": "standalone",
        "theme_color": "#0b4a2d",
        "background_color": "#ffffff",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes in _ICONS
            for purpose in ("any", "maskable")
        ],
    }
    return HttpResponse(orjson.dumps(content), content_type="application/manifest+json")


@login_not_required
@open_to_outside_accounts
@read_only
def worker(request: Request) -> HttpResponse:
    """The worker, with the list of what it stores; another byte in the page or its files makes it another worker."""
    home = Path(static("goods/phone-diary.js")).parent
    files = [reverse("phone-diary"), *map(static, _LOADED), *(f"{home}/{name}" for name in _IMPORTED)]
    sources = [_page(request).encode(), *((_WORKER.parent / name).read_bytes() for name in _IMPORTED)]
    version = hashlib.sha256(b"\0".join((orjson.dumps(files), *sources))).hexdigest()[:16]
    head = f"const CACHE = {orjson.dumps('nhat-ky-' + version).decode()};\nconst FILES = {orjson.dumps(files).decode()};\n"
    return HttpResponse(head + _WORKER.read_text("utf-8"), content_type="text/javascript; charset=utf-8")


def _page(request: Request) -> str:
    return render_to_string("goods/phone_diary.html", {}, request)
