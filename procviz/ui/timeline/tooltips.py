"""Everything known of what is under the pointer, as a small table; of each moment also who saw it and how exactly.

What is not known says so. Knows timelines and words, no widgets; the text is Qt's rich text.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import PurePath

from procviz.chart.palette import Palette
from procviz.chart.series import Counter, CounterStore
from procviz.trace.records import Witness
from procviz.trace.signal_names import TERMINATE_PROCESS
from procviz.trace.timeline import Edge, Flow, FlowKind, Instant, InstantKind, Life, Place, Slice, State, Timeline
from procviz.wording import _
from procviz.wording.foreign_text import shown
from procviz.wording.quantities import close_up, duration_text
from procviz.wording.states import (
    cause_text,
    exit_text,
    kind_text,
    precision_text,
    process_name,
    state_text,
    who_text,
    witness_text,
)

LONGEST_COMMAND = 90
LONGEST_MESSAGE = 160

Line = tuple[str, str]  # what, and its value


@dataclass(frozen=True, slots=True)
class Sample:
    """A process's curves at a moment."""

    upid: int
    ts_ns: float


class Teller:
    """Tells what a timeline knows; made for one moment of looking."""

    def __init__(self, timeline: Timeline, store: CounterStore, now_ns: int, palette: Palette) -> None:
        self._timeline = timeline
        self._store = store
        self._now_ns = now_ns
        self._palette = palette

    # the things

    def life(self, upid: int) -> str:
        """A process as a whole."""
        life = self._timeline.lives.get(upid)
        if life is None:
            return ""
        lines = [
            (_("Kind"), kind_text(life.kind)),
            (_("Parent"), self._name(life.parent, life.ppid)),
            *self._made_how(life),
            (_("Started"), self._edge(life.started)),
            (_("Own code began"), self._coming(life, life.target_began)),
            (_("Own code ended"), self._coming(life, life.code_ended or life.target_ended)),
            *self._ending(life),
            *self._usage(life),
        ]
        return self._table(self._title(life), lines)

    def slice(self, piece: Slice, ts_ns: float | None) -> str:
        """A stretch of a life, and the process's load at the moment that is pointed at."""
        life = self._timeline.lives.get(piece.process)
        if life is None:
            return ""
        end_ns = self._now_ns if piece.end is None else piece.end.ts_ns
        lines = [
            (_("Doing"), state_text(piece.state)),
            (_("For"), duration_text(end_ns - piece.begin.ts_ns)),
            (_("From"), self._edge(piece.begin)),
            (_("Until"), self._until(piece)),
        ]
        if piece.awaited is not None:
            lines.append((_("Waits for"), self._name(piece.awaited, None)))
        if piece.timeout_s is not None:
            lines.append((_("At most"), _("{seconds} s").format(seconds=f"{piece.timeout_s:g}")))
        lines += self._place_lines(_("Called at"), piece.place)
        if ts_ns is not None:
            lines += self._load(life.id, ts_ns) + (
                self._off_cpu(life.id, ts_ns) if piece.state is State.RUNNING else []
            )
        return self._table(self._title(life), lines)

    def instant(self, instant: Instant) -> str:
        """A mark: code ended, a signal, a call, a print, an exec."""
        life = self._timeline.lives.get(instant.process)
        if life is None:
            return ""
        lines: list[Line] = [(_("What"), self._instant_text(instant)), (_("When"), self._edge(instant.edge))]
        if instant.kind is InstantKind.SIGNAL:
            lines.append((_("Sent by"), self._sender(instant)))
        elif instant.other is not None:
            lines.append((_("About"), self._name(instant.other, None)))
        lines += self._place_lines(_("Called at"), instant.place)
        return self._table(self._title(life), lines)

    def flow(self, flow: Flow) -> str:
        """An arrow from one process to another."""
        source, target = self._name(flow.source, None), self._name(flow.target, None)
        titles = {
            FlowKind.START: _("{source} started {target}"),
            FlowKind.SIGNAL: (
                _("{source} ended {target} ({signal})")
                if flow.label == TERMINATE_PROCESS
                else _("{source} sent {signal} to {target}")
            ),
            FlowKind.WAIT: _("{source} waited for {target}"),
        }
        title = titles[flow.kind].format(
            source=source, target=target, signal=escape(shown(flow.label)) or _("a signal")
        )
        lines = [
            (_("Left at"), self._moment(flow.source_ns)),
            (_("Arrived at"), self._moment(flow.target_ns)),
            (_("Between"), duration_text(flow.target_ns - flow.source_ns)),
        ]
        return self._table(f"<b>{close_up(title)}</b>", lines)

    def end(self, upid: int) -> str:
        """How a process ended."""
        life = self._timeline.lives.get(upid)
        return "" if life is None else self._table(self._title(life), [*self._ending(life), *self._usage(life)])

    def sample(self, sample: Sample) -> str:
        """A process's CPU and memory at a moment."""
        life = self._timeline.lives.get(sample.upid)
        if life is None:
            return ""
        return self._table(
            self._title(life), [(_("At"), self._moment(sample.ts_ns)), *self._load(life.id, sample.ts_ns)]
        )

    # their parts

    def _made_how(self, life: Life) -> list[Line]:
        daemon = {True: _("yes"), False: _("no"), None: self._unknown()}[life.daemon]
        lines = [(_("Start method"), escape(shown(life.start_method)) if life.start_method else self._unknown())]
        lines.append((_("Daemon"), daemon))
        if life.target:
            lines.append((_("Runs"), escape(shown(life.target))))
        if life.cmdline:
            lines.append((_("Command"), escape(shown(" ".join(life.cmdline), LONGEST_COMMAND))))
        return lines + self._place_lines(_("start() called at"), life.started_at)

    def _ending(self, life: Life) -> list[Line]:
        if life.ended is None:
            return [(_("Ended"), self._open_end())]
        lines = [
            (_("Ended"), self._edge(life.ended)),
            (_("Because"), escape(cause_text(life, self._timeline))),
            (_("Exit code"), self._exit_code(life)),
        ]
        if life.failure is not None:
            told = shown(f"{life.failure.type}: {life.failure.message}", LONGEST_MESSAGE)
            lines.append((_("Exception"), escape(told)))
        lines += self._place_lines(_("Caused at"), life.cause_place)
        lines.append((_("Reaped"), self._reaped(life)))
        return lines

    def _reaped(self, life: Life) -> str:
        if life.reaped is None:
            return _("not yet: a zombie") if self._live else self._unknown()
        edge = self._edge(life.reaped)
        if life.reaped_by is None:
            return edge
        return _("{when}, by {who}").format(when=edge, who=self._name(life.reaped_by, None))

    def _exit_code(self, life: Life) -> str:
        if life.exitcode is None:
            return self._unknown()
        code = escape(exit_text(life.exitcode, life.signal))
        if life.exitcode_witness is None:
            return code
        seen = _("known by {witness}").format(witness=witness_text(life.exitcode_witness))
        return f"{code}<br>{self._muted(seen)}"

    def _usage(self, life: Life) -> list[Line]:
        lines: list[Line] = []
        if life.cpu_seconds is not None:
            lines.append((_("CPU time"), _("{seconds} s").format(seconds=f"{life.cpu_seconds:.2f}")))
        if life.max_rss_bytes is not None:
            lines.append((_("Peak memory"), _("{megabytes} MB").format(megabytes=f"{life.max_rss_bytes / 1e6:.1f}")))
        return lines

    def _load(self, upid: int, ts_ns: float) -> list[Line]:
        cpu = self._store.value_at(upid, Counter.CPU, ts_ns)
        rss = self._store.value_at(upid, Counter.RSS, ts_ns)
        lines: list[Line] = []
        if cpu is not None:
            lines.append((_("CPU"), _("{percent} % of one core").format(percent=f"{cpu:.0f}")))
        if rss is not None:
            lines.append((_("Memory"), _("{megabytes} MB").format(megabytes=f"{rss:.1f}")))
        return lines

    def _off_cpu(self, upid: int, ts_ns: float) -> list[Line]:
        found = self._store.off_cpu(upid).at(ts_ns)
        if found is None:
            return []
        begin, end = self._moment(found.begin_ns), self._moment(found.end_ns)
        seen = _("known by {witness}; up to {duration} longer at either end").format(
            witness=witness_text(Witness.POLL), duration=duration_text(found.precision_ns)
        )
        told = _("from {begin} to {end}").format(begin=begin, end=end)
        return [(_("Off the CPU"), f"{told}<br>{self._muted(seen)}")]

    def _coming(self, life: Life, edge: Edge | None) -> str:
        """A point of a life that may still come; a process without a probe in it never tells."""
        waits = edge is None and life.ended is None and life.instrumented
        return self._open_end() if waits else self._edge(edge)

    def _until(self, piece: Slice) -> str:
        return self._open_end() if piece.end is None else self._edge(piece.end)

    def _open_end(self) -> str:
        return _("not yet") if self._live else self._muted(_("unknown: the recording stopped before"))

    def _instant_text(self, instant: Instant) -> str:
        name = escape(shown(instant.name, LONGEST_MESSAGE))
        return {
            InstantKind.CODE_ENDED: _("its own code ended"),
            InstantKind.SIGNAL: (
                _("it was ended by another process")
                if instant.name == TERMINATE_PROCESS
                else _("{signal} was sent to it").format(signal=name or _("a signal"))
            ),
            InstantKind.CALL: _("it called {name}()").format(name=name),
            InstantKind.PRINT: _("it printed: {text}").format(text=name),
            InstantKind.EXECUTED: _("it became another program (exec)"),
        }[instant.kind]

    def _sender(self, instant: Instant) -> str:
        if instant.other is not None:
            return self._name(instant.other, None)
        return self._unknown() if instant.sender is None else escape(who_text(instant.sender))

    def _place_lines(self, what: str, place: Place | None) -> list[Line]:
        if place is None:
            return []
        told = _("{file}, line {line}").format(file=escape(shown(PurePath(place.file).name)), line=place.line)
        return [(what, told)]

    # words

    @property
    def _live(self) -> bool:
        return not (self._timeline.finished or self._timeline.torn)

    def _title(self, life: Life) -> str:
        return f"<b>{escape(process_name(life))}</b>&nbsp; {self._muted(str(life.pid))}"

    def _name(self, upid: int | None, pid: int | None) -> str:
        life = self._timeline.lives.get(upid) if upid is not None else None
        if life is not None:
            return _("{name} ({pid})").format(name=escape(process_name(life)), pid=life.pid)
        return self._unknown() if pid is None else _("outside of the run ({pid})").format(pid=pid)

    def _edge(self, edge: Edge | None) -> str:
        if edge is None:
            return self._unknown()
        seen = _("known by {witness}, {precision}").format(
            witness=witness_text(edge.witness), precision=precision_text(edge.precision_ns)
        )
        return f"{self._moment(edge.ts_ns)}<br>{self._muted(seen)}"

    def _moment(self, ts_ns: float) -> str:
        return _("{seconds} s").format(seconds=f"{(ts_ns - self._timeline.begin_ns) / 1e9:.4f}")

    def _unknown(self) -> str:
        return self._muted(_("unknown"))

    def _muted(self, text: str) -> str:
        return f'<span style="color:{self._palette.muted}">{text}</span>'

    def _table(self, title: str, lines: list[Line]) -> str:
        rows = "".join(
            f'<tr><td style="color:{self._palette.muted}; padding-right:12px">{what}</td><td>{value}</td></tr>'
            for what, value in lines
        )
        return f'{title}<table cellspacing="0" cellpadding="1">{rows}</table>'
