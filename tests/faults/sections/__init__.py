"""The sections of the suite: each attacks one promise.

A section is a module with

    PROMISE: str                                what is promised, one sentence
    ATTACK: str                                 how it is attacked, one sentence, no numbers
    def names(whole: bool) -> list[str]         its trials: all of them, or the few that the bounded suite has time for
    def trial(name: str, folder: Path) -> Outcome   does one, in an empty folder of its own

Trials do not depend on one another, so that they can run at once, in any order, and be taken up again after a stop.
What they share is made once by `small`. A name says all that a trial depends on: whoever gives it again sees the same.
"""
