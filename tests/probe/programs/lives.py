"""Children that return, fail, exit, and are ended: awaited one after the other, so that the output has one order."""

import multiprocessing
import sys
import time


def returns(text):
    print("child", text)


def fails():
    raise ValueError("no good")


def exits(status=None):
    sys.exit(status)


def sleeps():
    time.sleep(60)


class Own(multiprocessing.Process):
    def run(self):
        print("own run of", self.name)


def main():
    multiprocessing.set_start_method(sys.argv[1])
    context = multiprocessing.get_context(sys.argv[1])
    for target, args in (
        (returns, ("a",)),
        (fails, ()),
        (exits, (3,)),
        (exits, (300,)),
        (exits, ("bye",)),
        (exits, ()),
    ):
        process = context.Process(target=target, args=args)
        process.start()
        process.join()
        print(process.name, process.exitcode, flush=True)
    process = context.Process(target=sleeps, name="ended", daemon=False)
    process.start()
    process.terminate()
    process.join(timeout=30)
    print(process.exitcode)
    process.close()
    own = Own(name="mine")
    own.start()
    own.join()
    context.Process(target=sleeps, name="cut-off", daemon=True).start()
    print("end of main")


if __name__ == "__main__":
    main()
