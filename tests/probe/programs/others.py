"""Children that are no multiprocessing ones."""

import os
import subprocess
import sys

print(subprocess.run([sys.executable, "-c", "print('inner')"], stdout=subprocess.PIPE).stdout)
sleeper = subprocess.Popen(["sleep", "60"])
sleeper.terminate()
print(sleeper.wait(timeout=30))
try:
    subprocess.run(["sleep", "60"], timeout=0.01)
except subprocess.TimeoutExpired:
    print("too long")
print(subprocess.call(["true"]), subprocess.getoutput("echo shell"))
try:
    subprocess.Popen(["/nowhere/at/all"])
except FileNotFoundError as error:
    print(error)
print(os.system("true"))
print(os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], os.environ), 0)[1])
print(os.popen("echo popen").read())
