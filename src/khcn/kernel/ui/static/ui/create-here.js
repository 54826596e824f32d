// A record that a look-up box did not find is added in a dialog: the page of its form, fetched and shown over the one
// that is being typed, which stays as it is. Every rule and every refusal is that page's own.
(() => {
  "use strict";
  const words = document.body.dataset;
  let opened = 0; // dialogs of this page: their ids must not be those of another
  const left = new WeakMap(); // by the button that opened it, a dialog that was left by Esc after something was typed

  // The pieces of a form that point at each other by id are renamed together.
  function rename(root, prefix) {
    root.querySelectorAll("[id]").forEach((each) => { each.id = prefix + each.id; });
    for (const name of ["for", "aria-describedby", "aria-labelledby"]) {
      root.querySelectorAll(`[${name}]`).forEach((each) => {
        each.setAttribute(name, each.getAttribute(name).split(/\s+/).map((id) => prefix + id).join(" "));
      });
    }
    root.querySelectorAll("a[href^='#']").forEach((each) => each.setAttribute("href", `#${prefix}${each.getAttribute("href").slice(1)}`));
    root.querySelectorAll("template").forEach((each) => rename(each.content, prefix));
  }

  window.createHere = (address, back, taken) => {
    const earlier = left.get(back);
    left.delete(back);
    if (earlier?.address === address) {
      document.body.append(earlier.dialog);
      earlier.dialog.showModal();
      return;
    }
    const prefix = `here${++opened}-`;
    const dialog = document.createElement("dialog");
    dialog.className = "create-here";
    const problem = document.createElement("div");
    problem.className = "field-error";
    problem.setAttribute("role", "alert");
    const place = document.createElement("div");
    dialog.append(problem, place);
    document.body.append(dialog);
    let isUnsaved = false;
    const finish = () => { isUnsaved = false; dialog.close(); };
    dialog.addEventListener("input", () => { isUnsaved = true; });
    dialog.addEventListener("close", () => {
      if (isUnsaved) left.set(back, { address, dialog });
      dialog.remove();
      if (back.isConnected) back.focus();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("[data-cancel]")) { event.preventDefault(); finish(); }
    });
    dialog.showModal();

    async function show(request) {
      problem.textContent = "";
      dialog.setAttribute("aria-busy", "true");
      try {
        const response = await request;
        const key = response.redirected && new URL(response.url).pathname.match(/\/(\d+)\/[^\d]*$/);
        if (key && new URL(response.url).origin === location.origin) {
          await taken(key[1]);
          finish();
          return;
        }
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const form = page.querySelector("main form[method=post]");
        if (!form) throw new Error("no form");
        const heading = page.querySelector("main h1");
        const summary = page.querySelector("main .error-summary");
        place.replaceChildren(...[heading, summary, form].filter(Boolean));
        rename(place, prefix);
        if (heading) {
          heading.id = `${prefix}title`;
          dialog.setAttribute("aria-labelledby", heading.id);
        }
        form.dataset.guard = "";
        window.showSections(place.querySelector("form"));
        window.enhanceLookUps(place);
        (place.querySelector("[data-focus]") || window.firstField(place))?.focus();
        place.querySelector("form").addEventListener("submit", (event) => {
          event.preventDefault();
          if (dialog.hasAttribute("aria-busy")) return;
          show(fetch(address, { method: "POST", body: new FormData(event.target, event.submitter), credentials: "same-origin" }));
        });
      } catch {
        problem.textContent = words.unopened; // what was typed stays in the dialog
        if (!place.firstChild) {
          const close = document.createElement("button");
          close.type = "button";
          close.className = "btn btn-second";
          close.textContent = words.close;
          close.addEventListener("click", () => dialog.close());
          place.append(close);
        }
      } finally {
        dialog.removeAttribute("aria-busy");
      }
    }
    show(fetch(address, { credentials: "same-origin" }));
  };
})();
