"""What differs between the Pythons that are observed, in one place: whoever adds one begins here.

`HOOKS` names what of the standard library the probe puts itself in front of. A test looks for each of them in every
Python that it finds, and fails for one that is newer than `LAST_SEEN` until somebody has looked at it.
"""

import sys

OLDEST, LAST_SEEN = (3, 8), (3, 15)

# From then on a wrapper is not seen in tracebacks, so that poll(), through which all ways lead, may have one.
WATCHES_POLL = sys.version_info >= (3, 11)
# From then on a Process's exit handlers begin too late to know how run() ended.
NEEDS_RUN = sys.version_info >= (3, 13)
# From then on nothing tells that the main script's last line is done, but sys.monitoring does.
WATCHES_MAIN = sys.version_info >= (3, 14)
# Until then multiprocessing took every exit code of sys.exit() that is no number for a failure.
ONLY_NUMBERS = sys.version_info < (3, 9)

# (module, attribute, first version, last version or None): what stands there while a hook can be in front of it.
HOOKS = (
    ("multiprocessing.process", "BaseProcess.start", (3, 8), None),
    ("multiprocessing.process", "BaseProcess.join", (3, 8), None),
    ("multiprocessing.process", "BaseProcess.terminate", (3, 8), None),
    ("multiprocessing.process", "BaseProcess.kill", (3, 8), None),
    ("multiprocessing.process", "BaseProcess.close", (3, 8), None),
    ("multiprocessing.process", "BaseProcess.interrupt", (3, 14), None),
    ("multiprocessing.process", "BaseProcess._bootstrap", (3, 8), None),
    ("multiprocessing.pool", "ApplyResult.wait", (3, 8), None),
    ("multiprocessing.pool", "Pool._terminate_pool", (3, 8), None),
    ("multiprocessing.pool", "worker", (3, 8), None),
    ("multiprocessing.queues", "Queue._finalize_join", (3, 8), None),
    ("multiprocessing.synchronize", "SemLock._make_methods", (3, 8), None),
    ("multiprocessing.spawn", "_main", (3, 8), None),
    ("multiprocessing.util", "spawnv_passfds", (3, 8), None),
    ("multiprocessing.util", "_exit_function", (3, 8), None),
    ("concurrent.futures.process", "_process_worker", (3, 8), None),
    ("concurrent.futures.process", "_ExecutorManagerThread.terminate_broken", (3, 9), None),
    ("subprocess", "Popen._execute_child", (3, 8), None),
    ("subprocess", "Popen.wait", (3, 8), None),
    ("subprocess", "Popen.communicate", (3, 8), None),
    ("subprocess", "_posixsubprocess.fork_exec", (3, 8), (3, 10)),
    ("subprocess", "_fork_exec", (3, 11), None),
    ("runpy", "_run_module_as_main", (3, 8), None),
    ("atexit", "register", (3, 8), None),
    ("threading", "_shutdown", (3, 8), None),
    ("signal", "pthread_kill", (3, 8), None),
    ("signal", "raise_signal", (3, 8), None),
    ("signal", "pidfd_send_signal", (3, 9), None),
    ("sys", "monitoring.use_tool_id", (3, 12), None),
)
