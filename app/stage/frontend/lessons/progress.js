// How far the visitor is, kept in this browser alone.

const KEY = "layerwarp lessons";

/** What was done with the steps of every lesson: "answered" or "skipped". */
export class Progress {
  constructor() {
    this.done = read();
  }

  /** What was done with a step, counted from 1; undefined if nothing. */
  of(lesson, step) {
    return this.done[lesson]?.[step];
  }

  /** How many steps of a lesson were answered. */
  answered(lesson) {
    return Object.values(this.done[lesson] ?? {}).filter((word) => word === "answered").length;
  }

  /** An answer stays one, also where the step is skipped later. */
  note(lesson, step, word) {
    if (this.of(lesson, step) === "answered") return;
    (this.done[lesson] ??= {})[step] = word;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.done));
    } catch { /* a browser that keeps nothing: until the page is closed, then */ }
  }
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}
