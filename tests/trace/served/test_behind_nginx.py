"""The program behind nginx with the shipped settings, at a port that is not 443: forms are taken from its own pages and no others."""

import contextlib
import http.client
import socket
import ssl
from http.cookies import SimpleCookie

import pytest

from bench.proxy import NAME, environment_behind_it, find_nginx, nginx
from bench.service import Service
from khcn.config.doctor import web
from tests.conftest import require_all

pytestmark = pytest.mark.xdist_group("behind-nginx")


@pytest.fixture(scope="module")
def behind(tmp_path_factory, put_migrated_database):
    """The secure port of nginx, and a context that trusts its certificate."""
    program = find_nginx()
    if program is None:
        pytest.fail("nginx is required") if require_all() else pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    put_migrated_database(folder)
    service = Service(folder)
    service.env |= environment_behind_it()
    with service, nginx(program, folder, service=service.port) as (port, certificate):
        yield port, ssl.create_default_context(cafile=certificate), folder


class AtName(http.client.HTTPSConnection):
    """A connection to nginx of the test by the name of the installation, as a browser has it."""

    def __init__(self, port, trusting, named=None):
        super().__init__("127.0.0.1", port, timeout=120)
        self.trusting, self.named = trusting, named or f"{NAME}:{port}"

    def putrequest(self, method, url, **_more):
        super().putrequest(method, url, skip_host=True)
        self.putheader("Host", self.named)

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 30)
        self.sock = self.trusting.wrap_socket(plain, server_hostname=NAME)


def sent_form(behind, origin, named=None):
    """Status of the sign-in form, sent empty from a page of that origin."""
    port, trusting, _folder = behind
    connection = AtName(port, trusting, named)
    with contextlib.closing(connection):
        connection.request("GET", "/login/")
        page = connection.getresponse()
        page.read()
        assert page.status == 200
        cookies = SimpleCookie()
        for each in page.headers.get_all("Set-Cookie"):
            cookies.load(each)
        token = cookies["__Host-csrftoken"].value
        headers = {
            "Origin": origin,
            "Cookie": f"__Host-csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/login/", b"username=&password=", headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def test_a_form_is_taken_at_whatever_port_the_browser_has_opened(behind):
    port = behind[0]
    assert sent_form(behind, f"https://{NAME}:{port}") in {200, 422}
    # where another machine passes its port 443 on to this one
    assert sent_form(behind, f"https://{NAME}", named=NAME) in {200, 422}
    assert sent_form(behind, f"https://{NAME}:8443", named=f"{NAME}:8443") in {200, 422}


@pytest.mark.parametrize(
    "origin", ["https://{name}", "https://{name}:1", "http://{name}:{port}", "https://ke.xau:{port}", "null"]
)
def test_a_form_of_another_address_is_not(behind, origin):
    assert sent_form(behind, origin.format(name=NAME, port=behind[0])) == 403


def test_public_pages_of_two_ports_are_stored_apart(behind):
    port, trusting, _folder = behind
    seen = []
    for named in (f"{NAME}:{port}", f"{NAME}:8443", f"{NAME}:8443"):
        with contextlib.closing(AtName(port, trusting, named)) as connection:
            connection.request("GET", "/01/09521234220312")
            answer = connection.getresponse()
            answer.read()
            seen.append(answer.headers["X-Cache-Status"])
    assert seen[:2] == ["MISS", "MISS"]


def test_each_look_up_of_one_object_reaches_the_program(behind):
    port, trusting, _folder = behind
    seen = []
    for path in (
        "10/L1",
        "10/L1",
        "21/A1",
        "21/A1",
        "10/L1/21/A1?lang=en",
        "10/L1?a=/21/A1",
        "10/L1?a=/21/A1",
    ):
        with contextlib.closing(AtName(port, trusting)) as connection:
            connection.request("GET", f"/01/09521234220312/{path}")
            answer = connection.getresponse()
            answer.read()
            seen.append(answer.headers["X-Cache-Status"])
    assert seen == ["MISS", "HIT", "BYPASS", "BYPASS", "BYPASS", "MISS", "HIT"]


def test_the_doctor_says_when_forms_are_refused(behind, settings, monkeypatch):
    port, trusting, _folder = behind
    monkeypatch.setattr(web, "HTTPSConnection", lambda _host, at, **_more: AtName(at, trusting))
    seen = []
    for url in (f"https://{NAME}:{port}", f"https://{NAME}"):
        settings.PUBLIC_URL, settings.CSRF_COOKIE_NAME = url, "__Host-csrftoken"
        connection = web.HTTPSConnection("", port)
        with contextlib.closing(connection):
            connection.request("GET", "/login/")
            page = connection.getresponse()
            page.read()
            seen.append(web._status_of_form(connection, page))
    assert (seen[0] in {200, 422}, seen[1]) == (True, 403)
