"""
Worker processes under supervision: what a page does to the process that cleans it costs that page only.

A *nursery* process loads the engine once and forks workers from it, so that a new worker costs milliseconds. Each
worker has a pipe of its own and answers in the order it was asked: when it dies, the oldest question without an answer
killed it, and the others are asked again elsewhere. A question has two tries, the second alone in a fresh worker. The
time limit is kept by the kernel (a timer whose signal kills the worker, also inside C code), the memory limit too; the
parent only watches in case a page has disarmed them.
"""

import contextlib
import errno
import gc
import importlib
import os
import resource
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from newsclean.record import FailureReason

__all__ = ["Answer", "Limits", "Lost", "Pool", "resident"]

_HEADER = struct.Struct(">QB")
_NUMBER = struct.Struct(">q")
_MEMORY_EXIT = 75  # what a worker exits with when a page needed more memory than is allowed
_DEPTH = 2  # questions a worker has at once: while it works on one, the next is there already
_CHUNK = 1 << 16  # what a pipe holds
_SLACK = 2.0  # seconds the parent waits beyond the time limit before it kills by itself
_STOP_GRACE = 8.0  # seconds that running pages have when the job is asked to stop
_TICK = 0.2
_STARTS = 3
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from newsclean.batch.workers import _nursery; _nursery()"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one page may cost, and when a worker is replaced.

    Args:
        time: seconds for one page.
        memory: bytes a worker may take beyond what the engine itself takes.
        pages: pages after which a worker is replaced.
        growth: bytes of memory a worker may gain before it is replaced.
    """

    time: float = 20.0
    memory: int = 1 << 30
    pages: int = 20_000
    growth: int = 300 << 20


class Lost(msgspec.Struct, frozen=True):
    """A question that killed its worker twice."""

    reason: FailureReason
    message: str


class Answer(msgspec.Struct, frozen=True):
    """
    What became of one question.

    Args:
        number: the question's number.
        question: its bytes.
        result: the answer's bytes, or why there is none.
    """

    number: int
    question: bytes
    result: bytes | Lost


def resident(pid: int | str = "self") -> int:
    """Return the bytes of memory that process *pid* holds; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0


# ---- in the child processes


def _nursery() -> None:
    """Load the engine, then fork a worker for each pair of pipes the parent sends, and reap those it names."""
    parent = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    length, _ = _HEADER.unpack(_exactly(parent, _HEADER.size))
    entry, setup, limits = msgspec.msgpack.decode(_exactly(parent, length), type=tuple[str, bytes, Limits])
    module, _, name = entry.partition(":")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the parent was killed: nobody is left to tell
        try:
            answer = getattr(importlib.import_module(module), name)(setup)
        except OSError as error:
            parent.sendall(_NUMBER.pack(error.errno or errno.EIO))
            return
        parent.sendall(_NUMBER.pack(0))
        gc.freeze()  # what is loaded by now is shared: a worker's collector need not walk it, and so copy its memory
        _fork_workers(parent, answer, limits)


def _fork_workers(parent: socket.socket, answer: Callable[[bytes], bytes], limits: Limits) -> None:
    """Serve *parent* until it goes away."""
    while True:
        request, pipes, _, _ = socket.recv_fds(parent, _NUMBER.size, 2)
        if not request:
            return
        if pipes:
            pid = os.fork()
            if pid == 0:
                parent.close()
                _worker(answer, pipes[0], pipes[1], limits)
            for pipe in pipes:
                os.close(pipe)
            parent.sendall(_NUMBER.pack(pid))
        else:
            _, status = os.waitpid(_NUMBER.unpack(request)[0], 0)
            parent.sendall(_NUMBER.pack(os.waitstatus_to_exitcode(status)))


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            sys.exit(0)
        data += piece
    return data


