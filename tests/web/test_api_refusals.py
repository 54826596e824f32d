"""Why the JSON interface does not do something: one form for all operations, as its description says."""

import pytest
from django.test import Client

from khcn.kernel.actors import Role
from tests.factories.science import ScienceTaskFactory
from tests.web.test_tokens import token

pytestmark = pytest.mark.django_db


def test_every_refusal_has_the_type_that_the_description_names(sign_in):
    """Programs that are made from the description read what it names; it named two types, each for some of the refusals."""
    officer = sign_in(Role.OFFICER, "QLKH")
    schema = officer.get("/api/openapi.json").json()
    described = {
        kind
        for path in schema["paths"].values()
        for operation in path.values()
        for kind in operation["responses"]["4XX"]["content"]
    }
    assert described == {"application/problem+json"}
    tasks, program = "/api/science/tasks/", token()
    answers = [
        Client().get(tasks),
        Client(headers={"Authorization": "Bearer x"}).get(tasks),
        Client(headers={"Authorization": f"Bearer {program}"}).get("/api/papers/1/"),
        Client(headers={"Authorization": f"Bearer {program}"}).post(
            "/api/science/proposals/1/actions/reject/"
        ),
        officer.get(f"{tasks}999999999/"),
        officer.get(f"{tasks}?size=x"),
        officer.get(f"{tasks}?khong=1"),
        officer.post(tasks, "[]", content_type="application/json"),
        officer.post(tasks, "{}", content_type="application/json"),
        officer.delete(f"{tasks}{ScienceTaskFactory().pk}/"),
    ]
    seen = [
        (each.status_code, each["Content-Type"], {*each.json()} >= {"message", "code"}) for each in answers
    ]
    statuses = [401, 401, 404, 403, 404, 422, 422, 400, 422, 428]
    assert seen == [(status, "application/problem+json", True) for status in statuses]
