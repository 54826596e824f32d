"""What every test may ask for: the reference folder, a browser, LibreOffice; and no network but this machine's own."""

import fcntl
import gc
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

import psycopg
import pytest
from _pytest import runner
from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from khcn.kernel import bounded_process
from khcn.kernel.audit import projections
from khcn.kernel.files import previews
from khcn.parties.operations import refusal_log
from khcn.web.session_passwords import QUOTAS
from tests.frame_room import with_room
from tests.joined_writes import refuse_joined_writes
from tests.last_uses import end_what_is_not_used_again
from tests.network_guard import NetworkUsedError, guarded, is_local
from tests.one_database import has_nothing_for_postgresql
from tests.open_connections import stay_open
from tests.own_rows import MADE_BY_MIGRATE
from tools.browser import find_chromium
from tools.reference import find_reference, reference_folder
from tools.run_tests import MIGRATED_POSTGRESQL

# A busy machine is no fault of what is tested
# The same examples in each run, so that a new example never fails an unrelated change. KHCN_NEW_EXAMPLES=1 looks for others.
settings.register_profile(
    "khcn",
    deadline=None,
    derandomize=os.environ.get("KHCN_NEW_EXAMPLES") != "1",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("khcn")
if os.environ.get("KHCN_NEW_EXAMPLES") != "1":
    # What stands as a constant in any module that happens to be loaded makes other examples of each change, and in each process
    # two seconds of a processor; twelve, where they have not been read before.
    providers._get_local_constants = lambda: providers._local_constants
ROOT = Path(__file__).resolve().parents[1]
refuse_joined_writes()
USES_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
NOT_AGAIN = ("e2e", "gates", "bench", "libreoffice", "once")
# What pages, registers and operations are made of is tested below them on both databases. They themselves run on one: pages,
# answers of the interface of traceability, exported workbooks, and what is read of workbooks before a row is written, on
# SQLite; attacks, what every register must do, the rules of science, papers, and what is done with reports and workbooks on
# PostgreSQL, which refuses more. A test marked "both" runs on both all the same, such as those whose answer is worked out in
# SQL. By folder, or by how a path begins.
ON_ONE_DATABASE = {
    "web/": "sqlite",
    "demo/test_later_years": "postgresql",
    "reports/test_views": "sqlite",
    "trace/test_rest": "sqlite",
    "trace/test_resolver": "sqlite",
    "trace/test_public": "sqlite",
    # who is trusted about what is decided in Python over rows that a few statements find; both databases are asked these statements by
    # the tests of lineage, of the store, of recalls of parts and pieces, and by test_whose_lot_members, which is marked "both"
    "trace/test_whose": "sqlite",
    # so is what a recall reaches, but for one story of each kind, and for what SQL counts and leaves out
    "trace/test_crates_used_again": "sqlite",
    "trace/test_moved_goods": "sqlite",
    "trace/test_recalls_by_holders_first": "sqlite",
    "trace/test_recalls_of_cases": "sqlite",
    "trace/test_recalls_of_party": "sqlite",
    "trace/test_recalls_stay": "sqlite",
    "trace/test_recalls_without_effect": "sqlite",
    "trace/test_repacked_goods": "sqlite",
    "trace/test_returnable_crates": "sqlite",
    "trace/test_withdrawn_packings_of_holders": "sqlite",
    "kernel/test_intake_operations": "postgresql",
    "kernel/test_intake_": "sqlite",
    "kernel/test_export": "sqlite",
    "kernel/test_papers": "postgresql",
    "kernel/test_numbering_turns": "postgresql",
    "radiation/test_licences": "sqlite",
    "dossiers/test_terms": "sqlite",
    "dossiers/test_status_page": "sqlite",
    "dossiers/test_papers": "postgresql",
    "dossiers/test_steps": "postgresql",
    "reports/test_operations": "postgresql",
    "reports/test_replacement": "postgresql",
    # what was signed is read whole on SQLite too, where it is handed out and named when it is spoiled: reports/test_views
    "reports/test_altered_reports": "postgresql",
    "reports/test_checks": "postgresql",
    "reports/test_carried_texts": "postgresql",
    "reports/test_signing": "postgresql",
    "reports/test_table_forms": "postgresql",  # rows of tables are counted by SQL
    "reports/test_own_words": "postgresql",
    "reports/test_waiving": "postgresql",
    "reports/test_annexes": "postgresql",
    # what a report says of the figures that it has read, its sentences, sums and tables, its terms, and what has changed since it was
    # signed are worked out in Python; the figures are asked on PostgreSQL by conformance/, and what SQL finds is marked "both"
    "reports/": "sqlite",
    "parties/test_merger_rules": "postgresql",
    "parties/test_merged_addresses": "postgresql",
    "reference/test_calendar": "sqlite",
    "kernel/test_verify.py": "postgresql",  # but for what it makes of values of columns, which the databases give in their own ways
    "kernel/test_verify_papers": "postgresql",
    # which names pages and answers tell, to whom and to which token, is decided by predicates in Python; the conditions of
    # SQL that they make are asked on PostgreSQL by conformance/, tenants and crawls
    "security/test_closed_names": "sqlite",
    "security/test_unread_names": "sqlite",
    "security/test_closed_links": "sqlite",
    "security/test_token_scope": "sqlite",
    "security/": "postgresql",  # but for those above
    # whether the order of a list comes from an index is read in the plans of SQLite
    "conformance/test_registers": "sqlite",
    "conformance/": "postgresql",
    "config/test_national_lists": "postgresql",
    "config/test_log_lines": "sqlite",
    "config/test_metrics": "sqlite",
    # over figures, records and terms that demo/test_figures reads on both databases
    "demo/test_periods_add_up": "postgresql",
    "demo/test_seed_slips": "postgresql",
    "demo/test_shipped_slips": "postgresql",
    "demo/test_words_of_a_later_year": "postgresql",
    # what an area refuses and writes is decided in Python, on what the kernel asks of both databases; its figures and its rules of
    # integrity, which SQL works out, are asked of both by demo/test_figures and integrity/
    **{f"{path.parent.name}/": "postgresql" for path in (ROOT / "tests").glob("*/demonstrated.py")},
    "privacy/": "postgresql",
}


def pytest_addoption(parser):
    parser.addoption(
        "--database-part",
        action="store_true",
        help="only the tests that depend on the database (without e2e, gates, bench, libreoffice, once), for the run on PostgreSQL",
    )
    parser.addoption(
        "--beside-postgresql",
        action="store_true",
        help="without the tests that a run on PostgreSQL beside this one takes",
    )


LONGEST_ID = 200


def pytest_make_parametrize_id(val):
    """A file of 20 MB given as a parameter does not name its test by its content, which every process hands to the others."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_ID:
        shown = val[:40] if isinstance(val, str) else val[:40].decode("latin-1")
        return f"{shown.encode('unicode_escape').decode()}-{len(val)}"
    return None


def pytest_ignore_collect(collection_path, config):
    """A file of which the run on PostgreSQL takes nothing is not even loaded, unless somebody names it."""
    if config.getoption("--database-part") and collection_path.match("test_*.py"):
        return (
            has_nothing_for_postgresql(collection_path, on_sqlite=place_of(collection_path) == "sqlite")
            or None
        )
    return None


def pytest_collection_modifyitems(config, items):
    if config.getoption("--database-part"):
        chosen = [item for item in items if uses_database(item) and the_one_database(item) != "sqlite"]
    elif config.getoption("--beside-postgresql"):
        chosen = [item for item in items if not uses_database(item) or the_one_database(item) != "postgresql"]
    else:
        return
    remaining = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in remaining])
    items[:] = chosen


def the_one_database(item):
    """Where a test runs that uses the database and need not run on both; "" for one that runs on both."""
    if item.get_closest_marker("both"):
        return ""
    return place_of(item.path)


def place_of(path):
    """Of a file, by its folder or by how its path begins."""
    name = path.relative_to(ROOT / "tests").as_posix()
    return next((database for start, database in ON_ONE_DATABASE.items() if name.startswith(start)), "")


ALLOCATED_BETWEEN_COLLECTIONS = 20_000
"""Objects. Python's two thousand are those of half a page, and what is left of pages is walked ten times before it goes."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection():
    """While tests are collected hardly anything becomes garbage."""
    gc.disable()


def pytest_collection_finish():
    """The thousands of collected tests stay to the end: the garbage collector need not walk them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATED_BETWEEN_COLLECTIONS)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """As pytest itself carries out a test, its fixtures and their ends among it."""
    return with_room(runner.pytest_runtest_protocol, item, nextitem)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """No test begins in the last minute of a day, of this country or of UTC: it may read the day more than once."""
    while (left := seconds_of_day_left(time.time())) < LAST_SECONDS:
        time.sleep(left + 0.01)


LAST_SECONDS = 60
DAY, AHEAD = 24 * 60 * 60, 7 * 60 * 60  # seconds; of the clocks of Vietnam


def seconds_of_day_left(now):
    """Until the next midnight of Vietnam or of UTC, whichever comes first."""
    return min(DAY - now % DAY, DAY - (now + AHEAD) % DAY)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    end_what_is_not_used_again(item)


def uses_database(item):
    if any(item.get_closest_marker(name) for name in NOT_AGAIN):
        return False
    own_class = isinstance(item.cls, type) and issubclass(item.cls, TransactionTestCase)
    fixtures = USES_DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or own_class or fixtures)


def require_all():
    """Whether a missing program is a failure and not a reason to skip (CI)."""
    return os.environ.get("CI") == "true" or os.environ.get("KHCN_REQUIRE_ALL") == "1"


def absent(what):
    """Skip with a plain message, or fail where everything is required."""
    if require_all():
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared_dir():
    """The reference folder beside the checkout (domain notes, seed report, corpora); not part of the repository."""
    found = find_reference()
    if (
        found is None
    ):  # no script can install it, so its absence is said, here and at the end of the run, and no failure
        pytest.skip(
            f"the reference folder ../shared is not beside this checkout (looked in {reference_folder()})"
        )
    return found


@pytest.fixture(scope="session")
def chromium_path():
    """A Chromium that draws; start it with the flags of tools.browser.FLAGS."""
    found = find_chromium()
    if found is None:
        absent("no working Chromium: install Debian's chromium, or set CHROME to one")
    return found


@pytest.fixture(scope="session")
def soffice_path():
    """LibreOffice, which opens our documents as a second opinion."""
    found = shutil.which("soffice")
    if found is None:
        absent("LibreOffice is not installed (Debian: libreoffice-writer-nogui)")
    return Path(found)


MIGRATE = """
import django; django.setup()
from django.core.management import call_command; call_command("migrate", verbosity=0)
from khcn.config.static import collect_static; collect_static()
"""


@pytest.fixture(scope="session")
def put_migrated_database(tmp_path_factory):
    """Copies a database file with all migrations, and the static files, into a data folder, for tests that start programs
    on it.

    They take seconds of a processor, so each run of pytest makes them once, whichever of its processes comes first. The migrations are carried out from nothing, as by an installation.
    """
    from bench.service import environment  # local: the trees that tests/gates makes hold no bench

    made = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        made = made.parent  # of the whole run: all its processes find the same file there
    whole, static = made / "migrated.sqlite3", made / "migrated-static"

    def put(data):
        with (made / "migrated.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                folder = tmp_path_factory.mktemp("migrated")
                command = [sys.executable, "-c", MIGRATE]
                subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, capture_output=True)
                (folder / "static").rename(static)
                (folder / "khcn.sqlite3").rename(
                    whole
                )  # the program has ended: nothing is left beside the file
        shutil.copytree(static, data / "static")
        shutil.copyfile(whole, data / "khcn.sqlite3")

    return put


# ------------------------------------------------------------------------------ emptying tables


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix):
    """In ``./khcn test`` the server's administrator copies the migrated database for each process: the role of the tests owns
    nothing but its schema there, and may make no database.
    """
    migrated = os.environ.get(MIGRATED_POSTGRESQL)
    database = connections["default"].settings_dict
    if migrated and database["ENGINE"].endswith("postgresql") and request.config.getvalue("reuse_db"):
        name = database["TEST"].get("NAME") or f"test_{database['NAME']}"
        # PostgreSQL copies a database only while it has no connections, so the administrator connects to another one
        server = migrated.rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
            administrator.execute(f'DROP DATABASE IF EXISTS "{name}"')  # of an earlier run on this server
            administrator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database["NAME"]}"')


@pytest.fixture(scope="session", autouse=True)
def only_filled_tables_are_emptied():
    """After a test with transactions of its own Django truncates every table and makes the content types and permissions
    anew: two seconds on PostgreSQL. Most tables are empty, and nothing changes those two, so they stay as they were made;
    rows of the others are deleted in one transaction, at whose end the foreign keys are checked. The built-in roles are entered
    again.
    """
    tables = {}  # by database: nothing makes or drops a table
    prepared = WeakSet()

    def filled(connection):
        """PostgreSQL plans a statement about all tables for ten times as long as it takes: once for each connection."""
        if connection.vendor not in tables:
            present = connection.introspection.django_table_names(only_existing=True, include_views=False)
            tables[connection.vendor] = [
                connection.ops.quote_name(each) for each in present if each not in MADE_BY_MIGRATE
            ]
        names = tables[connection.vendor]
        asked = " UNION ALL ".join(
            f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {name})" for number, name in enumerate(names)
        )
        connection.ensure_connection()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                if connection.connection not in prepared:
                    cursor.execute(f"PREPARE filled_tables AS {asked}")
                    prepared.add(connection.connection)
                asked = "EXECUTE filled_tables"
            cursor.execute(asked)
            return [names[number] for (number,) in cursor.fetchall()]

    def empty(_command, *, database, **_options):
        connection = connections[database]
        with transaction.atomic(using=database), connection.cursor() as cursor:
            for name in filled(connection):
                cursor.execute(f"DELETE FROM {name}")
        enter_roles_again()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def connections_stay_open():
    with stay_open():
        yield


def enter_roles_again():
    from khcn.parties.operations.shipped_roles import enter_shipped_roles  # local: app registry

    enter_shipped_roles(at=timezone.now())


def make_schema(connection, **_more):
    """A new database of the tests has only ``public``; DATABASE_URL may name another schema, as that of a province does."""
    if connection.vendor == "postgresql" and str(connection.settings_dict["NAME"]).startswith("test_"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema(), current_setting('search_path')")
            [(present, wanted)] = cursor.fetchall()
            if present is None:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {wanted}")


@pytest.fixture(scope="session", autouse=True)
def schema_of_the_address():
    connection_created.connect(make_schema)
    yield
    connection_created.disconnect(make_schema)


@pytest.fixture(autouse=True)
def nothing_is_remembered_of_accounts_of_another_test():
    """Accounts of the next test have the same numbers."""
    QUOTAS.clear()
    previews.DRAWN.clear()
    previews.TURNS.clear()
    refusal_log.COUNTED.clear()
    refusal_log._places.clear()


@pytest.fixture
def papers_are_composed(request):
    """For tests of what papers print and what follows from them: their files are composed and not drawn, but where a test is marked to
    look at them, and no rows of the search follow what is written. That any paper is drawn and any record found is tested by kernel/
    and conformance/.
    """
    from khcn.kernel.papers import printing  # local: app registry
    from khcn.kernel.search.entries import update_entries  # local: app registry
    from tests.composed_papers import composed  # local: app registry

    others = [each for each in projections._projections if each is not update_entries]
    with pytest.MonkeyPatch.context() as patch:
        if not request.node.get_closest_marker("drawn"):
            patch.setattr(printing, "run_bounded", composed)
        patch.setattr(projections, "_projections", others)
        yield


PATIENT_FROM, TIMES = 5, 20  # seconds


@pytest.fixture(scope="session", autouse=True)
def work_in_processes_waits_for_the_processor():
    """What is done in a process of its own has so many seconds of the clock. A machine that does much else uses them up; the seconds
    of the processor, the memory and the answer stay what they are, and so do limits as short as those of tests that let time pass.
    """
    ask = bounded_process._ask

    def patient(connection, request, limits):
        longer = replace(limits, seconds=limits.seconds * TIMES) if limits.seconds >= PATIENT_FROM else limits
        return ask(connection, request, longer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded_process, "_ask", patient)
        yield


# ------------------------------------------------------------------------------------ no network


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Refuse connections, datagrams and name look-ups that would leave this machine."""
    look_up = socket.getaddrinfo

    def look_up_here(host, *arguments, **options):
        if not is_local(host):
            raise NetworkUsedError(f"a test may only look up this machine, not {host!r}")
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)), raising=True)
        patch.setattr(socket, "getaddrinfo", look_up_here)
        yield
