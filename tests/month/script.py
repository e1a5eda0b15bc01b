"""The month as a script: what happens on the day before each night, and what a reader of it expects of that night.

The nights are those that begin on the first to the thirtieth of a March with a change of the clocks on the 27th. The
returns of the year before are due on the 16th.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.month.documents import COUNTY, MEASURES, TOWNS

FIRST, LAST = date(2005, 3, 1), date(2005, 3, 30)
OLD, NEW = "2003", "2004"
A, B = TOWNS


@dataclass(frozen=True)
class Sent:
    """A return that is laid into the inbox: area -> figures in the order of the table's measures.

    `misspelt`: with a header that nobody knows. `folder`: where in the inbox, so that two of one name fit.
    """

    table: str
    year: str
    prepared: str
    rows: dict[str, tuple[int, ...]]
    unit: str = COUNTY
    misspelt: bool = False
    folder: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_{self.unit}_{self.year}_{self.prepared}.csv"

    def file(self) -> bytes:
        head = ["area_code", *MEASURES[self.table]]
        if self.misspelt:
            head[-1] += "_x"
        lines = [head, *([area, *map(str, figures)] for area, figures in self.rows.items())]
        return "".join(",".join(line) + "\n" for line in lines).encode()


@dataclass(frozen=True)
class Act:
    """Something that a person does at noon: publish, publish and be stopped, publish and acknowledge what changed,
    correct by a document, take note of a finding (ack), decide of a submission. words: of what.
    """

    what: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Night:
    """A night: what came and was done on the day before, and what is expected.

    ends: how the run ends. mail: subject of the mail that comes to the statistics office; '' for none. hook: what is
    posted to the engineer. letters: (office, subject). sent: what lies in the inbox by the evening. writing: a return
    that somebody still writes. by_day: what the sensor of arrivals takes in at noon. at_noon: subject of the mail that
    the sensors' tick of noon brings (None: there is no such tick).
    """

    ends: str = "unchanged"
    mail: str = ""
    sent: tuple[Sent, ...] = ()
    acts: tuple[Act, ...] = ()
    at_noon: str | None = None
    by_day: tuple[Sent, ...] = ()
    writing: Sent | None = None
    mail_is_down: bool = False
    hook: str = ""
    letters: tuple[tuple[str, str], ...] = ()


def crime(year: str, prepared: str, recorded: int, cleared: int) -> Sent:
    return Sent("crime", year, prepared, {COUNTY: (recorded, cleared), A: (80, 40), B: (70, 30)})


def caseload(year: str, prepared: str, accepted: int, **more: object) -> Sent:
    return Sent("caseload", year, prepared, {COUNTY: (accepted, accepted - 10)}, **more)


def mediation(year: str, prepared: str, town: str, settled: int) -> Sent:
    return Sent("mediation", year, prepared, {town: (50, settled)}, unit=town)


def petitions(year: str, prepared: str, received: int) -> Sent:
    return Sent("petitions", year, prepared, {COUNTY: (received,)})


FIRST_CRIME = crime(NEW, "2005-01-20", 200, 150)
OLD_YEAR = (
    crime(OLD, "2004-01-20", 180, 140), caseload(OLD, "2004-01-21", 100), petitions(OLD, "2004-01-22", 30),
    mediation(OLD, "2004-01-23", A, 40), mediation(OLD, "2004-01-23", B, 35),
)  # fmt: skip
SOON, OVERDUE = "Yearbook: 1 is due soon", "Yearbook: 1 of your returns is late"
LATE_TOWN = mediation(NEW, "2005-03-25", B, 44)

NIGHTS = (
    Night("released", sent=OLD_YEAR),  # 1
    Night(),
    Night("released", sent=(FIRST_CRIME,)),
    Night("released", "Yearbook: 1 new error", (caseload(NEW, "2005-02-01", 120, misspelt=True),), hook="1 new error",
          letters=(("courts", f"Not accepted: caseload_{COUNTY}_{NEW}_2005-02-01.csv"),)),
    Night(),  # 5: told once
    Night("released", "Yearbook: 1 recovered", (caseload(NEW, "2005-02-02", 120),), hook="1 recovered"),
    Night("released", sent=(FIRST_CRIME,)),  # the same file again: a new line of the register, no other figure
    Night("released", sent=(crime(NEW, "2005-03-06", 201, 150),)),
    Night(),
    Night("released", "Yearbook: 1 new warning", (mediation(NEW, "2005-03-08", A, 5),),  # 10: below LEAST
          by_day=(petitions(OLD, "2005-03-08", 31),), at_noon=""),
    Night(letters=(("justice", SOON), ("petitions", SOON))),
    Night("released", "Yearbook: 1 recovered", (mediation(NEW, "2005-03-10", A, 40),)),
    Night("released", "Yearbook: 1 reopened warning", (mediation(NEW, "2005-03-11", A, 6),)),
    Night("released", acts=(Act("correct", ("caseload", "accepted", OLD, "100", "101", "2005-03-13")),)),
    Night("released", "Yearbook: 1 recovered", (mediation(NEW, "2005-03-13", A, 41),),  # 15
          acts=(Act("publish"),)),
    Night(acts=(Act("stopped"),), at_noon="Yearbook: 1 new warning"),  # a final figure is another, nobody says why
    Night("released", "Yearbook: 2 new warnings", acts=(Act("acknowledge"),), at_noon="Yearbook: 1 recovered",
          letters=(("justice", OVERDUE), ("petitions", OVERDUE))),
    Night("released", sent=tuple(caseload(NEW, "2005-03-10", count, folder=f"of_{count}") for count in (118, 119)),
          acts=(Act("ack", (f"returns__arrived:{B}:{NEW}:justice", "2005-03-25")),), mail_is_down=True),
    Night("blocked", sent=(crime(NEW, "2005-03-17", 202, 110),), mail_is_down=True, hook="2 new errors"),
    Night("released", sent=(crime(NEW, "2005-03-18", 202, 155),), mail_is_down=True, hook="2 recovered"),  # 20
    Night(mail="Yearbook: 2 new errors, 1 new warning, 2 recovered"),
    Night("released", "Yearbook: 1 recovered", acts=(Act("decide", ("118",)),)),
    Night(),
    Night(mail="Yearbook: 1 reminder", letters=(("petitions", OVERDUE),)),  # a week after they were told as late
    Night("released", "Yearbook: 1 recovered", (petitions(NEW, "2005-03-23", 33),)),  # 25
    Night(mail="Yearbook: 1 reminder", writing=LATE_TOWN,  # the acknowledgement has ended
          letters=(("justice", OVERDUE),)),
    Night("released", "Yearbook: 1 recovered", (LATE_TOWN,)),
    Night("killed", "Yearbook: 1 new error", (petitions(NEW, "2005-03-26", 34),), hook="1 new error"),
    Night("released", "Yearbook: 1 recovered", hook="1 recovered"),
    Night(),  # 30
)  # fmt: skip
