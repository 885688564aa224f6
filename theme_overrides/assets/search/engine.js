/* Finding: which pages and records answer a query, in which order. Pagefind says which pages have the words; here it
   is seen whether they stand together in one record, and whether they are there at all. */

import { fold, nearest, same, split, wanted } from "./words.js"

const base = new URL("../..", import.meta.url)
const language = (document.documentElement.lang || "en").toLowerCase()
const LOADED = 20    // pages that are looked into at a time
const LOOKED = 3     // times that this is done before nothing is said to be found
const RECORDS = 4    // records of one page that are shown
const RANKING = { metaWeights: { title: 6, aka: 6, line: 0.2 } }

let directory = null, engine = null

/** Returns what is known before the first word: facets with their counts, names, and the parts of the index. */
export const know = () => directory ||= fetch(new URL("search.json", base)).then(answer => {
  if (!answer.ok) throw new Error(`search.json: ${answer.status}`)
  return answer.json()
}).then(prepare).catch(error => {
  directory = null // so that it is tried again
  throw error
})

const prepare = found => {
  const names = found.groups.filter(([key]) => found.places[key]).flatMap(([key, , values]) =>
    values.map(([slug, title, count, line, ...aliases]) => {
      const address = found.places[key].replace("*", slug)
      return { kind: key, slug, title, count, line, address, forms: [title, ...aliases].map(split) }
    }))
  const words = new Set(names.flatMap(name => name.forms.flat()).filter(word => word.length > 3))
  return { ...found, known: names, words }
}

const start = () => engine ||= know().then(async ({ parts, main }) => {
  const folder = new URL("pagefind/", base)
  const pagefind = await import(new URL(`${main}/pagefind.js`, folder))
  await pagefind.options({ ranking: RANKING, metaCacheTag: parts[main] })
  await pagefind.init()
  const others = Object.keys(parts).filter(part => part !== main)
  await Promise.all(others.map(part =>
    pagefind.mergeIndex(new URL(`${part}/`, folder).pathname, { ranking: RANKING, metaCacheTag: parts[part] })))
  return pagefind
}).catch(error => {
  engine = null
  throw error
})

/** Returns the names that are looked for, the likeliest first; `whole` where a name is all of the query. */
export const named = (query, { known }) => {
  const asked = split(query)
  if (!asked.length) return []
  return known.map(name => {
    const fits = name.forms.filter(form => asked.every(word => form.some(other => other.startsWith(word))))
    const whole = name.forms.some(form => form.join(" ") === asked.join(" "))
    return { ...name, whole, near: Math.max(0, ...fits.map(form => asked.length / form.length)) }
  }).filter(name => name.whole || name.near > 0 && asked.join("").length > 2)
    .sort((a, b) => b.whole - a.whole || b.near - a.near || b.count - a.count)
}

/** Returns the query, and the same with each name in it written in the other ways that the thing has. */
const spellings = (asked, { known }) => {
  const found = [asked], text = ` ${asked.join(" ")} `
  for (const { forms } of known) {
    const form = forms.find(words => words.length && text.includes(` ${words.join(" ")} `))
    if (!form) continue
    for (const other of [...forms].sort((a, b) => a.length - b.length)) {
      const written = text.replace(` ${form.join(" ")} `, ` ${other.join(" ")} `).trim().split(" ")
      // A longer name finds nothing that a word of it has not found.
      if (!found.some(words => words.every(word => written.includes(word)))) found.push(written)
    }
  }
  return found.slice(0, 4)
}

const filters = (picked, open = []) => Object.fromEntries([
  ...open.map(group => [group, []]), // asks for the counts of a group, and narrows nothing
  ...Object.entries(picked).filter(([, values]) => values.length).map(([group, values]) => [group, { any: values }]),
])

/** Returns the results of several queries, each once. */
const together = found =>
  [...new Map(found.flatMap(({ results }) => results).map(result => [result.id, result])).values()]

/** Yields results by day, year after year, since a part of the index has an order of its own pages only. */
async function* newest(ask, everything, picked, years) {
  const seen = new Set()
  for (const year of picked.year?.length ? years.filter(year => picked.year.includes(year)) : years) {
    const found = together(await ask({ filters: filters({ ...picked, year: [year] }), sort: { day: "desc" } }))
    found.forEach(({ id }) => seen.add(id))
    yield* found
  }
  yield* everything.filter(({ id }) => !seen.has(id))
}

// --- what stands in a page

const MARKS = new Set(["statement", "position", "figure", "outcome", "difference", "point", "event", "watch"])

/** Returns the records of a page: kind, anchor, what they are about, their words, and who said it and when. */
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
const hasAll = (text, asked) => {
  const words = split(text)
  return asked.some(all => all.every(word => words.some(other => same(other, word))))
}

const excerpt = ({ plain_excerpt: text, content }, title) => {
  if (text.startsWith(title)) return text.slice(title.length).replace(/^[.\s]+/, "")
  return content.startsWith(text) ? text : `… ${text}`
}

const short = text => 1 / (1 + split(text).length / 20)