def _worker(answer: Callable[[bytes], bytes], questions: int, answers: int, limits: Limits) -> None:
    """Answer questions until the parent closes the pipe; never returns."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)  # what a library prints must not reach the pipes, nor the user's terminal
    _restrict(limits)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    before = resident()
    done = 0
    with open(questions, "rb") as source, open(answers, "wb") as sink:
        while header := source.read(_HEADER.size):
            length, _ = _HEADER.unpack(header)
            question = source.read(length)
            # The default action of SIGALRM ends the process: no handler that C code could keep from running.
            signal.setitimer(signal.ITIMER_REAL, limits.time)
            try:
                result = answer(question)
            except MemoryError:
                os._exit(_MEMORY_EXIT)
            signal.setitimer(signal.ITIMER_REAL, 0)
            done += 1
            tired = done >= limits.pages or resident() - before > limits.growth
            sink.write(_HEADER.pack(len(result), tired))
            sink.write(result)
            sink.flush()
    os._exit(0)


def _restrict(limits: Limits) -> None:
    """Set the worker's memory limit, and offer it to the system first when memory runs out."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return  # not Linux: the address space at start is unknown, and no limit is better than a wrong one
    resource.setrlimit(resource.RLIMIT_AS, (size + limits.memory, size + limits.memory))


# ---- in the parent


class _Ticket(msgspec.Struct):
    """A question on its way."""

    number: int
    question: bytes
    tries: int = 0


class _Nursery:
    """The parent's end of the nursery process."""

    def __init__(self, entry: str, setup: bytes, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            # A group of its own: the terminal's Ctrl-C is for the parent, which decides what becomes of the workers.
            self.process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-c", _BOOT, *sys.path],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={**os.environ, **_THREADS},
                process_group=0,
            )
        self._socket = ours
        order = msgspec.msgpack.encode((entry, setup, limits))
        self._socket.sendall(_HEADER.pack(len(order), 0) + order)
        if number := self._reply():
            self.close()
            raise OSError(number, f"{os.strerror(number)}, while the workers' engine was loaded")

    def fork(self, questions: int, answers: int) -> int:
        """Return the process id of a new worker on the given pipe ends."""
        socket.send_fds(self._socket, [_NUMBER.pack(0)], [questions, answers])
        return self._reply()

    def wait(self, pid: int) -> int:
        """Return the exit code of worker *pid*, negative for a signal; the worker must be dying."""
        self._socket.sendall(_NUMBER.pack(pid))
        return self._reply()

    def _reply(self) -> int:
        data = self._socket.recv(_NUMBER.size, socket.MSG_WAITALL)
        if len(data) < _NUMBER.size:
            raise ConnectionResetError
        number: int = _NUMBER.unpack(data)[0]
        return number

    def close(self) -> None:
        self._socket.close()
        self.process.kill()
        self.process.wait()


