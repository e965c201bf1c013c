"""Everything that is hard to end or leaves something behind. Run without procviz it only waits, for it is a bystander.

Its argument is part of the name of all that it makes in shared memory. Should nobody end it, it ends itself in time.
"""

import multiprocessing
import multiprocessing.shared_memory
import os
import signal
import subprocess
import sys
import time

LIFE_S = 60


def stubborn():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(LIFE_S)


def stopped():
    if os.fork() == 0:
        time.sleep(LIFE_S)
        os.kill(os.getppid(), signal.SIGKILL)
        os._exit(0)
    os.kill(os.getpid(), signal.SIGSTOP)


def far_away():
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.closerange(0, 1000)
    stubborn()


def hydra():
    """A new head in a session of its own every few milliseconds."""
    until = time.monotonic() + LIFE_S / 2
    while time.monotonic() < until:
        if os.fork():
            os._exit(0)
        os.setsid()
        time.sleep(0.005)


def keeps(tag, number, lock, *_others):
    memory = multiprocessing.shared_memory.SharedMemory(f"{tag}-{number}-{os.getpid()}", create=True, size=4096)
    with lock:
        memory.buf[0] = 1
    stubborn()


def main(tag):
    multiprocessing.current_process()._config["semprefix"] = f"/mp-{tag}"
    spawn, server, fork = (multiprocessing.get_context(method) for method in ("spawn", "forkserver", "fork"))
    first = spawn.Lock()
    if "PROCVIZ_RUN" not in os.environ:
        print(first._semlock.name, multiprocessing.util.get_temp_dir(), flush=True)
        time.sleep(20 * LIFE_S)
    memory = multiprocessing.shared_memory.SharedMemory(f"{tag}-main", create=True, size=4096)
    for target in (stubborn, stopped, far_away, hydra):
        fork.Process(target=target).start()
    subprocess.Popen(["sh", "-c", f"trap '' TERM HUP INT; sleep {LIFE_S} & wait; sleep {LIFE_S}"])
    subprocess.Popen(f"nohup sleep {LIFE_S} | cat", shell=True, start_new_session=True, stdout=subprocess.DEVNULL)
    for number, context in enumerate((spawn, server, fork)):
        context.Process(target=keeps, args=(tag, number, context.RLock(), context.Queue(), context.Event())).start()
    pool = fork.Pool(2)
    pool.apply_async(time.sleep, (LIFE_S,))
    manager = spawn.Manager()
    manager.dict()
    raw = fork.Value("d", 1.0), fork.Array("i", 1000)
    time.sleep(LIFE_S)
    return memory, raw


if __name__ == "__main__":
    main(sys.argv[1])
