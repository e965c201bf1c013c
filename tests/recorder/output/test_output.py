"""What a program prints is kept with its writer, in the order in which it came out, and never holds the program up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.output.output_records import KEPT_PER_RUN_BYTES, KEPT_PER_WRITE_BYTES
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.records import Began, Called, Header, Output
from tests.recorder.conftest import DEADLINE_S, Records, finish

Recorded = Callable[..., Records]

TWO_STREAMS = """
    import multiprocessing, sys
    def child():
        print("child says", 1)
        print("child warns", file=sys.stderr)
    if __name__ == "__main__":
        print("terminal" if sys.stdout.isatty() else "no terminal", flush=True)
        process = multiprocessing.get_context("METHOD").Process(target=child, name="child")
        process.start()
        process.join()
        print("main warns", file=sys.stderr)
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("output", ["terminal", "pipe", "unbuffered"])
def test_attribution(record: Recorded, output: str, method: str) -> None:
    records = record(TWO_STREAMS.replace("METHOD", method), output=output)
    child = records.named("child")
    said = [(one.p, one.stream, one.text) for one in records.of(Output)]
    assert records.text(1) == ("no terminal" if output == "pipe" else "terminal") + "\nmain warns\n"
    assert records.text(child) in ("child says 1\nchild warns\n", "child warns\nchild says 1\n")
    assert {stream for _p, stream, _text in said} == {"stdout", "stderr"}
    if output == "terminal":
        assert said.count((child, "stdout", "child says 1\n")) == 1
    if output == "unbuffered":
        assert said.count((child, "stdout", "child says")) == 1
        assert said.count((child, "stdout", "\n")) == 1


def test_a_child_that_is_not_python_prints(record: Recorded) -> None:
    records = record(
        """
        import os, subprocess
        print("before")
        subprocess.run(["sh", "-c", "echo shell; echo error >&2"])
        print("after")
        """
    )
    assert records.text(every=True) == "before\nshell\nerror\nafter\n"
    assert records.text(1) == "before\nafter\n"
    assert [one.stream for one in records.of(Output) if one.p is None] == ["terminal"]


def test_a_pipe_names_every_writer(record: Recorded) -> None:
    records = record(
        """
        import subprocess
        subprocess.run(["sh", "-c", "echo shell; echo error >&2; sleep 0.1"])
        """,
        output="pipe",
    )
    assert {(one.p, one.stream, one.text) for one in records.of(Output)} == {
        (2, "stdout", "shell\n"),
        (2, "stderr", "error\n"),
    }


@pytest.mark.parametrize("output", ["terminal", "pipe"])
def test_bytes_that_are_no_text(record: Recorded, output: str) -> None:
    records = record(
        r"""
        import os, sys
        sys.stdout.buffer.write(b"\xff\xfe\x00"); sys.stdout.flush()
        print("中文")
        """,
        output=output,
    )
    kept = b"".join(one.data if one.data is not None else (one.text or "").encode() for one in records.of(Output))
    assert kept == b"\xff\xfe\x00" + "中文\n".encode()
    assert {one.p for one in records.of(Output)} == {1}


@pytest.mark.parametrize("output", ["terminal", "pipe"])
def test_twenty_megabytes_in_one_go(record: Recorded, output: str) -> None:
    records = record("print('x' * 20_000_000)", output=output)
    said = records.of(Output)
    assert sum(len(one.text or "") + one.bytes_left_out for one in said) == 20_000_001
    assert {one.p for one in said} == {1}
    if output == "terminal":
        assert len(said[0].text or "") == KEPT_PER_WRITE_BYTES
    assert records.end(1).exitcode == 0


def test_many_lines(record: Recorded) -> None:
    records = record("for number in range(30_000): print(number, 'and some words that fill the line')")
    lines = records.text(1).splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(30_000))
    assert records.text(None) == ""


