"""`./khcn province merge`: a province with records of every register comes into the store of another, which then has all of both."""

import json
from datetime import date
from hashlib import sha256
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import F
from django.utils import timezone

from bench.service import Service
from khcn.config.province_merge import merging
from khcn.config.province_merge import source_store as source_stores
from khcn.config.province_merge.staged_tables import ALIKE, StagedTable, run
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.merged_chains import MergedChain
from khcn.kernel.papers.models import PaperTemplate
from khcn.kernel.text.fold import fold
from khcn.parties.models import AccountRole
from tests.own_provinces import database_of_provinces
from tests.trace.test_store_at_once import on_postgresql


@pytest.fixture
def provinces(tmp_path):
    with database_of_provinces() as made:
        yield [program_of(each, tmp_path / each.code) for each in made]


def program_of(province, data):
    data.mkdir()
    program = Service(data, database_url=province.application)
    program.env |= province.environment
    return program


def read(program, *codes, what="read"):
    return json.loads(program.run("tests.config.province_world", what, *codes))


def merge(target, source, code="06"):
    address = source.env["KHCN_OWNER_DATABASE_URL"]
    return target.run("khcn", "province", "merge", code, "--database", address, "--data", str(source.data))


def fetched(program, query):
    address = program.env["KHCN_OWNER_DATABASE_URL"].replace("currentSchema=", "options=-csearch_path%3D")
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def contents(program):
    """By table a digest of its rows."""
    tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    digest = "SELECT '{0}', md5(string_agg(each::text, '' ORDER BY each::text)) FROM {0} each"
    asked = " UNION ALL ".join(digest.format(name) for (name,) in fetched(program, tables))
    return dict(fetched(program, asked))


FEWEST_COUNTED = 50


@pytest.mark.xdist_group("programs")
def test_every_code_number_and_figure_of_both_provinces_remains(provinces):
    """All registers come from there. Where one of our rows could be in their way is asked of each unique key below."""
    here, there = provinces
    before = read(here, "19", what="begin") | read(there, "06", what="fill")
    # what is counted of national lists, by the records that name them, is counted over both
    for code, (number, *of_one_province) in before["06"]["figures"].items():
        if not of_one_province:
            before["19"]["figures"][code] = [number]
    stored = contents(there)
    printed = merge(here, there)
    assert "quantri → quantri.06" in printed
    after = read(here, "19", "06")
    assert after.pop("log") == []
    assert (
        len([1 for number, *of_one in before["06"]["figures"].values() if of_one and of_one[0]])
        > FEWEST_COUNTED
    )
    files = sorted({*before["19"].pop("files"), *before["06"].pop("files")})
    assert [after[code].pop("files") for code in ("19", "06")] == [files, files]
    for code in ("19", "06"):
        for part in before[code]:
            assert after[code][part] == before[code][part], (code, part)
    assert contents(there) == stored, "the other store is only read"
    assert fetched(here, "SELECT slot FROM kernel_audit_mergedchain") == [(2,)]


# Unique keys that have no province and name no row by a reference.
OTHER_KEYS = {
    # of a record, an account or an actor by its number
    "kernel_papers.Paper", "kernel_actions.ActionRun", "kernel_deadlines.Deadline", "kernel_deadlines.LateEntry",
    "kernel_deadlines.EndedTerm", "kernel_deadlines.DeadlineEvent", "kernel_deadlines.Reminder", "kernel_deadlines.PersonalSettings",
    "kernel_registers.SavedFilter", "trace.MasterRecord",
    # drawn at random
    "parties.AccountToken", "parties.SecurityKey", "trace.ApiKey", "trace.CaptureJob", "trace.Subscription", "trace.Delivery",
    "goods.Lot", "goods.LotEntry", "goods.OutboxMessage", "goods.PackageLine",
    # the merger sees to them
    "parties.User", "kernel_audit.MergedChain",
}  # fmt: skip


def test_rows_of_two_provinces_with_the_same_codes_can_be_in_one_store():
    """A unique key has the province, or names a row that only one of the two stores has."""
    found = set()
    for model in set(merging._models()) - ALIKE.keys():
        meta = model._meta
        own = {
            each.name
            for each in meta.concrete_fields
            if each.name == "province" or (each.related_model and each.related_model not in ALIKE)
        }
        keys = [{each.name} for each in meta.concrete_fields if each.unique and not each.primary_key]
        keys += [{*each.fields} for each in meta.constraints if isinstance(each, models.UniqueConstraint)]
        if not all(key & own for key in [*keys, *map(set, meta.unique_together)]):
            found.add(meta.label)
    assert found == OTHER_KEYS


class OtherStore(SimpleNamespace):
    """What a merger asks first, with the answers of a store that fits."""

    def value(self, query):
        return self.tables if "to_regclass" in query else self.taken

    def rows(self, query):
        return self.migrations

    def slot(self):
        return self.its_slot


@pytest.fixture
def other():
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return OtherStore(tables=True, taken=0, migrations=cursor.fetchall(), its_slot=5)


