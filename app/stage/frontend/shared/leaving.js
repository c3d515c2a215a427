// Between a click on a link to another page and that page. What was done before it is told first: the server hears
// nothing of a page that it has left. Nothing is told after it: a later word would call the visitor back.

const LINK = '[data-testid="stPageLink-NavLink"]';
const APP = '[data-testid="stApp"]';
const HEARD = 300; // until a run has begun
const PATIENCE = 1500;
const AGAIN = 30;

/** Those that may owe a word: each has hasten(), which tells it now. */
export const debtors = new Set();

let left = null; // the path of the page that is being left
let told = -Infinity;

/** Tells the server by `send()`, unless the page is being left. `act`: whether it is what the visitor did. */
export function tell(send, act) {
  if (left === location.pathname) return;
  if (act) told = performance.now();
  send();
}

function unheard() {
  const since = performance.now() - told;
  const running = document.querySelector(APP)?.dataset.testScriptState === "running";
  return since < HEARD || (running && since < PATIENCE);
}

const pageOf = (path) => path.split("/").at(-1);
const leads = (link) => pageOf(link.getAttribute("href").split("?")[0]) !== pageOf(location.pathname);

// Streamlit writes a link to the first page without a path: opened in another tab it would lead to this page.
for (const name of ["pointerdown", "focusin"]) {
  addEventListener(name, ({ target }) => {
    const link = target.closest?.(LINK);
    if (/^(\?|$)/.test(link?.getAttribute("href"))) link.setAttribute("href", `./${link.getAttribute("href")}`);
  }, { capture: true });
}

addEventListener("click", (event) => {
  const link = event.target.closest?.(LINK);
  left = null;
  if (!link || !leads(link)) return;
  // Another tab or window is the browser's: Streamlit would go there in this one.
  if (event.ctrlKey || event.metaKey || event.shiftKey) return void event.stopPropagation();
  for (const debtor of debtors) debtor.hasten();
  if (unheard()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => link.click(), AGAIN);
  } else {
    left = location.pathname;
  }
}, { capture: true });