/** Returns what of a page answers: the page by its name, records that have all the words, or else the page. */
const answers = (page, score, { asked, picked, phrase }) => {
  const title = page.meta.title || "", names = `${title} ${page.meta.aka || ""}`
  const has = text => phrase ? fold(text).includes(phrase) : hasAll(text, asked)
  if (!has(`${names} ${page.content}`)) return []
  const kind = page.filters.kind[0]
  const hit = { kind, title, href: page.url, line: page.meta.line || "", words: excerpt(page, title) }
  const groups = ["leader", "theme", "summit"].filter(group => picked[group]?.length)
  const about = record => groups.every(group => picked[group].some(slug => record.terms.includes(slug)))
  const only = picked.record || []
  const records = recordsOf(page)
    .filter(record => only.length ? only.includes(record.kind) && about(record) : asked[0].length)
    .filter(record => has(`${record.words} ${record.by}`))
    .map(record => ({
      ...hit, ...record, href: `${page.url}#${record.anchor}`,
      rank: 2 + short(record.words) / 2 + score / 3 + (groups.length && about(record) ? 0.5 : 0) +
        (hasAll(`${record.words} ${record.by}`, asked.slice(0, 1)) ? 0.5 : 0), // as it was written, and not otherwise
    }))
    .sort((a, b) => b.rank - a.rank)
  const called = asked[0].length && has(names)
  if (only.length) return records.slice(0, RECORDS * 3)
  const shown = records.slice(0, RECORDS)
  const exactly = asked.some(all => all.length && all.join(" ") === split(title).join(" "))
  const rank = 1 + score + (called ? 4 : 0) + (exactly ? 3 : 0) - (kind === "page" ? 2 : 0)
  return called || !shown.length ? [{ ...hit, rank }, ...shown] : shown
}

/** A search that was begun: `total` pages, the `counts` of facets, and `more()`, which returns the next answers. */
class Found {
  constructor(source, terms, total, counts) {
    Object.assign(this, { source, terms, total, counts, done: false, note: "" })
  }

  async more() {
    const found = []
    for (let times = 0; times < LOOKED && !found.length && !this.done; times++) {
      const some = []
      while (some.length < LOADED && !this.done) {
        const { value, done } = await this.source.next()
        if (done) this.done = true
        else some.push(value)
      }
      this.best ||= Math.max(...some.map(({ score }) => score), 1e-9)
      const pages = await Promise.all(some.map(result => result.data()))
      found.push(...pages.flatMap((page, at) =>
        answers(page, this.terms.sort === "day" ? 0 : Math.min(1, some[at].score / this.best), this.terms)))
    }
    return this.terms.sort === "day" ? found : found.sort((a, b) => b.rank - a.rank)
  }
}

/** Returns the counts of every facet that is shown; of a group that is narrowed, as if it were not. */
const counted = async (pagefind, text, { picked, open }, found) => {
  const counts = { ...found.filters }
  for (const group of open.filter(key => picked[key]?.length)) {
    const { filters: those } = await pagefind.search(text, { filters: filters({ ...picked, [group]: [] }, [group]) })
    counts[group] = those[group]
  }
  return Object.fromEntries(open.map(group => [group, counts[group] || {}]))
}

const attempt = async (state, asked, known) => {
  const pagefind = await start()
  const { picked, open } = state
  const phrase = /^\s*["“].+["”]\s*$/.test(state.query) ? fold(state.query).replace(/["“”]/g, "").trim() : ""
  const spelt = phrase || !asked.length ? [asked] : spellings(asked, known)
  const queries = phrase ? [`"${phrase}"`] : asked.length ? spelt.map(words => words.join(" ")) : [null]
  const ask = options => Promise.all(queries.map(text => pagefind.search(text, options)))
  const found = await ask({ filters: filters(picked, open) })
  const everything = together(found).sort((a, b) => b.score - a.score)
  const years = (known.groups.find(([key]) => key === "year")?.[2] || []).map(([year]) => year)
  const sort = asked.length ? state.sort : "day"
  const source = sort === "day" ? newest(ask, everything, picked, years) : everything.values()
  const most = found.reduce((most, other) => other.results.length > most.results.length ? other : most)
  const counts = await counted(pagefind, queries[found.indexOf(most)], state, most)
  return new Found(source, { asked: spelt, picked, phrase, sort }, everything.length, counts)
}

/** Returns those words that stand on no page. Pagefind compares them by their stems, so that one page is looked at. */
const unknown = async asked => {
  const pagefind = await start()
  const stands = async word => {
    const { results: [first] } = await pagefind.search(`"${word}"`)
    return first && hasAll((await first.data()).content, [[word]])
  }
  const found = await Promise.all(asked.map(stands))
  return asked.filter((_, at) => !found[at])
}

/** Returns the answers to a query with facets, and the first of them. `note` says what was done to find them. */
export const search = async state => {
  const known = await know()
  const asked = wanted(state.query, language)
  const begin = async (words, note) => {
    const found = await attempt(state, words, known)
    found.note = note
    found.first = await found.more()
    return found
  }
  const counts = Object.fromEntries(state.open.map(group => [group, {}]))
  const nothing = Object.assign(new Found([].values(), { sort: "" }, 0, counts), { first: [], done: true })
  // Pagefind takes a number that no page has for another that it begins with.
  if ((await unknown(asked.filter(word => /^\p{N}+$/u.test(word)))).length) return nothing
  const found = await begin(asked, "")
  if (found.first.length || !asked.length) return found
  const strange = await unknown(asked)
  const mended = asked.map(word => strange.includes(word) && nearest(word, known.words) || word)
  if (mended.join() !== asked.join()) {
    const better = await begin(mended, `Nothing has “${state.query.trim()}”. This is for “${mended.join(" ")}”.`)
    if (better.first.length) return Object.assign(better, { mended: mended.join(" ") })
  }
  for (const left of asked.length > 2 ? asked : []) {
    const note = `Nothing has all of these words. This is without “${left}”.`
    const fewer = await begin(asked.filter(word => word !== left), note)
    if (fewer.first.length) return fewer
  }
  return nothing
}
