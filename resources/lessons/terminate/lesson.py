"""terminate() asks in a way that most children cannot refuse; kill() does not ask at all."""

import multiprocessing
import signal
import time

OBEDIENT = 1  #@param {type:"slider", min:0, max:8, step:1}
STUBBORN = 1  #@param {type:"slider", min:0, max:8, step:1}
SECONDS = 10.0  #@param {type:"slider", min:1, max:20, step:1}
MAIN_SECONDS = 1.5  #@param {type:"slider", min:0, max:5, step:0.5}
PATIENCE = 1.5  #@param {type:"slider", min:0.1, max:5, step:0.1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(ready, stubborn):
    """Work for SECONDS, unless somebody ends this process before."""
    name = multiprocessing.current_process().name
    if stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.release()  # tell main that this child is up
    try:
        print(f"{name}: at work", flush=True)
        time.sleep(SECONDS)
        print(f"{name}: done", flush=True)
    finally:
        print(f"{name}: tidied up", flush=True)  # will you ever see this line?


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    ready = multiprocessing.Semaphore(0)
    children = []
    for number in range(1, OBEDIENT + 1):
        children.append(multiprocessing.Process(target=work, name=f"obedient-{number}", args=(ready, False)))
    for number in range(1, STUBBORN + 1):
        children.append(multiprocessing.Process(target=work, name=f"stubborn-{number}", args=(ready, True)))
    for child in children:
        child.start()
    for child in children:
        ready.acquire(timeout=10)

    time.sleep(MAIN_SECONDS)
    for child in children:
        print(f"main: terminate() for {child.name}", flush=True)
        child.terminate()
        child.join(PATIENCE)
        if child.is_alive():
            print(f"main: {child.name} ignores SIGTERM, so kill()", flush=True)
            child.kill()
            child.join()
        print(f"main: {child.name} has ended with exit code {child.exitcode}", flush=True)
