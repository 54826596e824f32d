"""The writers of `bench.log`, in processes of their own: ``<writers> <saves of each> <rounds>``.

The chain is switched off by putting a constant in place of the digest and leaving the sealer out. That is done here
and not by a setting, so that no installation can be run without it.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

PROCESSES = 4


def main() -> None:
    """Write in rounds, and print what was measured as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    django.setup()
    writers, each, rounds = (int(word) for word in sys.argv[1:])
    from django.core.management import call_command  # local: settings first
    from django.db import connection  # local: settings first

    call_command("migrate", verbosity=0)
    connection.close()
    _round(writers, each, chained=True)  # warms the server's caches
    pairs, late = [], []
    for _number in range(rounds):
        off = _round(writers, each, chained=False)
        _forget_unchained()
        on = _round(writers, each, chained=True)
        late.append(_seal_rest())
        pairs.append((on, off))
    found = {
        "ratio": statistics.median(on / off for on, off in pairs),
        "on": statistics.median(on for on, _off in pairs),
        "off": statistics.median(off for _on, off in pairs),
        "sealed_after": statistics.median(late),
    }
    print(json.dumps(found))  # noqa: T201


def _round(writers: int, each: int, *, chained: bool) -> float:
    """Saves a second of all writers together."""
    time.sleep(1)  # the server is still closing the connections of the round before
    sealer = _fork(_seal_for_ever) if chained else None
    started = time.monotonic()
    processes = [
        _fork(lambda seed=seed: _write_all(writers // PROCESSES, each, seed, chained=chained))
        for seed in range(PROCESSES)
    ]
    codes = [os.waitpid(process, 0)[1] for process in processes]
    elapsed = time.monotonic() - started
    if sealer is not None:
        os.kill(sealer, signal.SIGKILL)
        os.waitpid(sealer, 0)
    if any(codes):
        message = f"a writer failed: {codes}"
        raise AssertionError(message)
    return writers * each / elapsed


def _fork(work: object) -> int:
    """A process that does the work and ends."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work()  # type: ignore[operator]
        code = 0
    finally:
        os._exit(code)


def _seal_for_ever() -> None:
    """What the worker's lane does."""
    from khcn.kernel.audit.sealer import seal_log  # local: settings first

    while True:
        seal_log()
        time.sleep(0.5)


def _forget_unchained() -> None:
    """Rows without digest are no rows of ours: the sealer would look at them, and say so, in the next round."""
    from django.db import connection  # local: settings first

    from khcn.kernel.audit.models import ChangeEntry  # local: settings first

    ChangeEntry.objects.filter(digest="").delete()
    connection.close()


def _seal_rest() -> float:
    """How long after the last save everything is sealed."""
    from django.db import connection  # local: settings first

    from khcn.kernel.audit.sealer import seal_log  # local: settings first

    started = time.monotonic()
    seal_log()
    connection.close()
    return time.monotonic() - started


def _write_all(threads: int, each: int, seed: int, *, chained: bool) -> None:
    from khcn.kernel.audit import models  # local: settings first

    if not chained:
        setattr(models, "digest_of", lambda entry, key: "")  # noqa: B010 -- the module only imports the name
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(_write, each, f"{seed}-{number}") for number in range(threads)]:
            done.result()


def _write(each: int, name: str) -> None:
    """One record, saved again and again."""
    from django.db import connection  # local: settings first

    from khcn.kernel.actors import SYSTEM, acting  # local: settings first
    from khcn.parties.models import Organisation  # local: settings first

    with acting(SYSTEM, "đo"):
        record = Organisation.objects.create(name=f"Tổ chức {name} {time.time_ns()}")
        for number in range(each - 1):
            record.address = f"số {number}"
            record.save()
    connection.close()


if __name__ == "__main__":
    main()
