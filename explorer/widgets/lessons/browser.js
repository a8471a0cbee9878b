// Keeps the answers of the lessons in this browser. What it has from before is told once, when the page opens.

const NAME = "explorer-lessons";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

function keep(answers) {
  try {
    localStorage.setItem(NAME, JSON.stringify(answers));
  } catch {
    // A browser that keeps nothing still shows the lessons.
  }
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const told = JSON.parse(new TextDecoder().decode(data));
  const host = parentElement.querySelector("span");
  if (!host.dataset.told) {
    host.dataset.told = String(told.forgotten);
    const before = kept();
    const news = Object.entries(before).some(([page, steps]) =>
      Object.keys(steps).some((step) => !(step in (told.answers[page] ?? {}))),
    );
    if (news && told.forgotten === 0) {
      setStateValue("stored", JSON.stringify(before));
      return;
    }
  }
  keep(told.answers);
}
