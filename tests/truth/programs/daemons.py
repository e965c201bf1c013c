"""Four daemons that want a minute, cut off when main's code ends; a fifth child that main waits for."""

import multiprocessing
import time

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    for number in range(4):
        context.Process(target=time.sleep, args=(60,), daemon=True, name=f"daemon-{number}").start()
    context.Process(target=time.sleep, args=(0.3,), name="awaited").start()
    time.sleep(0.2)
