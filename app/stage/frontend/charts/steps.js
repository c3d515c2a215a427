// The presenter view steps through the answers of a question, and on to the next question.

const ANSWERS = '[class*="st-key-answer_"]';
const QUESTIONS = { "-1": ".st-key-last_question button", 1: ".st-key-next_question button" };
const NEAR = 24; // pixels that an answer's top may be off and still be where one looks

/** To the next answer (1) or the one before (-1); past the last, to the next question. */
export function step(way) {
  const scroller = document.querySelector('[data-testid="stMain"]');
  const tops = [...document.querySelectorAll(ANSWERS)].map((answer) => answer.getBoundingClientRect().top - scroller.getBoundingClientRect().top);
  const there = way > 0 ? tops.find((top) => top > NEAR) : tops.findLast((top) => top < -NEAR);
  const end = way > 0 && scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - NEAR;
  if (there !== undefined && !end) return scroller.scrollBy({ top: there, behavior: "instant" });
  const button = document.querySelector(QUESTIONS[way]);
  if (!button) return undefined;
  scroller.scrollTo({ top: 0, behavior: "instant" });
  return button.click();
}
