"""The recipe of docs/serving.md, run: a real hub, its proxy, two users, and our service."""

import asyncio
import contextlib
import http.cookiejar
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import psutil
import pytest
from attacking import HANDSHAKE, ask
from lacking import lacking
from servers import aside, find_free_port
from sockets import V1, Client
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from workbench.commands.serve import _behind_the_hub
from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.kernel import client as warm
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan
from workbench.store import Workspace, open_workspace
from workbench.store.plans import begin

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
PROXY = ROOT / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
SERVICE = "/services/workbench/"
PASSWORD = uuid.uuid4().hex
PRIVACY, REACH = Cell("weights", "privacy"), Cell("weights", "reach")
OURS = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = "{folder}/secret"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = ["node", "{proxy}"]
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = "{password}"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.environment |= {{"JUPYTER_RUNTIME_DIR": "{runtime}", "USER": "root", "LOGNAME": "root"}}
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.args = {arguments}
c.JupyterHub.services[0]["command"] += ["--edit"]
c.JupyterHub.services[0]["environment"] |= {{"JUPYTER_RUNTIME_DIR": "{runtime}"}}
"""
"""What the recipe leaves to each hub: where it listens, who logs in how, how servers start."""
EDIT = """
import os
from workbench.domain.changes import Cell, Change
from workbench.store import open_workspace
os.environ.update(USER="root", LOGNAME="root", USERNAME="root")
store = open_workspace(os.environ["WORKBENCH_DATABASE"])
now = store.snapshot("base").cells.get(Cell("weights", "{key}"))
store.apply("base", [Change("weights", "{key}", now, {value})])
print("author", store.author)
"""


def recipe() -> str:
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    return re.search(r"```python\n(database = .*?)```", text, re.S)[1]


class Browser:
    """Somebody's browser: cookies, and pages by a path of the hub's."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def send(self, path: str, form: dict[str, str] | None = None, **headers: str):
        """Status, address in the end, and text; redirects are followed."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        given = {"Accept": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}}
        address = urllib.request.Request(
            urllib.parse.urljoin(self.url, path), data=data, headers=given
        )
        try:
            with self.opener.open(address, timeout=90) as answer:
                return answer.status, answer.url, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as answer:
            return answer.code, answer.url, answer.read().decode()

    def login(self, user: str) -> "Browser":
        _, _, page = self.send("/hub/login")
        xsrf = unescape(re.search(r'name="_xsrf" value="([^"]+)"', page)[1])
        form = {"username": user, "password": PASSWORD, "_xsrf": xsrf}
        status, address, page = self.send("/hub/login?next=%2Fhub%2Fhome", form)
        assert (status, urllib.parse.urlsplit(address).path) == (200, "/hub/home"), page[-500:]
        return self

    def cookies(self, path: str) -> str:
        """What the browser would send with a websocket to this path."""
        address = urllib.request.Request(urllib.parse.urljoin(self.url, path))
        self.jar.add_cookie_header(address)
        return address.get_header("Cookie", "")


@dataclass(frozen=True)
class Running:
    """A hub that runs, and the workspace that its users share."""

    url: str
    store: Workspace
    log: Path

    def api(self, path: str, token: str, method: str = "GET", body: object = None):
        """Status and JSON of one of the hub's or a server's API."""
        answer = ask(
            self.url, path, method, json.dumps(body).encode(), Authorization=f"token {token}"
        )
        return answer.status, json.loads(answer.body or "null")


@pytest.fixture(scope="module")
def hub(tmp_path_factory) -> Iterator[Running]:
    missing = [
        text
        for text, there in {
            "jupyterhub (PyPI)": importlib.util.find_spec("jupyterhub"),
            "configurable-http-proxy (npm ci)": PROXY.exists(),
            "node": shutil.which("node", path=PROGRAMS),
        }.items()
        if not there
    ]
    if missing:
        lacking(f"Missing: {', '.join(missing)}.")
    folder = tmp_path_factory.mktemp("hub")
    database = f"sqlite:///{folder / 'workspace.db'}"
    store = open_workspace(database, who="somebody")
    begin(store, "base", load_plan(data_folder() / "examples" / "plan.yaml"))
    with tempfile.TemporaryDirectory(prefix="wb-") as runtime:  # sockets need a short path
        ports = {"port": find_free_port(), "hub": find_free_port(), "api": find_free_port()}
        told = recipe().replace("postgresql://user:password@host/database", database)
        told = told.replace("127.0.0.1:8866", f"127.0.0.1:{find_free_port()}")
        own = {"folder": folder, "runtime": runtime, "proxy": PROXY, "password": PASSWORD}
        own["arguments"] = ["--allow-root"] if os.getuid() == 0 else []
        (folder / "config.py").write_text(told + OURS.format(**ports, **own), encoding="utf-8")
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        log = folder / "log.txt"
        with log.open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(folder / "config.py")],
                cwd=folder,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PATH": PROGRAMS, "PYTHONPATH": path, "LC_ALL": "C.UTF-8"},
            )
        running = Running(f"http://127.0.0.1:{ports['port']}/", store, log)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):  # the proxy, then the hub, then the service
                    pages = ("/hub/login", SERVICE)
                    if {ask(running.url, page).status for page in pages} == {200, 403}:
                        break
                assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
                time.sleep(0.1)
            yield running
        finally:
            children = psutil.Process(process.pid).children(recursive=True)
            process.kill()  # first, for it starts a proxy anew, and ends servers one by one
            process.wait()
            for child in children:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.terminate()
            for child in psutil.wait_procs(children, timeout=10)[1]:
                child.kill()
            warm.retire(Path(runtime) / "warm-kernels")
            store.engine.dispose()


@pytest.fixture(scope="module")
def li(hub) -> Browser:
    return Browser(hub.url).login("li")


@pytest.fixture(scope="module")
def wang(hub) -> Browser:
    return Browser(hub.url).login("wang")


# ---- Without a hub ----


def test_hub_is_for_services_of_a_hub(monkeypatch):
    pytest.importorskip("jupyterhub")
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)
    with pytest.raises(InputError, match="which would set JUPYTERHUB_SERVICE_PREFIX"):
        _behind_the_hub("127.0.0.1", 0, None, None)
    for token, header in (("a token of enough characters", None), (None, "X-User")):
        with pytest.raises(InputError, match="--hub excludes"):
            _behind_the_hub("127.0.0.1", 0, token, header)
    monkeypatch.setitem(sys.modules, "jupyterhub.services.auth", None)
    monkeypatch.delitem(sys.modules, "workbench.apps._hub", raising=False)
    with pytest.raises(InputError, match="--hub needs JupyterHub"):
        _behind_the_hub("127.0.0.1", 0, None, None)


def test_a_service_stands_where_the_hub_says_and_no_kernel_gets_its_token(monkeypatch):
    hub = pytest.importorskip("jupyterhub.services.auth")
    for name, value in {
        "SERVICE_PREFIX": "/services/w/", "SERVICE_URL": "http://127.0.0.1:8899",
        "API_TOKEN": "secret", "CLIENT_ID": "service-w", "SERVICE_NAME": "w",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"JUPYTERHUB_{name}", value)
    hub.HubOAuth.clear_instance()
    try:
        access, host, port = _behind_the_hub("0.0.0.0", 1, None, None)
        assert (access.base, host, port) == ("/services/w/", "127.0.0.1", 8899)
        assert access.hub.auth.access_scopes == {"access:services!service=w"}
        assert "secret" not in os.environ.values()
    finally:
        hub.HubOAuth.clear_instance()


# ---- Editors ----


def server_of(hub: Running, browser: Browser, user: str) -> str:
    """Start a user's server; a token with which the user's own programs reach it."""
    _, _, page = browser.send("/hub/token")
    xsrf = re.search(r'xsrf_token:\s*"([^"]+)"', page)[1]
    cookies = browser.cookies("/hub/api/")
    answer = ask(
        hub.url,
        f"/hub/api/users/{user}/tokens",
        "POST",
        b"{}",
        Cookie=cookies,
        X_XSRFToken=xsrf,
        Referer=f"{hub.url}hub/token",
    )
    token = json.loads(answer.body)["token"]
    assert hub.api(f"/hub/api/users/{user}/server", token, "POST", {})[0] in (201, 202)
    for _ in range(900):
        found = hub.api(f"/hub/api/users/{user}", token)[1]
        if (found.get("servers") or {}).get("", {}).get("ready"):
            return token
        time.sleep(0.2)
    raise AssertionError(hub.log.read_text(encoding="utf-8")[-3000:])


async def run(hub: Running, user: str, token: str, code: str) -> str:
    """What a cell prints on the kernel ``workbench`` of a user's server."""
    status, kernel = hub.api(f"/user/{user}/api/kernels", token, "POST", {"name": "workbench"})
    assert status == 201, kernel
    where = f"{hub.url.replace('http', 'ws')}user/{user}/api/kernels/{kernel['id']}/channels"
    talk = Client(hub.url)
    talk.socket = await websocket_connect(
        HTTPRequest(where, headers={"Authorization": f"token {token}"}, request_timeout=60),
        subprotocols=[V1],
    )
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}}
    asked = await talk.say("execute_request", content)
    done = await talk.listen(
        lambda m: m["msg_type"] == "execute_reply" and m["parent_header"].get("msg_id") == asked
    )
    assert done and done["content"]["status"] == "ok", talk.frames[-3:]
    await talk.settle()
    return "".join(m["content"]["text"] for m in talk.received if m["msg_type"] == "stream")


