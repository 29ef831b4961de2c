"""The work itself: documents in chunks, in this process or in several, with the same outcomes in the same order."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from cleaner.corpus.inputs import STDIN, Input, reason
from cleaner.corpus.outputs import render, write
from cleaner.corpus.tally import Outcome
from cleaner.errors import CleanerError, InputError
from cleaner.library import Cleaner
from cleaner.template.limits import limits

if TYPE_CHECKING:
    from cleaner.template import Digest, Template

# A chunk is what a process gets at a time: enough to make sending it cheap, small enough to share the work evenly.
CHUNK_DOCUMENTS = 32
CHUNK_BYTES = 2_000_000
CHUNKS_EACH = 4  # chunks that each process should get at least
AHEAD = 4  # chunks for each process that may be under way or wait for an earlier one


class Task(NamedTuple):
    """A document and the file for its record; ``target`` None: the record is sent back. ``known``: its site's template."""

    input: Input
    target: str | None
    known: Template | None = None


class Settings(NamedTuple):
    """How every document is cleaned and written; can be hashed and sent. ``options``: items of :class:`cleaner.plan.Plan`."""

    options: tuple[tuple[str, Any], ...]
    form: str


Chunk = tuple[Task, ...]
Result = TypeVar("Result")


class Job(NamedTuple, Generic[Result]):
    """What is done with every document: ``work``, and what stands for the result where the process was killed."""

    work: Callable[[Task, Settings], Result]
    killed: Callable[[Task], Result]


def run(tasks: list[Task], settings: Settings, processes: int) -> Generator[Outcome]:
    """The outcome of every task, in the order of ``tasks``, whatever ``processes`` is.

    Memory holds a bounded number of chunks. Where templates are wanted all documents are read twice, but for stdin, which is of
    no site. Raises RuleError, UsageError before the first document.
    """
    plan = cleaner_of(settings).plan
    plan.rulebook  # noqa: B018 (a wrong rule is the caller's error, not the first document's)
    clean = Job(one, _killed)
    if plan.template == "off" or len(tasks) < limits().documents:
        yield from _each(clean, tasks, len(tasks), settings, processes)
        return
    from cleaner.template.store import Store

    with Store() as store:
        for number, digest in enumerate(_each(Job(look, _nothing), tasks, len(tasks), settings, processes)):
            store.add(number, digest)
        store.settle()
        known = (task._replace(known=store.template(number)) for number, task in enumerate(tasks))
        yield from _each(clean, known, len(tasks), settings, processes)


