"""Work on a Dask cluster: processes of this machine, or a scheduler that is running already.

Dask hands out the work, notices workers that died, and gives what they had to others. Here is only how much is under
way at a time, and what becomes of a call that kills every worker it is given to.
"""

# Dask tells types of its own only here and there.
# mypy: disallow-untyped-calls=False

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any

from errors import CallError, PlanmapError
from settings import HOME

try:
    import dask
    from distributed import Client, Future, KilledWorker, LocalCluster, as_completed
    from distributed.security import Security
    from distributed.utils import get_mp_context

    importlib.import_module("cryptography")  # with it nobody else on this machine can join a local cluster
except ImportError as error:
    raise CallError("errors.needs_dask", why=error) from None

CONNECT_S, WORKERS_S = 15, 60
# Calls under way for each thread of a worker: none waits while this process joins and writes a city, and few files are
# in memory.
AHEAD = 8
# How many workers a call may kill before it counts as their killer. Then it is tried once more, with no other beside.
DEATHS = 1
# How often workers of this machine that did not come back are replaced, and results looked for, in seconds.
REPLACE_S, _TICK_S = 10.0, 0.02
_URGENT = 10
_LOCAL = {
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.scheduler.no-workers-timeout": f"{5 * WORKERS_S}s",
    # On a busy machine a process takes its time to come back; before, it does not count as gone for good.
    "distributed.deploy.lost-worker-timeout": f"{WORKERS_S}s",
    # Nothing is served to browsers.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # A whole plan file travels with its call, so that no worker needs the folder of plans.
    "distributed.admin.large-graph-warning-threshold": "1GB",
}
# Workers of this machine are copies of one process that has these modules already: each by itself would take more than
# a second of a core to import them. Elsewhere such copies are not to be had (Windows) or not safe (macOS).
_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
_IMPORTED = ("distributed.nanny", "reading", "placing")


class Killed:
    """In place of a result: the call ended the process of every worker that had it."""


