"""A program without the main guard, run as a program of its own: fork hides the mistake, spawn shows it."""

import multiprocessing
import pathlib
import subprocess
import sys
import tempfile

CHILDREN = 1  #@param {type:"slider", min:1, max:4, step:1}
SECONDS = 1.0  #@param {type:"slider", min:0.2, max:3, step:0.1}
METHOD = "spawn"  #@param ["spawn", "forkserver"]

PROGRAM = """
import multiprocessing, sys, time

method, children, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
print("  top of the file: here I am called", __name__, flush=True)

def work():
    print("  at work: here I am called", __name__, flush=True)
    time.sleep(seconds)

def begin():
    context = multiprocessing.get_context(method)
    workers = [context.Process(target=work, name=f"{method}-worker-{n + 1}") for n in range(children)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        print(f"  {worker.name} has ended with exit code {worker.exitcode}", flush=True)
"""
NO_GUARD = "begin()\n"
GUARD = """if __name__ == "__main__":
    begin()
"""


def run(folder, name, method, last_lines):
    """Write the program with these last lines into a file, run it, and tell how it went."""
    path = pathlib.Path(folder, f"{name}.py")
    path.write_text(PROGRAM + "\n" + last_lines)
    print(f"main: {name}.py by {method} ends with these lines:\n{last_lines.rstrip()}\n", flush=True)
    done = subprocess.run([sys.executable, str(path), method, str(CHILDREN), str(SECONDS)])
    print(f"main: {name}.py has ended with exit code {done.returncode}\n", flush=True)


if __name__ == "__main__":
    known = multiprocessing.get_all_start_methods()  # Windows has "spawn" only
    method = METHOD if METHOD in known else "spawn"
    with tempfile.TemporaryDirectory() as folder:
        if "fork" in known:
            run(folder, "fork-no-guard", "fork", NO_GUARD)
        run(folder, f"{method}-no-guard", method, NO_GUARD)
        run(folder, f"{method}-guard", method, GUARD)
