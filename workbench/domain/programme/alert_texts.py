"""What each kind of alert may come from, and what to do next; shown in the reader's language."""

from workbench.domain.text import T_, Text

TRACKING = T_(
    "Tracking is broken: a link, a redirect, the tag on the landing page or a consent wall."
)
PROMOTION = T_("A promotion ended, or a code ran out.")
STRATEGY = T_("The partner changed its strategy: another placement, another brand, less traffic.")
TERMS = T_("Terms changed, yours or a competitor's: commission, cookie days, exclusions.")
BOTS = T_("Bots, or traffic that was bought cheaply.")
CAMPAIGN = T_("A campaign or a placement that works better than before.")
CODE_SITE = T_("A code got out and is used by people the partner didn't send.")
BASKETS = T_("Baskets got smaller, or products of low value are promoted.")
BONUS = T_("A bonus or a higher rate is being paid.")
RETURNS = T_("Returns after a sale, or a batch checked by the network.")
FRAUD = T_("Orders that aren't real, or customers that are paid to order.")
STUFFING = T_("Clicks made by a script or a browser extension at the checkout (cookie stuffing).")
TEST = T_("Test orders of your own or of the network.")
LONG = T_("A long lookback window credits clicks that hardly matter any more.")
CLOCK = T_("The export's times of clicks and orders are in different time zones.")

INCOMPLETE = T_("The export is incomplete: days, networks or markets are missing.")
SEASON = T_("A season or a holiday that last year's weeks don't show yet.")
SITE = T_("Tracking is broken on your side: the tag, a release of the shop, the consent banner.")

CAUSES: dict[str, tuple[Text, ...]] = {
    "no_clicks": (TRACKING, PROMOTION, STRATEGY),
    "clicks_down": (PROMOTION, STRATEGY, TRACKING),
    "clicks_up": (CAMPAIGN, BOTS),
    "no_orders": (TRACKING, PROMOTION, STRATEGY),
    "orders_down": (PROMOTION, STRATEGY, TERMS, TRACKING),
    "orders_up": (CAMPAIGN, CODE_SITE, FRAUD),
    "roi_down": (BASKETS, BONUS),
    "reversals_up": (RETURNS, FRAUD),
    "left_top": (STRATEGY, PROMOTION, TERMS),
    "too_fast": (STUFFING, TEST, CLOCK),
    "too_late": (LONG, CLOCK),
    "programme_clicks": (INCOMPLETE, SITE, SEASON),
    "programme_orders": (SITE, INCOMPLETE, SEASON),
}
"""Kind of alert -> likely causes, the likeliest first."""

STEPS: dict[str, Text] = {
    "no_clicks": T_("Click the partner's link yourself and follow it to the order page; then ask."),
    "clicks_down": T_("Look at the partner's pages; ask what changed and offer new material."),
    "clicks_up": T_("See where the clicks come from and whether orders follow before paying more."),
    "no_orders": T_("Make a test order through the partner's link and see whether it is counted."),
    "orders_down": T_("Compare clicks and orders: fewer clicks is the partner's side, else yours."),
    "orders_up": T_("Check codes and new customers; if all is sound, thank the partner."),
    "roi_down": T_("Look at basket and commission of the week; adjust the rate for what sold."),
    "reversals_up": T_("Read the reasons of the reversals; hold payment until they are settled."),
    "left_top": T_("Call the partner this week: find out what it promotes instead."),
    "too_fast": T_("Hold these orders; ask the partner how its clicks come about."),
    "too_late": T_("Check the lookback window of the contract and the time zones of the export."),
    "programme_clicks": T_("Compare the export with the network's own report of the week."),
    "programme_orders": T_("Make a test order and see whether any partner's orders are counted."),
}
"""Kind of alert -> what to do next."""

KINDS = tuple(CAUSES)

SPLIT_HINT = {
    "orders_only": T_("Clicks are as usual: the break lies between click and order."),
    "clicks_only": T_("Orders are as usual: clicks may be missing from the tracking only."),
}
"""What clicks and orders say about each other."""
