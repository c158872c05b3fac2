/* Optional helper: every page reads and submits without it. No dependencies, no inline handlers (strict CSP). */
(function () {
  "use strict";
  const all = (q, f) => document.querySelectorAll(q).forEach(f);

  // QR codes: only where the browser itself can read them.
  const reader = (async () => {
    try {
      if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
      return new BarcodeDetector({ formats: ["qr_code"] });
    } catch { return null; }
  })();
  // What was read is submitted in the body, never as an address; a file chosen before does not go along.
  const submit = (form, text) => { form.elements.file.value = ""; form.elements.text.value = text; form.submit(); };

  // Drop zone: the button inside always works; dragging is an extra. A picture is searched for a code here, in the browser.
  all(".drop", zone => {
    const input = zone.querySelector("input[type=file]"), label = zone.querySelector(".legend"), said = zone.querySelector(".said");
    const show = async () => {
      const file = input.files[0];
      said.textContent = "";
      if (!file) return;
      label.textContent = file.name;
      if (!file.type.startsWith("image/")) return;
      const detector = await reader;
      if (!detector) { said.textContent = zone.dataset.pictureCannot; return; }
      const found = await createImageBitmap(file).then(picture => detector.detect(picture)).catch(() => []);
      if (found.length) submit(input.form, found[0].rawValue); else said.textContent = zone.dataset.picture;
    };
    input.addEventListener("change", show);
    for (const t of ["dragenter", "dragover"]) zone.addEventListener(t, e => { e.preventDefault(); zone.classList.add("over"); });
    for (const t of ["dragleave", "drop"]) zone.addEventListener(t, e => { e.preventDefault(); zone.classList.remove("over"); });
    zone.addEventListener("drop", e => { input.files = e.dataTransfer.files; show(); });
  });

  all("[data-print]", b => { b.hidden = false; b.addEventListener("click", () => window.print()); });

  // The signed core travels in the fragment, which no browser sends. It goes to the server only in a form's body.
  all("form[data-core]", form => {
    const core = location.hash.slice(1);
    if (core.split(".").length !== 3) return;
    form.elements.text.value = location.origin + form.dataset.core + "#" + core;
    form.hidden = false;
  });

  all("[data-scan]", async box => {
    const form = document.getElementById(box.dataset.scan), said = box.querySelector("[role=status]");
    const video = box.querySelector("video"), start = box.querySelector("button");
    const detector = await reader;
    box.hidden = false;
    if (!detector || !navigator.mediaDevices) { start.hidden = true; said.textContent = said.dataset.cannot; return; }
    start.addEventListener("click", async () => {
      let stream;
      try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }); }
      catch { said.textContent = said.dataset.refused; return; }
      start.hidden = true;
      video.hidden = false;
      video.srcObject = stream;
      await video.play().catch(() => {});
      said.textContent = said.dataset.looking;
      const look = async () => {
        const found = await detector.detect(video).catch(() => []);
        if (!found.length) { setTimeout(look, 200); return; }
        stream.getTracks().forEach(t => t.stop());
        submit(form, found[0].rawValue);
      };
      look();
    });
  });
})();
