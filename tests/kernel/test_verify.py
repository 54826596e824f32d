"""The proof of the change log: whatever is done to it, or to a record, by raw SQL is named, from the anchor file alone."""

import shutil
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit import anchors, jobs, printed_heads
from khcn.kernel.audit.chain_check import check_chain
from khcn.kernel.audit.digests_and_seals import digest_of, proof_of_plain_end, seal_before_digests, seal_keys
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChainHead, ChainLink, ChangeEntry
from khcn.kernel.audit.sealer import seal_log
from khcn.parties.models import Organisation, User
from khcn.parties.models.account_roles import SHIPPED
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory

LOG, LINKS, HEAD = (each._meta.db_table for each in (ChangeEntry, ChainLink, ChainHead))
RECORDS = Organisation._meta.db_table
NOON = datetime(2026, 10, 9, 5, 0, tzinfo=UTC)
COLUMNS = (
    "at, actor_id, actor_label, reason, batch, action, model, object_id, object_label, before, after, digest"
)
OLD_DIGEST = "d707735d66c33f63f05cf1bc9713cb4aca252f816a6110ceb96a04b88827afa7"

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    """Write to the database as somebody with access to it would."""
    with connection.cursor() as cursor:
        for each in statement.split(";"):
            cursor.execute(each, values if "%s" in each else None)


@pytest.fixture
def rows(settings, tmp_path):
    """Keys of eight rows of the log, sealed, with an anchor outside."""
    settings.ANCHORS = tmp_path / "log-anchors"
    with acting(SYSTEM, "thử"):
        made = [OrganisationFactory(name=f"Sở {number}") for number in range(4)]
        for each in made:
            each.address = f"số {each.pk}"
            each.save()
    jobs.daily_anchor_job(Clock(datetime.now(UTC)))
    return list(ChangeEntry.objects.order_by("pk").values_list("pk", flat=True))


class Clock:
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


def found(**options):
    """What verification finds, as pairs of kind and row of the log."""
    return [(each.kind, each.entry) for each in verify_log(**options).findings]


def position(entry):
    return ChainLink.objects.get(entry=entry).position


@pytest.mark.both
def test_a_whole_log_holds(rows):
    verdict = verify_log()
    assert (verdict.entries, verdict.records, verdict.findings) == (8, 4 + len(SHIPPED), [])
    call_command("verify_log")


@pytest.mark.both
def test_an_empty_log_holds():
    assert verify_log().holds


@pytest.mark.both
@pytest.mark.parametrize(
    "column", ["actor_label", "on_behalf_of", "reason", "object_label", "action", "model", "digest"]
)
def test_a_changed_column_is_named(rows, column):
    sql(f"UPDATE {LOG} SET {column} = 'khac' WHERE id = %s", rows[5])
    assert (FindingKind.CHANGED, rows[5]) in found()
    assert {entry for kind, entry in found() if kind is FindingKind.CHANGED} == {rows[5]}


@pytest.mark.both
def test_a_changed_instant_is_named(rows):
    at = ChangeEntry.objects.get(pk=rows[2]).at + timedelta(microseconds=1)
    ChangeEntry.objects.filter(pk=rows[2]).update(at=at)
    assert found() == [(FindingKind.CHANGED, rows[2])]


@pytest.mark.both
def test_changed_values_are_named(rows):
    ChangeEntry.objects.filter(pk=rows[6]).update(before={"address": "nơi khác"})
    assert found() == [(FindingKind.CHANGED, rows[6])]


@pytest.mark.parametrize("place", [0, 3])
def test_a_row_deleted_in_the_middle_is_named(rows, place):
    sql(f"DELETE FROM {LOG} WHERE id = %s", rows[place])
    assert (FindingKind.DELETED, rows[place]) in found()
    assert FindingKind.TRUNCATED not in {kind for kind, _entry in found()}