def test_mixed_writers_keep_their_lines(record: Recorded) -> None:
    records = record(
        """
        import multiprocessing
        def talk(name):
            for number in range(200): print(name, number)
        if __name__ == "__main__":
            children = [multiprocessing.get_context("fork").Process(target=talk, args=(n,), name=n) for n in "abc"]
            for child in children: child.start()
            for child in children: child.join()
        """
    )
    for name in "abc":
        expected = "".join(f"{name} {number}\n" for number in range(200))
        assert records.text(records.named(name)) == expected
    assert records.text(None) == ""


def test_output_that_goes_elsewhere_is_not_the_programs(record: Recorded) -> None:
    records = record(
        """
        import subprocess, sys
        told = subprocess.run([sys.executable, "-c", "print('captured')"], capture_output=True, text=True).stdout
        print(told, end="")
        """
    )
    assert records.text(1) == "captured\n"
    assert records.text(every=True) == "captured\n"


def test_the_last_words_of_a_killed_process(record: Recorded) -> None:
    records = record(
        """
        import os, signal
        print("going", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert records.text(1) == "going\n"
    assert records.end(1).exitcode == -9


def test_passthrough_is_untouched(tmp_path: Path, job: Callable[..., object]) -> None:
    """As `procviz record` uses it: our stdin, stdout and stderr are the program's, byte for byte."""
    told = _record_in_a_process(
        r"""
        import sys
        line = sys.stdin.readline()
        sys.stdout.buffer.write(b"out \xff\r\n" + line.encode())
        sys.stdout.flush()
        sys.stderr.write("err\n")
        sys.exit(5)
        """,
        job,
    )
    assert told.stdout == b"out \xff\r\nhello\n"
    assert told.stderr == b"err\n"
    assert told.returncode == 5


def _record_in_a_process(text: str, job: Callable[..., object]) -> subprocess.CompletedProcess[bytes]:
    import msgspec

    code = """
        import msgspec, sys
        from procviz.recorder.client import RecorderClient
        from procviz.recorder.job import Job
        client = RecorderClient(msgspec.json.decode(sys.argv[1], type=Job))
        client.start()
        while not client.finished:
            for record in client.wait():
                last = record
        sys.exit(last.exitcode)
    """
    import textwrap

    described = msgspec.json.encode(job(text, passthrough=True)).decode()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), described],
        input=b"hello\n",
        capture_output=True,
        timeout=60,
        env=environment,
        check=False,
    )


def test_nobody_reads_what_is_passed_through(job: Callable[..., object], tmp_path: Path) -> None:
    """Like `procviz record ... | head -1`: the program learns that its output is closed."""
    import textwrap

    import msgspec

    described = msgspec.json.encode(job("while True: print('y')", passthrough=True)).decode()
    code = """
        import msgspec, sys
        from procviz.recorder.client import RecorderClient
        from procviz.recorder.job import Job
        client = RecorderClient(msgspec.json.decode(sys.argv[1], type=Job))
        client.start()
        while not client.finished: client.wait()
    """
    recording = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), described],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert recording.stdout is not None
    assert recording.stdout.readline() == b"y\n"
    recording.stdout.close()
    assert recording.wait(60) == 0


