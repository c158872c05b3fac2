/* Optional help on working pages: passkeys. Every page reads and submits without it. Strict CSP: no inline handlers. */
(function () {
  "use strict";
  const supported = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON;
  const all = (q, f) => document.querySelectorAll(q).forEach(f);

  // Share builder: a ticked box shows its line in the preview at once; without script the preview button does it.
  all("[data-shows]", box => {
    const line = document.getElementById(box.dataset.shows);
    box.addEventListener("change", () => { if (line) line.hidden = !box.checked; });
  });

  const post = (address, form, values) => {
    const body = new FormData();
    body.set("form", form.elements.form.value);
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    return fetch(address, { method: "POST", body, credentials: "same-origin" });
  };

  // data-passkey: address to sign in; data-passkey-new: address to add a key. Options come from ADDRESS/options.
  const wire = (selector, ask) => all(selector, form => {
    if (!supported) return;
    const address = form.dataset.passkey || form.dataset.passkeyNew, said = form.querySelector("[data-passkey-said]");
    form.querySelectorAll("[data-passkey-start]").forEach(e => { e.hidden = false; });
    form.querySelector("button[data-passkey-start]").addEventListener("click", async () => {
      try {
        const given = await post(address + "/options", form, {});
        if (!given.ok) throw new Error(String(given.status));
        const credential = await ask(await given.json());
        form.elements.credential.value = JSON.stringify(credential);
        form.action = address;
        form.noValidate = true;
        form.submit();
      } catch (refused) {
        // The person said no, or the key is not here: the page offers its other ways.
        if (said) said.hidden = false;
      }
    });
  });

  wire("form[data-passkey]", options =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
  wire("form[data-passkey-new]", options =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }));

  // The sheet of a list: Enter goes to the next cell to repair, Ctrl+Enter saves, F8 jumps, Escape takes a cell back.
  all("form[data-sheet]", form => {
    const cells = [...form.querySelectorAll("td .input")], said = form.querySelector("[data-unsaved]");
    const next = form.querySelector("[data-next]"), keys = said && said.innerHTML;
    const was = c => c.nextElementSibling?.type === "hidden" ? c.nextElementSibling.value : c.defaultValue;
    const go = from => {
      const bad = cells.filter(c => c.getAttribute("aria-invalid") && c.value === was(c));
      const ahead = bad.find(c => !from || from.compareDocumentPosition(c) & Node.DOCUMENT_POSITION_FOLLOWING) || bad[0];
      if (ahead) { ahead.focus(); ahead.select(); } else form.querySelector(".savebar .primary")?.focus();
    };
    const count = () => {
      const changed = cells.filter(c => c.value !== was(c)).length;
      if (said) { if (changed) said.textContent = said.dataset.unsaved.replace("{n}", changed); else said.innerHTML = keys; }
      return changed;
    };
    form.addEventListener("input", count);
    form.addEventListener("keydown", e => {
      if (!cells.includes(e.target)) return;
      if (e.key === "Enter") { e.preventDefault(); if (e.ctrlKey || e.metaKey) form.requestSubmit(); else go(e.target); }
      else if (e.key === "Escape") { e.target.value = was(e.target); count(); }
    });
    document.addEventListener("keydown", e => { if (e.key === "F8") { e.preventDefault(); go(document.activeElement); } });
    if (next) { next.hidden = false; next.addEventListener("click", () => go(document.activeElement === next ? null : document.activeElement)); }
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    addEventListener("beforeunload", e => { if (!sent && count()) e.preventDefault(); });
    const open = cells.find(c => c.autofocus);
    if (open) { open.focus(); open.select(); }
  });

  // A long check: the page asks for itself again while nobody is typing. Without script the reader does.
  all("[data-checking] progress", () => {
    setTimeout(() => { if (!document.querySelector("form[data-sheet] .input:focus")) location.reload(); }, 2000);
  });
})();
