"""The search table: what it holds follows the records, and what it finds is what reading every record would find."""

import re
from datetime import date

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_insert, bulk_remove
from khcn.kernel.search import entries as entries_module
from khcn.kernel.search import jobs, register_search, search_sql
from khcn.kernel.search.declarations import all_declared, declared, found_through
from khcn.kernel.search.global_search import SearchSource, find_records, find_statement
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.rebuilding import RebuildResult, rebuild_entries
from khcn.kernel.search.register_search import rows_with_words
from khcn.kernel.search.search_words import MOST_WORDS, read_phrase, read_words
from khcn.kernel.text.fold import fold
from khcn.parties.models import Organisation, Person
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.search_rule import occur_in

DAY = date(2023, 9, 14)


def search(text, model=ScienceTask):
    return list(rows_with_words(model.objects.order_by("pk"), declared(model), read_words(text)).rows)


def found(text, *sources, size=8):
    return [
        (each.object_id, each.label)
        for each in find_records(sources or [SearchSource(declared(Person))], read_words(text), size)
    ]


def people(*names):
    with acting(SYSTEM):
        made = [Person(full_name=name) for name in names]
        bulk_insert(made)
    return made


# ------------------------------------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("text", "words", "cut"),
    [
        ("Nấm  LINH-chi", ("nam", "linh", "chi"), False),
        ("Na\u0302\u0301m nấm", ("nam",), False),
        ("đỗ 'x' 100% _a\\", ("do", "x", "100", "a"), False),
        ("nấm\0 🍄", ("nam",), False),
        ("cá S-0 12/QĐ-UBND", ("ca", "s 0", "12 qd ubnd"), False),
        ("24-05 31/12/2023", ("24 05", "31 12 2023"), False),
        ("0912-345-678 ẩm-thực", ("0912", "345", "678", "am", "thuc"), False),
        ("S- -01 a,1 (2)", ("s", "01", "a", "1", "2"), False),
        ("🍄 – %", (), False),
        ("", (), False),
        ("từ " * 8000, ("tu",), True),
        ("x" * 5000, ("x" * 40,), True),
        (" ".join(f"w{n}" for n in range(20)), tuple(f"w{n}" for n in range(MOST_WORDS)), True),
    ],
)
def test_what_is_typed_becomes_words(text, words, cut):
    assert (read_words(text).words, read_words(text).cut) == (words, cut)


@pytest.mark.parametrize(
    ("text", "typed", "there"),
    [
        ("tran van an", "an", True),
        ("tran van binh", "an", False),  # two letters: the beginning of a word
        ("tran van binh", "ran", True),  # three letters: anywhere
        ("tran van binh", "inh tr", True),
        ("tran van binh", "b", True),
        ("s 05 nuoi ca", "S-0", True),
        ("s 05 nuoi ca", "05-nuoi", True),
        ("nuoi ca 07 so s", "S-0", False),  # a code is no two words
        ("tran van binh", "n", False),
    ],
)
def test_short_words_begin_words_and_long_ones_stand_anywhere(text, typed, there):
    assert occur_in(text, read_words(typed)) is there


# --------------------------------------------------------------------------------------------- findings

NAMES = (
    "Nguyễn Văn An",
    "Trần Thị Ánh Nguyệt",
    "Đặng Thị Hồng",
    "Dang Thi Hong",
    "Đỗ Hữu Toàn",
    "Lò A Páo",
    "O'Brien 100% _x_",
    "Nguyễn An Ninh 07",
    "Ærø Œuvre straße",
    "李 明 Ли",
)
SYLLABLES = st.sampled_from(
    [
        "an",
        "ng",
        "nguy",
        "Đặng",
        "thi",
        "ho",
        "a",
        "o",
        "07",
        "10",
        "x",
        "uyễ",
        "明",
        "ли",
        "ss",
        "%",
        "_",
        "aer",
        "hữu",
        "ninh-0",
        "n-07",
    ]
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.lists(st.one_of(SYLLABLES, st.text(max_size=4)), min_size=1, max_size=3).map(" ".join))
@example(typed="dang")
@example(typed="a")
@example(typed="nin-07")
@example(typed="ninh/0 07")
def test_search_finds_what_reading_every_name_finds(typed):
    if not Person.objects.exists():
        people(*NAMES)
    words = read_words(typed)
    expected = [each.pk for each in Person.objects.order_by("pk") if occur_in(fold(each.full_name), words)]
    assert [each.pk for each in search(typed, Person)] == expected
    globally = [pk for pk, _label in found(typed, size=100)]
    assert sorted(globally) == (expected if words.words else [])


