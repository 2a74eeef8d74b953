"""A Spark standalone cluster on loopback: a master and two workers, each a process of its own."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lacking import lacking

START_SECONDS = 60


@pytest.fixture(scope="session")
def master(tmp_path_factory) -> Iterator[str]:
    """The address of the master, as ``spark://127.0.0.1:7077``."""
    if shutil.which("java") is None:
        lacking("Spark needs Java 17 or newer: apt install openjdk-17-jre-headless")
    import pyspark

    home = Path(pyspark.__file__).parent
    folder = tmp_path_factory.mktemp("spark")
    env = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOG_DIR": str(folder),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    processes: list[subprocess.Popen] = []

    def start(name: str, *words: str) -> Path:
        log = folder / f"{name}.log"
        kind = name.split("-", maxsplit=1)[0]
        with log.open("wb") as said:
            command = [
                str(home / "bin" / "spark-class"),
                f"org.apache.spark.deploy.{kind}.{kind.title()}",
            ]
            processes.append(
                subprocess.Popen([*command, *words], env=env, stdout=said, stderr=said)
            )
        return log

    def heard(log: Path, pattern: str) -> str:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if found := re.search(pattern, log.read_text(errors="replace")):
                return found[1]
            time.sleep(0.2)
        raise TimeoutError(log.read_text(errors="replace")[-2000:])

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        try:
            log = start("master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
            port = heard(log, r"Starting Spark master at spark://127\.0\.0\.1:(\d+)")
            address = f"spark://127.0.0.1:{port}"
            logs = [
                start(f"worker-{number}", "--host", "127.0.0.1", "--webui-port", "0",
                      "--cores", "1", "--memory", "1g", address)
                for number in (1, 2)
            ]  # fmt: skip
            for each in logs:
                heard(each, r"(Successfully registered with master)")
            yield address
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.wait()
