"""The commands, one module a group. Each parses, calls and prints; heavy imports happen inside."""
