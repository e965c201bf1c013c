"""Brings what the documents take from the code up to date: the tables of the format, and the picture of the rooms.

python docs/make.py [--check]     with `--check` nothing is written; ends with 1 where something is behind
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, get_args

import msgspec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from procviz.trace import records  # noqa: E402  # the checkout's own
from procviz.trace.export.json_report import PROCESS_FIELDS  # noqa: E402
from procviz.trace.findings.finding import FindingKind  # noqa: E402

PROJECT = HERE.parent / "pyproject.toml"
_FIELD = re.compile(r"^    (\w+): ([^=\n#]+?)(?: = [^#\n]+?)?(?:\s+#\s*(.*))?$", re.MULTILINE)
_EVERYWHERE = {
    "t": "when (ns, the recording machine's monotonic clock)",
    "p": "which process: counted from 1 within the recording",
    "w": "who saw it: `kernel`, `os`, `call` or `poll`",
    "pid": "its pid, which may come again",
    "precision_ns": "the truth lies within this before `t`; 0: exact; none: not known",
    "file": "where in the program it was called",
    "line": "where in the program it was called",
    "cmdline": "its command line",
    "signal": "number of the signal",
    "exitcode": "as multiprocessing says it: -15 after SIGTERM",
}
_WRITERS = {
    "header": "recorder",
    "began": "kernel events, pidfds, looking, the probe",
    "described": "the same",
    "executed": "kernel events",
    "step": "the probe",
    "call": "the probe",
    "called": "the probe",
    "act": "the recorder, for the user or a time limit",
    "halted": "looking",
    "ended": "kernel events, pidfds, the probe",
    "reaped": "the recorder, the probe",
    "adopted": "looking",
    "deed": "the probe",
    "output": "the recorder, which drains the streams",
    "s": "the sampler",
    "lost": "any witness",
    "note": "the recorder",
    "finished": "the recorder",
}


def record_tables() -> str:
    """A table for every kind of record."""
    kinds = list(get_args(records.AnyRecord))
    parts = [records.Interpreter, records.Platform, records.Program]
    return "\n".join([*map(_record_table, kinds), *map(_part_table, parts)])


def _record_table(kind: type[msgspec.Struct]) -> str:
    tag = str(kind.__struct_config__.tag)
    words = (inspect.getdoc(kind) or "").replace("\n\n", "\n")
    return f"#### `{tag}`\n\n{words}\n\nWritten by: {_WRITERS[tag]}.\n\n{_fields(kind)}"


def _part_table(kind: type[msgspec.Struct]) -> str:
    return f"#### {kind.__name__} (a field of `header`)\n\n{_fields(kind)}"


def _fields(kind: type[msgspec.Struct]) -> str:
    told = {match[1]: match for match in _FIELD.finditer(inspect.getsource(kind))}
    infos = {field.name: field for field in msgspec.structs.fields(kind)}
    lines = ["| field | type | |", "|---|---|---|"]
    for name in kind.__struct_fields__:
        match = told[name]
        words = [match[3] or _EVERYWHERE.get(name, ""), "" if infos[name].required else "may be left out"]
        kinds = " or ".join(part.strip() for part in match[2].split("|"))
        lines.append(f"| `{name}` | {kinds} | {'; '.join(filter(None, words))} |")
    return "\n".join(lines) + "\n"


def finding_list() -> str:
    """Every kind of finding, with its facts as the source names them."""
    text = inspect.getsource(FindingKind)
    names = re.findall(r'= \(?\s*"([a-z-]+)"', text)
    assert names == [kind.value for kind in FindingKind]
    return ", ".join(f"`{name}`" for name in names) + ".\n"


def process_fields() -> str:
    """The fields of a process in the report."""
    return ", ".join(f"`{name}`" for name in PROCESS_FIELDS) + ".\n"


def rooms_picture() -> str:
    """The layers of each import contract from the top down, as a Mermaid picture each: a box may import those below."""
    contracts = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layered = [contract for contract in contracts if contract["type"] == "layers"]
    return "\n".join(_picture(contract) for contract in layered)


def _picture(contract: dict[str, Any]) -> str:
    boxes = [" · ".join(name.strip().removeprefix("procviz.") for name in one.split("|")) for one in contract["layers"]]
    name = contract["id"].replace("-", "_")
    lines = [f'    {name}{number}["{box}"]' for number, box in enumerate(boxes)]
    lines += [f"    {name}{number} --> {name}{number + 1}" for number in range(len(boxes) - 1)]
    return "\n".join([f"{contract['name']}:", "", "```mermaid", "flowchart TD", *lines, "```", ""])


PARTS = {
    ("format.md", "records"): record_tables,
    ("format.md", "findings"): finding_list,
    ("format.md", "process fields"): process_fields,
    ("architecture.md", "rooms"): rooms_picture,
}


def brought_up_to_date(name: str, text: str) -> str:
    """The document with its generated parts made anew; they stand between two comments."""
    for (document, part), make in PARTS.items():
        if document == name:
            begin, end = f"<!-- {part}: made by docs/make.py -->\n", f"<!-- end of {part} -->\n"
            before, found, rest = text.partition(begin)
            assert found, f"{name} has no place for {part}"
            text = before + begin + "\n" + make() + "\n" + end + rest.partition(end)[2]
    return text


def main(arguments: list[str]) -> int:
    """Write, or with `--check` only compare."""
    behind = 0
    for name in sorted({document for document, _part in PARTS}):
        path = HERE / name
        old = path.read_text(encoding="utf-8")
        new = brought_up_to_date(name, old)
        behind += new != old
        if new != old and "--check" not in arguments:
            path.write_text(new, encoding="utf-8")
    return int(bool(behind) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
