"""Every route of the running server, whoever added it, against a client that keeps no rule."""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import servers
from attacking import HANDSHAKE, PRELUDE, ask, filled, send
from servers import Running, write_notebook

pytestmark = pytest.mark.server
TOKEN = "a token of enough characters"
SHOWN = {"Authorization": f"token {TOKEN}"}
CANARY = "canary-7f3a"
SOMEBODY = "0a1b2c3d-0000-4000-8000-000000000000"
METHODS = ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND")
ROUTES = {
    "/$",
    "/reports/(.*)$",
    "/(portfolio|market|programme|measurement|planner)/?$",
    r"/api/kernels/(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)$",
    r"/api/kernels/(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)/channels$",
    "/voila/templates/(.*)$",
    "/voila/static/(.*)$",
    "/voila/api/shutdown/(.*)$",
    "/voila/labextensions/(.*)$",
    "/voila/render/(.*)$",
}
"""What somebody has looked at. A new one fails a test below until somebody has looked at it too."""
DOORS = (
    *("api", "api/contents", "api/contents/x.ipynb", "api/sessions", "api/terminals", "api/status"),
    *("api/kernels", "api/kernelspecs", "api/config/x", "api/me", "api/spec.yaml", "api/events"),
    *(f"api/kernels/{SOMEBODY}/restart", f"api/kernels/{SOMEBODY}/interrupt", "api/shutdown"),
    *("files/portfolio.ipynb", "nbconvert/html/portfolio.ipynb", "edit/x", "view/x", "metrics"),
    *("lab", "tree", "terminals/1", "terminals/websocket/1", "static/style/style.min.css"),
    *("lsp", "proxy/80", "logout", "voila/tree", "voila/tree/", "voila/files/data.csv"),
    *("voila/files/portfolio.ipynb", f"voila/query/{SOMEBODY}", f"voila/execution/{SOMEBODY}"),
    *("voila/api/contents", "voila/api/themes/x", "voila/templates/lab/static/index.css"),
    *("voila/render/", "voila/render/data.csv", "voila/render/.hidden.ipynb"),
    *(
        "voila/render/.ipynb_checkpoints/portfolio-checkpoint.ipynb",
        "voila/render/below/deep.ipynb",
    ),
    *("reports/jobs.sqlite", "reports/.hidden.html", "reports/out.html", ".git/config", ".env"),
)
"""What Jupyter and Voilà would have there, and files that are nobody's to read."""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder as that of the repository, with a canary wherever nobody may read."""
    root = tmp_path_factory.mktemp("hostile")
    apps = root / "notebooks" / "apps"
    write_notebook(apps / "portfolio.ipynb", "print('the figures')")
    write_notebook(apps / "market.ipynb", f"raise OSError('{root}/secret.txt')")
    for name in (".hidden", ".ipynb_checkpoints/portfolio-checkpoint", "below/deep"):
        write_notebook(apps / f"{name}.ipynb", f"print('{CANARY}')")
    (root / "reports").mkdir()
    (root / "reports" / "index.html").write_text("<h1>briefs</h1>", encoding="utf-8")
    for name in ("secret.txt", "reports/jobs.sqlite", "reports/.hidden.html", "notebooks/data.csv"):
        (root / name).write_text(CANARY, encoding="utf-8")
    (apps / "data.csv").write_text(CANARY, encoding="utf-8")
    (root / "reports" / "out.html").symlink_to(root / "secret.txt")
    return root


@pytest.fixture(scope="module")
def start(site: Path) -> Iterator[Callable[..., Running]]:
    """Start a server over the site."""
    found: list[Running] = []

    def run(**options: object) -> Running:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(servers, "CODE", PRELUDE + servers.CODE)
            found.append(Running(site / "notebooks" / "apps", **options))
        return found[-1]

    yield run
    for running in found:
        assert running.stop() == 0


@pytest.fixture(scope="module")
def guarded(start) -> str:
    """The address of a server that asks for a token."""
    return start(shown={"token": TOKEN}).url


@pytest.fixture(scope="module")
def proxied(start) -> str:
    """The address of a server that a proxy is to stand before."""
    return start(shown={"header": "X-Forwarded-User"}).url


@pytest.fixture(scope="module")
def routes(guarded: str, site: Path) -> list[str]:
    """The patterns of the server's routes, as it has them."""
    return json.loads((site / "notebooks" / "apps" / "routes.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def paths(routes: list[str]) -> list[str]:
    """A path for every route, and for doors that should not be there."""
    return [filled(route, SOMEBODY) for route in routes] + [f"/{door}" for door in DOORS]


def test_every_route_is_one_that_somebody_has_looked_at(routes: list[str]):
    assert set(routes) == ROUTES
    assert filled(r"/a/(?P<x>\w+-(b|c))/d/?$", "X") == "/a/X/d"


@pytest.mark.parametrize("method", ["GET", "HEAD", *METHODS, "websocket"])
def test_without_the_token_or_the_proxy_s_user_there_is_nothing(guarded, proxied, paths, method):
    sent = {"method": "GET", **HANDSHAKE} if method == "websocket" else {"method": method}
    wrong = ({"Authorization": "token wrong"}, {"Cookie": "workbench-access=granted"})
    for url in (guarded, proxied):
        for path in paths:
            for shown in ({}, *(wrong if method in ("GET", "websocket") else ())):
                answer = ask(url, path, **sent, **shown)
                status = 405 if method in ("TRACE", "PROPFIND") else 403
                assert (answer.status, answer.body) in ((status, f"{status}\n"), (403, "")), path
                assert answer.faults(CANARY) == [], path


def test_a_name_that_did_not_come_from_the_proxy_is_nobody(start, paths):
    elsewhere = start(shown={"header": "X-Forwarded-User", "proxies": ["192.0.2.7"]}).url
    for path in paths:
        assert ask(elsewhere, path, X_Forwarded_User="root").status == 403, path
    url = elsewhere.replace("http://", "")
    twice = f"GET / HTTP/1.1\r\nHost: {url[:-1]}\r\nConnection: close\r\n"
    twice += "X-Forwarded-User: li\r\nX-Forwarded-User: root\r\n\r\n"
    assert b" 403 " in send(elsewhere, twice.encode()).splitlines()[0]


@pytest.mark.parametrize("method", METHODS)
def test_with_access_other_methods_have_no_effect_on_any_route(guarded, paths, method):
    for path in [*paths, "*", "http://evil.example/", "//evil.example/"]:
        if path == "*" and method != "OPTIONS":
            continue
        answer = ask(guarded, path, method, b"{}" if method == "POST" else b"", **SHOWN)
        closing = method == "POST" and path.startswith("/voila/api/shutdown/")
        assert answer.status == (403 if closing else 405), path
        assert answer.faults(CANARY) == [], path


def test_doors_of_jupyter_and_voila_are_not_there(guarded):
    for door in DOORS:
        answer = ask(guarded, f"/{door}", **SHOWN)
        assert answer.status in (403, 404), door
        assert answer.faults(CANARY) == [], door


def test_no_path_leads_out_of_what_is_public(guarded, routes, site):
    """Steps upwards, written in many ways, to files that hold a canary and to the system's."""
    files = [str(site / "secret.txt"), str(site / "notebooks" / "apps" / "data.csv"), "/etc/passwd"]
    ups = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", ".%2e/", "..\\", "..%5c", "%252e%252e%252f")
    ups += ("..%c0%af", "%c0%ae%c0%ae/", "....//", "..;/", "..%00/", "a/../../", "%u002e%u002e/")
    values = [up * 12 + file.lstrip("/") for up in ups for file in files]
    values += [f"workbench/static/{up * 12}{files[0].lstrip('/')}" for up in ups]
    for file in files:
        values += [file, f"/{file}", quote(file, safe=""), quote(quote(file, safe=""), safe="")]
        values += [
            f"file://{file}",
            f"{file}%00.html",
            f"{file}%00.ipynb",
            f"{file}%20",
            f"{file}.",
        ]
    values += ["..", ".", "%2e", "%00", "a%00b.html", "%ff%fe", "x" * 5_000, "a/" * 900, "~root"]
    values += [
        "%0d%0aX-Injected:%201",
        "C:%5cwindows%5cwin.ini",
        "%5c%5chost%5cshare",
        "con",
        "a:b",
    ]
    values += ["{{7*7}}", "%25s%25s%25n", "<script>alert(1)</script>.html", "'\"><img src=x>"]
    bad = []
    for route in routes:
        for value in values if "(" in route else []:
            path = filled(route, value).replace(" ", "%20")
            answer = ask(guarded, path, **SHOWN)
            faults = answer.faults(
                CANARY, "root:x:", "<script>alert(1)", "<img src=x>", "X-Injected"
            )
            if answer.status not in (400, 403, 404, 405) or faults:
                bad.append((path[:120], answer.status, faults))
    assert bad == []


def test_what_is_public_is_there_with_all_headers(guarded):
    for path in (
        *("/", "/reports/", "/reports/index.html", "/portfolio", "/voila/static/voila.js"),
        *("/voila/templates/workbench/static/app.css", "/nothing"),
        "/voila/labextensions/anywidget/package.json",
    ):
        answer = ask(guarded, path, **SHOWN)
        assert answer.status == {"/portfolio": 302, "/nothing": 404}.get(path, 200), path
        assert answer.faults(CANARY) == [], path


def test_a_cell_s_error_says_nothing_of_the_machine(guarded, site):
    answer = ask(guarded, "/voila/render/market.ipynb?lang=en", **SHOWN)
    assert answer.status == 200 and "Step 1 failed" in answer.body
    assert answer.faults(CANARY, str(site)) == []


@pytest.mark.parametrize(
    "query", ["", "?template=lab&theme=dark", "?token=x&kernel_id=y", "?%00=%ff"]
)
def test_an_address_s_query_chooses_no_template_and_breaks_nothing(guarded, query):
    for path in ("/", "/reports/index.html", "/voila/render/nothing.ipynb", "/nothing"):
        answer = ask(guarded, path + query, **SHOWN)
        assert answer.status in (200, 400, 404), path
        assert answer.faults(CANARY) == []


def test_a_kernel_is_neither_listed_nor_ended_by_whoever_lacks_the_page_s_cookie(guarded):
    page = ask(guarded, "/voila/render/portfolio.ipynb", **SHOWN)
    kernel = re.search(r'"kernelId": "([^"]+)"', page.body)[1]
    cookie = "; ".join(each.split(";")[0] for each in page.headers.get_all("Set-Cookie"))
    xsrf = re.search(r"_xsrf=([^;]+)", cookie)[1]
    where = f"/voila/api/shutdown/{kernel}"

    def alive() -> bool:
        return ask(guarded, f"/api/kernels/{kernel}", **SHOWN).status == 200

    assert kernel not in ask(guarded, "/api/kernels", **SHOWN).body
    for method in METHODS:
        for path in ("", "/restart", "/interrupt", "/channels"):
            given = {**SHOWN, "Cookie": cookie, "X-XSRFToken": xsrf}
            answer = ask(guarded, f"/api/kernels/{kernel}{path}", method, **given)
            assert answer.status == 405
    form = f"_xsrf={quote(xsrf)}".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body, given in (
        (b"", {}),
        (b"", {"Cookie": cookie}),
        (form, {}),
        (b"_xsrf=wrong", {"Cookie": cookie}),
        (form, {"Cookie": cookie, "Origin": "http://evil.example"}),
        (form, {"Cookie": cookie, "Origin": "null"}),
    ):
        answer = ask(guarded, where, "POST", body, **SHOWN, **kind, **given)
        assert answer.status in (403, 404) and answer.faults() == []
    assert alive()
    assert ask(guarded, where, "POST", form, **SHOWN, **kind, Cookie=cookie).status == 204
    assert not alive()


def test_under_another_name_a_server_that_asks_for_nothing_answers_nothing(start, paths):
    """A name of the attacker's that DNS leads to this computer."""
    url = start().url
    for path in paths:
        for given in ({}, HANDSHAKE):
            answer = ask(url, path, Host="evil.example", **given)
            assert answer.status == 403, path
            assert answer.faults(CANARY) == []
    assert ask(url, "/", Host="localhost").status == 200


def head(url: str, line: str, **headers: str) -> bytes:
    given = {"Host": urlsplit(url).netloc, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return "\r\n".join([line, *(f"{k}: {v}" for k, v in given.items()), "", ""]).encode()


def test_what_is_no_request_or_too_large_gets_a_status_and_no_more(guarded):
    login = "POST /login HTTP/1.1"
    for data in (
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        head(guarded, login, Content_Length="100001"),
        head(guarded, login, Content_Length="99999999999"),
        head(guarded, login, Content_Length="-1"),
        head(guarded, login, Content_Length="5", Transfer_Encoding="chunked"),
        head(guarded, login, Transfer_Encoding="chunked") + b"fffffff\r\n",
    ):
        assert send(guarded, data) in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b""), data
    long = head(guarded, "GET / HTTP/1.1", X="y" * 70_000)
    assert send(guarded, long) in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"")
    assert ask(guarded, "/", **SHOWN).status == 200


def test_half_a_request_keeps_nobody_waiting_and_is_not_waited_for(guarded):
    parts = urlsplit(guarded)
    login = head(guarded, "POST /login HTTP/1.1", Content_Length="500")
    halves = [b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", login + b"token=", b"", b"G"]
    waiting = []
    for number in range(80):
        one = socket.create_connection((parts.hostname, parts.port), timeout=60)
        one.sendall(halves[number % 4])
        waiting.append(one)
    begun = time.monotonic()
    assert ask(guarded, "/", **SHOWN).status == 200
    assert time.monotonic() - begun < 3.5  # none of them has been given up yet
    for one in waiting:
        assert one.recv(1000) in (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n")  # closed by the server
        one.close()


@pytest.mark.parametrize(
    ("origin", "mode", "kind", "status"),
    [
        ("cross-site", "no-cors", "image", 404),
        ("cross-site", "cors", "empty", 404),
        ("cross-site", "navigate", "iframe", 404),
        ("cross-site", "navigate", "document", 200),  # a link that somebody follows
        ("same-origin", "no-cors", "image", 200),
        ("none", "navigate", "document", 200),
    ],
)
def test_another_sites_page_can_not_have_kernels_started(guarded, origin, mode, kind, status):
    sent = {"Sec-Fetch-Site": origin, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": kind}
    answer = ask(guarded, "/", **sent, Authorization=f"token {TOKEN}")
    assert answer.status == status


def test_a_user_joined_by_the_proxy_to_anothers_claim_is_nobody(start):
    """A proxy that adds its word to a client's header sends both in one, with a comma."""
    running = start(shown={"header": "X-Forwarded-User", "proxies": ["127.0.0.1"]})
    assert ask(running.url, "/", X_Forwarded_User="ana").status == 200
    assert ask(running.url, "/", X_Forwarded_User="ben, ana").status == 403


def test_a_flood_of_connections_is_closed_at_once_and_leaves_room(start, monkeypatch):
    """More than the server takes: those beyond are closed, and a page is had once some go."""
    few = "import workbench.apps._server as s\ns.most_connections = lambda: 40\n"
    monkeypatch.setattr(servers, "CODE", few + servers.CODE)
    running = start()
    place = urlsplit(running.url)
    held = []
    for _ in range(80):
        one = socket.create_connection((place.hostname, place.port), timeout=10)
        one.sendall(b"GET / HTTP/1.1\r\n")  # and no more
        held.append(one)
    closed = 0
    for one in held:
        one.settimeout(0.2)
        try:
            closed += one.recv(1) == b""
        except TimeoutError:
            continue
        except ConnectionResetError:
            closed += 1
    assert 40 <= closed < 80
    for one in held[:40]:
        one.close()
    assert ask(running.url, "/").status == 200
