"""A forked kernel is like an ordinary one: the ordinary one says what is right."""

import json
import os
import signal
import subprocess
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.kernel.conftest import SECONDS, started

PROBE = """
import ipywidgets
import asyncio, gc, locale, os, resource, signal, subprocess, sys, threading, time
def kind(fd):
    try:
        found = os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return None
    # IPython's history is written at any moment: SQLite's journal, and its folder to sync that.
    if found.endswith(("-journal", "/profile_default")):
        return None
    return "pidfd" if "pidfd" in found else found.split(":[")[0]
def descriptors():
    # Once they rest: a client that has just connected, or left, may be half way.
    seen = None
    for _ in range(20):
        now = sorted(filter(None, map(kind, os.listdir("/proc/self/fd"))))
        if now == seen:
            break
        seen = now
        time.sleep(0.2)
    return seen
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
found = dict(
    cwd=os.getcwd(),
    env=dict(os.environ),
    inherited=sorted(
        line
        for line in os.fsdecode(subprocess.run("env", capture_output=True).stdout).splitlines()
        if line.startswith("WB_")
    ),
    path=sys.path,
    argv=sys.argv,
    orig_argv=sys.orig_argv,
    flags=list(sys.flags),
    executable=sys.executable,
    main=sorted(name for name in vars(sys.modules["__main__"]) if name.startswith("__")),
    main_name=__name__,
    main_is_ours=vars(sys.modules["__main__"]) is globals(),
    session=os.getsid(0) == os.getpid() == os.getpgid(0),
    masked=[int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    handlers={int(n): str(signal.getsignal(n)) for n in signal.valid_signals()},
    ignored=status["SigIgn"],
    umask=status["Umask"],
    limits=[resource.getrlimit(n) for n in range(16)],
    processors=sorted(os.sched_getaffinity(0)),
    nice=os.nice(0),
    ids=[os.getresuid(), os.getresgid(), os.getgroups()],
    streams=[[type(s).__name__, s.encoding, s.isatty()] for s in (sys.stdout, sys.stderr)],
    raw=[
        [stream.encoding, stream.errors, stream.line_buffering, stream.fileno()]
        for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    ],
    stdin=os.read(0, 10).decode(),
    locale=[locale.getlocale(), locale.setlocale(locale.LC_CTYPE), sys.getfilesystemencoding()],
    zone=[time.tzname, time.timezone],
    gc=[gc.isenabled(), gc.get_threshold()],
    loop=type(asyncio.get_running_loop()).__name__ if sys.version_info < (3, 14) else "",
    threads=sorted(t.name.split(" ")[0].split("-")[0] for t in threading.enumerate()),
    main_thread=threading.current_thread() is threading.main_thread(),
    hooks=[sys.excepthook.__module__, sys.displayhook.__class__.__name__],
    shell=[type(get_ipython()).__name__, type(get_ipython()).__module__],
    app=[type(get_ipython().kernel.parent).__name__, get_ipython().kernel.parent.parent_handle],
    history=get_ipython().history_manager.enabled,
    magics=sorted(get_ipython().magics_manager.magics["line"]),
    comms=sorted(get_ipython().kernel.comm_manager.targets),
    debugger=get_ipython().kernel.debugger is not None,
    fds=descriptors(),
)
"""
WATCHER = {"RequesterPoller", "Thread"}
"""What the thread that watches the requester is called, here and there."""


def probe(name: str, **options: object) -> dict:
    """What a kernel of this name says of itself, without what must differ."""
    watched = [] if options.get("independent") else ["pidfd"]
    with started(name, **options) as kernel:
        kernel.run(PROBE)
        found = json.loads(kernel.run("import json; print(json.dumps(found, default=str))"))
        file = str(Path(kernel.manager.connection_file).resolve())
    assert file in found["argv"]
    for words in (found["argv"], found["orig_argv"]):
        words[words.index(file)] = "FILE"
    # the null device where there is a pipe, and the descriptor of the requester
    for kind in ["pipe"] if name == "ordinary" else ["/dev/null", *watched]:
        found["fds"].remove(kind)
    found["fds"] = dict(Counter(found["fds"]))
    found["threads"] = [word for word in found["threads"] if word not in WATCHER]
    return found


