"""The cluster session of `doudi policy screen --engine spark`: found or asked for in one sentence, and quiet."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from doudi.policy import PolicyError

SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never another number
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
LOCAL = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "4g"}
OVERFLOW = "计算中有数值超出 64 位整数的范围，请核对金额和 --set 的值。"


def refuse_without() -> None:
    """PolicyError if pyspark or Java is missing, with the command that installs it."""
    if find_spec("pyspark") is None:
        raise PolicyError("没有安装 pyspark。请用 ./run spark 启动（会先安装），或运行 pip install 'doudi[spark]'。")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which(f"{home}/bin/java" if home else "java"):
        where = f"JAVA_HOME={home} 下没有 Java" if home else "没有找到 Java"
        raise PolicyError(f"{where}。请运行 apt-get install default-jre-headless（17 或更新），或把 JAVA_HOME 指向它。")


def read(settings: list[str]) -> dict[str, str]:
    """The values of --spark-conf; PolicyError for one without a sign of equality."""
    pairs = [setting.partition("=") for setting in settings]
    for name, sign, _ in pairs:
        if not sign:
            raise PolicyError(f"--spark-conf “{name}”应写成 名称=值，例如 spark.executor.memory=8g。")
    return {name: value for name, _, value in pairs}


@contextmanager
def session(master: str, settings: Mapping[str, str]) -> Iterator[Any]:
    """The session of this process, or a new one that is stopped again. PolicyError for what goes wrong in it."""
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        with _explained("请看 Spark 的输出"):
            yield running
        return
    handle, log = tempfile.mkstemp(prefix="doudi-spark-", suffix=".log")
    with _explained(f"Spark 的输出在 {log}"):
        with _written_to(handle):
            started = _started(SparkSession.builder.master(master).appName("doudi policy screen"), master, settings)
        try:
            yield started
        finally:
            started.stop()
    Path(log).unlink()


def _started(builder: Any, master: str, settings: Mapping[str, str]) -> Any:
    local = LOCAL if master.startswith("local") else {}
    for name, value in {**SETTINGS, **local, **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@contextmanager
def _written_to(handle: int) -> Iterator[None]:
    """What a process that is started meanwhile prints goes into the file, for as long as it runs."""
    kept = os.dup(1), os.dup(2)
    for stream in (1, 2):
        os.dup2(handle, stream)
    os.close(handle)
    try:
        yield
    finally:
        for stream, old in enumerate(kept, 1):
            os.dup2(old, stream)
            os.close(old)


@contextmanager
def _explained(where: str) -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        told = str(error)
        why = OVERFLOW if "ARITHMETIC_OVERFLOW" in told else f"集群计算失败：{told.splitlines()[0]}（{where}）"
        raise PolicyError(why) from error
