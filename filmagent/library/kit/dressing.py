"""Kit pieces."""
