// Forms that a security key answers: the page carries the request, the browser asks the key, a hidden field carries its answer.
(() => {
  "use strict";

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  // What is not there is left out of the answer, as JSON leaves out undefined.
  const text = (buffer) => buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
    : undefined;
  const listed = (keys) =>
    (keys || []).map((key) => ({ type: key.type, id: bytes(key.id), transports: key.transports }));

  const made = (options) => navigator.credentials.create({
    publicKey: {
      rp: options.rp,
      user: { id: bytes(options.user.id), name: options.user.name, displayName: options.user.displayName },
      challenge: bytes(options.challenge),
      pubKeyCredParams: options.pubKeyCredParams,
      excludeCredentials: listed(options.excludeCredentials),
      authenticatorSelection: options.authenticatorSelection,
      attestation: options.attestation,
      timeout: options.timeout,
    },
  });
  const used = (options) => navigator.credentials.get({
    publicKey: {
      rpId: options.rpId,
      challenge: bytes(options.challenge),
      allowCredentials: listed(options.allowCredentials),
      userVerification: options.userVerification,
      timeout: options.timeout,
    },
  });

  const answer = ({ id, rawId, type, response }) => JSON.stringify({
    id,
    rawId: text(rawId),
    type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  });

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
