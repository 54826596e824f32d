"""Each address of the program takes work in proportion to what is asked for with it, counted in lines of Python (tests/lines_counted.py).

Addresses are those of the table of routes, which has all of them (`test_matrix.test_every_route_has_a_rule`): a new page is measured
without being named here. What libraries in other languages do within a line is measured by `./khcn bench growth --part pages`.
"""

from urllib.parse import urlencode

import pytest
from django.urls import get_resolver

from tests.lines_counted import MOST, growth
from tests.security.test_matrix import signed_in

# one process makes the world and the table of all these tests
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("growth-of-addresses")]

SIZES = (12, 24, 48)
LENGTHS = (200, 400, 800)
GROUPS = 6
NO_SIZE = {
    # give one stored file, or make one of stored rows, and read nothing of an address but whose it is
    "paper-file", "import-file", "import-template", "import-problems", "register-file", "register-preview", "register-export",
    "figure-export", "paper-template-file", "paper-template-sample", "reports:file", "reports:style", "paper-style",
    "api-openapi", "api-docs",
}  # fmt: skip


def grown_by(prepare, sizes=SIZES):
    """The growth of some work; measured again, several times, where it is too much: what is random may have been in between."""
    found = growth(prepare, sizes)
    return found if found <= MOST else growth(prepare, sizes, times=5)


def query(count):
    """Much of everything that lists and searches read: words, further fields, one field again and again, columns, a place."""
    fields = [(f"truong{each}", "x") for each in range(count)]
    return "&".join(
        [
            urlencode(
                {"q": "chữ " * count, "sort": "a," * count, "after": "W1" * count, "lang": "v" * count}
            ),
            urlencode(fields),
            *["page=1"] * count,
            *[f"EQ_bizStep=a{each}" for each in range(count)],
        ]
    )


def measured(table):
    """One address of each name, those of pages that can be opened; of the JSON interface, whose operations have one code for all
    registers of an area, one of each kind in each area.
    """
    found = {}
    for route in table:
        if "get" in route.methods() and route.get and route.name not in NO_SIZE:
            found.setdefault(kind_of(route), route)
    return found


def kind_of(route):
    """The name of a route; without the name of the register where it is an operation of one."""
    area, _slash, operation = route.name.rpartition("_")
    return (area.partition("_")[0], operation) if route.is_of_api() else route.name


def asking(world, route):
    """Who may open it."""
    if route.url.startswith("/epcis/"):
        return signed_in(world, "key")
    return signed_in(world, "admin" if "admin" in route.get else min(route.get))


@pytest.mark.parametrize("group", range(GROUPS))
def test_an_address_with_much_behind_the_question_mark(world, table, group):
    grown = {}
    for route in [*measured(table).values()][group::GROUPS]:
        client = asking(world, route)
        url = route.url + (route.query or "?")

        def prepare(count, client=client, url=url):
            address = f"{url}&{query(count)}"
            return lambda: client.get(address)

        grown[f"{route.name} {route.url}"] = grown_by(prepare)
    assert {name: found for name, found in grown.items() if found > MOST} == {}


def with_text(patterns=None, before="/", name=""):
    """The addresses that hold a text of any length, by name: what stands before it, and behind."""
    for each in (patterns or get_resolver()).url_patterns:
        address = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from with_text(each, address, f"{name}{each.namespace}:" if each.namespace else name)
        else:
            texts = [
                converter
                for converter, kind in each.pattern.converters.items()
                if kind.to_url("x1") == "x1" and "int" not in type(kind).__name__.lower()
            ]
            if texts:
                yield f"{name}{each.name}", address, each.pattern.converters


def filled(address, converters, count):
    """The address with so long a text in each place that takes one."""
    for name, kind in converters.items():
        is_number = "int" in type(kind).__name__.lower()
        for spelt in (f"<int:{name}>", f"<str:{name}>", f"<slug:{name}>", f"<path:{name}>", f"<{name}>"):
            address = address.replace(spelt, "1" if is_number else "a1" * count)
    return address


def test_an_address_that_is_itself_long(world):
    client, key = signed_in(world, "admin"), signed_in(world, "key")
    grown = {}
    for name, address, converters in with_text():
        asked = key if address.startswith("/epcis/") else client

        def prepare(count, asked=asked, address=address, converters=converters):
            url = filled(address, converters, count)
            return lambda: asked.get(url)

        grown[name] = grown_by(prepare, LENGTHS)
    assert len(grown) > 30
    assert {name: found for name, found in grown.items() if found > MOST} == {}


@pytest.mark.parametrize(
    "start", ["/01/09521234000037", "/01/09521234000037/10/A", "/414/9521234000006", "/8004/95212340000A"]
)
@pytest.mark.parametrize(
    "part", ["/10/A", "/21/B", "A", "/", "%2F", "?17=270910&", "?linkType=gs1:pip&", "&x=y"]
)
def test_a_code_that_is_long(client, start, part):
    def prepare(count):
        return lambda: client.get(start + part * count)

    assert grown_by(prepare) <= MOST


def test_what_is_left_out_is_there(table):
    names = {route.name for route in table}
    assert NO_SIZE - names == set()
    assert len(measured(table)) > 80