def test_each_editor_s_changes_bear_the_name_that_the_hub_knows(hub, li, wang):
    def edit(user: str, browser: Browser, key: str, value: int) -> str:
        token = server_of(hub, browser, user)
        return asyncio.run(run(hub, user, token, EDIT.format(key=key, value=value)))

    with ThreadPoolExecutor(2) as pool:
        work = [
            pool.submit(edit, "li", li, "privacy", 3),
            pool.submit(edit, "wang", wang, "reach", 2),
        ]
        assert [each.result(timeout=200) for each in work] == ["author li\n", "author wang\n"]
    told = {change.cell: command.who for command in hub.store.commands("base")
            for change in command.changes}  # fmt: skip
    assert (told[PRIVACY], told[REACH]) == ("li", "wang")


# ---- Leaders ----


def test_without_a_login_at_the_hub_there_is_nothing(hub):
    stranger = Browser(hub.url)
    assert urllib.parse.urlsplit(stranger.send(SERVICE)[1]).path == "/hub/login"
    for path in ("", "reports/", "api/kernels", "voila/static/voila.js", "nothing", "logout"):
        for given in ({}, HANDSHAKE, {"X_Workbench_User": "wang"}, {"X_Forwarded_User": "wang"}):
            answer = ask(hub.url, SERVICE + path, **given)
            assert (answer.status, answer.body) == (403, "403\n"), path
    for query in ("", "?code=x", "?code=x&state=y", "?error=x&error_description=%3Cscript%3E"):
        answer = ask(hub.url, f"{SERVICE}oauth_callback{query}")
        assert answer.status in (400, 403) and "<script>" not in answer.body
        assert answer.faults() == []


