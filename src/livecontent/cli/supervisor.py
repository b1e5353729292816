"""The parent of the workers: starts them, replaces one that dies or hangs, and all of them, one by one, on SIGHUP.

It imports nothing of what its workers do: it stays small, and each worker is a new Python that reads the settings and
the code as they are now.
"""

import logging
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from types import FrameType

from livecontent.cli.notify import ServiceManager
from livecontent.cli.workers import WorkerProcess
from livecontent.errors import ConfigError

log = logging.getLogger(__name__)

TICK = 0.1  # seconds between two looks
SILENT = 100  # looks without a sign of life after which a worker is replaced
START = 1200  # looks that a new worker has to be ready, on a machine that has other things to do
GRACE = 10  # seconds that requests under way have when a worker is stopped
KILLED = GRACE + 5.0  # seconds after which one that was stopped is killed
TRIES = 3  # to replace the first worker on SIGHUP; the others are tried until all run the same
LONGEST_PAUSE = 60.0  # seconds before another try
SETTLED = 600  # looks after which a worker that dies is replaced without a pause

_STOP = (signal.SIGINT, signal.SIGTERM)


class Worker:
    """One of the workers: its process, and the one that takes its place."""

    def __init__(self, number: int) -> None:
        """Numbers count from 1. It has two slots, as an old and a new process overlap."""
        self.number = number
        self._slots = (2 * number - 2, 2 * number - 1)
        self.current: WorkerProcess | None = None  # answers, or will
        self.incoming: WorkerProcess | None = None  # takes its place once it is ready
        self.leaving: WorkerProcess | None = None  # answers what it has begun to
        self.failures = 0  # one after the other
        self.due = 0.0  # when to start the next one
        self.killed_at = 0.0

    @property
    def processes(self) -> list[WorkerProcess]:
        """All that live."""
        return [one for one in (self.current, self.incoming, self.leaving) if one]

    @property
    def settled(self) -> bool:
        """Whether one process is ready, and no other lives."""
        return bool(self.current and self.current.ready) and len(self.processes) == 1

    def start(self, listening: socket.socket, generation: int) -> WorkerProcess:
        """A new process in the free slot."""
        taken = {one.slot for one in self.processes}
        slot = next(slot for slot in self._slots if slot not in taken)
        return WorkerProcess(listening, slot, generation, replaces=self.current is not None)

    def swap(self) -> None:
        """The new one has begun to answer: the old one may go."""
        self.leaving, self.current, self.incoming = self.current, self.incoming, None
        self.killed_at = time.monotonic() + KILLED
        if self.leaving:
            self.leaving.stop()

    def fail(self) -> float:
        """Seconds to the next try: none for a first failure."""
        pause = min(2.0**self.failures - 1, LONGEST_PAUSE)
        self.failures += 1
        self.due = time.monotonic() + pause
        return pause


