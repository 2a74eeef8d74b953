"""Reference tables derived from pinned public packages, not typed by hand.

One file per concept: reading figures out of text (``figure_text``), profiles and their codes
(``factbook``, ``iso_codes``), browsing shares (``browsing``, ``npm_archives``), languages
(``languages``), trade groups and income levels with what the packages lack of them
(``trade_groups``, ``income_level``), the tables (``markets``, ``indicators``), their text on disk
(``csv_text``), and the one command that does it all (``rebuild_tables``).
"""

from workbench.sources.derive.rebuild_tables import TABLES, derive_tables, rebuild

__all__ = ["TABLES", "derive_tables", "rebuild"]
