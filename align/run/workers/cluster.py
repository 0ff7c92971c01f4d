"""The connection to Dask: a cluster of this machine's processes, or one that is named by its scheduler's address."""

from __future__ import annotations

import logging
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from align.errors import AlignError, RunError, SettingsError
from align.records import Document
from align.run.session import Opening
from align.run.workers.worker import Described, ShardResult, align_shard, describe

if TYPE_CHECKING:
    from align.run.workers.shards import SpreadSession

LOCAL = "local"
_COUNT_SECONDS = 2.0  # how old the number of workers may be; clusters grow and shrink by the minute
_CONNECT_SECONDS = 20.0
_AHEAD = 3  # pieces of work on their way for each worker
_PATIENCE_SECONDS, _PATIENCE_ROUNDS = 10.0, 6  # how long a local cluster may be without workers
_DASK = {
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # A local worker that is not back so soon after its death is given up for good, and killed while it starts, together
    # with what it was given to do: on a busy machine a start takes longer than the 15 s that Dask allows it.
    "distributed.deploy.lost-worker-timeout": "10 minutes",
}
_DEATHS = 1  # workers that a local shard may cost before its documents are tried one by one


class Cluster:
    """A Dask client whose troubles come out as our errors."""

    def __init__(self, client: Any, where: str) -> None:
        """Wrap a client connected to "local" or to an address."""
        self._client = client
        self._is_local = where == LOCAL
        self._address = "this machine" if self._is_local else where
        self._workers = 1
        self._count_until = 0.0

    def workers(self) -> int:
        """How many worker processes there are, at least one."""
        if monotonic() > self._count_until:
            self._workers = max(1, len(self._client.nthreads()))
            self._count_until = monotonic() + _COUNT_SECONDS
        return self._workers

    def send(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Work on its way: a future."""
        return self._client.submit(work, *arguments, pure=False)

    def spread(self, data: Any) -> Any:
        """Data at every worker, to be named in `send`; a worker that dies takes no only copy with it."""
        return self._client.scatter(data, broadcast=True, hash=False)

    def result(self, future: Any) -> Any:
        """What became of it; None when several workers have died over it.

        Raises what the work raised (AlignError), RunError when the workers cannot do it or the cluster is gone.
        """
        from distributed.scheduler import KilledWorker

        try:
            self._wait(future)
            result = future.result()
        except KilledWorker:
            return None
        except AlignError:
            raise
        except (CancelledError, OSError, TimeoutError) as error:
            raise RunError(
                f"the cluster at {self._address} is gone ({_said(error)}); run the same command again to go on"
            ) from error
        except Exception as error:
            raise RunError(
                f"the workers at {self._address} cannot do this work ({_said(error)}); install this version of "
                "quote-align and the pinned packages on all of them"
            ) from error
        future.release()
        return result

    def _wait(self, future: Any) -> None:
        """Until it is done. Raises RunError when for a while no process of this machine was left to do it."""
        idle = 0
        while not future.done():
            with suppress(TimeoutError):
                future.exception(timeout=_PATIENCE_SECONDS)
            idle = 0 if not self._is_local or future.done() or self._client.nthreads() else idle + 1
            if idle >= _PATIENCE_ROUNDS:  # on another cluster workers may come any time
                raise RunError("no worker process is left and none starts again; run the same command again to go on")

    def in_order(self, futures: Iterable[Any]) -> Iterator[Any]:
        """The results in order, some of the work sent ahead. Raises as `result`, and RunError for work that kills."""
        flying: deque[Any] = deque()
        for future in futures:
            flying.append(future)
            if len(flying) > _AHEAD * self.workers():
                yield self._sure(flying.popleft())
        while flying:
            yield self._sure(flying.popleft())

    def _sure(self, future: Any) -> Any:
        result = self.result(future)
        if result is None:
            raise RunError("several worker processes died over one piece of work; do they have memory enough?")
        return result

    def settle(self, futures: list[Any]) -> None:
        """Wait until nothing of this is being worked on."""
        for future in futures:
            with suppress(CancelledError):  # told when its turn comes
                self._wait(future)


@dataclass(frozen=True, slots=True)
class Processes:
    """The worker processes of a cluster, which open the stages themselves."""

    cluster: Cluster
    opening: Opening
    signature: str  # what they must align as

    def workers(self) -> int:
        """How many, at least one."""
        return self.cluster.workers()

    def send(self, documents: list[Document]) -> Any:
        """A shard on its way: a future."""
        return self.cluster.send(align_shard, self.opening, self.signature, documents)

    def result(self, future: Any) -> ShardResult | None:
        """What became of it; None when several workers have died over it. Raises as `Cluster.result`."""
        result: ShardResult | None = self.cluster.result(future)
        return result

    def settle(self, futures: list[Any]) -> None:
        """Wait until nothing of this is being worked on."""
        self.cluster.settle(futures)


@contextmanager
def on_cluster(where: str, workers: int | None, opening: Opening) -> Iterator[SpreadSession]:
    """The stages of a run on `workers` processes of this machine ("local"), or on the cluster of a scheduler's address.

    Raises SettingsError without Dask, RunError when nothing answers there, and what opening the stages raises.
    """
    with connected(where, workers) as cluster:
        from align.run.workers.shards import SpreadSession

        described: Described | None = cluster.result(cluster.send(describe, opening))
        if described is None:
            raise RunError("every worker process died while it loaded the encoder; does it have memory enough?")
        crew = Processes(cluster, opening, described.signature)
        yield SpreadSession(crew, opening.settings, described.signature, described.encoder, described.notices)


@contextmanager
def connected(where: str, workers: int | None) -> Iterator[Cluster]:
    """A cluster of this machine's processes, or the one at a scheduler's address.

    Raises SettingsError without Dask, RunError when nothing answers.
    """
    try:
        import dask
        import distributed
    except ImportError as error:
        raise SettingsError(
            f"--cluster needs Dask, which is not installed ({error}); pip install 'quote-align[scale]'"
        ) from error
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_DASK))
        logging.getLogger("distributed").setLevel(logging.ERROR)  # restarts are our business and are told in one line
        if where == LOCAL:
            address = stack.enter_context(_local(workers or len(os.sched_getaffinity(0)))).scheduler_address
        else:
            address = where
        try:
            client = stack.enter_context(distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False))
        except (OSError, ValueError, TimeoutError) as error:
            raise RunError(
                f"no Dask scheduler answers at {address} ({_said(error)}); expected an address like "
                "tcp://10.0.0.5:8786, see docs/scale.md"
            ) from error
        yield Cluster(client, where)


@contextmanager
def _local(workers: int) -> Iterator[Any]:
    """Worker processes of this machine, which share its processors; they listen on the loopback address alone."""
    import dask
    from distributed import LocalCluster

    threads = str(max(1, len(os.sched_getaffinity(0)) // workers))
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    with (
        tempfile.TemporaryDirectory(prefix="align-workers-", ignore_cleanup_errors=True) as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: without an address all clusters here want the same one
            local_directory=folder,
            silence_logs=logging.ERROR,
            scheduler_kwargs={"allowed_failures": _DEATHS, "dashboard": False},
            env=dict.fromkeys(names, threads),
            preload=[*dask.config.get("distributed.worker.preload"), str(Path(__file__).with_name("deaf.py"))],
        ) as cluster,
    ):
        yield cluster


def _said(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
