"""C1–C7: what a cap, a plan, a country and a cable cost, worked out on a reader’s own numbers."""
