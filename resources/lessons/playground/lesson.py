"""Every kind of child process at once. Turn a slider, run, and see what changes."""

import multiprocessing as mp
import signal
import time

PLAIN = 2  #@param {type:"slider", min:0, max:8, step:1}
JOINED = 1  #@param {type:"slider", min:0, max:8, step:1}
DAEMON = 1  #@param {type:"slider", min:0, max:8, step:1}
TERMINATED = 1  #@param {type:"slider", min:0, max:8, step:1}
KILLED = 1  #@param {type:"slider", min:0, max:8, step:1}
STUBBORN = 1  #@param {type:"slider", min:0, max:8, step:1}
CRASHING = 1  #@param {type:"slider", min:0, max:8, step:1}
SECONDS = 5.0  #@param {type:"slider", min:1, max:20, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(kind, seconds, numbers, ready, go):
    """Add numbers up and sleep, again and again, and keep more and more in memory."""
    if kind == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.release()  # tell main that this child is up
    go.acquire()  # and begin when all the others are, too
    end, memory = time.monotonic() + seconds, []
    while time.monotonic() < end:
        sum(range(numbers))
        memory.append("m" * (numbers // 5))
        time.sleep(0.05)
    if kind == "crashing":
        raise RuntimeError("this child crashes on purpose")
    print(f"{kind}: done", flush=True)


def start(kind, count, seconds, numbers):
    """Start some children of one kind; the kind is in their names."""
    children = []
    for n in range(1, count + 1):
        details = (kind, seconds, numbers // n, ready, go)
        children.append(mp.Process(target=work, name=f"{kind}-{n}", args=details, daemon=kind == "daemon"))
        children[-1].start()
    return children


if __name__ == "__main__":
    if METHOD in mp.get_all_start_methods():  # Windows has "spawn" only
        mp.set_start_method(METHOD)
    ready, go = mp.Semaphore(0), mp.Semaphore(0)
    start("plain", PLAIN, SECONDS, 2_000_000)
    joined = start("joined", JOINED, SECONDS * 0.6, 1_000_000)
    start("daemon", DAEMON, SECONDS, 200_000)
    terminated = start("terminated", TERMINATED, SECONDS, 600_000)
    killed = start("killed", KILLED, SECONDS, 400_000)
    stubborn = start("stubborn", STUBBORN, SECONDS, 300_000)
    start("crashing", CRASHING, SECONDS * 0.2, 100_000)
    for _ in mp.active_children():
        ready.acquire(timeout=10)  # wait until every child is up
    for _ in mp.active_children():
        go.release()  # now they all begin to work
    time.sleep(SECONDS * 0.3)
    for child in terminated + stubborn:
        child.terminate()
    time.sleep(SECONDS * 0.15)
    for child in killed + stubborn:
        child.kill()
    for child in joined:
        child.join()
    print("main: this is my last line", flush=True)
