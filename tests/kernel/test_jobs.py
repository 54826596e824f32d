"""Background work: queued with the transaction, run under the system's name, misspelt names refused at once."""

import pytest
from django.db import transaction

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.jobs import BrokenChainError, verify_chain
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.jobs import NotAJobError, enqueue
from tests.factories.reference import LegalDocumentFactory

VERIFY = "khcn.kernel.audit.jobs.verify_chain"


@pytest.mark.parametrize("path", ["os.system", "khcn.kernel.audit.models.bulk_insert", "khcn.jobs"])
def test_only_functions_of_jobs_modules_can_be_queued(path):
    with pytest.raises(NotAJobError):
        enqueue(path)


@transaction.atomic
def asked_for_and_failed():
    enqueue(VERIFY)
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_rolled_back_request_leaves_no_job(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as queued:
        with pytest.raises(ZeroDivisionError):
            asked_for_and_failed()
        assert queued == []
        enqueue(VERIFY)
    assert len(queued) == 1


@pytest.mark.django_db
def test_the_watch_over_the_log_finds_an_altered_entry(django_capture_on_commit_callbacks):
    with acting(SYSTEM, "test"):
        LegalDocumentFactory.create_batch(3)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(VERIFY)
    second = ChangeEntry.objects.order_by("pk")[1]
    ChangeEntry.objects.filter(pk=second.pk).update(actor_label="người khác")
    with pytest.raises(BrokenChainError, match=str(second.pk)):
        verify_chain()


@pytest.mark.django_db
def test_a_log_cut_off_at_the_end_is_a_break():
    with acting(SYSTEM, "test"):
        LegalDocumentFactory.create_batch(3)
    verify_chain()
    ChangeEntry.objects.order_by("pk").last().delete()
    with pytest.raises(BrokenChainError, match="-1"):
        verify_chain()
