"""Main runs out of code first, and still it is the last one to leave."""

import multiprocessing
import time

CHILDREN = 3  #@param {type:"slider", min:1, max:12, step:1}
CHILD_SECONDS = 2.0  #@param {type:"slider", min:0.5, max:10, step:0.5}
LATER_SECONDS = 0.5  #@param {type:"slider", min:0, max:3, step:0.25}
MAIN_SECONDS = 1.0  #@param {type:"slider", min:0, max:10, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(seconds):
    """Sleep in short naps and say how far we are."""
    name = multiprocessing.current_process().name
    begin = time.monotonic()
    while (passed := time.monotonic() - begin) < seconds:
        print(f"{name}: {passed:.1f} s of {seconds} s", flush=True)
        time.sleep(min(0.5, seconds - passed))
    print(f"{name}: done", flush=True)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    for number in range(1, CHILDREN + 1):
        seconds = CHILD_SECONDS + LATER_SECONDS * (number - 1)  # each one works a little longer
        multiprocessing.Process(target=work, name=f"worker-{number}", args=(seconds,)).start()

    time.sleep(MAIN_SECONDS)
    print("main: this is my last line", flush=True)
    # No join() anywhere: what happens from here on, Python does by itself.