def test_environment_for_the_window(
    start: Callable[..., RecorderClient], record: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    text = "import os; print(os.environ.get('PYTHONUNBUFFERED'))"
    assert record(text, clean_environment=True).text(1) == "None\n"
    assert record(text).text(1).replace("\n", "") == "1"


def test_source_runs_as_if_it_stood_in_its_file(record: Recorded, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("WORD = 'found'\n")
    source = "import sys, beside\nprint(beside.WORD, sys.argv[1:])\n"
    records = record("print('what the file holds')", source=source, script=None, args=["a b"])
    assert records.text(1) == "found ['a b']\n"
    header = records[0]
    assert isinstance(header, Header)
    assert header.program.run_path != header.program.path
    assert "run-from-copy" in header.changed
    assert not Path(header.program.run_path or "").exists()
    assert not any(called.error for called in records.of(Called))


def test_unchanged_source_runs_in_place(record: Recorded) -> None:
    text = "print(__file__)"
    header = record(text, source=text, script=None)[0]
    assert isinstance(header, Header)
    assert header.program.run_path == header.program.path


def test_a_script_that_was_typed_by_a_relative_path_runs_in_place(record: Recorded, tmp_path: Path) -> None:
    header = record("pass", script="program.py")[0]
    assert isinstance(header, Header)
    assert header.program.run_path != header.program.path == str(tmp_path / "program.py")
    assert "run-from-copy" not in header.changed


def test_a_module(record: Recorded, tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text("import sys\nprint('tool', sys.argv[1:])\n")
    records = record("", script=None, module="tool", args=["x"])
    assert records.text(1) == "tool ['x']\n"


@pytest.mark.parametrize(("output", "megabytes"), [("terminal", 20), ("pipe", 100)])
def test_what_is_printed_fills_neither_memory_nor_disk(
    start: Callable[..., RecorderClient], tmp_path: Path, output: str, megabytes: int
) -> None:
    recording, done = tmp_path / "run.procviz", tmp_path / "done"
    client = start(
        f"""
        import sys, time
        for _ in range({megabytes}):
            sys.stdout.write(("x" * 99 + chr(10)) * 10_000)
        sys.stdout.flush()
        open({str(done)!r}, "w").close()
        time.sleep(60)
        """,
        output=output,
        recording=str(recording),
    )
    records, said = Records(), 0
    until = time.monotonic() + DEADLINE_S
    while not done.exists() or said < megabytes * 1_000_000:
        assert time.monotonic() < until, (done.exists(), said)
        new = client.wait(0.1)
        said += sum(len(one.text or "") + one.bytes_left_out for one in new if isinstance(one, Output))
        records += [one for one in new if not isinstance(one, Output)]
    recorder = records.of(Began)[0].ppid
    peak = next(line for line in Path(f"/proc/{recorder}/status").read_text().splitlines() if line.startswith("VmHWM"))
    client.act(1, "kill")
    finish(client, records)
    assert said == megabytes * 1_000_000
    assert int(peak.split()[1]) < 220_000, peak  # what may be held back in all its queues, and itself
    assert recording.stat().st_size < min(megabytes * 1_100_000, KEPT_PER_RUN_BYTES * 1.1)


UNENDED = """
    import multiprocessing, os, sys, time

    def is_ended(told):
        print("seen")
        print("half a", "line", end="")
        open(told, "w").close()
        time.sleep(60)

    def leaves(): sys.stdout.write("left behind"); os._exit(3)
    def shows(): print("shown", end="", flush=True); os._exit(0)
    def says_all(): print("all", "of", "it"); os._exit(0)
    def goes_on(): print("begun ", end=""); open(os.devnull).close(); print("ended"); os._exit(0)
    def comes_to_its_end(): print("at the end", end="")

    if __name__ == "__main__":
        context = multiprocessing.get_context("fork")
        ended = context.Process(target=is_ended, args=("told",), name="is_ended")
        ended.start()
        for target in (leaves, shows, says_all, goes_on, comes_to_its_end):
            child = context.Process(target=target, name=target.__name__)
            child.start()
            child.join()
        while not os.path.exists("told"): time.sleep(0.002)
        ended.terminate()
        ended.join()
"""


@pytest.mark.parametrize("output", ["terminal", "unbuffered"])
def test_a_line_without_an_end_is_lost_with_its_process(record: Recorded, witness: str, output: str) -> None:
    timeline = record(UNENDED, witness=witness, output=output).timeline()
    lost = [one for one in find(timeline) if one.kind is FindingKind.OUTPUT_LOST]
    said = {timeline.lives[one.processes[0]].name: (one.facts["text"], one.facts["certain"]) for one in lost}
    assert said == ({"is_ended": ("half a", 1), "leaves": ("left behind", 1)} if output == "terminal" else {})
    printed = "".join(one.text or "" for one in timeline.outputs)
    assert not timeline.notes or witness == "pidfd"
    assert "shown" in printed
    assert "at the end" in printed
    assert ("half a" in printed) is (output == "unbuffered")
