"""Nine ways to end, and the number that each of them leaves behind."""

import faulthandler
import multiprocessing
import os
import sys
import time

CODE = 300  #@param {type:"slider", min:0, max:600, step:1}
SECONDS = 0.3  #@param {type:"slider", min:0.1, max:3, step:0.1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def leave(way):
    """End this process in the way that is asked for."""
    time.sleep(SECONDS)
    if way == "exception":
        raise ValueError("this child fails on purpose")
    if way == "sys-exit":
        sys.exit(CODE)
    if way == "sys-exit-text":
        sys.exit("this child leaves with a text")
    if way == "sys-exit-none":
        sys.exit()
    if way == "os-exit":
        os._exit(CODE)
    if way == "segfault":
        faulthandler._sigsegv()  # reads where nothing may be read, as a faulty C module does
    if way in ("terminate", "kill"):
        time.sleep(60)  # main will not let it sleep that long


WAYS = ["return", "exception", "sys-exit-none", "sys-exit", "sys-exit-text", "os-exit", "segfault", "terminate", "kill"]

if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    for way in WAYS:
        child = multiprocessing.Process(target=leave, name=way, args=(way,))
        child.start()
        if way == "terminate":
            time.sleep(SECONDS)
            child.terminate()
        if way == "kill":
            time.sleep(SECONDS)
            child.kill()
        child.join()
        print(f"main: {way} gives exit code {child.exitcode}", flush=True)
