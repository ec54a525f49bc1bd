"""A policy text, from Markdown with a few conventions to a page: words, reading, checking, drawing, comparing, handing out."""
