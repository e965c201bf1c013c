"""The recorder's one loop: wait until a witness has something to say, then hear all of them.

The order inside a turn matters: what the probe told is read before the kernel is asked, and interpreted after, so that
whoever the probe speaks of is known. Finished only when no process of the run is left and everything was read.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from procviz.recorder.job import Command, Job, Signal, Stop
from procviz.recorder.link import Link
from procviz.recorder.output.attribution import NamedStream, SharedStream
from procviz.recorder.output.drain import Drain
from procviz.recorder.output.output_records import Keeper
from procviz.recorder.output.told_writes import claim_of
from procviz.recorder.probe_inbox.doorbell import Bell
from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from procviz.recorder.processes.births import Births
from procviz.recorder.processes.child_search import SOON_S, Seeker
from procviz.recorder.processes.exit_watch import ExitWatch
from procviz.recorder.processes.life_table import Life, Table
from procviz.recorder.processes.probe_records import Testimony, note_silence
from procviz.recorder.processes.user_actions import Acts
from procviz.recorder.session.pace import Pace
from procviz.recorder.store import Store
from procviz.recorder.system import Inbox
from procviz.recorder.system_calls.child_signal import ChildEnds
from procviz.recorder.system_calls.named_memory import Leftovers
from procviz.recorder.system_calls.proc_connector import KernelWitness
from procviz.trace.records import Finished, Lost

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

    from procviz.recorder.sampling.sampler import Sampler

_TAIL_NS = 20_000_000
_FRAME_NS = 33_000_000  # where the kernel tells of births and ends, the probe can wait until the window draws
_STOP_ROUND_S = 0.004
_IDLE_NS = 100_000_000  # everything is looked after once in this time, news or not
_SCAN_NS = 50_000_000
_SCAN_BESIDE_SEEKER_NS = 200_000_000
_SCAN_SHARE = 50  # one part in so many of a processor may be spent on it
_SHARE = 0.5  # of the budget, for all but sampling if somebody looks on...
_SHARE_UNSEEN = 0.2  # ...and if not; where that is spent...
_REST_NS = 250_000_000  # ...what the kernel has stamped may wait for so long if somebody looks on...
_REST_UNSEEN_NS = 1_000_000_000  # ...and for so long if not...
_LISTEN_NS = 50_000_000  # ...but is taken over meanwhile, for nobody's buffer holds everything...
_NEWCOMERS_NS = 50_000_000  # ...and who has lived for so long is sampled from then on
_MUCH_BYTES = 1 << 20
_BREATH = 8  # events of the probe between two looks at what cannot wait...
_LONG_BREATH = 64  # ...and where the kernel has stamped most of it
_LAST_OUTPUT_S = 0.3
_TURN_NS = 50_000_000  # what is left to read then has to wait until it was looked whether somebody wants an end
_LAST_WORDS_NS = 250_000_000  # what a run that was ended has left unread is read for so long
_NEVER_NS = 1 << 62
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


@dataclass(slots=True)
class Parts:
    """Everything that the loop turns."""

    job: Job
    link: Link
    store: Store
    table: Table
    births: Births
    acts: Acts
    watch: ExitWatch
    kernel: KernelWitness | None
    bell: Bell | None
    tail: Inbox
    drains: list[Drain]
    guard: int | None  # closes when the guard is gone
    tempdirs: str


class Loop:
    """Runs from the program's first line until nothing of it is left."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._acts = parts.acts
        self._acts.leftovers = Leftovers(os.path.dirname(parts.tempdirs))
        self._keeper = Keeper(parts.store)
        self._streams = [self._stream(drain) for drain in parts.drains]
        self._testimony = Testimony(
            parts.table, parts.births, parts.store, self._claim, parts.tempdirs
        )  # fmt: skip
        self._seeker: Seeker | None = None
        if parts.kernel is None and sys.platform == "linux":
            self._seeker = Seeker(parts.table, parts.births, parts.store)
            self._testimony.expect = self._seeker.expect
        self._sampler = self._make_sampler()
        self._rest_ns, share = (_REST_NS, _SHARE) if parts.job.follow else (_REST_UNSEEN_NS, _SHARE_UNSEEN)
        self._pace = Pace(parts.job.budget_percent / 100 * share, self._rest_ns)
        self._child_ends = ChildEnds() if sys.platform != "win32" else None
        self._selector = _selector(
            parts.link.fileno(), parts.watch.fileno(), parts.kernel, parts.bell, parts.guard, self._child_ends
        )  # fmt: skip
        self._execs = None if parts.kernel is None else KernelWitness.of_execs()
        self._urgent = _selector(parts.link.fileno(), parts.guard, self._child_ends, self._execs)
        timeout_s = parts.job.timeout_s
        self._timeout_ns = None if timeout_s is None else time.monotonic_ns() + int(timeout_s * 1e9)
        self._hear_ns = _TAIL_NS if parts.kernel is None else _FRAME_NS
        self._breath = _BREATH if parts.kernel is None else _LONG_BREATH
        self._called = False
        self._behind = False  # there was more to read than a turn may take
        self._heard_ns = 0  # all that the probe told until then has been read
        self._hurried = False  # the program is gone, and somebody does not want to wait for what it left to read
        self._sampled_ns = 0
        self._scan_ns = 0
        self._turned_ns = 0
        self._descendants = True

    def run(self) -> None:
        """Record until no process is left."""
        while self._descendants:
            if self._resting():
                continue
            ready = self._wait()
            if self._pressing():
                self._turn()
            elif ready:
                self._glance()
        self._drain()
        table, now = self._parts.table, time.monotonic_ns()
        self._parts.store.write(Finished(t=now, exitcode=table.main.exitcode, ended_by=self._acts.ended_by))
        self._parts.store.close()

    def _resting(self) -> bool:
        """Whether the budget is spent: then some of the time until it is not has passed.

        Only where the kernel keeps the time of what happens, and never while somebody waits for what we have.
        """
        parts, sampled = self._parts, self._sampled_ns
        busy = self._behind or self._acts.stopping or parts.link.wants_to_write or parts.births.waits_to_reap
        if parts.kernel is None or busy:
            return False
        self._sampled_ns = self._sampler.spent_ns
        longest_ns = _FRAME_NS if any(drain.has_news for drain in parts.drains) else self._rest_ns
        rest_ns = self._pace.rest_ns(self._sampled_ns - sampled)
        rest_ns = min(rest_ns, self._turned_ns + longest_ns - time.monotonic_ns())
        if rest_ns <= 0 or parts.tail.unread_bytes > _MUCH_BYTES:
            return False
        due_ns = min(self._sampler.due_ns, self._timeout_ns or self._sampler.due_ns)
        wait_s = max(0, min(rest_ns, _LISTEN_NS, due_ns - time.monotonic_ns())) / 1e9
        ready = [key.fileobj for key, _ in self._urgent.select(wait_s)]
        if any(end not in (self._execs, self._child_ends) for end in ready):
            return False
        if self._execs is not None and self._execs in ready:
            parts.births.keep_commands(self._execs.read())
        parts.births.listen()
        if self._child_ends is not None and self._child_ends in ready:
            self._reap()
        now = time.monotonic_ns()
        if now >= self._sampler.due_ns:
            oldest_ns = parts.births.oldest_unmet_ns()
            if oldest_ns is not None and now - oldest_ns >= _NEWCOMERS_NS:
                parts.births.take_kernel()
            self._sample()
        return self._timeout_ns is None or time.monotonic_ns() < self._timeout_ns

    def _wait(self) -> bool:
        """Wait for news, but not for long; whether some descriptor has any."""
        wait_s = 0.0 if self._behind else _STOP_ROUND_S if self._acts.stopping else self._hear_ns / 1e9
        if self._seeker is not None and (self._parts.table.silent or self._seeker.hurried):
            wait_s = SOON_S if self._seeker.hurried else min(wait_s, self._seeker.rest_s)
        until_sample_s = (self._sampler.due_ns - time.monotonic_ns()) / 1e9
        ready = [key.fileobj for key, _ in self._selector.select(max(0.0, min(wait_s, until_sample_s)))]
        if self._parts.guard in ready:
            self._selector.unregister(self._parts.guard)
            self._acts.stop("stop", "procviz", "procviz")
        if self._parts.kernel is not None and self._parts.kernel in ready and not self._parts.births.overhear():
            ready.remove(self._parts.kernel)
        self._called = any(end in ready for end in (self._parts.link.fileno(), self._parts.bell, self._parts.guard))
        return bool(ready)

    def _pressing(self) -> bool:
        """Whether it is time for a whole turn."""
        now = time.monotonic_ns()
        return (
            self._called
            or self._behind
            or now - self._turned_ns > _IDLE_NS
            or now >= self._sampler.due_ns
            or self._acts.stopping
            or self._parts.watch.fileno() is None
            or (now - self._turned_ns >= self._hear_ns and self._parts.tail.grown)
            or any(drain.has_news for drain in self._parts.drains)
            or (self._seeker is not None and self._seeker.rest_s <= 0.0)
            or self._parts.store.due
        )

    def _glance(self) -> None:
        """Only what must not wait: who ended and was reaped, for that is stamped when it is seen."""
        self._parts.births.take_exits()
        self._parts.births.take_kernel()
        self._reap()

    def _reap(self) -> None:
        """Whoever has no parent but us would be a zombie of our making for as long as we let it wait."""
        if self._child_ends is not None:
            self._child_ends.clear()
        self._descendants = self._parts.births.reap_own()

    def _turn(self) -> None:
        parts = self._parts
        self._turned_ns = time.monotonic_ns()
        heard = self._hear(self._turned_ns + _TURN_NS)
        self._reap()
        parts.births.settle()
        settled = self._read_output(time.monotonic_ns() + _TURN_NS)
        self._behind = not (heard and settled)
        self._obey()
        self._look()
        self._acts.round()
        parts.store.flush()

    def _hear(self, until_ns: int) -> bool:
        """All witnesses, once; False when the time was over before all was read that the probe has told."""
        parts = self._parts
        parts.births.take_exits()
        if parts.bell is not None:
            for ring in parts.bell.read():
                if ring.pidfd is not None:
                    self._hold(ring.pid, ring.pidfd)
        while True:
            asked_ns = time.monotonic_ns()
            events = parts.tail.read() if asked_ns < until_ns else None
            if not events:
                break
            parts.births.take_kernel()
            for index, event in enumerate(events):
                if index % self._breath == 0:
                    parts.births.listen()
                self._testimony.hear(event)
        parts.births.take_kernel()
        if events is not None:
            self._heard_ns = asked_ns
        return events is not None

    def _hold(self, pid: int, pidfd: int) -> None:
        """Keep the descriptor that came with a ring, until the ringer's own event tells who it is."""
        held, life = self._testimony.held, self._parts.table.last(pid)
        if life is not None and life.pidfd is None and life.exitcode is None:
            life.pidfd = pidfd  # its event was read before its ring, and it was gone already
            self._parts.watch.add(life)
        elif self._parts.table.alive(pid) is not None:
            os.close(pidfd)
        else:
            if pid in held:
                os.close(held[pid])
            held[pid] = pidfd

    def _read_output(self, until_ns: int, *, everything: bool = False) -> bool:
        """Whether all of it was given out that could be."""
        settled = True
        for drain, stream in zip(self._parts.drains, self._streams, strict=True):
            for chunk in drain.take():
                stream.take(chunk)
            settled &= stream.settle(self._heard_ns, until_ns, everything=everything)
        return settled

    def _claim(self, event: ProbeEvent, life: Life) -> None:
        self._streams[0 if event.fd == 1 else -1].claim(claim_of(event, life))

    def _obey(self) -> None:
        for line in self._parts.link.read_lines():
            with contextlib.suppress(msgspec.DecodeError):
                command = _commands.decode(line)
                if isinstance(command, Stop):
                    self._acts.stop("stop", command.sender, command.sender)
                elif isinstance(command, Signal):
                    self._acts.signal(command.p, command.act, "user")
        if self._parts.link.closed:
            self._acts.stop("stop", "procviz", "procviz")
            descriptor = self._parts.link.fileno()
            if descriptor in self._selector.get_map():
                self._selector.unregister(descriptor)
        if self._timeout_ns is not None and time.monotonic_ns() > self._timeout_ns:
            self._acts.stop("timeout", "procviz", "timeout")

    def _look(self) -> None:
        """What has to be looked at from time to time."""
        if self._seeker is not None:
            self._seeker.look()
        now = time.monotonic_ns()
        if self._parts.kernel is None and now >= self._scan_ns:
            self._parts.births.look_again()
            self._parts.births.scan()
            pause_ns = _SCAN_NS if self._seeker is None else _SCAN_BESIDE_SEEKER_NS
            self._scan_ns = now + max(pause_ns, _SCAN_SHARE * (time.monotonic_ns() - now))
        if now >= self._sampler.due_ns:
            self._sample()

    def _sample(self) -> None:
        self._keeper.flush()
        self._sampler.tick(self._parts.table.living, self._parts.births.listen)

    def _drain(self) -> None:
        """Everybody is gone: read what they left."""
        self._acts.leftovers.remove()
        until = time.monotonic() + _LAST_OUTPUT_S
        for drain in self._parts.drains:
            drain.join(max(0.0, until - time.monotonic()))
        whole = self._catch_up()
        self._parts.births.take_exits()
        if self._seeker is not None:
            self._seeker.note_the_ended(time.monotonic_ns())
        self._parts.births.conclude()
        if not whole:
            self._parts.store.write(Lost(t=time.monotonic_ns(), what="probe"))
        self._read_output(_NEVER_NS, everything=True)
        self._keeper.flush()
        self._parts.tail.close()
        note_silence(self._parts.store, self._testimony.heard_main or not self._parts.job.probe)

    def _catch_up(self) -> bool:
        """Read what is left; False when that would have taken longer than whoever wants an end has to wait."""
        begin_ns = time.monotonic_ns()
        self._hurried = self._acts.stopping
        while True:
            now = time.monotonic_ns()
            heard = self._hear(now + _TURN_NS)
            if self._read_output(now + 2 * _TURN_NS) and heard:
                return True
            self._parts.store.flush()
            self._hurried = self._hurried or self._wants_end()
            if self._hurried and time.monotonic_ns() - begin_ns > _LAST_WORDS_NS:
                return False

    def _wants_end(self) -> bool:
        """Whether somebody has said so, or the time is over, now that there is nothing left to end."""
        lines = self._parts.link.read_lines()
        late = self._timeout_ns is not None and time.monotonic_ns() > self._timeout_ns
        return late or self._parts.link.closed or any(b'"stop"' in line.lower() for line in lines)

    def _stream(self, drain: Drain) -> SharedStream | NamedStream:
        if drain.stream.credentials:
            return NamedStream(drain.stream.name, self._keeper, self._parts.table)
        return SharedStream(drain.stream.name, self._keeper, claimed=self._parts.job.probe)

    def _make_sampler(self) -> Sampler:
        from procviz.recorder.sampling.sampler import Sampler  # the program runs by now

        return Sampler(self._parts.store, self._parts.job.interval_ns, self._parts.job.budget_percent)


def _selector(*ends: FileDescriptorLike | None) -> selectors.BaseSelector:
    selector = selectors.DefaultSelector()
    for end in ends:
        if end is not None:
            selector.register(end, selectors.EVENT_READ)
    return selector
