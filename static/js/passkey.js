// Sign in with a passkey, or add one. The part stays hidden where the browser has none; the emailed link always works.
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const ids = (list) => (list || []).map((item) => ({...item, id: bytes(item.id)}));

  const ask = async (box, url, body) => {
    const answer = await fetch(url, {
      method: 'POST', credentials: 'same-origin', body: JSON.stringify(body || {}),
      headers: {'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': box.dataset.csrf},
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(answer.status), {sentence: said.error});
    return said;
  };
  const plain = (made) => {
    const r = made.response;
    const out = {id: made.id, rawId: text(made.rawId), type: made.type, authenticatorAttachment: made.authenticatorAttachment,
      clientExtensionResults: made.getClientExtensionResults(), response: {clientDataJSON: text(r.clientDataJSON)}};
    for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) if (r[name]) out.response[name] = text(r[name]);
    if (r.getTransports) out.response.transports = r.getTransports();
    return out;
  };
  const ceremony = async (box) => {
    const given = await ask(box, box.dataset.options);
    const options = given.publicKey || given;
    options.challenge = bytes(options.challenge);
    let made;
    if (box.dataset.passkey === 'add') {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = ids(options.excludeCredentials);
      made = await navigator.credentials.create({publicKey: options});
    } else {
      options.allowCredentials = ids(options.allowCredentials);
      made = await navigator.credentials.get({publicKey: options});
    }
    const done = await ask(box, box.dataset.finish, plain(made));
    const to = new URL(done.to || location.href, location.href), stays = to.pathname === location.pathname && to.search === location.search;
    if (stays) { location.hash = to.hash; location.reload(); } else location.assign(to);
  };
  for (const box of document.querySelectorAll('[data-passkey]')) {
    const button = box.querySelector('button'), said = box.querySelector('[role=status]');
    box.hidden = false;
    button.addEventListener('click', async () => {
      button.disabled = true;
      said.textContent = '';
      try { await ceremony(box); } catch (problem) { said.textContent = problem.sentence || box.dataset.failed; }
      button.disabled = false;
    });
  }
})();
