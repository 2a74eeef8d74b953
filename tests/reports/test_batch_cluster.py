"""Briefs on a Dask cluster: the same as made here, whatever happens to its processes."""

import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys

import pytest
from lacking import lacking

from workbench.domain.errors import InputError
from workbench.locale import translator
from workbench.reports import batch
from workbench.reports.batch import cluster as clusters
from workbench.reports.batch.making import Made
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder, notebook_folder
from workbench.sources.plans import load_plan

from .batches import Trial, alive, end, until
from .clusters import BARE, UPDATED, DaskCluster

pytestmark = pytest.mark.notebook
FOUR = ("ID", "SA", "NA", "SJ")
WORKER = "int(os.environ['JPY_PARENT_PID'])"
"""In a notebook: the process of the worker that runs it."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One worker of two threads, one of one; tests that end a process start their own cluster."""
    found = DaskCluster(tmp_path_factory.mktemp("shared")).start()
    found.worker("--nthreads", "2")
    found.worker()
    yield found.ready()
    found.end()


@pytest.fixture
def cluster(shared: DaskCluster, trial: Trial) -> DaskCluster:
    shared.serve(trial.folder)
    return shared


@pytest.fixture
def starting(tmp_path_factory, trial: Trial):
    """Starts clusters of the test's own, without workers."""
    started = []

    def start(*words: str) -> DaskCluster:
        started.append(DaskCluster(tmp_path_factory.mktemp("cluster")))
        started[-1].serve(trial.folder)
        return started[-1].start(*words)

    yield start
    for each in started:
        each.end()


def held(trial: Trial, code: str = "True") -> str:
    """A cell that waits, in the markets of which ``code`` is true, until the gate is open."""
    return f"while {code} and not os.path.exists({str(trial.folder / 'gate')!r}): time.sleep(.1)"


def open_gate(trial: Trial) -> None:
    (trial.folder / "gate").touch()


def pages(trial: Trial) -> dict[str, bytes]:
    return {
        str(path.relative_to(trial.out)): path.read_bytes()
        for path in trial.out.rglob("*")
        if path.is_file() and path.name not in ("run.json", "lock")
    }


WHO = (
    "with log.with_name('who').open('a') as file:"
    f" _ = file.write(str(os.getpid()) + ' ' + str({WORKER}) + '\\n')"
)
"""A cell that notes its kernel and the worker that has asked for it."""


def workers_of(trial: Trial) -> dict[int, int]:
    """Kernel -> worker, processes both, as :data:`WHO` has noted them."""
    noted = trial.folder / "who"
    rows = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
    return {int(kernel): int(worker) for kernel, worker in map(str.split, rows)}


def held_on_a_worker(own: DaskCluster, trial: Trial) -> tuple[subprocess.Popen[str], int, int]:
    """A batch of which one brief waits on one of two workers; batch, that kernel, that worker."""
    own.worker()
    own.worker()
    own.ready()
    trial.notebook(WHO, held(trial, "market == 'SA'"))
    running = trial.start(trial.plan(*FOUR), "--scheduler", own.address)
    until(lambda: any(market == "SA" for market, _, _ in trial.begun()), running)
    [kernel] = [pid for market, _, pid in trial.begun() if market == "SA"]
    until(lambda: kernel in workers_of(trial), running)
    return running, kernel, workers_of(trial)[kernel]


def test_the_pages_are_those_that_are_made_here(cluster, trial):
    """Own files in a folder that only the client has: their texts travel, their path does not."""
    shutil.copy(
        notebook_folder() / "reports" / "brief.ipynb", trial.folder / "reports" / "brief.ipynb"
    )
    own = trial.folder / "only here"
    own.mkdir()
    shutil.copy(data_folder() / "examples" / "live_show.yaml", own / "mine.yaml")
    shutil.copy(data_folder() / "examples" / "competitors.csv", own / "rivals.csv")
    plan = trial.plan(
        "ID", "SJ", product=str(own / "mine.yaml"), competitors=str(own / "rivals.csv")
    )
    jobs = trial.run(plan, "zh", "en", scheduler=cluster.address)
    assert [(job.state, job.attempts) for job in jobs.values()] == [("done", 1)] * 4
    assert trial.table()["workers"] == 3
    there = pages(trial)
    assert not any(b"only here" in there[file] for file in jobs)
    shutil.rmtree(trial.out)
    trial.run(plan, "zh", "en")
    assert pages(trial) == there
    again = trial.run(plan, "zh", "en", scheduler=cluster.address)
    assert {job.state for job in again.values()} == {"skipped"}