@on_postgresql
@pytest.mark.django_db
def test_what_cannot_be_merged_is_refused_with_the_reason(other):
    assert merging._refuse_unfit(other, "19") == 5
    for change, reason in (
        ({"tables": False}, "Ở địa chỉ kia không có kho nào"),
        ({"migrations": other.migrations[1:]}, "Hai kho không cùng phiên bản"),
        ({"its_slot": 0}, "Kho kia mang số kho 0, kho này cũng 0"),
        ({"its_slot": None}, "Kho kia mang số kho None"),
        ({"taken": 3}, "đã có bản ghi mang số kho 0"),
    ):
        with pytest.raises(CommandError, match=reason):
            merging._refuse_unfit(OtherStore(**{**vars(other), **change}), "19")
    with pytest.raises(CommandError, match="Hai kho cùng mã tỉnh 06"):
        merging._refuse_unfit(other, "06")
    assert not MergedChain.objects.exists()
    with acting(SYSTEM):
        MergedChain(province="06", slot=5, position=0, seal="0" * 64, merged_at=timezone.now()).save()
    with pytest.raises(CommandError, match="Kho số 5 đã được gộp vào đây rồi"):
        merging._refuse_unfit(other, "19")


def a_template(version, content):
    return PaperTemplate(kind="x", version=version, format="toml", content=content)


@on_postgresql
@pytest.mark.django_db
def test_templates_that_come_get_free_versions_and_new_papers_go_on_with_ours():
    with acting(SYSTEM):
        for number, content in ((1, b"alike"), (2, b"ours")):
            a_template(number, content).save()
        table, changes = StagedTable(PaperTemplate), {}
        run(f"CREATE TABLE {table.staged} (LIKE {table.table})")
        names = "id, kind, version, format, content, sha256, shipped, note, created_at, updated_at"
        for pk, version, content in ((5, 1, b"alike"), (69, 2, b"theirs"), (133, 3, b"theirs, later")):
            values = [pk, version, content, sha256(content).hexdigest()]
            statement = f"INSERT INTO {table.staged} ({names}) VALUES (%s, 'x', %s, 'toml', %s, %s, false, '', now(), now())"
            run(statement, values)
        table.find_alike(ALIKE[PaperTemplate])
        numbered = merging.number_templates(table, changes)
        table.insert()
        merging.renew_templates(numbered)
    found = PaperTemplate.objects.filter(kind="x").order_by("version").values_list("version", "content")
    assert [(version, bytes(content)) for version, content in found] == [
        (1, b"alike"), (2, b"ours"), (3, b"theirs, later"), (4, b"theirs"), (5, b"ours"),
    ]  # fmt: skip
    assert changes == {69: {"version": (2, 4)}}


@on_postgresql
@pytest.mark.django_db
def test_a_role_that_comes_with_a_name_that_is_taken_gets_the_province():
    table, changes = StagedTable(AccountRole), {}
    with acting(SYSTEM):
        AccountRole(code="ke-toan", name="Kế toán", valid_from=date(2020, 1, 1)).save()
        AccountRole(code="thu-quy", name="Thủ quỹ", valid_from=date(2020, 1, 1)).save()
    run(f"CREATE TABLE {table.staged} (LIKE {table.table})")
    names = "id, code, name, name_key, description, acts_as, valid_from, created_at, updated_at"
    came = (
        (5, "thu-quy", "Quỹ"),
        (69, "kt", "KẾ TOÁN"),
        (133, "kt-2", "Kế  toán"),
        (197, "van-thu", "Văn thư"),
    )
    for pk, code, name in came:
        statement = f"INSERT INTO {table.staged} ({names}) VALUES (%s, %s, %s, %s, '', '', '2020-01-01', now(), now())"
        run(statement, [pk, code, name, fold(name)])
    table.find_alike(ALIKE[AccountRole])
    merging._prepare_roles(table, changes, "06")
    table.insert()
    of_department = AccountRole.objects.exclude(code=F("acts_as")).order_by("code")
    assert list(of_department.values_list("code", "name", "name_key")) == [
        ("ke-toan", "Kế toán", "ke toan"),
        ("kt", "KẾ TOÁN (06)", "ke toan 06"),
        ("kt-2", "Kế  toán (06 2)", "ke toan 06 2"),
        ("thu-quy", "Thủ quỹ", "thu quy"),
        ("van-thu", "Văn thư", "van thu"),
    ]
    assert changes == {
        69: {"name": ("KẾ TOÁN", "KẾ TOÁN (06)")},
        133: {"name": ("Kế  toán", "Kế  toán (06 2)")},
    }


@pytest.mark.django_db
def test_a_store_on_sqlite_is_refused(tmp_path):
    address = "sqlite:////nowhere/khcn.sqlite3"
    with pytest.raises(CommandError, match="Chỉ gộp được hai kho trên PostgreSQL"):
        call_command("province", "merge", "19", database=address, data=tmp_path)


def test_a_store_on_another_machine_is_read_by_verified_tls_or_not_at_all(tmp_path, settings, monkeypatch):
    """It has all the data of a province, the hashes of its passwords too."""
    monkeypatch.setattr(source_stores.psycopg, "connect", None)
    elsewhere = "postgresql://khcn_owner:mat-khau-x@10.0.0.2/khcn?sslmode="
    for mode in ("prefer", "require"):
        with pytest.raises(CommandError, match=r"--database: .*sslmode=verify-full") as refused:
            source_stores.source_store(elsewhere + mode, tmp_path).__enter__()
        assert "mat-khau-x" not in str(refused.value)
    for address, plaintext in ((elsewhere + "verify-full", set()), (elsewhere, {"database"})):
        settings.PLAINTEXT = frozenset(plaintext)
        with pytest.raises(CommandError, match="không có tệp secret-key"):  # the next thing that is looked at
            source_stores.source_store(address, tmp_path).__enter__()
