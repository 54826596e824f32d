"""`./khcn province move`: the store of a province goes to another database and folder, and starts only there. That it stays while its
service runs is asked in test_province_schemas.py, where one runs.
"""

import contextlib
import json
import uuid
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from bench.service import Service, ServiceError
from khcn.config import province_move
from khcn.config.places_in_use import refuse_unusable
from tests.own_provinces import database_of_provinces

SMOKE = "tests.config.province_smoke"


@contextlib.contextmanager
def new_database(province):
    """With the schema of the province and no table, as the guide has it made on the new server."""
    place = urlsplit(province.owner)
    server = f"{place.scheme}://khcn@{place.netloc.rpartition('@')[2]}"
    name = f"moved_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        with psycopg.connect(f"{server}/{name}", autocommit=True) as made:
            for extension in ("pg_trgm", "btree_gin"):
                made.execute(f"CREATE EXTENSION {extension} SCHEMA public")
            made.execute(f"CREATE SCHEMA {province.schema} AUTHORIZATION {province.schema}_owner")
        try:
            yield [
                urlsplit(each)._replace(path=f"/{name}").geturl()
                for each in (province.application, province.owner)
            ]
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def places(tmp_path):
    """The program where the province is, and where it goes to."""
    with database_of_provinces() as (_first, province), new_database(province) as (application, owner):
        here, there = (
            Service(tmp_path / name, database_url=address)
            for name, address in (("here", province.application), ("there", application))
        )
        here.data.mkdir()
        for each in (here, there):
            each.env |= province.environment
        there.env |= {"DATABASE_URL": application, "KHCN_OWNER_DATABASE_URL": owner}
        yield here, there


def move(here, there):
    given = {"database": "DATABASE_URL", "owner-database": "KHCN_OWNER_DATABASE_URL"}
    addresses = [word for option, name in given.items() for word in (f"--{option}", there.env[name])]
    return here.run("khcn", "province", "move", *addresses, "--data", str(there.data))


def go_on(service, name):
    """One more record: the names that the search finds, and the next number."""
    made = json.loads(service.run(SMOKE, name))
    return sorted(made["found"]), made["number"]


@pytest.mark.xdist_group("programs")
def test_the_new_place_has_all_of_it_and_the_old_one_starts_no_more(places):
    here, there = places
    assert go_on(here, "Hợp tác xã A") == (["Hợp tác xã A"], "01/QĐ-SKHCN")
    (here.data / "files").mkdir()
    (here.data / "files" / "stored").write_bytes(b"bytes")
    there.data.mkdir()
    (there.data / "in-the-way").touch()
    with pytest.raises(ServiceError, match=r"Chỉ phục hồi vào nơi trống[\s\S]*Chưa chuyển xong"):
        move(here, there)
    # nobody writes here between the two attempts
    with pytest.raises(ServiceError, match="đã hoặc đang được chuyển đi nơi khác"):
        here.run("khcn", "verify-log")
    (there.data / "in-the-way").unlink()
    assert "Đã chuyển xong" in move(here, there)
    assert (there.data / "files" / "stored").read_bytes() == b"bytes"
    assert go_on(there, "Hợp tác xã B") == (["Hợp tác xã A", "Hợp tác xã B"], "02/QĐ-SKHCN")
    assert not (here.data / ".moving").exists()
    with pytest.raises(ImproperlyConfigured, match="đã hoặc đang được chuyển đi nơi khác"):
        refuse_unusable(here.data)  # as every command does, the one above among them


def test_what_was_moved_is_moved_no_second_time_and_what_was_begun_to_no_other_place(settings, monkeypatch):
    """What asks the database is asked above."""
    for name in ("_refuse_unfit", "_refuse_unless_at_rest"):
        monkeypatch.setattr(province_move, name, lambda _asked: None)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    marker = settings.DATA / "moved-to"
    addresses = [f"postgres://p06@%2Frun%2Fpostgresql/{name}?currentSchema=p06" for name in ("new", "other")]
    new, other = (
        province_move.NewPlace(each, each, settings.DATA.parent / "elsewhere") for each in addresses
    )
    try:
        for done in (False, True):
            province_move._write_marker(marker, new, done=done)
            with pytest.raises(CommandError, match="Nêu đúng nơi ấy để làm tiếp"):
                province_move.move_store(other, at=timezone.now())
        with pytest.raises(CommandError, match="đã chuyển xong sang"):
            province_move.move_store(new, at=timezone.now())
    finally:
        marker.unlink()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (
            {"database": "sqlite:////nowhere/khcn.sqlite3"},
            "--database: cần địa chỉ của một cơ sở dữ liệu PostgreSQL",
        ),
        ({"owner_database": "nothing"}, "--owner-database: "),
        ({"data": "inside"}, "--data phải là thư mục khác"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_anything_is_done(changed, reason, settings, monkeypatch):
    monkeypatch.setattr(province_move.connection, "vendor", "postgresql", raising=False)
    address = "postgres://p06@%2Frun%2Fpostgresql/khcn?currentSchema=p06"
    given = {
        "database": address,
        "owner_database": address,
        "data": settings.DATA.parent / "elsewhere",
    } | changed
    if given["data"] == "inside":
        given["data"] = settings.DATA / "inside"
    with pytest.raises(CommandError, match=reason):
        call_command("province", "move", **given)
    assert not (settings.DATA / "moved-to").exists()


def test_a_store_on_sqlite_is_refused(settings, monkeypatch):
    monkeypatch.setattr(province_move.connection, "vendor", "sqlite", raising=False)
    with pytest.raises(CommandError, match="Chỉ chuyển được kho trên PostgreSQL"):
        call_command("province", "move", database="x", owner_database="y", data=settings.DATA.parent / "z")