def test_a_parcel_names_files_as_their_owner_knows_them(trial, tmp_path):
    own = trial.folder / "mine.yaml"
    shutil.copy(data_folder() / "examples" / "live_show.yaml", own)
    line = batch.Line(trial.plan("SJ", product=str(own)))
    [job] = line.jobs(("en",), (), False)
    parcel = pickle.loads(pickle.dumps(line.parcel(job, ("en",), False, 300)))
    assert str(trial.folder) not in str(parcel.task) + parcel.files[0].text
    task, folder = parcel.unpacked(tmp_path / "there")
    assert open_portfolio(load_plan(task.parameters["plan"])).product.product == "live_show"
    assert parcel.unpacked(tmp_path / "there") == (task, folder)  # a kernel has read it already
    made = Made("failed", 1, 1.0, error=f"There is no file {folder / 'own-product.yaml'}; check.")
    assert parcel.told(made, folder).error == f"There is no file {own}; check."


def test_a_worker_has_a_kernel_per_thread_and_none_after_the_batch(cluster, trial):
    trial.notebook(WHO, held(trial))
    running = trial.start(trial.plan(*FOUR), "--scheduler", cluster.address)
    until(lambda: len(trial.begun()) == 3, running)  # and not four: there are three threads
    two, one = (process.pid for process in cluster.workers.values())
    until(lambda: sorted(workers_of(trial).values()) == sorted([two, two, one]), running)
    assert list(trial.states().values()) == ["queued"] * 4  # as it began; the journal knows more
    open_gate(trial)
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out[:19]) == (0, "4 written, 0 failed"), said
    assert len({pid for _, _, pid in trial.begun()}) == 3  # the fourth on a warm one
    assert not any(alive(pid) for _, _, pid in trial.begun())
    assert not list(cluster.folder.rglob("own-*")) and not list(cluster.folder.rglob("plan.yaml"))


def test_no_more_at_a_time_than_asked_for(cluster, trial):
    jobs = trial.run(trial.plan("ID", "SA"), scheduler=cluster.address, workers=1)
    assert {job.state for job in jobs.values()} == {"done"} and trial.table()["workers"] == 1
    assert len({pid for _, _, pid in trial.begun()}) == 1


def test_what_happens_to_a_kernel_there_is_told_as_if_it_were_here(cluster, trial):
    trial.notebook(
        "if market == 'ID': os.kill(os.getpid(), signal.SIGKILL)",
        "if market == 'SA': signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(999)",
        "if market == 'NA': raise KeyError('no such thing')",
    )
    jobs = trial.run(trial.plan(*FOUR), scheduler=cluster.address, seconds=20)
    assert [job.state for job in jobs.values()] == ["died", "timed_out", "failed", "done"]
    errors = [job.error for job in jobs.values()]
    assert errors[0] == "the notebook's kernel died; run the report again"
    assert errors[1].startswith("the brief took longer than 20 s")
    assert errors[2].endswith("KeyError: 'no such thing'")
    assert not any(alive(pid) for _, _, pid in trial.begun())


def test_the_jobs_of_a_killed_worker_are_done_by_another(starting, trial):
    """kill -9 in the middle of a brief."""
    own = starting()
    running, kernel, worker = held_on_a_worker(own, trial)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not alive(kernel))  # nothing stays behind
    open_gate(trial)
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out[:19]) == (0, "4 written, 0 failed"), said
    assert set(trial.states().values()) == {"done"}
    markets = [market for market, _, _ in trial.begun()]
    assert markets.count("SA") == 2
    attempts = {job["market"]: job["attempts"] for job in trial.table()["jobs"]}
    assert attempts["SA"] == 2 and sum(attempts.values()) == len(markets)


def test_the_jobs_of_a_worker_that_hangs_are_done_by_another(starting, trial, monkeypatch):
    """Its process is there and says nothing; Dask takes it for dead after a time of its settings.

    When it goes on, what it makes of the job is nobody's any more.
    """
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "4s")
    own = starting()
    running, kernel, worker = held_on_a_worker(own, trial)
    os.kill(worker, signal.SIGSTOP)
    try:
        until(lambda: [market for market, _, _ in trial.begun()].count("SA") == 2, running)
        open_gate(trial)
        out, said = running.communicate(timeout=120)
    finally:
        os.kill(worker, signal.SIGCONT)
    assert (running.returncode, out[:19]) == (0, "4 written, 0 failed"), said
    assert set(trial.states().values()) == {"done"}
    before = pages(trial)
    until(lambda: not alive(kernel))  # what hung goes on, and ends what nobody waits for
    assert pages(trial) == before


