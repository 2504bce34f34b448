// In the field: take the place where one stands, to find the object or to say where the risk is.
const said = document.querySelector("[data-said]");

function locate(button, then) {
  button.setAttribute("aria-busy", "true");
  const fail = () => { button.removeAttribute("aria-busy"); said.textContent = button.dataset.denied; };
  if (!navigator.geolocation) { fail(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    button.removeAttribute("aria-busy");
    then(coords.longitude.toFixed(6), coords.latitude.toFixed(6), Math.round(coords.accuracy));
  }, fail, { enableHighAccuracy: true, timeout: 15000 });
}

document.querySelector("[data-here]")?.addEventListener("click", (event) => locate(event.currentTarget, (lon, lat) => {
  location.search = new URLSearchParams({ lon, lat });
}));
document.querySelector("[data-place]")?.addEventListener("click", (event) => locate(event.currentTarget, (lon, lat, metres) => {
  document.querySelector("[name=lon]").value = lon;
  document.querySelector("[name=lat]").value = lat;
  said.textContent = `${lat}, ${lon} ±${metres} m`;
}));
const given = new URLSearchParams(location.search);
for (const name of ["lon", "lat"]) {
  const field = document.querySelector(`[name=${name}]`);
  if (field && !field.value && given.get(name)) field.value = given.get(name);
}
