"""The log of a store that was merged stays a chain of its own, and is verified with ours."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.chain_check import check_chain, check_merged_chains
from khcn.kernel.audit.digests_and_seals import GENESIS
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.merged_chains import MergedChain, MergedLink
from khcn.kernel.audit.models import ChainHead, ChainLink
from khcn.kernel.audit.printed_heads import PrintedHead, check_printed_head
from khcn.kernel.audit.sealer import seal_log, unsealed
from tests.factories.parties import OrganisationFactory

pytestmark = pytest.mark.django_db

LINKS, LOG, CHAINS = "kernel_audit_mergedlink", "kernel_audit_changeentry", "kernel_audit_mergedchain"


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def chain():
    """As a merger leaves it: four rows of the other log, and then ours."""
    OrganisationFactory.create_batch(4)
    seal_log()
    links = list(ChainLink.objects.order_by("position"))
    MergedLink.objects.bulk_create(
        MergedLink(slot=5, position=each.position, entry=each.entry, digest=each.digest, seal=each.seal)
        for each in links
    )
    sql("DELETE FROM kernel_audit_chainlink")
    ChainHead.objects.update(position=0, seal=GENESIS)
    with acting(SYSTEM, "gộp"):
        made = MergedChain(province="06", slot=5, position=4, seal=links[-1].seal, merged_at=timezone.now())
        made.save()
    OrganisationFactory.create_batch(2)
    return made


def merged():
    return [each.kind for each in check_merged_chains().findings]


def test_both_chains_hold_and_every_row_is_in_one_of_them(chain):
    verdict = verify_log()
    assert verdict.findings == []
    assert verdict.entries == 4 + 3
    assert not unsealed().exists()
    assert ChainHead.objects.get().position == 3


def test_what_is_done_to_the_rows_and_links_of_the_other_log_is_named(chain):
    rows = list(MergedLink.objects.order_by("position").values_list("entry", flat=True))
    sql(f"UPDATE {LOG} SET reason = 'khác' WHERE id = %s", rows[1])
    [found] = check_merged_chains().findings
    assert (found.kind, found.entry) == (FindingKind.CHANGED, rows[1])
    assert found.what.startswith("nhật ký của kho đã gộp 06 (5): ")
    assert check_chain().findings == []


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        (f"DELETE FROM {LINKS} WHERE position = 2", [FindingKind.DELETED]),
        (f"DELETE FROM {LINKS} WHERE position = 4", [FindingKind.TRUNCATED]),
        (f"DELETE FROM {LINKS}", [FindingKind.TRUNCATED]),
        (f"UPDATE {LINKS} SET seal = '{'1' * 64}' WHERE position = 2", [FindingKind.SEAL]),
        (f"UPDATE {LINKS} SET digest = '' WHERE position = 2", [FindingKind.UNKEYED, FindingKind.CHANGED]),
        (f"UPDATE {CHAINS} SET position = 3", [FindingKind.SEAL]),
        (f"UPDATE {CHAINS} SET position = 5", [FindingKind.TRUNCATED]),
        (f"DELETE FROM {CHAINS}", [FindingKind.SEAL]),
    ],
)  # fmt: skip
def test_a_chain_that_was_cut_or_altered_is_named(chain, statement, kinds):
    sql(statement)
    assert sorted(merged()) == sorted(kinds)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (f"UPDATE {CHAINS} SET position = 3", FindingKind.RECORD_CHANGED),
        (f"DELETE FROM {CHAINS}", FindingKind.RECORD_DELETED),
    ],
)
def test_how_far_the_other_chain_went_is_in_our_own_log(chain, statement, kind):
    sql(statement)
    assert kind in [each.kind for each in verify_log().findings]


def test_papers_of_the_other_province_are_found_in_its_chain(chain):
    seal = MergedLink.objects.get(position=2).seal
    assert check_printed_head(PrintedHead(date(2026, 1, 1), 2, seal[:16])) is None
    assert check_printed_head(PrintedHead(date(2026, 1, 1), 4, seal[:16])) is not None
