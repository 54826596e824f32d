"""Every register's list, form and interface for programs, and each page beside them, is among what `./khcn bench growth` measures, and none of its requests is
one that the program does not know.
"""

import pytest

from bench.growth import pages
from khcn.kernel.registers.registry import registers

NOT_KNOWN = {404, 500}


def test_every_register_is_measured():
    scopes = {case.scope for case in pages.cases()}
    urls = [register.list_url() for register in registers()]
    assert urls
    assert {f"GET {url}" for url in urls} <= scopes
    assert {f"POST {url}new/" for url in urls if url} <= scopes
    assert {f"POST /api{url}" for url in urls} <= scopes


def test_the_pages_beside_registers_are_measured():
    """By time; by lines of Python each address is looked at in security/test_growth_of_addresses."""
    others = set(pages.other_pages())
    assert others >= {
        "/search/",
        "/log/",
        "/deadlines/",
        "/my-work/",
        "/my-work/calendar/",
        "/epcis/events",
        "/trace/provinces/",
    }
    assert {f"GET {url}" for url in others} <= {case.scope for case in pages.cases()}


@pytest.mark.django_db
def test_what_is_measured_is_there():
    pages.prepare()
    client = pages.client()
    for register in registers():
        url = register.list_url()
        assert client.get(url).status_code == 200
        assert client.post(f"/api{url}", b"{}", content_type="application/json").status_code not in NOT_KNOWN
