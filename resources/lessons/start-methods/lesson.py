"""Three ways to start a child: what each one costs, and what the child gets to know of main."""

import multiprocessing
import os
import time

FORK = True  #@param {type:"boolean"}
SPAWN = True  #@param {type:"boolean"}
FORKSERVER = True  #@param {type:"boolean"}
CHILDREN = 2  #@param {type:"slider", min:1, max:8, step:1}
CHILD_SECONDS = 0.6  #@param {type:"slider", min:0.1, max:5, step:0.1}
IMPORT_SECONDS = 0.2  #@param {type:"slider", min:0, max:3, step:0.1}

print(f"process {os.getpid()} reads this file; here its name is {__name__}", flush=True)
time.sleep(IMPORT_SECONDS)  # in place of large modules, which take as long to import
setting = "as in the file"


def work(called):
    """Say how long it took to get here, and what is known here."""
    name = multiprocessing.current_process().name
    late = round((time.time() - called) * 1000)
    print(f"{name}: {late} ms after start(); parent {os.getppid()}; setting is {setting!r}", flush=True)
    time.sleep(CHILD_SECONDS)


if __name__ == "__main__":
    setting = "as changed by main"
    for method, wanted in {"fork": FORK, "spawn": SPAWN, "forkserver": FORKSERVER}.items():
        if not wanted or method not in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
            continue
        context = multiprocessing.get_context(method)
        children = []
        for number in range(1, CHILDREN + 1):
            child = context.Process(target=work, name=f"{method}-{number}", args=(time.time(),))
            child.start()
            children.append(child)
        for child in children:
            child.join()
    print("main: this is my last line", flush=True)
