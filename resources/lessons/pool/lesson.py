"""A worker dies at its task. A Pool does not tell; a ProcessPoolExecutor does, at once."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor

WORKERS = 2  #@param {type:"slider", min:1, max:8, step:1}
TASKS = 6  #@param {type:"slider", min:1, max:20, step:1}
TASK_SECONDS = 0.4  #@param {type:"slider", min:0.1, max:3, step:0.1}
DEADLY = 3  #@param {type:"slider", min:0, max:20, step:1}
PATIENCE = 2.0  #@param {type:"slider", min:0.5, max:10, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def task(number):
    """Square a number; the deadly one ends its worker, as the system does when memory runs out."""
    me = multiprocessing.current_process()
    print(f"{me.name}: task {number}, daemon is {me.daemon}", flush=True)
    time.sleep(TASK_SECONDS)
    if number == DEADLY:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has no SIGKILL
    return number * number


def use_pool(context):
    """Give all tasks to a Pool and ask for one result after the other."""
    with context.Pool(WORKERS) as pool:
        results = [pool.apply_async(task, (number,)) for number in range(1, TASKS + 1)]
        for number, result in enumerate(results, 1):
            try:
                print(f"Pool: task {number} gives {result.get(PATIENCE)}", flush=True)
            except multiprocessing.TimeoutError:
                print(f"Pool: task {number} has given nothing for {PATIENCE} s", flush=True)
            except Exception as error:  # what the task raised
                print(f"Pool: task {number} raises {type(error).__name__}", flush=True)


def use_executor(context):
    """The same with a ProcessPoolExecutor."""
    with ProcessPoolExecutor(WORKERS, mp_context=context) as executor:
        futures = [executor.submit(task, number) for number in range(1, TASKS + 1)]
        for number, future in enumerate(futures, 1):
            try:
                print(f"Executor: task {number} gives {future.result()}", flush=True)
            except Exception as error:  # BrokenProcessPool, or what the task raised
                print(f"Executor: task {number} raises {type(error).__name__}", flush=True)


if __name__ == "__main__":
    known = METHOD in multiprocessing.get_all_start_methods()  # Windows has "spawn" only
    context = multiprocessing.get_context(METHOD if known else None)
    use_pool(context)
    use_executor(context)
