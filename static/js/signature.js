// Offers to draw the signature as well as to type it. The typed name is the signature; without this file nothing is missing.
(() => {
  const LIMIT = 8000, WIDE = 600, HIGH = 160;
  const box = document.querySelector('[data-signature]');
  const hidden = document.querySelector('input[name=drawing]');
  if (!box || !hidden || !window.PointerEvent) return;
  const button = (text) => Object.assign(document.createElement('button'), {type: 'button', className: 'button plain', textContent: text});
  const offer = button(box.dataset.draw), clear = button(box.dataset.clear), drop = button(box.dataset.drop);
  const pad = Object.assign(document.createElement('canvas'), {className: 'pad', width: WIDE * 2, height: HIGH * 2});
  pad.setAttribute('role', 'img');
  pad.setAttribute('aria-label', box.dataset.name);
  const row = Object.assign(document.createElement('p'), {className: 'row'});
  row.append(clear, drop);
  const panel = document.createElement('div');
  panel.hidden = true;
  panel.append(pad, row);
  box.append(offer, panel);
  const pen = pad.getContext('2d');
  let path = '', last = null;

  const at = (event) => {
    const r = pad.getBoundingClientRect();
    return [Math.round((event.clientX - r.left) / r.width * WIDE), Math.round((event.clientY - r.top) / r.height * HIGH)];
  };
  const wipe = () => { path = hidden.value = ''; pen.clearRect(0, 0, pad.width, pad.height); };
  const draw = (d) => {
    pen.strokeStyle = '#14201F'; pen.lineWidth = 5; pen.lineCap = pen.lineJoin = 'round';
    pen.save(); pen.scale(2, 2); pen.lineWidth = 2.5; pen.stroke(new Path2D(d)); pen.restore();
  };
  pad.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || path.length > LIMIT - 12) return;
    pad.setPointerCapture(event.pointerId);
    last = at(event);
    path += `M${last[0]} ${last[1]}l0 0`;
    draw(path);
  });
  pad.addEventListener('pointermove', (event) => {
    if (!last || path.length > LIMIT - 12) return;
    const [x, y] = at(event), dx = x - last[0], dy = y - last[1];
    if (Math.abs(dx) + Math.abs(dy) < 3) return;
    path += `l${dx} ${dy}`;
    draw(`M${last[0]} ${last[1]}l${dx} ${dy}`);
    last = [x, y];
  });
  const lift = () => { last = null; hidden.value = path; };
  pad.addEventListener('pointerup', lift);
  pad.addEventListener('pointercancel', lift);
  clear.addEventListener('click', wipe);
  offer.addEventListener('click', () => { panel.hidden = false; offer.hidden = true; clear.focus(); });
  drop.addEventListener('click', () => { wipe(); panel.hidden = true; offer.hidden = false; offer.focus(); });
  if (/^[Ml0-9 -]+$/.test(hidden.value)) { path = hidden.value; panel.hidden = false; offer.hidden = true; draw(path); }
})();
