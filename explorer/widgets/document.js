// What Streamlit leaves out of its document: the page's language, tab stops for what scrolls, and a lesson's way on a telephone.

const TELEPHONE = "(max-width: 640px)";
const SCROLLS = '[data-testid="stMarkdownContainer"]:has(table), [data-testid="stCode"] pre';
const LOOK_EVERY_MS = 250;

const app = () => document.querySelector('[data-testid="stApp"]');
const lesson = () => document.querySelector(".st-key-lesson_panel");

// What can be scrolled can be reached with the keyboard, and has a name.
function reachable(name) {
  for (const place of document.querySelectorAll(SCROLLS)) {
    const scrolls = place.scrollWidth > place.clientWidth + 1;
    if (scrolls === place.hasAttribute("tabindex")) continue;
    for (const [attribute, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": name })) {
      if (scrolls) place.setAttribute(attribute, value);
      else place.removeAttribute(attribute);
    }
  }
}

const folded = (controls) =>
  new Promise((resolve) => {
    controls.addEventListener("toggle", resolve, { once: true });
    controls.querySelector("summary").click();
  });

// The picture comes into sight above the lesson; the controls wait folded.
async function showPicture(opened) {
  const controls = document.querySelector(".st-key-controls details");
  if (!controls || !window.matchMedia(TELEPHONE).matches) return;
  if (opened && controls.open) await folded(controls);
  controls.closest('[data-testid="stColumn"]').nextElementSibling?.scrollIntoView();
}

// What was predicted and what is right come into sight, and the keyboard goes on from there.
function reveal(panel) {
  const told = panel.querySelector('[data-testid="stAlert"]');
  if (!told) return panel.scrollTo(0, 0);
  panel.scrollTo(0, panel.scrollTop + told.getBoundingClientRect().top - panel.getBoundingClientRect().top - 8);
  told.tabIndex = -1;
  if (document.activeElement === document.body) told.focus({ preventScroll: true });
}

// Where a lesson stands: its step, and whether it is answered; nothing while it is folded.
function standing(panel) {
  return panel && `${panel.querySelector("h4")?.textContent} ${Boolean(panel.querySelector('[data-testid="stAlert"]'))}`;
}

class Watch {
  constructor() {
    const look = () => (this.waiting ??= setTimeout(() => this.look(), LOOK_EVERY_MS));
    new MutationObserver(look).observe(app(), { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });
    window.addEventListener("resize", look);
    look();
  }

  look() {
    this.waiting = null;
    reachable(this.names.scrolls);
    const panel = lesson();
    const now = standing(panel);
    if (app().dataset.testScriptState !== "notRunning" || now === this.before) return;
    const opened = !this.before;
    this.before = now;
    if (!panel) return;
    panel.setAttribute("role", "region");
    panel.setAttribute("aria-label", this.names.lesson);
    showPicture(opened);
    reveal(panel);
  }
}

let watch;

export default function (component) {
  const { lang, names } = JSON.parse(new TextDecoder().decode(component.data));
  document.documentElement.lang = lang;
  watch ??= new Watch();
  watch.names = names;
}
