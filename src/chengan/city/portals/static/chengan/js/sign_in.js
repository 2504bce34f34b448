// The sign-in page of a sample city: one press fills in a sample account.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill-name]");
  if (!button) return;
  const form = document.querySelector("form:has([name=login])");
  form.elements.login.value = button.dataset.fillName;
  form.elements.password.value = button.dataset.fillPassword;
  form.querySelector("button").focus();
});
