"""The change log under attack: what was altered is found on the administrator's own page, writers going on meanwhile."""

import pytest

from khcn.kernel.audit.chain import CUT_OFF
from khcn.kernel.audit.jobs import find_break
from khcn.kernel.audit.models import ChainHead, ChangeEntry
from tests.factories.reference import LegalDocumentFactory
from tests.security.test_matrix import signed_in
from tests.web.conftest import words


def verdict(world):
    return words(signed_in(world, "admin").post("/log/verify/", follow=True))


@pytest.mark.django_db
def test_a_whole_log_is_said_to_be_whole(world):
    assert "Nhật ký còn nguyên" in verdict(world)


@pytest.mark.django_db
@pytest.mark.parametrize("gone", [1, 5])
def test_a_log_that_was_cut_off_is_found(world, gone):
    last = list(ChangeEntry.objects.order_by("-pk").values_list("pk", flat=True)[:gone])
    ChangeEntry.objects.filter(pk__in=last).delete()
    assert find_break() == CUT_OFF
    assert "bị cắt mất phần cuối" in verdict(world)


@pytest.mark.django_db
def test_a_log_that_was_emptied_is_found(world):
    ChangeEntry.objects.all().delete()
    assert "bị cắt mất phần cuối" in verdict(world)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["actor_label", "reason", "object_label", "action", "previous", "seal"])
def test_an_altered_entry_is_named(world, column):
    entry = ChangeEntry.objects.order_by("pk")[3]
    ChangeEntry.objects.filter(pk=entry.pk).update(**{column: "khác"})
    assert find_break() == entry.pk


@pytest.mark.django_db
def test_writers_that_go_on_raise_no_false_alarm(world, monkeypatch):
    """The head is read first; an entry that comes while the chain is walked must not look like a cut."""
    read = ChainHead.objects.filter

    def then_somebody_writes(**asked):
        found = list(read(**asked))
        LegalDocumentFactory()

        class Read:
            def values_list(self, *names, flat):
                return self

            def first(self):
                return found[0].seal

        monkeypatch.undo()
        return Read()

    monkeypatch.setattr(ChainHead.objects, "filter", then_somebody_writes)
    assert find_break() is None


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["một\r\n2023-01-01 ERROR giả", "\x1b[31mđỏ", "\u202egiả"])
def test_words_in_the_log_forge_no_line_of_the_server_log(world, caplog, text):
    import logging

    logging.disable(logging.NOTSET)
    LegalDocumentFactory(subject=text)
    signed_in(world, "admin").get("/log/", {"actor": text})
    assert not any("giả" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)
