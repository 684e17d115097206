"""What is this message to the post room: a person's, a machine's, a duplicate? Pure; meaning is the desk's affair."""

from __future__ import annotations

from dataclasses import dataclass

from tieline.mail.models import Outcome


@dataclass(frozen=True)
class Verdict:
    """The post room's decision; no outcome means a person wrote it and the desk decides."""

    outcome: Outcome | None
    reason: str


HUMAN = Verdict(None, "")


def decide(*, machine: str, twin: str, is_own: bool, doubt: str = "") -> Verdict:
    """Judge a parsed message.

    `machine` says what kind of machine wrote it and by which sign ("" for a person), `twin` where the same message
    was taken before ("" if nowhere), `is_own` whether it is one of ours coming back in a loop, `doubt` why a person
    should look at it before anybody acts on it ("" for no reason).
    """
    if twin:
        return Verdict(Outcome.DUPLICATE, f"the same message as {twin}")
    if is_own and machine:
        return Verdict(Outcome.MACHINE, "our own message came back; a loop is not fed")
    if is_own:
        return Verdict(
            Outcome.QUARANTINE, "it bears our own Message-ID or loop mark: ours came back, or it pretends to"
        )
    if doubt:
        return Verdict(Outcome.QUARANTINE, doubt)
    if machine:
        return Verdict(Outcome.MACHINE, machine)
    return HUMAN
