"""Whoever is terminated with a lock in hand takes the lock along: nobody will ever get it."""

import multiprocessing
import time

HOLD_SECONDS = 5.0  #@param {type:"slider", min:0, max:15, step:0.5}
MAIN_SECONDS = 0.8  #@param {type:"slider", min:0, max:5, step:0.1}
PATIENCE = 2.0  #@param {type:"slider", min:0, max:10, step:0.5}
WAITERS = 2  #@param {type:"slider", min:1, max:6, step:1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def own(lock, ready, stop):
    """Hold the lock for a while, or until told to stop."""
    name = multiprocessing.current_process().name
    with lock:
        print(f"{name}: I have the lock", flush=True)
        ready.set()
        stop.wait(HOLD_SECONDS)
    print(f"{name}: I gave the lock back", flush=True)


def wait(lock):
    """Wait for the lock, but not for ever."""
    name = multiprocessing.current_process().name
    if lock.acquire(timeout=PATIENCE):
        print(f"{name}: I have the lock", flush=True)
        time.sleep(0.4)
        lock.release()
    else:
        print(f"{name}: no lock after {PATIENCE} s, I give up", flush=True)


def play(letter, ask):
    """One owner, some who wait, and main, which ends the owner in one way or the other."""
    lock, ready, stop = multiprocessing.Lock(), multiprocessing.Event(), multiprocessing.Event()
    owner = multiprocessing.Process(target=own, name=f"owner-{letter}", args=(lock, ready, stop))
    owner.start()
    ready.wait(10)
    children = [owner]
    for number in range(1, WAITERS + 1):
        children.append(multiprocessing.Process(target=wait, name=f"waiter-{letter}{number}", args=(lock,)))
        children[-1].start()
    time.sleep(MAIN_SECONDS)
    if ask:
        stop.set()
    else:
        owner.terminate()
    for child in children:
        child.join()


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)
    play("A", ask=False)
    play("B", ask=True)
