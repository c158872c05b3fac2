/* Optional helper: every page reads and submits without it. No dependencies, no inline handlers (strict CSP). */
(function () {
  "use strict";
  const all = (q, f) => document.querySelectorAll(q).forEach(f);

  // Drop zone: the button inside always works; dragging is an extra.
  all(".drop", zone => {
    const input = zone.querySelector("input[type=file]"), label = zone.querySelector(".legend");
    const show = () => { if (input.files.length && label) label.textContent = input.files[0].name; };
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

  // QR codes: only where the browser itself can read them. What was read is submitted in the body, never as an address.
  all("[data-scan]", async box => {
    if (!("BarcodeDetector" in window)) return;
    let detector;
    try {
      if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return;
      detector = new BarcodeDetector({ formats: ["qr_code"] });
    } catch { return; }
    const form = document.getElementById(box.dataset.scan), said = box.querySelector("[role=status]");
    const video = box.querySelector("video"), start = box.querySelector("button"), picture = box.querySelector("input");
    const submit = text => { form.elements.text.value = text; form.submit(); };
    box.hidden = false;

    picture.addEventListener("change", async () => {
      if (!picture.files.length) return;
      const found = await detector.detect(await createImageBitmap(picture.files[0])).catch(() => []);
      if (found.length) submit(found[0].rawValue); else said.textContent = said.dataset.none;
    });

    if (!navigator.mediaDevices) { start.hidden = true; return; }
    start.addEventListener("click", async () => {
      let stream;
      try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }); }
      catch { said.textContent = said.dataset.refused; return; }
      video.hidden = false;
      video.srcObject = stream;
      await video.play();
      said.textContent = said.dataset.looking;
      const look = async () => {
        const found = await detector.detect(video).catch(() => []);
        if (!found.length) { setTimeout(look, 200); return; }
        stream.getTracks().forEach(t => t.stop());
        submit(found[0].rawValue);
      };
      look();
    });
  });
})();
