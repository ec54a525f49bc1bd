"""Verbs: a text is drafted, consulted on, published, translated, retired."""
