"""Two people of one name in one place, by form and interface: refused with what to do, and shown with what distinguishes them where one is chosen."""

import json

import pytest

from khcn.parties.models import Person
from tests.factories.parties import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
NAME = "Ma Thế Khải"
TAKEN = "Đã có người cùng họ tên ở cùng đơn vị công tác. Nếu là người khác, ghi ô “Phân biệt người cùng tên” khác với người đó."
TAKEN_WITHOUT = (
    "Đã có người cùng họ tên chưa ghi đơn vị công tác. Nếu là người khác, ghi đơn vị công tác, hoặc ghi ô “Phân biệt người cùng "
    "tên” khác với người đó."
)


@pytest.fixture
def known():
    return PersonFactory(full_name=NAME, organisation=OrganisationFactory(name="Trường Cao đẳng"), phone="")


def test_the_form_says_how_another_one_of_the_name_is_entered(officer, known):
    typed = {"full_name": NAME, "organisation": f"#{known.organisation_id}"}
    refused = officer.post("/parties/people/new/", typed)
    assert (refused.status_code, TAKEN in refused.content.decode()) == (422, True)
    entered = officer.post(
        "/parties/people/new/", {**typed, "distinction": "sinh năm 1975", "not_the_same": "1"}
    )
    assert entered.status_code == 303
    assert [str(each) for each in Person.objects.order_by("pk")] == [NAME, f"{NAME} (sinh năm 1975)"]


@pytest.mark.parametrize(
    ("has_place", "text"), [(True, TAKEN), (False, TAKEN_WITHOUT)], ids=["place", "none"]
)
def test_the_interface_says_the_same_at_the_fields(officer, known, has_place, text):
    if not has_place:
        PersonFactory(full_name=NAME, organisation=None)
    values = {"full_name": NAME, **({"organisation": {"id": known.organisation_id}} if has_place else {})}

    def sent(**more):
        return officer.post(
            "/api/parties/people/?not_the_same=1",
            json.dumps({**values, **more}),
            content_type="application/json",
        )

    refused = sent()
    assert (refused.status_code, refused.json()["errors"]["distinction"]) == (422, [text])
    assert sent(distinction="người thứ 2").status_code == 201
    assert sent(distinction="người thứ 2").status_code == 422


def test_suggestions_of_one_name_differ_in_what_is_shown(officer, known):
    other = PersonFactory(
        full_name=NAME, organisation=known.organisation, distinction="sinh năm 1975", phone="0209 1"
    )
    alone = PersonFactory(full_name="Ma Thế Khôi", organisation=known.organisation)
    found = officer.get("/lookup/parties/people/", {"q": "Ma Thế"}).json()["results"]
    assert {each["value"]: each["text"] for each in found} == {
        f"#{known.pk}": f"{NAME} (Trường Cao đẳng)",
        f"#{other.pk}": f"{NAME} (Trường Cao đẳng; sinh năm 1975; 0209 1)",
        f"#{alone.pk}": "Ma Thế Khôi",
    }