@pytest.mark.django_db
def test_many_matches_are_found_like_few(monkeypatch):
    made = people(*(f"Nguyễn Văn {n}" for n in range(60)), "Trần Văn 7")
    for frequent, named in ((40, 5000), (3, 5), (1000, 5)):
        monkeypatch.setattr(search_sql, "FREQUENT", frequent)
        monkeypatch.setattr(register_search, "FREQUENT", frequent)
        monkeypatch.setattr(register_search, "NAMED_UP_TO", named)
        assert search("nguyen van", Person) == made[:60]
        assert search("van 7", Person) == [made[7], made[60]]
        assert search("van 7 tran", Person) == [made[60]]
        many = rows_with_words(Person.objects.all(), declared(Person), read_words("nguyen van")).many
        assert many is (frequent < 60 or named < 60)


@pytest.mark.django_db
def test_every_word_must_be_found_in_own_or_related_names():
    task = ScienceTaskFactory(title="Nấm Linh chi", host=OrganisationFactory(name="Trung tâm Ứng dụng"))
    other = ScienceTaskFactory(title="Nấm rơm", host=OrganisationFactory(name="Viện Nông hóa"))
    assert search("nam linh chi") == search("linh-chi trung TAM") == [task]
    assert search("linh chi viện") == []
    assert search("nam") == search("  ") == [task, other]


@pytest.mark.django_db
def test_a_phrase_stands_as_a_whole():
    one, _two = people("Lê A Bình", "A Lê Bình")
    assert list(rows_with_words(Person.objects.all(), declared(Person), read_phrase("LE a")).rows) == [one]


# -------------------------------------------------------------------------------------------------- order


@pytest.mark.django_db
def test_typed_spelling_then_beginning_then_name_then_the_rest():
    host = OrganisationFactory(name="Viện Nấm")
    mentions = ScienceTaskFactory(title="Giống lúa", short_name="", host=host)
    inside = ScienceTaskFactory(title="Giống cây nam", short_name="", host=None)
    begins = ScienceTaskFactory(title="Nam dược", short_name="", host=None)
    exact = ScienceTaskFactory(title="Trồng nấm", short_name="", host=None)
    tasks = SearchSource(declared(ScienceTask))
    assert [pk for pk, _ in found("nấm", tasks)] == [each.pk for each in (exact, begins, inside, mentions)]
    assert found("nam", tasks, size=1) == [(begins.pk, "Nam dược")]
    assert [label for _, label in found("nấm", tasks, size=2)] == ["Trồng nấm", "Nam dược"]


@pytest.mark.django_db
def test_names_that_begin_with_the_words_are_found_behind_many_newer_ones(monkeypatch):
    first = people("Đặng Hồng")[0]
    people(*(f"Người {n} dang hong" for n in range(60)))
    for typed in ("đặng hồng", "dang hong", "Đặng Hồ"):
        assert found(typed, size=3)[0] == (first.pk, "Đặng Hồng")


@pytest.mark.django_db
@pytest.mark.parametrize("newest", [1000, 5])
@pytest.mark.parametrize("typed", ["nấm", "nam", "an", "viện nấm 7", "yến an", "S-0", "明", "khongcodau"])
def test_registers_that_are_read_whole_are_searched_at_once_as_each_alone(monkeypatch, typed, newest):
    monkeypatch.setattr(search_sql, "NEWEST", newest)  # with five PostgreSQL's index is asked too
    host = OrganisationFactory(name="Viện Nấm 7")
    people(*(f"Nguyễn Nấm {n}" for n in range(60)), "An Nấm", "Yến An", "李 明")
    for number in range(3):
        ScienceTaskFactory(title=f"Nấm {number}", code=f"S-0{number}", host=host)
    declarations = all_declared()
    words = read_words(typed)
    combined = find_records([SearchSource(each) for each in declarations], words, 8)
    # a scope that holds everything: each register has parts of its own in the statement
    alone = [SearchSource(each, each.model._base_manager.filter(pk__gt=0)) for each in declarations]
    assert combined == find_records(alone, words, 8)
    assert bool(combined) is (typed != "khongcodau")
    some = [each for each in declarations if each.model is not Person]
    left = [hit for hit in combined if hit.model != declared(Person).number]
    assert find_records([SearchSource(each) for each in some], words, 8) == left


@pytest.mark.django_db
def test_a_statement_of_more_parts_than_sqlite_takes_at_once_finds_the_same():
    people(*(f"Nguyễn Nấm {n}" for n in range(10)), "An Nấm")
    declarations, words = all_declared(), read_words("nấm")
    whole = [SearchSource(each) for each in declarations]
    alone = [SearchSource(each, each.model._base_manager.filter(pk__gt=0)) for each in declarations]
    times = 1 + 500 // (2 * len(alone))  # each is in two parts of the statement at least
    assert find_records([*alone * times, *whole], words, 8) == find_records(whole, words, 8) != []


