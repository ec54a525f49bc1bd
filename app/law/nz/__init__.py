"""New Zealand: clauses only. Figures, dates and sections; no logic."""
