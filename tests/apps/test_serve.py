"""The server of the app pages: what it refuses, what it serves, how it stops."""

import json
import re
import signal
import socket
import sys
from pathlib import Path

import jinja2
import pandas as pd
import psutil
import pytest
from servers import Running, write_notebook

from workbench.apps._pages import LISTING, app_names, keep_message, page_context, stage_template
from workbench.apps._server import NOISE, address
from workbench.apps.serve import serve, stage_kernel
from workbench.domain.errors import InputError
from workbench.domain.market import check_market
from workbench.locale import speaking

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "workbench" / "assets" / "voila" / "workbench"


# ---- Without a server ----


@pytest.mark.parametrize(
    ("query", "lang", "rest"),
    [
        ("", "zh", ""),
        ("lang=en", "en", ""),
        ("market=ID&lang=en-GB&scenario=base", "en", "market=ID&scenario=base"),
        ("lang=xx&market=ID", "zh", "market=ID"),
        ('market="><script>', "zh", "market=%22%3E%3Cscript%3E"),
    ],
)
def test_page_context_takes_the_language_out_of_the_query(query, lang, rest):
    context = page_context(query)
    assert (context["lang"], context["query"]) == (lang, rest)


def test_app_names_puts_the_known_apps_first(tmp_path):
    for name in ("zeta", "planner", "portfolio", "alpha"):
        (tmp_path / f"{name}.ipynb").touch()
    assert app_names(tmp_path) == ["portfolio", "planner", "alpha", "zeta"]


def test_staged_template_has_its_styles_and_prints_in_the_light_palette(tmp_path):
    static = stage_template(tmp_path) / "static"
    tokens = (ROOT / "workbench" / "assets" / "tokens.css").read_text(encoding="utf-8")
    assert (static / "tokens.css").read_text(encoding="utf-8") == tokens
    printed = (static / "print-tokens.css").read_text(encoding="utf-8")
    assert "--ink:#17212b" in printed
    assert "--ink:#e7edf3" not in printed
    assert printed.count("{") == printed.count("}")


def test_template_texts_exist_in_both_languages():
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATE))
    words = environment.get_template("_words.html.j2").module.words

    def leaves(tree, prefix=""):
        for key, value in tree.items():
            if isinstance(value, dict):
                yield from leaves(value, f"{prefix}{key}.")
            else:
                assert value.strip(), f"{prefix}{key} is empty"
                yield prefix + key, tuple(re.findall(r"\{\w+\}", value))

    assert sorted(leaves(words["zh"])) == sorted(leaves(words["en"]))


def test_template_and_styles_name_no_other_host():
    files = [*TEMPLATE.rglob("*.*"), *TEMPLATE.parents[1].glob("*.css")]
    for path in files:
        found = re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", path.read_text(encoding="utf-8"))
        assert not found, f"{path.name}: {found}"


def test_only_the_text_of_our_own_errors_reaches_the_page():
    def reply(name, text):
        cell = {"metadata": {}}
        answer = {"content": {"ename": name, "evalue": text}}
        keep_message(cell=cell, cell_index=0, execute_reply=answer)
        return cell["metadata"].get("workbench_error")

    assert reply("TableError", "column x is missing") == "column x is missing"
    assert reply("KeyError", "secret") is None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Unknown market 'ZZ': choose a code such as ZA; `workbench markets` lists all.",
            "Unknown market 'ZZ': choose a code such as ZA.",
        ),
        (
            "未知市场 'ZZ'：例如 ZA；运行 `workbench markets` 可列出全部市场。",
            "未知市场 'ZZ'：例如 ZA。",
        ),
        ("Run `workbench db check`; then go on.", "Run `workbench db check`; then go on."),
    ],
)
def test_a_page_sends_nobody_to_a_terminal_for_its_own_list_of_markets(said, shown):
    assert LISTING.sub("", said) == shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_message_of_an_unknown_market_still_ends_so(lang):
    with speaking(lang), pytest.raises(InputError) as refused:
        check_market("ZZ", pd.Index(["ID", "ZA"]))
    assert "workbench" in str(refused.value)
    assert "`" not in LISTING.sub("", str(refused.value))


def test_the_kernel_is_the_one_of_this_environment_and_keeps_its_warnings(tmp_path):
    spec = json.loads(stage_kernel(tmp_path).read_text(encoding="utf-8"))
    assert spec["argv"][0] == sys.executable
    assert spec["argv"][-1] == "--IPKernelApp.log_level=ERROR"


def test_known_apps_have_a_short_address():
    assert address("market") == "market"
    assert address("mine") == "voila/render/mine.ipynb"


def test_only_warnings_that_help_nobody_are_kept_back():
    assert NOISE.match("Notebook planner.ipynb is not trusted")
    assert not NOISE.match("Notebook planner.ipynb can't be read")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "example.org", "::"])
def test_other_hosts_are_refused(tmp_path, host):
    with pytest.raises(InputError, match=f"Others can reach {re.escape(host)}, so a token"):
        serve(port=0, host=host, notebooks=tmp_path)


