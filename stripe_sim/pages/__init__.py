"""The hosted pages: plain HTML that works without JavaScript."""
