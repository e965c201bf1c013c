"""Every way to write to the standard streams."""

import faulthandler
import io
import os
import sys

print("plain")
print("a", "b", 3, end="")
sys.stdout.flush()
print('\u4e2d\u6587 \U0001f600 \x01 "quoted" \\')
sys.stdout.flush()
sys.stdout.buffer.write(b"\xff\xfe bytes\n")
sys.stdout.flush()
print("x" * 20000)
print("y" * 5000, end="")
sys.stdout.flush()
print("before the fork", flush=True)
child = os.fork()
if child == 0:
    print("forked")
    sys.exit()
os.waitpid(child, 0)
sys.stderr.write("error text\n")
saved, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
os.dup2(null, 1)
print("into the void", flush=True)
os.dup2(saved, 1)
sys.stdout.reconfigure(line_buffering=True)
print("line buffered")
stdout = sys.stdout
sys.stdout = io.StringIO()
print("nowhere")
sys.stdout = stdout
own = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
print("own wrapper", file=own)
own.detach()
os.write(1, b"raw\n")
faulthandler.dump_traceback(all_threads=False)
print("never flushed by the program", end="")
