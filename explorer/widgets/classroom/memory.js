// Keeps a seat in a room, and a room that is taught, in this browser: a reload or a new tab is still in it.
// What is kept from before is told once, when the page opens.

function stored(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name));
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

function store(name, secrets) {
  try {
    if (Object.keys(secrets).length) localStorage.setItem(name, JSON.stringify(secrets));
    else localStorage.removeItem(name);
  } catch {
    // A browser that keeps nothing is in the room until the page is closed.
  }
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const { app, kinds } = JSON.parse(new TextDecoder().decode(data));
  // Another app of the same host has rooms of its own.
  const name = `explorer-room:${app}`;
  const host = parentElement.querySelector("span");
  const secrets = stored(name);
  const news = Object.entries(kinds).some(([kind, { keep, drop }]) => secrets[kind] && !keep && secrets[kind] !== drop);
  if (!host.dataset.told && news) {
    host.dataset.told = "yes";
    setStateValue("stored", JSON.stringify(secrets));
    return;
  }
  host.dataset.told = "yes";
  for (const [kind, { keep, drop }] of Object.entries(kinds)) {
    if (keep) secrets[kind] = keep;
    else if (drop && secrets[kind] === drop) delete secrets[kind];
  }
  store(name, secrets);
}
