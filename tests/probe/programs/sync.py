"""Locks, queues and pools: held, waited for, full, lost; with the mistakes that can be made with them."""

import multiprocessing
import os
import signal
import sys
import time
import traceback


def hold(lock, taken):
    with lock:
        taken.set()
        time.sleep(60)


def wait(lock, done):
    done.put(lock.acquire(timeout=0.3))


def fill(queue, full):
    queue.put("x" * 1_000_000)
    full.set()


def task(number):
    if number == 1:
        os._exit(3)
    return number


def handler(*_):
    sys.exit(7)


def answers(ready):
    signal.signal(signal.SIGTERM, handler)
    ready.set()
    time.sleep(60)


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception:
        traceback.print_exc(file=sys.stdout)


def mistakes(context):
    lock, recursive, semaphore = context.Lock(), context.RLock(), context.Semaphore(2)
    attempt(lock.release)
    attempt(recursive.release)
    attempt(lock.acquire, "odd", "odd")
    attempt(lock.acquire, nonsense=1)
    attempt(lock.acquire, True, 0.001)
    attempt(lock.acquire, True, 0.05)
    attempt(lock.acquire, False)
    attempt(lock.release)
    print(recursive.acquire(), recursive.acquire(), recursive)
    recursive.release(), recursive.release()
    with lock, semaphore, recursive:
        print(lock, semaphore)
    print(lock, recursive, context.Condition(), context.Event(), context.Value("i"))
    print(type(lock), sorted(vars(lock)))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    mistakes(context)
    lock, taken, results, full = context.Lock(), context.Event(), context.SimpleQueue(), context.Queue()
    owner = context.Process(target=hold, args=(lock, taken), name="owner")
    owner.start()
    taken.wait()
    owner.kill()
    owner.join()
    waiter = context.Process(target=wait, args=(lock, results), name="waiter")
    waiter.start()
    waiter.join()
    print(results.get())
    ready = context.Event()
    answerer = context.Process(target=answers, args=(ready,), name="answerer")
    answerer.start()
    ready.wait()
    answerer.terminate()
    answerer.join()
    print(answerer.exitcode)
    put = context.Event()
    filler = context.Process(target=fill, args=(full, put), name="filler")
    filler.start()
    put.wait()
    filler.join(0.3)
    print(len(full.get()))
    filler.join()
    with context.Pool(2) as pool:
        result = pool.map_async(task, [0, 1, 2], 1)
        attempt(result.get, 0.5)