def test_a_brief_that_kills_its_workers_ends_and_takes_no_other_with_it(starting, trial):
    """The worker is started anew each time, by Dask's nanny; its other thread is at work too."""
    own = starting()
    own.worker("--nthreads", "2", nanny=True)
    own.ready()
    trial.notebook(f"if market == 'SA': time.sleep(1); os.kill({WORKER}, signal.SIGKILL)")
    jobs = trial.run(trial.plan(*FOUR), scheduler=own.address)
    assert [job.state for job in jobs.values()] == ["done", "died", "done", "done"]
    assert jobs["SA.en.html"].attempts == 3
    assert "ended in the middle, 3 times" in jobs["SA.en.html"].error
    assert "1 file is missing" in (trial.out / "index.html").read_text(encoding="utf-8")


def test_without_any_worker_left_what_is_missing_is_named(starting, trial, monkeypatch):
    monkeypatch.setattr(clusters, "WORKER_SECONDS", 3)
    own = starting()
    own.where(own.worker())
    trial.notebook(f"if market == 'SA': os.kill({WORKER}, signal.SIGKILL)")
    jobs = trial.run(trial.plan("ID", "SA", "NA"), "zh", scheduler=own.address, workers=1)
    assert [job.state for job in jobs.values()] == ["done", "failed", "failed"]
    assert [job.attempts for job in jobs.values()] == [1, 1, 0]
    assert jobs["NA.zh.html"].error.startswith(f"调度器 {own.address} 已有 3 秒没有工作进程")
    assert trial.table()["state"] == "finished"
    own.worker()
    trial.notebook("pass")
    assert {job.state for job in trial.run(trial.plan(*FOUR)).values()} == {"done"}


def test_a_worker_that_joins_is_used_and_one_of_another_version_is_not(starting, trial):
    own = starting()
    own.worker()
    trial.notebook(WHO, held(trial))
    running = trial.start(trial.plan(*FOUR), "--scheduler", own.address)
    until(lambda: len(trial.begun()) == 1, running)
    own.where(own.worker(preload=UPDATED))
    joined = own.worker()
    until(lambda: len(trial.begun()) == 2, running)
    until(lambda: own.workers[joined].pid in workers_of(trial).values(), running)
    open_gate(trial)
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out[:19]) == (0, "4 written, 0 failed"), said
    processes = {own.workers[name].pid for name in ("w0", joined)}
    assert set(workers_of(trial).values()) == processes


def test_without_its_scheduler_a_batch_ends(starting, trial):
    own = starting()
    own.worker()
    trial.notebook(held(trial))
    running = trial.start(trial.plan("ID", "SA"), "--scheduler", own.address)
    until(trial.begun, running)
    own.end_scheduler()
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out[:19]) == (1, "0 written, 2 failed"), said
    assert f"the scheduler {own.address} does not answer any more" in said
    assert "Traceback" not in said and "distributed" not in said
    assert [job["attempts"] for job in trial.table()["jobs"]] == [1, 0]
    until(lambda: not any(alive(pid) for _, _, pid in trial.begun()))  # the workers end as well


def test_ctrl_c_leaves_a_true_table_and_no_kernel(cluster, trial):
    trial.notebook("if market in ('SA', 'NA'): time.sleep(999)")
    running = trial.start(
        trial.plan(*FOUR), "--scheduler", cluster.address, "--jobs", "2", start_new_session=True
    )
    until(lambda: {"SA", "NA"} <= {market for market, _, _ in trial.begun()}, running)
    until(lambda: trial.kept() == {"ID"}, running)
    _, said = end(running, signal.SIGINT)
    assert running.returncode == 130
    assert "Stopped; 1 file is in place" in said and "Traceback" not in said
    assert not any(alive(pid) for _, _, pid in trial.begun())
    assert trial.table()["state"] == "stopped"
    assert trial.states() == {"ID": "done", "SA": "queued", "NA": "queued", "SJ": "queued"}
    trial.notebook("pass")  # the cluster is as it was
    jobs = trial.run(trial.plan(*FOUR), scheduler=cluster.address)
    assert {job.state for job in jobs.values()} == {"done"}


def test_a_killed_batch_leaves_no_brief_under_way(cluster, trial):
    trial.notebook("if market != 'ID': time.sleep(999)")
    running = trial.start(trial.plan("ID", "SA"), "--scheduler", cluster.address, "--jobs", "1")
    until(lambda: any(market == "SA" for market, _, _ in trial.begun()), running)
    [kernel] = [pid for market, _, pid in trial.begun() if market == "SA"]
    end(running)
    until(lambda: not alive(kernel))
    assert trial.table()["state"] == "running"
    trial.notebook("pass")
    jobs = trial.run(trial.plan("ID", "SA"), scheduler=cluster.address)
    assert {job.state for job in jobs.values()} == {"done"}


