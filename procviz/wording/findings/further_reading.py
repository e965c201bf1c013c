"""Where the Python documentation says more about a kind of finding, in the language in use."""

from __future__ import annotations

from procviz.trace.findings.all_findings import FindingKind
from procviz.wording import language

_DOCS = {"en": "https://docs.python.org/3/", "zh_CN": "https://docs.python.org/zh-cn/3/"}


def page_about(kind: FindingKind) -> str | None:
    """The address of the page; None where the documentation has nothing to say."""
    page = _PAGES.get(kind)
    return None if page is None else _DOCS[language()] + page


_PROCESS = "library/multiprocessing.html#multiprocessing.Process"
_PAGES: dict[FindingKind, str] = {
    FindingKind.START_COST: "library/multiprocessing.html#contexts-and-start-methods",
    FindingKind.IMPLICIT_WAIT: f"{_PROCESS}.daemon",
    FindingKind.DAEMON_CUTOFF: f"{_PROCESS}.daemon",
    FindingKind.TERMINATE: f"{_PROCESS}.terminate",
    FindingKind.KILL: f"{_PROCESS}.kill",
    FindingKind.SIGNAL: "library/signal.html",
    FindingKind.SIGTERM_IGNORED: "library/signal.html#signal.signal",
    FindingKind.SIGTERM_HANDLED: "library/signal.html#signal.signal",
    FindingKind.SIGNAL_HANDLED: "library/signal.html#signal.signal",
    FindingKind.SUSPENDED: "library/signal.html#signal.SIGCONT",
    FindingKind.GRANDCHILDREN_LEFT: f"{_PROCESS}.terminate",
    FindingKind.MAIN_GUARD: "library/multiprocessing.html#the-spawn-and-forkserver-start-methods",
    FindingKind.NOT_IMPORTABLE: "library/pickle.html#what-can-be-pickled-and-unpickled",
    FindingKind.DAEMON_CHILDREN: f"{_PROCESS}.daemon",
    FindingKind.CHILD_FAILED: "tutorial/errors.html",
    FindingKind.CRASH: "library/faulthandler.html",
    FindingKind.NOT_RUN: "library/subprocess.html#exceptions",
    FindingKind.EXIT_CODE: f"{_PROCESS}.exitcode",
    FindingKind.KILLED_FROM_OUTSIDE: "library/signal.html",
    FindingKind.OUTPUT_LOST: "library/sys.html#sys.stdout",
    FindingKind.QUEUE_NOT_EMPTIED: "library/multiprocessing.html#all-start-methods",
    FindingKind.LOCK_OWNER_DIED: f"{_PROCESS}.terminate",
    FindingKind.POOL_WORKER_LOST: "library/multiprocessing.html#module-multiprocessing.pool",
    FindingKind.EXECUTOR_BROKEN: "library/concurrent.futures.html#concurrent.futures.process.BrokenProcessPool",
    FindingKind.ORPHAN: "library/os.html#os.getppid",
    FindingKind.ZOMBIE: "library/multiprocessing.html#all-start-methods",
    FindingKind.CORES_BUSY: "library/os.html#os.cpu_count",
}
