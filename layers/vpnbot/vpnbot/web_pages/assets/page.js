"use strict";
(() => {
  const copy = document.getElementById("copy");
  const link = document.getElementById("link");
  // An iPad that asks for desktop pages calls itself a Mac, but no Mac has a touch screen.
  const ios = document.getElementById("on-ios");
  if (ios && document.getElementById("on-mac").checked && navigator.maxTouchPoints > 1) ios.checked = true;
  if (!copy) return;
  const label = copy.textContent;
  const done = () => {
    copy.textContent = copy.dataset.done;
    copy.classList.add("done");
    document.getElementById("copied").textContent = copy.dataset.done;
    setTimeout(() => {
      copy.textContent = label;
      copy.classList.remove("done");
      document.getElementById("copied").textContent = "";
    }, 2500);
  };
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      done();
    } catch {
      // Browsers inside other apps often have no clipboard: the old way still works there.
      link.select();
      if (document.execCommand("copy")) done();
    }
  });
})();
