"use strict";
// Nothing needs this file: it only makes better what works without.

// The key hierarchy: pointing at a KMS or a key, or moving to it by the keyboard, shows what its loss would close.
(() => {
  const picture = document.querySelector("svg.hierarchy");
  if (!picture) {
    return;
  }
  const said = document.getElementById("what-a-loss-closes");
  const hint = said.textContent;
  const states = ["closed", "partly", "other-leg"];
  const nodes = Array.from(picture.querySelectorAll(".node"));
  const before = new Map(nodes.map((node) => [node, node.getAttribute("class")]));

  function restore() {
    before.forEach((names, node) => node.setAttribute("class", names));
    said.textContent = hint;
  }

  function show(event) {
    const lost = event.target.closest(".node[data-loss]");
    restore();
    if (!lost) {
      return;
    }
    nodes.forEach((node) => states.forEach((state) => node.classList.remove(`is-${state}`)));
    states.forEach((state) => {
      const elements = (lost.getAttribute(`data-${state}`) || "").split(" ").filter(Boolean);
      elements.forEach((id) => document.getElementById(id).classList.add(`is-${state}`));
    });
    said.textContent = `${lost.querySelector("title").textContent}.`;
  }

  // Not on the picture itself: Chromium lets Tab stop at an svg that listens for focus.
  const around = picture.parentElement;
  around.addEventListener("pointerover", show);
  around.addEventListener("focusin", show);
  around.addEventListener("pointerleave", restore);
  around.addEventListener("focusout", restore);
})();
