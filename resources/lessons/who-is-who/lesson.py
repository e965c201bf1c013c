"""Who am I, who is my parent, and who started me? Three questions, and not always two answers."""

import multiprocessing
import os
import time

METHODS = "all"  #@param ["all", "fork", "spawn", "forkserver"]
CHILDREN = 2  #@param {type:"slider", min:1, max:6, step:1}
GRANDCHILDREN = 1  #@param {type:"slider", min:0, max:3, step:1}
SECONDS = 0.8  #@param {type:"slider", min:0.2, max:5, step:0.2}


def introduce(method, grandchildren):
    """Say who I am, who my parent is and who called start(), then start children of my own."""
    name = multiprocessing.current_process().name
    starter = multiprocessing.parent_process()
    parent = "the one who started me" if os.getppid() == starter.pid else f"not {starter.pid}, who started me"
    print(f"{name}: my pid is {os.getpid()}, my parent is {os.getppid()}, {parent}", flush=True)
    start_and_join(method, f"{name}-child", grandchildren, 0)


def start_and_join(method, name, count, grandchildren):
    """Start some processes by one start method, tell their pids, and wait for them."""
    context = multiprocessing.get_context(method)
    processes = []
    for number in range(1, count + 1):
        arguments = (method, grandchildren)
        processes.append(context.Process(target=introduce, name=f"{name}-{number}", args=arguments))
        processes[-1].start()
    time.sleep(SECONDS)
    for process in processes:
        process.join()


if __name__ == "__main__":
    print(f"main: my pid is {os.getpid()}, my parent is {os.getppid()}", flush=True)
    for method in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        if METHODS in ("all", method):
            start_and_join(method, method, CHILDREN, GRANDCHILDREN)
