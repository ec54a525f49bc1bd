"""The United Kingdom: clauses only, as far as one page of the Political Parties, Elections and Referendums Act 2000 (PPERA)."""
