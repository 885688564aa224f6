"""What a command costs: time by the clock and of the processors, and memory, with all processes that it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

LOG = "bench.log"
_OFTEN, _SELDOM = 0.1, 0.5  # seconds between looks at the memory of one process, and of several together
_REST = 2.0  # seconds without work after which a process that watches has done what it had to


class Failed(Exception):
    """A command that was measured ended with an error."""


@dataclass(frozen=True)
class Usage:
    """Seconds of wall and CPU time (user and system, with children), bytes at the peak.

    `largest` is the peak of the largest process, `together` that of all at once, with shared pages counted once.
    """

    wall: float
    cpu: float
    largest: int
    together: int


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] = MappingProxyType({})) -> Usage:
    """Run a command in a folder and return what it used. Raises Failed, with the end of its output."""
    begun = time.perf_counter()
    with started(command, folder, environment) as process:
        with Memory(process.pid) as memory:
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        tail = (folder / LOG).read_text("utf-8", "replace")[-2000:]
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Usage(wall, used.ru_utime + used.ru_stime, memory.largest, max(memory.together, memory.largest))


def run_watching(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], change: Callable[[], None], page: Path
) -> Usage:
    """Run a command that watches a folder, and return what it used from a change until it is at rest again.

    It is at rest when it has used no processor for two seconds. Raises Failed if `page` was not written by then.
    """
    with started(command, folder, environment) as process:
        _until_rest(process.pid)
        before, written = cpu_of(process.pid), page.stat().st_mtime_ns
        begun = time.perf_counter()
        with Memory(process.pid) as memory:
            change()
            wall = _until_rest(process.pid) - begun
        used = cpu_of(process.pid) - before
    if page.stat().st_mtime_ns == written:
        raise Failed(f"{' '.join(command)} did not see the change")
    return Usage(wall, used, memory.largest, max(memory.together, memory.largest))


@contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in a session of its own, whose processes end with the block, and its output in `LOG`.

    SIGTERM ends the block as Ctrl+C does: neither signal reaches another session.
    """
    # Python is to keep what it compiles, as it does where an editor works.
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    handler = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        with (folder / LOG).open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**inherited, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
    finally:
        signal.signal(signal.SIGTERM, handler)


def _until_rest(session: int) -> float:
    """Wait until processes do nothing, and return when they began to."""
    last, since = -1.0, time.perf_counter()
    while time.perf_counter() - since < _REST:
        time.sleep(0.05)
        if (used := cpu_of(session)) != last:
            last, since = used, time.perf_counter()
    return since


class Memory:
    """Looks at the memory of a session's processes from a thread, for as long as it is open.

    `ru_maxrss` would do for one process, but begins with the memory of whoever started it.
    """

    def __init__(self, session: int) -> None:
        self.session, self.largest, self.together = session, 0, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        due = 0.0
        while not self.over.wait(_OFTEN):
            present = processes(self.session)
            self.largest = max(self.largest, *(_field(pid, "status", "VmHWM") for pid in present), 0)
            if len(present) > 1 and time.perf_counter() > due:
                self.together = max(self.together, sum(_field(pid, "smaps_rollup", "Pss") for pid in present))
                due = time.perf_counter() + _SELDOM


def processes(session: int) -> list[int]:
    """Return the processes of a session."""
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _session(entry) == session
    ]


def _session(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, IndexError):  # it has just ended
        return 0


def _field(pid: int, file: str, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)


def cpu_of(session: int) -> float:
    """Return the CPU seconds that the processes of a session have used so far."""
    ticks = 0
    for pid in processes(session):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(number) for number in fields[11:15])  # its own, and those of children that ended
    return ticks / os.sysconf("SC_CLK_TCK")


def size_of(folder: Path) -> tuple[int, int]:
    """Return the number of files below a folder, and their bytes."""
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return len(sizes), sum(sizes)
