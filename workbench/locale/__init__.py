"""Languages: catalogues zh and en, and numbers, dates, money and market names by locale."""

from workbench.locale.translator import LANGS, Translator, speaking, translator
from workbench.locale.words import word

__all__ = ["LANGS", "Translator", "speaking", "translator", "word"]
