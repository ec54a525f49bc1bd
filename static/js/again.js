// The page says everything without this. Here it only looks again by itself: four times, ever more slowly, and only while it is seen.
(() => {
  const key = 'again:' + location.pathname;
  let tries = 0;
  try { tries = Number(sessionStorage.getItem(key)) || 0; sessionStorage.setItem(key, tries + 1); } catch { return; }
  if (tries < 4) setTimeout(() => { if (!document.hidden) location.reload(); }, 4000 * 2 ** tries);
})();
