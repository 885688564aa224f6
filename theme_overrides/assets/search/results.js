/* A result of the search as it is shown, and how elements are made. */

import { same, split } from "./words.js"

/** Returns an element with attributes, listeners (`on…`) and children; nothing stands for none. */
export const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") element.className = value
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value)
    else if (value === true) element.setAttribute(key, "")
    else if (value !== false && value !== null) element.setAttribute(key, value)
  }
  element.append(...children.filter(child => child !== null))
  return element
}

/** Returns text with the words that were looked for marked. */
const marked = (text, words) => text.split(/([\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)*)/u).map(piece =>
  split(piece).some(part => words.some(word => same(part, word))) ? make("mark", {}, piece) : piece)

const NAMES = {
  statement: "Statement", position: "Position", figure: "Figure", outcome: "Outcome",
  difference: "Sources differ", point: "Key point", event: "Event", watch: "To watch",
}

/** Returns a result as an item of a list, with the words marked; `kinds` is what a page of each kind is called. */
export const show = (answer, words, kinds) => {
  const kindOf = kind => NAMES[kind] || kinds[kind] || "Page"
  const record = answer.anchor !== undefined
  const line = answer.line === kindOf(answer.kind) ? "" : answer.line
  const source = record ? [answer.title, line].filter(Boolean).join(" · ") : line
  const link = make("a", { href: answer.href }, ...marked(record ? answer.words : answer.title, words))
  return make("li", { class: `briefing-hit briefing-hit--${record ? answer.kind : "page"}` },
    make("span", { class: "briefing-hit__kind" }, kindOf(answer.kind)), link,
    record && answer.by ? make("span", { class: "briefing-hit__by" }, answer.by) : null,
    answer.filed?.length ? make("span", { class: "briefing-hit__by" }, "Filed under ",
      ...answer.filed.flatMap((name, at) => [at ? ", " : "", ...marked(name, words)])) : null,
    source ? make("span", { class: "briefing-hit__source" }, source) : null,
    !record && answer.words ? make("span", { class: "briefing-hit__words" }, ...marked(answer.words, words)) : null)
}
