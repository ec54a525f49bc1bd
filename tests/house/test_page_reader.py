"""The page reader finds what it should: each fault, planted in a page that has no other, is the one that is named."""

from __future__ import annotations

import pytest

from tests.house.page_reader import faults

PROMOTER = "Authorised by O. Secretary"
PAGE = """<!doctype html>
<html lang="en-NZ"><head><title>Join – A Party</title><link rel="stylesheet" href="/static/site.css"></head>
<body><h1>Join</h1><p>It’s “simple”.</p><h2>Why</h2><img src="/static/a.svg" alt="">
<form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name" aria-describedby="hint"><p id="hint">In full.</p>
<button>Send</button></form><a href="/">Home</a>
<footer><p class="promoter">Authorised by O. Secretary</p></footer></body></html>"""


def test_a_good_page_has_no_faults():
    assert faults(PAGE, promoter=PROMOTER) == []
    assert faults(PAGE.replace("<title>Join", "<title>Error: Join"), promoter=PROMOTER) == []


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("<!doctype html>", "", "doctype"),
        ('lang="en-NZ"', "", "language"),
        ("<h2>Why</h2>", "<h1>Why</h1>", "2 h1"),
        ("<h1>Join</h1>", "", "0 h1"),
        ("<title>Join", "<title>Pay", "title"),
        ("<h2>Why</h2>", "<h3>Why</h3>", "rank 3"),
        ('<p id="hint">', '<p id="hint" class="x"></p><p id="hint">', "twice"),
        ('<p id="hint">', "<p>", "points to 'hint'"),
        ('<label for="name">Name</label>', "", "no label"),
        ("<button>Send</button>", "<button></button>", "no words"),
        ('<a href="/">Home</a>', '<a href="/"></a>', "no words"),
        ("<h2>", '<h2 style="color:red">', "style="),
        ("<h2>", '<h2 onclick="x()">', "onclick="),
        ("<h2>Why</h2>", "<h2>Why</h2><style>p{}</style>", "<style>"),
        ("<h2>Why</h2>", "<h2>Why</h2><script>x()</script>", "<script>"),
        ('href="/static/site.css"', 'href="https://cdn.example/site.css"', "not ours"),
        ('href="/static/site.css"', 'href="//cdn.example/site.css"', "not ours"),
        ('src="/static/a.svg"', 'src="http://pixel.example/a.gif"', "not ours"),
        ('alt=""', "", "no alt"),
        ('<input type="hidden" name="csrf_token" value="x">', "", "no token"),
        ('<form method="post">', '<form method="post" action="https://elsewhere.example/">', "not ours"),
        ('<a href="/">', '<a href="javascript:x()">', "runs a script"),
        ("Authorised by O. Secretary", "", "promoter"),
        ("It’s", "It's", "Straight"),
        ("“simple”", '"simple"', "Straight"),
        ("</form>", "", "not closed"),
        ("<h2>Why</h2>", "<h2>Why</h2></section>", "closes nothing"),
    ],
)
def test_each_fault_is_named(good, bad, sentence):
    assert good in PAGE
    found = faults(PAGE.replace(good, bad), promoter=PROMOTER)
    assert any(sentence in fault for fault in found), found
