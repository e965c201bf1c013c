"""Processes that live for no time at all: forks that leave at once, and shells that do the same."""

import os
import subprocess

for code in range(60):
    child = os.fork()
    if child == 0:
        os._exit(code)
    if code % 3 == 0:
        os.waitpid(child, 0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
for _ in range(5):
    subprocess.run("true | false | true", shell=True)
