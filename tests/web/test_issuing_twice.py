"""A second click on issuing a paper, or the page of before, takes no second number and says so."""

import pytest
from django.urls import reverse

from khcn.kernel.numbering.models import IssuedNumber
from tests.kernel.papers_given import accepted_task, draft
from tests.web.conftest import form_values, tree, words

pytestmark = pytest.mark.django_db


def test_a_second_click_on_issuing_says_which_number_the_draft_has_and_leads_to_it(officer):
    paper = draft(accepted_task())
    before = form_values(tree(officer.get(paper.get_absolute_url())))
    address = reverse("paper-issue", args=[paper.pk])
    first, second = (officer.post(address, {**before, "issued_on": "14/9/2023"}) for _click in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"] == paper.get_absolute_url()
    paper.refresh_from_db()
    page = words(officer.get(second["Location"]))
    assert f"Dự thảo này đã được cấp số {paper.number_text} từ trước, không lấy thêm số nào." in page
    assert "Chưa lưu gì cả" not in page
    assert IssuedNumber.objects.count() == 1
