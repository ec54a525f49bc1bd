"""Charts A–J, drawn as SVG by a few pure functions: the same figures always make the same bytes."""
