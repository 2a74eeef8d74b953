"""Who is let in, on every route; and how many at a time."""

import http.cookiejar
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from servers import Running, aside, write_notebook
from tornado.httpclient import HTTPClientError
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.websocket import websocket_connect

from workbench.apps._access import Access, access_for, certified
from workbench.apps._guard import _local
from workbench.domain.errors import InputError, StoreError
from workbench.store.identity import USER_FROM, current_user, header_variable

TOKEN = "a token of enough characters"
ROUTES = (
    "",
    "portfolio",
    "voila/render/portfolio.ipynb",
    "voila/files/portfolio.ipynb",
    "voila/query/0a1b2c3d-0000-4000-8000-000000000000",
    "voila/static/voila.js",
    "voila/templates/workbench/static/app.css",
    "voila/labextensions/anywidget/package.json",
    "voila/api/shutdown/0a1b2c3d-0000-4000-8000-000000000000",
    "api/kernels/0a1b2c3d-0000-4000-8000-000000000000",
    "reports/",
    "nothing/of/this/name",
    "favicon.ico",
)


def request(peer: str = "127.0.0.1", **headers: str) -> HTTPServerRequest:
    line = RequestStartLine("GET", "/", "HTTP/1.1")
    found = HTTPServerRequest(start_line=line, headers=HTTPHeaders({"Host": "x", **headers}))
    found.remote_ip = peer
    return found


# ---- The rule ----


def test_loopback_asks_for_nothing_and_other_addresses_for_something():
    for host in ("127.0.0.1", "localhost", "::1", "127.8.9.1"):
        assert access_for(host, None, None) == Access()
    for host in ("0.0.0.0", "192.0.2.7", "example.org", "::"):
        with pytest.raises(InputError, match="so a token or a proxy is needed"):
            access_for(host, None, None)
        assert access_for(host, TOKEN, None).token == TOKEN
    with pytest.raises(InputError, match="has 5 characters; at least 16"):
        access_for("0.0.0.0", "short", None)
    with pytest.raises(InputError, match="exclude each other"):
        access_for("0.0.0.0", TOKEN, "X-User")
    with pytest.raises(InputError, match="--proxy 'somewhere' is not an address"):
        access_for("0.0.0.0", None, "X-User", ["somewhere"])


def test_a_token_is_taken_from_header_or_signed_cookie_and_nothing_else():
    access = Access(token=TOKEN)
    assert access.granted(request(Authorization=f"token {TOKEN}"), None)
    assert access.granted(request(Authorization=f"Bearer {TOKEN}"), None)
    assert access.granted(request(), "granted")
    for headers in ({}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": f"token {TOKEN}x"}):
        assert not access.granted(request(**headers), None)
    assert not access.granted(request(), "grante")


def test_a_proxy_s_user_is_believed_from_the_proxy_s_address_only():
    access = access_for("0.0.0.0", None, "X-User", ["10.0.0.0/8", "::1"])
    assert access.granted(request("10.9.8.7", **{"X-User": "li"}), None)
    assert access.granted(request("::1", **{"X-User": "li"}), None)
    assert not access.granted(request("192.0.2.7", **{"X-User": "li"}), None)
    assert not access.granted(request("10.9.8.7"), None)
    assert not access.granted(request("10.9.8.7", **{"X-User": " "}), None)
    assert not access.granted(request("", **{"X-User": "li"}), None)
    twice = request("10.9.8.7", **{"X-User": "li"})
    twice.headers.add("X-User", "root")  # one that the visitor sent, and the proxy let through
    assert not access.granted(twice, None)


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb", "/login?next=x"],
)
def test_after_the_token_nobody_is_sent_elsewhere(path):
    assert _local(path) == "/"


def test_the_user_whom_the_proxy_names_is_the_author(monkeypatch):
    monkeypatch.setenv(USER_FROM, header_variable("X-Forwarded-User"))
    monkeypatch.setenv("HTTP_X_FORWARDED_USER", "李雷".encode().decode("latin-1"))
    monkeypatch.setenv("JUPYTERHUB_USER", "somebody else")
    assert current_user() == "李雷"
    for bad in ("", " ", "a\x1bb", "x" * 201):
        monkeypatch.setenv("HTTP_X_FORWARDED_USER", bad)
        with pytest.raises(StoreError, match="names no user"):
            current_user()


