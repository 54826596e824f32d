import re
from itertools import groupby

from django.db import migrations

A_MONTH = re.compile(r"trace_event_([0-9]{4})_[0-9]{2}")
# Carried out as the owner of the tables, because the application's own role may not make any (khcn.kernel.database_roles).
# Temporary tables of the caller come last: found first, they could have triggers that run as the owner.
# ATTACH does not block queries, CREATE … PARTITION OF does.
MAKE_YEAR = """
CREATE FUNCTION trace_make_year(year integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    name text := 'trace_event_' || year;
    starts bigint := extract(epoch FROM make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'))::bigint * 1000000;
    ends bigint := extract(epoch FROM make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'))::bigint * 1000000;
BEGIN
    IF year NOT BETWEEN 2020 AND 2099 THEN
        RAISE EXCEPTION 'no year of events: %', year;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE trace_event INCLUDING ALL)', name);
    LOCK TABLE trace_event_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format(
        'WITH moved AS (DELETE FROM trace_event_default WHERE event_time >= %s AND event_time < %s RETURNING *) '
        'INSERT INTO %I SELECT * FROM moved', starts, ends, name);
    EXECUTE format('ALTER TABLE trace_event ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, starts, ends);
END $$
"""


def make_years(apps, schema_editor):
    """On PostgreSQL: the function that makes a partition, and years in the place of the months of databases of trials."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        ((schema,),) = cursor.fetchall()
        cursor.execute(MAKE_YEAR.replace("{schema}", schema))
        cursor.execute("DROP FUNCTION IF EXISTS trace_make_month(text, bigint, bigint)")
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
            "WHERE inhparent = 'trace_event'::regclass ORDER BY relname"
        )
        months = [found for (name,) in cursor.fetchall() if (found := A_MONTH.fullmatch(name))]
        for year, months_of_year in groupby(months, key=lambda month: int(month[1])):
            put_together(cursor, year, [month[0] for month in months_of_year])


def put_together(cursor, year, months):
    """One partition with the events of some others."""
    for month in months:
        cursor.execute(f"ALTER TABLE trace_event DETACH PARTITION {month}")
    cursor.execute("SELECT trace_make_year(%s)", [year])
    for month in months:
        cursor.execute(f"INSERT INTO trace_event_{year} SELECT * FROM {month}")  # noqa: S608 -- names of the catalogue
        cursor.execute(f"DROP TABLE {month}")


class Migration(migrations.Migration):
    dependencies = [("trace", "0001_initial")]

    operations = [migrations.RunPython(make_years, migrations.RunPython.noop)]