class _Worker:
    """The parent's end of one worker."""

    def __init__(self, nursery: _Nursery) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        try:
            self.pid = nursery.fork(theirs_in, theirs_out)
        except OSError:
            os.close(ours_in)
            os.close(ours_out)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self.nursery = nursery
        self.questions, self.answers = ours_out, ours_in
        os.set_blocking(ours_out, False)
        os.set_blocking(ours_in, False)
        self.inbox: deque[_Ticket] = deque()
        self.outgoing = bytearray()
        self.incoming = bytearray()
        self.deadline = float("inf")
        self.alone = False
        self.tired = False

    def ask(self, ticket: _Ticket, limit: float) -> None:
        if not self.inbox:
            self.deadline = time.monotonic() + limit
        self.inbox.append(ticket)
        self.outgoing += _HEADER.pack(len(ticket.question), 0)
        self.outgoing += ticket.question

    def send(self) -> None:
        """Write what the pipe takes now."""
        try:
            while self.outgoing:
                del self.outgoing[: os.write(self.questions, memoryview(self.outgoing)[:_CHUNK].tobytes())]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.outgoing.clear()  # it died: reading will say so

    def receive(self) -> tuple[list[bytes], bool]:
        """Return the answers that are complete, and whether the worker still lives."""
        alive = True
        try:
            while data := os.read(self.answers, _CHUNK):
                self.incoming += data
            alive = False
        except BlockingIOError:
            pass
        results = []
        while len(self.incoming) >= _HEADER.size:
            length, tired = _HEADER.unpack_from(self.incoming)
            end = _HEADER.size + length
            if len(self.incoming) < end:
                break
            results.append(bytes(self.incoming[_HEADER.size : end]))
            del self.incoming[:end]
            self.tired = self.tired or bool(tired)
        return results, alive

    def end(self) -> int | None:
        """Kill the worker if it still runs; return its exit code, negative for a signal, None when nobody knows."""
        os.close(self.questions)
        os.close(self.answers)
        try:
            if not self._exits_soon():
                os.kill(self.pid, signal.SIGKILL)
            return self.nursery.wait(self.pid)
        except OSError:
            return None

    def _exits_soon(self) -> bool:
        """Return whether the worker is gone, or goes within a moment; a zombie is gone."""
        for _ in range(100):
            try:
                state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
            except OSError:
                return False
            if state.split()[0] in "ZX":
                return True
            time.sleep(0.001)
        return False


