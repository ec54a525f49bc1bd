"""Australia: clauses only, as far as one page of the Commonwealth Electoral Act 1918 (CEA)."""
