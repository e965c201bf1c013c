"""A child cannot end while its data wait in the queue: get() first, then join()."""

import multiprocessing
import time

KILOBYTES = 200  #@param {type:"slider", min:1, max:1000, step:1}
WORK_SECONDS = 0.5  #@param {type:"slider", min:0, max:5, step:0.1}
TIMEOUT = 2.5  #@param {type:"slider", min:0, max:10, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(queue):
    """Put one large result into the queue."""
    time.sleep(WORK_SECONDS)
    queue.put("x" * (KILOBYTES * 1024))
    print(f"{multiprocessing.current_process().name}: my code has ended", flush=True)


def start(name):
    """Start a child; gives it and the queue that it fills."""
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=work, name=name, args=(queue,))
    child.start()
    return child, queue


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    # The trap: join() before get(). Without the timeout, main would wait here for ever.
    child, queue = start("join-first")
    child.join(TIMEOUT)
    print(f"main: after join({TIMEOUT}), the exit code of {child.name} is {child.exitcode}", flush=True)
    print(f"main: got {len(queue.get())} letters", flush=True)  # now the child can end
    child.join()
    print(f"main: now, the exit code of {child.name} is {child.exitcode}", flush=True)

    # The cure: get() before join().
    child, queue = start("get-first")
    print(f"main: got {len(queue.get())} letters", flush=True)
    child.join()
    print(f"main: the exit code of {child.name} is {child.exitcode}", flush=True)
