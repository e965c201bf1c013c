"""Several processes print to one place: when do their lines mix, when do they come late, and when are they lost?"""

import multiprocessing
import re
import sys
import time

WAYS = "compare all"  #@param ["compare all", "as Python decides"]
WRITERS = 3  #@param {type:"slider", min:1, max:8, step:1}
STEPS = 4  #@param {type:"slider", min:1, max:12, step:1}
STEP_SECONDS = 0.3  #@param {type:"slider", min:0.1, max:2, step:0.1}
LINES = 4  #@param {type:"slider", min:1, max:60, step:1}
CUT_OFF = True  #@param {type:"boolean"}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def say(way, line):
    """Print a line as print() does it on a terminal, into a pipe, or without buffering."""
    if way == "terminal":
        print(line, flush=True)  # one system call for the whole line
    elif way == "unbuffered":
        for piece in (*re.split("( )", line), "\n"):  # one for each word, each space and the line end
            print(piece, end="", flush=True)
    else:
        print(line)


def write(way, all_up):
    """Print some lines at every step; all the writers take their steps at the same moments."""
    name = multiprocessing.current_process().name
    if way == "pipe":
        sys.stdout.reconfigure(line_buffering=False)  # no system call before the buffer is full or the process ends
    all_up.wait()
    for step in range(1, STEPS + 1):
        time.sleep(STEP_SECONDS - time.monotonic() % STEP_SECONDS)  # they all read the same clock
        for number in range(1, LINES + 1):
            say(way, f"{name} step {step} line {number}")


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    for way in ("terminal", "pipe", "unbuffered") if WAYS == "compare all" else ("python",):
        print(f"main: now the {way} writers", flush=True)
        all_up = multiprocessing.Barrier(WRITERS + 1)
        writers = []
        for number in range(1, WRITERS + 1):
            writers.append(multiprocessing.Process(target=write, name=f"{way}-{number}", args=(way, all_up)))
            writers[-1].start()
        all_up.wait()
        if CUT_OFF:
            time.sleep(STEP_SECONDS - time.monotonic() % STEP_SECONDS)  # now they take their first step
            time.sleep(STEP_SECONDS * max(STEPS // 2 - 0.5, 0))
            writers[-1].terminate()
        for writer in reversed(writers):
            writer.join()