class Cluster:
    """A cluster, connected while the ``with`` statement lasts.

    Parameters
    ----------
    workers
        So many processes of this machine.
    scheduler
        Instead: the address of a running scheduler (``tcp://…``, ``tls://…``).

    Raises
    ------
    CallError
        There is no scheduler at the address, it has no workers, or it needs a certificate and none is set.
    """

    def __init__(self, workers: int = 1, scheduler: str | None = None) -> None:
        self.workers = workers
        self.scheduler = scheduler
        self._closing = contextlib.ExitStack()
        self._local: LocalCluster | None = None

    def __enter__(self) -> Cluster:
        """Connect, or start the processes."""
        encrypted = self.scheduler is not None and self.scheduler.startswith("tls://")
        if encrypted and Security().get_connection_args("client")["ssl_context"] is None:
            raise CallError("errors.no_certificate", address=self.scheduler)
        with contextlib.ExitStack() as opened:
            opened.enter_context(dask.config.set({**_LOCAL, "distributed.worker.multiprocessing-method": _METHOD}))
            logger = logging.getLogger("distributed")  # what matters of it is told by our own messages
            opened.callback(logger.setLevel, logger.level)
            logger.setLevel(logging.CRITICAL)
            address: Any = self.scheduler
            try:
                if address is None:
                    _prepare()
                    address = self._local = opened.enter_context(
                        LocalCluster(
                            n_workers=self.workers,
                            threads_per_worker=1,
                            dashboard_address="127.0.0.1:0",
                            env=dict(os.environ),  # of now, not of when the first worker of all was started
                            security=Security.temporary(),
                            silence_logs=logging.CRITICAL,
                        )
                    )
                self._client = opened.enter_context(Client(address, timeout=CONNECT_S, set_as_default=False))
                self._client.wait_for_workers(1, timeout=WORKERS_S)
            except (OSError, RuntimeError, ValueError) as error:  # TimeoutError is an OSError
                why = str(error) or type(error).__name__
                raise CallError("errors.no_scheduler", address=self.scheduler or "-", why=why) from None
            self._closing = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster; end the processes that were started."""
        self._closing.__exit__(kind, error, trace)

    def map(self, task: Callable[..., Any], calls: Iterable[tuple[Any, ...]], *, urgent: bool = False) -> Iterator[Any]:
        """Yield the result of each call, in the order of the calls; :class:`Killed` for one that no worker survives.

        Parameters
        ----------
        task
            A function of a module, which the workers have, too.
        calls
            Its arguments, taken as the work goes on.
        urgent
            Whether the calls go before those of other, not urgent ones.

        Raises
        ------
        PlanmapError
            That of a call.
        CallError
            The cluster is gone, or a call failed in a way of its own.
        """
        try:
            yield from self._results(task, calls, _URGENT if urgent else 0)
        except (OSError, CancelledError) as error:  # the scheduler went away
            raise CallError("errors.cluster", why=str(error) or type(error).__name__) from None

    def _results(self, task: Callable[..., Any], calls: Iterable[tuple[Any, ...]], priority: int) -> Iterator[Any]:
        waiting = enumerate(calls)
        under_way: dict[Future[Any], tuple[int, tuple[Any, ...]]] = {}
        done: dict[int, Any] = {}
        suspects: list[tuple[int, tuple[Any, ...]]] = []
        completed = as_completed(loop=self._client.loop, with_results=True, raise_errors=False)
        given, wanted, alone = 0, 0, False

        def give(number: int, arguments: tuple[Any, ...]) -> None:
            future = self._client.submit(task, *arguments, pure=False, priority=priority)
            under_way[future] = (number, arguments)
            completed.add(future)

        while True:
            room = AHEAD * max(1, sum(self._client.nthreads().values()))
            while given - wanted < room and (call := next(waiting, None)) is not None:
                give(*call)
                given += 1
            if not under_way and suspects:
                alone = True
                give(*suspects.pop(0))
            if not under_way:
                return
            waited = 0.0
            while not completed.has_ready():
                time.sleep(_TICK_S)
                waited += _TICK_S
                if self._local is not None and waited >= REPLACE_S:
                    self._local.scale(self.workers)  # in place of those that did not come back
                    waited = 0.0
            future, result = next(completed)
            number, arguments = under_way.pop(future)
            if future.status == "finished":
                done[number] = result
            elif (fault := future.exception(timeout=CONNECT_S)) is None and future.status == "finished":
                # Its worker died with the result, and another has done it again meanwhile.
                done[number] = future.result(timeout=CONNECT_S)
            elif isinstance(fault, KilledWorker):
                # It, or another that was beside it: which one shows when it is alone.
                if alone:
                    done[number] = Killed()
                else:
                    suspects.append((number, arguments))
            elif isinstance(fault, PlanmapError):
                raise fault
            else:
                why = f"{type(fault).__name__}: {fault}" if fault is not None else future.status
                raise CallError("errors.cluster", why=why)
            alone = alone and bool(under_way)
            while wanted in done:
                yield done.pop(wanted)
                wanted += 1


def _prepare() -> None:
    """Start the process that workers are copies of, and import meanwhile what this one needs, too."""
    if _METHOD == "forkserver":
        from multiprocessing import forkserver  # not everywhere

        get_mp_context().set_forkserver_preload(list(_IMPORTED))
        path = os.pathsep.join(filter(None, (str(HOME), os.environ.get("PYTHONPATH"))))
        # Planmap's own modules, whatever is called so in the current folder.
        needed = {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
        needed |= {k: str(v) for k, v in dask.config.get("distributed.nanny.pre-spawn-environ").items()}
        before = {k: os.environ[k] for k in needed if k in os.environ}
        os.environ.update(needed | {k: v for k, v in before.items() if k != "PYTHONPATH"})
        try:
            forkserver.ensure_running()
        finally:
            for name in needed.keys() - before.keys():
                del os.environ[name]
            os.environ.update(before)
    for name in _IMPORTED:
        importlib.import_module(name)