@pytest.mark.parametrize("case", ["plain", "folder", "environment", "unwatched"])
def test_what_a_kernel_sees_is_what_it_sees_in_an_ordinary_one(stage, tmp_path, case) -> None:
    options: dict = {
        "plain": {},
        "folder": {"cwd": str(tmp_path)},
        "environment": {"env": {**os.environ, "WB_ONE": "ä\udcff", "TZ": "Asia/Shanghai"}},
        "unwatched": {"independent": True},
    }[case]
    expected = probe("ordinary", **options)
    for _ in ("forked for it", "a spare"):
        found = probe("warm", **options)
        assert {n: (expected[n], found[n]) for n in found if found[n] != expected[n]} == {}


def test_what_the_requester_has_changed_in_itself_is_taken_over(stage, tmp_path) -> None:
    """In a process of its own: mask, ignored signals, umask, limits, processors, folder."""
    script = tmp_path / "requester.py"
    script.write_text(
        "import json, os, resource, signal, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from tests.kernel.test_likeness import probe\n"
        "os.umask(0o027)\n"
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, most))\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "os.chdir(sys.argv[2])\n"
        "ordinary, forked = probe('ordinary'), probe('warm')\n"
        "assert ordinary['umask'].strip() == '0027', ordinary['umask']\n"
        "assert ordinary['masked'] == [signal.SIGUSR1]\n"
        "assert ordinary['cwd'] == sys.argv[2]\n"
        "different = {k: (ordinary[k], forked[k]) for k in ordinary if ordinary[k] != forked[k]}\n"
        "print(json.dumps(different))\n",
        encoding="utf-8",
    )
    told = subprocess.run(
        [os.sys.executable, script, Path(__file__).parents[2], tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.splitlines()[-1:] == ["{}"], told.stdout + told.stderr


@pytest.mark.parametrize(
    "draw",
    [
        "__import__('random').random()",
        "__import__('numpy').random.random()",
        "__import__('numpy').random.default_rng().random()",
        "str(__import__('uuid').uuid4())",
        "__import__('tempfile').mktemp()",
        "__import__('secrets').token_hex()",
        "get_ipython().kernel.session.session",
    ],
)
def test_two_kernels_draw_different_numbers(stage, draw) -> None:
    drawn = []
    for _ in range(2):
        with started("warm") as kernel:
            drawn.append(kernel.value(draw))
    assert drawn[0] != drawn[1]


def test_libraries_that_ask_for_a_shell_when_imported_have_found_one(stage) -> None:
    code = "import ipywidgets, plotly.io; found = plotly.io.renderers.default"
    targets = "[found, sorted(get_ipython().kernel.comm_manager.targets)]"
    seen = []
    for name in ("ordinary", "warm"):
        with started(name) as kernel:
            kernel.run(code)
            seen.append(kernel.value(targets))
    assert seen[0] == seen[1] == ["plotly_mimetype", ["jupyter.widget", "jupyter.widget.control"]]


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_a_widget_speaks_to_its_page(stage, name) -> None:
    with started(name) as kernel:
        kernel.run("from ipywidgets import IntSlider; slider = IntSlider(value=3)")
        opened = kernel.value("slider.comm.comm_id")
        sent = {"method": "update", "state": {"value": 8}, "buffer_paths": []}
        message = kernel.client.session.msg("comm_msg", {"comm_id": opened, "data": sent})
        kernel.client.shell_channel.send(message)
        assert kernel.value("slider.value") == 8


def test_the_debugger_knows_the_kernels_own_modules(stage) -> None:
    """They are noted by the parent; an ordinary kernel looks for them itself."""
    code = "sorted({m for m in get_ipython().kernel._kernel_modules if 'ipykernel' in m})"
    found = {}
    for name in ("ordinary", "warm"):
        with started(name) as kernel:
            found[name] = set(kernel.value(code))
            kernel.run("import sys; from ipykernel import ipkernel")
            assert kernel.value("ipkernel.sys is sys") is True
    assert len(found["ordinary"]) > 10
    assert found["ordinary"] <= found["warm"]


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_the_debugger_attaches(stage, name) -> None:
    with started(name) as kernel:
        content = {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}
        kernel.client.control_channel.send(kernel.client.session.msg("debug_request", content))
        body = kernel.client.control_channel.get_msg(timeout=SECONDS)["content"]["body"]
        assert body["isStarted"] is False
        arguments = {"clientID": "t", "adapterID": "", "pathFormat": "path"}
        content = {"type": "request", "seq": 2, "command": "initialize", "arguments": arguments}
        kernel.client.control_channel.send(kernel.client.session.msg("debug_request", content))
        answer = kernel.client.control_channel.get_msg(timeout=SECONDS)["content"]
        assert answer["success"] is True


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_numpy_computes_on_as_many_threads(stage, name) -> None:
    pytest.importorskip("threadpoolctl")
    with started(name) as kernel:
        kernel.run("import numpy, threadpoolctl, os")
        pools = kernel.value("[p['num_threads'] for p in threadpoolctl.threadpool_info()]")
        assert set(pools) == {len(os.sched_getaffinity(0))}
        product = "numpy.arange(250000.0).reshape(500, 500)"
        assert kernel.value(f"float(({product} @ {product}).trace())") > 0


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_a_kernel_forks_and_starts_processes_and_threads_itself(stage, name) -> None:
    code = (
        "import concurrent.futures as f, multiprocessing as m, subprocess, sys\n"
        "with f.ThreadPoolExecutor() as pool: threads = list(pool.map(abs, [-1, -2]))\n"
        "with m.get_context('fork').Pool(2) as pool: forks = pool.map(abs, [-3, -4])\n"
        "with m.get_context('spawn').Pool(1) as pool: spawned = pool.map(abs, [-5])\n"
        "told = subprocess.run([sys.executable, '-c', 'print(6)'], capture_output=True, text=True)"
    )
    with started(name) as kernel:
        kernel.run(code)
        assert kernel.value("[threads, forks, spawned, told.stdout]") == [
            [1, 2],
            [3, 4],
            [5],
            "6\n",
        ]


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_what_goes_to_the_descriptors_goes_where_it_was_told(stage, tmp_path, name) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    with (
        out.open("wb") as first,
        err.open("wb") as second,
        started(name, stdout=first, stderr=second) as kernel,
    ):
        kernel.run("import os, sys; print('raw', file=sys.__stdout__, flush=True)")
        kernel.run("os.write(1, b'low'); print('late', file=sys.__stderr__, flush=True)")
    assert out.read_text() == "raw\nlow"
    assert err.read_text().splitlines()[-1:] == ["late"]


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_pipes_can_be_read(stage, name) -> None:
    with started(
        name, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, independent=True
    ) as kernel:
        pipe = kernel.process.stdout
        first = pipe.readline() + pipe.readline()
    assert b"Ctrl-C will not work" in first or b"Kernel is running over TCP" in first


def test_nothing_of_the_parent_is_open_in_a_kernel(stage) -> None:
    with started("warm") as kernel:
        targets = kernel.value(
            "[os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd')"
            " if os.path.lexists(f'/proc/self/fd/{fd}')]".replace("os.", "__import__('os').")
        )
        assert not [path for path in targets if "warm-kernels" in path]
        assert len([path for path in targets if "pidfd" in path]) <= 1


def test_a_thread_that_asks_is_no_reason_to_end(stage) -> None:
    """The requester is the process, not the thread that asked."""
    made = []

    def start() -> None:
        made.append(started("warm"))
        made.append(made[0].__enter__())

    asking = threading.Thread(target=start)
    asking.start()
    asking.join()
    assert made[1].value("1 + 1") == 2
    made[0].__exit__(None, None, None)


def test_sigint_in_a_cell_is_a_keyboard_interrupt(stage) -> None:
    for name in ("ordinary", "warm"):
        with started(name) as kernel:
            asked = kernel.begin("__import__('time').sleep(600)")
            kernel.manager.interrupt_kernel()
            reply = kernel.client.get_shell_msg(timeout=SECONDS)
            while reply["parent_header"]["msg_id"] != asked:
                reply = kernel.client.get_shell_msg(timeout=SECONDS)
            assert reply["content"]["ename"] == "KeyboardInterrupt"
            assert kernel.value("1 + 1") == 2
            assert kernel.process.poll() is None


def test_signals_reach_the_whole_group(stage) -> None:
    for name in ("ordinary", "warm"):
        with started(name) as kernel:
            kernel.run("import subprocess; inner = subprocess.Popen(['sleep', '600'])")
            kernel.run("import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)")
            kernel.manager.signal_kernel(signal.SIGUSR1)
            assert kernel.value("inner.wait()") == -signal.SIGUSR1


def test_a_kernel_that_has_said_goodbye_says_no_more(stage, tmp_path) -> None:
    """Its threads then close sockets under each other's hands; before that, each error is told."""
    tell = "import logging; logging.getLogger('tornado.general').error('%s')"
    with (tmp_path / "err").open("w") as errors, started("warm", stderr=errors) as kernel:
        kernel.run(tell % "before")
        kernel.run("get_ipython().kernel._shutdown_message = {}; " + tell % "after")
        kernel.run("get_ipython().kernel._shutdown_message = None")
    told = (tmp_path / "err").read_text(encoding="utf-8")
    assert "before" in told and "after" not in told
