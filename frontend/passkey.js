// Passkeys: which button asks the browser for what. The asking itself is allauth's own script.

const button = document.querySelector("button[name=ask]");
const told = document.getElementById("passkey-told");
const tell = (what) => {
  told.hidden = false;
  told.textContent = told.dataset[what];
};

const REASONS = {
  AbortError: "cancelled",
  NotAllowedError: "cancelled",
  SecurityError: "address",
  InvalidStateError: "known",
};
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  tell(REASONS[event.detail.exception.name] || "failed");
});

if (button && !window.isSecureContext) {
  button.addEventListener("click", () => tell("address"));
} else if (button && !window.PublicKeyCredential) {
  button.addEventListener("click", () => tell("unable"));
} else if (button) {
  button.id = "passkey-ask";
  button.addEventListener("click", () => {
    told.hidden = true;
  });
  const ids = { credential: "passkey-answer", data: "passkey-options" };
  const { forms } = window.allauth.webauthn;
  const ask = {
    make: () => forms.signupForm({ ids: { ...ids, signup: button.id } }),
    show: () => forms.authenticateForm({ ids: { ...ids, authenticate: button.id } }),
    sign_in: () => forms.loginForm({ ids: { ...ids, login: button.id } }),
  };
  ask[button.value]();
}
