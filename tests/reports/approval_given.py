"""Approval as a leader does it on its page."""

from tests.web.conftest import form_values, tree


def opened_by(client, report):
    """The form of approval as the leader has it before them."""
    return form_values(tree(client.get(f"/reports/{report.pk}/steps/approve/")))


def approve_on_page(client, report, **more):
    """What a leader does with a submitted report."""
    form = {**opened_by(client, report), "signer_name": "Nguyễn Văn A", **more}
    answer = client.post(f"/reports/{report.pk}/steps/approve/", form)
    assert answer["Location"] == f"/reports/{report.pk}/frozen/"
    report.refresh_from_db()
    return report