def test_a_row_deleted_with_its_link_is_named_by_its_position(rows):
    at = position(rows[3])
    sql(f"DELETE FROM {LOG} WHERE id = %s", rows[3])
    sql(f"DELETE FROM {LINKS} WHERE entry = %s", rows[3])
    verdict = verify_log()
    deleted = [each for each in verdict.findings if each.kind is FindingKind.DELETED]
    assert [each.what for each in deleted] == [f"vị trí {at} trong chuỗi"]
    assert FindingKind.TRUNCATED not in {each.kind for each in verdict.findings}


@pytest.mark.parametrize("number", [1, 3])
def test_rows_cut_off_at_the_end_are_named_as_a_cut(rows, number):
    sql(f"DELETE FROM {LOG} WHERE id >= %s", rows[-number])
    kinds = [
        each for each in verify_log().findings if each.kind in {FindingKind.TRUNCATED, FindingKind.DELETED}
    ]
    assert [(each.kind, each.entry) for each in kinds] == [(FindingKind.TRUNCATED, rows[-number])]


@pytest.mark.parametrize("number", [1, 3, 8])
def test_a_cut_with_links_and_head_set_back_is_found_by_the_anchor(rows, number):
    end = position(rows[-number]) - 1
    cut_back(end, rows[-number])
    cut = [each for each in verify_log().findings if each.kind is FindingKind.TRUNCATED]
    first = f"vị trí {end + 1} đến 8" if number > 1 else "vị trí 8"
    assert [each.what for each in cut] == [f"{first} trong chuỗi"]


def cut_back(end, first_gone):
    """The work of somebody who knows the tables: rows, links and head as they once were."""
    last = ChainLink.objects.filter(position=end).first()
    sql(f"DELETE FROM {LOG} WHERE id >= %s", first_gone)
    sql(f"DELETE FROM {LINKS} WHERE position > %s", end)
    sql(f"UPDATE {HEAD} SET position = {end}, final_to = 0, seal = %s", last.seal if last else "0" * 64)


def test_a_log_cut_back_and_written_on_is_found_by_the_anchor(rows):
    cut_back(position(rows[-2]) - 1, rows[-2])
    OrganisationFactory.create_batch(5)
    assert FindingKind.REWRITTEN in {kind for kind, _entry in found()}


@pytest.mark.both
def test_a_log_emptied_is_a_cut(rows):
    sql(f"DELETE FROM {LOG}; DELETE FROM {LINKS}; DELETE FROM {HEAD}; DELETE FROM {RECORDS}")
    assert found() == [(FindingKind.TRUNCATED, None)]


@pytest.mark.both
def test_an_inserted_row_is_named_and_not_sealed(rows):
    sql(
        f"INSERT INTO {LOG} ({COLUMNS}) SELECT at, actor_id, 'Khác', reason, batch, action, model, object_id, "
        f"object_label, before, after, digest FROM {LOG} WHERE id = %s",
        rows[-1],
    )
    added = ChangeEntry.objects.latest("pk").pk
    assert found() == [(FindingKind.INSERTED, added)]
    assert not ChainLink.objects.filter(entry=added).exists()


def test_an_inserted_row_without_digest_is_named(rows):
    sql(
        f"INSERT INTO {LOG} ({COLUMNS}) SELECT at, actor_id, actor_label, reason, batch, action, model, object_id, "
        f"object_label, before, after, '' FROM {LOG} WHERE id = %s",
        rows[-1],
    )
    assert found() == [(FindingKind.INSERTED, ChangeEntry.objects.latest("pk").pk)]


def test_a_copied_row_is_named(rows):
    sql(f"INSERT INTO {LOG} ({COLUMNS}) SELECT {COLUMNS} FROM {LOG} WHERE id = %s", rows[-1])
    assert found() == [(FindingKind.INSERTED, ChangeEntry.objects.latest("pk").pk)]


