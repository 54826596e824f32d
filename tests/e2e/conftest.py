"""The whole application with the demonstration data, served as in production, and a browser that reports every fault."""

import contextlib
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.last_uses import until_last_use
from tests.web.identity_provider_server import CLIENT, SECRET, providing
from tools import messages
from tools.browser import FLAGS

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "mat-khau-thu-nghiem"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WAITS = 90_000  # milliseconds
SHOWN_TEXT, SHOWN_LINES = 3000, 20  # of a page and of the server's log, after a failure
FAILED = pytest.StashKey[bool]()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Menu and bar are half of what most pages have. What is in them is judged where that is asked for: test_pages. As landmarks, they
# are judged on each page.
WITHOUT_FRAME = {"exclude": [["nav#menu > *"], ["header.topbar > *"]]}
# What axe-core leaves out it walks all the same, so the menu is empty while it looks, and as it was afterwards.
EMPTYING_THE_MENU = """async ([rules, part, hasMenu]) => {
  const menu = hasMenu ? null : document.querySelector("nav#menu"), entries = [...(menu?.childNodes ?? [])];
  menu?.replaceChildren();
  try {
    const { violations } = await axe.run(part || document, { runOnly: rules, resultTypes: ["violations"] });
    return violations.map((each) => [each.id, each.help,
      each.nodes.slice(0, 4).map((node) => node.html.slice(0, 200) + " " + (node.failureSummary || ""))]);
  } finally {
    menu?.replaceChildren(...entries);
  }
}"""
WIDE, NARROW = {"width": 1366, "height": 900}, {"width": 360, "height": 740}

expect.set_options(timeout=WAITS)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="session", autouse=True)
def catalogues():
    """The compiled messages, made by set-up in daily life, also when pytest is called by itself."""
    if messages.is_stale():
        messages.compile_all()


@pytest.fixture(scope="session")
def data(tmp_path_factory, put_migrated_database):
    """The folder of the application's data."""
    folder = tmp_path_factory.mktemp("site")
    put_migrated_database(folder)
    return folder


@pytest.fixture(scope="session")
def identity_provider():
    """A provider by which people may sign in at the site."""
    with providing() as found:
        yield found


@pytest.fixture(scope="session")
def site(request, data, identity_provider):
    """Address of the running application; its own data folder, real migrations, real static files, real server."""
    env = {
        **{
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        },
        "KHCN_DATA": str(data),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "DJANGO_SETTINGS_MODULE": "khcn.config.settings",
        # Sessions are copied from one that began when the run did; a run on a busy machine takes long.
        "KHCN_ACCOUNT_IDLE_MINUTES": "600",
        "KHCN_ACCOUNT_PROVED_MINUTES": "600",
    }
    prepared = subprocess.run(
        [sys.executable, str(ROOT / "tests/e2e/prepare.py"), PASSWORD],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert prepared.returncode == 0, prepared.stderr[-3000:]
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    (data / "provider-secret").write_text(SECRET)
    env |= {
        "KHCN_OIDC_ISSUER": identity_provider.issuer,
        "KHCN_OIDC_CLIENT_ID": CLIENT,
        "KHCN_OIDC_CLIENT_SECRET_FILE": str(data / "provider-secret"),
        "KHCN_OIDC_LABEL": "VNeID",
    }
    env["KHCN_URL"] = f"http://localhost:{port}"  # security keys know no addresses of machines
    command = [sys.executable, "-m", "khcn", "serve", "--port", str(port), "--workers", "1"]
    with until_last_use(request) as stack:
        stack.enter_context(serving(command, env, data / "server.log", address))
        yield address


@contextlib.contextmanager
def serving(command, env, log, address):
    """The application answers. Afterwards it must not have written a fault into its log."""
    with log.open("w") as output:
        server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=output, stderr=output)
        try:
            wait_for(address + "/login/", server, log)
            yield
        finally:
            server.terminate()
            server.wait(120)
    faults = [line for line in log.read_text().splitlines() if "Internal Server Error" in line]
    assert faults == []


def wait_for(address, server, log):
    until = time.monotonic() + 180
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            with urlopen(address, timeout=60):
                return
        except (URLError, OSError):
            time.sleep(0.25)
    pytest.fail("the server did not answer: " + log.read_text()[-3000:])


@pytest.fixture(scope="session")
def browser(request, chromium_path):
    """One for all tests, which come in with contexts of their own; it ends with its last use.

    Playwright's loop runs in this thread, where Django would take it for an async view, and some of the tests write records.
    """
    with until_last_use(request) as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        playwright = stack.enter_context(sync_playwright())
        started = playwright.chromium.launch(executable_path=str(chromium_path), args=list(FLAGS))
        stack.callback(started.close)
        yield started


