"""Six lines, three processes. What will be printed, and in what order? Write your answer down, then run."""

import multiprocessing
import time

DAEMON_SECONDS = 1.0  #@param {type:"slider", min:0, max:3, step:0.01}
WORKER_SECONDS = 1.5  #@param {type:"slider", min:0, max:3, step:0.01}
MAIN_SECONDS = 1.0  #@param {type:"slider", min:0, max:3, step:0.01}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(name, seconds):
    """Say one thing, wait, say another."""
    print(f"{name}: one", flush=True)
    time.sleep(seconds)
    print(f"{name}: two", flush=True)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    worker = multiprocessing.Process(target=work, name="worker", args=("worker", WORKER_SECONDS))
    daemon = multiprocessing.Process(target=work, name="daemon", args=("daemon", DAEMON_SECONDS), daemon=True)
    worker.start()
    daemon.start()
    work("main", MAIN_SECONDS)
