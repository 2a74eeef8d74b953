"""Importers: exports of networks and analytics, by mappings, into the event tables (A2)."""
