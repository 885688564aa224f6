/* What stands in a page, and what of it answers a query. A result is a page or a record; which of them are listed
   under which facets is told here alone, so that a count and the list that it promises come from one rule. */

import { fold, same, split } from "./words.js"

const RECORDS = 4    // records of one page that come before those of others
const MARKS = new Set(["statement", "position", "figure", "outcome", "difference", "point", "event", "watch"])
const TERMS = ["summit", "leader", "theme"]    // what a record is filed under, beside the page that it stands in
const PAGES = ["kind", ...TERMS, "outlet", "type", "year"]

/** Returns the records of a page: kind, anchor, what they are filed under, their words, and who said it and when. */
const recordsOf = page => {
  const words = page.content.split(/\s+/)
  const anchors = page.anchors.filter(({ element }) => MARKS.has(element) || element === "by" || element === "end")
    .sort((a, b) => a.location - b.location)
  const slice = at => words.slice(anchors[at].location, anchors[at + 1]?.location).join(" ")
  return anchors.flatMap(({ element, id }, at) => {
    if (!MARKS.has(element)) return []
    const [anchor, ...terms] = id.split(",")
    const by = anchors[at + 1]?.element === "by" ? slice(at + 1).replace(/\.$/, "") : ""
    return [{ kind: element, anchor, terms, words: slice(at), by }]
  })
}

/** Tells whether a text has all the words that are looked for, in one of their spellings. */
export const hasAll = (text, asked) => {
  const words = split(text)
  return asked.some(all => all.every(word => words.some(other => same(other, word))))
}

const excerpt = ({ plain_excerpt: text, content }, title) => {
  if (text.startsWith(title)) return text.slice(title.length).replace(/^[.\s]+/, "")
  return content.startsWith(text) ? text : `… ${text}`
}

const short = text => 1 / (1 + split(text).length / 20)

/** Returns what of a page has the words: `hit`, which is the page, and its records, the best first.

    `score` is that of the page, from 0 to 1; `titles` are the names of what things are filed under, by slug. A record
    has the words in its own (`said`) or in the names of what it is filed under; so has a page. */
export const lookInto = (page, score, { asked, phrase, titles }) => {
  const title = page.meta.title || "", names = `${title} ${page.meta.aka || ""}`, wordless = !asked[0].length
  const has = text => phrase ? fold(text).includes(phrase) : hasAll(text, asked)
  const under = slugs => slugs.map(slug => titles.get(slug)).filter(Boolean)
  const kind = page.filters.kind[0], called = !wordless && has(names)
  const exactly = asked.some(all => all.length && all.join(" ") === split(title).join(" "))
  const hit = {
    kind, title, href: page.url, line: page.meta.line || "", words: excerpt(page, title),
    rank: 1 + score + (called ? 4 : 0) + (exactly ? 3 : 0) - (kind === "page" ? 2 : 0),
  }
  const records = recordsOf(page).flatMap(record => {
    const text = `${record.words} ${record.by}`, filed = under(record.terms), said = has(text)
    if (!said && !has(`${text} ${filed.join(" ")}`)) return []
    return [{
      ...hit, ...record, href: `${page.url}#${record.anchor}`, said,
      filed: said ? [] : filed.filter(name => asked.flat().some(word => hasAll(name, [[word]]))),
      rank: (said ? 2 : 0) + short(record.words) / 2 + score / 3 +
        (hasAll(text, asked.slice(0, 1)) ? 0.5 : 0), // as it was written, and not otherwise
    }]
  }).sort((a, b) => b.rank - a.rank).map((record, at) => at < RECORDS ? record : { ...record, rank: record.rank - 2 })
  const own = `${names} ${page.content}`
  const answers = has(own) || has(`${own} ${under(TERMS.flatMap(group => page.filters[group] || [])).join(" ")}`)
  return { hit, records, filters: page.filters, wordless, called, answers }
}

/** Returns which of that are listed under facets. Who picks a kind of page asks for pages, who picks records for
    these; else there are both: a page where it is called so or no record says it. Without words there are pages. */
export const listed = ({ hit, records, filters, wordless, called, answers }, picked) => {
  const fits = (group, values = []) => !picked[group]?.length || picked[group].some(value => values.includes(value))
  const asked = group => Boolean(picked[group]?.length)
  if (!PAGES.every(group => fits(group, filters[group]))) return []
  if (!asked("record") && (asked("kind") || wordless)) return answers ? [hit] : []
  const those = records.filter(({ kind, terms }) =>
    fits("record", [kind]) && TERMS.every(group => fits(group, terms)))
  const whole = !asked("record") && (called || answers && !those.some(({ said }) => said))
  return whole ? [hit, ...those] : those
}
