// Tells which labelled controls the page has, by the name of their class.

function labelled() {
  const found = {};
  for (const container of document.querySelectorAll(".stMainBlockContainer .stElementContainer")) {
    const name = [...container.classList].find((part) => part.startsWith("st-key-"))?.slice(7);
    const label = container.querySelector('[data-testid="stWidgetLabel"]')?.textContent.trim();
    if (name && label && name !== "lang" && !container.closest(".st-key-lesson_panel")) found[name] = label;
  }
  return found;
}

export default function (component) {
  const { parentElement, setStateValue } = component;
  const host = parentElement.querySelector("span");
  const found = JSON.stringify(labelled());
  if (host.dataset.found !== found) {
    host.dataset.found = found;
    setStateValue("found", found);
  }
}
