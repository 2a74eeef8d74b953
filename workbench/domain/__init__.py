"""The pure heart: tables and values in, tables and values out; no files, widgets or figures."""