def test_whom_the_hub_knows_and_the_role_leaves_out_gets_nothing(hub, li):
    for path in ("", "voila/render/portfolio.ipynb", "reports/"):
        status, address, _ = li.send(SERVICE + path)  # the hub itself gives no token
        assert (status, urllib.parse.urlsplit(address).path) == (403, "/hub/api/oauth2/authorize")
    cookie = li.cookies(SERVICE)
    assert ask(hub.url, f"{SERVICE}voila/static/voila.js", Cookie=cookie).status == 403


def test_a_leader_reads_the_pages_with_all_that_they_are_made_of(hub, wang):
    status, address, page = wang.send(f"{SERVICE}?lang=en")
    assert (status, urllib.parse.urlsplit(address).path) == (200, SERVICE)
    assert f'href="{SERVICE}voila/render/portfolio.ipynb?lang=en"' in page
    status, address, page = wang.send(f"{SERVICE}portfolio?lang=en")
    assert urllib.parse.urlsplit(address).path == f"{SERVICE}voila/render/portfolio.ipynb"
    found = re.findall(r'<(?:link|script)[^>]*?(?:href|src)="(/[^"]+)"', page)
    assert len(found) > 4 and all(each.startswith(SERVICE) for each in found)
    for each in found:
        assert wang.send(unescape(each))[0] == 200, each
    assert wang.send(f"{SERVICE}nothing")[0] == 404