def test_certificate_and_key_belong_together(tmp_path):
    assert certified(None, None) is None
    with pytest.raises(InputError, match="belong together"):
        certified("some.pem", None)
    for name in ("some.pem", "some.key"):
        (tmp_path / name).write_text("no certificate", encoding="utf-8")
    with pytest.raises(InputError, match=r"some\.pem with the key .* can't be used"):
        certified(str(tmp_path / "some.pem"), str(tmp_path / "some.key"))


# ---- A real server ----


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guarded")
    write_notebook(folder / "portfolio.ipynb", "print('the figures')")
    running = Running(folder, host="0.0.0.0", shown={"token": TOKEN}, most=2)
    running.url = running.url.replace("0.0.0.0", "127.0.0.1")
    yield running
    running.stop()


@pytest.mark.server
@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_behind_the_token(guarded, route):
    status, _, text = guarded.get(route)
    assert (status, text) == (403, "403\n")
    status, _, text = guarded.get(route, Authorization="token wrong" + TOKEN)
    assert (status, text) == (403, "403\n")
    status, headers, text = guarded.get(route, Accept="text/html")
    assert status == 401 and 'name="token"' in text
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.server
def test_other_methods_and_websockets_are_behind_the_token_too(guarded):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        asked = urllib.request.Request(guarded.url + "api/kernels", method=method, data=b"{}")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        assert refused.value.code == 403
    for route in (ROUTES[4], ROUTES[9] + "/channels"):
        url = guarded.url.replace("http", "ws") + route

        async def connect(url: str = url) -> None:
            await websocket_connect(url)

        with pytest.raises(HTTPClientError, match="403"):
            aside(connect)


@pytest.mark.server
def test_the_form_lets_in_who_knows_the_token_and_leads_to_the_page(guarded):
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("Accept", "text/html")]

    def send(token: str):
        form = urllib.parse.urlencode({"token": token, "next": "/portfolio?lang=en"}).encode()
        return browser.open(guarded.url + "login", form)

    with pytest.raises(urllib.error.HTTPError) as refused:
        send("wrong")
    assert refused.value.code == 401 and not list(jar)
    answer = send(TOKEN)
    assert answer.url == guarded.url + "voila/render/portfolio.ipynb?lang=en"
    assert "the figures" in answer.read().decode()
    (cookie,) = [each for each in jar if each.name == "workbench-access"]
    assert cookie.has_nonstandard_attr("HttpOnly") and TOKEN not in cookie.value


@pytest.mark.server
def test_a_link_may_hold_the_token_and_the_address_then_doesn_t(guarded):
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("Accept", "text/html")]
    query = urllib.parse.urlencode({"lang": "en", "token": TOKEN, "market": "ID"})
    assert browser.open(f"{guarded.url}?{query}").url == guarded.url + "?lang=en&market=ID"


@pytest.mark.server
def test_who_comes_when_the_house_is_full_is_told_and_nothing_breaks(guarded):
    """Two kernels may be alive. One was started by a test above; its page was left just now."""

    def visit(_):
        return guarded.get("voila/render/portfolio.ipynb?lang=en", Authorization=f"token {TOKEN}")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(visit, range(6)))
    states = [status for status, _, _ in answers]
    assert set(states) == {200, 503} and 1 <= states.count(200) <= 2
    assert len(guarded.kernels()) == 2
    busy = next(text for status, _, text in answers if status == 503)
    assert "Too many pages are open just now" in busy and 'http-equiv="refresh"' in busy


@pytest.mark.server
def test_behind_a_proxy_the_kernel_learns_who_the_user_is(tmp_path):
    shown = "from workbench.store.identity import current_user; print('user', current_user())"
    write_notebook(tmp_path / "portfolio.ipynb", shown)
    running = Running(tmp_path, shown={"header": "X-Forwarded-User"})
    try:
        assert running.get("portfolio")[0] == 403
        status, _, text = running.get("portfolio", **{"X-Forwarded-User": "wang"})
        assert status == 200 and "user wang" in text
    finally:
        assert running.stop() == 0
