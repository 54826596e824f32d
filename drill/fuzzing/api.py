"""The JSON interface by its own description, with schemathesis: `python -m drill.fuzzing.api ADDRESS SECONDS FOLDER`.

Each role in turn, so many seconds each; what the tool says of a fault is kept with the request that does it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drill.fuzzing import world
from drill.fuzzing.found import Findings
from drill.fuzzing.sent import SLOWEST, Request, Sender
from drill.fuzzing.world import PROGRAM, STRANGER

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKS: Final = "not_a_server_error,content_type_conformance"
_BUSY: Final = 503
_PATH: Final = re.compile(r"\?.*")


def main(address: str, seconds: float, folder: Path) -> None:
    """All roles, in turn."""
    world.set_up()
    findings = Findings(folder / "found", "api")
    sender = Sender(address, findings)
    asking = [each for each in world.people() if each.role not in {PROGRAM, STRANGER}]
    turn_file = folder / "api-next"
    turn = int(turn_file.read_text("utf-8")) if turn_file.exists() else 0
    until, most = time.monotonic() + seconds, max(30.0, seconds / 3)
    tried = 0
    while (rest := until - time.monotonic()) > 1:
        person = asking[turn % len(asking)]
        turn += 1
        turn_file.write_text(str(turn), encoding="utf-8")
        tried += _one(address, person.token, int(max(5, min(rest, most))), folder, findings)
        sender.look_at_log(Request("GET", f"/api/ as {person.role}"))
        (folder / "counts").mkdir(parents=True, exist_ok=True)
        (folder / "counts" / f"api-{int(until)}.json").write_text(
            json.dumps({"target": "api", "tried": tried})
        )


def _one(address: str, token: str, seconds: int, folder: Path, findings: Findings) -> int:
    """How many requests were sent with this token."""
    report = folder / "api.ndjson"
    report.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).with_name("st")), "--no-color", "run", f"{address}/api/openapi.json", "--header", f"Authorization: Bearer {token}", f"--max-time={seconds}",
        f"--checks={CHECKS}", f"--max-response-time={SLOWEST}", "--request-timeout=120", "--continue-on-failure", "--suppress-health-check=all", "--warnings=off",
        "--wait-for-schema=60", f"--seed={time.time_ns() % 2**32}", "--no-shrink", f"--report-ndjson-path={report}", "--report=ndjson", "--output-sanitize=false",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    print(done.stdout[-3000:], done.stderr[-2000:], flush=True)
    tried = 0
    for event in _events(report):
        tried += _judged(event, findings)
    return tried


def _events(report: Path) -> Iterator[dict[str, Any]]:
    if not report.exists():
        return
    with report.open(encoding="utf-8") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:  # the last one, where the time was over
                continue


def _judged(event: dict[str, Any], findings: Findings) -> int:
    """Note what the checks of one scenario found; how many requests it sent."""
    recorder = event.get("ScenarioFinished", {}).get("recorder", {})
    interactions = recorder.get("interactions", {})
    for case, checks in recorder.get("checks", {}).items():
        for check in checks:
            if check["status"] != "failure":
                continue
            failure = check["failure_info"]["failure"]
            answered = (interactions.get(case) or {}).get("response") or {}
            if answered.get("status_code") == _BUSY and "retry-after" in answered.get("headers", {}):
                continue
            key = f"{failure['title']}: {answered.get('status_code')} {_PATH.sub('', recorder['label'])}"
            sent = json.dumps(interactions.get(case, {}).get("request", {}), ensure_ascii=False)
            findings.note(
                key,
                sent.encode(),
                f"{failure.get('message', '')}\n{json.dumps(answered, ensure_ascii=False)[:3000]}",
            )
    return len(interactions)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]).resolve())