def _each(job: Job[Result], tasks: Iterable[Task], count: int, settings: Settings, processes: int) -> Iterator[Result]:
    """What the job makes of each of ``count`` tasks, in order."""
    if processes > 1:
        chunks = _chunks(tasks, max(1, min(CHUNK_DOCUMENTS, count // (processes * CHUNKS_EACH))))
        first = list(islice(chunks, 2))
        if len(first) > 1:
            yield from _spread(job, chain(first, chunks), settings, min(processes, count))
            return
        tasks = chain.from_iterable(first)
    for task in tasks:
        yield job.work(task, settings)


@cache
def cleaner_of(settings: Settings) -> Cleaner:
    """The cleaner of this process."""
    return Cleaner(**dict(settings.options))


def look(task: Task, settings: Settings) -> Digest | None:
    """What a document tells of its site. Whatever is wrong with it is said when it is cleaned."""
    path, name, _ = task.input
    try:
        return None if path == STDIN else cleaner_of(settings).digest(Path(path), name)
    except Exception:  # `one` runs the same reader and stages on it again, and reports what fails there
        return None


def one(task: Task, settings: Settings) -> Outcome:
    """Clean one document and write its record. Whatever happens is this document's affair and ends no run."""
    path, name, _ = task.input
    cleaner = cleaner_of(settings).of_site(task.known)
    try:
        document = cleaner.clean(sys.stdin.buffer.read()) if path == STDIN else cleaner.clean(Path(path), name)
        if not document.source.bytes:
            raise InputError("empty file")
        rendered = render(document, settings.form)
        if task.target is not None:
            assert isinstance(rendered, bytes)
            write(task.target, rendered)
            rendered = b""
    except InputError as error:
        return Outcome(path, error.reason)
    except CleanerError as error:
        return Outcome(path, str(error))
    except OSError as error:
        return Outcome(path, f"{error.filename or task.target}: {reason(error)}")
    except Exception as error:  # a defect of the program on this document; the others have a right to be cleaned
        return Outcome(path, f"internal error, please report it: {type(error).__name__}: {error}")
    stats, rules = document.stats, tuple(document.tally().items())
    warnings = tuple((w.code, w.message) for w in document.warnings)
    return Outcome(path, "", stats.chars_in, stats.chars_out, stats.removed or 0, rules, warnings, rendered or None)


def _killed(task: Task) -> Outcome:
    return Outcome(task.input.path, "the process that cleaned it was killed (out of memory?)")


def _nothing(_: Task) -> None:
    return None


def _chunks(tasks: Iterable[Task], most: int) -> Iterator[Chunk]:
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        full = len(chunk) >= most or size + task.input.size > CHUNK_BYTES
        if chunk and (full or STDIN in (task.input.path, chunk[-1].input.path)):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(task)
        size += task.input.size
    if chunk:
        yield tuple(chunk)


class _Stop:
    """Tells the processes of a pool to begin no further document. One byte of shared memory, no lock that the dead could hold."""

    told: Any = None  # in a process of the pool: the byte

    def __init__(self) -> None:
        self.context = multiprocessing.get_context()
        self.byte = self.context.RawValue("b", 0)

    def pool(self, processes: int) -> ProcessPoolExecutor:
        """A pool that can be stopped."""
        return ProcessPoolExecutor(processes, self.context, _start, (self.byte,))


def _start(byte: Any) -> None:
    """A process of the pool leaves Ctrl-C to the one that started it, and looks at the byte."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _Stop.told = byte


def _work(work: Callable[[Task, Settings], Result], chunk: Chunk, settings: Settings) -> list[Result]:
    return [work(task, settings) for task in chunk if _Stop.told is None or not _Stop.told.value]


def _spread(job: Job[Result], chunks: Iterable[Chunk], settings: Settings, processes: int) -> Iterator[Result]:
    coming = iter(chunks)
    stop = _Stop()
    pool = stop.pool(processes)
    waiting: deque[tuple[Chunk, Future[list[Result]]]] = deque()
    try:
        while True:
            try:
                for chunk in islice(coming, AHEAD * processes - len(waiting)):
                    waiting.append((chunk, Future()))  # stands in the queue even if the pool breaks at this moment
                    waiting[-1] = chunk, _submit(job, pool, chunk, settings)
                if not waiting:
                    return
                results = waiting[0][1].result()
                waiting.popleft()
                yield from results
            except BrokenProcessPool:
                pool.shutdown(wait=True)
                yield from _singly(job, waiting, settings, stop)
                waiting.clear()
                pool = stop.pool(processes)
    finally:
        stop.byte.value = 1
        pool.shutdown(wait=True, cancel_futures=True)


def _submit(job: Job[Result], pool: ProcessPoolExecutor, chunk: Chunk, settings: Settings) -> Future[list[Result]]:
    if chunk[0].input.path != STDIN:
        return pool.submit(_work, job.work, chunk, settings)
    ours: Future[list[Result]] = Future()  # a process of the pool has no stdin
    ours.set_result(_work(job.work, chunk, settings))
    return ours


def _singly(
    job: Job[Result], waiting: Iterable[tuple[Chunk, Future[list[Result]]]], settings: Settings, stop: _Stop
) -> Iterator[Result]:
    """The results of chunks in a pool that broke: nobody knows by which document, so each gets a process of its own."""
    for chunk, future in waiting:
        if future.done() and not future.exception():
            yield from future.result()
            continue
        for task in chunk:
            with stop.pool(1) as pool:
                try:
                    yield pool.submit(job.work, task, settings).result()
                except BrokenProcessPool:
                    yield job.killed(task)
