"""The recipe of docs/serving.md, run: a real nginx asks for a password and names the user."""

import base64
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from lacking import lacking
from servers import Running, aside, find_free_port, write_notebook
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
SHOWN = "from workbench.store.identity import current_user; print('user', current_user())"


def recipe() -> str:
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    return re.search(r"```nginx\n(.*?)```", text, re.S)[1]


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """The address of nginx before a server of ours."""
    if not Path(NGINX).exists():
        lacking("nginx is missing: install Debian's nginx-light.")
    folder, port = tmp_path_factory.mktemp("nginx"), find_free_port()
    write_notebook(folder / "apps" / "portfolio.ipynb", SHOWN)
    ours = Running(folder / "apps", shown={"header": "X-Forwarded-User", "proxies": ["127.0.0.1"]})
    told = recipe().replace("listen 8080", f"listen 127.0.0.1:{port}")
    told = told.replace("http://127.0.0.1:8866", ours.url.rstrip("/"))
    told = told.replace("auth_basic_user_file users", f"auth_basic_user_file {folder}/users")
    (folder / "users").write_text("wang:{PLAIN}secret\n", encoding="utf-8")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"{'user root;' if os.getuid() == 0 else ''}\n"
        f"http {{ access_log off; {temporary}\n{told} }}\n",
        encoding="utf-8",
    )
    nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    address = f"http://127.0.0.1:{port}/"
    for _ in range(200):
        try:
            urllib.request.urlopen(address)
        except urllib.error.HTTPError:
            break
        except OSError:
            assert nginx.poll() is None
            time.sleep(0.05)
    yield address, ours
    nginx.terminate()
    nginx.wait(timeout=20)
    ours.stop()


def get(address: str, user: str = "", **headers: str) -> tuple[int, str]:
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:secret".encode()).decode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def test_the_user_whom_nginx_knows_reaches_the_kernel_and_nobody_else_does(proxied):
    address, ours = proxied
    assert get(address)[0] == 401
    assert get(address, "wang")[0] == 200
    status, text = get(address + "voila/render/portfolio.ipynb", "wang")
    assert status == 200 and "user wang" in text
    forged = {"X-Forwarded-User": "root"}
    status, text = get(address + "voila/render/portfolio.ipynb", "wang", **forged)
    assert status == 200 and "user wang" in text and "user root" not in text
    assert get(ours.url)[0] == 403  # past the proxy, without a name


def test_the_page_s_websocket_goes_through_the_proxy(proxied):
    address, _ = proxied
    _, text = get(address + "voila/render/portfolio.ipynb", "wang")
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.S)[1]
    kernel = json.loads(config)["kernelId"]
    url = address.replace("http", "ws") + f"api/kernels/{kernel}/channels"
    login = base64.b64encode(b"wang:secret").decode()

    async def ask() -> str:
        request = HTTPRequest(url, headers={"Authorization": f"Basic {login}"})
        connection = await websocket_connect(request)
        header = {"msg_id": "1", "msg_type": "kernel_info_request", "session": "s",
                  "username": "", "version": "5.3", "date": "2026-11-23T00:00:00Z"}  # fmt: skip
        await connection.write_message(
            json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": {},
                        "channel": "shell"})
        )  # fmt: skip
        while True:
            said = await connection.read_message()
            assert said is not None
            if isinstance(said, str) and "kernel_info_reply" in said:
                return said

    assert "kernel_info_reply" in aside(ask)
