"""What the JSON interface says of itself: the OpenAPI document, and the page that shows it."""

import pytest
from django.test import Client

from khcn.kernel.actors import Role
from khcn.kernel.api.endpoints import api
from tests.conformance.given import REGISTERS

pytestmark = pytest.mark.django_db


def test_openapi_names_every_register_and_filter(officer):
    schema = officer.get("/api/openapi.json").json()
    for register in REGISTERS:
        listed = schema["paths"][f"/api{register.list_url()}"]["get"]
        named = {each["name"] for each in listed["parameters"]}
        wanted = {n if l == "exact" else f"{n}__{l}" for n, ls in register.filters.items() for l in ls}  # noqa: E741
        assert named == {"q", "after", "before", "size", "sort", *wanted, *register.derived_filters}
        assert ("post" in schema["paths"][f"/api{register.list_url()}"]) == bool(register.form)
    ids = [op["operationId"] for path in schema["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))
    assert Client().get("/api/openapi.json").status_code == 401


def test_the_page_names_every_register(sign_in):
    page = sign_in(Role.ADMIN, "VP").get("/api/").content.decode()
    assert all(f"/api{register.list_url()}" in page for register in REGISTERS)
    answer = Client().get("/api/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/api/")


def test_the_description_does_not_depend_on_who_came_first():
    assert api.get_openapi_schema(path_prefix="/api/")["paths"]["/api/science/tasks/"]["get"][
        "summary"
    ].startswith("Danh sách")
