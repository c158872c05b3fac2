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
})();