# ------------------------------------------------------------------------------------------------- scopes


@pytest.mark.django_db
def test_rows_out_of_scope_are_neither_found_nor_counted():
    made = people("An Một", "An Hai", "An Ba")
    organisation = OrganisationFactory(name="An Bốn")
    some = SearchSource.of(declared(Person), Person.objects.filter(full_name__contains="Hai"))
    none = SearchSource.of(declared(Person), Person.objects.none())
    every = SearchSource.of(declared(Organisation), Organisation.objects.all())
    assert (every.rows, every.searched) == (None, declared(Organisation))
    assert found("an", some) == [(made[1].pk, "An Hai")]
    assert found("an", none) == []
    assert sorted(found("an", some, every)) == sorted([(made[1].pk, "An Hai"), (organisation.pk, "An Bốn")])


@pytest.mark.django_db
@pytest.mark.parametrize("named", [5000, 0])
def test_what_is_hidden_finds_nothing(monkeypatch, named):
    monkeypatch.setattr(register_search, "NAMED_UP_TO", named)
    task = ScienceTaskFactory(title="Nấm", code="NV-07", host=OrganisationFactory(name="Viện Nông hóa"))
    every = declared(ScienceTask)
    for hidden, texts_that_find in (
        ((), {"nam", "nv 07", "vien"}),
        (("budget_total",), {"nam", "nv 07", "vien"}),
        (("host",), {"nam"}),
        (("title",), set()),
    ):
        searched = every.without(hidden)
        for typed in ("nam", "nv 07", "vien"):
            expected = [task] if typed in texts_that_find else []
            assert (
                list(rows_with_words(ScienceTask.objects.all(), searched, read_words(typed)).rows) == expected
            )
            assert [pk for pk, _ in found(typed, SearchSource(searched))] == [each.pk for each in expected]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nấm", "an", "khongcodau"])
def test_one_statement_for_all_registers(typed):
    sources = [SearchSource(each) for each in all_declared()]
    with CaptureQueriesContext(connection) as asked:
        find_records(sources, read_words(typed), 8)
    assert len(asked) == 1


# ----------------------------------------------------------------------------------------------- following


def texts(model=ScienceTask):
    rows = SearchEntry.objects.filter(model=declared(model).number).order_by("pk")
    return [(each.object_id, each.label, each.text.strip()) for each in rows]


@pytest.mark.django_db
def test_entries_follow_every_way_of_writing():
    one, two = people("Nguyễn Một", "Nguyễn Hai")
    assert texts(Person) == [(one.pk, "Nguyễn Một", "nguyen mot"), (two.pk, "Nguyễn Hai", "nguyen hai")]
    with acting(SYSTEM):
        one.full_name = "Trần Một"
        one.save()
        two.full_name = "Trần Hai"
        bulk_change([two], ["full_name"])
        assert texts(Person) == [(one.pk, "Trần Một", "tran mot"), (two.pk, "Trần Hai", "tran hai")]
        assert (search("tran", Person), search("nguyen", Person)) == ([one, two], [])
        bulk_remove([two])
        assert texts(Person) == [(one.pk, "Trần Một", "tran mot")]
        one.delete()
    assert texts(Person) == []
    assert search("tran", Person) == []


@pytest.mark.django_db
def test_a_new_name_changes_what_is_found_by_it():
    host = OrganisationFactory(name="Viện Cũ")
    task = ScienceTaskFactory(title="Nấm", host=host)
    other = ScienceTaskFactory(title="Chè", host=OrganisationFactory(name="Trung tâm"))
    with acting(SYSTEM):
        host.name = "Viện Mới"
        host.save()
        assert (search("viện mới"), search("viện cũ")) == ([task], [])
        task.host = other.host
        task.save()
    assert search("trung tâm") == [task, other]
    assert rebuild_entries() == RebuildResult(read=SearchEntry.objects.count())