def test_a_row_inserted_with_a_forged_link_is_named(rows):
    ChangeEntry.objects.create(
        at=NOON, actor_label="Khác", batch="0" * 32, action="update", model="parties.organisation",
        object_id="1", object_label="Sở", before={}, after={}, digest="d" * 64,
    )  # fmt: skip
    added = ChangeEntry.objects.latest("pk").pk
    ChainLink.objects.create(position=9, entry=added, digest="d" * 64, seal="e" * 64)
    sql(f"UPDATE {HEAD} SET position = 9, seal = %s", "e" * 64)
    assert {(FindingKind.CHANGED, added), (FindingKind.SEAL, added)} <= set(found())


def test_two_rows_that_changed_places_are_named(rows):
    first, second = rows[4], rows[6]
    sql(f"UPDATE {LOG} SET id = -1 WHERE id = %s", first)
    sql(f"UPDATE {LOG} SET id = {first} WHERE id = %s", second)
    sql(f"UPDATE {LOG} SET id = {second} WHERE id = -1")
    assert found() == [(FindingKind.REORDERED, first), (FindingKind.REORDERED, second)]


@pytest.mark.parametrize("pair", [(2, 3), (2, 6)])
def test_two_links_that_changed_places_are_named(rows, pair):
    one, two = (position(rows[place]) for place in pair)
    sql(f"UPDATE {LINKS} SET position = -1 WHERE position = {one}")
    sql(f"UPDATE {LINKS} SET position = {one} WHERE position = {two}")
    sql(f"UPDATE {LINKS} SET position = {two} WHERE position = -1")
    reordered = {entry for kind, entry in found() if kind is FindingKind.REORDERED}
    assert reordered == {rows[place] for place in pair}


def test_a_changed_seal_is_named(rows):
    sql(f"UPDATE {LINKS} SET seal = %s WHERE entry = {rows[3]}", "a" * 64)
    assert found() == [(FindingKind.SEAL, rows[3])]


def test_a_changed_head_is_named(rows):
    sql(f"UPDATE {HEAD} SET seal = %s", "a" * 64)
    assert found() == [(FindingKind.SEAL, None)]
    sql(f"UPDATE {HEAD} SET position = 3")
    assert (FindingKind.SEAL, None) in found()


def test_a_row_changed_before_it_was_sealed_is_named(rows):
    OrganisationFactory(name="Sở mới")
    last = ChangeEntry.objects.latest("pk").pk
    sql(f"UPDATE {LOG} SET actor_label = 'Khác' WHERE id = %s", last)
    assert found() == [(FindingKind.INSERTED, last)]


def test_an_unsealed_row_at_the_key_up_to_which_all_are_sealed_is_named(rows):
    OrganisationFactory(name="Sở mới")
    last = ChangeEntry.objects.latest("pk").pk
    sql(f"UPDATE {HEAD} SET final_to = %s", last)
    assert found() == [(FindingKind.INSERTED, last)]


# ------------------------------------------------------------------------------------- records


def named(kind):
    return [each.what for each in verify_log().findings if each.kind is kind]


@pytest.mark.both
def test_a_record_changed_by_sql_is_named_with_its_columns(rows):
    made = Organisation.objects.order_by("pk")[1]
    sql(f"UPDATE {RECORDS} SET address = 'nơi khác', name = 'Sở khác' WHERE id = %s", made.pk)
    assert named(FindingKind.RECORD_CHANGED) == [f"Tổ chức “Sở khác” (#{made.pk}): name, address"]


@pytest.mark.both
def test_a_record_deleted_by_sql_is_named(rows):
    made = Organisation.objects.order_by("pk")[2]
    sql(f"DELETE FROM {RECORDS} WHERE id = %s", made.pk)
    assert named(FindingKind.RECORD_DELETED) == [f"Tổ chức “Sở 2” (#{made.pk})"]


