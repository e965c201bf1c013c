"""`procviz record` as a user calls it: output untouched, the program's exit code, the facts kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from procviz.trace.file import read_recording
from procviz.trace.folding.fold import fold
from tests.cli.conftest import Run

Report = dict[str, Any]


def report_of(procviz: Run, recording: Path) -> Report:
    done = procviz("report", "--json", recording)
    assert done.returncode == 0, done.stderr
    report: Report = json.loads(done.stdout)
    return report


def record_lesson(procviz: Run, tmp_path: Path, lesson: str, *options: str) -> Report:
    done = procviz("record", f"lesson:{lesson}", "-o", "out.procviz", *options)
    assert done.returncode == 0, done.stderr
    return report_of(procviz, tmp_path / "out.procviz")


def _set(**values: object) -> list[str]:
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


def main_of(report: Report) -> Report:
    return next(one for one in report["processes"] if one["kind"] == "main")


def children_of(report: Report) -> list[Report]:
    return [one for one in report["processes"] if one["kind"] == "multiprocessing"]


@pytest.mark.parametrize("method", [*([] if sys.platform == "win32" else ["fork", "forkserver"]), "spawn"])
def test_exit_order_main_code_ends_first_then_children_then_main(procviz: Run, tmp_path: Path, method: str) -> None:
    report = record_lesson(
        procviz,
        tmp_path,
        "exit-order",
        *_set(CHILDREN=2, CHILD_SECONDS=1, LATER_SECONDS=0, MAIN_SECONDS=0, METHOD=method),
    )
    main, children = main_of(report), children_of(report)
    assert children
    assert {child["start_method"] for child in children} == {method}
    for child in children:
        assert main["code_ended_ns"] < child["ended_ns"] < main["ended_ns"]
    assert "implicit-wait" in {finding["kind"] for finding in report["findings"]}


def test_daemons_are_cut_off_by_main_before_main_ends(procviz: Run, tmp_path: Path) -> None:
    report = record_lesson(procviz, tmp_path, "daemon", *_set(STEPS=4, STEP_SECONDS=0.3, MAIN_SECONDS=0.3))
    main = main_of(report)
    daemons = [child for child in children_of(report) if child["daemon"]]
    assert daemons
    for daemon in daemons:
        assert (daemon["cause"], daemon["by"], daemon["exitcode"]) == ("daemon-cutoff", main["id"], -15)
        assert main["code_ended_ns"] <= daemon["ended_ns"] < main["ended_ns"]


def test_terminate_ends_one_and_kill_the_stubborn(procviz: Run, tmp_path: Path) -> None:
    report = record_lesson(procviz, tmp_path, "terminate", *_set(MAIN_SECONDS=0, PATIENCE=1))
    ends = {(child["cause"], child["signal"]) for child in children_of(report)}
    assert ("terminate", "SIGTERM") in ends
    assert ("kill", "SIGKILL") in ends


def test_set_changes_the_counts(procviz: Run, tmp_path: Path) -> None:
    report = record_lesson(procviz, tmp_path, "daemon", *_set(DAEMONS=4, WORKERS=3, STEPS=1, MAIN_SECONDS=0))
    assert sorted(child["daemon"] for child in children_of(report)) == [False] * 3 + [True] * 4


def test_the_promised_shape_is_complete(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("print('hello')")
    done = procviz("record", "-o", "plain.procviz", "plain.py", "an argument")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")
    report = report_of(procviz, tmp_path / "plain.procviz")
    assert report["format"] == 1
    assert report["program"] == {"argv": ["plain.py", "an argument"], "exitcode": 0}
    assert report["lost_events"] == 0
    assert set(report["clock"]) == {"monotonic_ns", "unix_ns"}
    (main,) = report["processes"]
    assert set(main) == {
        *("id", "pid", "ppid", "parent", "name", "kind", "start_method", "daemon", "started_ns", "code_ended_ns"),
        *("ended_ns", "reaped_ns", "exitcode", "signal", "cause", "by", "cpu_seconds", "max_rss_bytes"),
    }
    assert (main["id"], main["parent"], main["name"], main["cause"]) == (1, None, "MainProcess", "returned")
    assert 0 <= main["started_ns"] < main["code_ended_ns"] <= main["ended_ns"] <= main["reaped_ns"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise SystemExit(7)", 7),
        ("raise RuntimeError('on purpose')", 1),
        ("import os; os._exit(9)", 9),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143),
    ],
)
def test_it_ends_with_the_programs_exit_code(procviz: Run, tmp_path: Path, code: str, expected: int) -> None:
    (tmp_path / "ends.py").write_text(code)
    assert procviz("record", "-o", "ends.procviz", "ends.py").returncode == expected


def test_output_and_input_pass_through_untouched(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "talks.py").write_text(
        "import sys\n"
        "sys.stdout.buffer.write(b'\\xff\\x00raw\\r\\n')\n"
        "sys.stdout.flush()\n"
        "print('heard', input())\n"
        "print('to stderr', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "procviz", "record", "-o", "talks.procviz", "talks.py"],
        cwd=tmp_path,
        input=b"a word\n",
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == b"\xff\x00raw\r\nheard a word\n"
    assert done.stderr == b"to stderr\n"


def test_without_out_the_report_goes_to_stderr(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("print('hello')")
    done = procviz("record", "plain.py")
    assert done.stdout == "hello\n"
    assert "main" in done.stderr


def test_a_module_runs_as_with_python(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text("import sys; print(__name__, sys.argv[1:])")
    done = procviz("record", "-o", "module.procviz", "-m", "package", "-x", "1")
    assert done.stdout == "__main__ ['-x', '1']\n", done.stderr
    assert report_of(procviz, tmp_path / "module.procviz")["program"]["argv"] == ["-m", "package", "-x", "1"]


def test_time_out_ends_everything(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "sleeps.py").write_text("import time; time.sleep(600)")
    done = procviz("record", "-o", "sleeps.procviz", "--timeout", "0.5", "sleeps.py")
    assert done.returncode == 128 + signal.SIGKILL
    assert "time was up" in done.stderr


def test_ctrl_c_reaches_the_program_as_at_a_terminal(tmp_path: Path, procviz: Run) -> None:
    (tmp_path / "waits.py").write_text(
        "import time\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "procviz", "record", "-o", "waits.procviz", "waits.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGINT)
        assert running.stdout.read() == "interrupted\n"
    assert running.returncode == 0


def test_whom_ctrl_c_ended_says_so(tmp_path: Path, procviz: Run) -> None:
    (tmp_path / "family.py").write_text(
        "import subprocess, sys\n"
        "near = subprocess.Popen(['sleep', '60'])\n"
        "far = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    near.wait()\n"
        "except KeyboardInterrupt:\n"
        "    far.terminate()\n"
        "    far.wait()\n"
        "    raise\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "procviz", "record", "-o", "family.procviz", "family.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGINT)
    assert running.returncode == 128 + signal.SIGINT
    ends = [
        (life["signal"], life["cause"], life["by"])
        for life in report_of(procviz, tmp_path / "family.procviz")["processes"]
    ]
    assert ends == [("SIGINT", "signal", "user"), ("SIGINT", "signal", "user"), ("SIGTERM", "terminate", 1)]
    told = procviz("report", "family.procviz").stdout
    assert told.count("Ctrl-C (interrupt from the keyboard)") == 2
    assert told.count("Ctrl-C on the keyboard sent SIGINT") == 2


def test_record_draws_in_one_go(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("print('hello')")
    for ending, start in (
        (".png", b"\x89PNG"),
        (".svg", b"<?xml"),
        (".pdf", b"%PDF"),
        (".csv", b"id,"),
        (".json", b"{"),
    ):
        done = procviz("record", "-o", f"out{ending}", "plain.py")
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / f"out{ending}").read_bytes().startswith(start)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("out.csv", "out.json", "out.pdf", "out.png", "out.svg", "plain.py"),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
@pytest.mark.parametrize("witness", ["auto", "pidfd"])
def test_names_that_are_not_utf_8(procviz: Run, tmp_path: Path, witness: str) -> None:
    """Of the folder, the script, the recording, its argument and those of children, told or only looked at."""
    script, out = os.fsdecode(b"f\xff/p\xfe.py"), os.fsdecode(b"f\xff/o\xfd.procviz")
    (tmp_path / script).parent.mkdir()
    (tmp_path / script).write_text("""
import os, subprocess, sys
print(os.fsencode(sys.argv[1]), flush=True)
subprocess.run([b"/bin/sleep", b"0.1", b"\\xfc"], stderr=subprocess.DEVNULL)
os.waitpid(os.posix_spawn(b"/bin/sleep", [b"\\xfb", b"0.3"], {}), 0)
""")
    done = procviz("record", "--witness", witness, "-o", out, script, os.fsdecode(b"a\xfa"))
    assert (done.returncode, done.stdout) == (0, "b'a\\xfa'\n"), done.stderr
    report = report_of(procviz, tmp_path / out)
    assert report["program"]["argv"] == ["f\\xff/p\\xfe.py", "a\\xfa"]
    assert [one["exitcode"] for one in report["processes"]] == [0, 1, 0]
    _, told, looked_at = (life.cmdline for life in fold(read_recording(tmp_path / out)).lives.values())
    assert told == ["/bin/sleep", "0.1", "\\xfc"]
    assert looked_at == ["\\xfb", "0.3"]