def test_what_is_saved_through_the_service_bears_the_hub_s_name(hub, wang):
    """Also with another name in every header that a visitor might try."""
    path = f"{SERVICE}voila/render/planner.ipynb?lang=en"
    forged = {"X_Workbench_User": "root", "X_Forwarded_User": "root", "Remote_User": "root"}
    status, _, page = wang.send(path, **forged)
    assert status == 200
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1]
    before = hub.store.snapshot("base").cells.get(PRIVACY) or 1

    async def edit() -> str:
        client = Client(f"{hub.url}{SERVICE.strip('/')}/", **forged)
        client.kernel, client.cookie = json.loads(config)["kernelId"], wang.cookies(SERVICE)
        await client.connect()
        await client.settle()
        grids = {
            model: state
            for model, state in (await client.models()).items()
            if "columns" in state and any(row["id"] == "privacy" for row in state["rows"])
        }
        grid = next(
            model
            for model, state in grids.items()
            if any(column["key"] == "weight" for column in state["columns"])
        )
        change = {"row": "privacy", "key": "weight", "value": str(before + 1)}
        await client.custom(grid, {"type": "edit", "edits": [change], "batch": 1})
        await client.settle()
        return client.kernel

    kernel = aside(edit)
    (last,) = hub.store.commands("base", limit=1)
    assert (last.who, hub.store.snapshot("base").cells[PRIVACY]) == ("wang", before + 1)
    cookie = wang.cookies(SERVICE)
    xsrf = re.search(r"_xsrf=([^;]+)", cookie)[1]
    form = urllib.parse.urlencode({"_xsrf": xsrf})
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    shut = ask(hub.url, f"{SERVICE}voila/api/shutdown/{kernel}", "POST", form.encode(), **kind)
    assert shut.status == 204, shut.body


@pytest.mark.browser
def test_in_a_browser_the_page_comes_to_life_below_the_service_s_address(hub):
    playwright = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("WORKBENCH_CHROMIUM") or shutil.which("chromium")
    if not program:
        message = "Chromium is missing: install Debian's chromium, or set WORKBENCH_CHROMIUM."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)

    def visit() -> tuple[list[str], list[str]]:
        with playwright.sync_playwright() as running:
            browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page()
            wrong: list[str] = []
            sockets: list[str] = []
            page.on(
                "response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status > 399 else 0
            )
            page.on("websocket", lambda w: sockets.append(urllib.parse.urlsplit(w.url).path))
            page.goto(f"{hub.url}{SERVICE.strip('/')}/market?lang=en&market=ID")
            page.get_by_label("Username").fill("wang")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_selector("html[data-ready]", state="attached", timeout=90_000)
            browser.close()
            return wrong, sockets

    with ThreadPoolExecutor(1) as aside:  # another module's browser may hold this thread's loop
        wrong, sockets = aside.submit(visit).result()
    assert sockets and all(path.startswith(f"{SERVICE}api/kernels/") for path in sockets)
    assert wrong == []


def test_after_the_hub_s_logout_the_service_is_closed_too(hub):
    wang = Browser(hub.url).login("wang")
    assert wang.send(SERVICE)[0] == 200
    wang.send("/hub/logout")
    assert urllib.parse.urlsplit(wang.send(SERVICE)[1]).path == "/hub/login"
