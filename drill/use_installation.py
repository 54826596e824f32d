"""What people do with a fresh installation, through its public name: sign in, choose a password, make a report. Standard library alone.

Usage: use_installation.py HOST --ready | HOST NAME PASSWORD [sign-in|report]. Prints JSON.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Browser:
    """Cookies, forms, and HTTPS whose certificate is checked."""

    def __init__(self, host: str) -> None:
        self.root = f"https://{host}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.page, self.address = "", ""
        self.headers: Mapping[str, str] = {}

    def open(self, path: str, data: dict[str, str] | None = None) -> bytes:
        """Ask for a page, or send a form of the last one."""
        body = None
        if data is not None:
            token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)[0]
            body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **data}).encode()
        address = urllib.parse.urljoin(self.address or self.root, path)
        request = urllib.request.Request(address, body, {"Referer": self.address or self.root})
        with self.opener.open(request, timeout=60) as answer:
            content: bytes = answer.read()
            self.address, self.headers = answer.url, answer.headers
        if "html" in self.headers.get("Content-Type", ""):
            self.page = content.decode()
        return content

    def sign_in(self, name: str, password: str) -> str:
        """Sign in; gives the password that holds from now on, a new one where it has to be changed."""
        self.open("/login/")
        self.open("/login/", {"username": name, "password": password, "next": "/"})
        assert "/login/" not in self.address, re.findall(r"alert[^>]*>(.*?)</div>", self.page, re.DOTALL)
        if 'name="new_password1"' not in self.page:
            return password
        chosen = f"Cau-{secrets.token_hex(8)}-dai"
        self.open(self.address, {"old_password": password, "new_password1": chosen, "new_password2": chosen})
        assert 'name="new_password1"' not in self.page, re.findall(r'class="invalid[^>]*>(.*?)<', self.page)
        return chosen


def make_report(browser: Browser) -> bytes:
    """The nine-month report of this year; gives its Word file."""
    browser.open("/reports/new/?form=bao-cao-9-thang")
    fields = {
        name: value
        for field in re.findall(r"<input[^>]*>", browser.page)
        for name, value in zip(
            re.findall(r'name="([^"]+)"', field), re.findall(r'value="([^"]*)"', field), strict=False
        )
    }
    chosen = {name: fields[name] for name in ("window", "year")}
    try:
        browser.open(
            "/reports/new/",
            {"form": "bao-cao-9-thang", **chosen, "variant_label": ""},
        )
    except urllib.error.HTTPError as answer:
        if answer.code != HTTPStatus.CONFLICT:  # it was made before: the page names it
            raise
        browser.page = answer.read().decode()
    [report] = set(re.findall(r"/reports/(\d+)/", browser.address + browser.page))
    content = browser.open(f"/reports/{report}/files/docx/")
    assert content[:2] == b"PK", content[:200]
    return content


def main(host: str, *arguments: str) -> None:
    """Do what the arguments say."""
    browser = Browser(host)
    if arguments == ("--ready",):
        browser.open("/login/")
        return
    name, password, *_rest = arguments
    password = browser.sign_in(name, password)
    found: dict[str, object] = {
        "password": password,
        "cookies": "; ".join(f"{each.name}={each.value}" for each in browser.cookies),
        "hsts": browser.headers.get("Strict-Transport-Security"),
    }
    if "report" in arguments:
        found["report_bytes"] = len(make_report(browser))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
