"""A child that has ended stays a zombie until main asks how it ended. Here are five ways to ask."""

import multiprocessing
import time

CHILD_SECONDS = 0.4  #@param {type:"slider", min:0.1, max:5, step:0.1}
PAUSE = 0.6  #@param {type:"slider", min:0.1, max:5, step:0.1}
FORGOTTEN = 1  #@param {type:"slider", min:0, max:8, step:1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work():
    """Take a moment and end."""
    time.sleep(CHILD_SECONDS)
    print(f"{multiprocessing.current_process().name}: done", flush=True)


def start(name):
    """Start one child."""
    child = multiprocessing.Process(target=work, name=name)
    child.start()
    return child


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    joined = start("by-join")
    asked = start("by-is-alive")
    start("by-active-children")
    time.sleep(CHILD_SECONDS + PAUSE)  # main is busy, and meanwhile all three come to their end

    joined.join()
    print(f"main: join() for {joined.name}", flush=True)
    time.sleep(PAUSE)

    print(f"main: is {asked.name} alive? {asked.is_alive()}", flush=True)
    time.sleep(PAUSE)

    print(f"main: {len(multiprocessing.active_children())} children are at work", flush=True)  # it looks at all of them
    start("by-next-start")
    time.sleep(CHILD_SECONDS + PAUSE)

    for number in range(1, FORGOTTEN + 1):
        start(f"forgotten-{number}")  # start() first clears away what has ended
    time.sleep(CHILD_SECONDS + PAUSE)
    print("main: this is my last line", flush=True)
