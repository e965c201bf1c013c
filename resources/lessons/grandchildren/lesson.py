"""terminate() reaches one process. What about the children of that one?"""

import multiprocessing
import time

GRANDCHILDREN = 2  #@param {type:"slider", min:1, max:6, step:1}
WORK_SECONDS = 3.5  #@param {type:"slider", min:1, max:15, step:0.5}
MAIN_SECONDS = 0.8  #@param {type:"slider", min:0, max:5, step:0.1}
TIMEOUT = 1.5  #@param {type:"slider", min:0, max:10, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work():
    """What the grandchildren do."""
    time.sleep(WORK_SECONDS)
    print(f"{multiprocessing.current_process().name}: done", flush=True)


def lead(letter, ready, stop):
    """Start children, and end them when told to stop."""
    name = multiprocessing.current_process().name
    children = [multiprocessing.Process(target=work, name=f"child-{letter}{n + 1}") for n in range(GRANDCHILDREN)]
    try:
        for child in children:
            child.start()
    except AssertionError as error:
        print(f"{name}: AssertionError: {error}", flush=True)
        return
    ready.set()
    stop.wait()
    for child in children:
        child.terminate()
        child.join()
    print(f"{name}: my children have ended, and so do I", flush=True)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    # A: the boss is terminated, and has no chance to end its children.
    ready, stop = multiprocessing.Event(), multiprocessing.Event()
    boss = multiprocessing.Process(target=lead, name="boss-A", args=("A", ready, stop))
    boss.start()
    ready.wait(10)
    time.sleep(MAIN_SECONDS)
    boss.terminate()
    begin = time.monotonic()
    boss.join(TIMEOUT)
    print(f"main: join() took {time.monotonic() - begin:.1f} s, exit code {boss.exitcode}", flush=True)

    # B: the boss is told to stop, and ends its children first.
    ready, stop = multiprocessing.Event(), multiprocessing.Event()
    boss = multiprocessing.Process(target=lead, name="boss-B", args=("B", ready, stop))
    boss.start()
    ready.wait(10)
    time.sleep(MAIN_SECONDS)
    stop.set()
    boss.join()

    # C: the boss is a daemon, and a daemon may have no children.
    boss = multiprocessing.Process(target=lead, name="boss-C", args=("C", ready, stop), daemon=True)
    boss.start()
    boss.join()
