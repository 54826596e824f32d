"""The client that others use, `epcis2.js` from npm, against the running server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.conftest import ROOT

SCRIPT = Path(__file__).with_name("epcis2.cjs")
EPCS = ["https://id.gs1.org/01/09521234220329/21/JS1", "urn:epc:id:sgtin:9521234.022032.JS2"]


def test_epcis2js_captures_and_polls_its_job_to_success(served):
    service, program = served
    assert (ROOT / "node_modules" / "epcis2.js").is_dir(), "npm packages are not installed: run ./khcn test"
    given = {"apiUrl": f"{service.address}/epcis", "key": program.key, "epcs": EPCS}
    done = subprocess.run(
        [Path(sys.executable).with_name("node"), "--no-deprecation", SCRIPT],
        input=json.dumps(given),
        env={**os.environ, "NODE_PATH": str(ROOT / "node_modules")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    reported = json.loads(done.stdout)
    assert {name: reported[name] for name in ("status", "running", "success", "errors")} == {
        "status": 202,
        "running": False,
        "success": True,
        "errors": [],
    }
    job = program.ended(urlsplit(reported["location"]).path)
    assert (job["running"], job["success"]) == (False, True)
    for epc in EPCS:
        (event,) = program.events_of(quote(epc, safe=""))
        assert event["eventID"] == "urn:uuid:7a2f3c0e-51d6-4c7f-9d4b-2f6f0c6f1e01"
        assert (event["bizStep"], event["action"]) == ("shipping", "OBSERVE")
