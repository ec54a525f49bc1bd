"""Statements as the banks of New Zealand export them."""

from __future__ import annotations

from datetime import date

ANZ = """Type,Details,Particulars,Code,Reference,Amount,Date,ForeignCurrencyAmount,ConversionCharge
Direct Credit,Ngāpō-Whitfield A,Dues,2026,{reference},20.00,{day:%d/%m/%Y},,
Bank Fee,Monthly A/C Fee,,,,-5.00,{day:%d/%m/%Y},,
"""
ASB = """Created date / time : 28 November 2026 / 11:10:19
Bank 12; Branch 3405; Account 0123456-50 (Streamline)
From date 20261101
To date 20261128
Avail Bal : 1020.00 as of 20261128
Ledger Balance : 20.00 as of 20261128
Date,Unique Id,Tran Type,Cheque Number,Payee,Memo,Amount

{day:%Y/%m/%d},2026112801,D/C,,"D/C FROM NGĀPŌ-WHITFIELD,A","{reference}",20.00
{day:%Y/%m/%d},2026112802,CREDIT,,"CREDIT","",0.00
{day:%Y/%m/%d},2026112803,TFR OUT,,"MB TRANSFER","TO SAVINGS",-5.00
"""
BNZ = (
    "Date,Amount,Payee,Particulars,Code,Reference,Tran Type,This Party Account,Other Party Account,Serial,Transaction Code,"
    "Batch Number,Originating Bank/Branch,Processed Date\n"
    "{day:%d/%m/%y},20.00,Ngāpō-Whitfield A,Dues,,{reference},DC,02-0500-0123456-00,12-3405-0001111-00,,50,1,020500,"
    "{day:%d/%m/%y}\n"
    "{day:%d/%m/%y},-5.00,BNZ,Fee,,,FEE,02-0500-0123456-00,,,90,1,020500,{day:%d/%m/%y}\n"
)
KIWIBANK = (
    "Account number,Date,Memo/Description,Source Code (payment type),TP ref,TP part,TP code,OP ref,OP part,OP code,OP name,"
    "OP Bank Account Number,Amount (credit),Amount (debit),Amount,Balance\n"
    "38-9000-0123456-00,{day:%d-%m-%Y},NGĀPŌ-WHITFIELD A ;{reference},DIRECT CREDIT,,,,{reference},Dues,,Ngāpō-Whitfield A,"
    "12-3405-0001111-00,20.00,,20.00,120.00\n"
    "38-9000-0123456-00,{day:%d-%m-%Y},FEE ;,FEE,,,,,,,,,,5.00,-5.00,115.00\n"
)
WESTPAC = """Date,Amount,Other Party,Description,Reference,Particulars,Analysis Code
{day:%d/%m/%Y},20.00,"Ngāpō-Whitfield A","AUTOMATIC PAYMENT",{reference},"Dues",
{day:%d/%m/%Y},-5.00,"Westpac","FEE",,,
"""
TSB = """Date,Description,Amount,Balance
{day.day} {day:%b %Y},"Ngāpō-Whitfield A {reference}","20.00","1,120.00"
{day.day} {day:%b %Y},"Fee","(5.00)","1,115.00"
"""
IN_TWO_COLUMNS = """Transaction Date;Particulars;Code;Reference;Debit;Credit;Balance
{day:%d.%m.%Y};Ngāpō-Whitfield A;;{reference};;20.00;1,120.00
{day:%d.%m.%Y};Fee;;;5.00;;1,115.00
"""
BANKS = {
    "ANZ": ANZ, "ASB": ASB, "BNZ": BNZ, "Kiwibank": KIWIBANK, "Westpac": WESTPAC, "TSB": TSB, "two columns": IN_TWO_COLUMNS,
}  # fmt: skip


def a_file(bank: str, *, reference: str, day: date) -> bytes:
    return BANKS[bank].format(reference=reference, day=day).encode()


def westpac(*rows: tuple[date, str, str, str]) -> bytes:
    """Lines of (day, amount, other party, reference)."""
    lines = [f'{day:%d/%m/%Y},{amount},"{payee}",,{reference},,' for day, amount, payee, reference in rows]
    return "\n".join(["Date,Amount,Other Party,Description,Reference,Particulars,Analysis Code", *lines, ""]).encode()
