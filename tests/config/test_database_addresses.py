"""What an address of a database says of the connection is added to what the program needs."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from khcn.config.database_addresses import application_database, owner_database

SERVER = "postgres://khcn@%2Frun%2Fpostgresql/khcn"
OWNER = "postgres://khcn_owner@%2Frun%2Fpostgresql/khcn"


def options(query, address=SERVER):
    return application_database(f"{address}?{query}")["OPTIONS"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"options": "-c jit=off"}),
        ("sslmode=verify-full&connect_timeout=5",
         {"options": "-c jit=off", "sslmode": "verify-full", "connect_timeout": 5}),
        ("options=-c%20search_path%3Dp04", {"options": "-c jit=off -c search_path=p04"}),
        ("currentSchema=p04", {"options": "-c jit=off -c search_path=p04"}),
        ("currentSchema=p04&options=-c%20work_mem%3D8MB",
         {"options": "-c jit=off -c work_mem=8MB -c search_path=p04"}),
        ("options=-c%20jit%3Don", {"options": "-c jit=off -c jit=on"}),  # the server takes the last
    ],
)  # fmt: skip
def test_options_of_postgresql_stand_beside_ours(query, expected):
    assert options(query) == expected


def test_options_of_sqlite_stand_beside_ours():
    plain = options("", "sqlite:////x/khcn.sqlite3")
    given = options(
        "timeout=5&init_command=PRAGMA%20cache_size%3D-64000&transaction_mode=DEFERRED&isolation_level=x",
        "sqlite:////x/khcn.sqlite3",
    )
    assert given == {
        **plain,
        "timeout": 5,
        "init_command": f"{plain['init_command']} PRAGMA cache_size=-64000",
        "isolation_level": "x",
    }
    assert plain["transaction_mode"] == "IMMEDIATE"


def test_the_owner_works_in_the_schema_of_the_application_and_has_options_of_its_own():
    application = application_database(f"{SERVER}?currentSchema=p04&sslmode=verify-full")
    plain = owner_database(OWNER, application)
    assert (plain["USER"], plain["OPTIONS"]) == ("khcn_owner", application["OPTIONS"])
    given = owner_database(f"{OWNER}?sslcert=owner.crt&options=-c%20role%3Dp04", application)
    assert given["OPTIONS"] == {
        "options": "-c jit=off -c search_path=p04 -c role=p04",
        "sslmode": "verify-full",
        "sslcert": "owner.crt",
    }


@pytest.mark.parametrize("address", ["postgres://khcn_owner@/other", "sqlite:////x/khcn"])
def test_the_owner_of_another_database_is_refused(address):
    with pytest.raises(ImproperlyConfigured, match="cùng cơ sở dữ liệu"):
        owner_database(address, application_database(SERVER))