def test_a_worker_that_is_told_to_end_takes_its_kernels_with_it(starting, trial):
    own = starting()
    name = own.worker()
    trial.notebook(held(trial))
    running = trial.start(trial.plan("SJ"), "--scheduler", own.address)
    until(trial.begun, running)
    own.workers[name].terminate()
    own.workers[name].wait(timeout=60)
    until(lambda: not any(alive(pid) for _, _, pid in trial.begun()))
    own.worker()
    open_gate(trial)
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out[:19]) == (0, "1 written, 0 failed"), said


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:8786", "http://a:80", "tcp://a", "tcp://a:0", "tcp://a:65536", "tcp://:1", " "],
)
def test_what_is_no_address_is_refused_before_anything_is_touched(trial, address):
    with pytest.raises(InputError, match=r"not the address of a Dask scheduler.*tcp://host:port"):
        trial.run(trial.plan("SJ"), scheduler=address)
    assert not trial.out.exists()


@pytest.mark.parametrize("address", ["tcp://a:1", "tls://host.example:8786", "tcp://[::1]:8786"])
def test_addresses(address):
    clusters.check_address(address)


def test_without_dask_it_says_what_to_install(trial, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        InputError, match=r'pip install "channel-workbench\[distributed\]"'
    ) as found:
        trial.run(trial.plan("SJ"), scheduler="tcp://127.0.0.1:8786")
    assert translator("zh").error(found.value).startswith("--scheduler 需要 Dask")


@pytest.mark.parametrize("listening", [True, False])
def test_a_scheduler_that_does_not_answer_is_given_up_on(trial, monkeypatch, listening):
    """Nothing is there, or something that takes a connection and says nothing."""
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if listening:
            taken.listen()
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InputError, match=f"{address} did not answer within 1 s; check"):
            trial.run(trial.plan("SJ"), scheduler=address)
    assert not (trial.out / "run.json").exists()


def test_a_scheduler_without_workers_is_waited_for_and_given_up_on(starting, trial, monkeypatch):
    monkeypatch.setattr(clusters, "WORKER_SECONDS", 1)
    own = starting()
    with pytest.raises(InputError, match=f"{own.address} has had no worker for 1 s; start one"):
        trial.run(trial.plan("SJ"), scheduler=own.address)


def test_a_worker_that_would_make_other_pages_is_refused_by_name(starting, trial):
    own = starting()
    own.where(own.worker())
    for preload, said in ((UPDATED, "code of-yesterday ≠ "), (BARE, "ModuleNotFoundError")):
        other = own.worker(preload=preload)
        refused = rf"worker {own.where(other)} would make other pages.*{said}.*install"
        with pytest.raises(InputError, match=refused):
            trial.run(trial.plan("SJ"), scheduler=own.address)
        own.kill(other)
    assert trial.begun() == [] and not (trial.out / "run.json").exists()


def test_the_address_of_a_worker_is_none(cluster, trial):
    with pytest.raises(InputError, match="no Dask scheduler but a Worker"):
        trial.run(trial.plan("SJ"), scheduler=cluster.where("w0"))


def certificate(folder) -> dict[str, str]:
    """Dask's settings for a certificate that vouches for itself."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    own = {"CA_FILE": "cert.pem"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        own |= {f"{role}__CERT": "cert.pem", f"{role}__KEY": "key.pem"}
    return {
        f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(folder / file) for name, file in own.items()
    }


def test_tls_by_settings_of_dask(trial, tmp_path_factory):
    if not shutil.which("openssl"):
        lacking("openssl, which makes the certificate, is not installed")
    own = DaskCluster(tmp_path_factory.mktemp("tls"))
    own.environment |= certificate(own.folder)
    own.serve(trial.folder)
    own.start("--protocol", "tls")
    try:
        assert own.address.startswith("tls://")
        own.worker("--protocol", "tls")
        with pytest.raises(InputError, match=r"can't be connected to: .*settings"):
            trial.run(trial.plan("SJ"), scheduler=own.address)
        running = trial.start(trial.plan("SJ"), "--scheduler", own.address, env=own.environment)
        out, said = running.communicate(timeout=120)
        assert (running.returncode, out[:19]) == (0, "1 written, 0 failed"), said
    finally:
        own.end()


def test_from_a_program(cluster, trial):
    [job] = batch.run_lines(
        [batch.Line(trial.plan("SJ"))], trial.out, ("en",), scheduler=cluster.address
    )
    assert job.state == "done"
