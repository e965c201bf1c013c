"""What a child is to work with: args in order, kwargs by name, a name of its own, and a comma that counts."""

import multiprocessing
import time

DRINK = "tea"  #@param {type:"string"}
CUPS = 2  #@param {type:"slider", min:1, max:10, step:1}
CUP_SECONDS = 0.4  #@param {type:"slider", min:0.1, max:2, step:0.1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def brew(drink, cups=1):
    """Brew some cups, one after the other."""
    name = multiprocessing.current_process().name
    for cup in range(1, cups + 1):
        print(f"{name}: cup {cup} of {cups}, {drink}", flush=True)
        time.sleep(CUP_SECONDS)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    children = [
        multiprocessing.Process(target=brew, name="in-order", args=(DRINK, CUPS)),
        multiprocessing.Process(target=brew, name="by-name", kwargs={"cups": CUPS + 1, "drink": DRINK}),
        multiprocessing.Process(target=brew, name="both", args=(DRINK,), kwargs={"cups": CUPS + 2}),
        multiprocessing.Process(target=brew, args=(DRINK, CUPS + 3)),  # no name: Python finds one
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
        print(f"main: {child.name} has ended with exit code {child.exitcode}", flush=True)

    forgetful = multiprocessing.Process(target=brew, name="no-comma", args=(DRINK))  # parentheses alone: no tuple
    forgetful.start()  # looks well from here: the error comes in the child
    forgetful.join()
    print(f"main: {forgetful.name} has ended with exit code {forgetful.exitcode}", flush=True)

    try:
        multiprocessing.Process(target=brew, name="number", args=(CUPS))  # the same with a number
    except TypeError as error:
        print(f"main: args=({CUPS}) is refused at once: {error}", flush=True)