class Supervisor:
    """Keeps so many workers answering on a socket until it is told to stop."""

    def __init__(self, listening: socket.socket, workers: int, greet: Callable[[WorkerProcess], object]) -> None:
        """The socket is bound; `greet` is given a worker that knows what is served, once all answer."""
        self.deaths = 0  # of workers that answered
        self._listening = listening
        self._greet = greet
        self._workers = [Worker(number) for number in range(1, workers + 1)]
        self._generation = 0  # of workers: each SIGHUP asks for a new one
        self._started = self._restarting = False
        self._failures = 0  # of this restart
        self._signals: deque[int] = deque()
        self._manager = ServiceManager()
        self._terminal = _has_terminal()

    def run(self) -> None:
        """Serves until it is stopped. Raises `ConfigError` for what can't be served from the beginning."""
        before = {number: signal.signal(number, self._note) for number in (*_STOP, signal.SIGHUP)}
        try:
            while not self._told_to_stop():
                self._look()
                time.sleep(TICK)
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)

    def _told_to_stop(self) -> bool:
        while self._signals:
            number = self._signals.popleft()
            if number in _STOP or (self._terminal and not _has_terminal()):
                return True
            self._generation += 1
            self._failures = 0
            self._restarting = True
            log.info("restart: each worker in turn, with the settings and the code of now")
            self._manager.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        return False

    def _look(self) -> None:
        first = self._workers[0]  # makes files that are not there, and tells what can't be used
        for worker in self._workers if self._started or first.settled else [first]:
            for process in worker.processes:
                process.look()
            self._see_off(worker)
            self._keep(worker)
            self._receive(worker)
        if not self._started:
            self._begin()
        elif self._restarting:
            self._restart()
        self._manager.live()

    def _keep(self, worker: Worker) -> None:
        """There is a process, or will be."""
        process = worker.current
        if process and (why := _lost(process)):
            self._end(process)
            worker.current = None
            if not self._started:
                raise ConfigError(process.failed or f"worker {worker.number} did not start: {why}")
            self.deaths += 1
            if process.looks > SETTLED:
                worker.failures = 0
            pause = worker.fail()
            when = f"in {pause:.0f} s" if pause else "now"
            log.warning("worker %d is lost (process %d: %s), and replaced %s", worker.number, process.pid, why, when)
        if worker.current is None and worker.incoming:
            worker.current, worker.incoming = worker.incoming, None
        if worker.current is None and time.monotonic() >= worker.due:
            worker.current = worker.start(self._listening, self._generation)

    def _receive(self, worker: Worker) -> None:
        """The process that takes the place of another, if it is ready."""
        process = worker.incoming
        if process is None:
            return
        if why := _lost(process):
            self._end(process)
            worker.incoming = None
            self._missed(worker, process, why)
        elif process.ready:
            worker.swap()
            worker.failures = 0

    def _see_off(self, worker: Worker) -> None:
        process = worker.leaving
        if process is None:
            return
        late = time.monotonic() > worker.killed_at
        if process.ended or late:
            self._end(process)
            worker.leaving = None
            log.info("worker %d has ended (process %d%s)", worker.number, process.pid, ", killed" if late else "")

    def _begin(self) -> None:
        """Once all answer."""
        if all(worker.settled for worker in self._workers):
            self._started = True
            if first := self._workers[0].current:
                self._greet(first)
            self._say_ready()

    def _say_ready(self) -> None:
        self._manager.tell("READY=1", f"STATUS={len(self._workers)} of {len(self._workers)} workers answer")

    def _restart(self) -> None:
        """One worker after the other, as long as all others answer."""
        if not all(worker.settled for worker in self._workers):
            return
        old = [worker for worker in self._workers if worker.current and worker.current.generation < self._generation]
        if not old:
            self._restarting = False
            log.info("restart: done, all workers are new (processes %s)", self._pids())
            self._say_ready()
        elif time.monotonic() >= old[0].due:
            old[0].incoming = old[0].start(self._listening, self._generation)

    def _missed(self, worker: Worker, process: WorkerProcess, why: str) -> None:
        """A new worker was not ready: none is replaced, or all are."""
        self._failures += 1
        mixed = len({one.current.generation for one in self._workers if one.current}) > 1
        if not mixed and (process.failed or self._failures >= TRIES):
            for one in self._workers:
                if one.current:
                    one.current.generation = self._generation
            self._restarting = False
            log.error("restart: nothing was replaced, the workers go on as before: %s", why)
            self._say_ready()
            return
        pause = worker.fail()
        log.warning("restart: the new worker %d did not start, next try in %.0f s: %s", worker.number, pause, why)

    def _pids(self) -> str:
        return ", ".join(str(worker.current.pid) for worker in self._workers if worker.current)

    def _stop(self) -> None:
        """Ends all: at first they answer, then, or at a second signal, they are killed."""
        log.info("stopping: what is under way is answered")
        self._manager.tell("STOPPING=1")
        self._listening.close()  # so that nobody waits for an answer that does not come
        left = [process for worker in self._workers for process in worker.processes]
        for process in left:
            process.stop()
        end = time.monotonic() + KILLED
        while any(not process.ended for process in left):
            if time.monotonic() > end or self._signals:
                break
            time.sleep(TICK)
        killed = [process for process in left if not process.ended]
        if killed:
            log.warning("%d workers were killed before they had answered all", len(killed))
        for process in left:
            self._end(process)
        log.info("stopped")

    @staticmethod
    def _end(process: WorkerProcess) -> None:
        if not process.ended:
            process.kill()
        process.close()


def _lost(process: WorkerProcess) -> str:
    """Why a process does not answer, nor ever will; else nothing."""
    if process.failed:
        return process.failed
    if process.ended:
        return process.end
    if process.ready:
        return f"no sign of life for {SILENT * TICK:.0f} s" if process.silent > SILENT else ""
    return f"not ready after {START * TICK:.0f} s" if process.looks > START else ""


def _has_terminal() -> bool:
    """Whether there is a terminal; SIGHUP without it means that it was closed, not that workers are to be replaced."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
