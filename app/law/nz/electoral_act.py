"""Electoral Act 1993, what membership rests on. `enacted` is the day of the amending Act where it is known, else `since`."""

from datetime import date

from app.law.clauses import Clause, Clauses

FEE_INTERVAL_YEARS = Clauses(
    "the longest interval between membership fees",
    (Clause("Electoral Act 1993 s 3(1), “current financial member”", date(2002, 2, 28), date(2002, 2, 28), 3),),
)

MINIMUM_MEMBERS = Clauses(
    "the members a registered party needs",
    (Clause("Electoral Act 1993 ss 63, 66(1)(b)", date(1995, 12, 6), date(1995, 12, 6), 500),),
)

MINIMUM_FEE_CENTS = Clauses(
    "the smallest fee that counts",
    # The Act names no minimum; the Commission’s page says the fee “just has to be more than $0”.
    (Clause("Electoral Commission practice, “more than $0”", date(2002, 2, 28), date(2002, 2, 28), 1),),
)

ADULT_YEARS = Clauses(
    "the age of an elector",
    (Clause("Electoral Act 1993 ss 3(1) “adult”, 74(1)", date(1993, 8, 17), date(1993, 8, 17), 18),),
)

RECORDS_YEARS = Clauses(
    "how long records of members and money are kept",
    # s 226(2) lets a prosecution begin up to 3 years later; tax law asks for 7, and the longer one is kept.
    (
        Clause(
            "Electoral Act 1993 ss 207N, 210E, 226(2); Tax Administration Act 1994 s 22", date(2011, 1, 1), date(2011, 1, 1), 7
        ),
    ),
)

POLLING_DAYS = tuple(
    Clause("Electoral Act 1993 s 197(1)(g), (2A)", enacted, day, day)
    for enacted, day in (
        (date(2020, 8, 17), date(2020, 10, 17)),
        (date(2023, 1, 19), date(2023, 10, 14)),
        (date(2026, 1, 25), date(2026, 11, 7)),
    )
)
