"""Words for the ids that the domain uses; a translated word for each."""

from workbench.locale.translator import Translator


def _(msgid: str) -> str:
    """Mark for extraction; translated when shown."""
    return msgid


WORDS = {
    "gate": {
        "go": _("Go"),
        "conditional": _("Conditional entry"),
        "insufficient": _("Insufficient evidence"),
        "no_go": _("No-go"),
    },
    "status": {
        "ready": _("Ready"),
        "conditional": _("Conditional"),
        "blocked": _("Blocked"),
        "unknown": _("Unknown"),
    },
    "question": {
        "infrastructure": _("Infrastructure and devices"),
        "competitors": _("Competitors' acquisition"),
        "promise": _("Promise against capability"),
        "compliance": _("Compliance"),
    },
    "origin": {
        "formula": _("Formula"),
        "prior": _("Regional prior"),
        "override": _("Strategist's override"),
        "unknown": _("No data"),
        "source": _("Source article"),
        "ours": _("Our addition"),
        "answer": _("Answered"),
        "automatic": _("Automatic"),
        "expired": _("Expired"),
        "none": _("Not answered"),
    },
    "confidence": {
        "high": _("high confidence"),
        "medium": _("medium confidence"),
        "low": _("low confidence"),
        "": "",
    },
    "posture": {
        "expand": _("Expand"),
        "focus": _("Focus"),
        "adapt": _("Adapt the product"),
        "unknown": _("Unknown"),
    },
    "verdict": {
        "kept": _("Kept"),
        "blocked": _("Can't be kept"),
        "unknown": _("Unknown"),
        "none": _("No promise"),
    },
    "fit": {
        "unique": _("Unique value"),
        "met": _("Met"),
        "gap": _("Gap"),
        "unknown": _("Unknown"),
    },
    "platform_kind": {
        "messaging": _("messaging"),
        "social": _("social network"),
        "short_video": _("short video"),
        "live": _("live streaming"),
        "search": _("search"),
        "app_store": _("app store"),
        "marketplace": _("marketplace"),
        "payment": _("payment"),
        "community": _("community"),
    },
    "reach": {
        "dominant": _("dominant"),
        "major": _("major"),
        "niche": _("niche"),
    },
    "topic": {
        "data_protection": _("Data protection"),
        "localisation": _("Data localisation"),
        "cross_border": _("Cross-border transfer"),
        "content_moderation": _("Content moderation"),
        "creator_disclosure": _("Creator disclosure"),
    },
    "law": {
        "comprehensive": _("comprehensive law"),
        "sectoral": _("sectoral rules"),
        "draft": _("draft only"),
        "none": _("none known"),
        "required": _("demanded by law"),
        "sector": _("some sectors"),
        "approval": _("approval needed"),
        "conditional": _("under conditions"),
        "free": _("free"),
        "strict": _("strict"),
        "notice": _("notice and action"),
        "light": _("light"),
        "law": _("law"),
        "guideline": _("guideline"),
    },
    "metric": {
        "connect_time_ms": _("Connect time"),
        "end_to_end_delay_ms": _("End-to-end delay"),
        "downlink_kbps": _("Video bit rate"),
        "loss_tolerance_pct": _("Packet loss tolerated"),
        "frame_rate_fps": _("Frame rate"),
        "freeze_ratio_pct": _("Freeze ratio"),
        "min_device_ram_gb": _("Minimum device memory"),
        "interrupt_response_ms": _("Response to interruption"),
        "uptime_pct": _("Availability"),
    },
    "provider_criterion": {
        "region_coverage": _("Region coverage"),
        "end_to_end_delay": _("End-to-end delay"),
        "weak_network": _("Weak-network resistance"),
        "connect_speed": _("Connect speed"),
        "conversational_ai": _("Conversational AI"),
        "compliance_listing": _("Compliance and listing"),
        "market_validation": _("Market validation"),
    },
    "cost": {
        "paid": _("paid"),
        "earned": _("earned"),
        "owned": _("owned"),
        "shared": _("shared"),
    },
    "income": {
        "low": _("low income"),
        "lower_middle": _("lower-middle income"),
        "upper_middle": _("upper-middle income"),
        "high": _("high income"),
        "": _("unknown"),
    },
    "role": {
        "pull": _("Pull"),
        "barrier": _("Barrier"),
        "opportunity": _("Opportunity"),
    },
    "method": {
        "score": _("Weighted sum"),
        "topsis": _("TOPSIS"),
        "promethee": _("PROMETHEE II"),
    },
    "pay_part": {
        "base": _("From contracts"),
        "incentive": _("Incentive"),
        "limits": _("Cut off by limits"),
    },
    "left_out": {
        "other_status": _("a status that is neither open, approved, paid nor reversed"),
        "without_time": _("no time"),
        "without_partner": _("no partner"),
        "without_value": _("no value"),
        "without_currency": _("no currency"),
        "without_commission": _("no commission on record and no contract"),
    },
    "pay_rule": {
        "reversed": _("reversed"),
        "reversed_after_locking": _("reversed after locking, so paid"),
        "below_min_value": _("below the smallest value"),
        "outside_lookback": _("too long after the click"),
        "over_action_limit": _("over the limit of orders"),
        "cut_by_spend_limit": _("cut by the limit of spend"),
    },
    "term": {
        "rate": _("Rate (%)"),
        "fixed": _("Fixed amount per order"),
        "min_value": _("Smallest order value"),
        "locking_days": _("Days until locking"),
        "lookback_days": _("Lookback days"),
        "action_limit": _("Limit of orders"),
        "action_limit_period": _("Period of the order limit"),
        "spend_limit": _("Limit of spend"),
        "spend_limit_period": _("Period of the spend limit"),
        "payout_cycle": _("Payout cycle"),
        "max_return_percent": _("Most orders that may be reversed (%)"),
        "min_earning_per_click": _("Smallest earning per click"),
        "notice_days": _("Days of notice before a change"),
        "monthly_fee": _("Monthly fee"),
        "compliance": _("Compliance rules"),
    },
    "worse": {
        "yes": _("worse for the partner"),
        "no": _("better for the partner"),
        "": _("can't be said"),
    },
}


def word(t: Translator, kind: str, key: str) -> str:
    """The word for an id, e.g. ``word(t, "gate", "go")``; KeyError for an id that has none."""
    return t(WORDS[kind][key]) if WORDS[kind][key] else ""
