"""A real Spark cluster on loopback: a master, two workers and a thrift server, each a process, on free ports.

All of it comes from the package pyspark and needs Java. Whatever happens, what was started is stopped, by its id.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipelines.warehouse.failure import WarehouseError
from pipelines.warehouse.spark import HOST, Server
from tests.receivers import free_port

WORKERS = 2
PATIENCE = 600
"""Seconds until the server must answer."""
_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""For processes that live for minutes, several on a core."""
_HEAPS = {"server": "1500m"}
"""The server is the driver too, and takes its memory as the others do."""
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.executor.extraJavaOptions": _JAVA,
    "spark.sql.catalogImplementation": "in-memory",  # names of tables live as long as the server
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # of few rows, to make a program of each query is most of the work
}


def missing() -> str:
    """Why no cluster can be started here, as a sentence; '' when one can."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("pyhive") is None:
        return "The extra `spark` is not installed (make .venv/installed-spark): no cluster was started."
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "There is no Java on this machine: no cluster was started."
    return ""


@contextmanager
def cluster(folder: Path) -> Iterator[Server]:
    """A cluster whose files all lie in an empty folder; its server answers. Raises AssertionError when one of its
    processes ends or the server does not answer in time.
    """
    shared = folder / "shared"
    for each in (shared, folder / "conf", folder / "logs", folder / "local"):
        each.mkdir(parents=True)
    (folder / "conf" / "log4j2.properties").write_text(
        "rootLogger.level = warn\nrootLogger.appenderRef.out.ref = out\n"
        "appender.out.type = Console\nappender.out.name = out\nappender.out.layout.type = PatternLayout\n"
    )
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    spark = Path(spec.origin).parent
    environment = os.environ | {
        "SPARK_HOME": str(spark), "SPARK_CONF_DIR": str(folder / "conf"), "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_JAVA_OPTS": _JAVA, "SPARK_NO_DAEMONIZE": "1",
    }  # fmt: skip
    master, port = free_port(), free_port()
    address = f"spark://{HOST}:{master}"
    java, deploy = str(spark / "bin" / "spark-class"), "org.apache.spark.deploy"
    settings = _SETTINGS | {"spark.sql.warehouse.dir": str(folder / "warehouse")}
    commands = {
        "master": [java, f"{deploy}.master.Master", "--host", HOST, "--port", str(master), "--webui-port", "0"],
        **{
            f"worker-{number}": [
                java, f"{deploy}.worker.Worker", "--host", HOST, "--webui-port", "0",
                "--cores", "1", "--memory", "1g", address,
            ]
            for number in range(1, WORKERS + 1)
        },
        "server": [
            str(spark / "bin" / "spark-submit"),
            "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "--master", address,
            "--executor-memory", "1g", "--total-executor-cores", str(WORKERS),
            *(word for name, value in settings.items() for word in ("--conf", f"{name}={value}")),
            "--hiveconf", f"hive.server2.thrift.port={port}", "--hiveconf", f"hive.server2.thrift.bind.host={HOST}",
            "--hiveconf", "hive.server2.authentication=NOSASL", "spark-internal",
        ],
    }  # fmt: skip
    server = Server(port, shared)
    with ExitStack() as stack:
        running = {
            name: stack.enter_context(
                _process(command, environment | {"SPARK_DAEMON_MEMORY": _HEAPS.get(name, "256m")}, folder, name)
            )
            for name, command in commands.items()
        }
        _answers(server, running, folder)
        yield server


@contextmanager
def _process(
    command: list[str], environment: dict[str, str], folder: Path, name: str
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "logs" / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:  # with what it started itself: a worker its executors
            _signal(process, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                pass
            finally:
                _signal(process, signal.SIGKILL)
                process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _answers(server: Server, running: dict[str, subprocess.Popen[bytes]], folder: Path) -> None:
    """Waits until the server answers what only its workers can compute."""
    until = time.monotonic() + PATIENCE
    while True:
        for name, process in running.items():
            log = folder / "logs" / f"{name}.log"
            assert process.poll() is None, f"The {name} has ended: {log.read_text(errors='replace')[-2000:]}"
        try:
            return server.run("select count(*) from range(0, 10, 1, 2)")
        except WarehouseError as error:
            assert time.monotonic() < until, f"The server does not answer after {PATIENCE} s: {error}"
            time.sleep(1)
