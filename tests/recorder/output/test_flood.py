"""A program that prints without end holds back neither whoever wants it to end nor what is known of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.output.told_writes import checksum
from procviz.trace.records import Act, Finished, Note, Output, Samples
from tests.recorder.conftest import Records, finish, until_said

CROWD = """
    import os, sys, time
    for _ in range(400):
        if not os.fork():
            while True:
                print("a word", os.getpid(), "and another one")
    print("all are there")
    time.sleep(600)
"""
LINES = 20_000
TWO = f"""
    import multiprocessing
    def talk(name):
        for number in range({LINES}): print(name, number)
    if __name__ == "__main__":
        children = [multiprocessing.get_context("fork").Process(target=talk, args=(name,), name=name) for name in "ab"]
        for child in children: child.start()
        for child in children: child.join()
        print("last words")
"""
MUCH_LATER_NS = 10_000_000_000  # what is held back by all that there is to read takes minutes


def test_a_time_limit_is_kept_whatever_is_printed(
    record: Callable[..., Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    records = record(CROWD, timeout_s=2.0)
    (act,) = records.of(Act)
    (finished,) = records.of(Finished)
    assert (act.act, finished.ended_by) == ("timeout", "timeout")
    assert act.t - records.of(Samples)[0].t < MUCH_LATER_NS
    assert finished.t - act.t < MUCH_LATER_NS


def test_a_stop_is_heard_whatever_is_printed(
    start: Callable[..., RecorderClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    client = start(CROWD)
    records = until_said(client, "a word", 400)
    asked_ns = records[-1].t if not hasattr(records[-1], "monotonic_ns") else 0
    client.stop()
    records = finish(client, records)
    (finished,) = records.of(Finished)
    assert finished.ended_by == "user"
    assert finished.t - asked_ns < MUCH_LATER_NS


def test_two_that_print_very_often_keep_their_lines(record: Callable[..., Records]) -> None:
    records = record(TWO)
    for name in "ab":
        assert records.text(records.named(name)) == "".join(f"{name} {number}\n" for number in range(LINES))
    assert records.text(None) == ""
    assert [note.note for note in records.of(Note)].count("output-by-chunk") == 1


def test_two_writes_that_are_nearly_alike_are_told_apart_by_their_checksums() -> None:
    """Of two processes that print very often, millions of pairs are compared: 16 bits were too few."""
    assert checksum(b"b 14917") & 0xFFFF == checksum(b"a 7286\n") & 0xFFFF
    assert checksum(b"b 14917") != checksum(b"a 7286\n")


def test_a_line_after_very_many_is_told_by_itself(record: Callable[..., Records]) -> None:
    records = record(
        """
        import sys, time
        for number in range(5_000): print("many", number)
        time.sleep(0.3)
        print("then one")
        sys.stdout.write("unended")
        time.sleep(0.1)
        print()
        """
    )
    assert "then one\n" in [one.text for one in records.of(Output)]
    assert records.text(1) == records.text(every=True)


def test_what_was_killed_amid_very_many_lines_has_said_them(record: Callable[..., Records]) -> None:
    records = record(
        """
        import os, signal
        for number in range(5_000): print("many", number)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert records.text(1) == "".join(f"many {number}\n" for number in range(5_000))


def test_a_fork_amid_very_many_lines_tells_its_own(record: Callable[..., Records]) -> None:
    records = record(
        """
        import os
        for number in range(5_000):
            print("many", number)
            if number in (2_000, 4_000) and not os.fork():
                for number in range(3): print("child", number)
                os._exit(0)
        while True:
            try: os.wait()
            except ChildProcessError: break
        """
    )
    assert records.text(1) == "".join(f"many {number}\n" for number in range(5_000))
    for p in (2, 3):
        assert records.text(p) == "child 0\nchild 1\nchild 2\n"


def test_equal_words_of_several_are_given_in_the_order_in_which_they_were_told(record: Callable[..., Records]) -> None:
    records = record(
        """
        import multiprocessing
        def talk(name, all_up):
            all_up.wait()
            for number in range(30):
                for piece in (name, " ", "says", " ", str(number), "\\n"): print(piece, end="", flush=True)
        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            all_up = context.Barrier(3)
            writers = [context.Process(target=talk, args=(name, all_up), name=name) for name in "abc"]
            for writer in writers: writer.start()
            for writer in writers: writer.join()
        """
    )
    for name in "abc":
        assert records.text(records.named(name)) == "".join(f"{name} says {number}\n" for number in range(30))
    assert records.text(None) == ""
