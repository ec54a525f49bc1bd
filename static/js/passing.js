// The page says everything without this. Here it looks again by itself while time passes and it is seen.
setTimeout(function again() { if (document.hidden) setTimeout(again, 1500); else location.reload(); }, 1500);
