"""A/B of creatives, pages and channels (A4): effects, how sure they are, and when to stop."""
