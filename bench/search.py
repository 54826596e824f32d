"""Search over 1,000,000 records by 20 people at once, on both databases."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import threading
import time
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import volume
from bench.measure import Bar
from bench.search_registers import ten_times_as_many
from bench.service import ROOT
from bench.trace.engines import Engine, postgresql
from bench.trace.messages import Note, received
from khcn.config.static import collect_static
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.rebuilding import rebuild_entries
from khcn.parties.models import Organisation, Person, User
from khcn.science.models import ScienceTask, TaskProposal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from bench.trace.messages import Message

ORGANISATIONS, PERSONS, TASKS, PROPOSALS = 50_000, 450_000, 200_000, 300_000
PEOPLE, QUESTIONS_EACH, PAUSE = 20, 30, 1.0  # seconds between two questions of one person, on average
LIMIT = 100.0
FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Hà Triệu Lò".split()
MIDDLE = (
    "Văn Thị Hữu Đức Minh Ngọc Thanh Quang Xuân Thu Hồng Kim Bảo Gia Khánh Tuấn Phương Mỹ Ánh Việt".split()
)
GIVEN = "An Anh Bình Chi Cường Dung Dũng Giang Hà Hải Hằng Hiếu Hoa Hồng Hùng Hương Khoa Lan Linh Long Mai Nam Nga Phong Quân Sơn Thảo Tú Vân Yến".split()
PLACES = "Ba Bể,Bạch Thông,Chợ Đồn,Chợ Mới,Na Rì,Ngân Sơn,Pác Nặm,Phú Lương,Đại Từ,Định Hóa,Võ Nhai".split(
    ","
)
# Typed as people type: with and without marks, parts of words, short words, codes, words that stand everywhere.
TYPED = (
    "nguyễn văn an", "đặng thị hồng", "dang thi hong 12", "tran", "nghien cuu", "nghiên cứu chè", "cam sành",
    "cam sanh ba be", "NV-104233", "DX-20417", "bí xanh thơm na rì", "an", "lò yến", "khongcotrongsoodau", "hợp tác xã 417",
    "che shan tuyet 9871", "quy trinh trong gung", "yến vân", "ho 12345", "phát triển",
)  # fmt: skip
ADDRESSES = {
    "tra cứu chung": "/search/suggest/?q={}",
    "trang tra cứu": "/search/?q={}",
    "chọn cá nhân": "/lookup/parties/people/?q={}",
    "danh sách cá nhân": "/parties/people/?q={}",
}
OVER_ALL = ("tra cứu chung", "trang tra cứu")  # those that ask every register


def bars(folder: Path, *, engines: Collection[str], rebuild: bool) -> Iterator[Bar | Note]:
    """One process for each database; each builds its records once and keeps them."""
    if "sqlite" in engines:
        yield from _on(Engine("sqlite", folder), rebuild=rebuild)
    if "postgresql" in engines:
        with postgresql(folder) as engine:
            if engine is None:
                yield Bar("tra cứu, postgresql", None, LIMIT, "ms", "không có chương trình PostgreSQL")
            else:
                yield from _on(engine, rebuild=rebuild)


def _on(engine: Engine, *, rebuild: bool) -> Iterator[Bar | Note]:
    if rebuild:
        engine.erase("search")
    with subprocess.Popen(  # noqa: S603 -- ourselves
        [sys.executable, "-m", "bench", "search", "--inside", engine.name],
        env=engine.environment("search"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            message = received(line)
            if isinstance(message, Bar | Note):
                yield message
    if process.returncode:
        yield Bar(f"tra cứu, {engine.name}", None, LIMIT, "ms", f"dừng giữa chừng: {process.returncode}")


def inside(engine: str) -> Iterator[Message]:
    """Build where nothing is there, then measure."""
    call_command("migrate", verbosity=0)
    collect_static()
    if not SearchEntry.objects.exists():
        started = time.monotonic()
        with transaction.atomic():
            _build()
        yield Note(f"{engine}: tạo dữ liệu {time.monotonic() - started:.0f} s")
        started = time.monotonic()
        corrected = rebuild_entries()
        yield Note(f"{engine}: lập bảng tra cứu {corrected.missing} mục, {time.monotonic() - started:.0f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    user = User.objects.filter(username="do-hieu-nang").first()
    if user is None:
        with acting(SYSTEM, "bench"):
            user = User.objects.create(username="do-hieu-nang", full_name="Đo", role_id=Role.ADMIN.value)
    yield Note(f"{engine}: {SearchEntry.objects.count()} mục tra cứu")
    for name, address in ADDRESSES.items():
        yield _measure(f"{name}, {engine}, {PEOPLE} người cùng lúc", user, address)
    with ten_times_as_many() as count:
        for name in OVER_ALL:
            yield _measure(f"{name}, {count} sổ, {engine}, {PEOPLE} người cùng lúc", user, ADDRESSES[name])


def _measure(name: str, user: User, address: str) -> Bar:
    first = _client(user)
    statements = set()
    for typed in TYPED:  # also warms what every first request pays for once
        with CaptureQueriesContext(connection) as asked:
            first.get(address.format(typed))
        statements.add(sum("kernel_search_" in each["sql"] for each in asked))
    times: list[float] = []

    def person(number: int) -> None:
        dice = random.Random(number)  # noqa: S311 -- repeatable, not a secret
        client = _client(user)
        try:
            for _question in range(QUESTIONS_EACH):
                time.sleep(dice.expovariate(1 / PAUSE))
                typed = dice.choice(TYPED)
                started = time.perf_counter()
                client.get(address.format(typed))
                times.append((time.perf_counter() - started) * 1000)
        finally:
            connection.close()

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    found = statistics.quantiles(times, n=20)
    detail = f"trung vị {statistics.median(times):.0f} ms, chậm nhất {max(times):.0f} ms; {'/'.join(map(str, sorted(statements)))} câu lệnh"
    return Bar(f"{name}: p95", found[-1], LIMIT, "ms", detail)


def _client(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def _build() -> None:
    dice = random.Random(10)  # noqa: S311 -- repeatable, not a secret

    def title() -> str:
        return f"{dice.choice(volume.VERBS)} {dice.choice(volume.NOUNS)} tại {dice.choice(PLACES)} {dice.randrange(100_000)}"

    items = volume.code_items()
    kinds = ("Công ty cổ phần", "Hợp tác xã", "Viện", "Trung tâm")
    volume.insert(
        Organisation,
        (
            {
                "name": f"{dice.choice(kinds)} {dice.choice(GIVEN)} {dice.choice(PLACES)} {n}",
                "kind": "enterprise",
            }
            for n in range(ORGANISATIONS)
        ),
    )
    names = (FAMILY, MIDDLE, MIDDLE, GIVEN)
    volume.insert(
        Person,
        ({"full_name": f"{' '.join(dice.choice(each) for each in names)} {n}"} for n in range(PERSONS)),
    )
    hosts = list(Organisation.objects.values_list("pk", flat=True))
    field: dict[str, Any] = {"field_group_id": items["agriculture"]}
    volume.insert(
        ScienceTask,
        (
            {
                **field,
                "code": f"NV-{n}",
                "title": title(),
                "task_type": "research_topic",
                "level": "province",
                "managing_side": "province",
                "mode": "selection",
                "start_year": 2004 + n % 20,
                "host_id": dice.choice(hosts),
            }
            for n in range(TASKS)
        ),
    )
    volume.insert(
        TaskProposal,
        (
            {
                **field,
                "code": f"DX-{n}",
                "title": title(),
                "proposer_id": dice.choice(hosts),
                "for_year": 2020,
                "received_on": date(2019, 6, 1),
            }
            for n in range(PROPOSALS)
        ),
    )
