"""The answers for people: what JSON says, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def words(found: dict[str, Any]) -> str:
    """What was found of all cases, a paragraph a day."""
    return "\n".join(line for case in found["cases"] for line in _case(case)) + "\n"


def _case(case: dict[str, Any]) -> Iterator[str]:
    yield f"# {case['name']} ({case['regime']})"
    for question in case["questions"]:
        clause = question["clause"]
        figure = (
            f"{clause['figure']} since {clause['since']}, enacted {clause['enacted']}  [{clause['cites']}]" if clause else "–"
        )
        yield f"{question['subject']}, on {question['on']}: {figure}"
        if "sentence" in question:
            yield f"  {question['sentence']}"
    for answer in case["answers"]:
        yield ""
        yield f"On {answer['on']}"
        yield from _verdicts(answer.get("donations", answer.get("gifts", [])))
        for loan in answer.get("loans", []):
            yield f"  loan {loan['id']}: {loan['verdict']}, {loan['unpaid']} unpaid. {loan.get('sentence', '')}".rstrip()
        for member in answer.get("memberships", []):
            yield f"  member {member['id']}: {member['current_financial']['sentence']}"
            yield f"    {member['counts_toward_500']['sentence']}  [{member['counts_toward_500']['cites']}]"
        if answer.get("memberships"):
            members = answer["members"]
            yield f"  {members['counting']} of {members['needed']} count  [{members['cites']}]"
        for duty in answer.get("duties", []):
            state = f"done {duty['done_on']}" if duty["done_on"] else "open"
            due = f"due {duty['due_on']}" if duty["due_on"] else "no day stated"
            plan = f", plan for {duty['plan_for']}" if duty["plan_for"] not in (None, duty["due_on"]) else ""
            late = ", LATE" if duty["late"] else ""
            yield f"  {duty['kind']} ({', '.join(duty['about'])}): {due}{plan}, {state}{late}. {duty['sentence']}"
            yield f"    [{duty['cites']}]"
        for report in answer.get("reports", []):
            yield f"  report {report['amount']} of {report['source']} by {report['due_on']}  [{report['cites']}]"
            yield from (f"    {line}" for line in report["working"])
        for year, paper in answer.get("returns", {}).items():
            yield from _return(year, paper)
    yield ""


def _verdicts(items: list[dict[str, Any]]) -> Iterator[str]:
    for item in items:
        allowed = f" Allowed: {item['allowed']}." if item.get("allowed") is not None else ""
        money = f" {item['money']}" if item.get("money") else ""
        yield f"  {item['id']}, {item['amount']} on {item['on']}: {item['verdict']}. {item['sentence']}{money}{allowed}"
        yield f"    [{item['cites']}]"
        yield from (f"    {line}" for line in item.get("working", []))
        if item.get("received") and not item["received"]["holds"]:
            yield f"    {item['received']['sentence']}  [{item['received']['cites']}]"


_TOTALS = ("a", "c", "d", "f", "g", "all", "money", "not_money")


def _return(year: str, paper: dict[str, Any]) -> Iterator[str]:
    yield f"  Donations return {year}: {paper['period']['since']} to {paper['period']['last']}{', nil' if paper['nil'] else ''}"
    for part, lines in paper["parts"].items():
        for line in lines:
            if part == "G":
                yield f"    G  {line['of']}: {line['count']}, {line['amount']}"
            else:
                days = ", ".join(entry["on"] for entry in line["entries"])
                gone = ", ".join(f"{up['amount']} to the {up['to']} on {up['on']}" for up in line["given_up"])
                interest = f"; interest {line['interest']}" if line["interest"] else ""
                gone = f"; {gone}" if gone else ""
                yield f"    {part}  {line['who'] or '(nobody named)'}: {line['total']} on {days}{interest}{gone}"
    totals = paper["totals"]
    figures = ", ".join(f"{key.replace('_', ' ')} {totals[key]['amount']}" for key in _TOTALS)
    yield f"    Totals: {figures}{'' if totals['asked_for'] else ' (not asked for that year)'}"
    for item in paper["not_received"]:
        yield f"    {item['donation']['id']}, {item['donation']['amount']}: {item['sentence']}  [{item['cites']}]"
    yield f"    {paper['audit']['sentence']}  [{paper['audit']['cites']}]"
    loans = paper.get("loans")
    if loans and not loans["nil"]:
        for line in loans["parts"]["H"]:
            yield f"    H  {line['lender']}: {line['amount']} of {line['on']}, {line['unpaid']} unpaid; {line['why']}"
        yield f"    I  {loans['parts']['I']['count']} loans, {loans['parts']['I']['amount']}"
        yield f"    {loans['audit']['sentence']}  [{loans['audit']['cites']}]"
