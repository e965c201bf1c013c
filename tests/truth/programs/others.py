"""Children that are not multiprocessing's: shells, pipelines, odd Pythons, raw forks, posix_spawn, system."""

import os
import subprocess
import sys

subprocess.run(["sh", "-c", "sleep 0.3; exit 5"])
subprocess.run("sleep 0.3 | sleep 0.2 | (sleep 0.25; exit 3)", shell=True)
subprocess.run([sys.executable, "-I", "-c", "import os; os._exit(6)"])
subprocess.run([sys.executable, "-c", "raise SystemExit(8)"], env={})
subprocess.run([sys.executable, "-c", "raise SystemExit(9)"])
with subprocess.Popen(["sleep", "60"]) as sleeper:
    sleeper.terminate()
os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "sleep 0.2; exit 10"], os.environ), 0)
assert os.waitstatus_to_exitcode(os.system("sleep 0.2; exit 11")) == 11
child = os.fork()
if child == 0:
    os._exit(12)
os.waitpid(child, 0)
sys.exit(13)