@pytest.mark.both
def test_a_record_inserted_by_sql_is_named(rows):
    made = Organisation.objects.order_by("pk")[0]
    names = [field.column for field in Organisation._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join("'Sở thêm'" if name == "name" else f'"{name}"' for name in names)
    sql(f"INSERT INTO {RECORDS} ({columns}) SELECT {values} FROM {RECORDS} WHERE id = %s", made.pk)
    added = Organisation.objects.latest("pk").pk
    assert named(FindingKind.RECORD_INSERTED) == [f"Tổ chức “Sở thêm” (#{added})"]


@pytest.mark.both
def test_masked_and_derived_columns_are_no_difference():
    with acting(SYSTEM):
        user = User.objects.create(username="lan", full_name="Lan", role_id="reader")
        user.set_password("một mật khẩu dài")
        user.save()
        OrganisationFactory(name="Sở A").delete()
    sql(f"UPDATE {RECORDS} SET sort_key = 'cũ'")
    assert verify_log().holds


# ------------------------------------------------------------------------------------- anchors


def test_an_old_file_of_anchors_is_enough(rows, tmp_path, settings, capsys):
    """Offline: only a copy of the file, taken before, and the database as it was left."""
    copy = tmp_path / "usb"
    shutil.copy(settings.ANCHORS, copy)
    settings.ANCHORS.unlink()
    call_command("verify_log", "--anchors", str(copy))
    assert "8" in capsys.readouterr().out
    cut_back(position(rows[-2]) - 1, rows[-2])
    with pytest.raises(CommandError):
        call_command("verify_log", "--anchors", str(copy))
    assert "cắt mất phần cuối" in capsys.readouterr().out


def test_a_line_that_is_not_ours_is_named(rows, settings):
    with settings.ANCHORS.open("a") as file:
        file.write(f"{NOON.isoformat()} 8 {'a' * 64} {'b' * 64}\nrác\n")
    assert found() == [(FindingKind.ANCHORS, None)] * 2


def test_an_anchor_older_than_26_hours_is_reported(rows, settings):
    settings.ANCHORS.unlink()
    jobs.daily_anchor_job(Clock(datetime.now(UTC) - timedelta(hours=27)))
    assert found() == [(FindingKind.STALE, None)]
    assert found(check_age=False) == []


def test_the_head_leaves_the_database_daily_and_every_ten_minutes_of_work(settings, tmp_path, mailoutbox):
    settings.ANCHORS, settings.ANCHOR_MAIL = tmp_path / "data" / "log-anchors", ["lanhdao@example.vn"]
    for minutes in (0, 5, 9, 11, 12):
        OrganisationFactory()
        jobs.seal_rows(Clock(NOON + timedelta(minutes=minutes)))
    stored, wrong = anchors.read_file(settings.ANCHORS)
    assert [(each.position, each.at) for each in stored] == [(1, NOON), (4, NOON + timedelta(minutes=11))]
    jobs.daily_anchor_job(Clock(NOON + timedelta(hours=12)))
    stored, wrong = anchors.read_file(settings.ANCHORS)
    assert (stored[-1].position, wrong) == (5, [])
    assert anchors.last_anchor() == stored[-1]
    assert mailoutbox[0].to == ["lanhdao@example.vn"]
    assert stored[-1].line() in mailoutbox[0].body
    assert str(printed_heads.printed_head(on=NOON.date())) == f"09/10/2026 5 {stored[-1].seal[:16]}"


def test_a_new_secret_leaves_old_rows_and_anchors_valid(rows, settings):
    settings.LOG_SECRETS_BEFORE = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    OrganisationFactory()
    assert verify_log().holds
    settings.LOG_SECRETS_BEFORE = []
    assert not verify_log().holds


def sign_plain_end():
    """Sign all links without digest, as was done once when rows got digests."""
    last = ChainLink.objects.filter(digest="").order_by("position").last()
    proof = proof_of_plain_end(seal_keys()[0], position=last.position, seal=last.seal)
    ChainHead.objects.update(plain_to=last.position, plain_proof=proof)


def test_rows_that_were_sealed_before_rows_had_digests_stay_valid():
    OrganisationFactory.create_batch(3)
    previous = "0" * 64
    for place, entry in enumerate(ChangeEntry.objects.order_by("pk"), 1):  # as before digests
        ChangeEntry.objects.filter(pk=entry.pk).update(digest="")
        previous = seal_before_digests(previous, entry)
        ChainLink.objects.create(position=place, entry=entry.pk, digest="", seal=previous)
    *_first, middle, last = ChangeEntry.objects.order_by("pk").values_list("pk", flat=True)
    ChainHead.objects.create(pk=1, position=3, seal=previous, final_to=last)
    sign_plain_end()
    assert seal_log() == 0
    OrganisationFactory.create_batch(2)
    assert verify_log().holds
    assert ChainHead.objects.get().position == 5
    sql(f"UPDATE {LOG} SET reason = 'khác' WHERE id = %s", middle)
    assert found() == [(FindingKind.CHANGED, middle)]
    sql(f"UPDATE {HEAD} SET plain_to = 5; UPDATE {LINKS} SET digest = '' WHERE position > 3")
    assert [each.what for each in verify_log().findings if each.kind is FindingKind.UNKEYED] == [
        "vị trí 1 đến 5 trong chuỗi"
    ]
    sql(f"UPDATE {HEAD} SET plain_to = 3")
    assert [each.what for each in verify_log().findings if each.kind is FindingKind.UNKEYED] == [
        "vị trí 4 đến 5 trong chuỗi"
    ]


# ------------------------------------------------------------------- forgeries that need no secret


def forge_links(start):
    """Links without digest from a position on, sealed by plain SHA-256 as before digests, and the head set to them."""
    before = ChainLink.objects.filter(position=start - 1).first()
    previous = before.seal if before else "0" * 64
    for link in ChainLink.objects.filter(position__gte=start).order_by("position"):
        previous = seal_before_digests(previous, ChangeEntry.objects.get(pk=link.entry))
        ChainLink.objects.filter(pk=link.pk).update(digest="", seal=previous)
        end = link.position
    ChangeEntry.objects.filter(pk__gte=ChainLink.objects.get(position=start).entry).update(digest="")
    ChainHead.objects.update(position=end, seal=previous, plain_to=end, plain_proof="0" * 64)


@pytest.fixture(params=[True, False], ids=["anchors", "no anchors"])
def with_or_without_anchors(request, rows, settings):
    if not request.param:
        settings.ANCHORS.unlink()


def unkeyed():
    return [each.what for each in verify_log().findings if each.kind is FindingKind.UNKEYED]


def test_a_row_in_the_name_of_another_with_a_keyless_link_is_named(rows, with_or_without_anchors):
    made = Organisation.objects.order_by("pk")[1]
    sql(f"UPDATE {RECORDS} SET address = 'nơi khác' WHERE id = %s", made.pk)
    last = ChangeEntry.objects.get(pk=rows[-1])
    forged = ChangeEntry.objects.create(
        at=last.at, actor_id=1, actor_label="Giám đốc", batch=last.batch, action="update", model=last.model,
        object_id=made.pk, object_label=made.name, before={"address": made.address}, after={"address": "nơi khác"},
    )  # fmt: skip
    ChainLink.objects.create(position=9, entry=forged.pk, digest="", seal="0" * 64)
    forge_links(9)
    assert found() == [(FindingKind.UNKEYED, None)]
    assert unkeyed() == ["vị trí 9 trong chuỗi"]


@pytest.mark.parametrize(("start", "what"), [(6, "vị trí 6 đến 8"), (1, "vị trí 1 đến 8")])
def test_an_end_of_the_log_rewritten_with_keyless_links_is_named(rows, with_or_without_anchors, start, what):
    ChangeEntry.objects.filter(pk__in=rows[5:]).update(actor_label="Giám đốc")
    forge_links(start)
    assert unkeyed() == [f"{what} trong chuỗi"]


def test_an_anchor_says_where_keyless_links_end(rows, settings):
    """Even where the whole log was rewritten and the end of its keyless links signed again."""
    last = anchors.last_anchor()
    assert (last.position, last.plain_to) == (8, 0)
    forge_links(1)
    sign_plain_end()
    assert unkeyed() == ["vị trí 1 đến 8 trong chuỗi"]


def test_a_line_from_before_the_end_of_keyless_links_was_noted_stays_valid(rows):
    line = anchors.Anchor(NOON, 8, "a" * 64).line()
    assert (len(line.split()), anchors.read_line(line)) == (4, anchors.Anchor(NOON, 8, "a" * 64))


def test_missing_anchors_are_reported_once_the_log_is_older_than_a_day(rows, settings):
    settings.ANCHORS.unlink()
    assert found() == []
    later = datetime.now(UTC) + timedelta(hours=27)
    assert [each.kind for each in check_chain(anchors=[], now=later).findings] == [FindingKind.NO_ANCHORS]
    assert check_chain(anchors=[], now=None).holds


def test_a_printed_head_is_compared_with_the_chain(rows):
    head = printed_heads.printed_head(on=NOON.date())
    assert head.line == f"Mốc niêm phong nhật ký dữ liệu: ngày 09/10/2026, vị trí 8, mã {head.short}"
    for written in (head.line, str(head), f"{str(head).upper()}."):
        assert printed_heads.read_printed(written) == head
        call_command("verify_log", printed=[written])
    other = f"09/10/2026 8 {'0' * 16}"
    with pytest.raises(CommandError, match="1 chỗ không khớp"):
        call_command("verify_log", printed=[str(head), other])
    later = printed_heads.read_printed(f"09/10/2026 9 {head.short}")
    assert printed_heads.check_printed_head(later).kind is FindingKind.TRUNCATED
    for unread in ("", "8 abc", f"31/02/2026 8 {head.short}", f"8 {head.short}"):
        with pytest.raises(CommandError, match="Không đọc được mốc"):
            call_command("verify_log", printed=[unread])


def test_rows_without_a_later_column_keep_their_digest(rows):
    """What a row was signed with before the log knew for whom a deputy acts."""
    entry = ChangeEntry(
        at=NOON, actor_id=7, actor_label="Lê Thị Ghi", batch=UUID(int=5), action="create", model="a.b", object_id="1",
        object_label="x", after={"name": "x"},
    )  # fmt: skip
    assert digest_of(entry, b"key") == OLD_DIGEST
    entry.on_behalf_of = "Trần Văn Trưởng"
    assert digest_of(entry, b"key") != OLD_DIGEST


@pytest.mark.both
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses such values itself")
def test_a_cell_that_holds_no_value_of_its_column_is_named_and_the_rest_is_still_verified(rows, capsys):
    task, fourth = ScienceTaskFactory(title="Đề tài"), Organisation.objects.get(name="Sở 3").pk
    sql(f"UPDATE {LOG} SET at = 'garbage' WHERE id = %s", rows[1])
    sql(f"UPDATE {LOG} SET batch = 'zz' WHERE id = %s", rows[2])
    sql("UPDATE science_sciencetask SET budget_total = 'abc' WHERE id = %s", task.pk)
    sql(f"UPDATE {RECORDS} SET address = 'khác' WHERE id = %s", fourth)
    with pytest.raises(CommandError):
        call_command("verify_log")
    reported = [line for line in capsys.readouterr().out.splitlines() if ":" in line]
    assert reported == [
        f"Lượt ghi bị sửa: lượt ghi số {rows[1]}",
        f"Lượt ghi bị sửa: lượt ghi số {rows[2]}",
        f"Bản ghi bị sửa ngoài chương trình: Tổ chức “Sở 3” (#{fourth}): address",
        f"Bản ghi bị sửa ngoài chương trình: Nhiệm vụ KH&CN “Đề tài” (#{task.pk}): có giá trị không đọc được",
    ]
