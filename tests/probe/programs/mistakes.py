"""Mistakes whose tracebacks go through the watched functions; which one is an argument."""

import atexit
import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import time


def nothing():
    pass


def fails():
    raise KeyError("deep")


def sleeps():
    time.sleep(60)


def main(context, which):  # noqa: C901
    process = context.Process(target=fails if which == "executor" else nothing)
    if which == "start-twice":
        process.start()
        process.join()
        process.start()
    elif which == "join-first":
        process.join()
    elif which == "join-odd":
        process.start()
        process.join("long")
    elif which == "lambda":
        context.Process(target=lambda: None).start()
    elif which == "no-program":
        subprocess.run(["/nowhere/at/all"], check=True)
    elif which == "check":
        subprocess.run([sys.executable, "-c", "raise SystemExit(9)"], check=True)
    elif which == "register":
        atexit.register(7)
    elif which == "exit-odd":
        sys.exit(1, 2)
    elif which == "no-such-process":
        os.kill(2**22 + 5, signal.SIGTERM)
    elif which == "executor":
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
            print(executor.submit(fails).exception())
    elif which == "interrupt":
        child = context.Process(target=sleeps, daemon=True)
        child.start()
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        child.join()


if __name__ == "__main__":
    main(multiprocessing.get_context(sys.argv[1]), sys.argv[2])
