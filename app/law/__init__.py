"""The law and the party's own rules as dated data and pure functions: no database, no web, no clock."""