class Pool:
    """
    Some workers that answer questions.

    Args:
        entry: "module:function"; the function takes *setup* and returns the function that answers.
        setup: what *entry* needs, as bytes.
        count: how many workers.
        limits: what one question may cost.
        window: how far answers may be apart in the order of the questions.
        stop: asked often; once it says yes, nothing new is begun, and what runs has a few seconds.
    """

    def __init__(
        self,
        *,
        entry: str,
        setup: bytes,
        count: int,
        limits: Limits,
        window: int | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._order = (entry, setup, limits)
        self._count, self._limits, self._window, self._stop = count, limits, window, stop
        self._nursery: _Nursery | None = None
        self._workers: list[_Worker] = []
        self._suspects: deque[_Ticket] = deque()
        self._again: deque[_Ticket] = deque()
        self._open: dict[int, None] = {}  # numbers without an answer, oldest first
        self._last = 0
        self._source: Iterator[tuple[int, bytes]] | None = None
        self._stop_at = float("inf")

    def answers(self, questions: Iterator[tuple[int, bytes]]) -> Iterator[Answer]:
        """
        Yield one answer for each of *questions*, as they come; numbers must rise.

        Raises:
            OSError: the workers cannot be started.
        """
        self._source = questions
        try:
            while True:
                stopping = self._stopping()
                self._man(stopping=stopping)
                if not stopping:
                    self._feed()
                if not any(worker.inbox for worker in self._workers):
                    return
                if time.monotonic() > self._stop_at:
                    return
                yield from self._step()
        finally:
            self.close()

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
            worker.end()
        self._workers.clear()
        if self._nursery:
            self._nursery.close()
            self._nursery = None

    def resident(self) -> int:
        """Return the bytes of memory that the workers hold."""
        return sum(resident(worker.pid) for worker in self._workers)

    def _stopping(self) -> bool:
        if self._stop_at == float("inf") and self._stop():
            self._stop_at = time.monotonic() + _STOP_GRACE
        return self._stop_at != float("inf")

    def _man(self, *, stopping: bool) -> None:
        """Replace workers that are tired or dead; a suspect goes to a fresh one, alone."""
        for worker in [w for w in self._workers if w.tired and not w.inbox]:
            self._workers.remove(worker)
            worker.end()
        while not stopping and len(self._workers) < self._count:
            worker = self._hire()
            self._workers.append(worker)
            if self._suspects:
                worker.alone = True
                worker.ask(self._suspects.popleft(), self._limits.time + _SLACK)

    def _hire(self) -> _Worker:
        for attempt in range(_STARTS):
            try:
                if self._nursery is None:
                    self._nursery = _Nursery(*self._order)
                return _Worker(self._nursery)
            except (ConnectionError, BrokenPipeError):
                # Somebody killed the nursery; its workers live on and can still answer.
                if self._nursery:
                    self._nursery.close()
                    self._nursery = None
                if attempt == _STARTS - 1:
                    raise
        raise AssertionError

    def _feed(self) -> None:
        """Give each worker its next question."""
        for depth in range(1, _DEPTH + 1):
            for worker in self._workers:
                if worker.alone or worker.tired or len(worker.inbox) >= depth:
                    continue
                ticket = self._again.popleft() if self._again else self._next()
                if ticket is None:
                    return
                worker.ask(ticket, self._limits.time + _SLACK)

    def _next(self) -> _Ticket | None:
        """Return the next question, None when there is none or the oldest answer is too long in coming."""
        if self._source is None:
            return None
        if self._window and self._open and self._last - next(iter(self._open)) >= self._window:
            return None
        for worker in self._workers:
            worker.send()
        began = time.monotonic()
        item = next(self._source, None)
        # The source may be a network: nobody is late because it took its time. The kernel's timers run on.
        waited = time.monotonic() - began
        for worker in self._workers:
            worker.deadline += waited
        if item is None:
            self._source = None
            return None
        number, question = item
        self._open[number] = None
        self._last = number
        return _Ticket(number, question)

    def _step(self) -> Iterator[Answer]:
        """Wait for something to happen, and yield the answers it brought."""
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                worker.send()
                selector.register(worker.answers, selectors.EVENT_READ, worker)
                if worker.outgoing:
                    selector.register(worker.questions, selectors.EVENT_WRITE, worker)
            nearest = min(worker.deadline for worker in self._workers) - time.monotonic()
            ready = selector.select(max(0.0, min(nearest, _TICK)))
        talking = set()
        for key, event in ready:
            worker = key.data
            if event & selectors.EVENT_READ:
                talking.add(worker)
                yield from self._hear(worker)
            else:
                worker.send()
        for worker in [w for w in self._workers if w not in talking and time.monotonic() > w.deadline]:
            yield from self._bury(worker, late=True)

    def _hear(self, worker: _Worker) -> Iterator[Answer]:
        results, alive = worker.receive()
        for result in results:
            ticket = worker.inbox.popleft()
            worker.alone = False
            worker.deadline = time.monotonic() + self._limits.time + _SLACK if worker.inbox else float("inf")
            self._open.pop(ticket.number, None)
            yield Answer(ticket.number, ticket.question, result)
        if not alive:
            yield from self._bury(worker)

    def _bury(self, worker: _Worker, *, late: bool = False) -> Iterator[Answer]:
        """Blame the oldest question of a dead or late *worker*, and put the others back."""
        self._workers.remove(worker)
        if late:
            os.kill(worker.pid, signal.SIGKILL)
        code = worker.end()
        if not worker.inbox:
            return
        culprit, *others = worker.inbox
        self._again.extendleft(reversed(others))
        culprit.tries += 1
        if culprit.tries == 1:
            self._suspects.append(culprit)
            return
        self._open.pop(culprit.number, None)
        yield Answer(culprit.number, culprit.question, self._verdict(code, late=late))

    def _verdict(self, code: int | None, *, late: bool) -> Lost:
        if late or code == -signal.SIGALRM:
            return Lost(FailureReason.TIMEOUT, f"not done after {self._limits.time:g} s, twice")
        if code == _MEMORY_EXIT:
            return Lost(FailureReason.MEMORY, f"needs more than {self._limits.memory >> 20} MiB, twice")
        if code is not None and code < 0:
            return Lost(FailureReason.CRASH, f"ended its process by {signal.Signals(-code).name}, twice")
        return Lost(FailureReason.CRASH, f"ended its process with exit code {code}, twice")
