// How far the visitor is, kept in this browser alone.

const KEY = "layerwarp lessons";
const ANSWERS = "layerwarp answers";

/** What was done with the steps of every lesson, "answered" or "skipped", and what was answered. */
export class Progress {
  constructor() {
    this.done = read(KEY);
    this.answers = read(ANSWERS);
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
    write(KEY, this.done);
  }

  /** What was answered to a step's question; undefined if nothing, or if it asked another one then. */
  answer(lesson, step, question) {
    const kept = this.answers[lesson]?.[step];
    return Array.isArray(kept) && kept[0] === question ? kept[1] : undefined;
  }

  /** Keeps what is answered; undefined forgets it. */
  keep(lesson, step, question, said) {
    (this.answers[lesson] ??= {})[step] = said === undefined ? undefined : [question, said];
    write(ANSWERS, this.answers);
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch { /* a browser that keeps nothing: until the page is closed, then */ }
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}
