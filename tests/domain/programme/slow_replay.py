"""An independent replay, order by order in Decimal, to hold the vectorised one against."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}


def to_cents(amount: Decimal, currency: str, how: str = ROUND_HALF_UP) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-DIGITS[currency]), rounding=how)


def matches(whom: dict, row: dict) -> bool:
    return all(
        not whom.get(many) or row.get(one) in whom[many]
        for many, one in (
            ("partners", "partner"),
            ("types", "type"),
            ("contracts", "contract"),
            ("countries", "country"),
        )
    )


def period_of(day: date, period: str) -> object:
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": (day.year, day.month),
        "total": None,
    }[period]


def slow_pay(scheme: dict, plan: dict, rows: list[dict]) -> list[Decimal | None]:
    """What each row is paid, in its own currency; None where it isn't known."""
    exchange = {**plan.get("exchange", {}), plan["currency"]: Decimal(1)}
    home = plan["currency"]

    def stated(amount: Decimal, currency: str) -> Decimal:
        return to_cents(to_cents(amount, home) / exchange[currency], currency)

    def terms_of(row: dict) -> tuple[int, dict] | None:
        for place, contract in enumerate(scheme.get("contracts", ())):
            if matches(contract.get("whom", {}), row):
                best = None
                for number, terms in enumerate(contract["versions"]):
                    begins = terms.get("valid_from") or date.min
                    if begins <= row["day"] and (best is None or begins >= best[0]):
                        best = (begins, (place, number), terms)
                return (best[1], best[2]) if best else None
        return None

    found: list[Decimal | None] = [Decimal(0)] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["timestamp"], rows[i]["order"]))
    held = {i: terms_of(rows[i]) for i in order}
    paying, base = [], {}
    for i in order:
        row, terms = rows[i], (held[i] or (None, {}))[1]
        if row["status"] == "reversed":
            locked = terms.get("locking_days")
            late = (
                locked is not None
                and row["modified"] is not None
                and row["modified"] > row["timestamp"] + timedelta(days=locked)
            )
            if not late:
                continue
        if "min_value" in terms and row["value"] < stated(terms["min_value"], row["currency"]):
            continue
        window = timedelta(days=terms.get("lookback_days", 9999))
        if row["clicked"] is not None and row["timestamp"] - row["clicked"] > window:
            continue
        paying.append(i)
        if held[i] is None:
            base[i] = row["commission"]
        else:
            base[i] = to_cents(row["value"] * terms.get("rate", 0) / 100, row["currency"]) + (
                stated(terms["fixed"], row["currency"]) if "fixed" in terms else 0
            )

    def fits(each: dict, row: dict) -> bool:
        return (
            matches(each.get("whom", {}), row)
            and row["day"] >= each.get("first_day", date.min)
            and row["day"] <= each.get("last_day", date.max)
        )

    def above(each: dict, i: int) -> Decimal:
        row = rows[i]
        if "rate" in each:
            gain = to_cents(row["value"] * each["rate"] / 100, row["currency"]) - (base[i] or 0)
        else:
            gain = to_cents(row["value"] * each["extra"] / 100, row["currency"])
        return max(gain, Decimal(0))

    def step_of(tiers: dict, i: int) -> dict | None:
        volume = Decimal(0)
        for j in paying:
            same = rows[j]["partner"] == rows[i]["partner"]
            if not same or period_of(rows[j]["day"], "month") != period_of(rows[i]["day"], "month"):
                continue
            if tiers.get("applies") == "onwards" and paying.index(j) >= paying.index(i):
                continue
            if fits(tiers, rows[j]):
                volume += (
                    1
                    if tiers.get("by") == "orders"
                    else to_cents(rows[j]["value"] * exchange[rows[j]["currency"]], home)
                )
        reached = [step for step in tiers["steps"] if volume >= step["volume"]]
        return reached[-1] if reached else None

    sold: set[str] = set()
    due = {}
    for i in paying:
        row = rows[i]
        gains = [above(each, i) for each in scheme.get("seasons", ()) if fits(each, row)]
        gains += [
            above(each, i)
            for each in scheme.get("heroes", ())
            if fits(each, row) and row["item"] in each["items"]
        ]
        for tiers in scheme.get("tiers", ()):
            step = step_of(tiers, i) if fits(tiers, row) else None
            gains += [above(step, i)] if step else []
        gain = sum(gains) if scheme.get("stacking") == "sum" else max(gains, default=Decimal(0))
        if row["partner"] not in sold:
            sold.add(row["partner"])
            for bonus in scheme.get("first_orders", ()):
                if fits(bonus, row):
                    gain += stated(bonus["amount"], row["currency"])
        due[i] = None if base[i] is None else base[i] + gain

    taken: dict = defaultdict(int)
    spent: dict = defaultdict(Decimal)
    for i in paying:
        found[i] = due[i]
        if held[i] is None:
            continue
        row, (number, terms) = rows[i], held[i]
        if "action_limit" in terms:
            key = (row["partner"], number, period_of(row["day"], terms["action_limit_period"]))
            taken[key] += 1
            if taken[key] > terms["action_limit"]:
                found[i] = Decimal(0)
        if "spend_limit" in terms:
            key = (row["partner"], number, period_of(row["day"], terms["spend_limit_period"]))
            left = max(to_cents(terms["spend_limit"], home) - spent[key], Decimal(0))
            at_home = to_cents(found[i] * exchange[row["currency"]], home)
            spent[key] += at_home
            if at_home > left:
                cut = to_cents(left / exchange[row["currency"]], row["currency"], ROUND_FLOOR)
                found[i] = min(cut, found[i])
    return found
