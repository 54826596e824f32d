// Forms that a security key answers: the page carries the request, the browser asks the key, a hidden field carries its answer.
(() => {
  "use strict";

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const made = (options) => navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    },
  });
  const used = (options) => navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) },
  });

  function answer(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  document.querySelectorAll("form[data-security-key]").forEach((form) => {
    const unable = form.querySelector("[data-unable]");
    if (!window.PublicKeyCredential || !navigator.credentials) {
      unable.hidden = false;
      return;
    }
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    form.addEventListener("submit", (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      const ask = form.dataset.securityKey === "create" ? made : used;
      ask(JSON.parse(form.dataset.options)).then((credential) => {
        form.elements.credential.value = answer(credential);
        form.submit();
      }).catch(() => {
        failed.hidden = false;
        failed.focus();
      });
    });
  });
})();