def test_taken_port_is_named_with_a_remedy(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"Port {port} is already in use.*another port"):
            serve(port=port, notebooks=tmp_path)


def test_impossible_port_is_refused(tmp_path):
    with pytest.raises(InputError, match="Port 70000 is not between 0 and 65535"):
        serve(port=70000, notebooks=tmp_path)


def test_missing_folder_and_stray_module_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"There is no notebook folder .*nowhere"):
        serve(port=0, notebooks=tmp_path / "nowhere")
    (tmp_path / "attr.py").touch()
    with pytest.raises(InputError, match=r"holds the module attr\.py"):
        serve(port=0, notebooks=tmp_path)


# ---- A real server ----


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = tmp_path_factory.mktemp("site")
    shown = "import os; print('role', os.environ['WORKBENCH_ROLE'], os.environ['QUERY_STRING'])"
    write_notebook(root / "notebooks" / "apps" / "market.ipynb", shown)
    (root / "notebooks" / "apps" / "data.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "reports").mkdir()
    (root / "reports" / "index.html").write_text("<h1>briefs</h1>", encoding="utf-8")
    (root / "reports" / "jobs.sqlite").write_text("secret", encoding="utf-8")
    running = Running(root / "notebooks" / "apps")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.mark.server
def test_landing_page_has_the_policy_and_starts_no_kernel(server):
    status, headers, text = server.get("?market=ID&lang=en")
    assert status == 200
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert '<html lang="en"' in text
    assert 'href="/voila/render/market.ipynb?market=ID&amp;lang=en"' in text
    assert 'href="/reports/"' in text
    assert server.kernels() == []


@pytest.mark.server
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("voila/files/market.ipynb", 404),
        ("voila/files/data.csv", 404),
        ("voila/tree", 404),
        ("voila/api/contents", 404),
        ("api/contents", 404),
        ("voila/render/data.csv", 404),
        ("voila/render/nothing.ipynb", 404),
        ("reports/", 200),
        ("reports/index.html", 200),
        ("reports/jobs.sqlite", 404),
        ("reports/../notebooks/apps/data.csv", 404),
        ("reports/%2e%2e/notebooks/apps/market.ipynb", 404),
    ],
)
def test_nothing_but_pages_and_briefs_is_open(server, path, status):
    assert server.get(path)[0] == status


@pytest.mark.server
def test_missing_page_speaks_the_language_of_the_link(server):
    status, _, text = server.get("nothing?lang=en")
    assert status == 404
    assert '<html lang="en"' in text
    assert "This page was not found" in text


@pytest.mark.server
def test_another_host_name_is_refused(server):
    assert server.get("", Host="evil.example")[0] == 403


@pytest.mark.server
def test_page_has_the_cookie_role_and_query_and_every_kernel_ends_with_the_server(server):
    status, headers, text = server.get("market?industry=tools")
    assert status == 200
    assert any(cookie.startswith("_xsrf=") for cookie in headers.get_all("Set-Cookie"))
    assert '<html lang="zh-CN"' in text
    assert "role viewer industry=tools" in text
    assert server.said == [f"{server.url}market", "Stop with Ctrl-C · 按 Ctrl-C 停止"]
    kernels = server.kernels()
    assert len(kernels) == 1
    assert server.stop() == 0
    _, alive = psutil.wait_procs(kernels, timeout=5)
    assert alive == []
    log = server.log.read_text(encoding="utf-8").splitlines()
    assert [line for line in log if not re.match("(404 |403 |Blocking )", line)] == []


@pytest.mark.server
def test_editor_role_and_ctrl_c(tmp_path):
    folder = tmp_path / "apps"
    write_notebook(folder / "planner.ipynb", "import os; print(os.environ['WORKBENCH_ROLE'])")
    running = Running(folder, edit=True)
    try:
        _, _, text = running.get("voila/render/planner.ipynb?lang=en")
        assert "editor" in text
        assert ">Editable</span>" in text
    finally:
        assert running.stop(signal.SIGINT) == 0


@pytest.mark.server
def test_pages_work_for_an_account_without_a_folder_to_write_to(tmp_path):
    """As in a container whose home is read-only: kernels start the ordinary way, and it is said."""
    folder = tmp_path / "apps"
    write_notebook(folder / "market.ipynb", "print('here', 'it', 'is')")
    (tmp_path / "home").touch()  # nobody, not even root, can make a folder in it
    home = str(tmp_path / "home")
    nowhere = {"HOME": home, "JUPYTER_DATA_DIR": f"{home}/data"}
    running = Running(folder, env={**nowhere, "JUPYTER_RUNTIME_DIR": f"{home}/run"})
    try:
        status, _, text = running.get("market?lang=en")
        assert status == 200 and "here it is" in text
    finally:
        assert running.stop() == 0
    log = running.log.read_text(encoding="utf-8")
    assert log.count(f"the ordinary way, not forked: {home}/run/warm-kernels can't be made") == 1
