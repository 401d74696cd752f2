#!/usr/bin/env python3
"""Independent figures of an Online Retail file, for comparison with what the product makes of it.

Shares nothing with the product: Python's own csv reader and decimals. Prints one JSON object.
usage: online_retail_oracle.py FILE
"""
import csv
import json
import re
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

NOT_GOODS = re.compile(r"^(POST|DOT|C2|M|S|D|B|AMAZONFEE|BANK CHARGES|CRUK|ADJUST\d*|TEST\d*|gift_.*)$", re.IGNORECASE)
PENNY = Decimal("0.01")


def pence(row):
    amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
    return int(amount.quantize(PENNY, rounding=ROUND_HALF_UP) * 100)


def main(path):
    invoices = defaultdict(list)
    seen = set()
    lines = duplicates = without_customer = zero_price = not_goods = 0
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines += 1
            key = tuple(row.values())
            row["duplicate"] = key in seen
            seen.add(key)
            row["goods"] = not NOT_GOODS.match(row["StockCode"].strip())
            row["pence"] = pence(row)
            duplicates += row["duplicate"]
            without_customer += row["CustomerID"] == ""
            zero_price += row["pence"] == 0
            not_goods += not row["goods"]
            invoices[row["InvoiceNo"]].append(row)

    sales_pence = returns_pence = 0
    kinds = defaultdict(int)
    customers = defaultdict(lambda: {"last": None, "f": 0, "m": 0})
    everyone = set()
    newest = max(row["InvoiceDate"] for rows in invoices.values() for row in rows)
    for number, rows in invoices.items():
        cancelled = number.upper().startswith("C")
        adjustment = number.upper().startswith("A") or (not cancelled and any(int(row["Quantity"]) < 0 for row in rows))
        kind = "return" if cancelled else "adjustment" if adjustment else "sale"
        kinds[kind] += 1
        buyer = rows[0]["CustomerID"].split(".")[0]
        if buyer:
            everyone.add(buyer)
        free = kind == "sale" and sum(row["pence"] for row in rows) == 0
        kinds["free"] += free
        if kind == "adjustment" or free:
            continue
        counted = sum(row["pence"] for row in rows if row["goods"] and not row["duplicate"])
        if cancelled:
            returns_pence += counted
        else:
            sales_pence += counted
        if not buyer:
            continue
        figures = customers[buyer]
        figures["m"] += counted
        if kind == "sale" and counted > 0:
            figures["f"] += 1
            at = min(row["InvoiceDate"] for row in rows)
            figures["last"] = max(figures["last"] or at, at)

    reference = (datetime.fromisoformat(newest) + timedelta(days=1)).date()
    rfm = {}
    for buyer, figures in customers.items():
        recency = None if figures["last"] is None else (reference - datetime.fromisoformat(figures["last"]).date()).days
        rfm[buyer] = [recency, figures["f"], figures["m"]]
    json.dump(
        {
            "lines": lines,
            "invoices": len(invoices),
            "sales": kinds["sale"],
            "cancelled": kinds["return"],
            "adjustments": kinds["adjustment"],
            "freeOrders": kinds["free"],
            "duplicateLines": duplicates,
            "notGoodsLines": not_goods,
            "zeroPriceLines": zero_price,
            "linesWithoutCustomer": without_customer,
            "customers": len(everyone),
            "salesPence": sales_pence,
            "returnsPence": returns_pence,
            "referenceOn": reference.isoformat(),
            "rfm": rfm,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
