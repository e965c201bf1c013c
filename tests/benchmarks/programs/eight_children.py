"""Eight children that work a little, print a little and sleep the rest, for as long as somebody looks."""

import multiprocessing
import time

SECONDS = 12.0


def work(number: int) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        sum(range(20_000))
        print(f"child {number} did a step", flush=True)
        time.sleep(0.25)


if __name__ == "__main__":
    for number in range(8):
        multiprocessing.Process(target=work, args=(number,)).start()
