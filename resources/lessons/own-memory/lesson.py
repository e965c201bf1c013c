"""Every process has a list of its own, even where all of them call it by the same name."""

import multiprocessing
import time

STEPS = 5  #@param {type:"slider", min:1, max:12, step:1}
STEP_SECONDS = 0.5  #@param {type:"slider", min:0.1, max:2, step:0.1}
MEGABYTES = 60  #@param {type:"slider", min:0, max:500, step:10}
SEND_BACK = True  #@param {type:"boolean"}

shopping = ["bread"]  # this line runs in main, and once more in each child that is started by spawn or forkserver
luggage = []


def shop(box):
    """Add to the list, step by step; at the end put it into the box, if there is one."""
    name = multiprocessing.current_process().name
    print(f"{name}: at my first line the list is {shopping}", flush=True)
    for step in range(1, STEPS + 1):
        time.sleep(STEP_SECONDS)
        shopping.append(f"{name} {step}")
        luggage.append("m" * 2_000_000)  # something to see in the memory plot
    print(f"{name}: at my last line the list has {len(shopping)} entries", flush=True)
    if box is not None:
        box.put(shopping)


if __name__ == "__main__":
    shopping.append("milk")  # added by main, before it starts anybody
    luggage.append("m" * (MEGABYTES * 1_000_000))

    children = []
    for method in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        context = multiprocessing.get_context(method)
        box = context.Queue() if SEND_BACK else None
        child = context.Process(target=shop, name=f"{method}-child", args=(box,))
        child.start()
        children.append((child, box))
    shopping.append("eggs")  # added by main, after it has started everybody

    for child, box in children:
        if box is not None:
            print(f"main: {child.name} has sent a copy back: {box.get()}", flush=True)
        child.join()
    print(f"main: my own list is still {shopping}", flush=True)