@pytest.mark.django_db
@pytest.mark.parametrize("asked_at_once", [20, 0])
def test_of_all_that_a_name_may_find_only_what_it_does_find_is_read(monkeypatch, asked_at_once):
    monkeypatch.setattr(entries_module, "ASKED_AT_ONCE", asked_at_once)
    host = OrganisationFactory(name="Viện Cũ")
    task, person = ScienceTaskFactory(title="Nấm", host=host), PersonFactory(organisation=host)
    with acting(SYSTEM), CaptureQueriesContext(connection) as written:
        host.name = "Viện Mới"
        host.save()
    assert search("viện mới") == [task]
    assert search("viện mới", Person) == [person]
    ways = [*found_through(Organisation)]
    read = [
        (other, link)
        for other, link in ways
        for each in written
        if re.match(rf'SELECT "{other.model._meta.db_table}"."id".*"{link}_id" IN \(', each["sql"], re.DOTALL)
    ]
    in_use = [(declared(ScienceTask), "host"), (declared(Person), "organisation")]
    assert sorted(read, key=str) == sorted(in_use if asked_at_once else ways, key=str)


@pytest.mark.django_db
def test_a_name_that_very_many_are_found_by_is_changed_by_a_job(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(entries_module, "REFRESHED_AT_ONCE", 2)
    host = OrganisationFactory(name="Viện Cũ")
    tasks = [ScienceTaskFactory(title=f"Nấm {n}", host=host) for n in range(3)]
    with acting(SYSTEM), django_capture_on_commit_callbacks(execute=True):
        host.name = "Viện Mới"
        host.save()
    [job] = DBTaskResult.objects.all()
    path, arguments = job.args_kwargs["args"]
    assert path == "khcn.kernel.search.jobs.refresh_linked"
    jobs.refresh_linked(**arguments)
    assert (search("viện mới"), search("viện cũ")) == (tasks, [])


@pytest.mark.django_db
def test_a_comparison_finds_and_corrects_what_differs(caplog):
    one, two, three = people("Một", "Hai", "Ba")
    QuerySet(Person).filter(pk=one.pk).update(full_name="Bốn")  # behind the projections' back
    QuerySet(Person).filter(pk=two.pk).delete()
    SearchEntry.objects.filter(label="Ba").delete()
    SearchEntry.objects.create(id=7, model=0, object_id=7, label="gì đó", text=" gi do")
    jobs.search_entries_job()
    assert "missing=1, differing=1, needless=2" in caplog.text
    assert texts(Person) == [(one.pk, "Bốn", "bon"), (three.pk, "Ba", "ba")]
    caplog.clear()
    jobs.search_entries_job()
    assert caplog.text == ""


# ---------------------------------------------------------------------------------------------- plans


def plan_of(statement):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement.text}", statement.parameters)
            return [row[3] for row in cursor.fetchall()]
        cursor.execute(
            "SET LOCAL enable_seqscan = off"
        )  # a small table is read whole even where an index would do
        cursor.execute(f"EXPLAIN {statement.text}", statement.parameters)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nghiên cứu", "nghien cuu phat trien", "an", "a", "nấm 07"])
def test_no_search_reads_the_whole_table(typed):
    people(*NAMES)
    words = read_words(typed)
    every = find_statement([SearchSource(each) for each in all_declared()], words, 8)
    one = search_sql.sql_containing(declared(Person), words, 5001)
    for statement in (every, one):
        lines = plan_of(statement)
        assert lines
        assert [
            line for line in lines if re.search(r"SCAN (e|f|kernel_search_searchentry)\b|Seq Scan", line)
        ] == []


@pytest.mark.django_db
def test_entries_are_taken_by_their_keys_however_many_registers_there_are():
    """PostgreSQL expects as many keys as each register may give; it read the whole table beside them, 100 ms for 10⁶ entries."""
    made = people(*(f"Nguyễn Văn {n}" for n in range(30)))
    words = read_words("van")
    statement = find_statement([SearchSource(each) for each in all_declared()], words, 8)
    taken = r"id = ANY" if connection.vendor == "postgresql" else r"SEARCH e USING INTEGER PRIMARY KEY"
    assert any(re.search(taken, line) for line in plan_of(statement))
    assert sorted(pk for pk, _label in found("van", size=100)) == [each.pk for each in made]


@pytest.mark.django_db
@pytest.mark.both
def test_a_part_of_a_code_finds_the_records_with_such_codes():
    for code, title in (
        ("S-01", "Nuôi cá"),
        ("S-02", "Trồng chè"),
        ("26-07", "Sản xuất 01 mô hình"),
        ("T-01", "Sao 0"),
    ):
        ScienceTaskFactory(code=code, title=title, host=None, principal_investigator=None)
    found_by = {
        typed: sorted(each.code for each in search(typed))
        for typed in ("S-0", "s-0 cá", "-0", "26-0", "S-03")
    }
    assert found_by == {
        "S-0": ["S-01", "S-02"],
        "s-0 cá": ["S-01"],
        "-0": ["26-07", "S-01", "S-02", "T-01"],
        "26-0": ["26-07"],
        "S-03": [],
    }