class Visitor:
    """A person at a browser: every console message, page error and request is kept and judged at the end."""

    def __init__(self, browser, site, *, viewport=WIDE, scripts=True, theme="light"):
        self.site = site
        self.context = browser.new_context(
            base_url=site,
            viewport=viewport,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        self.context.set_default_timeout(WAITS)
        if theme == "dark":
            self.context.add_cookies([{"name": "khcn_theme", "value": "dark", "url": site}])
        self.page = self.context.new_page()
        self.faults, self.foreign = [], []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._asked)

    def _on_console(self, message):
        # an answer with status 4xx is told by the browser as an error; the pages themselves are judged by the tests
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def _asked(self, request):
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.foreign.append(request.url)

    def sign_in(self, name):
        self.page.goto("/login/")
        self.page.get_by_label("Tên đăng nhập").fill(name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_url(f"{self.site}/")
        return self

    def resume(self, session):
        """Go on in a session, without a page yet: each page costs a fifth of a second of a processor."""
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])
        return self

    def open(self, path):
        answer = self.page.goto(path)
        assert answer.status < 500, path
        return answer

    def problems(self, part=None, *, with_frame=False, both_themes=True):
        """What axe-core finds on the page that is open, or on a part of it, and how far it sticks out of the window."""
        self.page.wait_for_load_state()  # a click returns while the page that it leads to is still being read
        if self.page.evaluate("document.fonts.ready.then(() => !window.axe)"):
            # axe is put in by the debugger and not by the page, whose policy would refuse it
            self.page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        part = part or (None if with_frame else WITHOUT_FRAME)
        found = self._axe({"type": "tag", "values": TAGS}, part)
        if both_themes:
            found += self._problems_of_the_other_theme(part)
        over = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return found if over <= 0 else [*found, f"{over} px wider than the window"]

    def make_narrow_and_dark(self):
        """The page that is open as a telephone would show it that has opened it: no script asks for the width (test_pages)."""
        self.page.emulate_media(reduced_motion="reduce")  # colours change at once
        self.page.set_viewport_size(NARROW)
        self.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")

    def _problems_of_the_other_theme(self, part):
        # the other theme changes nothing but colours, and these at once where motion is not wished
        self.page.emulate_media(reduced_motion="reduce")
        shown = self.page.evaluate("document.documentElement.dataset.bsTheme")
        other = "light" if shown == "dark" else "dark"
        self.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", other)
        found = self._axe({"type": "rule", "values": ["color-contrast"]}, part)
        self.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", shown)
        return [[other, *fault] for fault in found]

    def _axe(self, rules, part):
        return self.page.evaluate(EMPTYING_THE_MENU, [rules, part, part is None])

    def check_accessible(self, what, part=None, *, with_frame=False, both_themes=True):
        assert {what: self.problems(part, with_frame=with_frame, both_themes=both_themes)} == {what: []}

    def describe(self):
        """What the person sees, for a test that failed where nobody can look: address, title and text of each page."""
        for page in self.context.pages:
            yield f"{page.url} -- {page.title()}\n{page.locator('body').inner_text()[:SHOWN_TEXT]}"

    def close(self):
        self.context.close()
        assert self.faults == []
        assert self.foreign == []


@pytest.fixture(scope="session")
def sessions(data):
    """New sessions of accounts that have signed in once: checking a password takes the server a tenth of a second."""
    return Sessions(data / "khcn.sqlite3")


class Sessions:
    """What was in the session of each account just after it had signed in."""

    def __init__(self, database):
        self.database, self.known = database, {}

    def _run(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.database, timeout=120)) as connection, connection:
            return connection.execute(statement, values).fetchone()

    def keep(self, name, cookies):
        (key,) = (each["value"] for each in cookies if each["name"] == "sessionid")
        self.known[name] = self._run(
            "SELECT session_data, expire_date, account, began_at, seen_at, network, browser FROM parties_accountsession WHERE session_key = ?",
            key,
        )

    def new(self, name):
        key = secrets.token_hex(16)
        self._run(
            "INSERT INTO parties_accountsession (session_key, session_data, expire_date, account, began_at, seen_at, network, browser)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            key,
            *self.known[name],
        )
        return key


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visitor(request, browser, site, sessions, data):
    """Makes visitors and judges each of them when the test is over."""
    made = []

    def enter(name="qlkh", **options):
        found = Visitor(browser, site, **options)
        made.append(found)
        if name in sessions.known:
            found.resume(sessions.new(name))
        elif name:
            sessions.keep(name, found.sign_in(name).context.cookies())
        return found

    yield enter
    if request.node.stash.get(FAILED, False):
        lines = (data / "server.log").read_text().splitlines()[-SHOWN_LINES:]
        shown = [text for each in made for text in each.describe()]
        request.node.add_report_section("teardown", "pages", "\n".join([*shown, *lines]))
    for each in made:
        each.close()
