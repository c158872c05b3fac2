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

  // The sheet of a list: a cell is saved when it is left, Enter goes to the next one to repair, Ctrl+Enter sends the form,
  // F8 jumps, Escape takes a cell back. What could not be saved stays as typed, says why, and goes with the form.
  all("form[data-sheet]", form => {
    const cells = [...form.querySelectorAll("td .input")], said = form.querySelector("[data-unsaved]"), texts = form.dataset;
    const next = form.querySelector("[data-next]"), keys = said && said.innerHTML;
    const shown = c => c.nextElementSibling?.type === "hidden" ? c.nextElementSibling : null;
    const was = c => shown(c)?.value ?? c.defaultValue;
    const rowOf = c => c.name.split(".")[1], columnOf = c => +c.name.split(".")[2];
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

    let saves = Promise.resolve(), busy = 0;
    const tell = (cell, words, failed) => {
      const td = cell.closest("td");
      let note = td.querySelector("[data-told]");
      if (!note && !words) return;
      if (!note) {
        note = document.createElement("span");
        note.className = "tip";
        note.dataset.told = "";
        note.setAttribute("role", "status");
        td.append(note);
      }
      note.textContent = words;
      td.classList.toggle("unsaved", !!failed);
    };
    const unheard = new Set();
    // Parts without cells are taken from the page as it is now; where the person is meanwhile, nothing moves.
    const refresh = async () => {
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (page.querySelector("input[name=version]")?.value !== form.elements.version.value) return;
        all("[data-live-part]", part => {
          const now = page.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
          if (now && !part.contains(document.activeElement)) part.replaceChildren(...now.childNodes);
        });
      } catch {
        // The next save asks again, and so does a reload.
      }
    };
    const show = found => {
      if (found.isChecked) cells.filter(c => unheard.has(rowOf(c))).forEach(c => {
        const mine = found.findings.filter(f => f.row === +rowOf(c) && f.column === columnOf(c)), td = c.closest("td");
        const bad = mine.some(f => f.isError), why = document.getElementById(c.name + "w");
        if (c.value !== was(c)) return;
        td.className = bad ? "bad" : mine.length ? "warn" : c.value !== c.defaultValue ? "fixed" : "";
        if (bad) c.setAttribute("aria-invalid", "true"); else c.removeAttribute("aria-invalid");
        why?.replaceChildren(...mine.map(f => {
          const tip = document.createElement("span");
          tip.className = f.isError ? "why" : "tip";
          tip.textContent = f.words + " " + f.remedy;
          return tip;
        }));
        if (!bad) all(`td:has(> [id="${c.name}"]) > a`, a => a.remove());
      });
      if (found.isChecked) {
        found.averages.forEach(a => all(`td[data-gpa="${a.row}"]`, td => {
          const tip = document.createElement("span");
          tip.className = "tip";
          tip.textContent = a.tip;
          td.className = a.computed && a.tip ? "num warn" : "num";
          td.replaceChildren(a.computed ? a.computed + " " : "", ...a.tip ? [tip] : []);
        }));
        unheard.clear();
        saves.then(() => { if (!busy) refresh(); });
      }
      all("[data-count]", e => { e.textContent = found[e.dataset.count]; });
      all("[data-undo]", e => { e.hidden = !found.saves; });
      all("[data-ready]", e => { e.hidden = !found.isChecked || found.toRepair > 0; });
    };
    const send = async cell => {
      const value = cell.value, body = new FormData();
      if (value === was(cell)) return;
      for (const name of ["form", "version", "view"]) body.set(name, form.elements[name].value);
      body.set(cell.name, value);
      body.set("w" + cell.name.slice(1), was(cell));
      unheard.add(rowOf(cell));
      unheard.forEach(row => body.append("of", row));
      tell(cell, texts.saving);
      try {
        const answer = await fetch(form.action, {
          method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", keepalive: true,
        });
        const version = answer.headers.get("List-Version");
        // Saved, every form of the page goes on from here; refused, only this one, and only what the cell itself is told counts.
        if (version && answer.ok) all("input[name=version]", i => { i.value = version; });
        else if (version) form.elements.version.value = version;
        if (answer.ok && version) {
          shown(cell).value = value;
          tell(cell, texts.saved);
          answer.json().then(found => { if (form.elements.version.value === version) show(found); }).catch(() => {});
        } else {
          const isTold = answer.headers.get("Content-Type") === "application/json", told = isTold ? await answer.json() : {};
          if (typeof told.now === "string") shown(cell).value = told.now;
          tell(cell, answer.status === 401 ? texts.ended : told.words ?? texts.refused.replace("{status}", answer.status), true);
        }
      } catch {
        tell(cell, texts.failed, true);
      }
      count();
    };
    const save = cell => {
      if (!texts.failed || !shown(cell) || cell.value === was(cell)) return;
      busy++;
      saves = saves.then(() => send(cell)).finally(() => { busy--; });
    };

    form.addEventListener("input", count);
    form.addEventListener("focusout", e => { if (cells.includes(e.target)) save(e.target); });
    form.addEventListener("keydown", e => {
      if (!cells.includes(e.target)) return;
      if (e.key === "Enter") {
        e.preventDefault();
        if (e.ctrlKey || e.metaKey) { form.requestSubmit(); return; }
        const before = document.activeElement;
        go(e.target);
        if (document.activeElement === before) save(e.target);
      } else if (e.key === "Escape") { e.target.value = was(e.target); tell(e.target, ""); count(); }
    });
    document.addEventListener("keydown", e => { if (e.key === "F8") { e.preventDefault(); go(document.activeElement); } });
    if (next) { next.hidden = false; next.addEventListener("click", () => go(document.activeElement === next ? null : document.activeElement)); }

    // Whatever leads away waits for the saves that are on their way.
    const after = (event, then) => { event.preventDefault(); event.stopPropagation(); saves.then(then); };
    let sent = false;
    document.addEventListener("submit", e => {
      if (busy) after(e, () => e.target.requestSubmit(e.submitter)); else sent = true;
    }, true);
    document.addEventListener("click", e => {
      const link = e.target.closest?.("a[href]");
      if (busy && link && !e.ctrlKey && !e.metaKey && !e.shiftKey) after(e, () => link.click());
    }, true);
    addEventListener("beforeunload", e => { if (!sent && count()) e.preventDefault(); });
    const open = cells.find(c => c.autofocus);
    if (open) { open.focus(); open.select(); }
  });

  // Work under way: its part of the page is fetched anew until it is done, or until its reader stops that.
  const live = () => {
    const part = document.querySelector("[data-live]");
    if (!part || location.search.includes("refresh=on")) return;
    const stop = part.querySelector("[data-live-stop]"), link = part.querySelector("[data-live-link]");
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
        if (fresh) {
          const hadFocus = part.contains(document.activeElement);
          part.replaceWith(fresh);
          if (hadFocus) fresh.querySelector("[data-live-stop], a, button")?.focus();
        }
      } catch { /* No connection now: the next turn asks again. */ }
      live();
    }, 2000);
    if (!stop) return;
    stop.hidden = false;
    if (link) link.hidden = true;
    stop.addEventListener("click", () => { clearTimeout(timer); stop.hidden = true; if (link) { link.hidden = false; link.focus(); } });
  };
  live();

  // A long check: the page asks for itself again while nobody is typing. Without script the reader does.
  all("[data-checking] progress", () => {
    setTimeout(() => { if (!document.querySelector("form[data-sheet] .input:focus")) location.reload(); }, 2000);
  });
})();
