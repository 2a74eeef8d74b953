"""How payment methods are named: one spelling, cards by brand, and methods known everywhere."""

import unicodedata

CARDS = "Cards"
"""What the platform table calls payment by credit or debit card of any brand."""
CARD_WORDS = (
    "Visa",
    "Mastercard",
    "American Express",
    "Amex",
    "JCB",
    "Discover",
    "Diners Club",
    "Card",
    "Credit card",
    "Credit cards",
    "Debit card",
    "Debit cards",
    "Bank card",
    "Bank cards",
    "银行卡",
    "信用卡",
    "借记卡",
    "国际卡",
)
"""Who takes one of these takes :data:`CARDS`."""
ELSEWHERE = (
    "Apple Pay",
    "Google Pay",
    "Samsung Pay",
    "Huawei Pay",
    "Amazon Pay",
    "PayPal",
    "Alipay",
    "支付宝",
    "WeChat Pay",
    "微信支付",
    "UnionPay",
    "银联",
    "云闪付",
    "App Store",
    "Google Play",
    "Afterpay",
    "Skrill",
    "Paysafecard",
    "Carrier billing",
    "话费支付",
    "Cash on delivery",
    "货到付款",
)
"""Methods a product may well take though no market's row names them. They are accepted, and count
where the platform table lists them: a wallet that holds cards is not itself a card."""


def spelling(name: str) -> str:
    """The name without case, spaces and signs: ``Kakao Pay``, ``kakaopay`` -> ``kakaopay``."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in letters if sign.isalnum())


def counted_as(method: str) -> str:
    """The :func:`spelling` under which a method is looked up among a market's methods."""
    found = spelling(method)
    return spelling(CARDS) if found in _CARDS else found


_CARDS = frozenset(map(spelling, CARD_WORDS))
