"""Requests by what there is much of in them, to each register and to public pages. Runs on a database of its own."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from bench.growth.measuring import Case
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.registers.registry import registers
from khcn.parties.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT: Final = "do-do-lon"
_LONGEST_ADDRESS: Final = 30_000  # characters; the web server takes no longer head
_GTIN: Final = "09521234220312"


def client() -> Client:
    made = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)
    made.force_login(User.objects.get(username=ACCOUNT))
    return made


def prepare() -> None:
    """The account that asks."""
    if not User.objects.filter(username=ACCOUNT).exists():
        with acting(SYSTEM, "bench"):
            User.objects.create(username=ACCOUNT, full_name="Đo độ lớn", role_id=Role.ADMIN.value)


def _fields(count: int) -> dict[str, Any]:
    return {f"truong{each}": "x" for each in range(count)}


QUERIES: Final[dict[str, tuple[Callable[[int], str], int]]] = {
    "q= dài": (lambda n: urlencode({"q": "chữ " * n}), 2000),
    "q= một từ dài": (lambda n: urlencode({"q": "a" * n}), _LONGEST_ADDRESS),
    "tham số lạ": (lambda n: urlencode(_fields(n)), 2000),
    "tham số lặp": (lambda n: "&".join(["page=1"] * n), 4000),
    "after= dài": (lambda n: urlencode({"after": "W1" * n}), _LONGEST_ADDRESS // 2),
    "sort= dài": (lambda n: urlencode({"sort": "a," * n}), _LONGEST_ADDRESS // 6),
}
"""Addresses of lists, and how much of each an address can hold."""

HEADERS: Final[dict[str, tuple[Callable[[int], dict[str, str]], int]]] = {
    "cookie": (lambda n: {"cookie": "; ".join(f"c{each}=x" for each in range(n))}, 3000),
    "cookie không đóng": (lambda n: {"cookie": 'a="' + "\\\\" * n}, _LONGEST_ADDRESS // 2),
    "accept": (lambda n: {"accept": ", ".join(f"a/{each};q=0.{each}" for each in range(n))}, 2000),
    "accept-language": (lambda n: {"accept-language": ", ".join(f"a{each}" for each in range(n))}, 4000),
    "accept-encoding": (lambda n: {"accept-encoding": ", ".join(f"a{each}" for each in range(n))}, 4000),
    "if-none-match": (lambda n: {"if-none-match": ", ".join(f'"{each}"' for each in range(n))}, 4000),
    "GS1-Extensions": (
        lambda n: {"GS1-Extensions": ", ".join(f"p{each}=urn:x:{each}" for each in range(n))},
        2000,
    ),
}
"""Heads of requests."""

BODIES: Final[dict[str, Callable[[int], bytes]]] = {
    "trường": lambda n: json.dumps(_fields(n)).encode(),
    "chữ dài": lambda n: json.dumps({"title": "chữ " * n}).encode(),
    "lồng sâu": lambda n: b'{"title": ' + b"[" * n + b"]" * n + b"}",
    "danh sách": lambda n: json.dumps({"title": ["x"] * n}).encode(),
}
"""Bodies of the interface for programs."""


def _get(address: str, **headers: str) -> Callable[[], object]:
    asking = client()
    return lambda: asking.get(address, headers=headers)


def _listed(url: str, build: Callable[[int], str], size: int) -> Callable[[], object]:
    return _get(f"{url}?{build(size)}")


def _with_head(url: str, build: Callable[[int], dict[str, str]], size: int) -> Callable[[], object]:
    return _get(url, **build(size))


def _sent(url: str, build: Callable[[int], bytes], size: int) -> Callable[[], object]:
    asking, body = client(), build(size)
    return lambda: asking.post(url, body, content_type="application/json")


def _form(url: str, size: int) -> Callable[[], object]:
    asking, fields = client(), _fields(size)
    return lambda: asking.post(url, fields)


def other_pages(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """The addresses of no register that name nothing of their own, and so exist in every installation: found, not listed."""
    lists = {register.list_url() for register in registers()}
    for each in (patterns or get_resolver()).url_patterns:
        address = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from other_pages(each, address)
        elif not re.search(r"[<^(]", address) and not any(address.startswith(one) for one in lists):
            yield address


def cases() -> Iterator[Case]:
    """All of them: each register's list and form, the pages beside them, and the heads and bodies that any page gets."""
    for register in registers():
        url = register.list_url()
        for name, (query, most) in QUERIES.items():
            yield Case(f"GET {url}", name, partial(_listed, url, query), most=most)
        yield Case(
            f"POST {url}new/",
            "trường",
            partial(_form, f"{url}new/"),
            most=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        )
        for name, body in BODIES.items():
            yield Case(f"POST /api{url}", name, partial(_sent, f"/api{url}", body), most=1 << 16)
    for url in other_pages():
        for name, (query, most) in QUERIES.items():
            yield Case(f"GET {url}", name, partial(_listed, url, query), most=most)
    for url in ("/", f"/01/{_GTIN}", "/epcis/"):
        for name, (head, most) in HEADERS.items():
            yield Case(f"GET {url}", name, partial(_with_head, url, head), most=most)
